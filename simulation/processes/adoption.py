"""Adoption: who uses the internet, by country, in towns and in the countryside."""

from __future__ import annotations

import numpy as np

from ..basis.units import QUARTERS_PER_YEAR, YEARS_PER_QUARTER, FloatArray, expit
from ..rules.adoption import held_back, income_change, passed_through
from ..rules.curves import saturated
from ..rules.split import split
from ..rules.use import added, holdable, moved, offline_at_first, within
from ..state.kinds import NETWORKS
from ..state.structures import OWN_ANCHORS
from ..state.world import INDEPENDENT, TRANSITION, World
from .nation import AdoptionParameters, coupling_of, nation_year, place_odds, step_nation
from .serving import (
    ServingParameters,
    by_place,
    left_by_closed,
    offline_now,
    once_each,
    passing,
    people_of_places,
    seats,
)


def adoption(world: World) -> None:
    """Step use: the nation's path, its split between places, what levers pass through, and what initiatives add."""
    world.now.income_change[:] = _income_change(world)
    if world.new_year:
        nation_year(world)
        _hold_back(world)
    step_nation(world)
    _pass_through(world)
    _places(world)


def _hold_back(world: World) -> None:
    """Note what is held back of the year's falls of the index; it begins at the start year."""
    now, memory, p = world.now, world.memory, AdoptionParameters.of(world.values)
    if world.year >= world.start_year:
        moved, gap = now.index_log_odds - now.index_before, now.index_gap - now.gap_before
        memory.fall_held[:] = held_back(memory.fall_held, moved, gap, p.fall_held_back)


def _pass_through(world: World) -> None:
    """Move the deviation of each place towards what its index is beyond the path without levers.

    It begins at the start year: before, use is held to what was observed, and that holds all of this already.
    """
    if world.year < world.start_year:
        return
    p = AdoptionParameters.of(world.values)
    strength = coupling_of(world).pass_through
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
    now = stored[row] * (1.0 - part) + stored[row + 1] * part + world.memory.own_service
    return np.asarray(np.maximum(now, 0.0))


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


def _places(world: World) -> None:
    """Set use in towns and in the countryside: the split path, levers and initiatives, bounded by coverage alone."""
    countries, now = world.countries, world.now
    nation = expit(countries.reference_log_odds)
    bases = split(nation, countries.urban_share, np.exp(place_odds(world)))
    if OWN_ANCHORS in world.settings.structures and world.year >= world.start_year:
        bases = (expit(world.memory.own_path[:, 0]), expit(world.memory.own_path[:, 1]))
    sizes = people_of_places(world)
    before = now.base_use.copy()
    now.base_use[:] = np.stack(bases, axis=1)
    _count_people(world, sizes, left_by_closed(world, before))
    reference = _hold_to_observed(world, _reference_service(world), now.effective.copy())
    levers = moved(now.base_use, world.memory.passed)
    work = added(now.base_use, now.effective, reference, sizes)
    bound = np.maximum(np.stack([countries.bound_urban, countries.bound_rural], axis=1), world.memory.use_observed)
    if not coupling_of(world).bounded or world.year < world.start_year:
        bound = np.ones_like(bound)
    use = within(now.base_use, levers + work, bound)
    countries.use_urban[:], countries.use_rural[:] = use[:, 0], use[:, 1]
    countries.use[:] = countries.urban_share * countries.use_urban + (1.0 - countries.urban_share) * countries.use_rural
    countries.use_published[:] = moved(countries.use, countries.figure_beyond) + countries.use
    held = holdable(now.base_use * sizes, reference)
    parts = now.users[2:5] * (float((held * now.effective).sum()) / max(float(now.effective.sum()), 1e-9))
    path, lifted, all_users = (float((share * sizes).sum()) for share in (now.base_use, levers, use))
    taken = -float((held * reference).sum())
    stopped = float(((use - (now.base_use + levers + work)) * sizes).sum())
    now.users[:] = [path, lifted, *parts, taken, stopped, all_users]


def _count_people(world: World, sizes: FloatArray, left: FloatArray) -> None:
    """Count whom initiatives add, each person once, and enter every stage in the ledger of people.

    `left` are users left behind by closed initiatives, (C, G).
    """
    countries, initiatives, now = world.countries, world.initiatives, world.now
    serving = ServingParameters.of(world.values)
    past = passing(world)
    out = initiatives.phase == INDEPENDENT
    world.tally.all_user_years += float(past.sum()) * YEARS_PER_QUARTER
    world.tally.user_years += float(past[out].sum()) * YEARS_PER_QUARTER
    world.tally.handing_over_user_years += float(past[initiatives.phase == TRANSITION].sum()) * YEARS_PER_QUARTER
    single = now.single[:] = once_each(world, by_place(world, past))
    offline = past * offline_now(world)
    direct = offline * single.ravel().take(seats(world))
    wanted = (1.0 + serving.network_effects) * (by_place(world, direct) + left)
    users = np.minimum(wanted, sizes)  # a place has no more users than people
    now.effective[:] = users
    served = initiatives.service * initiatives.people
    first = offline_at_first(initiatives.offline, serving.picked)
    kinds = [initiatives.people, served, past, past * first, offline, direct]
    now.people[0] = world.memory.built_for
    for row, amount in enumerate(kinds, start=1):
        now.people[row] = np.bincount(initiatives.kind, weights=amount, minlength=now.people.shape[1])
    kept = float(users.sum()) / max(float(wanted.sum()), 1e-9)
    now.users[2:5] = np.array([direct.sum(), left.sum(), serving.network_effects * (direct.sum() + left.sum())]) * kept
    covered = by_place(world, served * first * serving.picked * NETWORKS[initiatives.kind])
    uncovered = np.maximum(sizes * (1.0 - np.stack([countries.coverage_urban, countries.coverage_rural], axis=1)), 1.0)
    now.network_cover[:] = saturated(covered / uncovered, 1.0)
