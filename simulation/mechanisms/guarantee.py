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
    description = "A guarantee covers lenders' first losses: most private money, but only with good revenue and courts."
    parameters = (
        Parameter(
            name="leverage",
            value=0.6,
            unit="dollars per dollar",
            meaning="Private money mobilised per dollar of cover",
            source=(
                "OECD mobilisation data: guarantees are 25-30% of what is mobilised, on a small part of the "
                "money; level judged"
            ),
            standing="judged",
            distribution=uniform(0.3, 1.2),
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
            name="calls",
            value=0.15,
            unit="share",
            meaning="Share of the cover that is called over its life",
            source="Global Emerging Markets Risk Database: defaults of 2-4% a year, over five years",
            standing="derived",
            distribution=uniform(0.10, 0.20),
            minimum=0.0,
            maximum=1.0,
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
            value=0.5,
            unit="share",
            meaning="Smallest share of operating cost that fees must be able to meet",
            source="judgement: lenders want to be repaid",
            standing="judged",
            distribution=uniform(0.4, 0.6),
            minimum=0.0,
            maximum=1.0,
        ),
        Parameter(
            name="least_governance",
            value=0.35,
            unit="0-1",
            meaning="Least quality of governance",
            source="judgement: contracts must hold",
            standing="judged",
            distribution=uniform(0.2, 0.5),
            minimum=0.0,
            maximum=1.0,
        ),
        Parameter(
            name="price",
            value=1.2,
            unit="ratio",
            meaning="Price asked of users over that which other initiatives ask",
            source="judgement: discipline of lenders",
            standing="judged",
            distribution=uniform(1.0, 1.4),
            minimum=0.0,
            maximum=10.0,
        ),
    )

    def traits(self, values: Values) -> MechanismTraits:
        """Draw private money by income group; pay calls and structuring."""
        return MechanismTraits(
            cofinance={"private": self.read(values, "leverage") * self.by_income(values, "relative")},
            fee=self.read(values, "fee"),
            calls=self.read(values, "calls"),
            price=self.read(values, "price"),
        )

    def eligible(self, world: World, candidates: Candidates) -> BoolArray:
        """Accept what lenders would lend to."""
        governed = world.countries.governance[candidates.country] >= self.read(world.values, "least_governance")
        return np.asarray(governed & (candidates.revenue_potential >= self.read(world.values, "least_revenue")))
