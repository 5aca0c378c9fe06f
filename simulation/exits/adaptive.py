"""Adaptive exit: the donor leaves when what it observes says that the initiative is ready."""

from __future__ import annotations

from typing import Any

from ..basis.units import FloatArray
from ..state.parameters import Parameter, Values, uniform
from .base import Exit, ExitTraits, quarters


class Adaptive(Exit):
    """Half the running cost is paid until observed sustainability passes a threshold, with a latest date."""

    name = "adaptive"
    title = "Adaptive exit"
    description = "The donor leaves when observed sustainability passes a threshold, at the latest on a set date."
    parameters = (
        Parameter("donor_share", 0.5, "share", "Running cost that the donor pays while it waits", "judgement", "judged",
                  uniform(0.3, 0.7), 0.0, 1.0),
        Parameter("capacity_spending", 0.25, "share", "Share of transition money that builds capacity", "judgement",
                  "judged", uniform(0.1, 0.4), 0.0, 1.0),
    )  # fmt: skip

    def traits(self, values: Values, strategy: Any) -> ExitTraits:
        """Wait for readiness, up to the strategy's latest date."""
        return ExitTraits(
            extension=quarters(strategy.adaptive_latest_years),
            threshold=float(strategy.adaptive_threshold),
            capacity_spending=self.read(values, "capacity_spending"),
        )

    def donor_share(self, progress: FloatArray, values: Values) -> FloatArray:
        """Stay level."""
        return 0.0 * progress + self.read(values, "donor_share")
