"""Leaving: donors that end awards at once, because they withdraw or do not pay what they promised."""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import BoolArray, IntArray, cents
from ..state.ledger import add_by_row
from ..state.parameters import Parameters, parameter, uniform
from ..state.world import FUNDED, INDEPENDENT, TRANSITION, World


class LeavingParameters(Parameters, process="leaving"):
    """The parameters of awards that end before their time."""

    least_paid: float = parameter(
        value=0.3,
        unit="share",
        meaning="Part of what is due under which an award is in danger",
        source="judgement: awards of 2025 ended where payments stopped; 0.5% of awards a year end so in a quiet world",
        standing="judged",
        distribution=uniform(0.2, 0.4),
        minimum=0.0,
        maximum=1.0,
    )
    quarters_unpaid: float = parameter(
        value=2.0,
        unit="quarters",
        meaning="Quarters in a row after which an award in danger is ended",
        source="judgement",
        standing="judged",
        minimum=1.0,
        maximum=40.0,
    )


def end_unpaid(world: World, rows: IntArray, due: IntArray, paid: IntArray) -> None:
    """End awards of which hardly anything was paid for some quarters: an abrupt exit with the till that they have.

    Args:
        world: the world, at the end of its payments.
        rows: initiatives to which something may be due.
        due: cents.
        paid: cents, before what waits for results.
    """
    p, of = LeavingParameters.of(world.values), world.initiatives
    over = np.empty(rows.size, dtype=np.int64)
    count = _note_unpaid(rows, due, paid, p.least_paid, p.quarters_unpaid, of.unpaid, over)
    if count:
        world.tally.terminated += float((of.outlay[over[:count]] > 0).sum())
        leave_at_once(world, over[:count])


@compiled
def _note_unpaid(
    rows: IntArray, due: IntArray, paid: IntArray, least: float, quarters: float, unpaid: IntArray, over: IntArray
) -> int:
    """Count the quarters in a row in which hardly anything was paid; note those that had too many, return how many."""
    count = 0
    for j in range(rows.size):
        i = rows[j]
        unpaid[i] = unpaid[i] + 1 if due[j] > 0 and paid[j] < least * due[j] else 0
        if unpaid[i] >= quarters:
            over[count] = i
            count += 1
    return count


def leave_at_once(world: World, rows: IntArray) -> None:
    """Let donors leave some initiatives in this quarter, whatever exit was planned; what was never paid is cancelled.

    A cancelled initiative counts neither as an exit nor as a closure.
    """
    initiatives = world.initiatives
    initiatives.exit[rows] = world.traits.exit_names["abrupt"]
    initiatives.duration[rows] = initiatives.age[rows] + 1  # exiting ages it next: it leaves then
    initiatives.transition[rows] = 0
    initiatives.phase[rows] = TRANSITION
    initiatives.donor_share[rows] = 0.0
    initiatives.arrears[rows] = 0
    initiatives.unpaid[rows] = 0
    cancel(world, rows[initiatives.outlay[rows] == 0])


def terminate(world: World, donors: BoolArray, size: float) -> None:
    """Let some donors end their smallest awards at once, until a cut of this size is met by them.

    In 2025 83 to 86% of the awards of one donor ended, a third of their value.

    Args:
        world: the world in the quarter of the cut.
        donors: who cuts, (D,).
        size: share of the instalments of a donor that goes.
    """
    initiatives = world.initiatives
    rows = np.flatnonzero(donors[initiatives.donor] & (initiatives.phase != INDEPENDENT))
    support = cents(initiatives.donor_share[rows] * initiatives.operating_cost[rows])
    cost = np.where(initiatives.phase[rows] == FUNDED, initiatives.instalment[rows], support)
    donor = initiatives.donor[rows]
    order = np.lexsort((initiatives.key[rows], cost, donor))
    rows, cost, donor = rows[order], cost[order], donor[order]
    whole = np.zeros(world.donors.count, dtype=np.int64)
    add_by_row(whole, donor, cost)
    before = np.cumsum(whole) - whole
    ended = np.cumsum(cost) - before[donor] <= size * whole[donor]
    world.tally.terminated += float((initiatives.outlay[rows[ended]] > 0).sum())
    leave_at_once(world, rows[ended])


def cancel(world: World, rows: IntArray) -> None:
    """Strike initiatives that were signed and never paid."""
    world.tally.cancelled += float(rows.size)
    if rows.size:
        world.initiatives.remove(np.sort(rows))
