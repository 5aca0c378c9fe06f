"""Lines over time: wide bands for 90% of runs, narrow ones for half of them, and a name at the end of each line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ...basis.late import pd
from ...basis.units import FloatArray
from ...measures.measure import UNIVERSAL_USE
from ..charts import QUANTILES, Chart, telling
from ..looks import MOST_SERIES, places
from ..words.names import label, said_as
from ..words.numbers import signed
from .axes import FOOT, TOP, Label, Paper, Span, across, around, end_labels, from_to, left_of, room_for, short, upright
from .marks import LINE_OF_TEXT, Point, element, line, path, text

TIMES = ("year", "years")
TARGET = "target"  # a column: a level to reach; `data_until`: the last year of data


@dataclass(frozen=True)
class Series:
    """One line: its key, its name, times, and by quantile its values, all of one length."""

    key: str
    name: str
    times: FloatArray
    values: Mapping[str, FloatArray]

    @property
    def end(self) -> float:
        """Return the last known value of the middle."""
        return float(known(self.values["median"])[-1])


def draw_fan(chart: Chart, paper: Paper) -> tuple[str, str, float]:
    """Draw a measure over the years, a line a group. Returns marks, words and height."""
    factor = 100.0 if chart.kind == "use" else 1.0
    if chart.kind == "use" and TARGET not in chart.table:
        chart = replace(chart, table=chart.table.assign(target=factor * UNIVERSAL_USE.value))
    time = time_of(chart.table)
    found = [
        _series(str(group), part, time, [name for name in QUANTILES if name in part], factor)
        for group, part in chart.table.groupby("group", sort=False, observed=True)
    ]
    return _lines(_first_or_most_different(found), chart, paper, from_zero=chart.kind != "difference")


def draw_curves(chart: Chart, paper: Paper) -> tuple[str, str, float]:
    """Draw what still serves, a line an exit strategy or another label. Returns marks, words and height."""
    found = []
    for name, part in chart.table.groupby("group", sort=False, observed=True):
        found.append(_series(str(name), part, "years", ["low", "median", "high"], 1.0))
    return _lines(_first_or_most_different(found), chart, paper)


def draw_survival(chart: Chart, paper: Paper) -> tuple[str, str, float]:
    """Draw the most telling curves of survival of a run, from 100% at zero. Returns marks, words and height."""
    found = []
    for name, part in telling(chart.table).groupby("value", sort=True, observed=True):
        times = np.concatenate([[0.0], part["years_after_exit"].to_numpy(float)])
        curves = {
            quantile: 100.0 * np.concatenate([[1.0], part[column].to_numpy(float)])
            for quantile, column in (("median", "survival"), ("low", "low"), ("high", "high"))
        }
        found.append(Series(str(name), label(str(name)), times, curves))
    return _lines(found, chart, paper)


def time_of(table: pd.DataFrame) -> str:
    """Return the column of times: years of the calendar, or years since something happened."""
    return next(name for name in TIMES if name in table)


def known(values: FloatArray) -> FloatArray:
    """Return the values that are known; zero where none is."""
    some: FloatArray = values[np.isfinite(values)]
    return some if some.size else np.zeros(1)


def _series(key: str, part: pd.DataFrame, time: str, names: list[str], factor: float) -> Series:
    values = {name: factor * part[name].to_numpy(float) for name in names}
    return Series(key, label(key), part[time].to_numpy(float), values)


def _first_or_most_different(found: list[Series]) -> list[Series]:
    """Return at most four series: the highest and the lowest at the end, and two between, spread out."""
    if len(found) <= MOST_SERIES:
        return found
    order = sorted(found, key=lambda one: one.end)
    chosen = sorted({round(place) for place in np.linspace(0, len(order) - 1, MOST_SERIES)})
    return [order[place] for place in reversed(chosen)]


def _lines(found: list[Series], chart: Chart, paper: Paper, from_zero: bool = True) -> tuple[str, str, float]:
    """Draw series with their intervals on common axes."""
    every = np.concatenate([known(values) for one in found for values in one.values.values()])
    low, high = around(min(0.0, float(every.min())), max(float(every.max()), 0.0 if not from_zero else -np.inf))
    most = 90.0 if paper.narrow else 170.0
    names = [f"{one.name} {short(one.end, 1) if from_zero else said_as.get()(signed(one.end))}" for one in found]
    left, right = left_of(low, high), paper.width - room_for(names, most)
    foot = paper.height - FOOT - (LINE_OF_TEXT if chart.across else 0.0)
    times = np.concatenate([one.times for one in found])
    along = Span(float(times.min()), max(float(times.max()), float(times.min()) + 1.0), left, right)
    up = Span(low, high, foot, TOP)
    looks = list(places(one.key for one in found).values())
    marks = [upright(up, left, right, chart.up, paper), across(along, foot, paper, chart.across)]
    marks += [frame(along, up), *_marked(chart, along, up, right)]
    for one, look in zip(found, looks, strict=True):
        marks += _bands(one, look, along, up)
    for one, look in zip(found, looks, strict=True):
        marks.append(path(_points(one.times, one.values["median"], along, up), class_=f"line s{look}"))
    ends = [Label(name, up.at(one.end), str(look)) for one, name, look in zip(found, names, looks, strict=True)]
    marks += end_labels(ends, right + 8.0, most, 18.0, foot + 12.0)
    return "".join(marks), _words(found, chart), paper.height


def frame(along: Span, up: Span) -> str:
    """Say where times and values stand, for a page that moves a mark along the lines."""
    return element(
        "g", class_="frame", data_first=along.low, data_last=along.high, data_left=along.start, data_right=along.end,
        data_top=up.end, data_foot=up.start,
    )  # fmt: skip


def _marked(chart: Chart, along: Span, up: Span, right: float) -> list[str]:
    """Draw a level to reach, and where the data end."""
    drawn = []
    if TARGET in chart.table and chart.table[TARGET].notna().any():
        height = up.at(float(chart.table[TARGET].dropna().iloc[0]))
        drawn.append(line((along.start, height), (right, height), class_="target"))
    until = float(chart.table["data_until"].max()) if "data_until" in chart.table else np.nan
    if along.low < until < along.high:
        place = along.at(until)
        drawn += [
            line((place, up.end), (place, up.start), class_="target"),
            text((place - 5.0, up.end + 10.0), "data", class_="note", text_anchor="end"),
            text((place + 5.0, up.end + 10.0), "projection", class_="note"),
        ]
    return drawn


def _bands(one: Series, look: int, along: Span, up: Span) -> list[str]:
    """Draw the intervals of a series."""
    drawn = []
    for kind, below, above in (("wide", "low", "high"), ("narrow", "lower", "upper")):
        if below in one.values:
            upper = _points(one.times, one.values[above], along, up)
            lower = _points(one.times, one.values[below], along, up)
            drawn.append(path([*upper, *reversed(lower)], closed=True, class_=f"{kind} f{look}"))
    return drawn


def _points(times: FloatArray, values: FloatArray, along: Span, up: Span) -> list[Point]:
    """Return the places of the known values."""
    pairs = zip(times, values, strict=True)
    return [(along.at(float(time)), up.at(float(value))) for time, value in pairs if np.isfinite(value)]


def _words(found: list[Series], chart: Chart) -> str:
    """Say where each line begins and ends."""
    said = [f"{chart.title}. {chart.up}."]
    for one in found:
        first = short(float(known(one.values["median"])[0]), 1)
        said.append(from_to(one.name, (one.times[0], first), (one.times[-1], short(one.end, 1))))
    return " ".join(said)
