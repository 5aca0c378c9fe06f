"""The figure of a comparison for researchers: the difference of each headline, a panel each, a row for each option."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from afteraid.simulation.results.drawing import NOTE, heading, plain_axes, save

from .charts import charts
from .comparison import Comparison
from .drawn import draw_spans
from .sentences import title

if TYPE_CHECKING:
    from matplotlib.figure import Figure


LETTERS = 70  # of a line of a panel's title


def draw(found: Comparison) -> Figure:
    """Draw the headlines' differences by option; what is not clear is pale."""
    from matplotlib.figure import Figure  # here, since importing matplotlib takes longer than reading a result

    shown = [chart for chart in charts(found) if chart.name.startswith("difference")]
    rows, lines = max(1, (len(shown) + 1) // 2), max((len(chart.table) for chart in shown), default=1)
    figure = Figure(figsize=(12.8, 1.4 + rows * (1.2 + 0.35 * lines)), layout="constrained")
    panels = figure.subplots(rows, 2, squeeze=False).ravel()
    for axes in panels[len(shown) :]:
        axes.set_visible(False)
    for axes, chart in zip(panels, shown, strict=False):
        draw_spans(axes, chart)
        axes.set_title(textwrap.fill(chart.title, LETTERS), loc="left", fontsize=9, parse_math=False)
        axes.set_xlabel(chart.across, fontsize=8)
        plain_axes(axes, "x")
    heading(figure, title(found), f"{found.pairs} paired runs")
    figure.supxlabel("Bar: 90% interval. Mark: median. Pale: not clear.", x=0.01, ha="left", fontsize=8, color=NOTE)
    return figure


def write_figure(found: Comparison, folder: str | Path) -> Path:
    """Draw the figure into a folder as a PNG file at 150 dots per inch, and return its path."""
    return save(draw(found), Path(folder) / "compare.png")
