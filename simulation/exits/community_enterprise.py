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
            name="revenue",
            value=0.12,
            unit="share",
            meaning="Addition of earned income to the running cost that fees could meet",
            source="telecentre and community-network studies: 40-60% of operating cost in all; addition judged",
            standing="judged",
            distribution=uniform(0.0, 0.25),
            minimum=0.0,
            maximum=1.0,
        ),
        Parameter(
            name="ownership",
            value=0.20,
            unit="0-1",
            meaning="Addition of community management to motivation",
            source="judgement from Best and Kumar 2008 (local institutions) and Narayan 1995",
            standing="judged",
            distribution=uniform(0.1, 0.3),
            minimum=0.0,
            maximum=1.0,
        ),
        Parameter(
            name="linkages",
            value=0.05,
            unit="0-1",
            meaning="Addition of the community's networks to linkages",
            source="judgement",
            standing="judged",
            distribution=uniform(0.0, 0.10),
            minimum=0.0,
            maximum=1.0,
        ),
    )

    def traits(self, values: Values, strategy: Strategy) -> ExitTraits:
        """Take the strategy's transition time; build capacity, ownership and fees."""
        return ExitTraits(
            transition=quarters(strategy.transition_years),
            capacity_spending=self.read(values, "capacity_spending"),
            linkages=self.read(values, "linkages"),
            ownership=self.read(values, "ownership"),
            revenue=self.read(values, "revenue"),
        )

    def donor_share(self, progress: FloatArray, values: Values) -> FloatArray:
        """Fall from one to zero."""
        return 1.0 - progress
