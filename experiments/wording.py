"""Numbers of a study as a reader expects them: shares in percent, people and dollars in millions, signed changes."""

from __future__ import annotations

import math
import re

from simulation.summary import people_in_words

from .outcomes import Outcome

POINTS = "percentage points"
_DOLLARS = ("usd", "US dollars of 2023")


def is_share(unit: str) -> bool:
    """Say whether a unit is a share, which reads best in percent."""
    return unit == "share" or unit.startswith("share of")


def unit_of_change(unit: str) -> str:
    """Return the unit of a difference: percentage points for shares."""
    return POINTS if is_share(unit) else unit_in_words(unit)


def unit_in_words(unit: str) -> str:
    """Return a unit as an axis shows it."""
    if is_share(unit):
        return "%" if unit == "share" else f"% of {unit.removeprefix('share of ')}"
    return "US dollars of 2023" if unit in _DOLLARS else unit


def scale(unit: str) -> float:
    """Return by what a number is multiplied to be in the unit of its axis."""
    return 100.0 if is_share(unit) else 1.0


def amount(value: float, unit: str) -> str:
    """Write a level: 63.0%, 1.62 billion, $105, 12.3 years."""
    if not math.isfinite(value):
        return "unknown"
    if is_share(unit):
        return f"{100.0 * value:.1f}%"
    if unit in _DOLLARS:
        return f"${people_in_words(value)}"
    if unit == "year":
        return f"{value:.0f}"
    return f"{people_in_words(value)}{_noun(unit)}"


def change(value: float, unit: str) -> str:
    """Write a difference with its sign: +1.3 points, -45 million, +$2.4."""
    if not math.isfinite(value):
        return "unknown"
    if is_share(unit):
        return f"{plain(100.0 * value)} points"
    sign = "+" if value >= 0.0 else "-"
    return f"{sign}{'$' if unit in _DOLLARS else ''}{people_in_words(abs(value))}{_noun(unit)}"


def between(low: float, high: float, unit: str) -> str:
    """Write an interval of differences, its unit once where both ends share it."""
    ends = change(low, unit), change(high, unit)
    return f"{ends[0].removesuffix(' points') if ends[1].endswith(' points') else ends[0]} to {ends[1]}"


def share_changed(value: float) -> str:
    """Write a relative difference: +12%."""
    return f"{plain(100.0 * value)}%"


def plain(value: float) -> str:
    """Write a signed number with two figures that count, without an exponent."""
    value = float(f"{value:.2g}") if abs(value) < 100.0 else value  # 9.99 has to become 10 before its figures count
    if value == 0.0 or abs(value) >= 10.0:
        return f"{value:+.0f}"
    return f"{value:+.{min(6, 1 - math.floor(math.log10(abs(value))))}f}"


def _noun(unit: str) -> str:
    return f" {unit}" if unit in ("people", "years", "countries") else ""


def words_of(outcome: Outcome) -> str:
    """Return an outcome's name as words: `rural_use_LDC` is rural use LDC."""
    return in_words(outcome.name)


def in_words(name: str) -> str:
    """Write a name of a column, or a value of a factor, as words: 4.0 is 4."""
    try:
        return f"{float(name):g}"
    except ValueError:
        return re.sub(r"[_.]+", " ", name).strip()


def heading(name: str) -> str:
    """Write a name of a column as the beginning of a title."""
    words = in_words(name)
    return f"{words[:1].upper()}{words[1:]}"


def listed(parts: list[str]) -> str:
    """Join words as a sentence does: a, b and c."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
