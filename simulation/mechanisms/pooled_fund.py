"""Pooled multi-donor fund: steadier money and one report, for a fee and some waiting."""

from __future__ import annotations

from ..state.parameters import Parameter, Values, uniform
from .base import Mechanism, MechanismTraits


class PooledFund(Mechanism):
    """Donors pay into one fund that disburses under one reporting line."""

    name = "pooled_fund"
    title = "Pooled multi-donor fund"
    description = "Steadier money and one reporting line, for a fee of 8-12% and a wait of two to four quarters."
    parameters = (
        Parameter(
            name="fee",
            value=0.10,
            unit="share",
            meaning="Fee of the fund on each instalment",
            source="UNDG/MPTFO and UNDP: agent 1%, indirect 7%, secretariat 2-4%",
            standing="published",
            distribution=uniform(0.08, 0.12),
            minimum=0.0,
            maximum=0.5,
        ),
        Parameter(
            name="delay_low",
            value=2.0,
            unit="quarters",
            meaning="Shortest wait from signature to first instalment",
            source="judgement: set-up and allocation rounds of pooled funds",
            standing="judged",
            minimum=0.0,
            maximum=20.0,
        ),
        Parameter(
            name="delay_high",
            value=4.0,
            unit="quarters",
            meaning="Longest wait from signature to first instalment",
            source="judgement: set-up and allocation rounds of pooled funds",
            standing="judged",
            minimum=0.0,
            maximum=20.0,
        ),
        Parameter(
            name="volatility_transmission",
            value=0.4,
            unit="share",
            meaning="Share of one donor's volatility that reaches the initiative",
            source="judgement: a pool of about six uncorrelated donors",
            standing="judged",
            distribution=uniform(0.25, 0.6),
            minimum=0.0,
            maximum=1.0,
        ),
        Parameter(
            name="partners",
            value=5.0,
            unit="organisations",
            meaning="Donors in a pool, beyond the one that leads",
            source="judgement: a pool of about six donors",
            standing="judged",
            distribution=uniform(3.0, 8.0),
            minimum=0.0,
            maximum=50.0,
        ),
    )

    def traits(self, values: Values) -> MechanismTraits:
        """Charge the fee, wait, dampen volatility, add linkages."""
        return MechanismTraits(
            fee=self.read(values, "fee"),
            shares_reporting=True,
            shortest_delay=self.read(values, "delay_low"),
            longest_delay=self.read(values, "delay_high"),
            volatility_transmission=self.read(values, "volatility_transmission"),
            partners=self.read(values, "partners"),
        )
