"""South-South and triangular cooperation: peers pay and teach, cheaper and closer, with more volatile money."""

from __future__ import annotations

import numpy as np

from ..basis.units import BoolArray
from ..state.parameters import Parameter, Values, uniform
from ..state.world import World
from .base import Candidates, Mechanism, MechanismTraits

HIGH_INCOME = 3


class SouthSouth(Mechanism):
    """A southern partner, alone or paid by a third donor, brings what it has done at home."""

    name = "south_south"
    title = "South-South and triangular cooperation"
    description = "Peers at a like level of income bring cheaper solutions and links; their money is less steady."
    parameters = (
        Parameter("reach", 1.2, "ratio", "People reached per dollar of capital, relative to a project grant",
                  "Share Trust 2022, Passing the Buck: local intermediaries are 32% cheaper (15-40%); part of it "
                  "judged to hold for equipment", "judged", uniform(1.05, 1.35), 0.5, 3.0),
        Parameter("capacity", 0.03, "share", "What peers teach, as a share of spending that builds capacity",
                  "judgement", "judged", uniform(0.0, 0.06), 0.0, 1.0),
        Parameter("linkages", 0.15, "0-1", "What exchange between peers adds to linkages", "judgement", "judged",
                  uniform(0.05, 0.25), 0.0, 1.0),
        Parameter("ownership", 0.06, "0-1", "What partnership adds to motivation and ownership", "judgement", "judged",
                  uniform(0.0, 0.12), 0.0, 1.0),
        Parameter("volatility_transmission", 1.3, "ratio", "Volatility that reaches the initiative, over the donor's",
                  "judgement: few programmes, no in-year commitments", "judged", uniform(1.0, 1.6), 0.0, 3.0),
        Parameter("triangular_fee", 0.05, "share", "Cost of a third party, on the average", "judgement", "judged",
                  uniform(0.02, 0.08), 0.0, 0.5),
    )  # fmt: skip

    def traits(self, values: Values) -> MechanismTraits:
        """Reach more people per dollar, add links and ownership, pass volatility on."""
        return MechanismTraits(
            fee=self.read(values, "triangular_fee"),
            volatility_transmission=self.read(values, "volatility_transmission"),
            capacity=self.read(values, "capacity"),
            ownership=self.read(values, "ownership"),
            linkages=self.read(values, "linkages"),
            reach=self.read(values, "reach"),
        )

    def eligible(self, world: World, candidates: Candidates) -> BoolArray:
        """Accept low- and middle-income hosts."""
        return np.asarray(world.scratch["income_group"][candidates.country] < HIGH_INCOME)
