"""The sentences of a judged difference, the figure first: clear, too small to matter, leaning, or no clear effect."""

from __future__ import annotations

from .names import capitalised
from .numbers import POINTS, change, changes, width
from .templates import Templates
from .verdicts import LEANING, NO_CLEAR_EFFECT, TOO_FEW, TOO_SMALL, Judged

SAY = Templates(
    "differences",
    clear="{what}: {effect} (90% interval {interval}), in {most} of {pairs} paired runs.",
    small="{what}: {effect}, real in this model, too small to matter (threshold {least}).",
    leaning="{what}: {effect}. {most} of {pairs} paired runs agree on the side; the interval {interval} includes zero.",
    unclear="{what}: no clear effect (90% interval {interval}).",
    none="{what}: no difference in any of {pairs} paired runs.",
    few="{what}: {effect} in the middle of {pairs} paired runs: too few for a 90% interval.",
    unknown="{what}: not known in these runs.",
)


def said(words: str, unit: str, found: Judged) -> str:
    """Say a difference with its verdict, in one sentence, the figure first.

    Args:
        words: what differs, as the catalogue of measures says.
        unit: of the measure; a share is from 0 to 1.
        found: the judged difference.
    """
    what = capitalised(words)
    if found.pairs == 0:
        return SAY("unknown", what=what)
    if found.above == found.below == 0:
        return SAY("none", what=what, pairs=found.pairs)
    effect, most, pairs = change(found.median, unit), found.most, found.pairs
    if found.verdict == TOO_FEW:
        return SAY("few", what=what, effect=effect, pairs=pairs)
    whole = changes(found.low, found.high, unit)
    interval = whole.removesuffix(f" {POINTS}")  # the unit stands at the effect
    if found.verdict == TOO_SMALL:
        return SAY("small", what=what, effect=effect, least=width(found.least, unit))
    if found.verdict == LEANING:
        return SAY("leaning", what=what, effect=effect, most=most, pairs=pairs, interval=interval)
    if found.verdict == NO_CLEAR_EFFECT:
        return SAY("unclear", what=what, interval=whole)
    return SAY("clear", what=what, effect=effect, interval=interval, most=most, pairs=pairs)
