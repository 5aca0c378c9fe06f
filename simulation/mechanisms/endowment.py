"""Endowment: part of the money is set aside for good, and its return pays running costs."""

from __future__ import annotations

from ..state.parameters import Parameter, Values, uniform
from .base import Mechanism, MechanismTraits


class Endowment(Mechanism):
    """Capital is tied up so that a draw on it outlasts the donor."""

    name = "endowment"
    title = "Endowment"
    description = "Half of the money is invested; its returns pay running cost after exit."
    parameters = (
        Parameter(
            name="cover",
            value=1.0,
            unit="share",
            meaning="Share of running cost that the draw is to carry after exit",
            source="judgement: the set-aside is solved from it",
            standing="judged",
            distribution=uniform(0.7, 1.0),
            minimum=0.0,
            maximum=1.0,
        ),
        Parameter(
            name="fee",
            value=0.02,
            unit="share",
            meaning="Cost of setting up and managing the capital",
            source="judgement",
            standing="judged",
            distribution=uniform(0.01, 0.04),
            minimum=0.0,
            maximum=0.5,
        ),
    )

    def traits(self, values: Values) -> MechanismTraits:
        """Set capital aside."""
        return MechanismTraits(fee=self.read(values, "fee"), endowment=self.read(values, "cover"))
