"""The rules of the model: closed forms in limit cases, bounds, and one formula wherever it is used."""

from __future__ import annotations

import numpy as np
import pytest

from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.model import advance
from afteraid.simulation.processes import monitoring
from afteraid.simulation.processes.delivery import index_in_force
from afteraid.simulation.scenario.scenario import load_scenario
from afteraid.simulation.state.structures import STRUCTURES, WEAKEST


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
