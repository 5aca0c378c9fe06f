"""The index rule: closure by a smooth index alone, a named alternative to closure by money and by people."""

from __future__ import annotations

import numpy as np

from ..basis.units import YEARS_PER_QUARTER, FloatArray, IntArray
from ..rules import hazard
from ..state.structures import PLATEAU
from ..state.world import CAUSES, FACTORS, INDEPENDENT, World
from .delivery import index_in_force, sustainability
from .other_causes import ClosureParameters, frailty_of_those_who_stay

TERMS = CAUSES[CAUSES.index(FACTORS[-1]) + 1 :]


def closing_by_index(world: World) -> IntArray:
    """Add this quarter's hazard, a rate in the funded years and a Weibull rate after exit; return who passes it."""
    p, initiatives = ClosureParameters.of(world.values), world.initiatives
    before = hazard.raised(world.facts.drawn.hazard_before_exit, p.conflict, world.countries.conflict)
    rate = before[initiatives.country] * (initiatives.age > 0)
    rows = np.flatnonzero(initiatives.phase == INDEPENDENT)
    rate[rows] = np.exp(sum(index_terms(world, rows).values()))
    if PLATEAU in world.settings.structures:
        rate[rows[initiatives.frailty[rows] <= frailty_of_those_who_stay(world)]] = 0.0
    initiatives.hazard += rate * YEARS_PER_QUARTER
    return np.flatnonzero(initiatives.hazard >= initiatives.fate)


def index_terms(world: World, rows: IntArray) -> dict[str, FloatArray]:
    """Return the terms of the log hazard after exit under the index rule, each (n,)."""
    initiatives, countries = world.initiatives, world.countries
    country = initiatives.country[rows]
    years = (initiatives.since_exit[rows].astype(np.float64) + 0.5) * YEARS_PER_QUARTER
    p = ClosureParameters.of(world.values)
    effects = p.effects
    if PLATEAU in world.settings.structures:
        effects = effects._replace(shape=1.0)
    of_index, linkages, dependence, technology = hazard.of_factors(
        sustainability(world, rows),
        initiatives.linkages[rows],
        initiatives.last_donor_share[rows],
        initiatives.missed[rows],
        effects,
    )
    fragility, shock = hazard.of_country(
        world.reference.fragile[country].astype(np.float64), countries.conflict[country], effects
    )
    return {
        "time": hazard.over_time(p.intercept, effects.shape, years),
        "sustainability": of_index,
        "linkages": linkages,
        "dependence": dependence,
        "fragility": fragility,
        "technology": technology,
        "shock": shock,
        "chance": initiatives.frailty[rows] + countries.frailty[country],
    }


def causes_by_index(world: World, rows: IntArray) -> IntArray:
    """Return, for each closing row, the term whose reset to its kind's median would cut the hazard most."""
    initiatives, p, medians = world.initiatives, ClosureParameters.of(world.values), world.memory.medians
    kind = initiatives.kind[rows]
    slope = p.sustainability
    factors = {name: getattr(initiatives, name)[rows] for name in FACTORS}
    now = index_in_force(world, factors["resources"], factors["capacity"], factors["motivation"])
    gains = {}
    for name in factors:
        reset = {**factors, name: medians[CAUSES.index(name)][kind]}
        better = index_in_force(world, reset["resources"], reset["capacity"], reset["motivation"])
        gains[name] = slope * (better - now)
    terms = index_terms(world, rows)
    return _largest(gains | {name: terms[name] - medians[CAUSES.index(name)][kind] for name in TERMS})


def _largest(gains: dict[str, FloatArray]) -> IntArray:
    """Return the cause that would gain most, (n,) rows of CAUSES, from what each would gain, (n,) by name."""
    order = np.array([CAUSES.index(name) for name in gains])
    return np.asarray(order[np.argmax(np.array(list(gains.values())), axis=0)])
