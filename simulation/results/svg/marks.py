"""Marks: the elements of a drawing as text, escaped, with numbers of one digit after the point."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from html import escape
from itertools import pairwise

Point = tuple[float, float]
SIZE, NOTE_SIZE, LINE_OF_TEXT = 14.0, 12.0, 17.0  # pixels: of text, of notes, from line to line
ALIKE = 0.5  # pixels: two lines no further apart look like one
# widths of signs over the size of the text: of a wide bold sans serif, so that labels have room in other fonts too
_WIDE, _USUAL, _NARROW = 1.02, 0.71, 0.40
_WIDE_SIGNS, _NARROW_SIGNS = "MWmw@%", "iljtfI.,:;'|!()[] -"


def element(name: str, *inside: str, **attributes: object) -> str:
    """Return an element; an underscore at the end or within a name of an attribute stands for what Python forbids."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_said(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{''.join(inside)}</{name}>" if inside else f"<{name}{written}/>"


def text(at: Point, words: str, **attributes: object) -> str:
    """Return words at a point."""
    return element("text", escape(words), x=at[0], y=at[1], **attributes)


def line(start: Point, end: Point, **attributes: object) -> str:
    """Return a straight line."""
    return element("line", x1=start[0], y1=start[1], x2=end[0], y2=end[1], **attributes)


def path(points: Sequence[Point], closed: bool = False, **attributes: object) -> str:
    """Return a line through points, closed to an area if so asked; nothing where there is no point."""
    if not points:
        return ""
    tenths = [(round(10.0 * x), round(10.0 * y)) for x, y in thinned(points)]
    steps = [(x - before, y - above) for (before, above), (x, y) in pairwise(tenths)]
    drawn = f"M{_tenths(tenths[0])}" + (f"l{' '.join(map(_tenths, steps))}" if steps else "") + ("Z" if closed else "")
    return element("path", d=drawn, **attributes)


def thinned(points: Sequence[Point]) -> list[Point]:
    """Leave out points within ALIKE of the straight line that replaces them, by the method of Douglas and Peucker.

    Source: Douglas and Peucker 1973, Cartographica 10(2). The first and the last point stay.
    """
    keep, parts = {0, len(points) - 1}, [(0, len(points) - 1)]
    while parts:
        first, last = parts.pop()
        (x, y), (right, foot) = points[first], points[last]
        long = math.hypot(right - x, foot - y)
        furthest, most = first, ALIKE
        for place in range(first + 1, last):
            across, down = points[place][0] - x, points[place][1] - y
            off = abs(across * (foot - y) - down * (right - x)) / long if long else math.hypot(across, down)
            if off > most:
                furthest, most = place, off
        if furthest > first:
            keep.add(furthest)
            parts += [(first, furthest), (furthest, last)]
    return [points[place] for place in sorted(keep)]


def width_of(words: str, size: float = SIZE) -> float:
    """Return how wide words are at most, in pixels, in bold letters of a common sans serif of that size."""
    return size * sum(_WIDE if sign in _WIDE_SIGNS else _NARROW if sign in _NARROW_SIGNS else _USUAL for sign in words)


def folded(words: str, room: float, size: float = SIZE) -> list[str]:
    """Return words in lines that fit a room of so many pixels; a long word stands on a line of its own."""
    return textwrap.wrap(words, max(6, int(room / (size * 0.66))), break_long_words=False) or [""]


def apart(heights: Sequence[float], sizes: Sequence[float], low: float, high: float) -> list[float]:
    """Move the middles of blocks of some sizes apart until none overlaps, within low and high; order is kept."""
    order = sorted(range(len(heights)), key=lambda place: heights[place])
    moved, top = list(heights), low
    for place in order:
        moved[place] = max(moved[place], top + sizes[place] / 2.0)
        top = moved[place] + sizes[place] / 2.0
    foot = high
    for place in reversed(order):
        moved[place] = min(moved[place], foot - sizes[place] / 2.0)
        foot = moved[place] - sizes[place] / 2.0
    return moved


def _tenths(point: tuple[int, int]) -> str:
    """Write a point or a step that is given in tenths of a pixel."""
    return ",".join(_said(number / 10.0) for number in point)


def _said(value: object) -> str:
    """Write a value of an attribute; a number with at most one digit after the point."""
    if isinstance(value, float):
        written = f"{value:.1f}".removesuffix(".0")
        return "0" if written == "-0" else written
    return str(value)
