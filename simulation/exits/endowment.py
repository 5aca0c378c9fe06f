"""Endowed exit: the donor leaves capital behind, whose return pays part of running costs."""

from __future__ import annotations

from ..state.levers import Strategy
from ..state.parameters import Parameter, Values, uniform
from .base import Exit, ExitTraits


class EndowedExit(Exit):
    """Less is built, and what is built has an income of its own."""

    name = "endowment"
    title = "Endowment at exit"
    description = "Part of every instalment is invested; its returns pay running cost after exit. Less is built."
    parameters = (
        Parameter(
            name="cover",
            value=0.7,
            unit="share",
            meaning="Share of running cost that the draw is to carry",
            source="judgement: the set-aside is solved from it",
            standing="judged",
            distribution=uniform(0.4, 1.0),
            minimum=0.0,
            maximum=1.0,
        ),
    )

    def traits(self, values: Values, strategy: Strategy) -> ExitTraits:
        """Set capital aside; leave on the day."""
        return ExitTraits(endowment=self.read(values, "cover"))
