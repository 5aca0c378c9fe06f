"""Serving: whom initiatives reach, who of them would be offline otherwise, and each person once."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import YEARS_PER_QUARTER, FloatArray, IntArray
from ..rules.use import picked_among, still_offline
from ..state.kinds import KINDS, NETWORKS
from ..state.parameters import Parameters, parameter, triangular, uniform
from ..state.world import World


class ServingParameters(Parameters, process="serving"):
    """The parameters of whom initiatives serve."""

    picked: float = parameter(
        value=0.3,
        unit="share",
        meaning="Share of the people served picked among the people that the barrier stops (tau)",
        source="IEG 2011: targeted access met its aim in 30% of projects; judged",
        standing="judged",
        distribution=uniform(0.0, 0.6),
        minimum=0.0,
        maximum=1.0,
    )
    most_held: float = parameter(
        value=0.9,
        unit="share",
        meaning="Users of a place who can be there by initiatives, at most",
        source="judgement: some come of themselves; binds in small economies alone",
        standing="judged",
        distribution=uniform(0.7, 1.0),
        minimum=0.0,
        maximum=1.0,
    )
    devices_kept: float = parameter(
        value=0.36,
        unit="per year",
        meaning="Users with a device from a closed initiative who still have it a year later",
        source="about a third of devices are held after 13 months",
        standing="derived",
        distribution=uniform(0.25, 0.5),
        minimum=0.0,
        maximum=1.0,
    )
    skills_kept: float = parameter(
        value=1.0,
        unit="per year",
        meaning="Users trained by a closed initiative who stay users a year later, but for those online anyway by then",
        source="judgement: skills stay",
        standing="judged",
        distribution=uniform(0.9, 1.0),
        minimum=0.0,
        maximum=1.0,
    )
    network_effects: float = parameter(
        value=0.25,
        unit="ratio",
        meaning="People who come online because a user added by an initiative did, for each such user",
        source="Bjorkegren and Karaca 2022 (Rwanda): most revenue of subsidised handsets came from others; judged",
        standing="judged",
        distribution=triangular(0.0, 1.0),
        minimum=0.0,
        maximum=3.0,
    )

    @cached_property
    def kept_in_a_quarter(self) -> FloatArray:
        """Return which part of the users whom closed initiatives left behind a quarter later still are users, (K,)."""
        yearly = {"nothing": 0.0, "devices": self.devices_kept, "skills": self.skills_kept}
        return np.array([yearly[kind.leaves] for kind in KINDS]) ** YEARS_PER_QUARTER


def passing(world: World) -> FloatArray:
    """Return the people whom initiatives serve and whom no other barrier stops, (n,): service x people x reach."""
    of, found = world.initiatives, np.empty(world.initiatives.count)
    _count_passing(of.country, of.group, of.kind, of.service, of.people, world.now.reach, found)
    return found


@compiled
def _count_passing(
    country: IntArray, group: IntArray, kind: IntArray, service: FloatArray, people: FloatArray, reach: FloatArray,
    found: FloatArray,
) -> None:  # fmt: skip
    """Write the people whom each initiative serves and whom no other barrier stops."""
    for i in range(found.size):
        found[i] = service[i] * people[i] * reach[country[i], group[i], kind[i]]


def offline_now(world: World) -> FloatArray:
    """Return the part of people served who would not be online otherwise, (n,)."""
    of, now, left = world.initiatives, world.now, np.empty(world.initiatives.count)
    picked = ServingParameters.of(world.values).picked
    _find_offline(of.country, of.group, of.kind, of.offline, now.base_use, picked, now.found, left)
    return left


@compiled
def _find_offline(
    country: IntArray, group: IntArray, kind: IntArray, offline: FloatArray, use: FloatArray, picked: float,
    found: FloatArray, left: FloatArray,
) -> None:  # fmt: skip
    """Write the part of people served who would not be online otherwise."""
    for i in range(left.size):
        c, g = country[i], group[i]
        left[i] = still_offline(use[c, g], offline[i], picked_among(picked, found[c, g], NETWORKS[kind[i]]))


def adding(world: World, served: FloatArray) -> FloatArray:
    """Return whom initiatives add to use, each person once, (n,); `served` is what :func:`passing` returns."""
    found = offline_now(world)
    _count_once(world.initiatives.country, world.initiatives.group, served, world.now.single, found)
    return found


@compiled
def _count_once(country: IntArray, group: IntArray, served: FloatArray, single: FloatArray, added: FloatArray) -> None:
    """Turn the part of people served whom initiatives add into people, each once."""
    for i in range(added.size):
        added[i] = served[i] * added[i] * single[country[i], group[i]]


def leave_users(world: World, rows: IntArray) -> None:
    """Note the people who would not be online otherwise whom closing initiatives leave behind, each person once."""
    of, now, picked = world.initiatives, world.now, ServingParameters.of(world.values).picked
    world.memory.retained += _count_left(
        rows, of.country, of.group, of.kind, of.service, of.people, of.offline,
        now.reach, now.base_use, now.single, picked, now.found,
    )  # fmt: skip


@compiled
def _count_left(
    rows: IntArray, country: IntArray, group: IntArray, kind: IntArray, service: FloatArray, people: FloatArray,
    offline: FloatArray, reach: FloatArray, use: FloatArray, single: FloatArray, picked: float, found: FloatArray,
) -> FloatArray:  # fmt: skip
    """Return the people whom some initiatives add to use, by economy, group and kind."""
    left = np.zeros(reach.shape)
    for i in rows:
        c, g, k = country[i], group[i], kind[i]
        passing_here = service[i] * people[i] * reach[c, g, k]
        here = picked_among(picked, found[c, g], NETWORKS[k])
        left[c, g, k] += passing_here * still_offline(use[c, g], offline[i], here) * single[c, g]
    return left


def left_by_closed(world: World, before: FloatArray) -> FloatArray:
    """Let users whom closed initiatives left behind go, by what these leave; return how many remain, (C, G).

    A closed network serves nobody next day. Who would by now be online anyway is no longer counted. `before` is use
    on the nation's path a quarter ago, (C, G).
    """
    kept = ServingParameters.of(world.values).kept_in_a_quarter
    return _let_go(world.memory.retained, kept, world.now.base_use, before)


@compiled
def _let_go(retained: FloatArray, kept: FloatArray, use: FloatArray, before: FloatArray) -> FloatArray:
    """Let users of closed initiatives go, by kind and as their place comes online; return who remain, (C, G)."""
    left = np.zeros(use.shape)
    for c in range(use.shape[0]):
        for g in range(use.shape[1]):
            offline = min((1.0 - use[c, g]) / max(1.0 - before[c, g], 1e-9), 1.0)
            for k in range(kept.size):
                retained[c, g, k] *= offline * kept[k]
                left[c, g] += retained[c, g, k]
    return left


@compiled
def people_of_places(population: FloatArray, urban_share: FloatArray) -> FloatArray:
    """Return the people of towns and of the countryside, at least one, (C, 2)."""
    found = np.empty((population.size, 2))
    for c in range(population.size):
        towns = population[c] * urban_share[c]
        found[c, 0], found[c, 1] = max(towns, 1.0), max(population[c] - towns, 1.0)
    return found


def by_place(world: World, amounts: FloatArray) -> FloatArray:
    """Return the sums of amounts of initiatives, (n,), by economy and group, (C, 2)."""
    seat, count = seats(world), world.countries.count
    return np.asarray(np.bincount(seat, weights=amounts, minlength=count * 2).reshape(-1, 2), np.float64)


def seats(world: World) -> IntArray:
    """Return where each initiative stands in an array by economy and group that is laid out flat, (n,)."""
    return np.asarray(world.initiatives.country * 2 + world.initiatives.group)
