"""What a fit says when it ends at the bounds within which it was sought: the number and the bound, by name."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.results.words.numbers import trimmed
from afteraid.simulation.results.words.templates import Templates

Range = tuple[float, float]
NEAR = 1e-3  # of the range: a search with penalties stops short of a bound
SAY = Templates(
    "bounds",
    estimate="The estimate of {name} ends at its bound, {bound}: the best value may lie beyond.",
    refits="{count} of {all} refits of {name} end at its bound, {bound}.",
    cases="For {count} of {all} {cases}, {name} ends at its bound, {bound}.",
)


def reached(values: FloatArray, bound: float, limits: Range) -> int:
    """Count the values at a bound, or beyond it by no more than rounding."""
    low, high = limits
    size = high - low if math.isfinite(high - low) else 1.0
    return int((np.abs(np.asarray(values, dtype=np.float64) - bound) <= NEAR * size).sum())


def at_bounds(draws: pd.DataFrame, bounds: Mapping[str, Range]) -> list[str]:
    """Say which numbers of a fit end at a bound.

    Args:
        draws: a row a fit: the estimate first, then refits.
        bounds: lowest and highest of each bounded column; infinite where one end is free.
    """
    said = [SAY("estimate", name=name, bound=bound) for name, bound, _, _ in ends(draws.iloc[:1], bounds)]
    return said + [
        SAY("refits", name=name, bound=bound, count=count, all=every)
        for name, bound, count, every in ends(draws.iloc[1:], bounds)
    ]


def cases_at_bounds(table: pd.DataFrame, bounds: Mapping[str, Range], cases: str) -> list[str]:
    """Say for how many cases, such as donors, each bounded column ends at a bound."""
    return [
        SAY("cases", name=name, bound=bound, count=count, all=every, cases=cases)
        for name, bound, count, every in ends(table, bounds)
    ]


def ends(table: pd.DataFrame, bounds: Mapping[str, Range]) -> Iterator[tuple[str, str, int, int]]:
    """Go through the bounds that are reached: column, bound, rows that reach the bound, rows in all."""
    for name, limits in bounds.items():
        values = table[name].dropna().to_numpy(np.float64)
        for bound in filter(math.isfinite, limits):
            count = reached(values, bound, limits)
            if count:
                yield name, trimmed(bound, 4), count, len(values)
