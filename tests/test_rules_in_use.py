"""One formula wherever it is used: the fits, the processes and what donors see take the same rules."""

from __future__ import annotations

import numpy as np
import pytest

from afteraid.experiments.calibration.adoption_law import SATURATION_PULL, next_log_odds
from afteraid.simulation.basis.units import QUARTERS_PER_YEAR, logit
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.model import advance
from afteraid.simulation.processes.delivery import index_in_force
from afteraid.simulation.processes.monitoring import monitoring
from afteraid.simulation.rules import adoption
from afteraid.simulation.scenario.scenario import load_scenario
from afteraid.simulation.state.facts import AdoptionLaw
from afteraid.simulation.state.structures import STRUCTURES, WEAKEST

LAW = AdoptionLaw(0.19, 0.09, 1.3, 0.65, 0.42, 0.1)


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
    assert (observed == index_in_force(world, own, capacity, motivation)).all()
    exponent = world.values["delivery.complementarity"]
    ces = ((own.clip(0.01) ** exponent + capacity**exponent + motivation**exponent) / 3.0) ** (1.0 / exponent)
    lowest = np.minimum(np.minimum(own.clip(0.01), capacity), motivation)
    if structure == WEAKEST:
        np.testing.assert_allclose(observed, lowest, rtol=0.03)
    else:
        np.testing.assert_allclose(observed, ces, rtol=1e-12)
        assert (ces > lowest).all()


def test_the_law_steps_alike_in_the_fit_and_in_the_simulation() -> None:
    generator = np.random.default_rng(5)
    x0, momentum = generator.normal(0.0, 1.5, 40), generator.normal(0.0, 0.1, 40)
    income = generator.normal(8.0, 1.0, 40)
    gap = income - income.mean()
    fitted = next_log_odds(LAW, x0, momentum, gap)
    step = adoption.expected_step(x0, x0.mean(), gap, LAW.drift, SATURATION_PULL, LAW.anchor_rate, LAW.income_slope)
    np.testing.assert_array_equal(fitted, x0 + (step + momentum))


def test_the_simulation_without_luck_follows_the_law_that_is_fitted() -> None:
    settings = {"run.start": 2005, "run.end": 2008, "world.uncertain": False, "world.structures": ["no_slowdown"]}
    settings |= {f"world.parameters.adoption.common_{name}": 0.0 for name in ("noise", "persistence")}
    world = begin(load_scenario("no-cooperation", settings), 1, 0)
    drawn = world.facts.drawn.adoption
    assert isinstance(drawn, AdoptionLaw)
    object.__setattr__(world.facts.drawn, "adoption", AdoptionLaw(**{**vars(drawn), "noise": 0.0}))
    x0, momentum = world.countries.reference_log_odds.copy(), world.countries.momentum.copy()
    for _ in range(2):
        income = np.log(world.reference.income[world.year_row])
        expected = next_log_odds(drawn, x0, momentum, income - income.mean())
        for _ in range(QUARTERS_PER_YEAR):
            advance(world)
        bounded = np.clip(expected, logit(np.array(0.005)), logit(np.array(0.995)))
        np.testing.assert_allclose(world.countries.reference_log_odds, bounded, rtol=0.0, atol=1e-12)
        x0 = world.countries.reference_log_odds.copy()
        momentum = adoption.next_momentum(momentum, np.zeros_like(x0), drawn.momentum_persistence, drawn.momentum_gain)
        np.testing.assert_allclose(world.countries.momentum, momentum, atol=1e-15)
