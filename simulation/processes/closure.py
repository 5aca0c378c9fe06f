"""Closure: initiatives close when nobody tolerates their arrears, by other causes, or as the market takes over."""

from __future__ import annotations

import functools
from itertools import pairwise

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import QUARTERS_PER_YEAR, YEARS_PER_QUARTER, BoolArray, FloatArray, IntArray
from ..rules import hazard
from ..rules.cash import years_owed
from ..rules.money import whole_cents
from ..state.kinds import KINDS, NETWORKS, rows_by_kind
from ..state.ledger import USE
from ..state.structures import INDEX_RULE, PLATEAU, STRUCTURES
from ..state.world import CAUSES, FACTORS, INDEPENDENT, World
from .index_rule import causes_by_index, closing_by_index, index_terms
from .other_causes import ClosureParameters, background, frailty_of_those_who_stay, log_hazards, main_causes
from .revival import keep_stopped
from .running import CashParameters
from .serving import leave_users

NETWORK = NETWORKS.astype(np.float64)  # (K,) 0 or 1
INSOLVENCY, CONTRACT, MARKET = (CAUSES.index(name) for name in ("insolvency", "contract", "market"))
WRITE_OFF, RETURNED = USE["write_off"], USE["returned"]
BY_LINE = 4  # quarters after the end of a public contract in which insolvency is called its end


def closure(world: World) -> None:
    """Close what is insolvent, what its cumulative hazard takes, and what an operator takes over; note the rule.

    A hazard is written as a cumulative one that meets one Exp(1) draw (complementary log-log).
    """
    initiatives = world.initiatives
    if initiatives.count == 0:
        return
    if INDEX_RULE in world.settings.structures:
        closing = closing_by_index(world)
        if closing.size:
            _close(world, closing, causes_by_index(world, closing))
        return
    rows, other, taken, broke = _who_closes(world)
    if rows.size:
        luck = world.streams.uniform("which cause", world.quarter, initiatives.key.take(rows))
        causes = main_causes(world, rows)
        lapsed, contract, ends = initiatives.line_lapsed, initiatives.contract, initiatives.line_ends
        _name(rows, luck, other, taken, broke, lapsed, contract, ends, world.quarter, causes)
        _close(world, rows, causes)


def _who_closes(world: World) -> tuple[IntArray, FloatArray, FloatArray, BoolArray]:
    """Add this quarter's hazards; return the rows that pass theirs or are broke, both hazards, and who is broke.

    The first hazard is that of other causes, (n,), the second that of a market that takes over, (rows,); broke is (n,).
    """
    of, p = world.initiatives, ClosureParameters.of(world.values)
    other = log_hazards(world)
    np.exp(other, out=other)
    broke, stays = np.zeros((2, other.size), dtype=bool)
    patience = tolerance_moved(world.settings.structures)
    no_credit = CashParameters.of(world.values).no_credit
    _find_broke(
        of.age, of.owing, of.operating_cost, of.tolerance, of.motivation, of.contract, patience, no_credit, broke
    )
    if PLATEAU in world.settings.structures:
        raised, bar = float(np.exp(STRUCTURES[PLATEAU].background)), frailty_of_those_who_stay(world)
        _stay(of.phase, of.frailty, bar, raised, other, stays)
    rows, taken = np.empty(other.size, dtype=np.int64), np.empty(other.size)
    closing = _find_closing(
        of.age, of.kind, of.market_reached, p.takeover, other, broke, stays, of.fate, of.hazard, rows, taken
    )
    return rows[:closing], other, taken[:closing], broke


@functools.cache
def tolerance_moved(structures: tuple[str, ...]) -> float:
    """Return the factor by which structural alternatives move the tolerance of all operators."""
    return float(np.exp(sum(STRUCTURES[name].tolerance for name in structures)))


@compiled
def _find_broke(
    age: IntArray, owing: IntArray, operating_cost: FloatArray, tolerance: FloatArray, motivation: FloatArray,
    contract: IntArray, patience: float, no_credit: float, broke: BoolArray,
) -> None:  # fmt: skip
    """Mark the operators that give up over what is owed to them."""
    for i in range(age.size):
        if (owing[i] > 0) & (age[i] > 0):
            owed = years_owed(owing[i], whole_cents(operating_cost[i]), QUARTERS_PER_YEAR)
            broke[i] = hazard.insolvent(owed, tolerance[i] * patience, motivation[i], contract[i] > 0, no_credit)


@compiled
def _stay(phase: IntArray, frailty: FloatArray, bar: float, raised: float, other: FloatArray, stays: BoolArray) -> None:
    """Let the least frail come to stay once donors have left, and raise the hazard of the others."""
    for i in range(phase.size):
        if phase[i] == INDEPENDENT:
            other[i] *= raised
            stays[i] = frailty[i] <= bar


@compiled
def _find_closing(
    age: IntArray, kind: IntArray, market_reached: FloatArray, takeover: float, other: FloatArray, broke: BoolArray,
    stays: BoolArray, fate: FloatArray, passed: FloatArray, rows: IntArray, taken: FloatArray,
) -> int:  # fmt: skip
    """Add a quarter of both hazards to the cumulative one; find who passes its fate or is broke; return how many.

    The market takes over networks alone. Who has not begun, or has come to stay, has no hazard.
    """
    closing = 0
    for i in range(age.size):
        if (age[i] > 0) and not stays[i]:
            rate = takeover * market_reached[i] * NETWORK[kind[i]]
            passed[i] += (other[i] + rate) * YEARS_PER_QUARTER
            if (passed[i] >= fate[i]) | broke[i]:
                rows[closing], taken[closing] = i, rate
                closing += 1
    return closing


@compiled
def _name(
    rows: IntArray, luck: FloatArray, other: FloatArray, taken: FloatArray, broke: BoolArray, line_lapsed: IntArray,
    contract: IntArray, line_ends: IntArray, quarter: int, causes: IntArray,
) -> None:  # fmt: skip
    """Name what closes some initiatives: money, a market that took over, or else the main of the other causes."""
    for k in range(rows.size):
        i = rows[k]
        if broke[i]:
            causes[k] = _of_money(line_lapsed[i] > 0 and contract[i] > 0, quarter - line_ends[i])
        elif luck[k] * (other[i] + taken[k]) < taken[k]:
            causes[k] = MARKET


@compiled
def _of_money(line_ended: bool, since: int) -> int:
    """Return the end of a public contract where the line has just ended on its day, insolvency otherwise."""
    return CONTRACT if line_ended and 0 <= since <= BY_LINE else INSOLVENCY


def medians(world: World) -> None:
    """Remember each kind's median factors and terms among initiatives after exit, every fifth year, to name causes."""
    initiatives = world.initiatives
    if not world.new_year or world.year % 5:
        return
    rows, ends = rows_by_kind(initiatives.kind, initiatives.phase, INDEPENDENT, len(KINDS))
    of_index = INDEX_RULE in world.settings.structures
    terms = index_terms(world, rows) if of_index else dict(zip(hazard.BACKGROUND, background(world, rows), strict=True))
    terms |= {name: getattr(initiatives, name)[rows] for name in FACTORS}
    causes = [CAUSES.index(name) for name in terms if name in CAUSES]
    values = np.array([terms[CAUSES[cause]] for cause in causes])
    for kind, (first, last) in enumerate(pairwise(ends)):
        if last > first:
            world.memory.medians[causes, kind] = middle(values[:, first:last])


def middle(values: FloatArray) -> FloatArray:
    """Return the median of each row of values, which are put into another order. `np.median` takes ten times longer."""
    half, odd = divmod(values.shape[1], 2)
    values.partition(half, axis=1)
    above = values[:, half]
    below = above if odd else values[:, :half].max(axis=1)
    return (below + above) / 2.0


def _close(world: World, rows: IntArray, causes: IntArray) -> None:
    """Take closing initiatives out of the columns: write off their cash, keep their story, leave some users behind."""
    initiatives = world.initiatives
    ledger = world.ledger
    _write_off(
        rows,
        initiatives.country,
        initiatives.kind,
        initiatives.mechanism,
        initiatives.cash,
        initiatives.refresh_fund,
        initiatives.endowment,
        ledger.books_out,
        ledger.given_back,
        world.memory.money,
    )
    leave_users(world, rows)
    world.tally.closed += rows.size
    world.tally.stranded += float(initiatives.capital.take(rows).sum())
    world.tally.closed_vintage += float(initiatives.vintage.take(rows).sum())
    keep_stopped(world, rows)
    if world.year >= world.stories_from:  # what closed before is in no table
        world.closed.take_over(initiatives, rows, closed=world.quarter, cause=causes)
    initiatives.remove(rows)


@compiled
def _write_off(
    rows: IntArray, country: IntArray, kind: IntArray, mechanism: IntArray, cash: IntArray, refresh_fund: IntArray,
    endowment: IntArray, books_out: IntArray, given_back: IntArray, money: IntArray,
) -> None:  # fmt: skip
    """Write off what closing initiatives hold, and give back their endowments; all in cents."""
    for i in rows:
        books_out[WRITE_OFF, mechanism[i]] += cash[i] + refresh_fund[i]
        books_out[RETURNED, mechanism[i]] += endowment[i]
        given_back[country[i]] += endowment[i]
        money[kind[i]] -= endowment[i]
        cash[i], refresh_fund[i], endowment[i] = 0, 0, 0
