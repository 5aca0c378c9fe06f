"""Hand-over to the universal service fund: operators' levies take over running costs in the countryside."""

from __future__ import annotations

import numpy as np

from ..basis.units import BoolArray, FloatArray
from ..mechanisms.base import Candidates
from ..state.levers import Strategy
from ..state.parameters import Parameter, Values, uniform
from ..state.world import RURAL, World
from .base import Exit, ExitTraits, quarters


class ServiceFundHandover(Exit):
    """A ramp as to government, paid by the fund as far as its room carries."""

    name = "service_fund_handover"
    title = "Hand-over to the universal service fund"
    description = "The fund takes over running cost of rural initiatives in equal steps, within its payments."
    parameters = (
        Parameter(
            name="levy_share",
            value=0.70,
            unit="share",
            meaning="Share of running cost that the fund is finally asked to carry",
            source="judgement",
            standing="judged",
            distribution=uniform(0.5, 0.9),
            minimum=0.0,
            maximum=1.0,
        ),
        Parameter(
            name="capacity_spending",
            value=0.10,
            unit="share",
            meaning="Share of transition money that builds capacity",
            source="judgement",
            standing="judged",
            distribution=uniform(0.05, 0.20),
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

    def levy_share(self, progress: FloatArray, values: Values) -> FloatArray:
        """Rise from zero to the share asked for."""
        return progress * self.read(values, "levy_share")

    def eligible(self, world: World, candidates: Candidates) -> BoolArray:
        """Accept rural initiatives in countries whose fund has money to pay out."""
        return np.asarray((candidates.group == RURAL) & (world.countries.service_fund_room[candidates.country] > 0.0))
