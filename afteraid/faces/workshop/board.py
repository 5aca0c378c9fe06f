"""The board: worlds in the order of an outcome, and which of them can't be separated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.measures.measure import BAND, Measure
from afteraid.simulation.results.words.numbers import estimate
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.results.words.verdicts import judge, smallest

from .outcomes import Outcomes, scalars_of

SAY = Templates(
    "workshop.board",
    ahead="Ahead of {next} in {most} of {pairs} paired runs.",
    close="Can't be separated from {next}: ahead in {most} of {pairs} paired runs.",
    last="The last one.",
)


@dataclass(frozen=True)
class Place:
    """One world on the board.

    Attributes:
        title: of the world.
        rank: from 1; worlds that can't be separated from their neighbours share one.
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
    rank = 1
    for place, title in enumerate(titles):
        after = titles[place + 1] if place + 1 < len(titles) else None
        says, parted = _against(title, after, values, record)
        found.append(Place(title, rank, middles[title], _level(values[title], record), says))
        rank = place + 2 if parted else rank
    return found


def _against(title: str, after: str | None, values: Mapping[str, FloatArray], record: Measure) -> tuple[str, bool]:
    """Say how a world stands to the next one, and whether the two can be separated."""
    if after is None:
        return SAY("last"), False
    differences = values[title] - values[after]
    found = judge(differences, smallest(record.matters, middle_of(values[after])))
    most = found.below if record.better == "less" else found.above
    return SAY("ahead" if found.clear else "close", next=after, most=most, pairs=found.pairs), found.clear


def middle_of(values: FloatArray) -> float:
    """Return the median of what is known; missing where nothing is."""
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else float("nan")


def _level(values: FloatArray, record: Measure) -> str:
    """Write a level with its interval."""
    known = values[np.isfinite(values)]
    low, high = np.quantile(known, BAND) if known.size else (np.nan, np.nan)
    return estimate(middle_of(values), float(low), float(high), record.short_unit, known.size)
