"""Matching grant: the treasury adds to each donor dollar, and owns the result more."""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import CENTS_PER_DOLLAR, QUARTERS_PER_YEAR, BoolArray, FloatArray, IntArray
from ..state.parameters import Parameter, Values, uniform
from ..state.world import FUNDED, World
from .base import Candidates, Mechanism, MechanismTraits, income_group

USUAL_YEARS = 5.0  # over which a commitment is paid out


class MatchingGrant(Mechanism):
    """The host government matches part of every instalment."""

    name = "matching_grant"
    title = "Matching grant"
    description = "The treasury matches part of each instalment, if it can: more money, and owners who pay."
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
    )

    def traits(self, values: Values) -> MechanismTraits:
        """Match by income group and let local money make owners."""
        return MechanismTraits(cofinance={"government": self.by_income(values, "match")})

    def eligible(self, world: World, candidates: Candidates) -> BoolArray:
        """Accept where a year of the treasury's room, less the matches signed, is at least the yearly match it owes."""
        match = self.by_income(world.values, "match")
        yearly = candidates.dollars / USUAL_YEARS * match[income_group(world, candidates)]
        living, groups, promised = (
            world.initiatives,
            world.facts.countries.income_group,
            np.zeros(world.countries.count),
        )
        own = world.traits.names[self.name]
        _promise(own, living.mechanism, living.phase, living.country, living.instalment, groups, match, promised)
        signed = promised / CENTS_PER_DOLLAR
        room = world.now.treasury_room - world.countries.recurrent_asked - signed
        return np.asarray(room[candidates.country] * QUARTERS_PER_YEAR >= yearly)


@compiled
def _promise(
    own: int,
    mechanism: IntArray,
    phase: IntArray,
    country: IntArray,
    instalment: IntArray,
    income_group: IntArray,
    match: FloatArray,
    promised: FloatArray,
) -> None:
    """Add up what the matches signed ask of each treasury in a quarter, in cents."""
    for row in range(mechanism.size):
        if mechanism[row] == own and phase[row] == FUNDED:
            promised[country[row]] += instalment[row] * match[income_group[country[row]]]
