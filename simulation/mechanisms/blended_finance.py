"""Blended finance: public money draws private money, where there is revenue to repay it."""

from __future__ import annotations

import numpy as np

from ..basis.units import BoolArray
from ..state.parameters import Parameter, Values, uniform
from ..state.world import World
from .base import Candidates, Mechanism, MechanismTraits


class BlendedFinance(Mechanism):
    """Concessional money takes the first risk and private money follows."""

    name = "blended_finance"
    title = "Blended finance"
    description = "Private money joins public money where fees can repay it; little of it reaches the poorest."
    parameters = (
        Parameter(
            name="leverage",
            value=0.23,
            unit="dollars per dollar",
            meaning="Private money mobilised per dollar of digital aid",
            source="OECD 2021, Development Co-operation Report ch. 40: 4.2 of 18.6 bn, derived",
            standing="derived",
            distribution=uniform(0.15, 0.75),
            minimum=0.0,
            maximum=10.0,
        ),
        Parameter(
            name="relative_lic",
            value=0.49,
            unit="ratio",
            meaning="Leverage in low-income countries over the mean",
            source="Attridge and Engen, ODI 2019: 0.37 of 0.75",
            standing="published",
            minimum=0.0,
            maximum=10.0,
        ),
        Parameter(
            name="relative_lmc",
            value=1.41,
            unit="ratio",
            meaning="Leverage in lower-middle-income countries over the mean",
            source="Attridge and Engen, ODI 2019: 1.06 of 0.75",
            standing="published",
            minimum=0.0,
            maximum=10.0,
        ),
        Parameter(
            name="relative_umc",
            value=0.87,
            unit="ratio",
            meaning="Leverage in upper-middle-income countries over the mean",
            source="Attridge and Engen, ODI 2019: 0.65 of 0.75",
            standing="published",
            minimum=0.0,
            maximum=10.0,
        ),
        Parameter(
            name="relative_hic",
            value=0.87,
            unit="ratio",
            meaning="Leverage in high-income countries over the mean",
            source="as upper-middle income",
            standing="judged",
            minimum=0.0,
            maximum=10.0,
        ),
        Parameter(
            name="fee",
            value=0.05,
            unit="share",
            meaning="Structuring cost on each instalment",
            source="judgement",
            standing="judged",
            distribution=uniform(0.03, 0.08),
            minimum=0.0,
            maximum=0.5,
        ),
        Parameter(
            name="least_revenue",
            value=0.35,
            unit="share",
            meaning="Smallest share of operating cost that fees must be able to meet",
            source="judgement: blended finance goes to middle-income countries and large deals (Convergence 2018)",
            standing="judged",
            distribution=uniform(0.25, 0.45),
            minimum=0.0,
            maximum=1.0,
        ),
        Parameter(
            name="price",
            value=1.2,
            unit="ratio",
            meaning="Price asked of users over that which other initiatives ask",
            source="judgement: commercial discipline",
            standing="judged",
            distribution=uniform(1.0, 1.4),
            minimum=0.0,
            maximum=10.0,
        ),
    )

    def traits(self, values: Values) -> MechanismTraits:
        """Draw private money by income group, charge for structuring, raise the revenue potential."""
        return MechanismTraits(
            cofinance={"private": self.read(values, "leverage") * self.by_income(values, "relative")},
            fee=self.read(values, "fee"),
            price=self.read(values, "price"),
        )

    def eligible(self, world: World, candidates: Candidates) -> BoolArray:
        """Accept what fees could carry."""
        return np.asarray(candidates.revenue_potential >= self.read(world.values, "least_revenue"))
