"""Adoption: who uses the internet, by country, in towns and in the countryside."""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import QUARTERS_PER_YEAR, YEARS_PER_QUARTER, FloatArray, IntArray, expit
from ..rules.adoption import held_back, income_change, passed_through
from ..rules.curves import saturated
from ..rules.split import mean_of_places, split
from ..rules.use import added, holdable, moved, offline_at_first, once, picked_among, still_offline, within
from ..state.kinds import NETWORKS
from ..state.structures import OWN_ANCHORS
from ..state.world import INDEPENDENT, STAGES, TRANSITION, URBAN, World
from .adoption_parameters import AdoptionParameters
from .nation import coupling_of, nation_year, place_odds, step_nation
from .serving import ServingParameters, left_by_closed, people_of_places

STANDING, SERVING, PASSING, OFFLINE_THEN, OFFLINE_NOW, ADDITIONAL = range(1, len(STAGES))  # the first is "built"


def adoption(world: World) -> None:
    """Step use: the nation's path, its split between places, what levers pass through, and what initiatives add."""
    world.now.income_change[:] = _income_change(world)
    if world.new_year:
        nation_year(world)
        _hold_back(world)
    step_nation(world)
    coupling = coupling_of(world)
    _pass_through(world, coupling.pass_through)
    _places(world, coupling.bounded)


def _hold_back(world: World) -> None:
    """Note what is held back of the year's falls of the index; it begins at the start year."""
    now, memory, p = world.now, world.memory, AdoptionParameters.of(world.values)
    if world.year >= world.start_year:
        moved, gap = now.index_log_odds - now.index_before, now.index_gap - now.gap_before
        memory.fall_held[:] = held_back(memory.fall_held, moved, gap, p.fall_held_back)


def _pass_through(world: World, strength: float) -> None:
    """Move the deviation of each place towards what its index is beyond the path without levers.

    It begins at the start year: before, use is held to what was observed, and that holds all of this already.
    """
    if world.year < world.start_year:
        return
    p = AdoptionParameters.of(world.values)
    gap = world.now.index_gap + world.memory.fall_held
    memory = world.memory
    memory.passed[:] = passed_through(memory.passed, gap, strength, p.pass_through_pace, YEARS_PER_QUARTER)


def _income_change(world: World) -> FloatArray:
    """Return the change of ln GDP against its path: unusual climate losses, and what use beyond the reference adds.

    It begins at the start year, since the observed past holds all of this.
    """
    countries = world.countries
    if world.year < world.start_year:
        return np.zeros(countries.count)
    p = AdoptionParameters.of(world.values)
    unusual = countries.income_loss - countries.income_loss_usual
    reference = expit(countries.reference_log_odds)
    return income_change(countries.use, reference, unusual, p.income_feedback)


def _reference_service(world: World) -> FloatArray:
    """Return the users whom initiatives add on the stored reference path, now, shape (C, 2).

    From the start year on it is moved by what this run's initiatives added beyond it at the start.
    """
    stored = world.reference.reference_service
    if stored is None:
        return np.zeros((world.countries.count, 2))
    part = world.quarter % QUARTERS_PER_YEAR / QUARTERS_PER_YEAR
    row = world.year_row
    return _between(stored[row], stored[row + 1], part, world.memory.own_service)


@compiled
def _between(before: FloatArray, after: FloatArray, part: float, moved_by: FloatArray) -> FloatArray:
    """Return people between two years, moved by so many, none at least, (C, 2)."""
    found = np.empty(moved_by.shape)
    for c in range(moved_by.shape[0]):
        for g in range(moved_by.shape[1]):
            found[c, g] = max(before[c, g] * (1.0 - part) + after[c, g] * part + moved_by[c, g], 0.0)
    return found


def _hold_to_observed(world: World, reference: FloatArray, effective: FloatArray) -> FloatArray:
    """Return the reference service that makes use what was observed at the start of the answer, (C, 2).

    What was observed holds the users of the initiatives that there are. So in the last quarter before the start year
    the reference becomes the run's own service, and what initiatives add is counted from there.
    """
    first = (world.start_year - world.first_year) * QUARTERS_PER_YEAR
    if world.quarter + 1 == first and world.reference.reference_service is not None:
        world.memory.own_service[:] = effective - reference
        return effective
    return reference


def _places(world: World, bounded: bool) -> None:
    """Set use in towns and in the countryside: the split path, levers and initiatives, bounded by coverage alone."""
    countries, now, memory = world.countries, world.now, world.memory
    sizes = people_of_places(countries.population, countries.urban_share)
    before = now.base_use.copy()
    odds = np.exp(place_odds(world))
    _split_base(expit(countries.reference_log_odds), countries.urban_share, odds, now.base_use)
    if OWN_ANCHORS in world.settings.structures and world.year >= world.start_year:
        now.base_use[:, 0], now.base_use[:, 1] = expit(memory.own_path[:, 0]), expit(memory.own_path[:, 1])
    ways_in = _count_people(world, sizes, left_by_closed(world, before))
    reference = _hold_to_observed(world, _reference_service(world), now.effective)
    levers = moved(now.base_use, memory.passed)
    bounded = bounded and world.year >= world.start_year
    people = np.empty((7, *sizes.shape))
    _use(
        now.base_use, levers, now.effective, reference, sizes, ServingParameters.of(world.values).most_held, bounded,
        countries.bound_urban, countries.bound_rural, memory.use_observed, countries.urban_share, countries.use_urban,
        countries.use_rural, countries.use, people,
    )  # fmt: skip
    countries.use_published[:] = moved(countries.use, countries.figure_beyond) + countries.use
    path, lifted, came, counted, taken, stopped, users = people.reshape(7, -1).sum(axis=1).tolist()
    part = counted / max(came, 1e-9)
    now.users[:] = [path, lifted, *(way * part for way in ways_in), -taken, stopped, users]


@compiled
def _split_base(nation: FloatArray, urban: FloatArray, odds: FloatArray, base: FloatArray) -> None:
    """Set use of both places on the nation's path."""
    for c in range(nation.size):
        base[c, 0], base[c, 1] = split(nation[c], urban[c], odds[c])


@compiled
def _use(
    base: FloatArray, levers: FloatArray, users: FloatArray, reference: FloatArray, sizes: FloatArray, most: float,
    bounded: bool, bound_urban: FloatArray, bound_rural: FloatArray, observed: FloatArray, urban: FloatArray,
    use_urban: FloatArray, use_rural: FloatArray, nation: FloatArray, people: FloatArray,
) -> None:  # fmt: skip
    """Set use of places and of the nation, and the people of each place behind the channels that users come through."""
    for c in range(urban.size):
        for g in range(2):
            path, lift, size = base[c, g], levers[c, g], sizes[c, g]
            work = added(path, users[c, g], reference[c, g], size, most)
            bound = bound_urban[c] if g == URBAN else bound_rural[c]
            use = within(path, lift + work, max(bound, observed[c, g]) if bounded else 1.0)
            if g == URBAN:
                use_urban[c] = use
            else:
                use_rural[c] = use
            held = holdable(path * size, reference[c, g], most)
            people[0, c, g], people[1, c, g], people[2, c, g] = path * size, lift * size, users[c, g]
            people[3, c, g], people[4, c, g] = held * users[c, g], held * reference[c, g]
            people[5, c, g], people[6, c, g] = (use - (path + lift + work)) * size, use * size
        nation[c] = mean_of_places(urban[c], use_urban[c], use_rural[c])


def _count_people(world: World, sizes: FloatArray, left: FloatArray) -> tuple[float, float, float]:
    """Count whom initiatives add, each person once, and enter every stage in the ledger of people.

    Return how many are connected by living initiatives, left behind by closed ones, and come since others came. `left`
    are users left behind by closed initiatives, (C, G).
    """
    some, now, serving = world.initiatives, world.now, ServingParameters.of(world.values)
    past, after, handing, direct = np.empty((4, some.count))
    picks, reached, added_here, wanted = np.zeros((4, *sizes.shape))
    _pick(some.country, some.group, some.kind, some.service, some.people, picks)
    _cover(world, sizes, serving.picked * picks)
    now.people[0] = world.memory.built_for
    out, leaving = _reach(
        some.country, some.group, some.kind, some.phase, some.service, some.people, some.offline, now.reach,
        serving.picked, now.found, past, after, handing, reached, now.people,
    )  # fmt: skip
    _note_user_years(world, past, after[:out], handing[:leaving])
    now.single[:] = once(reached, sizes)
    _add(
        some.country, some.group, some.kind, some.offline, past, now.base_use, now.single, serving.picked, now.found,
        direct, added_here, now.people,
    )  # fmt: skip
    more = serving.network_effects
    now.effective[:] = _count_users(added_here, left, 1.0 + more, sizes, wanted)
    kept = float(now.effective.sum()) / max(float(wanted.sum()), 1e-9)
    connected, behind = float(direct.sum()), float(left.sum())
    return connected * kept, behind * kept, more * (connected + behind) * kept


def _cover(world: World, sizes: FloatArray, picks: FloatArray) -> None:
    """Set which part of the people without coverage networks pick and cover, and which part of the picks this is.

    Networks that pick in one place pick independently of each other, and nobody is covered twice. `sizes` are people
    of places and `picks` those whom networks pick there, both (C, G).
    """
    uncovered = np.maximum(sizes * world.now.uncovered, 1.0)
    world.now.found[:] = once(picks, uncovered)
    world.now.network_cover[:] = saturated(picks / uncovered, 1.0)


def _note_user_years(world: World, past: FloatArray, out: FloatArray, leaving: FloatArray) -> None:
    """Add a quarter to the years that people were served: by all, after exit, and while donors hand over."""
    tally = world.tally
    tally.all_user_years += float(past.sum()) * YEARS_PER_QUARTER
    tally.user_years += float(out.sum()) * YEARS_PER_QUARTER
    tally.handing_over_user_years += float(leaving.sum()) * YEARS_PER_QUARTER


@compiled
def _pick(
    country: IntArray, group: IntArray, kind: IntArray, service: FloatArray, people: FloatArray, served: FloatArray
) -> None:  # fmt: skip
    """Sum up whom networks serve, by place."""
    for i in range(country.size):
        c, g, k = np.uint64(country[i]), np.uint64(group[i]), np.uint64(kind[i])  # no index counts from the end
        here = service[i] * people[i]
        served[c, g] += here if NETWORKS[k] else 0.0


@compiled
def _reach(
    country: IntArray, group: IntArray, kind: IntArray, phase: IntArray, service: FloatArray, people: FloatArray,
    offline: FloatArray, reach: FloatArray, picked: float, found: FloatArray, past: FloatArray, after: FloatArray,
    handing: FloatArray, reached: FloatArray, stages: FloatArray,
) -> tuple[int, int]:  # fmt: skip
    """Say whom each initiative reaches, with sums by place, stage and kind; return how many are out or handing over."""
    out = leaving = 0
    stages[STANDING:] = 0.0
    for i in range(past.size):
        c, g, k = np.uint64(country[i]), np.uint64(group[i]), np.uint64(kind[i])  # no index counts from the end
        served = service[i] * people[i]
        passing = served * reach[c, g, k]
        first = offline_at_first(offline[i], picked_among(picked, found[c, g], NETWORKS[k]))
        reached[c, g] += passing
        stages[STANDING, k] += people[i]
        stages[SERVING, k] += served
        stages[PASSING, k] += passing
        stages[OFFLINE_THEN, k] += passing * first
        past[i] = passing
        after[out] = handing[leaving] = passing  # without a branch: the next one overwrites what does not belong
        out += phase[i] == INDEPENDENT
        leaving += phase[i] == TRANSITION
    return out, leaving


@compiled
def _add(
    country: IntArray, group: IntArray, kind: IntArray, offline: FloatArray, past: FloatArray, use: FloatArray,
    single: FloatArray, picked: float, found: FloatArray, direct: FloatArray, added_here: FloatArray,
    stages: FloatArray,
) -> None:  # fmt: skip
    """Say whom each initiative adds to use, each person once, with sums by place, stage and kind."""
    for i in range(direct.size):
        c, g, k = np.uint64(country[i]), np.uint64(group[i]), np.uint64(kind[i])  # no index counts from the end
        without = past[i] * still_offline(use[c, g], offline[i], picked_among(picked, found[c, g], NETWORKS[k]))
        once_each = without * single[c, g]
        added_here[c, g] += once_each
        stages[OFFLINE_NOW, k] += without
        stages[ADDITIONAL, k] += once_each
        direct[i] = once_each


@compiled
def _count_users(
    added_here: FloatArray, left: FloatArray, times: float, sizes: FloatArray, wanted: FloatArray
) -> FloatArray:
    """Return the users whom initiatives add, with those who come since others came, (C, G): no more than a place has.

    What it would be without this bound is written to `wanted`.
    """
    users = np.empty(sizes.shape)
    for c in range(sizes.shape[0]):
        for g in range(sizes.shape[1]):
            wanted[c, g] = times * (added_here[c, g] + left[c, g])
            users[c, g] = min(wanted[c, g], sizes[c, g])
    return users
