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
    security, refresh = strategy.cybersecurity_share, strategy.refresh_share
    dollars, buys = np.empty((2, rows.size))
    _spend(
        rows, arrived, _set_aside(world, rows, arrived), of.kind, of.mechanism, of.exit, of.phase,
        1.0 - security - refresh, strategy.capacity_share, traits.mechanism.capacity, traits.exit.capacity_spending,
        refresh, strategy.monitoring_share, security,
        of.cash, of.refresh_fund, of.training, world.ledger.books_out, dollars, buys,
    )  # fmt: skip
    build(world, rows, dollars, buys)


@compiled
def _spend(
    rows: IntArray, arrived: IntArray, free: IntArray, kind: IntArray, mechanism: IntArray, leave: IntArray,
    phase: IntArray, part_of_equipment: float, capacity: float, more_capacity: FloatArray, capacity_later: FloatArray,
    refresh: float, monitoring: float, security: float, cash: IntArray, refresh_fund: IntArray, training: IntArray,
    books: IntArray, dollars: FloatArray, buys: FloatArray,
) -> None:  # fmt: skip
    """Spend what is free: works and a reserve for new equipment in the funded years, and what builds capacity always.

    Where shares come to more than all, as with a mechanism that adds to capacity, capacity gets what the others leave.
    Write the dollars of works, and the dollars that people are counted from: all that arrived where a person's cost has
    all in.
    """
    for j in range(rows.size):
        i = np.uint64(rows[j])  # no index counts from the end
        m, k, funded = np.uint64(mechanism[i]), np.uint64(kind[i]), phase[i] == FUNDED
        later = capacity_later[np.uint64(leave[i])]
        of_capacity, of_capacity_later = capacity + more_capacity[m], later / (1.0 + later)
        works = part_of(free[j], EQUIPMENT[k] * part_of_equipment if funded else 0.0)
        taught = part_of(free[j], of_capacity if funded else of_capacity_later)
        kept = part_of(free[j], refresh if funded else 0.0)
        watched, guarded = part_of(free[j], monitoring), part_of(free[j], security)
        taught = min(taught, max(free[j] - watched - guarded - works, 0))
        books[MONITORING, m] += watched
        books[SECURITY, m] += guarded
        books[CAPACITY, m] += taught
        books[CAPITAL, m] += works
        left = cash[i] - watched - guarded - taught - works
        reserved = max(min(kept, left), 0)
        cash[i] = left - reserved
        refresh_fund[i] += reserved
        training[i] += taught
        dollars[j] = works / CENTS_PER_DOLLAR
        all_in = arrived[j] / CENTS_PER_DOLLAR if funded else 0.0
        buys[j] = all_in if ALL_IN[k] else dollars[j]


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
