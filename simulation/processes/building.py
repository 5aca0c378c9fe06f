"""Building: money becomes capital, and capital becomes people who can be served."""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import FloatArray, IntArray
from ..rules.costs import with_premium
from ..rules.use import offline_at_first, picked_among
from ..state.kinds import ALL_IN, NETWORKS, SITES
from ..state.world import World
from .climate import note_sites, premium_of_sites
from .parity import ParityParameters
from .serving import ServingParameters


def build(world: World, rows: IntArray, dollars: FloatArray, buys: FloatArray | None = None) -> None:
    """Turn dollars spent on works into capital of some rows, and into people whom they can serve.

    Args:
        world: the world.
        rows: initiatives, each once.
        dollars: spent on works, (n,).
        buys: dollars that people are counted from; those spent on works where left out, and none of them where the
            cost of a person holds everything and has been counted when the money came.
    """
    of, now, memory = world.initiatives, world.now, world.memory
    people, counted = np.empty(rows.size), _leave_out(rows, dollars, of.kind) if buys is None else buys
    _reach(
        rows, dollars, counted, of.kind, of.group, of.mechanism, of.women, now.unit_cost,
        premium_of_sites(world), ParityParameters.of(world.values).targeting_cost, world.traits.mechanism.reach,
        of.capital, people,
    )  # fmt: skip
    built, connected = _connect(
        rows, people, of.country, of.group, of.kind, now.base_use, now.reach, now.single, now.found,
        ServingParameters.of(world.values).picked, of.people, of.offline,
    )  # fmt: skip
    memory.built_for += built
    memory.connected += connected
    note_sites(world, rows, people)
    world.tally.people_reached += float(people.sum())
    world.tally.built += float(dollars.sum())


@compiled
def _leave_out(rows: IntArray, dollars: FloatArray, kind: IntArray) -> FloatArray:
    """Return the dollars that people are counted from: none where the cost of a person holds everything, (n,)."""
    counted = np.empty(rows.size)
    for j in range(rows.size):
        counted[j] = 0.0 if ALL_IN[kind[rows[j]]] else dollars[j]
    return counted


@compiled
def _reach(
    rows: IntArray, dollars: FloatArray, counted: FloatArray, kind: IntArray, group: IntArray, mechanism: IntArray,
    women: FloatArray, unit_cost: FloatArray, premium: float, targeting: float, by_mechanism: FloatArray,
    capital: FloatArray, people: FloatArray,
) -> None:  # fmt: skip
    """Turn dollars into capital, and into the people whom they reach; places kept for women cost more."""
    for j in range(rows.size):
        i = np.uint64(rows[j])  # no index counts from the end
        capital[i] += dollars[j]
        k = np.uint64(kind[i])
        of_site = with_premium(unit_cost[k, np.uint64(group[i])], premium, SITES[k])
        cost = of_site * with_premium(1.0, targeting, women[i])
        people[j] = counted[j] / cost * by_mechanism[np.uint64(mechanism[i])]


@compiled
def _connect(
    rows: IntArray, added: FloatArray, country: IntArray, group: IntArray, kind: IntArray,
    base_use: FloatArray, reach: FloatArray, single: FloatArray, found: FloatArray, picked: float,
    people: FloatArray, offline: FloatArray,
) -> tuple[FloatArray, FloatArray]:  # fmt: skip
    """Add people to those whom rows can serve; return how many, and those of them who come online, by kind, (K,)."""
    built, connected = np.zeros(reach.shape[2]), np.zeros(reach.shape[2])
    for j in range(rows.size):
        i = np.uint64(rows[j])  # no index counts from the end
        c, g, k = np.uint64(country[i]), np.uint64(group[i]), np.uint64(kind[i])
        now_offline = 1.0 - base_use[c, g]
        together = people[i] + added[j]
        offline[i] = (people[i] * offline[i] + added[j] * now_offline) / max(together, 1e-9)
        people[i] = together
        built[k] += added[j]
        first = offline_at_first(now_offline, picked_among(picked, found[c, g], NETWORKS[k]))
        connected[k] += added[j] * reach[c, g, k] * single[c, g] * first
    return built, connected
