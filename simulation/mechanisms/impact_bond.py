"""Impact bond: investors advance the money and bear the risk of results."""

from __future__ import annotations

import numpy as np

from ..basis.units import BoolArray
from ..state.kinds import MEASURABLE
from ..state.parameters import Parameter, Values, uniform
from ..state.world import World
from .base import Candidates, Mechanism, MechanismTraits


class ImpactBond(Mechanism):
    """Investors pre-finance; the donor pays for results; what falls short is the investors' loss."""

    name = "impact_bond"
    title = "Impact bond"
    description = "Investors advance the money and bear the risk of results, at a high cost of structuring."
    parameters = (
        Parameter(
            name="fee",
            value=0.175,
            unit="share",
            meaning="Structuring, intermediaries and investors' return",
            source="Brookings and Government Outcomes Lab: transaction cost of 10-25%",
            standing="published",
            distribution=uniform(0.10, 0.25),
            minimum=0.0,
            maximum=0.6,
        ),
        Parameter(
            name="verification",
            value=0.05,
            unit="share",
            meaning="Cost of independent evaluation",
            source="judgement",
            standing="judged",
            distribution=uniform(0.03, 0.08),
            minimum=0.0,
            maximum=0.5,
        ),
        Parameter(
            name="results_share",
            value=0.8,
            unit="share",
            meaning="Share of each instalment that is paid for results only",
            source="judgement",
            standing="judged",
            distribution=uniform(0.6, 1.0),
            minimum=0.0,
            maximum=1.0,
        ),
        Parameter(
            name="performance",
            value=1.15,
            unit="ratio",
            meaning="Service that the same means deliver when it is paid for",
            source="as results-based finance: +10-20%",
            standing="judged",
            distribution=uniform(1.0, 1.25),
            minimum=0.5,
            maximum=2.0,
        ),
        Parameter(
            name="least_size",
            value=0.5,
            unit="million dollars",
            meaning="Smallest commitment worth the structuring",
            source="judgement",
            standing="judged",
            distribution=uniform(0.3, 1.0),
            minimum=0.0,
            maximum=100.0,
        ),
        Parameter(
            name="most_size",
            value=20.0,
            unit="million dollars",
            meaning="Largest commitment",
            source="Brookings and Government Outcomes Lab: up to 20 million dollars each",
            standing="published",
            minimum=0.1,
            maximum=1000.0,
        ),
        Parameter(
            name="delay_low",
            value=4.0,
            unit="quarters",
            meaning="Shortest time of structuring",
            source="judgement",
            standing="judged",
            minimum=0.0,
            maximum=20.0,
        ),
        Parameter(
            name="delay_high",
            value=8.0,
            unit="quarters",
            meaning="Longest time of structuring",
            source="judgement",
            standing="judged",
            minimum=0.0,
            maximum=20.0,
        ),
    )

    def traits(self, values: Values) -> MechanismTraits:
        """Let investors bear what results withhold; charge for it, and wait."""
        return MechanismTraits(
            fee=self.read(values, "fee"),
            verification=self.read(values, "verification"),
            shortest_delay=self.read(values, "delay_low"),
            longest_delay=self.read(values, "delay_high"),
            results_share=self.read(values, "results_share"),
            investors_bear=True,
            performance=self.read(values, "performance"),
        )

    def eligible(self, world: World, candidates: Candidates) -> BoolArray:
        """Accept measurable kinds of a middling size."""
        millions = candidates.dollars / 1e6
        fits = (millions >= self.read(world.values, "least_size")) & (millions <= self.read(world.values, "most_size"))
        return np.asarray(fits & MEASURABLE[candidates.kind])
