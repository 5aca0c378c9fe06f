"""The figure of a comparison for researchers: the difference of each headline, a panel each, a row for each option."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from afteraid.simulation.results.drawing import NOTE, heading, plain_axes, save
from afteraid.simulation.results.words.verdicts import CLEAR

from .charts import charts
from .comparison import Comparison
from .sentences import title

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CLEAR_INK, PALE = "#0072B2", "#999999"


def draw(found: Comparison) -> Figure:
    """Draw the headlines' differences by option; what is not clear is pale."""
    from matplotlib.figure import Figure  # here, since importing matplotlib takes longer than reading a result

    shown = [chart for chart in charts(found) if chart.name.startswith("difference")]
    rows = max(1, (len(shown) + 1) // 2)
    figure = Figure(figsize=(12.8, 1.4 + rows * (1.2 + 0.35 * len(found.options))), layout="constrained")
    panels = figure.subplots(rows, 2, squeeze=False).ravel()
    for axes in panels[len(shown) :]:
        axes.set_visible(False)
    for axes, chart in zip(panels, shown, strict=False):
        table = chart.table
        for at, row in enumerate(table.to_dict("records")):
            ink = CLEAR_INK if row["verdict"] == CLEAR else PALE
            if np.isfinite(row["low"]):
                axes.hlines(at, row["low"], row["high"], color=ink, linewidth=2.5)
            axes.plot(row["median"], at, "o", color=ink)
        axes.axvline(0.0, color="#222222", linewidth=0.8)
        axes.set_yticks(range(len(table)), list(table["label"]), fontsize=9)
        axes.set_ylim(len(table) - 0.5, -0.5)
        axes.set_title(chart.title, loc="left", fontsize=9, wrap=True)
        axes.set_xlabel(chart.across, fontsize=8)
        plain_axes(axes, "x")
    heading(figure, title(found), f"{found.pairs} paired runs")
    figure.supxlabel("Line: 90% interval. Mark: median. Pale: not clear.", x=0.01, ha="left", fontsize=8, color=NOTE)
    return figure


def write_figure(found: Comparison, folder: str | Path) -> Path:
    """Draw the figure into a folder as a PNG file at 150 dots per inch, and return its path."""
    return save(draw(found), Path(folder) / "compare.png")
