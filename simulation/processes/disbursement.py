"""Disbursement: instalments reach initiatives, less what is lost on the way."""

from __future__ import annotations

import numpy as np

from ..basis.units import CENTS_PER_DOLLAR, QUARTERS_PER_YEAR, BoolArray, FloatArray, IntArray, cents, scale_cents
from ..counterfactual import left_unspent
from ..counterfactual import set_aside as kept_back
from ..rules.cash import set_aside
from ..rules.cooperation import fragmentation_cost
from ..rules.money import newest_left, part_met
from ..state.kinds import ALL_IN, EQUIPMENT
from ..state.parameters import Parameters, parameter, uniform
from ..state.spending import came
from ..state.world import FUNDED, INDEPENDENT, World
from .building import build
from .funds import FundsParameters
from .leaving import end_unpaid
from .partnerships import joint_work
from .running import running_per_dollar
from .shocks import heeding

LOSSES = ("transaction", "fund_fee", "verification", "guarantee_calls", "volatility_loss", "exchange_loss")
LOCAL = ("government", "levy", "debt_relief", "diaspora")  # sources whose money makes owners
PLAN = ("monitoring", "capacity", "capital", "security")


class DisbursementParameters(Parameters, process="disbursement"):
    """The parameters of disbursement."""

    predictability: float = parameter(
        value=0.85,
        unit="ratio",
        meaning="Mean part of what is due that is paid in its quarter; the rest is owed on: time, no money",
        source="GPEDC: in-year predictability 0.83-0.87",
        standing="published",
        distribution=uniform(0.8, 0.9),
        minimum=0.5,
        maximum=1.0,
    )
    transaction_base: float = parameter(
        value=0.05,
        unit="share",
        meaning="Transaction cost with a single donor in the country",
        source="Killen and Rogerson; Anderson 2012: 5-15% of aid; form judged",
        standing="judged",
        distribution=uniform(0.03, 0.07),
        minimum=0.0,
        maximum=0.5,
    )
    transaction_fragmentation: float = parameter(
        value=0.10,
        unit="share",
        meaning="Added transaction cost where aid is fully fragmented",
        source="Killen and Rogerson; Anderson 2012: 5-15% of aid; form judged",
        standing="judged",
        distribution=uniform(0.05, 0.15),
        minimum=0.0,
        maximum=0.5,
    )
    unreliability: float = parameter(
        value=0.16,
        unit="share",
        meaning="Cost of unreliable aid at the mean volatility of donors: loss by volatility, and money that lapses",
        source="Kharas 2008: 15-20% of the value of aid",
        standing="published",
        distribution=uniform(0.15, 0.20),
        minimum=0.0,
        maximum=0.5,
    )
    usual_lapse: float = parameter(
        value=0.002,
        unit="share",
        meaning="Part of appropriations that usually lapses; the loss by volatility is the rest",
        source="the baseline without cuts, measured",
        standing="derived",
        distribution=uniform(0.0, 0.01),
        minimum=0.0,
        maximum=0.5,
    )
    exchange_loss: float = parameter(
        value=0.10,
        unit="ratio",
        meaning="Loss in exchange relative to the yearly volatility of the donor's currency",
        source="judgement: spread and hedging cost",
        standing="judged",
        distribution=uniform(0.05, 0.2),
        minimum=0.0,
        maximum=1.0,
    )
    expected_service: float = parameter(
        value=0.5,
        unit="0-1",
        meaning="Service level at which results are paid in full",
        source="judgement",
        standing="judged",
        distribution=uniform(0.4, 0.6),
        minimum=0.01,
        maximum=1.0,
    )


def disbursement(world: World) -> None:
    """Pay the instalments due, as far as money goes; book the losses on the way; spend what isn't running cost.

    What a donor does not spend is carried over for two fiscal years.
    """
    p = DisbursementParameters.of(world.values)
    initiatives, donors = world.initiatives, world.donors
    purse, ledger = donors.purse, world.ledger
    carry_over(world)
    appropriated = cents(donors.budget)
    ledger.receive("donor", purse, appropriated)
    donors.fresh += appropriated
    rows = np.flatnonzero((initiatives.phase < INDEPENDENT) & (initiatives.age >= 0))
    lead = initiatives.donor[rows]
    due = _due(world, rows)
    owed = np.bincount(lead, weights=due, minlength=donors.count)
    donors.due[:] = owed / CENTS_PER_DOLLAR
    waiting = np.flatnonzero(initiatives.age < 0)
    donors.due += (
        np.bincount(initiatives.donor[waiting], weights=initiatives.instalment[waiting], minlength=donors.count)
        / CENTS_PER_DOLLAR
    )
    owed = owed + kept_back(world, rows, due)
    scale = np.minimum(1.0, donors.cash / np.maximum(owed, 1.0))
    luck = world.streams.uniform("disbursement", world.quarter, initiatives.key[rows])
    ratio = 1.0 - 2.0 * (1.0 - p.predictability) * luck
    granted = scale_cents(due, scale[lead])
    paid = scale_cents(granted, ratio)
    initiatives.arrears[rows] = granted - paid
    withheld = _withheld(world, rows, paid)
    _pay(world, rows, paid - withheld)
    _investors(world, rows, withheld)
    ledger.spend("lapsed", purse, np.minimum(donors.cash, left_unspent(world, rows, paid - withheld)))
    donors.fresh[:], donors.year_old[:] = newest_left(donors.cash, donors.fresh, donors.year_old)
    end_unpaid(world, rows, due, paid)


def carry_over(world: World) -> None:
    """Let money lapse that was appropriated more than two fiscal years ago, and all that a donor who gives nothing has.

    A fiscal year ends in December. What is left of it can be spent in the two years that follow.
    """
    donors, ledger = world.donors, world.ledger
    if world.new_year:
        ledger.spend("lapsed", donors.purse, donors.cash - donors.fresh - donors.year_old)
        donors.year_old[:], donors.fresh[:] = donors.fresh, 0
    gone = (donors.budget <= 0.0) | world.now.left_pairs[:, world.reference.recipients].all(axis=1)
    if gone.any():
        ledger.spend("lapsed", donors.purse, np.where(gone, donors.cash, 0))
        donors.fresh[gone], donors.year_old[gone] = 0, 0


def _due(world: World, rows: IntArray) -> IntArray:
    """Return what donors owe to each row: the instalment in the funded years, a share of running cost afterwards.

    What a donor freezes it does not owe: the money stays with the donor, who commits it again.
    """
    initiatives = world.initiatives
    support = initiatives.donor_share[rows] * initiatives.operating_cost[rows]
    support *= 1.0 + world.traits.exit.capacity_spending[initiatives.exit[rows]]
    funded = initiatives.phase[rows] == FUNDED
    due = np.where(funded, initiatives.instalment[rows], cents(support))
    hit = np.flatnonzero(world.now.aid_frozen[initiatives.country[rows]])
    if hit.size:
        held = world.now.aid_frozen[initiatives.country[rows[hit]]] * heeding(world)[initiatives.donor[rows[hit]]]
        due[hit] = scale_cents(due[hit], 1.0 - held)
    return due + initiatives.arrears[rows]


def _withheld(world: World, rows: IntArray, paid: IntArray) -> IntArray:
    """Return the cents of each payment that wait for results which did not come: they stay with the donor.

    The part of an instalment that depends on results is paid in proportion to service over what is expected. The first
    year, in which service is built up, is paid in full.
    """
    p = DisbursementParameters.of(world.values)
    initiatives, traits = world.initiatives, world.traits
    share = traits.mechanism.results_share[initiatives.mechanism[rows]]
    withheld = np.zeros_like(paid)
    late = np.flatnonzero(
        (share > 0.0) & (initiatives.phase[rows] == FUNDED) & (initiatives.age[rows] >= QUARTERS_PER_YEAR)
    )
    results = np.minimum(initiatives.service[rows[late]] / p.expected_service, 1.0)
    withheld[late] = scale_cents(paid[late], share[late] * (1.0 - results))
    return withheld


def _investors(world: World, rows: IntArray, withheld: IntArray) -> None:
    """Let investors bear what donors withhold, where the mechanism says so: the initiative has the money anyway."""
    mechanism = world.initiatives.mechanism[rows]
    bear = np.flatnonzero((withheld > 0) & (world.traits.mechanism.investors_bear[mechanism] > 0.0))
    if bear.size:
        world.ledger.receive("private", world.initiatives.till, withheld[bear], mechanism[bear], rows[bear])
        came(world, withheld[bear], rows[bear])
        world.initiatives.other_money[rows[bear]] += withheld[bear]
        _spend(world, rows[bear], withheld[bear])


def _pay(world: World, rows: IntArray, paid: IntArray) -> None:
    """Split each payment into losses, fees and what arrives; draw in matching and private money; spend by plan."""
    initiatives, donors, ledger = world.initiatives, world.donors, world.ledger
    lead, country, mechanism = initiatives.donor[rows], initiatives.country[rows], initiatives.mechanism[rows]
    purse, till = donors.purse, initiatives.till
    given = np.bincount(lead, weights=paid, minlength=donors.count).astype(np.int64)
    ledger.move(purse, given, till, paid, rows)
    initiatives.outlay[rows] += paid
    came(world, paid, rows)
    donors.outlay += given / CENTS_PER_DOLLAR
    world.dyads.paid += np.bincount(
        lead * world.dyads.paid.shape[1] + world.facts.countries.recipient_column[country],
        weights=paid, minlength=world.dyads.paid.size,
    ).reshape(world.dyads.paid.shape)  # fmt: skip
    uses, shares = joint_work(world, rows, LOSSES, _losses(world, lead, country, mechanism))
    left = paid - ledger.spend_plan(till, uses, scale_cents(paid, shares), mechanism, rows)
    initiatives.donors_money[rows] += left
    _spend(world, rows, left + _cofinance(world, rows, left))


def _cofinance(world: World, rows: IntArray, left: IntArray) -> IntArray:
    """Draw in what others add to each donor dollar that arrived, source by source; returns the added cents, (n,).

    Treasuries add as far as their recurrent room goes, universal service funds and the solidarity fund as far as they
    have money to pay out; private lenders, creditors and givers come in by the mechanism's ratio.
    """
    initiatives, ledger, tables = world.initiatives, world.ledger, world.traits.mechanism.cofinance
    till = initiatives.till
    country, mechanism = initiatives.country[rows], initiatives.mechanism[rows]
    income = world.facts.countries.income_group[country]
    added = np.zeros_like(left)
    draws = {source: ratios.sum(axis=1) > 0.0 for source, ratios in tables.items()}
    some = np.flatnonzero(np.logical_or.reduce(list(draws.values()))[mechanism])
    theirs = mechanism[some]
    for source, ratios in tables.items():
        chosen = some[draws[source][theirs]]
        if chosen.size == 0:
            continue
        wanted = left[chosen] * ratios[mechanism[chosen], income[chosen]]
        host = country[chosen]
        if source == "government":
            given = within_room(host, wanted, world.now.treasury_room - world.countries.recurrent_asked)
        elif source == "levy":
            room = world.countries.service_fund_room - world.now.levy_asked
            given = within_room(host, wanted, room)
        elif source == "solidarity":
            part = min(1.0, float(world.solidarity_fund[0]) / max(float(wanted.sum()), 1.0))
            given = np.floor(wanted * part).astype(np.int64)
        else:
            given = np.floor(wanted).astype(np.int64)
        if source == "levy":
            pay_from_service_funds(world, rows[chosen], given)
        elif source == "solidarity":
            whole = np.array([given.sum()])
            ledger.pass_on(world.solidarity, whole, till, given, mechanism[chosen], rows[chosen])
        else:
            ledger.receive(source, till, given, mechanism[chosen], rows[chosen])
        if source != "levy":
            came(world, given, rows[chosen])
            money = initiatives.local_money if source in LOCAL else initiatives.other_money
            money[rows[chosen]] += given
        added[chosen] += given
    return added


def _losses(world: World, lead: IntArray, country: IntArray, mechanism: IntArray) -> FloatArray:
    """Return the shares of a payment that are lost on the way, one row a use of LOSSES. Shape (6, n)."""
    p, traits, facts = DisbursementParameters.of(world.values), world.traits, world.facts.donors
    fragmented = fragmentation_cost(world.countries.fragmentation, p.transaction_fragmentation)
    volatility = max(p.unreliability - p.usual_lapse, 0.0) * facts.relative_volatility
    shares = np.empty((len(LOSSES), lead.size))
    shares[0] = p.transaction_base
    shares[0] += fragmented[country] * (1.0 - traits.mechanism.shares_reporting)[mechanism]
    np.take(
        np.array([traits.mechanism.fee, traits.mechanism.verification, traits.mechanism.calls]),
        mechanism,
        axis=1,
        out=shares[1:4],
    )
    shares[4] = np.minimum(volatility[lead] * traits.mechanism.volatility_transmission[mechanism], 0.4)
    shares[5] = (p.exchange_loss * facts.exchange_volatility)[lead]
    whole = shares.sum(axis=0)
    if shares.size and whole.max() > 1.0:  # no more than all of it is lost, whatever a user sets
        shares /= np.maximum(whole, 1.0)
    return shares


def pay_from_service_funds(world: World, rows: IntArray, given: IntArray) -> None:
    """Let the host economies' universal service funds pay cents, (n,), to some initiatives."""
    countries, initiatives = world.countries, world.initiatives
    paid_out = np.bincount(initiatives.country[rows], weights=given, minlength=countries.count).astype(np.int64)
    mechanism = initiatives.mechanism[rows]
    world.ledger.pass_on(world.service_funds, paid_out, initiatives.till, given, mechanism, rows)
    came(world, given, rows)
    initiatives.local_money[rows] += given
    countries.service_fund_room -= paid_out / CENTS_PER_DOLLAR


def within_room(country: IntArray, wanted: FloatArray, room: FloatArray) -> IntArray:
    """Return what is wanted in cents, (n,), scaled down to each economy's room in dollars, (C,)."""
    asked = np.bincount(country, weights=wanted, minlength=room.size) / CENTS_PER_DOLLAR
    scale = part_met(np.maximum(room, 0.0), asked)
    return np.floor(wanted * scale[country]).astype(np.int64)


def _spend(world: World, rows: IntArray, arrived: IntArray) -> None:
    """Spend what arrived on monitoring, capacity and capital by plan; the rest stays for running costs."""
    initiatives, ledger = world.initiatives, world.ledger
    till, mechanism = initiatives.till, initiatives.mechanism[rows]
    kind, funded = initiatives.kind[rows], initiatives.phase[rows] == FUNDED
    capacity = world.strategy.capacity_share + world.traits.mechanism.capacity[mechanism]
    later = world.traits.exit.capacity_spending[initiatives.exit[rows]]
    share = np.where(funded, capacity, later / (1.0 + later))
    come = arrived
    arrived = arrived - _set_aside(world, rows, arrived, funded)
    security, refresh = world.strategy.cybersecurity_share, world.strategy.refresh_share
    uses = PLAN if security > 0.0 else PLAN[:-1]
    shares = np.empty((len(uses), rows.size))
    shares[0], shares[1] = world.strategy.monitoring_share, share
    shares[2] = EQUIPMENT[kind] * funded * (1.0 - security - refresh)
    shares[3:] = security
    plan = scale_cents(arrived, shares)
    ledger.spend_plan(till, uses, plan, mechanism, rows)
    if refresh > 0.0:
        _reserve(world, rows, scale_cents(arrived, refresh * funded))
    initiatives.training[rows] += plan[1]
    dollars = plan[2] / CENTS_PER_DOLLAR
    build(world, rows, dollars, np.where(ALL_IN[kind], come / CENTS_PER_DOLLAR * funded, dollars))


def _reserve(world: World, rows: IntArray, amounts: IntArray) -> None:
    """Put cents from the tills of some rows into their reserves for new equipment, as far as the tills go."""
    initiatives = world.initiatives
    moved = np.minimum(amounts, initiatives.cash[rows])
    world.ledger.move(initiatives.till, moved, initiatives.reserve, moved, rows, rows)


def _set_aside(world: World, rows: IntArray, arrived: IntArray, funded: BoolArray) -> IntArray:
    """Put part of what arrives in the funded years into the endowment; returns the cents set aside, (n,).

    The part is solved so that the yearly draw carries the share of running cost that mechanism and exit want carried.
    """
    initiatives, traits = world.initiatives, world.traits
    cover = traits.mechanism.endowment[initiatives.mechanism[rows]] + traits.exit.endowment[initiatives.exit[rows]]
    aside = np.zeros_like(arrived)
    chosen = np.flatnonzero((cover > 0.0) & funded)
    if chosen.size:
        draw = FundsParameters.of(world.values).endowment_draw
        share = set_aside(running_per_dollar(world, rows[chosen]), draw, np.minimum(cover[chosen], 1.0))
        aside[chosen] = scale_cents(arrived[chosen], share)
        till, chest = initiatives.till, initiatives.chest
        world.ledger.move(till, aside[chosen], chest, aside[chosen], rows[chosen], rows[chosen])
    return aside
