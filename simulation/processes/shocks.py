"""Shocks: cuts of donors' budgets and what they do to replenishments, spells of hazards, conflicts and freezes."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable

import numpy as np

from ..basis.compiled import compiled
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
    times = spell_times(world, "conflict")
    _conflicts(world, times)
    _freeze(world, times)


def left_by_cuts(cuts: Iterable[Cut], world: World, year: int) -> FloatArray:
    """Return what some cuts leave of each donor's budget in a year, (D,)."""
    left = np.ones(world.donors.count)
    for cut in cuts:
        ends = cut.year + cut.years if cut.years is not None else np.inf
        if cut.year <= year < ends:
            np.multiply(left, 1.0 - cut.size, out=left, where=world.facts.donors.named(cut.donors))
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
    left = functools.cache(lambda years: left_by_cuts(cuts, world, world.year - years))

    def followed(lag: float, among: BoolArray) -> float:
        weight = facts.aid * among / facts.aid[among].sum()
        late = math.ceil(lag)
        part = late - lag
        aid = [float(weight @ left(years)) for years in (late, max(late - 1, 0))]
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


def _conflicts(world: World, times: FloatArray) -> None:
    """Begin conflicts by exposure and end those that have lasted their time; `times` is that of spells, (C,)."""
    p, countries, keys = ShocksParameters.of(world.values), world.countries, world.country_keys()
    luck = world.streams.uniform("conflict", world.quarter, keys)
    length = world.streams.uniform("conflict length", world.quarter, keys)
    _begin_and_end(
        world.quarter, luck, length, p.conflict_onset, world.facts.countries.conflict_exposure, times,
        p.conflict_shortest, p.conflict_longest, countries.conflict_ends, countries.conflict,
    )  # fmt: skip


@compiled
def _begin_and_end(
    quarter: int, luck: FloatArray, length: FloatArray, onset: float, exposure: FloatArray, times: FloatArray,
    shortest: float, longest: float, ends: FloatArray, conflict: FloatArray,
) -> None:  # fmt: skip
    """Begin conflicts where there is none, and say where there is one in this quarter."""
    for c in range(luck.size):
        if ends[c] <= quarter and luck[c] < onset * exposure[c] * times[c]:
            ends[c] = quarter + _lasting(shortest, longest, length[c])
        conflict[c] = ends[c] > quarter


@compiled
def _lasting(shortest: float, longest: float, luck: float) -> float:
    """Return the whole quarters that a conflict or a freeze lasts; both ends are in years, each length as likely."""
    return float(np.rint((shortest + (longest - shortest) * luck) * QUARTERS_PER_YEAR))


def _freeze(world: World, times: FloatArray) -> None:
    """Freeze a part of the aid to economies in conflict, and to fragile ones after a coup, for 1 to 3 years."""
    p, countries, keys = ShocksParameters.of(world.values), world.countries, world.country_keys()
    luck = world.streams.uniform("coup", world.quarter, keys)
    length = world.streams.uniform("freeze length", world.quarter, keys)
    frozen = np.empty(countries.count)
    _freeze_and_thaw(
        world.quarter, luck, length, p.coup, world.reference.fragile, times, p.conflict_shortest, p.conflict_longest,
        p.frozen, countries.conflict_ends, countries.freeze_ends, frozen,
    )  # fmt: skip
    world.now.aid_frozen[:] = frozen


@compiled
def _freeze_and_thaw(
    quarter: int, luck: FloatArray, length: FloatArray, coup: float, fragile: BoolArray, times: FloatArray,
    shortest: float, longest: float, part: float, conflict_ends: FloatArray, ends: FloatArray, frozen: FloatArray,
) -> None:  # fmt: skip
    """Set until when aid is frozen, by coups and by conflicts, and the part that is frozen in this quarter."""
    for c in range(luck.size):
        struck = luck[c] < coup * fragile[c] * times[c]
        until = quarter + _lasting(shortest, longest, length[c]) if struck else 0.0
        ends[c] = max(ends[c], until, conflict_ends[c])
        frozen[c] = part if ends[c] > quarter else 0.0


def heeding(world: World) -> BoolArray:
    """Say which donors answer to what happens in a recipient, (D,): those that herd, hence no multilateral."""
    return world.facts.donors.herding > 0.0
