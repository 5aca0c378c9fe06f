"""Changes, units and names as a reader expects them: points of a share, millions of people, and a sign."""

from __future__ import annotations

import math

from afteraid.simulation.results.summary import people_in_words

from ..study.wording import sentence, spaced

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


def labelled(text: str, unit: str) -> str:
    """Write what an axis shows, with its unit where it has one."""
    return text if unit in ("", "number") else f"{text} ({unit})"


def scale(unit: str) -> float:
    """Return by what a number is multiplied to be in the unit of its axis."""
    return 100.0 if is_share(unit) else 1.0


def change(value: float, unit: str) -> str:
    """Write a difference with its sign: +1.3 points, -45 million, +$2.4."""
    if not math.isfinite(value):
        return "unknown"
    if is_share(unit):
        return f"{plain(100.0 * value)} points"
    sign = "+" if value >= 0.0 else "-"
    return f"{sign}{'$' if unit in _DOLLARS else ''}{people_in_words(abs(value))}{_noun(unit)}"


def width(value: float, unit: str) -> str:
    """Write how far two values lie apart: 1.3 points, 45 million, $2.4."""
    return change(abs(value), unit).removeprefix("+")


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


def in_words(name: str) -> str:
    """Write a name of a column, or a value of a factor, as words: 4.0 is 4."""
    try:
        return f"{float(name):g}"
    except ValueError:
        return spaced(name)


def heading(name: str) -> str:
    """Write a name of a column as the beginning of a title."""
    return sentence(in_words(name))
