"""Diaspora and crowd: many small givers with ties to the place."""

from __future__ import annotations

import numpy as np

from ..basis.units import BoolArray
from ..state.parameters import Parameter, Values, uniform
from ..state.world import World
from .base import Candidates, Mechanism, MechanismTraits


class DiasporaCrowd(Mechanism):
    """People abroad and crowds add to a donor's dollar for small initiatives that they know."""

    name = "diaspora_crowd"
    title = "Diaspora and crowd funding"
    description = "Many small givers add money and ownership to small initiatives; what they give comes and goes."
    parameters = (
        Parameter("gifts_lic", 0.30, "dollars per dollar", "Gifts in low-income countries", "judgement: remittances "
                  "are largest in relation to income there", "judged", uniform(0.1, 0.5), 0.0, 5.0),
        Parameter("gifts_lmc", 0.30, "dollars per dollar", "Gifts in lower-middle-income countries", "judgement",
                  "judged", uniform(0.1, 0.5), 0.0, 5.0),
        Parameter("gifts_umc", 0.15, "dollars per dollar", "Gifts in upper-middle-income countries", "judgement",
                  "judged", uniform(0.05, 0.25), 0.0, 5.0),
        Parameter("gifts_hic", 0.05, "dollars per dollar", "Gifts in high-income countries", "judgement", "judged",
                  uniform(0.0, 0.1), 0.0, 5.0),
        Parameter("fee", 0.07, "share", "Fees of platforms and transfers", "judgement", "judged", uniform(0.04, 0.10),
                  0.0, 0.5),
        Parameter("most_size", 1.0, "million dollars", "Largest commitment that crowds add to",
                  "Ketkar and Ratha: few issuers of diaspora bonds; limit judged", "judged", uniform(0.5, 2.0), 0.01,
                  100.0),
        Parameter("participation", 0.10, "0-1", "What givers with ties add to participation", "judgement", "judged",
                  uniform(0.0, 0.2), 0.0, 1.0),
        Parameter("volatility_transmission", 1.4, "ratio", "Volatility that reaches the initiative, over the donor's",
                  "judgement: campaigns come and go", "judged", uniform(1.1, 1.7), 0.0, 3.0),
    )  # fmt: skip

    def traits(self, values: Values) -> MechanismTraits:
        """Add gifts by income group and participation; pass volatility on."""
        return MechanismTraits(
            cofinance={"diaspora": self.by_income(values, "gifts")},
            fee=self.read(values, "fee"),
            volatility_transmission=self.read(values, "volatility_transmission"),
            participation=self.read(values, "participation"),
        )

    def eligible(self, world: World, candidates: Candidates) -> BoolArray:
        """Accept small initiatives."""
        return np.asarray(candidates.dollars <= 1e6 * self.read(world.values, "most_size"))
