"""Adaptive exit: the donor leaves when what it observes says that the initiative is ready."""

from __future__ import annotations

from ..basis.units import FloatArray
from ..state.levers import Strategy
from ..state.parameters import Parameter, Values, uniform
from .base import Exit, ExitTraits, quarters


class Adaptive(Exit):
    """Half the running cost is paid until observed readiness passes a threshold, with a latest date."""

    name = "adaptive"
    title = "Adaptive exit"
    description = "The donor leaves when observed readiness passes a threshold, or on a fixed latest date."
    parameters = (
        Parameter(
            name="donor_share",
            value=0.5,
            unit="share",
            meaning="Share of running cost that the donor pays while it waits",
            source="judgement",
            standing="judged",
            distribution=uniform(0.3, 0.7),
            minimum=0.0,
            maximum=1.0,
        ),
        Parameter(
            name="capacity_spending",
            value=0.25,
            unit="share",
            meaning="Share of transition money that builds capacity",
            source="judgement",
            standing="judged",
            distribution=uniform(0.1, 0.4),
            minimum=0.0,
            maximum=1.0,
        ),
    )

    def traits(self, values: Values, strategy: Strategy) -> ExitTraits:
        """Wait for readiness, up to the strategy's latest date."""
        return ExitTraits(
            extension=quarters(strategy.adaptive_latest_years),
            threshold=float(strategy.adaptive_threshold),
            capacity_spending=self.read(values, "capacity_spending"),
        )

    def donor_share(self, progress: FloatArray, values: Values) -> FloatArray:
        """Stay level."""
        return 0.0 * progress + self.read(values, "donor_share")
