"""Funds: levies that universal service funds and a solidarity fund collect, and what endowments earn."""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import CENTS_PER_DOLLAR, QUARTERS_PER_YEAR, YEARS_PER_QUARTER, FloatArray, IntArray
from ..rules.money import whole_cents
from ..state.ledger import SOURCE
from ..state.parameters import Parameters, parameter, uniform
from ..state.world import World
from .market import growth_per_head

LEVY, SOLIDARITY, RETURN = SOURCE["levy"], SOURCE["solidarity"], SOURCE["endowment_return"]
RICH = 3  # income group of the economies that pay for the solidarity fund
USUAL_LEVY = 0.01  # of operators' revenue; the price data already carry it


class FundsParameters(Parameters, process="funds"):
    """The parameters of funds."""

    operator_revenue: float = parameter(
        value=0.022,
        unit="share",
        meaning="Operators' revenue as a share of GDP",
        source="ITU: telecommunication revenue of 2-3% of GDP; level judged",
        standing="judged",
        distribution=uniform(0.015, 0.03),
        minimum=0.0,
        maximum=0.2,
    )
    years_to_draw_down: float = parameter(
        value=10.0,
        unit="years",
        meaning="Time in which a service fund that pays out all pays out what it had saved up",
        source="judgement",
        standing="judged",
        distribution=uniform(5.0, 20.0),
        minimum=0.25,
        maximum=100.0,
    )
    open_share: float = parameter(
        value=0.10,
        unit="share",
        meaning="Share of a universal service fund's payments that is open to initiatives",
        source="judgement: most goes to operators' own networks, which the reference path has",
        standing="judged",
        distribution=uniform(0.05, 0.20),
        minimum=0.0,
        maximum=1.0,
    )
    pass_through: float = parameter(
        value=0.8,
        unit="ratio",
        meaning="Share of a levy on operators that their customers finally pay",
        source="judgement",
        standing="judged",
        distribution=uniform(0.5, 1.0),
        minimum=0.0,
        maximum=2.0,
    )
    procurement: float = parameter(
        value=0.008,
        unit="share",
        meaning="Digital procurement of high-income governments as a share of GDP",
        source="judgement",
        standing="judged",
        distribution=uniform(0.005, 0.012),
        minimum=0.0,
        maximum=0.1,
    )
    endowment_return: float = parameter(
        value=0.04,
        unit="per year",
        meaning="Real return on endowments",
        source="practice of endowments: 3-5%",
        standing="published",
        distribution=uniform(0.03, 0.05),
        minimum=-0.1,
        maximum=0.2,
    )
    endowment_draw: float = parameter(
        value=0.04,
        unit="per year",
        meaning="Share of an endowment that is spent in a year after exit",
        source="practice of endowments: 3-5%",
        standing="published",
        distribution=uniform(0.03, 0.05),
        minimum=0.0,
        maximum=1.0,
    )


def funds(world: World) -> None:
    """Collect levies, say what funds can pay out, and open the accounts of the quarter with what endowments pay."""
    if world.new_year:
        _economies(world)
        _levy_on_price(world)
    _collect(world)
    _endowments(world)


def _economies(world: World) -> None:
    """Set each economy's yearly product in constant dollars: embedded level, moved by income and people."""
    facts = world.facts.countries
    people = world.reference.population[world.year_row] / facts.population
    world.now.product[:] = facts.product * growth_per_head(world) * people


def _levy_on_price(world: World) -> None:
    """Pass a levy above the usual one on to the price of access."""
    p = FundsParameters.of(world.values)
    extra = p.pass_through * (world.strategy.levy_rate - USUAL_LEVY)
    factor = 1.0 + world.facts.countries.is_recipient * extra
    world.countries.price *= factor / world.memory.levy_on_price
    world.memory.levy_on_price[:] = factor


def _collect(world: World) -> None:
    """Take the quarter's levies in; what is collected is paid out as far as funds do pay out."""
    countries, p, strategy, now = world.countries, FundsParameters.of(world.values), world.strategy, world.now
    facts, books = world.facts.countries, world.ledger.books_in
    books[LEVY, -1] += _levy(
        now.product, facts.is_recipient, p.operator_revenue, strategy.levy_rate * p.open_share,
        strategy.fund_disbursement, p.years_to_draw_down, countries.service_fund, countries.service_fund_room,
    )  # fmt: skip
    now.service_fund_quarter[:] = countries.service_fund_room
    share, procurement = strategy.solidarity_levy * strategy.solidarity_participation, p.procurement
    if share > 0.0:
        procured = procurement * float(now.product[facts.income_group == RICH].sum()) * YEARS_PER_QUARTER
        given = whole_cents(share * procured)
        world.solidarity_fund += given
        books[SOLIDARITY, -1] += given


@compiled
def _levy(
    product: FloatArray, is_recipient: FloatArray, revenue_share: float, rate: float, paid_out: float,
    years_to_draw_down: float, fund: IntArray, room: FloatArray,
) -> int:  # fmt: skip
    """Put levies into funds, and say what these pay out of them and of their savings; return the levies, in cents."""
    whole = 0
    for c in range(fund.size):
        levied = whole_cents(rate * (revenue_share * product[c] * YEARS_PER_QUARTER * is_recipient[c]))
        saved = fund[c] / (years_to_draw_down * QUARTERS_PER_YEAR)
        room[c] = paid_out * (levied + saved) / CENTS_PER_DOLLAR
        fund[c] += levied
        whole += levied
    return whole


def _endowments(world: World) -> None:
    """Let endowments earn their return, and open the accounts of the quarter with their draw."""
    of, p, ledger = world.initiatives, FundsParameters.of(world.values), world.ledger
    _earn(
        of.mechanism, of.country, of.kind, p.endowment_return * YEARS_PER_QUARTER, of.endowment,
        ledger.books_in[RETURN], ledger.seats[RETURN], world.memory.money,
    )  # fmt: skip
    _draw(
        of.paid_share, of.operating_cost, p.endowment_draw * YEARS_PER_QUARTER,
        of.endowment, of.cash, of.donors_money, of.local_money, of.other_money, of.training, of.endowment_share,
    )  # fmt: skip


@compiled
def _earn(
    mechanism: IntArray, country: IntArray, kind: IntArray, rate: float,
    endowment: IntArray, booked: IntArray, seated: IntArray, by_kind: IntArray,
) -> None:  # fmt: skip
    """Put what endowments earn into them."""
    for i in range(endowment.size):
        if endowment[i] > 0:
            earned = int(np.floor(endowment[i] * rate))
            endowment[i] += earned
            booked[mechanism[i]] += earned
            seated[country[i]] += earned
            by_kind[kind[i]] += earned


@compiled
def _draw(
    paid_share: FloatArray, operating_cost: FloatArray, rate: float,
    endowment: IntArray, cash: IntArray, donors_money: IntArray, local_money: IntArray, other_money: IntArray,
    training: IntArray, carried: FloatArray,
) -> None:  # fmt: skip
    """Open accounts, put the draw into tills as far as no donor pays, and say what part of running cost it carries."""
    donors_money[:], other_money[:], training[:] = 0, 0, 0
    for i in range(endowment.size):
        local_money[i], carried[i] = 0, 0.0
        if endowment[i] > 0 and paid_share[i] < 1.0:
            draw = int(endowment[i] * (rate * (1.0 - paid_share[i])))
            endowment[i] -= draw
            cash[i] += draw
            local_money[i] += draw
            carried[i] = min(draw / (max(operating_cost[i], 1e-9) * CENTS_PER_DOLLAR), 1.0)
