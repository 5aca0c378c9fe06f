"""How sure a difference is, and whether it matters, as the workshop says it: a sentence for each verdict.

The verdicts are those of all comparisons (`results.words.verdicts`); here an outcome that no pair changes has its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.measures.measure import Measure
from afteraid.simulation.results.words import verdicts
from afteraid.simulation.results.words.names import capitalised
from afteraid.simulation.results.words.numbers import change, estimated_change
from afteraid.simulation.results.words.verdicts import CLEAR, LEANING, NO_CLEAR_EFFECT, TOO_FEW, TOO_SMALL, smallest

UNCHANGED = "not changed"


@dataclass(frozen=True, kw_only=True)
class Judged(verdicts.Judged):
    """A difference that was judged, with its verdict or UNCHANGED.

    Attributes:
        sentence: says it, the figure first.
    """

    sentence: str

    @property
    def within(self) -> bool:
        """Say whether the whole interval is smaller than the smallest difference that matters."""
        return self.verdict != UNCHANGED and max(abs(self.low), abs(self.high)) < self.least  # false without interval


def judge(differences: FloatArray, level: float, record: Measure, words: str) -> Judged:
    """Judge paired differences of a headline.

    Args:
        differences: one for each pair of runs, in the unit of the measure; missing where it is not known.
        level: of the base, for a threshold that is a share of it.
        record: of the measure.
        words: what the measure is, with place and year where these belong to it.
    """
    found = verdicts.judge(differences, smallest(record.matters, level))
    plain = {field.name: getattr(found, field.name) for field in fields(found)}
    if found.pairs and found.above == found.below == 0:
        plain["verdict"] = UNCHANGED
    return Judged(**plain, sentence=f"{capitalised(words)}: {_said(found, record)}.")


def change_of(judged: Judged, unit: str) -> str:
    """Write a change with its interval, where there is one."""
    if judged.verdict == UNCHANGED:
        return "0"
    if not math.isfinite(judged.low):
        return estimated_change(judged.median, judged.median, judged.median, unit).partition(" (")[0]
    return estimated_change(judged.median, judged.low, judged.high, unit)


def _said(found: verdicts.Judged, record: Measure) -> str:
    """Say a verdict: the figure, its interval, and in how many pairs of runs it has this sign."""
    same_side = max(found.above, found.below)
    if found.pairs == 0:
        return "not known"
    if same_side == 0:
        return "not changed"
    if found.verdict == TOO_FEW:
        return f"{change(found.median, record.short_unit)} in {_runs(found.pairs)}: too few for an interval"
    figure = estimated_change(found.median, found.low, found.high, record.short_unit)
    counted = f"in {same_side} of {found.pairs} paired runs"
    if found.verdict == CLEAR:
        return f"{figure}, {counted} with this sign"
    if found.verdict == TOO_SMALL:
        least = record.matters.said(record.unit) if record.matters else ""
        return f"{figure}: real in this model, and too small to matter (threshold {least})"
    if found.verdict == LEANING:
        way = "up" if found.above > found.below else "down"
        return f"{figure}: it goes {way} {counted}; the 90% interval includes zero"
    return f"{figure}: {NO_CLEAR_EFFECT} (the 90% interval includes zero)"


def _runs(number: int) -> str:
    """Write how many paired runs."""
    return "one paired run" if number == 1 else f"{number} paired runs"
