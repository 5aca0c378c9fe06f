"""How numbers are said: the only place that turns a value with a unit into words.

A *level* is what an outcome is (83.2%, 1.62 billion people, US$1,002); a *change* is a difference of two levels (+1.3
percentage points). An interval follows its number in brackets, and names its unit once. Units are those of the
catalogue of measures: ``share`` (of one, said in percent), ``people``, ``usd``, ``year``, ``years``, ``ratio`` and so
on; ``points`` are percentage points.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from ...measures import measure
from ...measures.measure import DOLLARS as MONEY
from .verdicts import LEAST_DRAWS

UNKNOWN = "-"
POINTS = "percentage points"
DOLLARS = ("usd", MONEY, "dollars")
_SIZES = ((1e12, " trillion"), (1e9, " billion"), (1e6, " million"))
_NOUNS = ("people", "years", "countries")
_WHOLE = ("countries", "year")
_TWO_DIGITS = ("ratio", "log", "index")


def is_share(unit: str) -> bool:
    """Say whether a unit is a share, which reads best in percent."""
    return unit == "%" or measure.is_share(unit)


def is_money(unit: str) -> bool:
    """Say whether a unit is money: constant 2023 US dollars."""
    return unit in DOLLARS


def figures(value: float) -> str:
    """Write a number with three figures: 1.62 billion, 301 million, 45,200, 0.34."""
    for size, word in _SIZES:
        if abs(value) >= size * 0.9995:
            digits = max(0, 2 - int(math.log10(max(abs(value) / size, 1.0))))
            return f"{value / size:.{digits}f}{word}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def trimmed(value: float, digits: int, grouped: bool = True) -> str:
    """Write a number with up to so many digits after the point, and no idle zeros."""
    text = f"{value:,.{digits}f}" if grouped else f"{value:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def level(value: float, unit: str, noun: bool = True, idle_zeros: bool = False) -> str:
    """Write a level with its unit; a dash where the value is not known.

    Args:
        value: in the unit; a share is from 0 to 1.
        unit: as the catalogue of measures has it.
        noun: name the unit behind the number where the unit is a noun (people, years, countries).
        idle_zeros: keep the zero of 40.0%, as tables do.
    """
    if not math.isfinite(value):
        return UNKNOWN
    if is_share(unit):
        if abs(value) < 0.01 and value != 0.0:
            return f"{100.0 * value:.2g}%"
        return f"{100.0 * value:.1f}%" if idle_zeros else f"{trimmed(100.0 * value, 1)}%"
    if is_money(unit):
        return f"{'-' if value < 0 else ''}US${figures(abs(value))}"
    if unit in _WHOLE:
        text = f"{value:.0f}"
    elif unit in _TWO_DIGITS:
        text = f"{value:.2f}"
    elif unit == "years":
        text = trimmed(value, 1)
    else:
        text = figures(value)
    return f"{text} {unit}" if noun and unit in _NOUNS else text


def interval(low: float, high: float, unit: str, noun: bool = True) -> str:
    """Write an interval of levels, its unit once: 78.0 to 87.6%."""
    first, last = level(low, unit, False, True), level(high, unit, noun, True)
    size = next((word for _, word in _SIZES if first.endswith(word) and word in last), "%")
    return f"{first.removesuffix(size)} to {last.removeprefix('US$')}"


def levels(values: Sequence[float], unit: str) -> list[str]:
    """Write levels that are compared with each other: in one size, with two digits of their range.

    So 13.33% and 13.31% differ, where each by itself is 13.3%.
    """
    known = [value for value in values if math.isfinite(value)]
    if not known or unit in _WHOLE:
        return [level(value, unit, noun=False) for value in values]
    largest = max(map(abs, known))
    size, word = next(((size, word) for size, word in _SIZES if largest >= size * 0.9995), (1.0, ""))
    if is_share(unit):
        size, word = 0.01, "%"
    apart = (max(known) - min(known)) / size
    digits = 1 - math.floor(math.log10(apart)) if 0.0 < apart < 1.0 else 1

    def said(value: float) -> str:
        if not math.isfinite(value) or (value == 0.0 and not is_share(unit)):
            return level(value, unit, noun=False)
        number = abs(value) / size
        text = f"{number:.{digits}f}" if is_share(unit) or 0.0 < apart < 1.0 else figures(number)
        sign = "-" if value < 0.0 else ""
        return f"{sign}{'US$' if is_money(unit) else ''}{text}{word}"

    return [said(value) for value in values]


def estimate(median: float, low: float, high: float, unit: str, runs: int | None = None) -> str:
    """Write a level with its interval in brackets; of too few runs there is none, and of too few values a dash."""
    said = level(median, unit, noun=False, idle_zeros=True)
    if said == UNKNOWN or (runs is not None and runs < LEAST_DRAWS):
        return said
    if not math.isfinite(low):
        return f"{said} ({UNKNOWN})"
    return f"{said} ({interval(low, high, unit, noun=False)})"


def change(value: float, unit: str) -> str:
    """Write a difference with its sign: +1.3 percentage points, -45 million people, +US$2.4."""
    if not math.isfinite(value):
        return UNKNOWN
    if is_share(unit) or unit == "points":
        return f"{signed(value if unit == 'points' else 100.0 * value)} {POINTS}"
    sign = "+" if value >= 0.0 else "-"
    noun = f" {unit}" if unit in _NOUNS else ""
    return f"{sign}{'US$' if is_money(unit) else ''}{figures(abs(value))}{noun}"


def width(value: float, unit: str) -> str:
    """Write how far two levels lie apart: 1.3 percentage points, 45 million, US$2.4."""
    return change(abs(value), unit).removeprefix("+")


def changes(low: float, high: float, unit: str) -> str:
    """Write an interval of differences, its unit once: +0.4 to +2.1 percentage points."""
    ends = change(low, unit), change(high, unit)
    for noun in (POINTS, *_NOUNS):
        if ends[1].endswith(f" {noun}"):
            return f"{ends[0].removesuffix(f' {noun}')} to {ends[1]}"
    return f"{ends[0]} to {ends[1]}"


def estimated_change(value: float, low: float, high: float, unit: str) -> str:
    """Write a difference with its interval in brackets, the unit once: +1.3 percentage points (+0.4 to +2.1)."""
    ends = changes(low, high, unit)
    noun = next((noun for noun in (POINTS, *_NOUNS) if ends.endswith(f" {noun}")), "")
    return f"{change(value, unit)} ({ends.removesuffix(f' {noun}')})"


def relative(value: float) -> str:
    """Write a relative difference: +12%."""
    return f"{signed(100.0 * value)}%"


def relatives(low: float, high: float) -> str:
    """Write an interval of relative differences, its sign of percent once: +4.1 to +12%."""
    return f"{signed(100.0 * low)} to {signed(100.0 * high)}%"


def counted(number: int, one: str, many: str = "") -> str:
    """Write how many there are of something: 1 run, 1,200 runs."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def magnitude(largest: float) -> tuple[float, str]:
    """Return by what the numbers of an axis are divided, and the word for that, before a unit: million, or nothing."""
    sizes = (*_SIZES, (1e3, " thousand"))
    return next(((size, f"{word.strip()} ") for size, word in sizes if largest >= size), (1.0, ""))


def signed(value: float) -> str:
    """Write a signed number with two figures that count, without an exponent."""
    value = float(f"{value:.2g}") if abs(value) < 100.0 else value  # 9.99 has to become 10 before its figures count
    if value == 0.0 or abs(value) >= 10.0:
        return f"{value:+.0f}"
    return f"{value:+.{min(6, 1 - math.floor(math.log10(abs(value))))}f}"


def unit_of_level(unit: str) -> str:
    """Return a unit as an axis of levels shows it."""
    if is_share(unit):
        return "%" if unit in ("share", "%") else f"% of {unit.removeprefix('share of ')}"
    return MONEY if is_money(unit) else unit


def unit_of_change(unit: str) -> str:
    """Return a unit as an axis of differences shows it: percentage points for shares."""
    return POINTS if is_share(unit) or unit == "points" else unit_of_level(unit)


def labelled(text: str, unit: str) -> str:
    """Write what an axis shows, with its unit where it has one."""
    return text if unit in ("", "number") else f"{text} ({unit})"


def scale(unit: str) -> float:
    """Return by what a number is multiplied to be in the unit of its axis."""
    return 100.0 if is_share(unit) else 1.0
