"""Commercialisation: the service is sold at a price that carries it, to those who can pay."""

from __future__ import annotations

import numpy as np

from ..basis.units import BoolArray, FloatArray
from ..mechanisms.base import Candidates
from ..state.levers import Strategy
from ..state.parameters import Parameter, Values, uniform
from ..state.world import World
from .base import Exit, ExitTraits, quarters


class Commercialisation(Exit):
    """Fees rise and the poorest users go."""

    name = "commercialisation"
    title = "Commercialisation"
    description = "Prices rise until fees pay most of the cost; people who cannot pay are no longer served."
    parameters = (
        Parameter(
            name="price",
            value=1.65,
            unit="ratio",
            meaning="Price asked of users over that asked before the exit",
            source="judgement",
            standing="judged",
            distribution=uniform(1.3, 2.0),
            minimum=0.0,
            maximum=10.0,
        ),
        Parameter(
            name="reach",
            value=0.70,
            unit="share",
            meaning="People who are still served at commercial prices",
            source="judgement: price elasticity of adoption of -0.2 to -1.0 on a rise of about a half",
            standing="judged",
            distribution=uniform(0.55, 0.85),
            minimum=0.0,
            maximum=1.0,
        ),
        Parameter(
            name="least_revenue",
            value=0.30,
            unit="share",
            meaning="Smallest share of running cost that fees must be able to meet",
            source="judgement",
            standing="judged",
            distribution=uniform(0.2, 0.4),
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
        """Take half of the strategy's transition time, raise fees, lose users."""
        return ExitTraits(
            transition=quarters(strategy.transition_years / 2.0),
            capacity_spending=self.read(values, "capacity_spending"),
            price=self.read(values, "price"),
            reach=self.read(values, "reach"),
        )

    def donor_share(self, progress: FloatArray, values: Values) -> FloatArray:
        """Fall from one to zero."""
        return 1.0 - progress

    def eligible(self, world: World, candidates: Candidates) -> BoolArray:
        """Accept what has a market."""
        return np.asarray(candidates.revenue_potential >= self.read(world.values, "least_revenue"))
