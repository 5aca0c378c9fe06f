"""One formula wherever it is used: the fits, the processes and what donors see take the same rules."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from afteraid.experiments.calibration.adoption_law import CENTRAL, SATURATION_PULL, Held, next_log_odds
from afteraid.experiments.calibration.noise import FIRST_NOISE
from afteraid.simulation.basis.compiled import elementwise
from afteraid.simulation.basis.units import QUARTERS_PER_YEAR, expit, logit
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.engine import advance
from afteraid.simulation.processes.delivery import index_in_force
from afteraid.simulation.processes.monitoring import monitoring
from afteraid.simulation.rules import adoption
from afteraid.simulation.rules.observation import readiness
from afteraid.simulation.scenario.scenario import load_scenario
from afteraid.simulation.state.facts import AdoptionLaw
from afteraid.simulation.state.structures import STRUCTURES, WEAKEST
from afteraid.simulation.state.world import World

LAW = AdoptionLaw(0.19, 0.09, 1.3, 0.65, 0.42, *FIRST_NOISE)


@pytest.mark.parametrize("structure", ["", *STRUCTURES])
def test_donors_look_at_the_index_that_is_in_force(structure: str) -> None:
    settings = {
        "run.start": 2005,
        "run.end": 2012,
        "world.uncertain": False,
        "world.structures": [structure] if structure else [],
        "world.parameters.monitoring.noise": 0.0,
    }
    world = begin(load_scenario("exits-adaptive", settings), 1, 0)
    while world.year < 2012:
        advance(world)
    initiatives = world.initiatives
    initiatives.observed[:] = -1.0
    monitoring(world)
    seen = np.flatnonzero(initiatives.observed >= 0.0)
    assert seen.size > 100
    observed = initiatives.observed[seen]
    own = initiatives.revenue_share + initiatives.government_share
    own += initiatives.levy_share + initiatives.endowment_share
    own = np.minimum(own, 1.0)[seen]
    capacity, motivation = initiatives.capacity[seen], initiatives.motivation[seen]
    now = index_in_force(world, own, capacity, motivation)
    start = index_in_force(world, *np.array([[0.0], [world.values["founding.initial_capacity"]], [0.5]]))[0]
    assert (observed == elementwise(readiness)(now, start, world.memory.best[initiatives.kind[seen]])).all()
    exponent = world.values["delivery.complementarity"]
    ces = ((own.clip(0.01) ** exponent + capacity**exponent + motivation**exponent) / 3.0) ** (1.0 / exponent)
    lowest = np.minimum(np.minimum(own.clip(0.01), capacity), motivation)
    if structure == WEAKEST:
        np.testing.assert_allclose(now, lowest, rtol=0.03)
    else:
        np.testing.assert_allclose(now, ces, rtol=1e-12)
        assert (ces > lowest).all()


def test_the_law_steps_alike_in_the_fit_and_in_the_simulation() -> None:
    generator = np.random.default_rng(5)
    x0, momentum = generator.normal(0.0, 1.5, 40), generator.normal(0.0, 0.1, 40)
    income, index = generator.normal(8.0, 1.0, 40), generator.normal(1.0, 1.0, 40)
    gap = income - income.mean()
    fitted = next_log_odds(LAW, x0, momentum, gap, index, Held())
    step = adoption.expected_step(x0, x0.mean(), gap, LAW.drift, SATURATION_PULL, LAW.anchor_rate, LAW.income_slope)
    braked = adoption.braked(step + momentum, expit(x0), expit(index), CENTRAL.brake_of_use, CENTRAL.brake_of_barriers)
    np.testing.assert_array_equal(fitted, x0 + braked)


def quiet(years: tuple[int, int], **more: object) -> World:
    """A world without noise, initiatives or levers, free from its first year on."""
    settings = {"run.start": years[0], "run.end": years[1], "world.uncertain": False}
    settings |= {"world.structures": ["no_slowdown"], **more}
    quiet = ("adoption.common_noise", "adoption.region_noise", "adoption.place_odds_spread", "adoption.income_feedback")
    hazards = ("climate.event_rate", "cyber.incident_rate", "policy.regulation_by_work", "policy.trust_by_work",
               "policy.skills_by_work", "barriers.growth_spread")  # fmt: skip
    settings |= {f"world.parameters.{name}": 0.0 for name in (*quiet, *hazards)}
    world = begin(load_scenario("no-cooperation", settings), 1, 0)
    assert isinstance(world.facts.drawn.adoption, AdoptionLaw)
    object.__setattr__(world.facts.drawn, "noise_level", np.full(world.countries.count, -60.0))
    return world


def test_the_simulation_without_luck_follows_the_law_that_is_fitted() -> None:
    world = quiet((2005, 2008))
    drawn = world.facts.drawn.adoption
    x0, momentum = world.countries.reference_log_odds.copy(), world.countries.momentum.copy()
    for _ in range(2):
        income = np.log(world.reference.income[world.year_row])
        advance(world)
        urban = world.countries.urban_share
        index = urban * world.countries.addressable_urban + (1.0 - urban) * world.countries.addressable_rural
        expected = next_log_odds(drawn, x0, momentum, income - income.mean(), logit(index), Held())
        for _ in range(QUARTERS_PER_YEAR - 1):
            advance(world)
        bounded = np.clip(expected, logit(np.array(0.005)), logit(np.array(0.995)))
        np.testing.assert_allclose(world.countries.reference_log_odds, bounded, rtol=0.0, atol=1e-9)
        x0 = world.countries.reference_log_odds.copy()
        momentum = adoption.next_momentum(momentum, np.zeros_like(x0), drawn.momentum_persistence, drawn.momentum_gain)
        np.testing.assert_allclose(world.countries.momentum, momentum, atol=1e-9)


def test_the_places_sum_to_the_nation_where_no_lever_acts_and_nothing_is_bound() -> None:
    world = quiet((2020, 2030), **{"world.parameters.barriers.handset_shock": 0.0})
    world.reference = replace(world.reference, reference_service=None)
    while world.year < 2030:
        advance(world)
    countries = world.countries
    assert np.abs(world.memory.passed).max() < 1e-9
    free = countries.use_urban < countries.bound_urban - 1e-9
    free &= countries.use_rural < countries.bound_rural - 1e-9
    free &= world.now.effective.sum(axis=1) < 1e-6 * countries.population
    assert free.sum() > 20
    nation = expit(countries.reference_log_odds)
    np.testing.assert_allclose(countries.use[free], nation[free], rtol=0.0, atol=1e-6)
