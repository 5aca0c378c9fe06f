"""Other causes: what closes initiatives apart from money and market, the same whoever pays."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from ..basis.units import BoolArray, FloatArray, IntArray
from ..rules import hazard
from ..state.parameters import Parameters, normal, parameter, uniform
from ..state.structures import INSTITUTIONALISED
from ..state.world import CAUSES, FACTORS, World
from .delivery import index_in_force

NAMED = ("linkages", "fragility", "shock", "chance")  # terms of the hazard that are causes


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
        value=-2.95,
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


def background(world: World, rows: IntArray | slice = slice(None)) -> dict[str, FloatArray]:
    """Return the terms of the log hazard of other causes than money, each (n,)."""
    initiatives, countries, p = world.initiatives, world.countries, ClosureParameters.of(world.values)
    country = initiatives.country[rows]
    return hazard.background(
        p.background,
        initiatives.people_alone[rows],
        initiatives.linkages[rows],
        world.reference.fragile[country].astype(np.float64),
        countries.conflict[country],
        initiatives.frailty[rows] + countries.frailty[country],
        p.effects,
    )


def main_causes(world: World, rows: IntArray) -> IntArray:
    """Return, for each row, the cause whose reset to its kind's median would cut the hazard most; rows of CAUSES."""
    initiatives, p, medians = world.initiatives, ClosureParameters.of(world.values), world.memory.medians
    kind = initiatives.kind[rows]
    whole = np.ones(rows.size)
    capacity, motivation = initiatives.capacity[rows], initiatives.motivation[rows]
    now = initiatives.people_alone[rows]
    middle = {name: medians[CAUSES.index(name)][kind] for name in FACTORS}
    terms = background(world, rows)
    gains = {
        "capacity": p.sustainability * (index_in_force(world, whole, middle["capacity"], motivation) - now),
        "motivation": p.sustainability * (index_in_force(world, whole, capacity, middle["motivation"]) - now),
        **{name: terms[name] - medians[CAUSES.index(name)][kind] for name in NAMED},
    }
    return largest(gains)


def largest(gains: dict[str, FloatArray]) -> IntArray:
    """Return the cause that would gain most, (n,) rows of CAUSES, from what each would gain, (n,) by name."""
    order = np.array([CAUSES.index(name) for name in gains])
    return np.asarray(order[np.argmax(np.array(list(gains.values())), axis=0)])


def institutionalised(world: World, rows: IntArray | slice) -> BoolArray:
    """Say which initiatives the structural alternative of a plateau holds to have come to stay: the least frail."""
    bar = hazard.least_frail(world.facts.drawn.frailty_own, INSTITUTIONALISED)
    return np.asarray(world.initiatives.frailty[rows] <= bar)
