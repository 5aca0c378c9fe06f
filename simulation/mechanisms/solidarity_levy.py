"""Solidarity levy: a levy on digital procurement in rich economies adds to donors' money in the poorest."""

from __future__ import annotations

import numpy as np

from ..basis.units import BoolArray
from ..state.parameters import Parameter, Values, uniform
from ..state.world import World
from .base import Candidates, Mechanism, MechanismTraits


class SolidarityLevy(Mechanism):
    """A global fund, as the Digital Solidarity Fund was meant to be, pays beside the donor."""

    name = "solidarity_levy"
    title = "Solidarity levy"
    description = (
        "A levy on digital procurement in rich economies pays in the poorest; voluntary, it yields next to nothing."
    )
    parameters = (
        Parameter("match", 1.0, "dollars per dollar", "What the fund adds to each donor dollar that arrives",
                  "judgement: swept", "judged", uniform(0.5, 1.5), 0.0, 10.0),
        Parameter("fee", 0.10, "share", "Fee of the fund on each instalment",
                  "UNDG/MPTFO and UNDP: agent 1%, indirect 7%, secretariat 2-4%", "published", uniform(0.08, 0.12),
                  0.0, 0.5),
        Parameter("delay_low", 2.0, "quarters", "Shortest wait from signature to first instalment",
                  "judgement: as pooled funds", "judged", minimum=0.0, maximum=20.0),
        Parameter("delay_high", 4.0, "quarters", "Longest wait from signature to first instalment",
                  "judgement: as pooled funds", "judged", minimum=0.0, maximum=20.0),
    )  # fmt: skip

    def traits(self, values: Values) -> MechanismTraits:
        """Add the fund's money in low and lower-middle income countries."""
        match = self.read(values, "match")
        return MechanismTraits(
            cofinance={"solidarity": np.array([match, match, 0.0, 0.0])},
            fee=self.read(values, "fee"),
            delay=(self.read(values, "delay_low"), self.read(values, "delay_high")),
        )

    def eligible(self, world: World, candidates: Candidates) -> BoolArray:
        """Accept the least developed countries."""
        return np.asarray(world.scratch["least_developed"][candidates.country])
