"""Small figures side by side on one page, each with the middle and the spread of all runs, and its target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..basis.late import pd
from .charts import Chart, eras_in_view
from .drawing import NOTE, heading, plain_axes
from .looks import Look, looks
from .words.names import label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = {7: 4, 5: 3}  # panels -> columns, so that the last place is left for the legend


def draw_panels(chart: Chart, subtitle: str = "") -> Figure:
    """Draw a chart with a column `panel` as a matplotlib figure of 12 by 6.5 inches; the last place is the legend."""
    from matplotlib.figure import Figure  # here, since importing matplotlib takes longer than reading a result

    figure = Figure(figsize=(12.0, 6.5), layout="constrained")
    figure.get_layout_engine().set(hspace=0.08, wspace=0.05)  # type: ignore[union-attr, call-arg]
    titles = list(dict.fromkeys(chart.table["panel"]))
    of_groups = looks(chart.table["group"])
    span = float(chart.table["year"].min()), float(chart.table["year"].max())
    columns = COLUMNS.get(len(titles), min(4, len(titles) + 1))
    rows = -(-(len(titles) + 1) // columns)
    grid = figure.add_gridspec(rows, columns)
    for place, title in enumerate(titles):
        axes = figure.add_subplot(grid[place // columns, place % columns])
        _draw_panel(axes, chart.table.loc[chart.table["panel"] == title], of_groups, span)
        axes.set_title(title, loc="left", fontsize=9.5)
    corner = figure.add_subplot(grid[len(titles) // columns, len(titles) % columns])
    _draw_legend(corner, chart, of_groups)
    heading(figure, chart.title, subtitle)
    return figure


def _draw_panel(axes: Axes, part: pd.DataFrame, of_groups: dict[str, Look], span: tuple[float, float]) -> None:
    """Draw one measure over all years of the page: a line with its band for each group, target, and eras as shades."""
    unit = str(part["unit"].iloc[0])
    scale = 100.0 if unit in ("share", "points") else 1.0
    first, last = span
    for group, one in part.groupby("group", sort=False):
        years, shown = one["year"].to_numpy(), of_groups[str(group)]
        low, middle, high = (scale * one[name].to_numpy(float) for name in ("low", "median", "high"))
        axes.fill_between(years, low, high, color=shown.colour, alpha=0.18, linewidth=0)
        marker = "o" if len(years) == 1 else None
        axes.plot(years, middle, color=shown.colour, linestyle=shown.line, linewidth=1.8, marker=marker)
    top = scale * float(part["high"].max())
    target = scale * float(part["target"].iloc[0])
    if np.isfinite(target):
        top = max(top, target)
        axes.axhline(target, color=NOTE, linestyle="--", linewidth=1.0)
        words = part["target_words"].iloc[0]
        axes.annotate(words, (0.0, target), (4, 2), ("axes fraction", "data"), "offset points", ha="left",
                      va="bottom", fontsize=7.5, color=NOTE)  # fmt: skip
    axes.set_ylim(0.0, 1.12 * top if top > 0.0 else 1.0)
    if last > first:
        axes.set_xlim(first, last)
    for begins, ends, _ in eras_in_view(first, last)[1::2]:
        axes.axvspan(begins, ends, color="#000000", alpha=0.05, linewidth=0, zorder=0)
    axes.locator_params(axis="x", nbins=4, integer=True)
    axes.locator_params(axis="y", nbins=5)
    if unit == "share":
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}%")
    axes.tick_params(labelsize=8)
    plain_axes(axes, "y")


def _draw_legend(axes: Axes, chart: Chart, of_groups: dict[str, Look]) -> None:
    """Say in the last place which colour is which group, what lines and bands mean, and which eras the years show."""
    axes.set_axis_off()
    for group, shown in of_groups.items():
        axes.plot([], [], color=shown.colour, linestyle=shown.line, linewidth=2.5, label=label(group))
    axes.legend(loc="upper left", frameon=False, fontsize=9, borderaxespad=0.0)
    first, last = float(chart.table["year"].min()), float(chart.table["year"].max())
    said = [sentence.strip() for sentence in chart.note.replace(". ", ".|").split("|")]
    said += ["", "Eras in view:", *(words for _, _, words in eras_in_view(first, last))]
    axes.text(0.0, 0.62, "\n".join(said), transform=axes.transAxes, va="top", fontsize=8, color=NOTE, linespacing=1.4)
