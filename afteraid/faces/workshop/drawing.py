"""Lines over time with their intervals, as SVG: the one place where the workshop turns a chart into a drawing.

A drawing has classes and no colours; the page's style sheet gives colours, light and dark. The element says by `data-`
attributes where times stand, so that the page can move a mark along them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd

from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.results.charts import Chart
from afteraid.simulation.results.words.names import capitalised
from afteraid.simulation.results.words.numbers import signed, trimmed

WIDTHS, HEIGHT = (720.0, 400.0), 340.0  # of a wide drawing, and of one for a phone
LEFT, TOP, FOOT = 56.0, 34.0, 46.0
LETTER = 8.0  # pixels, about, of a letter of a label
MOST_TICKS = 6
TIMES = ("year", "years")


@dataclass(frozen=True)
class Frame:
    """Where values stand: the ranges of both axes, and the right end of the drawing's lines."""

    first: float
    last: float
    low: float
    high: float
    right: float
    width: float

    def x(self, time: float) -> float:
        """Return where a time stands."""
        return LEFT + (time - self.first) / (self.last - self.first) * (self.right - LEFT)

    def y(self, value: float) -> float:
        """Return where a value stands."""
        return HEIGHT - FOOT - (value - self.low) / (self.high - self.low) * (HEIGHT - FOOT - TOP)


def draw(chart: Chart, words: str, events: Sequence[float] = (), narrow: bool = False) -> str:
    """Draw a chart of one of the kinds difference, fan and curves.

    Args:
        chart: what is drawn.
        words: what somebody hears who can't see it.
        events: times that are marked on the axis.
        narrow: for a phone.
    """
    time = time_of(chart.table)
    groups = [(str(name), part) for name, part in chart.table.groupby("group", sort=False)]
    change = chart.kind == "difference"
    frame = _frame(chart.table, time, max(len(_end(name, part, change)) for name, part in groups), narrow)
    marks = [_axes(frame, chart, change), _marks(frame, events)]
    marks += [_interval(frame, part, time, place) for place, (_, part) in enumerate(groups)]
    marks += [_line(frame, part, time, place) for place, (_, part) in enumerate(groups)]
    marks.append(_labels(frame, groups, change))
    ends = (
        f'data-first="{frame.first:g}" data-last="{frame.last:g}" data-left="{LEFT:g}" data-right="{frame.right:.1f}"'
    )
    heights = f'data-top="{TOP:g}" data-foot="{HEIGHT - FOOT:g}"'
    size = f'viewBox="0 0 {frame.width:g} {HEIGHT:g}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="drawing" role="img" {size} {ends} {heights}>'
        f"<title>{escape(chart.title)}</title><desc>{escape(words)}</desc>{''.join(marks)}</svg>"
    )


def time_of(table: pd.DataFrame) -> str:
    """Return the name of the column of times."""
    return next(name for name in TIMES if name in table)


def _frame(table: pd.DataFrame, time: str, letters: int, narrow: bool) -> Frame:
    """Return axes that hold all values, and zero, with room for the labels at the ends of lines."""
    values = table[["low", "median", "high"]].to_numpy(float)
    known = np.append(values[np.isfinite(values)], 0.0)
    low, high = _around(float(known.min()), float(known.max()))
    times = table[time].to_numpy(float)
    first, width = float(times.min()), WIDTHS[narrow]
    return Frame(first, max(float(times.max()), first + 1.0), low, high, width - 14.0 - LETTER * letters, width)


def _step(width: float) -> float:
    """Return a round step that cuts a range into at most so many parts."""
    size = 10.0 ** math.floor(math.log10(width / MOST_TICKS))
    return next(size * factor for factor in (1, 2, 5, 10, 20) if width / (size * factor) <= MOST_TICKS)


def _around(low: float, high: float) -> tuple[float, float]:
    """Widen a range to round numbers; a range of nothing gets one on each side."""
    if high - low < 1e-9:
        return low - 1.0, high + 1.0
    step = _step(high - low)
    return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step


def _ticks(low: float, high: float) -> list[float]:
    """Return round numbers from one to the other."""
    step = _step(high - low)
    first = math.ceil(low / step - 1e-9)
    return [round(number * step, 9) for number in range(first, math.floor(high / step + 1e-9) + 1)]


def _axes(frame: Frame, chart: Chart, change: bool) -> str:
    """Draw grid lines with their numbers, times, and what both axes show."""
    drawn = [f'<text class="note" x="0" y="14">{escape(chart.up)}</text>']
    for value in _ticks(frame.low, frame.high):
        height, kind = frame.y(value), "zero" if value == 0.0 else "grid"
        said = f"{'+' if change and value > 0.0 else ''}{trimmed(value, 3)}"
        drawn.append(f'<line class="{kind}" x1="{LEFT:g}" x2="{frame.right:.1f}" y1="{height:.1f}" y2="{height:.1f}"/>')
        drawn.append(f'<text class="note" x="{LEFT - 8:g}" y="{height + 4.5:.1f}" text-anchor="end">{said}</text>')
    for time in _ticks(frame.first, frame.last):
        place = f'x="{frame.x(time):.1f}" y="{HEIGHT - FOOT + 24:g}"'
        drawn.append(f'<text class="note" {place} text-anchor="middle">{time:g}</text>')
    drawn.append(f'<text class="note" x="{LEFT:g}" y="{HEIGHT - 6:g}">{escape(chart.across)}</text>')
    return "".join(drawn)


def _marks(frame: Frame, events: Sequence[float]) -> str:
    """Draw a small mark on the axis at each time in which something begins."""
    foot = HEIGHT - FOOT
    return "".join(
        f'<path class="event" d="M{frame.x(time):.1f},{foot:g}l-5,8h10z"/>'
        for time in sorted(set(events))
        if frame.first <= time <= frame.last
    )


def _points(frame: Frame, times: FloatArray, values: FloatArray) -> list[str]:
    """Return the places of the values that are known."""
    return [
        f"{frame.x(float(time)):.1f},{frame.y(float(value)):.1f}"
        for time, value in zip(times, values, strict=True)
        if np.isfinite(value)
    ]


def _interval(frame: Frame, part: pd.DataFrame, time: str, place: int) -> str:
    """Draw the 90% interval of a group, where there is one."""
    times = part[time].to_numpy(float)
    upper = _points(frame, times, part["high"].to_numpy(float))
    lower = _points(frame, times, part["low"].to_numpy(float))
    return f'<path class="wide f{place}" d="M{"L".join([*upper, *reversed(lower)])}Z"/>' if upper else ""


def _line(frame: Frame, part: pd.DataFrame, time: str, place: int) -> str:
    """Draw the median of a group."""
    points = _points(frame, part[time].to_numpy(float), part["median"].to_numpy(float))
    return f'<path class="line s{place}" d="M{"L".join(points)}"/>' if points else ""


def _last(part: pd.DataFrame) -> float:
    """Return the last median that is known."""
    known = part["median"].to_numpy(float)
    known = known[np.isfinite(known)]
    return float(known[-1]) if known.size else 0.0


def _end(name: str, part: pd.DataFrame, change: bool) -> str:
    """Write the label at the end of a line."""
    return f"{capitalised(name)} {signed(_last(part)) if change else trimmed(_last(part), 1)}"


def _labels(frame: Frame, groups: list[tuple[str, pd.DataFrame]], change: bool) -> str:
    """Write a label at the end of each line; two that would overlap are moved apart."""
    heights = [frame.y(_last(part)) + 4.5 for _, part in groups]
    if len(heights) == 2 and abs(heights[0] - heights[1]) < 17.0:
        middle, down = sum(heights) / 2.0, 8.5 if heights[0] >= heights[1] else -8.5
        heights = [middle + down, middle - down]
    return "".join(
        f'<text class="i{place}" x="{frame.right + 8:.1f}" y="{height:.1f}">{escape(_end(name, part, change))}</text>'
        for place, ((name, part), height) in enumerate(zip(groups, heights, strict=True))
    )
