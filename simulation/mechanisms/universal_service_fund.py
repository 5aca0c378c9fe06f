"""Universal service fund: a levy on operators adds to donors' money where the market does not go."""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import QUARTERS_PER_YEAR, BoolArray, FloatArray, IntArray
from ..state.parameters import Parameter, Values, uniform
from ..state.world import RURAL, World
from .base import Candidates, Mechanism, MechanismTraits

USUAL_YEARS = 5.0  # over which a commitment is paid out


class UniversalServiceFund(Mechanism):
    """The country's own fund, fed by its operators, pays beside the donor for rural initiatives."""

    name = "universal_service_fund"
    title = "Universal service fund"
    description = "Operators' levies add to each donor dollar in rural areas, within the limits of the fund."
    parameters = (
        Parameter(
            name="match",
            value=1.0,
            unit="dollars per dollar",
            meaning="Addition of the fund to each donor dollar that arrives",
            source="judgement: swept",
            standing="judged",
            distribution=uniform(0.5, 1.5),
            minimum=0.0,
            maximum=10.0,
        ),
        Parameter(
            name="fee",
            value=0.05,
            unit="share",
            meaning="Administration on each instalment",
            source="judgement",
            standing="judged",
            distribution=uniform(0.03, 0.08),
            minimum=0.0,
            maximum=0.5,
        ),
        Parameter(
            name="delay_low",
            value=2.0,
            unit="quarters",
            meaning="Shortest wait for the fund's tender",
            source="judgement",
            standing="judged",
            minimum=0.0,
            maximum=20.0,
        ),
        Parameter(
            name="delay_high",
            value=6.0,
            unit="quarters",
            meaning="Longest wait for the fund's tender",
            source="judgement",
            standing="judged",
            minimum=0.0,
            maximum=20.0,
        ),
    )

    def traits(self, values: Values) -> MechanismTraits:
        """Add the fund's money, for its administration and its waiting."""
        return MechanismTraits(
            cofinance={"levy": np.full(4, self.read(values, "match"))},
            fee=self.read(values, "fee"),
            shortest_delay=self.read(values, "delay_low"),
            longest_delay=self.read(values, "delay_high"),
        )

    def eligible(self, world: World, candidates: Candidates) -> BoolArray:
        """Accept rural initiatives where the fund's yearly room is at least the match it would owe."""
        accepted = np.empty(candidates.country.size, dtype=bool)
        _accept(
            candidates.country, candidates.group, candidates.dollars, self.read(world.values, "match"),
            world.countries.service_fund_room, accepted,
        )  # fmt: skip
        return accepted


@compiled
def _accept(
    country: IntArray, group: IntArray, dollars: FloatArray, match: float, room: FloatArray, accepted: BoolArray
) -> None:
    """Say which rural initiatives the fund's yearly room is large enough for."""
    for row in range(country.size):
        yearly = QUARTERS_PER_YEAR * room[country[row]]
        accepted[row] = group[row] == RURAL and yearly >= dollars[row] / USUAL_YEARS * match
