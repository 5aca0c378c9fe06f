"""Shocks: cuts of donors' budgets, spells of hazards, and conflicts."""

from __future__ import annotations

import numpy as np

from ..basis.units import QUARTERS_PER_YEAR, BoolArray, FloatArray
from ..data import members
from ..state.parameters import Parameters, parameter, uniform
from ..state.world import World


class ShocksParameters(Parameters, process="shocks"):
    """The parameters of shocks."""

    conflict_onset: float = parameter(
        value=0.025,
        unit="per year",
        meaning="Onset of civil conflict at full exposure",
        source="UCDP/PRIO literature: 2-3% a year in low-income countries",
        standing="published",
        distribution=uniform(0.01, 0.06),
        minimum=0.0,
        maximum=1.0,
    )
    conflict_shortest: float = parameter(
        value=1.0,
        unit="years",
        meaning="Shortest conflict",
        source="judgement: aid freezes of 1-3 years",
        standing="judged",
        minimum=0.25,
        maximum=20.0,
    )
    conflict_longest: float = parameter(
        value=3.0,
        unit="years",
        meaning="Longest conflict",
        source="judgement: aid freezes of 1-3 years",
        standing="judged",
        minimum=0.25,
        maximum=20.0,
    )


def shocks(world: World) -> None:
    """Apply the year's cuts of donors and let conflicts begin and end; at the start of each year."""
    if not world.new_year:
        return
    world.donors.cut[:] = 1.0
    for cut in world.settings.cuts:
        ends = cut.year + cut.years if cut.years is not None else np.inf
        if cut.year <= world.year < ends:
            world.donors.cut[_hit(world, cut.donors)] *= 1.0 - cut.size
    _conflicts(world)


def _hit(world: World, names: tuple[str, ...]) -> BoolArray:
    """Say which donors a cut hits: by code, by type, or all of them."""
    if "all" in names:
        return np.ones(world.donors.count, dtype=bool)
    return np.isin(world.facts.donors.codes, names) | np.isin(world.facts.donors.types, names)


def spell_times(world: World, kind: str) -> FloatArray:
    """Return what multiplies a hazard's yearly probability in this year, by country, shape (C,); 1 outside spells."""
    times = np.ones(world.countries.count)
    for spell in world.settings.spells:
        ends = spell.year + spell.years if spell.years is not None else np.inf
        if spell.kind == kind and spell.year <= world.year < ends:
            times[members(spell.countries)] *= spell.times
    return times


def _conflicts(world: World) -> None:
    """Begin conflicts by exposure and end those that have lasted their time."""
    p, countries = ShocksParameters.of(world.values), world.countries
    luck = world.streams.uniform("conflict", world.quarter, world.country_keys())
    length = world.streams.uniform("conflict length", world.quarter, world.country_keys())
    over = countries.conflict_ends <= world.quarter
    chance = p.conflict_onset * world.facts.countries.conflict_exposure * spell_times(world, "conflict")
    begins = over & (luck < chance)
    shortest, longest = p.conflict_shortest, p.conflict_longest
    years = shortest + (longest - shortest) * length
    countries.conflict_ends[begins] = world.quarter + np.rint(years[begins] * QUARTERS_PER_YEAR)
    countries.conflict[:] = (countries.conflict_ends > world.quarter).astype(np.float64)
