"""Results-based finance: part of the money comes only when results are verified."""

from __future__ import annotations

import numpy as np

from ..basis.units import BoolArray
from ..state.parameters import Parameter, Values, uniform
from ..state.world import World
from .base import Candidates, Mechanism, MechanismTraits


class ResultsBased(Mechanism):
    """Whoever runs the initiative advances the money and is paid for verified results."""

    name = "results_based"
    title = "Results-based finance"
    description = "Part of each instalment is paid for verified results; whoever can't pre-finance is left out."
    parameters = (
        Parameter("results_share", 0.4, "share", "Share of each instalment that is paid for results only",
                  "judgement: swept", "judged", uniform(0.2, 0.6), 0.0, 1.0),
        Parameter("verification", 0.075, "share", "Cost of independent verification",
                  "Health Results Innovation Trust Fund: 5-10% of the budget", "published", uniform(0.05, 0.10), 0.0,
                  0.5),
        Parameter("performance", 1.15, "ratio", "Service that the same means deliver when it is paid for",
                  "Health Results Innovation Trust Fund; Cochrane review (low certainty): +10-20%", "published",
                  uniform(1.0, 1.25), 0.5, 2.0),
        Parameter("least_means", 0.40, "share", "Least share of running cost that own fees must be able to advance",
                  "judgement: pre-finance needs money of one's own", "judged", uniform(0.3, 0.5), 0.0, 1.0),
        Parameter("volatility_transmission", 1.2, "ratio", "The donor's volatility that reaches the initiative",
                  "judgement: the implementer carries the risk of timing", "judged", uniform(1.0, 1.4), 0.0, 3.0),
    )  # fmt: skip

    def traits(self, values: Values) -> MechanismTraits:
        """Withhold part until results come, pay for verification, sharpen performance."""
        return MechanismTraits(
            verification=self.read(values, "verification"),
            volatility_transmission=self.read(values, "volatility_transmission"),
            results_share=self.read(values, "results_share"),
            performance=self.read(values, "performance"),
        )

    def eligible(self, world: World, candidates: Candidates) -> BoolArray:
        """Accept those with means of their own to pre-finance."""
        return np.asarray(candidates.revenue_potential >= self.read(world.values, "least_means"))
