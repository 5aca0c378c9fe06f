"""The past that runs have in common: two runs that differ only in their strategy are one world up to the start year.

What donors and governments choose takes effect at the start year, and up to then all donors do as they did. So runs of
one seed, replicate, world and span share their spin-up, and it is computed once for those of one chunk.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from afteraid.simulation.model import FinancingModel
from afteraid.simulation.scenario.scenario import Scenario
from afteraid.simulation.state.world import World


@dataclass
class SharedPast:
    """A world at the first quarter of its start year, made by the first run that asks for it.

    Attributes:
        world: None until then.
        seconds: what it took to make.
    """

    world: World | None = None
    seconds: float = 0.0

    def begin(self, scenario: Scenario, seed: int, replicate: int) -> FinancingModel:
        """Return a model at its start year, as if it had been run up to there by itself."""
        if self.world is None:
            began = time.perf_counter()
            model = FinancingModel(scenario, seed=seed, replicate=replicate)
            try:
                while model.world.year < scenario.run.start:
                    model.step()
            finally:
                model.close()
            self.world, self.seconds = model.world, time.perf_counter() - began
        return FinancingModel.resume(self.world, scenario, seed=seed, replicate=replicate)
