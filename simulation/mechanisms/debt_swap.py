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
    description = "A treasury in deficit pays saved debt service to the initiative: slowly, and after legal costs."
    parameters = (
        Parameter(
            name="counterpart",
            value=0.20,
            unit="dollars per dollar",
            meaning="Payment from saved debt service for each donor dollar",
            source="practice of debt swaps: 10-30% of the face value becomes project funds",
            standing="judged",
            distribution=uniform(0.10, 0.30),
            minimum=0.0,
            maximum=2.0,
        ),
        Parameter(
            name="fee",
            value=0.08,
            unit="share",
            meaning="Legal and advisory cost",
            source="judgement",
            standing="judged",
            distribution=uniform(0.05, 0.12),
            minimum=0.0,
            maximum=0.5,
        ),
        Parameter(
            name="delay_low",
            value=4.0,
            unit="quarters",
            meaning="Shortest negotiation",
            source="judgement",
            standing="judged",
            minimum=0.0,
            maximum=20.0,
        ),
        Parameter(
            name="delay_high",
            value=8.0,
            unit="quarters",
            meaning="Longest negotiation",
            source="judgement",
            standing="judged",
            minimum=0.0,
            maximum=20.0,
        ),
        Parameter(
            name="volatility_transmission",
            value=0.3,
            unit="ratio",
            meaning="The donor's volatility that reaches the initiative",
            source="judgement: the schedule of a treaty, in local currency",
            standing="judged",
            distribution=uniform(0.1, 0.5),
            minimum=0.0,
            maximum=3.0,
        ),
        Parameter(
            name="least_size",
            value=2.0,
            unit="million dollars",
            meaning="Smallest commitment worth the negotiation",
            source="judgement",
            standing="judged",
            distribution=uniform(1.0, 5.0),
            minimum=0.0,
            maximum=1000.0,
        ),
    )

    def traits(self, values: Values) -> MechanismTraits:
        """Add the counterpart, steady the money, charge and wait."""
        counterpart = self.read(values, "counterpart")
        return MechanismTraits(
            cofinance={"debt_relief": np.array([counterpart, counterpart, counterpart, 0.0])},
            fee=self.read(values, "fee"),
            shortest_delay=self.read(values, "delay_low"),
            longest_delay=self.read(values, "delay_high"),
            volatility_transmission=self.read(values, "volatility_transmission"),
        )

    def eligible(self, world: World, candidates: Candidates) -> BoolArray:
        """Accept large enough initiatives in recipients whose treasury spends more than it takes in."""
        in_deficit = world.facts.countries.deficit[candidates.country] > 0.0
        return np.asarray(in_deficit & (candidates.dollars >= 1e6 * self.read(world.values, "least_size")))
