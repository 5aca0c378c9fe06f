"""Building: money becomes capital, and capital becomes people who can be served."""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import FloatArray, IntArray
from ..rules.costs import with_premium
from ..rules.use import offline_at_first, picked_among
from ..state.kinds import ALL_IN, NETWORKS
from ..state.world import World
from .climate import note_sites, site_costs
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
    counted = np.where(ALL_IN[of.kind[rows]], 0.0, dollars) if buys is None else buys
    people, built, connected = np.empty(rows.size), np.zeros_like(memory.built_for), np.zeros_like(memory.connected)
    _reach(
        rows, dollars, counted, of.kind, of.group, of.mechanism, of.women, site_costs(world),
        ParityParameters.of(world.values).targeting_cost, world.traits.mechanism.reach, of.capital, people,
    )  # fmt: skip
    _connect(
        rows, people, of.country, of.group, of.kind, now.base_use, now.reach, now.single, now.found,
        ServingParameters.of(world.values).picked, of.people, of.offline, built, connected,
    )  # fmt: skip
    memory.built_for += built
    memory.connected += connected
    note_sites(world, rows, people)
    world.tally.people_reached += float(people.sum())
    world.tally.built += float(dollars.sum())


@compiled
def _reach(
    rows: IntArray, dollars: FloatArray, counted: FloatArray, kind: IntArray, group: IntArray, mechanism: IntArray,
    women: FloatArray, site_costs: FloatArray, targeting: float, by_mechanism: FloatArray,
    capital: FloatArray, people: FloatArray,
) -> None:  # fmt: skip
    """Turn dollars into capital, and into the people whom they reach; places kept for women cost more."""
    for j in range(rows.size):
        i = np.uint64(rows[j])  # no index counts from the end
        capital[i] += dollars[j]
        cost = site_costs[np.uint64(kind[i]), np.uint64(group[i])] * with_premium(1.0, targeting, women[i])
        people[j] = counted[j] / cost * by_mechanism[np.uint64(mechanism[i])]


@compiled
def _connect(
    rows: IntArray, added: FloatArray, country: IntArray, group: IntArray, kind: IntArray,
    base_use: FloatArray, reach: FloatArray, single: FloatArray, found: FloatArray, picked: float,
    people: FloatArray, offline: FloatArray, built: FloatArray, connected: FloatArray,
) -> None:  # fmt: skip
    """Add people to those whom rows can serve, and note how many of them were offline when they were connected."""
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
