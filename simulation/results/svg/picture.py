"""A picture: a chart as SVG with its title, the same numbers as a table, and the same as words.

At most four series are drawn; the table has all. A picture has no colour of its own: pages give it colours by the style
sheet of `tokens.py`. It is drawn twice, for a wide page and for a telephone, and the page shows one of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from ...basis.late import pd
from ..charts import Chart
from .axes import BROAD, NARROW, WIDE, Paper
from .bubbles import draw_bubbles
from .columns import draw_calendar, draw_stack
from .life import draw_life
from .lines import draw_curves, draw_fan, draw_survival
from .marks import element
from .sankey import draw_sankey
from .small import draw_panels
from .spans import draw_bars, draw_spans
from .tiles import draw_tiles
from .tokens import style

Drawer = Callable[[Chart, Paper], tuple[str, str, float]]
DRAWERS: dict[str, Drawer] = {
    "fan": draw_fan, "use": draw_fan, "difference": draw_fan, "curves": draw_curves, "survival": draw_survival,
    "stack": draw_stack, "calendar": draw_calendar, "spans": draw_spans, "bars": draw_bars, "tiles": draw_tiles,
    "challenges": draw_panels, "sdg": draw_panels, "life": draw_life, "sankey": draw_sankey,
    "bubbles": draw_bubbles,
}  # fmt: skip
FONT = "font-family: system-ui, 'Segoe UI', Roboto, 'Noto Sans', sans-serif;"
TAKE_THE_WIDTH = ("tiles", "challenges", "sdg", "life", "sankey", "bubbles")  # of the page


@dataclass(frozen=True)
class Picture:
    """A drawn chart.

    Attributes:
        title: the finding.
        wide: the drawing for a wide page, one element of SVG; empty where the chart has nothing to draw.
        narrow: the drawing for a telephone.
        note: how to read it.
        words: what somebody hears who can't see it.
        table: the numbers that are drawn.
    """

    title: str
    wide: str
    narrow: str
    note: str
    words: str
    table: pd.DataFrame


def is_drawn(chart: Chart) -> bool:
    """Say whether a chart has a drawing: others are shown as tables."""
    return chart.drawn_as() in DRAWERS or _is_fan(chart)


def paper_of(chart: Chart) -> Paper:
    """Return the paper of a chart's drawing for a wide page."""
    return BROAD if chart.drawn_as() in TAKE_THE_WIDTH else WIDE


def picture(chart: Chart) -> Picture:
    """Draw a chart.

    Raises KeyError where there is no drawing for charts of this kind; see :func:`is_drawn`.
    """
    if chart.table.empty:
        return Picture(chart.title, "", "", chart.note, "There is nothing to show.", chart.table)
    draw = DRAWERS["fan"] if _is_fan(chart) else DRAWERS[chart.drawn_as()]
    (wide, words), (narrow, _) = (_drawing(draw, chart, paper) for paper in (paper_of(chart), NARROW))
    return Picture(chart.title, wide, narrow, chart.note, words, chart.table)


def alone(chart: Chart) -> str:
    """Return the drawing for a wide page as a file of its own, with its colours; empty where nothing is drawn."""
    drawn = picture(chart).wide.replace(' class="drawing on-pages"', ' class="drawing"', 1)
    head, end, rest = drawn.partition(">")
    return (
        f"{head}{end}<style>.drawing {{ background: var(--ground); {FONT} }}\n{style()}</style>{rest}" if drawn else ""
    )


def _is_fan(chart: Chart) -> bool:
    """Say whether a chart has lines over years and no kind of its own, as any measure by year has."""
    return not chart.kind and chart.drawn_as() not in DRAWERS and {"group", "year", "median"} <= set(chart.table)


def _drawing(draw: Drawer, chart: Chart, paper: Paper) -> tuple[str, str]:
    marks, words, height = draw(chart, paper)
    drawn = element(
        "svg", element("title", escape(chart.title)), element("desc", escape(words)), marks,
        class_=f"drawing {'on-telephones' if paper.narrow else 'on-pages'}", role="img",
        viewBox=f"0 0 {paper.width:.0f} {height:.0f}", xmlns="http://www.w3.org/2000/svg",
    )  # fmt: skip
    return drawn, words
