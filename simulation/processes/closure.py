"""Closure: initiatives end when their cumulative hazard passes their fate."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from ..basis.units import YEARS_PER_QUARTER, BoolArray, FloatArray, IntArray
from ..rules import hazard
from ..state.parameters import Parameters, normal, parameter, triangular, uniform
from ..state.spending import came
from ..state.structures import INSTITUTIONALISED, PLATEAU
from ..state.world import CAUSES, FACTORS, INDEPENDENT, RURAL, World
from .delivery import index_in_force
from .serving import by_place, offline_now, once_each, passing


class ClosureParameters(Parameters, process="closure"):
    """The parameters of closure."""

    survival_five_years: float = parameter(
        value=0.42,
        unit="share",
        meaning="Serving five years after exit, mean over the default world",
        source="synthesis of Best and Kumar 2008, Lemaire 2011, Banks and Furey 2016 and others; judged",
        standing="judged",
        distribution=triangular(0.25, 0.60),
        minimum=0.05,
        maximum=0.95,
    )
    shape: float = parameter(
        value=0.9,
        unit="1",
        meaning="Weibull shape of the hazard after exit (falling with time below one)",
        source="Banks and Furey 2016, derived 0.41 before frailty; judged 0.8-1 with it",
        standing="judged",
        distribution=uniform(0.8, 1.0),
        minimum=0.3,
        maximum=1.5,
    )
    sustainability: float = parameter(
        value=2.3,
        unit="log hazard",
        meaning="Fall of the log hazard per unit of sustainability (b_S)",
        source="judgement: set so that moving one factor gives hazard ratios of 0.4-0.55",
        standing="judged",
        distribution=normal(0.4, 1.0, 3.6),
        minimum=0.0,
        maximum=10.0,
    )
    linkages: float = parameter(
        value=0.6,
        unit="log hazard",
        meaning="Fall of the log hazard per unit of linkages (b_L)",
        source="Best and Kumar 2008: hazard ratio 0.55 (0.40-0.80) of support",
        standing="judged",
        distribution=normal(0.17, 0.2, 1.0),
        minimum=0.0,
        maximum=10.0,
    )
    dependence: float = parameter(
        value=0.41,
        unit="log hazard",
        meaning="Rise of the log hazard with the donor's last share (b_dep)",
        source="Rogers and Coates 2015: hazard ratio 1.5 (1.1-2.2)",
        standing="judged",
        distribution=normal(0.17, 0.0, 0.8),
        minimum=0.0,
        maximum=5.0,
    )
    fragility: float = parameter(
        value=0.47,
        unit="log hazard",
        meaning="Rise of the log hazard in fragile countries (b_frag)",
        source="hazard ratio 1.6 (1.2-2.2), lower success in fragile states",
        standing="judged",
        distribution=normal(0.15, 0.1, 0.85),
        minimum=0.0,
        maximum=5.0,
    )
    technology: float = parameter(
        value=0.34,
        unit="log hazard",
        meaning="Rise of the log hazard per refresh cycle missed (b_tech)",
        source="hazard ratio 1.4 (1.2-1.8)",
        standing="judged",
        distribution=normal(0.1, 0.1, 0.6),
        minimum=0.0,
        maximum=5.0,
    )
    conflict: float = parameter(
        value=0.47,
        unit="log hazard",
        meaning="Rise of the log hazard in conflict",
        source="UCDP/PRIO literature: hazard x1.6",
        standing="published",
        distribution=uniform(0.2, 0.7),
        minimum=0.0,
        maximum=5.0,
    )
    mean_sustainability: float = parameter(
        value=0.45,
        unit="0-1",
        meaning="Mean sustainability after exit, where the hazard is centred",
        source="default world of this model",
        standing="derived",
        minimum=0.0,
        maximum=1.0,
    )
    mean_linkages: float = parameter(
        value=0.35,
        unit="0-1",
        meaning="Mean linkages after exit, where the hazard is centred",
        source="default world of this model",
        standing="derived",
        minimum=0.0,
        maximum=1.0,
    )
    frailty: float = parameter(
        value=0.9,
        unit="log hazard",
        meaning="Standard deviation of frailty, initiatives and countries together",
        source="judgement, held against survival of .80 .55 .42 .30 at 1, 3, 5, 10 years",
        standing="judged",
        distribution=uniform(0.4, 1.4),
        minimum=0.0,
        maximum=3.0,
    )
    frailty_between: float = parameter(
        value=0.175,
        unit="share",
        meaning="Share of the frailty variance between countries",
        source="Bulman, Kolkma and Kraay 2015: 10-25%",
        standing="published",
        distribution=uniform(0.10, 0.25),
        minimum=0.0,
        maximum=1.0,
    )
    before_exit: float = parameter(
        value=0.0368,
        unit="per year",
        meaning="Hazard of failure in the funded years, at mean governance",
        source="World Bank IEG ratings of investment projects approved since 1995, fitted",
        standing="derived",
        distribution=normal(0.004, 0.0),
        minimum=0.0,
        maximum=1.0,
    )
    before_fragility: float = parameter(
        value=0.1864,
        unit="log hazard",
        meaning="Rise of the log hazard in the funded years, fragile states",
        source="World Bank IEG and ADB ratings of projects, fitted",
        standing="derived",
        distribution=normal(0.12),
        minimum=-1.0,
        maximum=5.0,
    )
    before_governance: float = parameter(
        value=0.2185,
        unit="log hazard",
        meaning="Fall of the log hazard in the funded years per standard deviation of governance",
        source="World Bank IEG and ADB ratings of projects, fitted",
        standing="derived",
        distribution=normal(0.09),
        minimum=-1.0,
        maximum=5.0,
    )
    before_country: float = parameter(
        value=0.448,
        unit="log hazard",
        meaning="Standard deviation between countries in the funded years",
        source="World Bank IEG and ADB ratings of projects, fitted",
        standing="derived",
        distribution=normal(0.092, 0.0),
        minimum=0.0,
        maximum=3.0,
    )

    @cached_property
    def effects(self) -> hazard.Effects:
        """Return what moves the log hazard after exit."""
        return hazard.Effects(**{name: getattr(self, name) for name in hazard.Effects._fields})


def closure(world: World) -> None:
    """Add this quarter's hazard and close what has passed its fate; the cause is the term that weighs most.

    Complementary log-log: h = 1 - exp(-exp(eta) dt), written as a cumulative hazard that meets one Exp(1) draw.
    """
    p = ClosureParameters.of(world.values)
    initiatives = world.initiatives
    if initiatives.count == 0:
        return
    out = initiatives.phase == INDEPENDENT
    conflict = p.conflict
    before = hazard.raised(world.facts.drawn.hazard_before_exit, conflict, world.countries.conflict)
    rate = before[initiatives.country] * (initiatives.age > 0)
    rows = np.flatnonzero(out)
    rate[rows] = np.exp(sum(_terms(world, rows).values()))
    if PLATEAU in world.settings.structures:
        rate[rows[_institutionalised(world, rows)]] = 0.0
    initiatives.hazard += rate * YEARS_PER_QUARTER
    closing = np.flatnonzero(initiatives.hazard >= initiatives.fate)
    if closing.size:
        _close(world, closing)


def _institutionalised(world: World, rows: IntArray) -> BoolArray:
    """Say which initiatives the structural alternative of a plateau holds to have come to stay: the least frail."""
    bar = hazard.least_frail(world.facts.drawn.frailty_own, INSTITUTIONALISED)
    return np.asarray(world.initiatives.frailty[rows] <= bar)


def _terms(world: World, rows: IntArray) -> dict[str, FloatArray]:
    """Return the terms of the log hazard after exit, each (n,)."""
    initiatives, countries = world.initiatives, world.countries
    country = initiatives.country[rows]
    years = (initiatives.since_exit[rows].astype(np.float64) + 0.5) * YEARS_PER_QUARTER
    effects = ClosureParameters.of(world.values).effects
    if PLATEAU in world.settings.structures:
        effects = effects._replace(shape=1.0)
    sustainability, linkages, dependence, technology = hazard.of_factors(
        initiatives.sustainability[rows],
        initiatives.linkages[rows],
        initiatives.last_donor_share[rows],
        initiatives.missed[rows],
        effects,
    )
    fragility, shock = hazard.of_country(
        world.reference.fragile[country].astype(np.float64), countries.conflict[country], effects
    )
    return {
        "time": hazard.over_time(world.facts.drawn.intercept, effects.shape, years),
        "sustainability": sustainability,
        "linkages": linkages,
        "dependence": dependence,
        "fragility": fragility,
        "technology": technology,
        "shock": shock,
        "chance": initiatives.frailty[rows] + countries.frailty[country],
    }


def _causes(world: World, rows: IntArray) -> IntArray:
    """Return, for each closing row, the term whose reset to its kind's median would cut the hazard most."""
    initiatives, p, medians = world.initiatives, ClosureParameters.of(world.values), world.memory.medians
    kind = initiatives.kind[rows]
    slope = p.sustainability
    factors = {name: getattr(initiatives, name)[rows] for name in FACTORS}
    now = index_in_force(world, factors["resources"], factors["capacity"], factors["motivation"])
    gains = []
    for name in factors:
        reset = {**factors, name: medians[CAUSES.index(name)][kind]}
        better = index_in_force(world, reset["resources"], reset["capacity"], reset["motivation"])
        gains.append(slope * (better - now))
    terms = _terms(world, rows)
    gains += [terms[name] - medians[CAUSES.index(name)][kind] for name in CAUSES[len(FACTORS) :]]
    return np.asarray(np.argmax(np.array(gains), axis=0))


def medians(world: World) -> None:
    """Remember each kind's median factors and terms among initiatives after exit, every fifth year, to name causes."""
    initiatives = world.initiatives
    if not world.new_year or world.year % 5:
        return
    rows = np.flatnonzero(initiatives.phase == INDEPENDENT)
    kinds, terms = initiatives.kind[rows], _terms(world, rows)
    for cause, name in enumerate(CAUSES):
        values = getattr(initiatives, name)[rows] if name in FACTORS else terms[name]
        for kind in np.unique(kinds):
            world.memory.medians[cause, kind] = np.median(values[kinds == kind])


def _close(world: World, rows: IntArray) -> None:
    """Take closing initiatives out of the columns: write off their cash, keep their story, leave some users behind."""
    initiatives, countries = world.initiatives, world.countries
    chest, mechanism = initiatives.chest, initiatives.mechanism[rows]
    for pot in (initiatives.till, initiatives.reserve):
        world.ledger.spend("write_off", pot, pot.balance[rows].copy(), mechanism, rows)
    came(world, -chest.balance[rows], rows)
    world.ledger.spend("returned", chest, chest.balance[rows].copy(), mechanism, rows)
    country, group = initiatives.country[rows], initiatives.group[rows]
    past = passing(world)
    reached = past[rows] * offline_now(world, rows)
    reached *= once_each(world, by_place(world, past))[country, group]
    rural = group == RURAL
    countries.retained_rural += np.bincount(country, weights=reached * rural, minlength=countries.count)
    countries.retained_urban += np.bincount(country, weights=reached * ~rural, minlength=countries.count)
    if world.year >= world.stories_from:  # what closed before is in no table
        out = initiatives.phase[rows] == INDEPENDENT
        record = initiatives.take(rows)
        record["closed"] = np.full(rows.size, world.quarter)
        record["cause"] = np.where(out, _causes(world, rows), len(CAUSES))
        world.closed.append(record)
    world.tally.closed += rows.size
    world.tally.stranded += float(initiatives.capital[rows].sum())
    world.tally.closed_vintage += float(initiatives.vintage[rows].sum())
    initiatives.remove(rows)
