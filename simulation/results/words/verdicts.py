"""How differences are judged: whether an effect is clear and whether it matters, in one place, the same everywhere."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...measures.measure import BAND, Matters

CLEAR = "clear"
CLEARLY_BETTER, CLEARLY_WORSE = "clearly better", "clearly worse"
TOO_SMALL = "too small to matter"
LEANING = "leaning"
NO_CLEAR_EFFECT = "no clear effect"
TOO_FEW = "too few runs"
LEAST_DRAWS = 5  # runs, refits, replicates: of fewer no 90% interval is given
FEW_DRAWS = 6  # below it, all differences have one sign by chance once in 16 times or more
ENOUGH_PAIRS = 30  # of fewer pairs counts are given, and no share: three in ten may be one in two by chance
EQUAL_MONEY = 0.05  # relative difference of money spent up to which two sides compare equal money (judged)
LEANS = 0.8  # share of pairs on one side from which an unclear effect leans (judged)


@dataclass(frozen=True)
class Judged:
    """A paired difference, judged.

    Attributes:
        verdict: CLEAR, TOO_SMALL, LEANING, NO_CLEAR_EFFECT, or TOO_FEW where there is no interval.
        median: of the differences; missing where there is none.
        mean: of the differences, which is the difference of the two means.
        low: lower end of the 90% interval of the differences; missing with fewer than LEAST_DRAWS pairs.
        high: its upper end.
        above: pairs in which the difference is positive.
        below: pairs in which it is negative.
        pairs: that had a value in both.
        least: the smallest difference that matters, in the measure's unit; zero where none is declared.
    """

    verdict: str
    median: float
    mean: float
    low: float
    high: float
    above: int
    below: int
    pairs: int
    least: float

    @property
    def most(self) -> int:
        """Return how many pairs lie on the side of the median."""
        return self.above if self.median > 0.0 or (self.median == 0.0 and self.above >= self.below) else self.below

    @property
    def clear(self) -> bool:
        """Say whether the interval excludes zero and the difference matters."""
        return self.verdict == CLEAR


def judge(differences: Sequence[float] | np.ndarray, least: float = 0.0) -> Judged:
    """Judge paired differences by their 90% interval, their sides, and the smallest difference that matters.

    Args:
        differences: one a pair of runs, in the measure's unit; what isn't known is left out.
        least: the smallest difference that matters, in the same unit.
    """
    known = np.asarray(differences, dtype=np.float64)
    known = known[np.isfinite(known)]
    above, below = int((known > 0.0).sum()), int((known < 0.0).sum())
    if not known.size:
        return Judged(TOO_FEW, math.nan, math.nan, math.nan, math.nan, 0, 0, 0, least)
    median, mean = float(np.median(known)), float(known.mean())
    if known.size < LEAST_DRAWS:
        return Judged(TOO_FEW, median, mean, math.nan, math.nan, above, below, int(known.size), least)
    low, high = (float(end) for end in np.quantile(known, BAND))
    if not includes_zero(low, high):
        said = CLEAR if abs(median) >= least else TOO_SMALL
    else:
        said = LEANING if max(above, below) >= LEANS * known.size else NO_CLEAR_EFFECT
    return Judged(said, median, mean, low, high, above, below, int(known.size), least)


def in_words(found: Judged, better: int) -> str:
    """Return a verdict as a card or a table shows it: a clear difference is clearly better or clearly worse.

    Args:
        found: the judged difference.
        better: 1 where more is better, -1 where less is, 0 where nobody can say.
    """
    if not found.clear or not better:
        return found.verdict
    return CLEARLY_BETTER if better * found.median > 0.0 else CLEARLY_WORSE


def smallest(matters: Matters | None, level: float) -> float:
    """Return the smallest difference that matters, in the measure's unit, for a level; zero where none is declared."""
    if matters is None:
        return 0.0
    return matters.size * abs(level) if matters.relative else matters.size


def includes_zero(low: float, high: float) -> bool:
    """Say whether an interval includes zero, so that the effect is not clear."""
    return low <= 0.0 <= high


def verdict(low: float, high: float) -> str:
    """Return what is said after a difference of which only the interval is known: nothing where the effect is clear.

    Args:
        low: lower end of its 90% interval.
        high: upper end of its 90% interval.
    """
    return NO_CLEAR_EFFECT if includes_zero(low, high) else ""
