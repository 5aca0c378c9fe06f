"""Founding: how large an initiative is, how long it is funded, and what it starts with; formulas of one initiative.

Luck is a uniform number in (0, 1) for each initiative and decision. The exponential of a lognormal number is taken of
whole arrays, between two formulas.
"""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.normal import normal_distribution
from ..basis.units import QUARTERS_PER_YEAR, FloatArray

SMALLEST = 1e5  # dollars
LEAST_SPREAD = 1e-9
RESOURCES = 0.5  # until the first quarter sets them
SHORTEST, LONGEST = 2.0, 10.0  # years of funding


def too_small(median: FloatArray, spread: FloatArray) -> FloatArray:
    """Return the share of the rows of lognormal project lists that are below 0.1 million dollars, by list.

    They (a fifth of the rows, and 0.3% of the money) are a workshop or a gift in kind, and no initiative.

    Args:
        median: dollars, of the whole list.
        spread: standard deviation of the logarithm, of the whole list.
    """
    return normal_distribution(np.log(SMALLEST / median) / np.maximum(spread, LEAST_SPREAD))


@compiled
def share_in_list(below: float, luck: float) -> float:
    """Return the share of its list that is smaller than an initiative, of whose sizes a share `below` is too small."""
    return below + (1.0 - below) * luck


@compiled
def size(median: float, relative: float, most: float) -> float:
    """Return the dollars that an initiative asks for: 0.1 million at least, and no more than `most`.

    Args:
        median: dollars, of its list.
        relative: its size over the median: exp(spread of the list x quantile of its `share_in_list`).
        most: dollars; below 0.1 million it counts as that.
    """
    return min(max(median * relative, SMALLEST), max(most, SMALLEST))


@compiled
def quarters_funded(patience: float, relative: float) -> int:
    """Return the quarters over which a donor pays: its patience (years) times a lognormal number, 2 to 10 years."""
    return int(np.rint(min(max(patience * relative, SHORTEST), LONGEST) * QUARTERS_PER_YEAR))


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


@compiled
def chosen(edges: FloatArray, luck: float) -> int:
    """Choose one of some ways by their weights, which come summed up, (ways,), and need not sum to one."""
    way = 0
    for before in range(edges.size - 1):
        way += 1 if luck * edges[-1] >= edges[before] else 0
    return way
