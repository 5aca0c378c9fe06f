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
        Parameter(
            name="match",
            value=1.0,
            unit="dollars per dollar",
            meaning="Addition of the fund to each donor dollar that arrives",
            source="judgement: swept",
            standing="judged",
            distribution=uniform(0.5, 1.5),
            minimum=0.0,
            maximum=10.0,
        ),
        Parameter(
            name="fee",
            value=0.10,
            unit="share",
            meaning="Fee of the fund on each instalment",
            source="UNDG/MPTFO and UNDP: agent 1%, indirect 7%, secretariat 2-4%",
            standing="published",
            distribution=uniform(0.08, 0.12),
            minimum=0.0,
            maximum=0.5,
        ),
        Parameter(
            name="delay_low",
            value=2.0,
            unit="quarters",
            meaning="Shortest wait from signature to first instalment",
            source="judgement: as pooled funds",
            standing="judged",
            minimum=0.0,
            maximum=20.0,
        ),
        Parameter(
            name="delay_high",
            value=4.0,
            unit="quarters",
            meaning="Longest wait from signature to first instalment",
            source="judgement: as pooled funds",
            standing="judged",
            minimum=0.0,
            maximum=20.0,
        ),
    )

    def traits(self, values: Values) -> MechanismTraits:
        """Add the fund's money in low and lower-middle income countries."""
        match = self.read(values, "match")
        return MechanismTraits(
            cofinance={"solidarity": np.array([match, match, 0.0, 0.0])},
            fee=self.read(values, "fee"),
            shortest_delay=self.read(values, "delay_low"),
            longest_delay=self.read(values, "delay_high"),
        )

    def eligible(self, world: World, candidates: Candidates) -> BoolArray:
        """Accept the least developed countries."""
        return np.asarray(world.facts.countries.least_developed[candidates.country])
