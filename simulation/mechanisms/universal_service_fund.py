"""Universal service fund: a levy on operators adds to donors' money where the market does not go."""

from __future__ import annotations

import numpy as np

from ..basis.units import BoolArray
from ..state.parameters import Parameter, Values, uniform
from ..state.world import RURAL, World
from .base import Candidates, Mechanism, MechanismTraits

USUAL_YEARS = 5.0  # over which a commitment is paid out


class UniversalServiceFund(Mechanism):
    """The country's own fund, fed by its operators, pays beside the donor for rural initiatives."""

    name = "universal_service_fund"
    title = "Universal service fund"
    description = "Operators' levies add to each donor dollar in the countryside, as far as the fund has room."
    parameters = (
        Parameter("match", 1.0, "dollars per dollar", "What the fund adds to each donor dollar that arrives",
                  "judgement: swept", "judged", uniform(0.5, 1.5), 0.0, 10.0),
        Parameter("fee", 0.05, "share", "Administration on each instalment", "judgement", "judged",
                  uniform(0.03, 0.08), 0.0, 0.5),
        Parameter("delay_low", 2.0, "quarters", "Shortest wait for the fund's tender", "judgement", "judged",
                  minimum=0.0, maximum=20.0),
        Parameter("delay_high", 6.0, "quarters", "Longest wait for the fund's tender", "judgement", "judged",
                  minimum=0.0, maximum=20.0),
        Parameter("ownership", 0.08, "0-1", "What domestic money adds to motivation and ownership",
                  "judgement from Narayan 1995", "judged", uniform(0.0, 0.15), 0.0, 1.0),
    )  # fmt: skip

    def traits(self, values: Values) -> MechanismTraits:
        """Add the fund's money, for its administration and its waiting."""
        return MechanismTraits(
            cofinance={"levy": np.full(4, self.read(values, "match"))},
            fee=self.read(values, "fee"),
            delay=(self.read(values, "delay_low"), self.read(values, "delay_high")),
            ownership=self.read(values, "ownership"),
        )

    def eligible(self, world: World, candidates: Candidates) -> BoolArray:
        """Accept rural initiatives where the fund's yearly room is at least the match it would owe."""
        yearly = candidates.dollars / USUAL_YEARS * self.read(world.values, "match")
        room = 4.0 * world.countries.service_fund_room[candidates.country]
        return np.asarray((candidates.group == RURAL) & (room >= yearly))
