"""Building: money becomes capital, and capital becomes people who can be served."""

from __future__ import annotations

import numpy as np

from ..basis.units import FloatArray, IntArray
from ..rules.use import offline_at_first
from ..state.kinds import ALL_IN
from ..state.world import World
from .climate import note_sites, site_costs
from .parity import dearness
from .serving import ServingParameters, reach_of, seats


def build(world: World, rows: IntArray, dollars: FloatArray, buys: FloatArray | None = None) -> None:
    """Turn dollars spent on works into capital of some rows, and into people whom they can serve.

    Args:
        world: the world.
        rows: initiatives, each once.
        dollars: spent on works, (n,).
        buys: dollars that people are counted from; those spent on works where left out, and none of them where the
            cost of a person holds everything and has been counted when the money came.
    """
    initiatives = world.initiatives
    kind = initiatives.kind[rows]
    counted = np.where(ALL_IN[kind], 0.0, dollars) if buys is None else buys
    initiatives.capital[rows] += dollars
    unit_cost = site_costs(world)[kind, initiatives.group[rows]] * dearness(world, rows)
    people = counted / unit_cost * world.traits.mechanism.reach[initiatives.mechanism[rows]]
    _connect(world, rows, people)
    note_sites(world, rows, people)
    world.tally.people_reached += float(people.sum())
    world.tally.built += float(dollars.sum())


def _connect(world: World, rows: IntArray, people: FloatArray) -> None:
    """Add people to those whom some rows can serve, and note how many of them were offline when they were connected."""
    initiatives, memory, kinds = world.initiatives, world.memory, world.initiatives.kind[rows]
    seat = seats(world)[rows]
    before = initiatives.people[rows]
    offline = 1.0 - world.now.base_use.ravel().take(seat)
    together = np.maximum(before + people, 1e-9)
    initiatives.offline[rows] = (before * initiatives.offline[rows] + people * offline) / together
    initiatives.people[rows] = before + people
    first = offline_at_first(offline, ServingParameters.of(world.values).picked)
    past = people * reach_of(world, seat, kinds)
    single = world.now.single.ravel().take(seat)
    count = memory.built_for.size
    memory.built_for += np.bincount(kinds, weights=people, minlength=count)
    memory.connected += np.bincount(kinds, weights=past * single * first, minlength=count)
