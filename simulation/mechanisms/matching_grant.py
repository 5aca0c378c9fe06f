"""Matching grant: the treasury adds to each donor dollar, and owns the result more."""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import CENTS_PER_DOLLAR, QUARTERS_PER_YEAR, BoolArray, FloatArray, IntArray
from ..state.parameters import Parameter, Values, uniform
from ..state.world import FUNDED, World
from .base import Candidates, Mechanism, MechanismTraits

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
        living, countries, traits = world.initiatives, world.countries, world.traits
        promised, accepted = np.zeros(countries.count), np.empty(candidates.country.size, dtype=bool)
        own, income = traits.names[self.name], world.facts.countries.income_group
        match = traits.mechanism.cofinance["government"][own]
        _promise(own, living.mechanism, living.phase, living.country, living.instalment, income, match, promised)
        _accept(
            candidates.country, candidates.dollars, income, match, promised, world.now.treasury_room,
            countries.recurrent_asked, accepted,
        )  # fmt: skip
        return accepted


@compiled
def _promise(
    own: int,
    mechanism: IntArray,
    phase: IntArray,
    country: IntArray,
    instalment: IntArray,
    income: IntArray,
    match: FloatArray,
    promised: FloatArray,
) -> None:
    """Add up what the matches signed ask of each treasury in a quarter, in cents."""
    rows, count = np.empty(mechanism.size, dtype=np.int64), 0  # listed first: a loop with no branch in it is fast
    for row in range(mechanism.size):
        rows[count] = row
        count += (mechanism[row] == own) & (phase[row] == FUNDED)
    for row in rows[:count]:
        promised[country[row]] += instalment[row] * match[income[country[row]]]


@compiled
def _accept(
    country: IntArray,
    dollars: FloatArray,
    income: IntArray,
    match: FloatArray,
    promised: FloatArray,
    treasury_room: FloatArray,
    asked: FloatArray,
    accepted: BoolArray,
) -> None:
    """Say where a year of the room that is left is at least the yearly match."""
    for row in range(country.size):
        place = country[row]
        room = treasury_room[place] - asked[place] - promised[place] / CENTS_PER_DOLLAR
        accepted[row] = room * QUARTERS_PER_YEAR >= dollars[row] / USUAL_YEARS * match[income[place]]
