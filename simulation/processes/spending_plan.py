"""Spending plan: what arrives at an initiative is set aside, spent by plan, or kept for running cost."""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import CENTS_PER_DOLLAR, FloatArray, IntArray
from ..rules.cash import set_aside
from ..rules.money import part_of
from ..state.kinds import ALL_IN, EQUIPMENT
from ..state.ledger import USE
from ..state.world import FUNDED, World
from .building import build
from .funds import FundsParameters
from .running import running_per_dollar

MONITORING, CAPACITY, CAPITAL, SECURITY = (USE[name] for name in ("monitoring", "capacity", "capital", "security"))


def spend_by_plan(world: World, rows: IntArray, arrived: IntArray) -> None:
    """Spend what arrived, cents (n,), on monitoring, capacity and capital; the rest stays for running costs."""
    of, traits, strategy = world.initiatives, world.traits, world.strategy
    free = _set_aside(world, rows, arrived)
    security, refresh = strategy.cybersecurity_share, strategy.refresh_share
    later = traits.exit.capacity_spending
    works, taught, kept = (np.empty(rows.size, dtype=np.int64) for _ in range(3))
    _split(
        rows, free, of.kind, of.mechanism, of.exit, of.phase,
        strategy.capacity_share + traits.mechanism.capacity, later / (1.0 + later),
        EQUIPMENT * (1.0 - security - refresh), refresh, works, taught, kept,
    )  # fmt: skip
    _spend(
        rows, free, works, taught, kept, of.mechanism, strategy.monitoring_share, security,
        of.cash, of.refresh_fund, of.training, world.ledger.books_out,
    )  # fmt: skip
    dollars, buys = np.empty(rows.size), np.empty(rows.size)
    _count_from(rows, arrived, works, of.kind, of.phase, dollars, buys)
    build(world, rows, dollars, buys)


@compiled
def _split(
    rows: IntArray, free: IntArray, kind: IntArray, mechanism: IntArray, leave: IntArray, phase: IntArray,
    capacity: FloatArray, capacity_later: FloatArray, equipment: FloatArray, refresh: float,
    works: IntArray, taught: IntArray, kept: IntArray,
) -> None:  # fmt: skip
    """Split what is free: works and a reserve in the funded years, and what builds capacity then and later."""
    for j in range(rows.size):
        i = np.uint64(rows[j])  # no index counts from the end
        if phase[i] == FUNDED:
            works[j] = part_of(free[j], equipment[np.uint64(kind[i])])
            taught[j] = part_of(free[j], capacity[np.uint64(mechanism[i])])
            kept[j] = part_of(free[j], refresh)
        else:
            works[j] = kept[j] = 0
            taught[j] = part_of(free[j], capacity_later[np.uint64(leave[i])])


@compiled
def _spend(
    rows: IntArray, free: IntArray, works: IntArray, taught: IntArray, kept: IntArray, mechanism: IntArray,
    monitoring: float, security: float, cash: IntArray, refresh_fund: IntArray, training: IntArray, books: IntArray,
) -> None:  # fmt: skip
    """Spend it, with monitoring and security; put into the reserve for new equipment what is left of it.

    Where shares come to more than all, as with a mechanism that adds to capacity, capacity gets what the others leave.
    """
    for j in range(rows.size):
        i = np.uint64(rows[j])  # no index counts from the end
        m = np.uint64(mechanism[i])
        watched, guarded = part_of(free[j], monitoring), part_of(free[j], security)
        taught[j] = min(taught[j], max(free[j] - watched - guarded - works[j], 0))
        books[MONITORING, m] += watched
        books[SECURITY, m] += guarded
        books[CAPACITY, m] += taught[j]
        books[CAPITAL, m] += works[j]
        left = cash[i] - watched - guarded - taught[j] - works[j]
        reserved = max(min(kept[j], left), 0)
        cash[i] = left - reserved
        refresh_fund[i] += reserved
        training[i] += taught[j]


@compiled
def _count_from(
    rows: IntArray, arrived: IntArray, works: IntArray, kind: IntArray, phase: IntArray,
    dollars: FloatArray, buys: FloatArray,
) -> None:  # fmt: skip
    """Say which dollars are works, and which people are counted from: all of them where a person's cost has all in."""
    for j in range(rows.size):
        i = rows[j]
        dollars[j] = works[j] / CENTS_PER_DOLLAR
        buys[j] = dollars[j]
        if ALL_IN[kind[i]]:
            buys[j] = arrived[j] / CENTS_PER_DOLLAR if phase[i] == FUNDED else 0.0


def _set_aside(world: World, rows: IntArray, arrived: IntArray) -> IntArray:
    """Put part of what arrives in the funded years into the endowment; return the cents that are left free, (n,).

    The part is solved so that the yearly draw carries the share of running cost that mechanism and exit want carried.
    """
    of, traits = world.initiatives, world.traits
    free, chosen, cover = arrived.copy(), np.empty(rows.size, dtype=np.int64), np.empty(rows.size)
    count = _endowed(
        rows, of.mechanism, of.exit, of.phase, traits.mechanism.endowment, traits.exit.endowment, chosen, cover
    )
    if count:
        draw = FundsParameters.of(world.values).endowment_draw
        share = set_aside(running_per_dollar(world, rows[chosen[:count]]), draw, cover[:count])
        _put_aside(rows, chosen[:count], share, free, of.cash, of.endowment)
    return free


@compiled
def _endowed(
    rows: IntArray, mechanism: IntArray, leave: IntArray, phase: IntArray,
    by_mechanism: FloatArray, by_exit: FloatArray, chosen: IntArray, cover: FloatArray,
) -> int:  # fmt: skip
    """Note which rows have an endowment, and the share of running cost that it is to carry; return how many."""
    count = 0
    for j in range(rows.size):
        i = rows[j]
        wanted = by_mechanism[mechanism[i]] + by_exit[leave[i]]
        if wanted > 0.0 and phase[i] == FUNDED:
            chosen[count], cover[count] = j, min(wanted, 1.0)
            count += 1
    return count


@compiled
def _put_aside(
    rows: IntArray, chosen: IntArray, share: FloatArray, free: IntArray, cash: IntArray, endowment: IntArray
) -> None:
    """Move a share of what arrived from tills to endowments."""
    for s in range(chosen.size):
        j = chosen[s]
        aside = part_of(free[j], share[s])
        free[j] -= aside
        cash[rows[j]] -= aside
        endowment[rows[j]] += aside
