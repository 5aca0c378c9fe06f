"""What a posterior says of each number, of pairs of numbers, and of their combinations, against the prior."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from afteraid.simulation.basis.short import Short
from afteraid.simulation.basis.units import FloatArray

BAND = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class Identified(Short):
    """What evidence says of numbers that were drawn together from their priors.

    Attributes:
        estimates: for each number the median and the 90% interval after (estimate, low, high) and before (prior,
            prior_low, prior_high), and sd_ratio, its spread after over before: 1 where nothing is learnt.
        tradeoffs: name, other and correlation in the posterior, the strongest first.
        directions: sd_ratio of each combination of numbers, the best known first, and the part of each number in it
            (numbers in standard deviations of their prior).
        effects: change of each output, as it was emulated, for one standard deviation of the prior of each number.
    """

    estimates: pd.DataFrame
    tradeoffs: pd.DataFrame
    directions: pd.DataFrame
    effects: pd.DataFrame


def identified(
    names: Sequence[str],
    outputs: Sequence[str],
    values: FloatArray,
    scaled: FloatArray,
    weights: FloatArray,
    expected: FloatArray,
) -> Identified:
    """Compare draws of a prior with the same draws by weight.

    Args:
        names: of n numbers.
        outputs: of m outputs.
        values: draws of the prior, shape (draws, n).
        scaled: the same on the scale on which spreads are compared.
        weights: of the draws, shape (draws,).
        expected: outputs of each draw, shape (draws, m).
    """
    standard = (scaled - scaled.mean(axis=0)) / scaled.std(axis=0)
    share = weights / weights.sum()
    centred = standard - share @ standard
    after = (centred * share[:, None]).T @ centred
    spread = np.sqrt(np.diag(after))
    return Identified(
        _estimates(names, values, weights, spread),
        _tradeoffs(names, after / np.outer(spread, spread)),
        _directions(names, after),
        _effects(names, outputs, standard, expected),
    )


def weighted_quantiles(values: FloatArray, weights: FloatArray, shares: Sequence[float]) -> FloatArray:
    """Return the values below which some shares of the weight lie."""
    order = np.argsort(values, kind="stable")
    reached = (np.cumsum(weights[order]) - 0.5 * weights[order]) / weights.sum()
    return np.asarray(np.interp(shares, reached, values[order]))


def _estimates(names: Sequence[str], values: FloatArray, weights: FloatArray, spread: FloatArray) -> pd.DataFrame:
    """Return medians and 90% intervals after and before, and the ratios of spreads."""
    even, rows = np.ones(len(values)), []
    for place, name in enumerate(names):
        low, middle, high = weighted_quantiles(values[:, place], weights, BAND)
        prior_low, prior, prior_high = weighted_quantiles(values[:, place], even, BAND)
        rows.append((name, middle, low, high, prior, prior_low, prior_high, spread[place]))
    columns = ["name", "estimate", "low", "high", "prior", "prior_low", "prior_high", "sd_ratio"]
    return pd.DataFrame(rows, columns=columns)


def _tradeoffs(names: Sequence[str], correlation: FloatArray) -> pd.DataFrame:
    """Return all pairs with their correlation, the strongest first."""
    rows = [(names[a], names[b], correlation[a, b]) for a, b in combinations(range(len(names)), 2)]
    found = pd.DataFrame(rows, columns=["name", "other", "correlation"])
    order = found["correlation"].abs().sort_values(ascending=False, kind="stable").index
    return found.loc[order].reset_index(drop=True)


def _directions(names: Sequence[str], after: FloatArray) -> pd.DataFrame:
    """Return the principal axes of the posterior in units of the prior, the narrowest first; the largest part is > 0.

    The prior's numbers are independent, so its own spread is one along every axis.
    """
    variance, axes = np.linalg.eigh(after)
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), range(len(names))])
    found = pd.DataFrame(axes.T, columns=list(names))
    found.insert(0, "sd_ratio", np.sqrt(np.maximum(variance, 0.0)))
    return found


def _effects(names: Sequence[str], outputs: Sequence[str], standard: FloatArray, expected: FloatArray) -> pd.DataFrame:
    """Return the slopes of a linear fit of each output on all numbers."""
    design = np.column_stack([np.ones(len(standard)), standard])
    slopes = np.linalg.lstsq(design, expected, rcond=None)[0][1:]
    found = pd.DataFrame(slopes, columns=list(outputs))
    found.insert(0, "name", list(names))
    return found
