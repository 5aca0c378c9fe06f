"""How precisely the mean and the 90% interval of an outcome are known, and how many more draws make that enough.

In a grid a draw is a replicate. In other designs the points are drawn and the replicates too, because the random
numbers of a replicate are the same at all points: more points add nothing to what they determine. So points and
replicates are both resampled, each with the other held, and the variances are added (Owen 2007, Annals of Applied
Statistics 1). Both parts are at least what nearly normal values would have, and are widened by Student's t and by the
bias of resamples.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import norm
from scipy.stats import t as student

from afteraid.simulation.basis.errors import ResultsError
from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.measures.measure import BAND
from afteraid.simulation.results.words.numbers import counted
from afteraid.simulation.results.words.verdicts import LEAST_DRAWS

from .data import SweepData
from .intervals import blocks_of

SEED = 1  # of resampling, so that the same sweep always says the same
TOLERANCE = 0.10  # error of a band's ends, as a share of its width, that is enough to read it
RESAMPLES = 400
MOST = 100_000  # replicates that are ever advised
HALF = math.sqrt(0.5)  # of the tolerance, where points and replicates both have to become more


class Draws(NamedTuple):
    """An outcome by what was drawn.

    Attributes:
        values: shape (draws, values of each).
        counted: what a draw is: design points, or replicates.
        shared: the same by replicate, shape (replicates, values of each), where a draw is a point; None in a grid.
    """

    values: FloatArray
    counted: str
    shared: FloatArray | None = None


def draws(data: SweepData, outcome: str, scenario: str | None = None) -> Draws:
    """Return an outcome by what was drawn, for `convergence`.

    In a grid nobody draws the points: a draw is a replicate, and its values are how far luck takes each point from its
    own mean. In other designs a draw is a point of the design, with all that belongs to it, and a replicate is another.
    Replicates without any run, and points that lack one, are left out.
    """
    study, values = data.study, data.values(outcome, scenario)
    blocks = blocks_of(study)
    values = values[:, np.isfinite(values).any(axis=0)]
    if blocks is not None:
        by_block = values.reshape(int(blocks[-1]) + 1, -1, values.shape[1])
        by_block = by_block[np.isfinite(by_block).all(axis=(1, 2))]
        shared = by_block.reshape(-1, values.shape[1]).T
        return Draws(by_block.reshape(len(by_block), -1), "design points", shared)
    whole = values[np.isfinite(values).all(axis=1)]
    middle = whole.mean(axis=1, keepdims=True)
    inflated = math.sqrt(values.shape[1] / max(values.shape[1] - 1, 1))  # a mean of few runs follows them
    return Draws((whole.mean() + inflated * (whole - middle)).T, "replicates")


def convergence(
    values: FloatArray, sizes: tuple[int, ...] = (), resamples: int = RESAMPLES, shared: FloatArray | None = None
) -> pd.DataFrame:
    """Say how sure the mean and the 90% band of an outcome are with fewer draws.

    Args:
        values: of one outcome over draws, shape (draws,); or (draws, values of each) where several came in one draw,
            such as all points of a replicate.
        sizes: numbers of draws to look at; doubling from 5 if left out.
        resamples: draws of the bootstrap.
        shared: the same values by replicate, shape (replicates, values of each), where all draws share the random
            numbers of a replicate.

    Returns:
        runs (draws), mean, low, high and their errors; with `shared`, the part of the error of the ends that more draws
        do not lessen (replicates_error), in the unit of the outcome.

    Raises:
        ResultsError: fewer than five draws, or replicates.
    """
    each = values.reshape(len(values), -1)
    known = each[np.isfinite(each).all(axis=1)]
    count = len(known)
    if count < LEAST_DRAWS:
        raise ResultsError(f"{count} runs are too few for an interval", expected=f"{LEAST_DRAWS} or more")
    whole, replicated = np.array(_ends(known)), None if shared is None else replicate_errors(shared, resamples)
    wanted = sizes or tuple(size for size in (LEAST_DRAWS * 2**step for step in range(20)) if size < count) + (count,)
    generator = np.random.default_rng(SEED)
    rows = []
    for size in wanted:
        found = np.empty((3, resamples))
        for number in range(resamples):
            found[:, number] = _ends(known[generator.integers(0, count, size)])
        errors = found.std(axis=1)
        if replicated is not None:
            errors = np.maximum(errors, normal_errors(known, size))
            errors = np.hypot(_widened(errors, found.mean(axis=1) - whole, size), replicated)
        rows.append((size, *found.mean(axis=1), *errors))
    names = ["runs", "mean", "low", "high", "mean_error", "low_error", "high_error"]
    table = pd.DataFrame(rows, columns=names)
    return table if replicated is None else table.assign(replicates_error=replicated[1:].max())


def replicate_errors(shared: FloatArray, resamples: int = RESAMPLES) -> FloatArray:
    """Return the errors of mean, low and high that come from the random numbers that all points share, shape (3,).

    Raises ResultsError of fewer than five replicates.
    """
    count = len(shared)
    if count < LEAST_DRAWS:
        raise ResultsError(
            f"{count} replicates are too few for an interval", key="replicates", expected=f"{LEAST_DRAWS} or more"
        )
    generator = np.random.default_rng(SEED)
    found = np.array([_ends(shared[generator.integers(0, count, count)]) for _ in range(resamples)])
    return _widened(
        np.maximum(found.std(axis=0), normal_errors(shared, count)), found.mean(axis=0) - np.array(_ends(shared)), count
    )


def normal_errors(values: FloatArray, size: int) -> FloatArray:
    """Return the errors of mean, low and high that draws of nearly normal values have, shape (3,).

    Resamples of few draws hardly hold the tails of a distribution, so that their spread alone says too little.

    Args:
        values: shape (draws, values of each).
        size: how many draws there would be.
    """
    between, whole = float(values.mean(axis=1).var(ddof=1)), float(values.var())
    if whole == 0.0:
        return np.zeros(3)
    ends = between / size + float(norm.ppf(BAND[0])) ** 2 * between**2 / (2.0 * (size - 1) * whole)
    return np.asarray(np.sqrt([between / size, ends, ends]))


def _widened(spread: FloatArray, bias: FloatArray, count: int) -> FloatArray:
    """Return the errors of resamples: their spread, widened for few draws, and how far they lie from the estimate."""
    return np.asarray(np.hypot(spread * widened(count), bias))


def widened(count: int) -> float:
    """Return by what the spread of resamples of few draws falls short: of the draws' own, and of Student's t."""
    tail = 1.0 - BAND[0]
    ratio = float(student.ppf(tail, count - 1) / norm.ppf(tail))
    return ratio * math.sqrt(count / (count - 1))


def _ends(values: FloatArray) -> tuple[float, float, float]:
    """Return the mean and the ends of the 90% band."""
    low, high = np.quantile(values, BAND)
    return float(values.mean()), float(low), float(high)


@dataclass(frozen=True)
class Advice:
    """How precisely the ends of a 90% interval are known.

    Attributes:
        draws: how many there are.
        error: of the ends, as a share of the interval's width.
        tolerance: the error that is enough.
        needed: how many draws bring the error to the tolerance.
        replicates: how many there are, where draws are points; else None.
        replicates_needed: how many, with the draws that are needed, bring the error to the tolerance.
    """

    draws: int
    error: float
    tolerance: float
    needed: int
    replicates: int | None = None
    replicates_needed: int | None = None

    @property
    def enough(self) -> bool:
        """Say whether there are draws enough, and replicates enough."""
        return self.error <= self.tolerance and (self.replicates is None or self.replicates >= LEAST_DRAWS)

    def made(self, counted_as: str) -> str:
        """Write what there is: 64 design points and 8 replicates."""
        return _amount(self.draws, counted_as, self.replicates)

    def to_make(self, counted_as: str) -> str:
        """Write what is needed, naming what has to become more."""
        if self.replicates is None or self.replicates_needed == self.replicates:
            return _amount(self.needed, counted_as, None)
        if self.needed <= self.draws:
            return counted(self.replicates_needed or 0, "replicate")
        return _amount(self.needed, counted_as, self.replicates_needed)


def _amount(draws: int, counted_as: str, replicates: int | None) -> str:
    one = counted(draws, counted_as.removesuffix("s"))
    return one if replicates is None else f"{one} and {counted(replicates, 'replicate')}"


def runs_advised(table: pd.DataFrame, tolerance: float = TOLERANCE, replicates: int | None = None) -> Advice | None:
    """Return how many draws make the ends of the 90% interval precise enough; None where the outcome does not vary.

    Args:
        table: of :func:`convergence`.
        tolerance: error of the ends, as a share of the interval's width, that is enough.
        replicates: how many there are, where draws are points that share them.
    """
    last = table.iloc[-1]
    width, count = last["high"] - last["low"], int(last["runs"])
    if width <= 0.0:
        return None
    error = float(max(last["low_error"], last["high_error"]) / width)
    if replicates is None:
        return Advice(count, error, tolerance, math.ceil(count * (error / tolerance) ** 2))
    if error <= tolerance:
        return Advice(count, error, tolerance, count, replicates, replicates)
    shared = min(float(last["replicates_error"] / width), error)
    own = math.sqrt(error**2 - shared**2)
    own_aim, shared_aim = tolerance * HALF, tolerance * HALF
    if own <= tolerance * HALF:
        own_aim, shared_aim = own, math.sqrt(tolerance**2 - own**2)
    elif shared <= tolerance * HALF:
        own_aim, shared_aim = math.sqrt(tolerance**2 - shared**2), shared
    needed = count if own <= own_aim else math.ceil(count * (own / own_aim) ** 2)
    return Advice(count, error, tolerance, needed, replicates, _replicates_needed(replicates, shared, shared_aim))


def _replicates_needed(replicates: int, error: float, aim: float) -> int:
    """Return how many replicates bring their part of the error to an aim."""
    if error <= aim:
        return replicates
    bare, wanted = error / widened(replicates), replicates
    while bare * math.sqrt(replicates / wanted) * widened(wanted) > aim and wanted < MOST:
        wanted = max(wanted + 1, math.ceil(wanted * 1.02))
    return wanted
