"""The board: worlds in the order of an outcome, and which of them can't be separated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.measures.measure import BAND, Measure
from afteraid.simulation.results.words.numbers import estimate
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.results.words.verdicts import CLEAR, TOO_SMALL, Judged, judge, smallest

from .outcomes import Outcomes, scalars_of

SAY = Templates(
    "workshop.board",
    ahead="Ahead of {next} in {most} of {pairs} paired runs.",
    close="Can't be separated from {next}: ahead in {most} of {pairs} paired runs.",
    small="Differs too little from {next} to matter: ahead in {most} of {pairs} paired runs.",
    last="The last one.",
)


@dataclass(frozen=True)
class Place:
    """One world on the board.

    Attributes:
        title: of the world.
        rank: from 1; worlds that can't be separated from the first of a rank share the rank.
        middle: the median of its runs, in the unit of the measure.
        level: the same with its interval, as text.
        says: how it stands to the next one.
    """

    title: str
    rank: int
    middle: float
    level: str
    says: str


def ranked(worlds: Mapping[str, Sequence[Outcomes]], record: Measure) -> list[Place]:
    """Rank worlds by an outcome, the best first.

    Args:
        worlds: by title, runs on the same draws in one order.
        record: of the outcome; where no direction is better, more comes first.
    """
    values = {title: scalars_of(runs, record.name) for title, runs in worlds.items()}
    way = 1.0 if record.better == "less" else -1.0
    middles = {title: middle_of(runs) for title, runs in values.items()}
    titles = sorted(values, key=lambda title: way * middles[title] if np.isfinite(middles[title]) else np.inf)
    found: list[Place] = []
    rank, leader = 1, titles[0]
    for place, title in enumerate(titles):
        if _compared(leader, title, values, record).clear:
            rank, leader = place + 1, title
        after = titles[place + 1] if place + 1 < len(titles) else None
        says = SAY("last") if after is None else _against(after, _compared(title, after, values, record), record)
        found.append(Place(title, rank, middles[title], _level(values[title], record), says))
    return found


def _compared(title: str, other: str, values: Mapping[str, FloatArray], record: Measure) -> Judged:
    """Judge the paired differences of two worlds."""
    return judge(values[title] - values[other], smallest(record.matters, middle_of(values[other])))


def _against(after: str, found: Judged, record: Measure) -> str:
    """Say how a world stands to the next one."""
    most = found.below if record.better == "less" else found.above
    key = "ahead" if found.verdict == CLEAR else "small" if found.verdict == TOO_SMALL else "close"
    return SAY(key, next=after, most=most, pairs=found.pairs)


def middle_of(values: FloatArray) -> float:
    """Return the median of what is known; missing where nothing is."""
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else float("nan")


def _level(values: FloatArray, record: Measure) -> str:
    """Write a level with its interval."""
    known = values[np.isfinite(values)]
    low, high = np.quantile(known, BAND) if known.size else (np.nan, np.nan)
    return estimate(middle_of(values), float(low), float(high), record.short_unit, known.size)
