"""Endowed exit: the donor leaves capital behind, whose return pays part of running costs."""

from __future__ import annotations

from typing import Any

from ..state.parameters import Parameter, Values, uniform
from .base import Exit, ExitTraits


class EndowedExit(Exit):
    """Less is built, and what is built has an income of its own."""

    name = "endowment"
    title = "Endowment at exit"
    description = "Part of every instalment is set aside; after exit its draw pays running costs. Less is built."
    parameters = (
        Parameter("set_aside", 0.30, "share", "Share of what arrives in the funded years that is set aside",
                  "judgement: full cover would take 25 years of operating cost", "judged", uniform(0.15, 0.45), 0.0,
                  0.9),
    )  # fmt: skip

    def traits(self, values: Values, strategy: Any) -> ExitTraits:
        """Set capital aside; leave on the day."""
        return ExitTraits(endowment=self.read(values, "set_aside"))
