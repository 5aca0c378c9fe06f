"""Small figures side by side on one page, each with the middle and the spread of all runs, and its target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..basis.late import pd
from .charts import Chart
from .drawing import NOTE, NOTE_SIZE, SLIDE, TEXT_SIZE, TITLE_SIZE, plain_axes, wrapped
from .looks import Look, series
from .words.names import label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = {7: 4, 5: 3}  # panels -> columns, so that the last place is left for the legend
LEVEL_UNITS = ("ratio",)  # units whose axis need not begin at nothing


def draw_panels(chart: Chart, subtitle: str = "") -> Figure:
    """Draw a chart with a column `panel` as a matplotlib figure of 16 to 9; the last place is the legend."""
    from matplotlib.figure import Figure  # here, since importing matplotlib takes longer than reading a result

    figure = Figure(figsize=SLIDE, layout="constrained")
    figure.get_layout_engine().set(hspace=0.08, wspace=0.05)  # type: ignore[union-attr, call-arg]
    titles = list(dict.fromkeys(chart.table["panel"]))
    of_groups = series(chart.table["group"])
    columns = COLUMNS.get(len(titles), min(4, len(titles) + 1))
    rows = -(-(len(titles) + 1) // columns)
    grid = figure.add_gridspec(rows, columns)
    for place, title in enumerate(titles):
        axes = figure.add_subplot(grid[place // columns, place % columns])
        _draw_panel(axes, chart.table.loc[chart.table["panel"] == title], of_groups)
        axes.set_title(title, loc="left", fontsize=TEXT_SIZE - 1)
    corner = figure.add_subplot(grid[len(titles) // columns, len(titles) % columns])
    _draw_legend(corner, chart, of_groups, subtitle)
    figure.suptitle(
        wrapped(chart.title, TITLE_SIZE), x=0.01, ha="left", fontweight="bold", fontsize=TITLE_SIZE, parse_math=False
    )
    return figure


def _draw_panel(axes: Axes, part: pd.DataFrame, of_groups: dict[str, Look]) -> None:
    """Draw one measure over its years: a line with its interval for each group, and the target."""
    unit = str(part["unit"].iloc[0])
    scale = 100.0 if unit in ("share", "points") else 1.0
    first, last = float(part["year"].min()), float(part["year"].max())
    for group, one in part.groupby("group", sort=False):
        years, shown = one["year"].to_numpy(), of_groups[str(group)]
        low, middle, high = (scale * one[name].to_numpy(float) for name in ("low", "median", "high"))
        axes.fill_between(years, low, high, color=shown.colour, alpha=0.18, linewidth=0)
        marker = "o" if len(years) == 1 else None
        axes.plot(years, middle, color=shown.colour, linestyle=shown.line, linewidth=2.2, marker=marker)
    _draw_target(axes, part, unit, scale)
    if last > first:  # a panel ends where its data end
        axes.set_xlim(first, last)
        axes.set_xticks([first, *(year for year in (2030.0, 2040.0) if first + 3 < year < last - 3), last])
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0f}")
    axes.locator_params(axis="y", nbins=5)
    if unit == "share":
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}%")
    axes.tick_params(labelsize=TEXT_SIZE - 2)
    plain_axes(axes, "y")


def _draw_target(axes: Axes, part: pd.DataFrame, unit: str, scale: float) -> None:
    """Set the height of the axis, and draw the target with its words where there is one."""
    top, bottom = scale * float(part["high"].max()), scale * float(part["low"].min())
    target = scale * float(part["target"].iloc[0])
    if np.isfinite(target):
        top, bottom = max(top, target), min(bottom, target)
        axes.axhline(target, color=NOTE, linestyle="--", linewidth=1.0)
        words = part["target_words"].iloc[0]
        axes.annotate(words, (0.0, target), (4, 2), ("axes fraction", "data"), "offset points", ha="left",
                      va="bottom", fontsize=NOTE_SIZE - 1, color=NOTE)  # fmt: skip
    rises = top - bottom
    least = bottom - 0.15 * rises if unit in LEVEL_UNITS and rises > 0.0 else 0.0
    axes.set_ylim(least, top + 0.12 * (top - least) if top > least else least + 1.0)


def _draw_legend(axes: Axes, chart: Chart, of_groups: dict[str, Look], subtitle: str) -> None:
    """Say in the last place which line is which group, what is shown, and what lines and areas mean."""
    axes.set_axis_off()
    for group, shown in of_groups.items():
        axes.plot([], [], color=shown.colour, linestyle=shown.line, linewidth=2.8, label=label(group))
    axes.legend(loc="upper left", frameon=False, fontsize=TEXT_SIZE - 1, borderaxespad=0.0, handlelength=2.6)
    said = [sentence.strip() for sentence in f"{subtitle}. {chart.note}".replace(". ", ".|").split("|")]
    lines = "\n".join(wrapped(one.strip(), NOTE_SIZE, 0.235) for one in said if one.strip(" ."))
    axes.text(
        0.0,
        0.6,
        lines,
        transform=axes.transAxes,
        va="top",
        fontsize=NOTE_SIZE,
        color=NOTE,
        linespacing=1.4,
        parse_math=False,
    )
