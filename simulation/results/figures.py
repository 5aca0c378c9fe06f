"""The figures of a study, drawn with matplotlib from their charts: who is online, what survives, who pays, and more.

The charts are tidy tables with title and units (see `charts.py`); another drawing tool can use the same ones.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..measures.measure import UNIVERSAL_USE
from .charts import QUANTILES, Chart, ResultTables, eras_in_view, subtitle_of
from .drawing import NOTE, plain_axes, save
from .gallery import charts
from .looks import look, looks
from .panels import draw_panels
from .words.names import label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def draw_use(axes: Axes, chart: Chart) -> None:
    """Draw a fan for each group and the line of universal use."""
    labels: list[tuple[float, str, str]] = []
    for place, (group, part) in enumerate(chart.table.groupby("group", sort=False)):
        shown = look(place)
        years = part["year"].to_numpy()
        shares = {name: 100.0 * part[name].to_numpy(float) for name in QUANTILES}
        axes.fill_between(years, shares["low"], shares["high"], color=shown.colour, alpha=0.15, linewidth=0)
        axes.fill_between(years, shares["lower"], shares["upper"], color=shown.colour, alpha=0.30, linewidth=0)
        axes.plot(years, shares["median"], color=shown.colour, linestyle=shown.line, linewidth=2.0)
        labels.append((float(shares["median"][-1]), label(str(group)), shown.colour))
    axes.axhline(100 * UNIVERSAL_USE.value, color=NOTE, linestyle="--", linewidth=1.0)
    first, last = chart.table["year"].min(), chart.table["year"].max()
    axes.set_xlim(first, last)
    axes.set_ylim(0, 100)
    mark_eras(axes, float(first), float(last))
    _label_ends(axes, float(last), labels, 5.0)


def draw_measure(axes: Axes, chart: Chart) -> None:
    """Draw a fan for each group, on an axis in the measure's own unit."""
    for place, (group, part) in enumerate(chart.table.groupby("group", sort=False)):
        shown = look(place)
        years = part["year"].to_numpy()
        axes.fill_between(years, part["low"], part["high"], color=shown.colour, alpha=0.15, linewidth=0)
        axes.fill_between(years, part["lower"], part["upper"], color=shown.colour, alpha=0.30, linewidth=0)
        words = label(str(group))
        axes.plot(years, part["median"], color=shown.colour, linestyle=shown.line, linewidth=2.0, label=words)
    axes.set_xlim(chart.table["year"].min(), max(chart.table["year"].max(), chart.table["year"].min() + 1))
    axes.legend(loc="best", frameon=False, fontsize=9)


def draw_survival(axes: Axes, chart: Chart) -> None:
    """Draw a curve with its band for each value."""
    labels: list[tuple[float, str, str]] = []
    last = float(chart.table["years_after_exit"].max()) if len(chart.table) else 10.0
    for place, (value, part) in enumerate(chart.table.groupby("value", sort=True)):
        shown = look(place)
        times = np.concatenate([[0.0], part["years_after_exit"].to_numpy(float)])
        curve, low, high = (
            100.0 * np.concatenate([[1.0], part[name].to_numpy(float)]) for name in ("survival", "low", "high")
        )
        axes.fill_between(times, low, high, color=shown.colour, alpha=0.15, linewidth=0)
        axes.plot(times, curve, color=shown.colour, linestyle=shown.line, linewidth=2.0)
        known = curve[np.isfinite(curve)]
        name = f"{label(str(value))}\n(n = {int(part['initiatives'].iloc[0]):,})"
        labels.append((float(known[-1]), name, shown.colour))
    axes.set_xlim(0, last)
    axes.set_ylim(0, 100)
    _label_ends(axes, last, labels, 9.0)


def draw_funding(axes: Axes, chart: Chart) -> None:
    """Stack the sources of money, the largest at the bottom."""
    wide = chart.table.pivot(index="year", columns="item", values="amount_usd") / 1e9
    order = list(dict.fromkeys(chart.table["item"]))
    layers = [wide[name].to_numpy(float) for name in order]
    if layers:
        shown = list(looks(order).values())
        colours, names = [one.colour for one in shown], [label(name) for name in order]
        areas = axes.stackplot(wide.index.to_numpy(), *layers, colors=colours, labels=names, alpha=0.9)
        for area, one in zip(areas, shown, strict=True):
            area.set_hatch(one.hatch)
        first, last = float(wide.index.min()), float(max(wide.index.max(), wide.index.min() + 1))
        axes.set_xlim(first, last)
        mark_eras(axes, first, last)
        handles, names = axes.get_legend_handles_labels()
        # the legend reads from the top, as the stack does
        axes.legend(
            handles[::-1], names[::-1], loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False, fontsize=9
        )
    axes.set_ylim(bottom=0)


def mark_eras(axes: Axes, first: float, last: float) -> None:
    """Name the milestone eras in view below the years, and shade every second one where there is more than one."""
    shown = eras_in_view(first, last)
    for place, (begins, ends, words) in enumerate(shown):
        if place % 2:
            axes.axvspan(begins, ends, color="#000000", alpha=0.05, linewidth=0, zorder=0)
        width = max(14, int(90 * (ends - begins) / (last - first)))
        axes.annotate(
            textwrap.fill(words, width), ((begins + ends) / 2, 0.0), (0, -20), ("data", "axes fraction"),
            "offset points", ha="center", va="top", fontsize=7.5, color="#777777", annotation_clip=False,
        )  # fmt: skip


def _label_ends(axes: Axes, at: float, labels: list[tuple[float, str, str]], apart: float) -> None:
    """Name each line at its right end, moved apart so that no two names overlap, and kept beside the axes."""
    ordered = sorted(labels)
    heights = [height for height, _, _ in ordered]
    for place in range(1, len(heights)):
        heights[place] = max(heights[place], heights[place - 1] + apart)
    ceiling = 100.0
    for place in reversed(range(len(heights))):
        heights[place] = min(heights[place], ceiling)
        ceiling = heights[place] - apart
    style: dict[str, Any] = {"xytext": (6, 0), "textcoords": "offset points", "fontsize": 9, "va": "center"}
    for height, (_, text, colour) in zip(heights, ordered, strict=True):
        axes.annotate(text, (at, height), color=colour, annotation_clip=False, **style)


SIGNS_OF_A_SUBTITLE = 110  # that fit above the axes

DRAWERS: dict[str, Callable[[Any, Chart], None]] = {  # by the kind of the chart; panels have their own page
    "years": draw_measure,
    "use": draw_use,
    "survival": draw_survival,
    "stack": draw_funding,
}


def draw(chart: Chart, subtitle: str = "") -> Figure:
    """Draw a chart as a matplotlib figure: of 9 by 5 inches, or 12 by 6.5 where it has panels."""
    if "panel" in chart.table:
        return draw_panels(chart, subtitle)
    from matplotlib.figure import Figure  # here, since importing matplotlib takes longer than reading a result

    figure = Figure(figsize=(9.0, 5.0), layout="constrained")
    axes = figure.add_subplot()
    if chart.table.empty:
        axes.text(0.5, 0.5, "nothing to show", transform=axes.transAxes, ha="center")
    else:
        DRAWERS[chart.kind or "years"](axes, chart)
    axes.set_xlabel(chart.across)
    axes.set_ylabel(chart.up)
    plain_axes(axes, "y")
    lines = textwrap.wrap(subtitle, SIGNS_OF_A_SUBTITLE)
    axes.set_title(chart.title + "\n" * len(lines), loc="left", fontweight="bold")
    axes.text(0.0, 1.02, "\n".join(lines), transform=axes.transAxes, fontsize=9, color=NOTE)
    figure.supxlabel(chart.note, x=0.01, ha="left", fontsize=8, color=NOTE)
    return figure


def write_figures(results: ResultTables, folder: str | Path) -> list[Path]:
    """Draw every figure of a study into a folder as PNG files at 150 dots per inch, and return their paths."""
    subtitle = subtitle_of(results)
    return [save(draw(chart, subtitle), Path(folder) / f"{chart.name}.png") for chart in charts(results)]
