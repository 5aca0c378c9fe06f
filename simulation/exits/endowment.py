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
            name="set_aside",
            value=0.30,
            unit="share",
            meaning="Share of what arrives in the funded years that is set aside",
            source="judgement: full cover would take 25 years of operating cost",
            standing="judged",
            distribution=uniform(0.15, 0.45),
            minimum=0.0,
            maximum=0.9,
        ),
    )

    def traits(self, values: Values, strategy: Strategy) -> ExitTraits:
        """Set capital aside; leave on the day."""
        return ExitTraits(endowment=self.read(values, "set_aside"))
