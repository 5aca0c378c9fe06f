"""How well strategies do over many futures: sums over futures, regret, satisficing, and which dominates which.

Values are arrays of shape (strategies, futures). A future is the same for every strategy, so differences are paired.
Measures are those of Herman and others (2015) and McPhail and others (2018).
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from afteraid.simulation.basis.units import BoolArray, FloatArray
from afteraid.simulation.measures.measure import BAND

Direction = Literal["more", "less"]
Over = Literal["mean", "percentile_10", "worst_tenth", "worst", "regret_mean", "regret_max", "satisficing"]
REGRETS: tuple[Over, ...] = ("regret_mean", "regret_max")
TENTH = 0.10
RESAMPLES, SEED = 4000, 1  # of the bootstrap, so that the same search always says the same


def best_in_each(values: FloatArray, direction: Direction) -> FloatArray:
    """Return the best value of any strategy in each future, of shape (futures,)."""
    return np.asarray(values.max(axis=0) if direction == "more" else values.min(axis=0))


def regret(values: FloatArray, best: FloatArray, direction: Direction) -> FloatArray:
    """Return what each strategy falls short of the best in each future: 0 or more (Savage 1951).

    Args:
        values: shape (strategies, futures).
        best: shape (futures,); a strategy that does better than that has no regret.
        direction: whether more is better, or less.
    """
    short = best - values if direction == "more" else values - best
    return np.asarray(np.maximum(short, 0.0))


def summed(values: FloatArray, over: Over, direction: Direction) -> FloatArray:
    """Sum futures up to one number for each strategy, in the unit of the values.

    Args:
        values: shape (strategies, futures).
        over: mean; percentile_10 (nine futures in ten are as good or better); worst_tenth (mean of the worst 10%,
            with the part of a future that the last tenth ends in); worst. Not a regret: see :func:`regret`.
        direction: whether more is better, or less.
    """
    if over == "mean":
        return np.asarray(values.mean(axis=1))
    good_first = values if direction == "more" else -values
    if over == "percentile_10":
        found = np.quantile(good_first, TENTH, axis=1)
    elif over == "worst":
        found = good_first.min(axis=1)
    elif over == "worst_tenth":
        ordered = np.sort(good_first, axis=1)
        futures = values.shape[1]
        weights = np.clip(TENTH * futures - np.arange(futures), 0.0, 1.0)
        found = (ordered * weights).sum(axis=1) / weights.sum()
    else:
        raise ValueError(f"{over} is not a sum of values")
    return np.asarray(found if direction == "more" else -found)


def satisficing(met: BoolArray) -> FloatArray:
    """Return the share of futures in which all that is asked for is met (Starr 1963); shape (strategies,)."""
    return np.asarray(met.mean(axis=1))


def dominated(scores: FloatArray) -> BoolArray:
    """Say of each strategy whether another is as good in everything and better in something.

    Args:
        scores: shape (strategies, objectives); less is better. Equal ones don't dominate each other.
    """
    found = np.zeros(len(scores), dtype=bool)
    for place, own in enumerate(scores):  # row by row, so that memory stays flat with many strategies
        found[place] = bool(((scores <= own).all(axis=1) & (scores < own).any(axis=1)).any())
    return found


def spread(scores: FloatArray, keep: int) -> list[int]:
    """Choose a few strategies that stand for all: the best at each objective, then the farthest from those chosen.

    Args:
        scores: shape (strategies, objectives); less is better.
        keep: how many.

    Returns:
        Their places, in rising order.
    """
    count = len(scores)
    if count <= keep:
        return list(range(count))
    width = np.ptp(scores, axis=0)
    scaled = (scores - scores.min(axis=0)) / np.where(width > 0.0, width, 1.0)
    chosen = list(dict.fromkeys(int(place) for place in scaled.argmin(axis=0)))[:keep]
    while len(chosen) < keep:
        distance = np.sqrt(((scaled[:, None, :] - scaled[None, chosen, :]) ** 2).sum(axis=2)).min(axis=1)
        distance[chosen] = -1.0
        chosen.append(int(distance.argmax()))
    return sorted(chosen)


def paired_band(values: FloatArray, against: FloatArray, relative: bool = False) -> tuple[float, float, float]:
    """Return the mean difference to another strategy in the same futures, and its 90% interval by a paired bootstrap.

    Args:
        values: shape (futures,).
        against: the same, of the other strategy.
        relative: as a share of the other's mean; not a number where that is 0.

    Not numbers where there is no future.
    """
    if not len(values):
        return math.nan, math.nan, math.nan
    drawn = np.random.default_rng(SEED).integers(0, len(values), (RESAMPLES, len(values)))
    differences = values - against
    point, many = differences.mean(), differences[drawn].mean(axis=1)
    if relative:
        base, bases = against.mean(), against[drawn].mean(axis=1)
        if base == 0.0 or (bases == 0.0).any():
            return math.nan, math.nan, math.nan
        point, many = point / abs(base), many / np.abs(bases)
    low, high = np.quantile(many, BAND)
    return float(point), float(low), float(high)
