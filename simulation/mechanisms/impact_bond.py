"""Impact bond: investors advance the money and bear the risk of results."""

from __future__ import annotations

import numpy as np

from ..basis.units import BoolArray
from ..state.parameters import Parameter, Values, uniform
from ..state.world import World
from .base import Candidates, Mechanism, MechanismTraits

MEASURABLE_KINDS = (1, 2, 4)  # rows of KINDS with results that can be counted: community access, skills, content


class ImpactBond(Mechanism):
    """Investors pre-finance; the donor pays for results; what falls short is the investors' loss."""

    name = "impact_bond"
    title = "Impact bond"
    description = "Investors advance the money and bear the risk of results, at a high cost of structuring."
    parameters = (
        Parameter("fee", 0.175, "share", "Structuring, intermediaries and investors' return",
                  "Brookings and Government Outcomes Lab: transaction cost of 10-25%", "published",
                  uniform(0.10, 0.25), 0.0, 0.6),
        Parameter("verification", 0.05, "share", "Cost of independent evaluation", "judgement", "judged",
                  uniform(0.03, 0.08), 0.0, 0.5),
        Parameter("results_share", 0.8, "share", "Share of each instalment that is paid for results only", "judgement",
                  "judged", uniform(0.6, 1.0), 0.0, 1.0),
        Parameter("performance", 1.15, "ratio", "Service that the same means deliver when it is paid for",
                  "as results-based finance: +10-20%", "judged", uniform(1.0, 1.25), 0.5, 2.0),
        Parameter("least_size", 0.5, "million dollars", "Smallest commitment worth the structuring", "judgement",
                  "judged", uniform(0.3, 1.0), 0.0, 100.0),
        Parameter("most_size", 20.0, "million dollars", "Largest commitment",
                  "Brookings and Government Outcomes Lab: up to 20 million dollars each", "published", minimum=0.1,
                  maximum=1000.0),
        Parameter("delay_low", 4.0, "quarters", "Shortest time of structuring", "judgement", "judged", minimum=0.0,
                  maximum=20.0),
        Parameter("delay_high", 8.0, "quarters", "Longest time of structuring", "judgement", "judged", minimum=0.0,
                  maximum=20.0),
    )  # fmt: skip

    def traits(self, values: Values) -> MechanismTraits:
        """Let investors bear what results withhold; charge for it, and wait."""
        return MechanismTraits(
            fee=self.read(values, "fee"),
            verification=self.read(values, "verification"),
            delay=(self.read(values, "delay_low"), self.read(values, "delay_high")),
            results_share=self.read(values, "results_share"),
            investors_bear=True,
            performance=self.read(values, "performance"),
        )

    def eligible(self, world: World, candidates: Candidates) -> BoolArray:
        """Accept measurable kinds of a middling size."""
        millions = candidates.dollars / 1e6
        fits = (millions >= self.read(world.values, "least_size")) & (millions <= self.read(world.values, "most_size"))
        return np.asarray(fits & np.isin(candidates.kind, MEASURABLE_KINDS))
