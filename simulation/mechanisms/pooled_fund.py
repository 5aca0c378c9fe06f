"""Pooled multi-donor fund: steadier money and one report, for a fee and some waiting."""

from __future__ import annotations

from ..state.parameters import Parameter, Values, uniform
from .base import Mechanism, MechanismTraits


class PooledFund(Mechanism):
    """Donors pay into one fund that disburses under one reporting line."""

    name = "pooled_fund"
    title = "Pooled multi-donor fund"
    description = "Steadier money and one reporting line, for a fee of 8-12% and two to four quarters of waiting."
    parameters = (
        Parameter("fee", 0.10, "share", "Fee of the fund on each instalment",
                  "UNDG/MPTFO and UNDP: agent 1%, indirect 7%, secretariat 2-4%", "published", uniform(0.08, 0.12),
                  0.0, 0.5),
        Parameter("delay_low", 2.0, "quarters", "Shortest wait from signature to first instalment",
                  "judgement: set-up and allocation rounds of pooled funds", "judged", minimum=0.0, maximum=20.0),
        Parameter("delay_high", 4.0, "quarters", "Longest wait from signature to first instalment",
                  "judgement: set-up and allocation rounds of pooled funds", "judged", minimum=0.0, maximum=20.0),
        Parameter("volatility_transmission", 0.4, "share", "Share of one donor's volatility that gets through",
                  "judgement: a pool of about six uncorrelated donors", "judged", uniform(0.25, 0.6), 0.0, 1.0),
        Parameter("linkages", 0.10, "0-1", "What shared knowledge adds to linkages", "judgement", "judged",
                  uniform(0.0, 0.2), 0.0, 1.0),
    )  # fmt: skip

    def traits(self, values: Values) -> MechanismTraits:
        """Charge the fee, wait, dampen volatility, add linkages."""
        return MechanismTraits(
            fee=self.read(values, "fee"),
            shares_reporting=True,
            delay=(self.read(values, "delay_low"), self.read(values, "delay_high")),
            volatility_transmission=self.read(values, "volatility_transmission"),
            linkages=self.read(values, "linkages"),
        )
