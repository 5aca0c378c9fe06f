"""Small drawings side by side, one for each panel of a chart: an output a panel, with its target."""

from __future__ import annotations

from dataclasses import replace

from ..charts import Chart
from ..words.names import capitalised
from ..words.numbers import is_share, labelled, unit_of_level
from .axes import Paper
from .lines import TARGET, draw_fan
from .marks import LINE_OF_TEXT, SIZE, element, folded, text

GAP = 24.0


def draw_panels(chart: Chart, paper: Paper) -> tuple[str, str, float]:
    """Draw each panel of a chart, three beside each other where there is room. Returns marks, words and height."""
    across = 1 if paper.narrow else 3
    size = Paper((paper.width - GAP * (across - 1)) / across, 230.0)
    marks, said, top, row_height = [], [f"{chart.title}."], 0.0, 0.0
    for place, (title, part) in enumerate(chart.table.groupby("panel", sort=False, observed=True)):
        if place % across == 0:
            top, row_height = top + row_height, 0.0
        unit = str(part["unit"].iloc[0])
        names = [name for name in ("low", "median", "high", TARGET) if name in part]
        table = part.drop(columns=["lower", "upper"], errors="ignore").assign(
            **{name: part[name] * (100.0 if is_share(unit) or unit == "points" else 1.0) for name in names}
        )
        one = replace(
            chart,
            title=" ".join(str(title).split()),
            up=capitalised(labelled("", unit_of_level(unit)).strip(" ()")),
            table=table,
            kind="fan",
        )
        drawn, words, height = draw_fan(one, size)
        lines = folded(" ".join(str(title).split()), size.width)
        head = [text((0.0, SIZE + LINE_OF_TEXT * row), words_of, class_="head") for row, words_of in enumerate(lines)]
        moved = element("g", drawn, transform=f"translate(0 {LINE_OF_TEXT * len(lines):.0f})")
        marks.append(
            element("g", *head, moved, transform=f"translate({(place % across) * (size.width + GAP):.0f} {top:.0f})")
        )
        row_height = max(row_height, height + LINE_OF_TEXT * len(lines) + 12.0)
        said.append(words)
    return "".join(marks), " ".join(said), top + row_height
