"""Hand-over to government: the treasury's co-finance grows as the donor's share falls."""

from __future__ import annotations

from ..basis.units import FloatArray
from ..state.levers import Strategy
from ..state.parameters import Parameter, Values, uniform
from .base import Exit, ExitTraits, quarters


class GovernmentHandover(Exit):
    """A co-finance ramp, as Gavi's accelerated transition: the treasury takes over running costs, as far as it can."""

    name = "government_handover"
    title = "Hand-over to government"
    description = "The treasury takes over running cost in equal steps, within its room for recurrent spending."
    parameters = (
        Parameter(
            name="government_share",
            value=0.70,
            unit="share",
            meaning="Share of running cost that the treasury is finally asked to carry",
            source="judgement; Gavi: 16 of 20 countries fully self-financed on schedule (mid-term review 2018)",
            standing="judged",
            distribution=uniform(0.5, 0.9),
            minimum=0.0,
            maximum=1.0,
        ),
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
        """Take the strategy's transition time and add linkages."""
        return ExitTraits(
            transition=quarters(strategy.transition_years),
            capacity_spending=self.read(values, "capacity_spending"),
        )

    def donor_share(self, progress: FloatArray, values: Values) -> FloatArray:
        """Fall from one to zero."""
        return 1.0 - progress

    def government_share(self, progress: FloatArray, values: Values) -> FloatArray:
        """Rise from zero to the share asked for."""
        return progress * self.read(values, "government_share")
