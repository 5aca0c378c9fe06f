"""Matching grant: the treasury adds to each donor dollar, and owns the result more."""

from __future__ import annotations

import numpy as np

from ..basis.units import QUARTERS_PER_YEAR, BoolArray
from ..state.parameters import Parameter, Values, uniform
from ..state.world import World
from .base import Candidates, Mechanism, MechanismTraits, income_group

USUAL_YEARS = 5.0  # over which a commitment is paid out


class MatchingGrant(Mechanism):
    """The host government matches part of every instalment."""

    name = "matching_grant"
    title = "Matching grant"
    description = "The treasury matches part of each instalment: more money and ownership, if the treasury can pay."
    parameters = (
        Parameter(
            name="match_lic",
            value=0.15,
            unit="dollars per dollar",
            meaning="Match in low-income countries",
            source="Global Fund co-financing incentive, at least 15% of the allocation (2016 policy)",
            standing="published",
            distribution=uniform(0.10, 0.20),
            minimum=0.0,
            maximum=5.0,
        ),
        Parameter(
            name="match_lmc",
            value=0.40,
            unit="dollars per dollar",
            meaning="Match in lower-middle-income countries",
            source="judgement",
            standing="judged",
            distribution=uniform(0.2, 0.6),
            minimum=0.0,
            maximum=5.0,
        ),
        Parameter(
            name="match_umc",
            value=0.80,
            unit="dollars per dollar",
            meaning="Match in upper-middle-income countries",
            source="judgement",
            standing="judged",
            distribution=uniform(0.5, 1.0),
            minimum=0.0,
            maximum=5.0,
        ),
        Parameter(
            name="match_hic",
            value=1.00,
            unit="dollars per dollar",
            meaning="Match in high-income countries",
            source="judgement",
            standing="judged",
            distribution=uniform(0.8, 1.2),
            minimum=0.0,
            maximum=5.0,
        ),
        Parameter(
            name="ownership",
            value=0.15,
            unit="0-1",
            meaning="Addition of co-payment to motivation and ownership",
            source="judgement from Narayan 1995 and Rogers and Coates 2015",
            standing="judged",
            distribution=uniform(0.05, 0.25),
            minimum=0.0,
            maximum=1.0,
        ),
    )

    def traits(self, values: Values) -> MechanismTraits:
        """Match by income group and add ownership."""
        return MechanismTraits(
            cofinance={"government": self.by_income(values, "match")}, ownership=self.read(values, "ownership")
        )

    def eligible(self, world: World, candidates: Candidates) -> BoolArray:
        """Accept where a year of the treasury's recurrent room is at least the yearly match it would owe."""
        match = self.by_income(world.values, "match")[income_group(world, candidates)]
        yearly = candidates.dollars / USUAL_YEARS * match
        room = world.countries.recurrent_cap - world.countries.recurrent_asked
        return np.asarray(room[candidates.country] * QUARTERS_PER_YEAR >= yearly)
