"""Guarantee: the donor covers first losses so that private lenders come in."""

from __future__ import annotations

import numpy as np

from ..basis.units import BoolArray
from ..state.parameters import Parameter, Values, uniform
from ..state.world import World
from .base import Candidates, Mechanism, MechanismTraits


class Guarantee(Mechanism):
    """More private money per donor dollar than any other way, for the most creditworthy only."""

    name = "guarantee"
    title = "Guarantee"
    description = "Covers lenders' first losses: draws most private money, but only where revenue and courts are good."
    parameters = (
        Parameter("leverage", 0.6, "dollars per dollar", "Private money mobilised per dollar of cover",
                  "OECD mobilisation data: guarantees are 25-30% of what is mobilised, on a small part of the money; "
                  "level judged", "judged", uniform(0.3, 1.2), 0.0, 10.0),
        Parameter("relative_lic", 0.49, "ratio", "Leverage in low-income countries over the mean",
                  "Attridge and Engen, ODI 2019: 0.37 of 0.75", "published", minimum=0.0, maximum=10.0),
        Parameter("relative_lmc", 1.41, "ratio", "Leverage in lower-middle-income countries over the mean",
                  "Attridge and Engen, ODI 2019: 1.06 of 0.75", "published", minimum=0.0, maximum=10.0),
        Parameter("relative_umc", 0.87, "ratio", "Leverage in upper-middle-income countries over the mean",
                  "Attridge and Engen, ODI 2019: 0.65 of 0.75", "published", minimum=0.0, maximum=10.0),
        Parameter("relative_hic", 0.87, "ratio", "Leverage in high-income countries over the mean",
                  "as upper-middle income", "judged", minimum=0.0, maximum=10.0),
        Parameter("calls", 0.15, "share", "Share of the cover that is called over its life",
                  "Global Emerging Markets Risk Database: defaults of 2-4% a year, over five years", "derived",
                  uniform(0.10, 0.20), 0.0, 1.0),
        Parameter("fee", 0.05, "share", "Structuring cost on each instalment", "judgement", "judged",
                  uniform(0.03, 0.08), 0.0, 0.5),
        Parameter("least_revenue", 0.5, "share", "Least share of operating cost that fees must be able to meet",
                  "judgement: lenders want to be repaid", "judged", uniform(0.4, 0.6), 0.0, 1.0),
        Parameter("least_governance", 0.35, "0-1", "Least quality of governance", "judgement: contracts must hold",
                  "judged", uniform(0.2, 0.5), 0.0, 1.0),
        Parameter("revenue", 0.10, "share", "What lenders' discipline adds to the revenue potential", "judgement",
                  "judged", uniform(0.0, 0.2), 0.0, 1.0),
    )  # fmt: skip

    def traits(self, values: Values) -> MechanismTraits:
        """Draw private money by income group; pay calls and structuring."""
        return MechanismTraits(
            cofinance={"private": self.read(values, "leverage") * self.by_income(values, "relative")},
            fee=self.read(values, "fee"),
            calls=self.read(values, "calls"),
            revenue=self.read(values, "revenue"),
        )

    def eligible(self, world: World, candidates: Candidates) -> BoolArray:
        """Accept what lenders would lend to."""
        governed = world.countries.governance[candidates.country] >= self.read(world.values, "least_governance")
        return np.asarray(governed & (candidates.revenue_potential >= self.read(world.values, "least_revenue")))
