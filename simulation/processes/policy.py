"""Policy: reform, harmonised markets and the work of initiatives move regulation, skills and trust."""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import FloatArray, IntArray
from ..rules.curves import closing, saturated
from ..rules.regulation import GENERATION, converged, reformed
from ..state.kinds import WORK_OF_KIND, WORKS
from ..state.memory import REFERENCE_YEARS
from ..state.parameters import Parameters, parameter, uniform
from ..state.world import World


class PolicyParameters(Parameters, process="policy"):
    """The parameters of policy."""

    harmonisation_years: float = parameter(
        value=10.0,
        unit="years",
        meaning="Time in which a bloc's rules converge if all members want it",
        source="judgement: a directive, its transposition and its courts",
        standing="judged",
        distribution=uniform(6.0, 15.0),
        minimum=1.0,
        maximum=50.0,
    )
    harmonisation_reach: float = parameter(
        value=0.7,
        unit="share",
        meaning="Share of its best member's regulatory maturity that a bloc reaches",
        source="judgement: common rules, but each country enforces them itself",
        standing="judged",
        distribution=uniform(0.5, 0.9),
        minimum=0.0,
        maximum=1.0,
    )
    reform_years: float = parameter(
        value=10.0,
        unit="years",
        meaning="Time in which a complete reform raises regulation",
        source="judgement",
        standing="judged",
        distribution=uniform(8.0, 15.0),
        minimum=1.0,
        maximum=50.0,
    )
    reform_generations: float = parameter(
        value=1.0,
        unit="generations",
        meaning="Largest gain of regulatory reform, at the best governance",
        source="judgement: one of the four generations of regulation of the ITU",
        standing="judged",
        distribution=uniform(0.5, 1.0),
        minimum=0.0,
        maximum=4.0,
    )
    regulation_by_work: float = parameter(
        value=0.05,
        unit="0-1",
        meaning="Largest addition of policy initiatives to regulation",
        source="judgement",
        standing="judged",
        distribution=uniform(0.0, 0.1),
        minimum=0.0,
        maximum=0.5,
    )
    trust_by_work: float = parameter(
        value=0.03,
        unit="share",
        meaning="Largest addition of digital trust initiatives to trust",
        source="judgement",
        standing="judged",
        distribution=uniform(0.0, 0.06),
        minimum=0.0,
        maximum=0.5,
    )
    skills_by_work: float = parameter(
        value=0.05,
        unit="share",
        meaning="Largest part of the skills gap that initiatives for content and e-government close",
        source="judgement: services in one's language are a reason to learn; 0 to 0.2 log odds of use by evidence",
        standing="judged",
        distribution=uniform(0.0, 0.1),
        minimum=0.0,
        maximum=0.5,
    )
    work_scale: float = parameter(
        value=5.0,
        unit="initiatives",
        meaning="Number of initiatives at full service that gives 63% of the largest addition",
        source="judgement",
        standing="judged",
        distribution=uniform(3.0, 10.0),
        minimum=0.1,
        maximum=1000.0,
    )
    reform_cost: float = parameter(
        value=0.01,
        unit="share",
        meaning="Share of donors' outlays that full support of reform costs",
        source="ITU, Connecting Humanity 2020: policy and regulation about 1% of the cost, derived",
        standing="derived",
        distribution=uniform(0.005, 0.02),
        minimum=0.0,
        maximum=0.2,
    )
    harmonisation_cost: float = parameter(
        value=0.01,
        unit="share",
        meaning="Share of donors' outlays in a bloc that harmonisation costs",
        source="judgement, as the support of reform",
        standing="judged",
        distribution=uniform(0.005, 0.02),
        minimum=0.0,
        maximum=0.2,
    )


def policy(world: World) -> None:
    """Move regulation, skills and trust by a year of reform, harmonisation and initiatives' work; each January.

    regulation = path without levers + gains of reform, harmonisation and shared practice + what initiatives for policy
    add beyond their own mean of the ten years before the start. Competition follows (`market`), and prices follow it.
    """
    if not world.new_year:
        return
    countries, p = world.countries, PolicyParameters.of(world.values)
    reform, convergence = _reform(world), _convergence(world)
    countries.reformed += reform
    countries.policy_gain += reform + convergence
    pace = world.strategy.harmonisation / p.harmonisation_years
    countries.harmonised += closing(countries.harmonised, pace * world.facts.countries.harmonises.astype(np.float64))
    regulation_work, trust_work, skills_work = _work_beyond_reference(world)
    countries.skills_gain[:] = np.minimum(np.maximum(p.skills_by_work * skills_work, -0.5), 1.0)
    added = p.regulation_by_work * regulation_work
    path = world.facts.countries.regulation_path
    countries.regulation[:] = np.minimum(np.maximum(path + countries.policy_gain + added, 0.0), 1.0)
    _nudge_trust(world, p.trust_by_work * trust_work)


def support_cost(world: World) -> FloatArray:
    """Return the share of outlays that the support of reform and harmonisation takes, by economy. Shape (C,)."""
    strategy, p = world.strategy, PolicyParameters.of(world.values)
    reform = strategy.regulatory_reform * p.reform_cost
    return np.asarray(reform + strategy.harmonisation * p.harmonisation_cost * world.facts.countries.harmonises)


def _reform(world: World) -> FloatArray:
    """Return this year's gain of regulation by reform: a straight line over years, as far as governance carries it."""
    lever, p = world.strategy.regulatory_reform, PolicyParameters.of(world.values)
    most = lever * p.reform_generations * GENERATION * world.countries.governance * world.facts.countries.supported
    return reformed(most, world.countries.reformed, world.countries.regulation, p.reform_years)


def _convergence(world: World) -> FloatArray:
    """Return this year's gain of regulation by harmonisation: a part of the way to the bloc's best."""
    p = PolicyParameters.of(world.values)
    pace = world.strategy.harmonisation / p.harmonisation_years
    reach = p.harmonisation_reach
    if pace == 0.0:
        return np.zeros(world.countries.count)
    bloc, regulation = world.facts.countries.bloc, world.countries.regulation
    best = np.zeros(bloc.max() + 1)
    np.maximum.at(best, bloc[bloc >= 0], regulation[bloc >= 0])
    return converged(regulation, best[np.maximum(bloc, 0)], reach, pace) * world.facts.countries.harmonises


def _work_beyond_reference(world: World) -> FloatArray:
    """Return the saturated work for each of WORKS, beyond the economy's mean before the start. Shape (works, C).

    1 - exp(-service of living initiatives of the kind / scale). The path without levers holds what such work gave in
    the ten years before the start, so only the difference counts; before the start there is none.
    """
    p = PolicyParameters.of(world.values)
    initiatives = world.initiatives
    done = _work(initiatives.country, initiatives.kind, initiatives.service, world.countries.count)
    work = saturated(done / world.scale, p.work_scale)
    memory = world.memory
    if world.year < world.start_year:
        if world.year >= world.start_year - REFERENCE_YEARS:
            memory.work_before_start[memory.years_of_work] = work
            memory.years_of_work += 1
        return np.zeros_like(work)
    if not memory.work_reference_known:
        noted = memory.work_before_start[: memory.years_of_work]
        memory.work_reference[:] = np.mean(noted, axis=0) if memory.years_of_work else work
        memory.work_reference_known = True
    return np.asarray(work - memory.work_reference)


@compiled
def _work(country: IntArray, kind: IntArray, service: FloatArray, economies: int) -> FloatArray:
    """Return the service of initiatives that add to each of WORKS, by economy, (works, C)."""
    done = np.zeros((len(WORKS), economies))
    for i in range(country.size):
        work = WORK_OF_KIND[kind[i]]
        if work >= 0:
            done[work, country[i]] += service[i]
    return done


def _nudge_trust(world: World, wanted: FloatArray) -> None:
    """Move trust by what initiatives add now less what is left of what they had added before.

    The trust gap closes by itself (access), and with it the part of the gap that was closed before its time.
    """
    countries = world.countries
    now = np.minimum(np.maximum(countries.trust + wanted - countries.trust_gain, 0.0), 1.0)
    countries.trust_gain += now - countries.trust
    countries.trust[:] = now
