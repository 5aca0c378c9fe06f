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
    description = "Many small givers add money and ownership to small initiatives; their gifts vary over time."
    parameters = (
        Parameter(
            name="gifts_lic",
            value=0.30,
            unit="dollars per dollar",
            meaning="Gifts in low-income countries",
            source="judgement: remittances are largest in relation to income there",
            standing="judged",
            distribution=uniform(0.1, 0.5),
            minimum=0.0,
            maximum=5.0,
        ),
        Parameter(
            name="gifts_lmc",
            value=0.30,
            unit="dollars per dollar",
            meaning="Gifts in lower-middle-income countries",
            source="judgement",
            standing="judged",
            distribution=uniform(0.1, 0.5),
            minimum=0.0,
            maximum=5.0,
        ),
        Parameter(
            name="gifts_umc",
            value=0.15,
            unit="dollars per dollar",
            meaning="Gifts in upper-middle-income countries",
            source="judgement",
            standing="judged",
            distribution=uniform(0.05, 0.25),
            minimum=0.0,
            maximum=5.0,
        ),
        Parameter(
            name="gifts_hic",
            value=0.05,
            unit="dollars per dollar",
            meaning="Gifts in high-income countries",
            source="judgement",
            standing="judged",
            distribution=uniform(0.0, 0.1),
            minimum=0.0,
            maximum=5.0,
        ),
        Parameter(
            name="fee",
            value=0.07,
            unit="share",
            meaning="Fees of platforms and transfers",
            source="judgement",
            standing="judged",
            distribution=uniform(0.04, 0.10),
            minimum=0.0,
            maximum=0.5,
        ),
        Parameter(
            name="most_size",
            value=1.0,
            unit="million dollars",
            meaning="Largest commitment that crowds add to",
            source="Ketkar and Ratha: few issuers of diaspora bonds; limit judged",
            standing="judged",
            distribution=uniform(0.5, 2.0),
            minimum=0.01,
            maximum=100.0,
        ),
        Parameter(
            name="participation",
            value=0.10,
            unit="0-1",
            meaning="Addition of givers with ties to participation",
            source="judgement",
            standing="judged",
            distribution=uniform(0.0, 0.2),
            minimum=0.0,
            maximum=1.0,
        ),
        Parameter(
            name="volatility_transmission",
            value=1.4,
            unit="ratio",
            meaning="Volatility that reaches the initiative, relative to the donor's",
            source="judgement: campaigns come and go",
            standing="judged",
            distribution=uniform(1.1, 1.7),
            minimum=0.0,
            maximum=3.0,
        ),
    )

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
