"""Axes: where a value stands in a drawing, round numbers along a side, and the lines behind the data."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..words.names import said_as
from ..words.numbers import figures, trimmed
from .marks import LINE_OF_TEXT, NOTE_SIZE, SIZE, apart, folded, line, text, width_of

TOP, FOOT = 34.0, 34.0


@dataclass(frozen=True)
class Paper:
    """The size of a drawing in pixels, before a page scales it; a narrow one is for telephones."""

    width: float
    height: float

    @property
    def narrow(self) -> bool:
        """Say whether a telephone shows it."""
        return self.width < 500.0


WIDE, NARROW = Paper(600.0, 360.0), Paper(350.0, 320.0)
BROAD = Paper(940.0, 380.0)  # of what takes the whole width of a page


@dataclass(frozen=True)
class Span:
    """One axis: its lowest and highest value, and where these stand in pixels."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Return where a value stands."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


@dataclass(frozen=True)
class Label:
    """A name at the end of a line or of a layer: its words, the height of its end, and its class."""

    words: str
    end: float
    look: str


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Return round numbers within a range: multiples of 1, 2 or 5 times a power of ten, at most so many."""
    if not high > low:
        return [low]
    step = 10.0 ** math.floor(math.log10((high - low) / most))
    step *= next(factor for factor in (1, 2, 5, 10, 20) if (high - low) / (step * factor) < most)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(number * step, 10) for number in range(first, last + 1)]


def numbered(low: float, high: float, most: int = 6) -> list[tuple[float, str]]:
    """Return the round numbers within a range as they are written: with digits that tell one from the next."""
    found = ticks(low, high, most)
    digits = max(2, -math.floor(math.log10(found[1] - found[0]) + 1e-9)) if len(found) > 1 else 2
    return [(value, short(value, digits)) for value in found]


def around(low: float, high: float) -> tuple[float, float]:
    """Widen a range to round numbers, so that the data end inside; a range of one value gets room on both sides."""
    if high <= low:
        low, high = low - 1.0, high + 1.0
    marks = ticks(low, high)
    step = marks[1] - marks[0] if len(marks) > 1 else high - low
    return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step


def left_of(low: float, high: float) -> float:
    """Return the room that the numbers of an upright axis need at its left."""
    return 14.0 + max(width_of(number, NOTE_SIZE) for _, number in numbered(low, high))


def upright(span: Span, left: float, right: float, title: str, paper: Paper) -> str:
    """Draw the axis of values: a grid line and a number at each round value, and above it what it shows."""
    size = min(NOTE_SIZE, NOTE_SIZE * paper.width / max(width_of(title, NOTE_SIZE), 1.0))
    drawn = [text((0.0, 14.0), title, class_="note", font_size=size if size < NOTE_SIZE else None)]
    for value, number in numbered(span.low, span.high):
        height = span.at(value)
        drawn += [
            line((left, height), (right, height), class_="zero" if value == 0.0 else "grid"),
            text((left - 8.0, height + 4.5), number, class_="note", text_anchor="end"),
        ]
    return "".join(drawn)


def across(span: Span, foot: float, paper: Paper, title: str = "", years: bool = True) -> str:
    """Draw the axis along the bottom: round numbers, and below them what it shows; of years only whole ones."""
    most = max(4, int(abs(span.end - span.start) / 55.0))
    drawn = []
    for value, number in numbered(span.low, span.high, most):
        if years and value != round(value):
            continue
        number = f"{value:.0f}" if years else number
        half = width_of(number, NOTE_SIZE) / 2.0
        place = min(max(span.at(value), half), paper.width - half)
        drawn.append(text((place, foot + 20.0), number, class_="note", text_anchor="middle"))
    if title:
        drawn.append(text((0.0 if paper.narrow else span.start, foot + 38.0), title, class_="note"))
    return "".join(drawn)


def short(value: float, digits: int = 2) -> str:
    """Write a number of an axis or at the end of a line: 0.25, 12, 40,000 or 3 million."""
    return said_as.get()(trimmed(value, digits) if abs(value) < 1e5 else figures(value).replace(".00", ""))


def from_to(name: str, first: tuple[float, str], last: tuple[float, str]) -> str:
    """Say where a line or a layer begins and ends: each end is a year or a time, and the number there in words."""
    say = said_as.get()
    (start, at_first), (end, at_last) = first, last
    ends = say("from {first} at {start} to {last} at {end}").format(
        first=at_first, start=f"{start:.0f}", last=at_last, end=f"{end:.0f}"
    )
    return say("{first}: {second}").format(first=name, second=ends) + "."


def room_for(names: list[str], most: float) -> float:
    """Return the room that names at the ends of lines need at the right, each in lines of text no wider than `most`."""
    return 16.0 + max((width_of(part) for name in names for part in folded(name, most)), default=0.0)


def end_labels(labels: list[Label], left: float, most: float, top: float, foot: float) -> list[str]:
    """Write names at the ends of lines, moved apart where they would overlap, each with a leader to its end."""
    lines = [folded(one.words, most) for one in labels]
    sizes = [LINE_OF_TEXT * len(parts) for parts in lines]
    drawn = []
    for one, parts, size, middle in zip(
        labels, lines, sizes, apart([one.end for one in labels], sizes, top, foot), strict=True
    ):
        if abs(one.end - middle) > 3.0:
            drawn.append(line((left - 7.0, one.end), (left - 1.0, middle), class_=f"leader s{one.look}"))
        first = middle - size / 2.0 + SIZE - 1.0
        drawn += [
            text((left + 2.0, first + LINE_OF_TEXT * row), part, class_=f"i{one.look}")
            for row, part in enumerate(parts)
        ]
    return drawn
