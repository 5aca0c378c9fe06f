"""Other causes: what closes initiatives apart from money and market, the same whoever pays."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import BoolArray, FloatArray, IntArray
from ..rules import hazard
from ..rules.sustainability import people_alone
from ..state.parameters import Parameters, normal, parameter, uniform
from ..state.structures import INSTITUTIONALISED
from ..state.world import CAUSES, World
from .delivery import exponent_in_force

NAMED = ("linkages", "fragility", "shock", "chance")  # terms of the hazard that are causes
CANDIDATES = ("capacity", "motivation", *NAMED)  # the causes that may be the main one, in the order of their gains
CAPACITY, MOTIVATION, LINKAGES, FRAGILITY, SHOCK, CHANCE = ROWS = tuple(CAUSES.index(name) for name in CANDIDATES)


class ClosureParameters(Parameters, process="closure"):
    """The parameters of closure."""

    background: float = parameter(
        value=-3.7,
        unit="log, per year",
        meaning="Hazard of other causes than money, at mean people and linkages, whoever pays",
        source="its mean is that of failure in the funded years: World Bank IEG ratings of projects since 1995",
        standing="derived",
        distribution=normal(0.3),
        minimum=-20.0,
        maximum=3.0,
    )
    takeover: float = parameter(
        value=0.05,
        unit="per year",
        meaning="Networks and access points that an operator takes over where the market reaches all their users",
        source="judgement: swept",
        standing="judged",
        distribution=uniform(0.0, 0.1),
        minimum=0.0,
        maximum=1.0,
    )
    intercept: float = parameter(
        value=-2.67,
        unit="log, per year",
        meaning="Hazard after exit under the index rule, before its terms",
        source="held to survival five years after exit in the default world",
        standing="derived",
        minimum=-20.0,
        maximum=5.0,
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
    mean_people: float = parameter(
        value=0.5,
        unit="0-1",
        meaning="Mean index of capacity and motivation in the funded years, where other causes are centred",
        source="default world of this model",
        standing="derived",
        minimum=0.0,
        maximum=1.0,
    )
    mean_linkages: float = parameter(
        value=0.35,
        unit="0-1",
        meaning="Mean linkages, where the hazard is centred",
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


def log_hazards(world: World) -> FloatArray:
    """Return the log hazard of other causes than money of each initiative, per year, (n,)."""
    found = np.empty(world.initiatives.count)
    _add_up(*_columns(world), found)
    return found


def background(world: World, rows: IntArray) -> FloatArray:
    """Return the terms of that log hazard of some rows, (terms, n) in the order of `hazard.BACKGROUND`."""
    terms = np.empty((len(hazard.BACKGROUND), rows.size))
    _tell_apart(rows, *_columns(world), terms)
    return terms


Columns = tuple[IntArray, FloatArray, FloatArray, FloatArray, BoolArray, FloatArray, FloatArray, float, hazard.Effects]


def _columns(world: World) -> Columns:
    """Return what the hazard of other causes depends on, in the order in which the loops take it."""
    initiatives, countries, p = world.initiatives, world.countries, ClosureParameters.of(world.values)
    return (
        initiatives.country,
        initiatives.people_alone,
        initiatives.linkages,
        initiatives.frailty,
        world.reference.fragile,
        countries.conflict,
        countries.frailty,
        p.background,
        p.effects,
    )


@compiled
def _add_up(
    country: IntArray, people: FloatArray, linkages: FloatArray, frailty: FloatArray, fragile: BoolArray,
    conflict: FloatArray, shared: FloatArray, log_rate: float, effects: hazard.Effects, log_hazard: FloatArray,
) -> None:  # fmt: skip
    """Write the log hazard of other causes of every initiative; `shared` is the frailty of its country."""
    for i in range(country.size):
        c = np.uint64(country[i])  # no index counts from the end
        level, of_people, of_linkages, fragility, shock, chance = hazard.background(
            log_rate, people[i], linkages[i], fragile[c], conflict[c], frailty[i] + shared[c], effects
        )
        log_hazard[i] = level + of_people + of_linkages + fragility + shock + chance


@compiled
def _tell_apart(
    rows: IntArray, country: IntArray, people: FloatArray, linkages: FloatArray, frailty: FloatArray,
    fragile: BoolArray, conflict: FloatArray, shared: FloatArray, log_rate: float, effects: hazard.Effects,
    terms: FloatArray,
) -> None:  # fmt: skip
    """Write the terms of the log hazard of other causes of some initiatives."""
    for k in range(rows.size):
        i = rows[k]
        c = country[i]
        terms[0, k], terms[1, k], terms[2, k], terms[3, k], terms[4, k], terms[5, k] = hazard.background(
            log_rate, people[i], linkages[i], fragile[c], conflict[c], frailty[i] + shared[c], effects
        )


def main_causes(world: World, rows: IntArray) -> IntArray:
    """Return, for each row, the cause whose reset to its kind's median would cut the hazard most; rows of CAUSES."""
    of, medians, causes = world.initiatives, world.memory.medians, np.empty(rows.size, dtype=np.int64)
    reset = np.empty((2, 2 * rows.size))
    _reset_factors(rows, of.kind, of.capacity, of.motivation, medians, reset)
    better = people_alone(reset[0], reset[1], exponent_in_force(world))
    _find_largest(rows, of.kind, *_columns(world), better, medians, causes)
    return causes


@compiled
def _reset_factors(
    rows: IntArray, kind: IntArray, capacity: FloatArray, motivation: FloatArray, medians: FloatArray, reset: FloatArray
) -> None:
    """Write capacity and motivation of some initiatives, first with the one and then with the other at its median."""
    for k in range(rows.size):
        i, second = rows[k], rows.size + k
        reset[0, k], reset[1, k] = medians[CAPACITY, kind[i]], motivation[i]
        reset[0, second], reset[1, second] = capacity[i], medians[MOTIVATION, kind[i]]


@compiled
def _find_largest(
    rows: IntArray, kind: IntArray, country: IntArray, people: FloatArray, linkages: FloatArray, frailty: FloatArray,
    fragile: BoolArray, conflict: FloatArray, shared: FloatArray, log_rate: float, effects: hazard.Effects,
    better: FloatArray, medians: FloatArray, causes: IntArray,
) -> None:  # fmt: skip
    """Write the first of the causes that would gain most from a reset to the median of their kind.

    `better` is the index of people with capacity reset, and then with motivation reset, (2 n,).
    """
    for n in range(rows.size):
        i, k, c = rows[n], kind[rows[n]], country[rows[n]]
        _, _, of_linkages, fragility, shock, chance = hazard.background(
            log_rate, people[i], linkages[i], fragile[c], conflict[c], frailty[i] + shared[c], effects
        )
        gains = (
            effects.sustainability * (better[n] - people[i]),
            effects.sustainability * (better[rows.size + n] - people[i]),
            of_linkages - medians[LINKAGES, k],
            fragility - medians[FRAGILITY, k],
            shock - medians[SHOCK, k],
            chance - medians[CHANCE, k],
        )
        most = 0
        for candidate in range(1, len(gains)):
            if gains[candidate] > gains[most]:
                most = candidate
        causes[n] = ROWS[most]


def frailty_of_those_who_stay(world: World) -> float:
    """Return the frailty up to which the structural alternative of a plateau holds initiatives to have come to stay."""
    return hazard.least_frail(world.facts.drawn.frailty_own, INSTITUTIONALISED)
