"""Hand-over to a community or social enterprise: local people run it, and charge what neighbours can pay."""

from __future__ import annotations

from ..basis.units import FloatArray
from ..state.levers import Strategy
from ..state.parameters import Parameter, Values, uniform
from .base import Exit, ExitTraits, quarters


class CommunityEnterprise(Exit):
    """Ownership and skills grow while the donor's share falls; fees grow less than in commerce."""

    name = "community_enterprise"
    title = "Hand-over to a community or social enterprise"
    description = "A local organisation takes over step by step, with more ownership, some fees, and time to learn."
    parameters = (
        Parameter(
            name="capacity_spending",
            value=0.30,
            unit="share",
            meaning="Share of transition money that builds capacity",
            source="judgement",
            standing="judged",
            distribution=uniform(0.15, 0.45),
            minimum=0.0,
            maximum=1.0,
        ),
        Parameter(
            name="price",
            value=1.25,
            unit="ratio",
            meaning="Price asked of users over that asked before the exit",
            source="telecentre and community-network studies: 40-60% of operating cost in all; rise judged",
            standing="judged",
            distribution=uniform(1.0, 1.5),
            minimum=0.0,
            maximum=10.0,
        ),
        Parameter(
            name="participation",
            value=0.2,
            unit="0-1",
            meaning="Addition to the participation of local people, who now run it",
            source="judgement from Best and Kumar 2008 (local institutions) and Narayan 1995",
            standing="judged",
            distribution=uniform(0.1, 0.3),
            minimum=0.0,
            maximum=1.0,
        ),
    )

    def traits(self, values: Values, strategy: Strategy) -> ExitTraits:
        """Take the strategy's transition time; build capacity, ownership and fees."""
        return ExitTraits(
            transition=quarters(strategy.transition_years),
            capacity_spending=self.read(values, "capacity_spending"),
            participation=self.read(values, "participation"),
            price=self.read(values, "price"),
        )

    def donor_share(self, progress: FloatArray, values: Values) -> FloatArray:
        """Fall from one to zero."""
        return 1.0 - progress
