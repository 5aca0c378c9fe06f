"""Debt-for-digital swap: the creditor cancels debt, and the treasury pays part of the saving to the initiative."""

from __future__ import annotations

import numpy as np

from ..basis.units import BoolArray
from ..state.parameters import Parameter, Values, uniform
from ..state.world import World
from .base import Candidates, Mechanism, MechanismTraits


class DebtSwap(Mechanism):
    """Debt service becomes project money, in local currency and after long negotiation."""

    name = "debt_swap"
    title = "Debt-for-digital swap"
    description = "A treasury in deficit pays saved debt service to the initiative: lumpy, slow, and legal costs first."
    parameters = (
        Parameter("counterpart", 0.20, "dollars per dollar", "Paid from saved debt service beside each donor dollar",
                  "practice of debt swaps: 10-30% of the face value becomes project funds", "judged",
                  uniform(0.10, 0.30), 0.0, 2.0),
        Parameter("fee", 0.08, "share", "Legal and advisory cost", "judgement", "judged", uniform(0.05, 0.12), 0.0,
                  0.5),
        Parameter("delay_low", 4.0, "quarters", "Shortest negotiation", "judgement", "judged", minimum=0.0,
                  maximum=20.0),
        Parameter("delay_high", 8.0, "quarters", "Longest negotiation", "judgement", "judged", minimum=0.0,
                  maximum=20.0),
        Parameter("volatility_transmission", 0.3, "ratio", "The donor's volatility that reaches the initiative",
                  "judgement: the schedule of a treaty, in local currency", "judged", uniform(0.1, 0.5), 0.0, 3.0),
        Parameter("ownership", 0.08, "0-1", "What the treasury's payment adds to motivation and ownership",
                  "judgement from Narayan 1995", "judged", uniform(0.0, 0.15), 0.0, 1.0),
        Parameter("least_size", 2.0, "million dollars", "Smallest commitment worth the negotiation", "judgement",
                  "judged", uniform(1.0, 5.0), 0.0, 1000.0),
    )  # fmt: skip

    def traits(self, values: Values) -> MechanismTraits:
        """Add the counterpart, steady the money, charge and wait."""
        counterpart = self.read(values, "counterpart")
        return MechanismTraits(
            cofinance={"debt_relief": np.array([counterpart, counterpart, counterpart, 0.0])},
            fee=self.read(values, "fee"),
            delay=(self.read(values, "delay_low"), self.read(values, "delay_high")),
            volatility_transmission=self.read(values, "volatility_transmission"),
            ownership=self.read(values, "ownership"),
        )

    def eligible(self, world: World, candidates: Candidates) -> BoolArray:
        """Accept large enough initiatives in recipients whose treasury spends more than it takes in."""
        in_deficit = world.scratch["deficit"][candidates.country] > 0.0
        return np.asarray(in_deficit & (candidates.dollars >= 1e6 * self.read(world.values, "least_size")))
