"""Adoption: who uses the internet, by country, in towns and in the countryside."""

from __future__ import annotations

import numpy as np

from ..basis.units import QUARTERS_PER_YEAR, YEARS_PER_QUARTER, FloatArray, expit
from ..rules.adoption import held_back, income_change, passed_through
from ..rules.split import split
from ..rules.use import added, left_after, moved, within
from ..state.structures import OWN_ANCHORS
from ..state.world import GROUPS, INDEPENDENT, World
from .nation import AdoptionParameters, coupling_of, nation_year, place_odds, step_nation


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
    """Return the people whom initiatives reach on the stored reference path, now, shape (C, 2).

    From the start year on it is moved by what this run's initiatives reached beyond it at the start.
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
    p = AdoptionParameters.of(world.values)
    countries, initiatives = world.countries, world.initiatives
    nation = expit(countries.reference_log_odds)
    bases = split(nation, countries.urban_share, np.exp(place_odds(world)))
    if OWN_ANCHORS in world.settings.structures and world.year >= world.start_year:
        bases = (expit(world.memory.own_path[:, 0]), expit(world.memory.own_path[:, 1]))
    reached = initiatives.service * initiatives.people
    reached *= world.now.reach[initiatives.country, initiatives.group, initiatives.kind]
    seat = initiatives.country * 2 + initiatives.group
    served = np.bincount(seat, weights=reached, minlength=countries.count * 2).reshape(-1, 2)
    out = initiatives.phase == INDEPENDENT
    world.tally.all_user_years += float(reached.sum()) * YEARS_PER_QUARTER
    world.tally.user_years += float(reached[out].sum()) * YEARS_PER_QUARTER
    stay = left_after(YEARS_PER_QUARTER, p.users_decay)
    sizes = (countries.population * countries.urban_share, countries.population * (1.0 - countries.urban_share))
    for group, place in enumerate(GROUPS):
        retained = getattr(countries, f"retained_{place}")
        retained *= stay
        world.now.effective[:, group] = np.minimum(served[:, group] + retained, np.maximum(sizes[group], 1.0))
    reference = _hold_to_observed(world, _reference_service(world), world.now.effective.copy())
    for group, place in enumerate(GROUPS):
        base, people = bases[group], np.maximum(sizes[group], 1.0)
        world.now.base_use[:, group] = base
        change = moved(base, world.memory.passed[:, group])
        change += added(base, world.now.effective[:, group], reference[:, group], people)
        most = np.maximum(getattr(countries, f"bound_{place}"), world.memory.use_observed[:, group])
        if not coupling_of(world).bounded or world.year < world.start_year:
            most = np.ones_like(most)
        getattr(countries, f"use_{place}")[:] = within(base, change, most)
    countries.use[:] = countries.urban_share * countries.use_urban + (1.0 - countries.urban_share) * countries.use_rural
    countries.use_published[:] = moved(countries.use, countries.figure_beyond) + countries.use
