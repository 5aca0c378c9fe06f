"""Disbursement: instalments reach initiatives, less what is lost on the way."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import CENTS_PER_DOLLAR, QUARTERS_PER_YEAR, BoolArray, FloatArray, IntArray
from ..counterfactual import left_unspent
from ..counterfactual import set_aside as kept_back
from ..rules.cooperation import fragmentation_cost, transaction_cost, volatility_cost
from ..rules.money import newest_left, part_met, part_of, whole_cents
from ..state.ledger import SOURCE, USE
from ..state.parameters import Parameters, parameter, uniform
from ..state.spending import bring
from ..state.world import FUNDED, INDEPENDENT, World
from .appropriation import appropriate, carry_over
from .cofinance import cofinance
from .leaving import end_unpaid
from .partnerships import joint_work
from .shocks import heeding
from .spending_plan import spend_by_plan

LOSSES = (
    "transaction", "fund_fee", "verification", "guarantee_calls", "volatility_loss", "exchange_loss",
    "policy_support", "knowledge",
)  # fmt: skip
Row = int | np.unsignedinteger  # of a table; an unsigned one spares the test for places from the end
Shares = tuple[float, float, float, float, float, float, float, float]  # one a loss
LOST = np.array([USE[name] for name in LOSSES])  # rows of the books
DONOR = SOURCE["donor"]


class LossRates(NamedTuple):
    """What takes a share of payments: numbers, or by donor (D,), economy (C,) or mechanism (M,)."""

    base: float  # transaction cost with a single donor
    fragmented: FloatArray  # (C,) what many donors add to it
    reporting: FloatArray  # (M,) 1 where each donor has its own reporting
    platform: float  # transaction cost that a platform adds
    coordinating: FloatArray  # (D,) transaction cost of coordination
    fee: FloatArray  # (M,)
    verification: FloatArray  # (M,)
    calls: FloatArray  # (M,) on guarantees
    volatility: FloatArray  # (D,)
    transmitted: FloatArray  # (M,) share of this that reaches the initiative
    damped: float  # share of this that remains on a platform
    exchange: FloatArray  # (D,)
    support: FloatArray  # (C,) of reform and harmonised markets
    knowledge: float  # exchange of knowledge


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
    donors = world.donors
    carry_over(world)
    appropriate(world)
    rows, due, owed = _due(world)
    owed += kept_back(world, rows, due)
    paid, withheld, arriving = _grant(world, rows, due, owed)
    _pay(world, rows, arriving)
    _investors(world, rows, withheld)
    unspent = left_unspent(world, rows, arriving)
    if unspent is not None:
        world.ledger.spend("lapsed", donors.purse, np.minimum(donors.cash, unspent))
    donors.fresh[:], donors.year_old[:] = newest_left(donors.cash, donors.fresh, donors.year_old)
    end_unpaid(world, rows, due, paid)


def _due(world: World) -> tuple[IntArray, IntArray, IntArray]:
    """Return the rows to which something may be due, the cents due to each, (n,), and the cents each donor owes, (D,).

    It is the instalment in the funded years, a share of running cost afterwards. What a donor freezes it does not owe:
    the money stays with the donor, who commits it again.
    """
    of, donors = world.initiatives, world.donors
    rows, due = np.empty((2, of.count), dtype=np.int64)
    owed = np.empty(donors.count, dtype=np.int64)
    count = _owe(
        of.donor, of.country, of.exit, of.phase, of.age, of.instalment, of.arrears, of.donor_share, of.operating_cost,
        world.traits.exit.capacity_spending, world.now.aid_frozen, heeding(world), rows, due, owed, donors.due,
    )  # fmt: skip
    return rows[:count], due[:count], owed


@compiled
def _owe(
    donor: IntArray, country: IntArray, leave: IntArray, phase: IntArray, age: IntArray, instalment: IntArray,
    arrears: IntArray, donor_share: FloatArray, operating_cost: FloatArray, capacity_spending: FloatArray,
    frozen: FloatArray, heeds: BoolArray, rows: IntArray, due: IntArray, owed: IntArray, with_waiting: FloatArray,
) -> int:  # fmt: skip
    """Note what is due, what donors owe, and this with what they promised to those that wait; return how many rows.

    What is due and owed is in cents; with what waits it is in dollars.
    """
    count, waiting = 0, np.zeros_like(owed)
    for i in range(donor.size):
        rows[count] = i  # without a branch: the next one overwrites those to which nothing is due
        count += (age[i] >= 0) & (phase[i] < INDEPENDENT)
        if age[i] < 0:
            waiting[donor[i]] += instalment[i]
    owed[:] = 0
    for j in range(count):
        row = np.uint64(rows[j])  # no index counts from the end
        who, c, x = np.uint64(donor[row]), np.uint64(country[row]), np.uint64(leave[row])
        later = whole_cents(donor_share[row] * operating_cost[row] * (1.0 + capacity_spending[x]))
        amount = instalment[row] if phase[row] == FUNDED else later
        if frozen[c] > 0.0 and heeds[who]:
            amount = part_of(amount, 1.0 - frozen[c])
        due[j] = amount + arrears[row]
        owed[who] += due[j]
    for d in range(owed.size):
        with_waiting[d] = owed[d] / CENTS_PER_DOLLAR + waiting[d] / CENTS_PER_DOLLAR
    return count


def _grant(world: World, rows: IntArray, due: IntArray, owed: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Return what donors pay of what is due, which cents of this wait for results, and what arrives now, (n,) each.

    Donors owe on what they do not pay.

    Args:
        world: the world.
        rows: of initiatives.
        due: cents.
        owed: cents that each donor owes in all, (D,).
    """
    p, of = DisbursementParameters.of(world.values), world.initiatives
    luck = world.streams.uniform("disbursement", world.quarter, of.key[rows])
    paid, withheld, arriving = np.empty((3, rows.size), dtype=np.int64)
    unpredictable = 2.0 * (1.0 - p.predictability)
    _keep_word(rows, due, luck, of.donor, world.donors.cash, owed, unpredictable, of.arrears, paid)
    _withhold(
        rows, paid, of.mechanism, of.phase, of.age, of.service, world.traits.mechanism.results_share,
        p.expected_service, withheld, arriving,
    )  # fmt: skip
    return paid, withheld, arriving


@compiled
def _keep_word(
    rows: IntArray, due: IntArray, luck: FloatArray, donor: IntArray, accounts: IntArray, owed: IntArray,
    unpredictable: float, arrears: IntArray, paid: IntArray,
) -> None:  # fmt: skip
    """Pay what the donor can, in part a quarter late."""
    parts = np.empty(owed.size)
    for d in range(owed.size):
        parts[d] = part_met(float(accounts[d]), float(owed[d]))
    for j in range(rows.size):
        i = np.uint64(rows[j])  # no index counts from the end
        granted = part_of(due[j], parts[np.uint64(donor[i])])
        paid[j] = part_of(granted, 1.0 - unpredictable * luck[j])
        arrears[i] = granted - paid[j]


@compiled
def _withhold(
    rows: IntArray, paid: IntArray, mechanism: IntArray, phase: IntArray, age: IntArray, service: FloatArray,
    results_share: FloatArray, expected: float, withheld: IntArray, arriving: IntArray,
) -> None:  # fmt: skip
    """Hold back what waits for results which did not come: it stays with the donor.

    The part of an instalment that depends on results is paid in proportion to service over what is expected. The first
    year, in which service is built up, is paid in full.
    """
    for j in range(rows.size):
        i, share = rows[j], results_share[mechanism[rows[j]]]
        withheld[j] = 0
        if share > 0.0 and phase[i] == FUNDED and age[i] >= QUARTERS_PER_YEAR:
            withheld[j] = part_of(paid[j], share * (1.0 - min(service[i] / expected, 1.0)))
        arriving[j] = paid[j] - withheld[j]


def _investors(world: World, rows: IntArray, withheld: IntArray) -> None:
    """Let investors bear what donors withhold, where the mechanism says so: the initiative has the money anyway."""
    of, bear = world.initiatives, world.traits.mechanism.investors_bear
    chosen, borne = np.empty_like(rows), np.empty_like(rows)
    count = _bear(rows, withheld, of.mechanism, bear, chosen, borne)
    if count:
        bring(world, "private", chosen[:count], borne[:count], of.other_money)
        spend_by_plan(world, chosen[:count], borne[:count])


@compiled
def _bear(
    rows: IntArray, withheld: IntArray, mechanism: IntArray, bear: FloatArray, chosen: IntArray, borne: IntArray
) -> int:
    """Note what investors bear; return for how many."""
    count = 0
    for j in range(rows.size):
        if withheld[j] > 0 and bear[mechanism[rows[j]]] > 0.0:
            chosen[count], borne[count] = rows[j], withheld[j]
            count += 1
    return count


def _pay(world: World, rows: IntArray, paid: IntArray) -> None:
    """Split each payment into losses, fees and what arrives; draw in matching and private money; spend by plan."""
    of, donors, ledger, left = world.initiatives, world.donors, world.ledger, np.empty_like(paid)
    _hand_over(
        rows, paid, of.donor, of.country, of.kind, world.facts.countries.recipient_column, donors.cash, donors.outlay,
        of.cash, of.outlay, world.dyads.paid, ledger.seats[DONOR], world.memory.money,
    )  # fmt: skip
    _lose(
        rows, paid, of.donor, of.country, of.mechanism, of.platform, loss_rates(world),
        of.cash, of.donors_money, left, ledger.books_out,
    )  # fmt: skip
    spend_by_plan(world, rows, left + cofinance(world, rows, left))


@compiled
def _hand_over(
    rows: IntArray, paid: IntArray, donor: IntArray, country: IntArray, kind: IntArray, recipient: IntArray,
    accounts: IntArray, given_so_far: FloatArray, cash: IntArray, outlay: IntArray, by_pair: FloatArray,
    seated: IntArray, by_kind: IntArray,
) -> None:  # fmt: skip
    """Put payments from donors' accounts into tills; sum them by donor, by pair, by economy and by kind."""
    given = np.zeros_like(accounts)
    for j in range(rows.size):
        i = np.uint64(rows[j])  # no index counts from the end
        d, c, amount = np.uint64(donor[i]), np.uint64(country[i]), paid[j]
        cash[i] += amount
        outlay[i] += amount
        given[d] += amount
        by_pair[d, np.uint64(recipient[c])] += amount
        seated[c] += amount
        by_kind[np.uint64(kind[i])] += amount
    for donor_row in range(given.size):
        accounts[donor_row] -= given[donor_row]
        given_so_far[donor_row] += given[donor_row] / CENTS_PER_DOLLAR


def loss_rates(world: World) -> LossRates:
    """Return what takes a share of payments in this quarter."""
    p, facts, traits = DisbursementParameters.of(world.values), world.facts.donors, world.traits.mechanism
    joint = joint_work(world)
    return LossRates(
        base=p.transaction_base,
        fragmented=fragmentation_cost(world.countries.fragmentation, p.transaction_fragmentation),
        reporting=1.0 - traits.shares_reporting,
        platform=joint.platform,
        coordinating=joint.coordinating,
        fee=traits.fee,
        verification=traits.verification,
        calls=traits.calls,
        volatility=max(p.unreliability - p.usual_lapse, 0.0) * facts.relative_volatility,
        transmitted=traits.volatility_transmission,
        damped=joint.damped,
        exchange=p.exchange_loss * facts.exchange_volatility,
        support=joint.support,
        knowledge=joint.knowledge,
    )


@compiled
def shares_lost(rates: LossRates, d: Row, c: Row, m: Row, on_platform: float) -> Shares:
    """Return the shares of a payment that are lost on the way, in the order of LOSSES, together at most all.

    Args:
        rates: what takes a share.
        d: row of the donor.
        c: row of the economy.
        m: row of the mechanism.
        on_platform: 0 or 1.
    """
    platform, coordinating = rates.platform * on_platform, rates.coordinating[d]
    dealing = transaction_cost(rates.base, rates.fragmented[c], rates.reporting[m], platform, coordinating)
    volatility = volatility_cost(rates.volatility[d], rates.transmitted[m], on_platform, rates.damped)
    fee, verification, calls = rates.fee[m], rates.verification[m], rates.calls[m]
    exchange, support = rates.exchange[d], rates.support[c]
    whole = dealing + fee + verification + calls + volatility + exchange + support + rates.knowledge
    if whole <= 1.0:
        return dealing, fee, verification, calls, volatility, exchange, support, rates.knowledge
    return (  # no more than all of it is lost, whatever a user sets
        dealing / whole, fee / whole, verification / whole, calls / whole,
        volatility / whole, exchange / whole, support / whole, rates.knowledge / whole,
    )  # fmt: skip


@compiled
def _lose(
    rows: IntArray, paid: IntArray, donor: IntArray, country: IntArray, mechanism: IntArray, platform: FloatArray,
    rates: LossRates, cash: IntArray, donors_money: IntArray, left: IntArray, books: IntArray,
) -> None:  # fmt: skip
    """Take the losses from tills, each in whole cents; what is left has arrived."""
    for j in range(rows.size):
        i, rest = np.uint64(rows[j]), paid[j]  # no index counts from the end
        m = np.uint64(mechanism[i])
        shares = shares_lost(rates, np.uint64(donor[i]), np.uint64(country[i]), m, platform[i])
        for loss in range(LOST.size):
            lost = part_of(paid[j], shares[loss])
            books[np.uint64(LOST[loss]), m] += lost
            rest -= lost
        cash[i] -= paid[j] - rest
        donors_money[i] += rest
        left[j] = rest
