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
    description = (
        "Part of each instalment is paid for verified results; initiatives that cannot pre-finance are excluded."
    )
    parameters = (
        Parameter(
            name="results_share",
            value=0.4,
            unit="share",
            meaning="Share of each instalment that is paid for results only",
            source="judgement: swept",
            standing="judged",
            distribution=uniform(0.2, 0.6),
            minimum=0.0,
            maximum=1.0,
        ),
        Parameter(
            name="verification",
            value=0.075,
            unit="share",
            meaning="Cost of independent verification",
            source="Health Results Innovation Trust Fund: 5-10% of the budget",
            standing="published",
            distribution=uniform(0.05, 0.10),
            minimum=0.0,
            maximum=0.5,
        ),
        Parameter(
            name="performance",
            value=1.15,
            unit="ratio",
            meaning="Service that the same means deliver when it is paid for",
            source="Health Results Innovation Trust Fund; Cochrane review (low certainty): +10-20%",
            standing="published",
            distribution=uniform(1.0, 1.25),
            minimum=0.5,
            maximum=2.0,
        ),
        Parameter(
            name="least_means",
            value=0.40,
            unit="share",
            meaning="Smallest share of running cost that own fees must be able to advance",
            source="judgement: pre-finance needs money of one's own",
            standing="judged",
            distribution=uniform(0.3, 0.5),
            minimum=0.0,
            maximum=1.0,
        ),
        Parameter(
            name="volatility_transmission",
            value=1.2,
            unit="ratio",
            meaning="The donor's volatility that reaches the initiative",
            source="judgement: the implementer carries the risk of timing",
            standing="judged",
            distribution=uniform(1.0, 1.4),
            minimum=0.0,
            maximum=3.0,
        ),
    )

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
