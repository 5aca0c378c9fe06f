"""The answer of a calibration: the estimates of each part with their intervals."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from afteraid.simulation.results.answer import Answer, Table
from afteraid.simulation.results.words.numbers import UNKNOWN

from .calibration import Part

HEADINGS = ("Parameter", "Estimate (90% interval)")


def answer_of(parts: Sequence[Part], manifest: Mapping[str, Any]) -> Answer:
    """Return a part for each fit, with its estimates and notes."""
    return Answer("Calibration", parts=tuple(map(_of_part, parts)), manifest=manifest)


def _of_part(part: Part) -> Answer:
    rows = part.estimates.to_dict("records")
    lines = tuple((str(row["name"]), f"{row['estimate']:.4f} ({_interval(row['low'], row['high'])})") for row in rows)
    table = Table("estimates", part.estimates.round(6), HEADINGS, lines)
    return Answer(part.title, tables=(table,), notes=tuple(part.notes))


def _interval(low: float, high: float) -> str:
    """Write an interval; a dash where there are too few refits for one."""
    return UNKNOWN if math.isnan(low) else f"{low:.4f} to {high:.4f}"
