"""Levers of a search: settings that donors choose over a range or among choices, and mixes whose parts sum to one.

A strategy is a row of places between 0 and 1, as many for a mix as it has parts, and one for any other lever.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import numpy as np
from pydantic import Field
from scipy.special import gammaincinv

from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.scenario.quantities import Whole, refuse

from ..study.factors import Factor

SHAPE = 0.5  # of the Dirichlet distribution that even places become: below 1, most mixes have a few large parts
HIGHEST_PLACE = 1.0 - 1e-9  # the gamma distribution has no end
FIGURES = 3  # of a number that is chosen from a range: nobody can choose more finely


class Lever(Factor):
    """One thing that a search chooses: a factor as in a study, or a mix.

    Attributes:
        mix: names of the parts, as in ``sets = "strategy.exits"``; their shares sum to one.
        steps: shares are multiples of 1/steps; what is less than half of that falls away.
    """

    mix: tuple[str, ...] = ()
    steps: Annotated[int, Whole(2, 100)] = Field(default=20)

    def check_kind(self) -> None:
        """Refuse what varies in no way or in several, and a mix of one part."""
        if not self.mix:
            super().check_kind()
            return
        ranged = self.low is not None or self.high is not None or self.distribution != "uniform"
        if self.choices or self.alternatives or ranged:
            raise refuse("varies in more than one way", "a mix alone", key=("mix",))
        if len(self.mix) < 2 or len(set(self.mix)) < len(self.mix):
            raise refuse("leaves nothing to mix", "two or more different names", key=("mix",))

    @property
    def width(self) -> int:
        """Return how many places it takes."""
        return len(self.mix) or 1

    def chosen(self, places: FloatArray, own: bool) -> dict[str, object]:
        """Return what it sets at places between 0 and 1, of shape (width,)."""
        if self.mix:
            shares = simplex(places, self.steps)
            return {self.target: {name: share for name, share in zip(self.mix, shares, strict=True) if share > 0.0}}
        value = self.value(float(places[0]))
        if isinstance(value, float) and not self.names() and not self.whole:
            low, high = float(self.value(0.0)), float(self.value(1.0))
            value = min(max(float(f"{value:.{FIGURES}g}"), low), high)
        return self.settings(value, own)


def simplex(places: FloatArray, steps: int) -> list[float]:
    """Map places between 0 and 1 to shares that sum to one, each a multiple of 1/steps.

    Each place becomes a quantile of a gamma distribution; divided by their sum, evenly spread places give shares of a
    symmetric Dirichlet distribution (Devroye 1986, XI.4). Steps are handed out by largest remainders.

    Args:
        places: shape (parts,).
        steps: how many there are to hand out.
    """
    sizes = gammaincinv(SHAPE, np.clip(np.asarray(places, dtype=np.float64), 0.0, HIGHEST_PLACE))
    total = float(sizes.sum())
    wanted = steps * (sizes / total if total > 0.0 else np.full(len(sizes), 1.0 / len(sizes)))
    given = np.floor(wanted + 1e-9).astype(int)
    # the largest remainders first, the first of equals first, so that nothing depends on the order of a sort
    order = np.argsort(-(wanted - given), kind="stable")
    given[order[: steps - int(given.sum())]] += 1
    return [int(count) / steps for count in given]


def settings_at(levers: Sequence[Lever], own: frozenset[str], places: FloatArray) -> dict[str, object]:
    """Return what all levers set at a strategy's places, of shape (sum of widths,)."""
    settings: dict[str, object] = {}
    start = 0
    for lever in levers:
        settings.update(lever.chosen(places[start : start + lever.width], lever.name in own))
        start += lever.width
    return settings


def width_of(levers: Sequence[Lever]) -> int:
    """Return how many places a strategy has."""
    return sum(lever.width for lever in levers)
