"""Founding: how large an initiative is, how long it is funded, and what it starts with.

Luck is a uniform number in (0, 1) for each initiative and decision. Arrays are initiatives, (n,); formulas of numbers
stand for one initiative.
"""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.normal import normal_distribution, normal_quantile
from ..basis.units import QUARTERS_PER_YEAR, FloatArray, IntArray

SMALLEST = 1e5  # dollars
LEAST_SPREAD = 1e-9
RESOURCES = 0.5  # until the first quarter sets them
SHORTEST, LONGEST = 2.0, 10.0  # years of funding


def size(median: FloatArray, spread: FloatArray, most: FloatArray, luck: FloatArray) -> FloatArray:
    """Return the dollars that initiatives ask for: lognormal above 0.1 million, and no more than `most`.

    What is smaller in project lists (a fifth of the rows, and 0.3% of the money) is a workshop or a gift in kind, and
    no initiative: the lognormal is that of the list, without its part below 0.1 million.

    Args:
        median: dollars, of the whole list.
        spread: standard deviation of the logarithm, of the whole list; 0 makes all of them the median.
        most: dollars; below 0.1 million it counts as that.
        luck: uniform numbers.
    """
    below = normal_distribution(np.log(SMALLEST / median) / np.maximum(spread, LEAST_SPREAD))
    dollars = median * np.exp(spread * np.asarray(normal_quantile(below + (1.0 - below) * luck)))
    return np.asarray(np.minimum(np.maximum(dollars, SMALLEST), np.maximum(most, SMALLEST)))


def quarters_funded(patience: FloatArray, spread: float, luck: FloatArray) -> IntArray:
    """Return the quarters over which donors pay: lognormal around their patience (years), from 2 to 10 years.

    `spread` is the standard deviation of the logarithm.
    """
    years = patience * np.exp(spread * normal_quantile(luck))
    quarters: IntArray = np.rint(np.minimum(np.maximum(years, SHORTEST), LONGEST) * QUARTERS_PER_YEAR).astype(np.int64)
    return quarters


@compiled
def delay(low: float, high: float, luck: float) -> int:
    """Return the quarters between signing and the first payment: `low` to `high`, each as likely; 0 where high is 0."""
    return int(np.floor(low + (high - low + 1.0) * luck * (high > 0.0)))


@compiled
def participation(lever: float, luck: float, added: float, weight: float) -> float:
    """Return how far those served take part (0-1): (1 - weight) luck + weight x lever + added, at most 1.

    Args:
        lever: of local ownership, 0-1.
        luck: uniform number.
        added: what the mechanism adds.
        weight: of the lever; luck has the rest.
    """
    return min(luck * (1.0 - weight) + weight * lever + added, 1.0)


@compiled
def capacity(mean: float, luck: float, spread: float) -> float:
    """Return capacity at founding (0.01-1): the mean, and by luck a part of the spread: mean + spread (luck - 0.5)."""
    return min(max(mean + spread * (luck - 0.5), 0.01), 1.0)


def frailty(spread: float, luck: FloatArray) -> FloatArray:
    """Return the frailty of initiatives (log hazard): normal with mean 0 and this standard deviation."""
    return np.asarray(normal_quantile(luck) * spread)


@compiled
def chosen(edges: FloatArray, luck: float) -> int:
    """Choose one of some ways by their weights, which come summed up, (ways,), and need not sum to one."""
    way = 0
    for before in range(edges.size - 1):
        way += 1 if luck * edges[-1] >= edges[before] else 0
    return way
