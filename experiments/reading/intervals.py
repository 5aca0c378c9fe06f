"""How surely a difference between some points of a study and others is known, given which were drawn, and luck."""

from __future__ import annotations

import math

import numpy as np
from scipy.stats import t as student

from afteraid.simulation.basis.units import BoolArray, FloatArray, IntArray

from ..study.study import Study

CONFIDENCE = 0.90
SEED, RESAMPLES = 1, 400


def blocks_of(study: Study) -> IntArray | None:
    """Return which points were drawn together, shape (points,); None for a grid, whose points nobody drew.

    The rows of a Sobol' base point and the steps of a trajectory share values, and count as one draw.
    """
    design = study.written.design
    if design.kind == "grid" or not study.written.factors:
        return None
    return np.arange(study.points) // design.points_each(len(study.written.factors))


def difference(
    values: FloatArray, one: BoolArray, other: BoolArray, blocks: IntArray | None, comparisons: int = 1
) -> tuple[float, float, float]:
    """Return the mean of an outcome at some points less that at others, with its 90% interval.

    Luck: by Student's t over replicates. Points that were drawn: by a bootstrap of blocks. Both variances are added,
    with Satterthwaite's (1946) degrees of freedom. The ends are missing where neither is known.

    Args:
        values: of the outcome, shape (points, replicates); missing where a run failed.
        one: which points, shape (points,).
        other: those that they are compared with.
        blocks: from :func:`blocks_of`.
        comparisons: how many pairs these two were chosen from as the furthest apart (Bonferroni).
    """
    means = _means(values)
    one, other = one & np.isfinite(means), other & np.isfinite(means)
    gap = float(means[one].mean() - means[other].mean())
    parts = []
    whole = values[:, np.isfinite(values[one | other]).all(axis=0)]
    if whole.shape[1] > 1:
        each = whole[one].mean(axis=0) - whole[other].mean(axis=0)
        parts.append((float(each.var(ddof=1)) / len(each), len(each) - 1))
    if blocks is not None:
        parts.append((_variance_of_draw(means, one, other, blocks), len(np.unique(blocks)) - 1))
    whole_variance = sum(variance for variance, _ in parts)
    if not parts or not math.isfinite(whole_variance):
        return gap, math.nan, math.nan
    if whole_variance == 0.0:
        return gap, gap, gap
    freedom = whole_variance**2 / sum(variance**2 / max(degrees, 1) for variance, degrees in parts)
    tail = (1.0 - CONFIDENCE) / 2.0 / comparisons
    half = float(student.ppf(1.0 - tail, freedom)) * math.sqrt(whole_variance)
    return gap, gap - half, gap + half


def _means(values: FloatArray) -> FloatArray:
    """Return each point's mean over the replicates that there are, shape (points,)."""
    known = np.isfinite(values)
    count = known.sum(axis=1)
    sums = np.where(known, values, 0.0).sum(axis=1)
    return np.asarray(np.divide(sums, count, out=np.full(len(values), np.nan), where=count > 0))


def _variance_of_draw(means: FloatArray, one: BoolArray, other: BoolArray, blocks: IntArray) -> float:
    """Return the variance of a difference over other draws of the points, by drawing blocks again."""
    numbers, block = np.unique(blocks, return_inverse=True)
    if len(numbers) < 3:
        return math.nan
    weights = np.random.default_rng(SEED).multinomial(len(numbers), np.full(len(numbers), 1 / len(numbers)), RESAMPLES)
    sides = []
    for side in (one, other):
        sums = np.bincount(block[side], means[side], len(numbers))
        count = np.bincount(block[side], minlength=len(numbers))
        drawn = weights @ count
        sides.append(np.divide(weights @ sums, drawn, out=np.full(RESAMPLES, np.nan), where=drawn > 0))
    gaps = sides[0] - sides[1]
    return float(np.nanvar(gaps) * len(numbers) / (len(numbers) - 1))
