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
    description = "Private money follows public money, where fees can repay it; little of it reaches the poorest."
    parameters = (
        Parameter("leverage", 0.23, "dollars per dollar", "Private money mobilised per dollar of digital aid",
                  "OECD 2021, Development Co-operation Report ch. 40: 4.2 of 18.6 bn, derived", "derived",
                  uniform(0.15, 0.75), 0.0, 10.0),
        Parameter("relative_lic", 0.49, "ratio", "Leverage in low-income countries over the mean",
                  "Attridge and Engen, ODI 2019: 0.37 of 0.75", "published", minimum=0.0, maximum=10.0),
        Parameter("relative_lmc", 1.41, "ratio", "Leverage in lower-middle-income countries over the mean",
                  "Attridge and Engen, ODI 2019: 1.06 of 0.75", "published", minimum=0.0, maximum=10.0),
        Parameter("relative_umc", 0.87, "ratio", "Leverage in upper-middle-income countries over the mean",
                  "Attridge and Engen, ODI 2019: 0.65 of 0.75", "published", minimum=0.0, maximum=10.0),
        Parameter("relative_hic", 0.87, "ratio", "Leverage in high-income countries over the mean",
                  "as upper-middle income", "judged", minimum=0.0, maximum=10.0),
        Parameter("fee", 0.05, "share", "Structuring cost on each instalment", "judgement", "judged",
                  uniform(0.03, 0.08), 0.0, 0.5),
        Parameter("least_revenue", 0.35, "share", "Least share of operating cost that fees must be able to meet",
                  "judgement: blended finance goes to middle-income countries and large deals (Convergence 2018)",
                  "judged", uniform(0.25, 0.45), 0.0, 1.0),
        Parameter("revenue", 0.10, "share", "What commercial discipline adds to the revenue potential", "judgement",
                  "judged", uniform(0.0, 0.2), 0.0, 1.0),
    )  # fmt: skip

    def traits(self, values: Values) -> MechanismTraits:
        """Draw private money by income group, charge for structuring, raise the revenue potential."""
        return MechanismTraits(
            cofinance={"private": self.read(values, "leverage") * self.by_income(values, "relative")},
            fee=self.read(values, "fee"),
            revenue=self.read(values, "revenue"),
        )

    def eligible(self, world: World, candidates: Candidates) -> BoolArray:
        """Accept what fees could carry."""
        return np.asarray(candidates.revenue_potential >= self.read(world.values, "least_revenue"))
