"""Parity: who of the users are women, and what it costs to reach them."""

from __future__ import annotations

import numpy as np

from ..basis.late import pd
from ..basis.units import QUARTERS_PER_YEAR, FloatArray
from ..rules.split import by_sex, keep_for_women
from ..state.parameters import Parameters, Values, parameter, uniform
from ..state.world import World
from .serving import by_place, offline_now, passing


class ParityParameters(Parameters, process="parity"):
    """The parameters of parity."""

    odds_ldc: float = parameter(
        value=1.73,
        unit="odds ratio",
        meaning="Men over women odds of use in least developed countries",
        source="ITU Facts and Figures 2024: 29% of women, parity ratio 0.70; derived",
        standing="derived",
        distribution=uniform(1.55, 1.90),
        minimum=1.0,
        maximum=10.0,
    )
    odds_middle: float = parameter(
        value=1.48,
        unit="odds ratio",
        meaning="Men over women odds of use, neither least developed nor high income",
        source="ITU Facts and Figures 2025: world 77% of men, 71% of women; derived, the other groups taken off",
        standing="derived",
        distribution=uniform(1.32, 1.64),
        minimum=1.0,
        maximum=10.0,
    )
    odds_high: float = parameter(
        value=1.05,
        unit="odds ratio",
        meaning="Men over women odds of use in high-income countries",
        source="ITU Facts and Figures: near parity; the point is judged",
        standing="judged",
        distribution=uniform(1.0, 1.10),
        minimum=1.0,
        maximum=10.0,
    )
    targeting_cost: float = parameter(
        value=0.3,
        unit="ratio",
        meaning="Added cost per person where all places are kept for women",
        source="judgement: skills work of 60 dollars (ITU/CST 2025) compared with a rural connection of 225 dollars",
        standing="judged",
        distribution=uniform(0.1, 0.6),
        minimum=0.0,
        maximum=5.0,
    )


def parity(world: World) -> None:
    """Split national use between women and men, in the last quarter of each year; half of the people are women.

    Everybody follows the country's odds but for the places that initiatives keep for women: of the users whom these
    add, men lose the share that is kept, and women gain as many people.
    """
    if world.quarter % QUARTERS_PER_YEAR != QUARTERS_PER_YEAR - 1:
        return
    countries = world.countries
    women, men = by_sex(countries.use, world.facts.drawn.odds_of_men)
    if world.initiatives.count and world.initiatives.women.any():
        women, men = keep_for_women(women, men, _kept_for_women(world), countries.population)
    countries.use_women[:], countries.use_men[:] = women, men


def women_and_men(table: pd.DataFrame, values: Values) -> FloatArray:
    """Return the odds of men over those of women by economy, (C,): constant in time, so parity comes with use."""
    p = ParityParameters.of(values)
    rich = p.odds_high
    odds = np.where(table["income_group"].to_numpy() == "HIC", rich, p.odds_middle)
    return np.where(table["ldc"].to_numpy() == 1, p.odds_ldc, odds)


def _kept_for_women(world: World) -> FloatArray:
    """Return the users whom living initiatives add in places kept for women, by economy, in people (C,)."""
    initiatives = world.initiatives
    kept = by_place(world, passing(world) * offline_now(world) * initiatives.women) * world.now.single
    added: FloatArray = np.minimum(kept, world.now.effective).sum(axis=1)
    return added
