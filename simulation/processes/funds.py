"""Funds: levies that universal service funds and a solidarity fund collect, and what endowments earn."""

from __future__ import annotations

import numpy as np

from ..basis.units import CENTS_PER_DOLLAR, QUARTERS_PER_YEAR, YEARS_PER_QUARTER, cents
from ..state.parameters import Parameters, parameter, uniform
from ..state.spending import came
from ..state.world import World
from .market import income_beyond

USUAL_LEVY = 0.01  # of operators' revenue; the price data already carry it
YEARS_TO_DRAW_DOWN = 10.0  # in which a fund that pays out all pays out what it had saved up


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
    for money in ("donors_money", "local_money", "other_money", "training"):
        getattr(world.initiatives, money)[:] = 0
    _endowments(world)


def _economies(world: World) -> None:
    """Set each economy's yearly product in constant dollars: embedded level, moved by income and people."""
    facts, row = world.facts.countries, world.year_row
    growth = world.reference.income[row] / facts.income * np.exp(income_beyond(world))
    people = world.reference.population[row] / facts.population
    world.now.product[:] = facts.product * growth * people


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
    facts = world.facts.countries
    revenue = p.operator_revenue * now.product * YEARS_PER_QUARTER * facts.is_recipient
    levied = cents(strategy.levy_rate * p.open_share * revenue)
    world.ledger.receive("levy", world.service_funds, levied)
    saved = (countries.service_fund - levied) / (YEARS_TO_DRAW_DOWN * QUARTERS_PER_YEAR)
    now.service_fund_quarter[:] = strategy.fund_disbursement * (levied + saved) / CENTS_PER_DOLLAR
    countries.service_fund_room[:] = now.service_fund_quarter
    rich = facts.income_group == 3
    procured = p.procurement * float(now.product[rich].sum()) * YEARS_PER_QUARTER
    given = strategy.solidarity_levy * strategy.solidarity_participation * procured
    world.ledger.receive("solidarity", world.solidarity, cents(np.array([given])))


def _endowments(world: World) -> None:
    """Let endowments earn their return, and pay their draw as far as no donor pays running cost."""
    initiatives, p = world.initiatives, FundsParameters.of(world.values)
    rows = np.flatnonzero(initiatives.endowment > 0)
    initiatives.endowment_share[:] = 0.0
    if rows.size == 0:
        return
    chest = initiatives.chest
    earned = np.floor(initiatives.endowment[rows] * (p.endowment_return * YEARS_PER_QUARTER))
    world.ledger.receive("endowment_return", chest, earned.astype(np.int64), initiatives.mechanism[rows], rows)
    came(world, earned.astype(np.int64), rows)
    drawing = rows[initiatives.paid_share[rows] < 1.0]
    share = p.endowment_draw * YEARS_PER_QUARTER * (1.0 - initiatives.paid_share[drawing])
    draw = np.floor(initiatives.endowment[drawing] * share).astype(np.int64)
    world.ledger.move(chest, draw, initiatives.till, draw, drawing, drawing)
    initiatives.local_money[drawing] += draw
    cost = np.maximum(initiatives.operating_cost[drawing], 1e-9) * CENTS_PER_DOLLAR
    initiatives.endowment_share[drawing] = np.minimum(draw / cost, 1.0)
