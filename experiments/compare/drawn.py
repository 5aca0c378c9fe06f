"""Comparisons and answers of planners, drawn with matplotlib: intervals, bars, the calendar and lines over time."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from afteraid.simulation.results.answer import Answer
from afteraid.simulation.results.charts import Chart
from afteraid.simulation.results.drawing import NOTE, heading, plain_axes, save
from afteraid.simulation.results.looks import look
from afteraid.simulation.results.words.numbers import figures
from afteraid.simulation.results.words.verdicts import CLEAR

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDE, TOP, ROW, HIGH = 9.0, 1.8, 0.38, 5.0  # inches: width, room for title and note, a line, a figure without lines
NAME_LETTERS, NOTE_LETTERS = 36, 125
NAME_APART = 4.5  # percentage points between names at the ends of lines
PALE = 0.4  # of what is not clear
INK = "#222222"


def draw(chart: Chart) -> Figure | None:
    """Draw a chart; None for a kind that only pages draw."""
    from matplotlib.figure import Figure  # here, since importing matplotlib takes longer than reading a result

    drawer = DRAWERS.get(chart.drawn_as())
    if drawer is None or chart.table.empty:
        return None
    high = TOP + ROW * max(len(chart.table), 3) if "label" in chart.table else HIGH
    figure = Figure(figsize=(WIDE, high), layout="constrained")
    axes = figure.add_subplot()
    plain_axes(axes, "x" if "label" in chart.table else "y")
    drawer(axes, chart)
    axes.set_xlabel(chart.across)
    axes.set_ylabel(chart.up)
    heading(figure, _plain(chart.title))
    figure.supxlabel(textwrap.fill(_plain(chart.note), NOTE_LETTERS), x=0.01, ha="left", fontsize=8, color=NOTE)
    return figure


def _plain(text: str) -> str:
    """Return a text in which matplotlib reads a dollar sign as that."""
    return text.replace("$", "\\$")


def write_charts(answer: Answer, folder: Path, dots: int = 150) -> dict[str, Path]:
    """Draw the charts of an answer as PNG files in a folder, and return the file of each chart by its name."""
    drawn = {chart.name: draw(chart) for chart in answer.all_charts()}
    return {name: save(figure, folder / f"{name}.png", dots) for name, figure in drawn.items() if figure is not None}


def _lines(axes: Axes, chart: Chart) -> np.ndarray:
    """Lay out a line for each label, the first on top, and return their heights."""
    names = [textwrap.fill(str(name), NAME_LETTERS) for name in chart.table["label"]]
    axes.set_yticks(range(len(names)), names, fontsize=9)
    axes.set_ylim(len(names) - 0.4, -0.6)
    return np.arange(len(names), dtype=float)


def draw_spans(axes: Axes, chart: Chart) -> None:
    """Draw an interval for each label, pale where it is not clear."""
    table, at = chart.table, _lines(axes, chart)
    low, median, high = (table[name].to_numpy(float) for name in ("low", "median", "high"))
    strong = np.where(table["verdict"] == CLEAR, 1.0, PALE)
    colour = look(0).colour
    for place, alpha in zip(at.astype(int), strong, strict=True):
        axes.hlines(place, low[place], high[place], color=colour, linewidth=5, alpha=0.45 * alpha)
        axes.plot(median[place], place, "o", color=colour, alpha=alpha)
        axes.annotate(
            figures(float(median[place])), (np.fmax(high[place], median[place]), place), (6, 0),
            textcoords="offset points", va="center", fontsize=9,
        )  # fmt: skip
    axes.axvline(0.0, color=INK, linewidth=0.9)
    axes.margins(x=0.12)


def _bars(axes: Axes, chart: Chart) -> None:
    """Draw a bar for each label, with its number."""
    values, at = chart.table["value"].to_numpy(float), _lines(axes, chart)
    axes.barh(at, values, height=0.6, color=look(0).colour)
    for place, value in zip(at, values, strict=True):
        axes.annotate(figures(value), (value, place), (5, 0), textcoords="offset points", va="center", fontsize=9)
    axes.margins(x=0.12)


def _calendar(axes: Axes, chart: Chart) -> None:
    """Stack what each part leaves in a year, and draw lines over the columns."""
    bars = chart.table[chart.table["role"] == "bar"]
    years = np.unique(bars["year"].to_numpy())
    bottom = np.zeros(years.size)
    for place, (part, rows) in enumerate(bars.groupby("part", sort=False)):
        values = rows.set_index("year")["value"].reindex(years).fillna(0.0).to_numpy(float)
        shown = look(place)
        axes.bar(years, values, bottom=bottom, width=0.8, color=shown.colour, hatch=shown.hatch, label=str(part))
        bottom += values
    for part, rows in chart.table[chart.table["role"] == "line"].groupby("part", sort=False):
        axes.plot(rows["year"], rows["value"], color=INK, linewidth=1.8, marker="o", markersize=3, label=str(part))
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False, fontsize=9)


def _fan(axes: Axes, chart: Chart) -> None:
    """Draw a line with its intervals for each group, dashed after the last year of data."""
    ends: list[tuple[float, str, str]] = []
    until = float(chart.table["data_until"].iloc[0]) if "data_until" in chart.table else np.inf
    for place, (group, part) in enumerate(chart.table.groupby("group", sort=False)):
        colour, years = look(place).colour, part["year"].to_numpy(float)
        axes.fill_between(years, part["low"], part["high"], color=colour, alpha=0.15, linewidth=0)
        axes.fill_between(years, part["lower"], part["upper"], color=colour, alpha=0.3, linewidth=0)
        for style, shown in (("-", years <= until), ("--", years >= until)):
            axes.plot(years[shown], part["median"].to_numpy(float)[shown], style, color=colour, linewidth=2)
        ends.append((float(part["median"].iloc[-1]), str(group), colour))
    height = -np.inf
    for level, group, colour in sorted(ends):  # names one above the other, where lines end side by side
        height = max(level, height + NAME_APART)
        axes.annotate(group, (float(chart.table["year"].max()), height), (6, 0), textcoords="offset points",
                      va="center", color=colour)  # fmt: skip
    if np.isfinite(until):
        axes.axvline(until, color=NOTE, linewidth=0.8, linestyle=":")
    axes.set_ylim(0.0, 100.0)


DRAWERS: dict[str, Callable[[Axes, Chart], None]] = {
    "spans": draw_spans, "bars": _bars, "calendar": _calendar, "fan": _fan,
}  # fmt: skip
