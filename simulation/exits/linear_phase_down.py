"""Linear phase-down: the donor's share falls in a straight line to zero."""

from __future__ import annotations

from ..basis.units import FloatArray
from ..state.levers import Strategy
from ..state.parameters import Parameter, Values, uniform
from .base import Exit, ExitTraits, quarters


class LinearPhaseDown(Exit):
    """The donor withdraws in equal steps while fees and local money grow in."""

    name = "linear_phase_down"
    title = "Linear phase-down"
    description = "The donor's share of running cost falls in a straight line over the transition years."
    parameters = (
        Parameter(
            name="capacity_spending",
            value=0.15,
            unit="share",
            meaning="Share of transition money that builds capacity",
            source="judgement",
            standing="judged",
            distribution=uniform(0.05, 0.25),
            minimum=0.0,
            maximum=1.0,
        ),
    )

    def traits(self, values: Values, strategy: Strategy) -> ExitTraits:
        """Take the strategy's transition time."""
        return ExitTraits(
            transition=quarters(strategy.transition_years), capacity_spending=self.read(values, "capacity_spending")
        )

    def donor_share(self, progress: FloatArray, values: Values) -> FloatArray:
        """Fall from one to zero."""
        return 1.0 - progress
