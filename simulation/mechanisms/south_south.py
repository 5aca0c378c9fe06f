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
    description = "Countries with similar income bring cheaper solutions and links; their money is less steady."
    parameters = (
        Parameter(
            name="reach",
            value=1.2,
            unit="ratio",
            meaning="People reached per dollar of capital, relative to a project grant",
            source=(
                "Share Trust 2022, Passing the Buck: local intermediaries are 32% cheaper (15-40%); part of it "
                "judged to hold for equipment"
            ),
            standing="judged",
            distribution=uniform(1.05, 1.35),
            minimum=0.5,
            maximum=3.0,
        ),
        Parameter(
            name="capacity",
            value=0.03,
            unit="share",
            meaning="What peers teach, as a share of spending that builds capacity",
            source="judgement",
            standing="judged",
            distribution=uniform(0.0, 0.06),
            minimum=0.0,
            maximum=1.0,
        ),
        Parameter(
            name="partners",
            value=2.0,
            unit="organisations",
            meaning="Peer institutions that stay in touch",
            source="judgement",
            standing="judged",
            distribution=uniform(1.0, 3.0),
            minimum=0.0,
            maximum=50.0,
        ),
        Parameter(
            name="volatility_transmission",
            value=1.3,
            unit="ratio",
            meaning="Volatility that reaches the initiative, relative to the donor's",
            source="judgement: few programmes, no in-year commitments",
            standing="judged",
            distribution=uniform(1.0, 1.6),
            minimum=0.0,
            maximum=3.0,
        ),
        Parameter(
            name="triangular_fee",
            value=0.05,
            unit="share",
            meaning="Cost of a third party, on the average",
            source="judgement",
            standing="judged",
            distribution=uniform(0.02, 0.08),
            minimum=0.0,
            maximum=0.5,
        ),
    )

    def traits(self, values: Values) -> MechanismTraits:
        """Reach more people per dollar, add links and ownership, pass volatility on."""
        return MechanismTraits(
            fee=self.read(values, "triangular_fee"),
            volatility_transmission=self.read(values, "volatility_transmission"),
            capacity=self.read(values, "capacity"),
            partners=self.read(values, "partners"),
            reach=self.read(values, "reach"),
        )

    def eligible(self, world: World, candidates: Candidates) -> BoolArray:
        """Accept low- and middle-income hosts."""
        return np.asarray(world.facts.countries.income_group[candidates.country] < HIGH_INCOME)
