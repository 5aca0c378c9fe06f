"""Shocks: cuts of donors' budgets and what they do to replenishments, spells of hazards, conflicts and freezes."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ..basis.units import QUARTERS_PER_YEAR, BoolArray, FloatArray
from ..data import members
from ..state.levers import Cut
from ..state.parameters import Parameters, parameter, uniform
from ..state.world import World

AT_ONCE = "EUI"  # whose budget is its members' own
UNION = (
    "AUT", "BEL", "CZE", "DEU", "DNK", "ESP", "EST", "FIN", "FRA", "GRC", "HUN", "IRL", "ITA", "LTU", "LUX", "NLD",
    "POL", "PRT", "SVK", "SVN", "SWE",
)  # fmt: skip
OTHERS_TREASURIES = ("ISDB", "AIIB", "OPECF", "BADEA", "CAFB")  # owned by countries outside the DAC for the most part


class ShocksParameters(Parameters, process="shocks"):
    """The parameters of shocks."""

    replenished: float = parameter(
        value=0.6,
        unit="share",
        meaning="Part of a cut of all DAC donors together that multilateral budgets follow",
        source="judgement: funds and agencies live on contributions, banks lend what they earn too",
        standing="judged",
        distribution=uniform(0.3, 1.0),
        minimum=0.0,
        maximum=1.0,
    )
    replenishment_years: float = parameter(
        value=2.0,
        unit="years",
        meaning="Time after which such a cut reaches multilateral budgets; the European Union's at once",
        source="judgement: replenishments are agreed for three years",
        standing="judged",
        distribution=uniform(1.0, 3.0),
        minimum=0.0,
        maximum=10.0,
    )
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
    coup: float = parameter(
        value=0.02,
        unit="per year",
        meaning="Successful coups in a fragile state",
        source="Powell and Thyne, data on coups: 1-5% a year in fragile states",
        standing="published",
        distribution=uniform(0.01, 0.05),
        minimum=0.0,
        maximum=1.0,
    )
    frozen: float = parameter(
        value=0.4,
        unit="share",
        meaning="Part of digital aid to an economy that donors freeze in a conflict and after a coup",
        source=(
            "judgement: donors cut aid after coups (Masaki 2016); total aid, with relief, did not fall after 19 coups "
            "of 2009-2021"
        ),
        standing="judged",
        distribution=uniform(0.0, 0.8),
        minimum=0.0,
        maximum=0.95,
    )
    surge: float = parameter(
        value=0.18,
        unit="ratio",
        meaning="Rise of aid to an economy in the year of a climate event",
        source="Becerra, Cavallo and Noy 2014: median increase of 18% after large natural disasters",
        standing="published",
        distribution=uniform(0.05, 0.4),
        minimum=0.0,
        maximum=5.0,
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
    world.donors.cut[:] = left_by_cuts(world.settings.all_cuts, world, world.year) * replenishments(world)
    _conflicts(world)
    _freeze(world)


def left_by_cuts(cuts: Iterable[Cut], world: World, year: int) -> FloatArray:
    """Return what some cuts leave of each donor's budget in a year, (D,)."""
    left = np.ones(world.donors.count)
    for cut in cuts:
        ends = cut.year + cut.years if cut.years is not None else np.inf
        if cut.year <= year < ends:
            left[world.facts.donors.named(cut.donors)] *= 1.0 - cut.size
    return left


def replenishments(world: World) -> FloatArray:
    """Return what the cuts of the DAC's treasuries leave of multilateral budgets, (D,); 1 for all other donors.

    1 - replenished x (1 - what was left of all DAC aid some years before). A lag between whole years lies between. The
    European Union's institutions follow the aid of its own members, at once. A cut of all donors names multilaterals
    itself, and does not count here.
    """
    cuts = [cut for cut in world.settings.all_cuts if "all" not in cut.donors]
    p, facts = ShocksParameters.of(world.values), world.facts.donors
    dac = facts.named(("dac",))

    def followed(lag: float, among: BoolArray) -> float:
        weight = facts.aid * among / facts.aid[among].sum()
        late = int(np.ceil(lag))
        part = late - lag
        aid = [float(weight @ left_by_cuts(cuts, world, world.year - years)) for years in (late, max(late - 1, 0))]
        return 1.0 - p.replenished * (1.0 - (1.0 - part) * aid[0] - part * aid[1])

    lives = facts.named(("multilateral",)) & ~facts.named(OTHERS_TREASURIES)
    found = np.where(lives, followed(p.replenishment_years, dac), 1.0)
    found[facts.named((AT_ONCE,))] = followed(0.0, dac & facts.named(UNION))
    return found


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


def _freeze(world: World) -> None:
    """Freeze a part of the aid to economies in conflict, and to fragile ones after a coup, for 1 to 3 years."""
    p, countries = ShocksParameters.of(world.values), world.countries
    luck = world.streams.uniform("coup", world.quarter, world.country_keys())
    length = world.streams.uniform("freeze length", world.quarter, world.country_keys())
    struck = luck < p.coup * world.reference.fragile * spell_times(world, "conflict")
    years = p.conflict_shortest + (p.conflict_longest - p.conflict_shortest) * length
    ends = np.where(struck, world.quarter + np.rint(years * QUARTERS_PER_YEAR), 0)
    countries.freeze_ends[:] = np.maximum(np.maximum(countries.freeze_ends, ends), countries.conflict_ends)
    world.now.aid_frozen[:] = p.frozen * (countries.freeze_ends > world.quarter)


def heeding(world: World) -> BoolArray:
    """Say which donors answer to what happens in a recipient, (D,): those that herd, hence no multilateral."""
    return world.facts.donors.herding > 0.0
