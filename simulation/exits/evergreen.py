"""Evergreen extension: the donor does not leave for a long time."""

from __future__ import annotations

from ..basis.units import FloatArray
from ..state.levers import Strategy
from ..state.parameters import Parameter, Values, uniform
from .base import Exit, ExitTraits, quarters


class Evergreen(Exit):
    """Running costs are paid on and on: it lives, and its money founds nothing new."""

    name = "evergreen"
    title = "Evergreen extension"
    description = "The donor continues to pay running cost for many years: less closes, and less new work begins."
    parameters = (
        Parameter(
            name="donor_share",
            value=0.9,
            unit="share",
            meaning="Share of running cost that the donor continues to pay",
            source="judgement",
            standing="judged",
            distribution=uniform(0.7, 1.0),
            minimum=0.0,
            maximum=1.0,
        ),
    )

    def traits(self, values: Values, strategy: Strategy) -> ExitTraits:
        """Stay for the strategy's evergreen time."""
        return ExitTraits(transition=quarters(strategy.evergreen_years))

    def donor_share(self, progress: FloatArray, values: Values) -> FloatArray:
        """Stay level."""
        return 0.0 * progress + self.read(values, "donor_share")
