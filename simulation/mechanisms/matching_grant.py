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
    description = "The treasury matches part of each instalment: more money and ownership, where the treasury can pay."
    parameters = (
        Parameter("match_lic", 0.15, "dollars per dollar", "Match in low-income countries",
                  "Global Fund co-financing incentive, at least 15% of the allocation (2016 policy)", "published",
                  uniform(0.10, 0.20), 0.0, 5.0),
        Parameter("match_lmc", 0.40, "dollars per dollar", "Match in lower-middle-income countries", "judgement",
                  "judged", uniform(0.2, 0.6), 0.0, 5.0),
        Parameter("match_umc", 0.80, "dollars per dollar", "Match in upper-middle-income countries", "judgement",
                  "judged", uniform(0.5, 1.0), 0.0, 5.0),
        Parameter("match_hic", 1.00, "dollars per dollar", "Match in high-income countries", "judgement", "judged",
                  uniform(0.8, 1.2), 0.0, 5.0),
        Parameter("ownership", 0.15, "0-1", "What co-payment adds to motivation and ownership",
                  "judgement from Narayan 1995 and Rogers and Coates 2015", "judged", uniform(0.05, 0.25), 0.0, 1.0),
    )  # fmt: skip

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
