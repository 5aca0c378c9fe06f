"""How sure a difference is, and whether it matters: four verdicts, each with its sentence.

Kept apart, since comparisons of scenarios give the same verdicts in the same words.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.measures.measure import BAND, Measure
from afteraid.simulation.results.words.names import capitalised
from afteraid.simulation.results.words.numbers import change, estimated_change
from afteraid.simulation.results.words.verdicts import LEAST_DRAWS, NO_CLEAR_EFFECT, includes_zero

CLEAR, TOO_SMALL, LEANING, NO_EFFECT = "clear", "too small to matter", "leaning", NO_CLEAR_EFFECT
UNCHANGED, TOO_FEW = "not changed", "too few runs"
MOSTLY = 0.8  # share of pairs on one side, from which runs lean to it


@dataclass(frozen=True)
class Judged:
    """A difference that was judged.

    Attributes:
        median, low, high: of the paired differences; the 90% interval is missing (nan) of fewer than five pairs.
        verdict: one of the constants of this module.
        sentence: says it, the figure first.
        pairs: of runs, in which the outcome is known.
        least: the smallest difference that matters, in the unit of the measure.
    """

    median: float
    low: float
    high: float
    verdict: str
    sentence: str
    pairs: int
    least: float = 0.0

    @property
    def within(self) -> bool:
        """Say whether the whole interval is smaller than the smallest difference that matters."""
        return max(abs(self.low), abs(self.high)) < self.least  # false where there is no interval


def judge(differences: FloatArray, level: float, record: Measure, words: str) -> Judged:
    """Judge paired differences of a headline.

    Args:
        differences: one for each pair of runs, in the unit of the measure; missing where it is not known.
        level: of the base, for a threshold that is a share of it.
        record: of the measure.
        words: what the measure is, with place and year where these belong to it.
    """
    named = capitalised(words)
    known = differences[np.isfinite(differences)]
    if not known.size:
        return Judged(np.nan, np.nan, np.nan, TOO_FEW, f"{named}: not known.", 0)
    median = float(np.median(known))
    if not known.any():
        return Judged(median, 0.0, 0.0, UNCHANGED, f"{named}: not changed.", known.size)
    if known.size < LEAST_DRAWS:
        said = f"{change(median, record.short_unit)} in {_runs(known.size)}: too few for an interval."
        return Judged(median, np.nan, np.nan, TOO_FEW, f"{named}: {said}", known.size)
    low, high = (float(value) for value in np.quantile(known, BAND))
    least = _threshold(record, level)
    verdict = _verdict(known, median, low, high, least)
    sentence = _sentence(known, median, low, high, verdict, record, named)
    return Judged(median, low, high, verdict, sentence, known.size, least)


def _threshold(record: Measure, level: float) -> float:
    """Return the smallest difference that matters, in the unit of the measure."""
    matters = record.matters
    if matters is None:
        return 0.0
    return matters.size * abs(level) if matters.relative else matters.size


def _verdict(known: FloatArray, median: float, low: float, high: float, least: float) -> str:
    """Return which of the four verdicts holds."""
    if not includes_zero(low, high):
        return CLEAR if abs(median) >= least else TOO_SMALL
    return LEANING if _same_side(known) >= MOSTLY * known.size else NO_EFFECT


def _same_side(known: FloatArray) -> int:
    """Return how many differences have the sign of most."""
    return int(max((known > 0.0).sum(), (known < 0.0).sum()))


def _sentence(
    known: FloatArray, median: float, low: float, high: float, verdict: str, record: Measure, named: str
) -> str:
    """Say a verdict: the figure, its interval, and in how many pairs of runs it has this sign."""
    figure = f"{named}: {estimated_change(median, low, high, record.short_unit)}"
    counted = f"in {_same_side(known)} of {known.size} paired runs"
    if verdict == CLEAR:
        return f"{figure}, {counted} with this sign."
    if verdict == TOO_SMALL:
        least = record.matters.said(record.unit) if record.matters else ""
        return f"{figure}: real in this model, and too small to matter (threshold {least})."
    if verdict == LEANING:
        way = "up" if (known > 0.0).sum() > (known < 0.0).sum() else "down"
        return f"{figure}: it goes {way} {counted}; the 90% interval includes zero."
    return f"{figure}: {NO_CLEAR_EFFECT} (the 90% interval includes zero)."


def _runs(number: int) -> str:
    """Write how many paired runs."""
    return "one paired run" if number == 1 else f"{number} paired runs"
