"""A grid of tiles, one for each economy near where it lies on the map, coloured in six steps of cividis."""

from __future__ import annotations

import numpy as np

from ...basis.units import FloatArray
from ...measures.groups import tile_grid
from ..charts import Chart
from ..words.names import place, said_as
from ..words.numbers import trimmed
from .axes import Paper, short
from .marks import NOTE_SIZE, element, text, width_of
from .tokens import STEPS

LEGEND, GAP = 24.0, 0.12  # pixels a row of the legend; of a tile, between two
NAMED_FROM, CODE_SIZE = 26.0, 9.5  # pixels: the smallest tile with its code, and the size of the code
MOST_NAMED = 3  # economies at each end that the words name


def draw_tiles(chart: Chart, paper: Paper) -> tuple[str, str, float]:
    """Draw a value of each economy; a bold frame marks a clear one. Returns marks, words and height."""
    grid = tile_grid().set_index("iso3")
    rows = chart.table.astype({"iso3": str}).drop_duplicates("iso3").set_index("iso3").reindex(grid.index)
    values = rows["value"].to_numpy(float)
    edges = _edges(values[np.isfinite(values)])
    size = paper.width / (int(grid["column"].max()) + 1)
    marks, legend_height = _legend(edges, chart.up, paper)
    verdicts = rows["verdict"] if "verdict" in rows else [""] * len(rows)
    where = zip(grid.index, grid["column"], grid["row"] - grid["row"].min(), values, verdicts, strict=True)
    for iso3, column, row, value, verdict in where:
        left, top = float(column) * size, legend_height + float(row) * size
        step = _step(float(value), edges)
        look = "tile" if step is None else f"tile t{step}"
        words = f"{said_as.get()(place(str(iso3)))}: {_said(float(value))}"
        marks.append(
            element(
                "rect", element("title", words.replace("&", "&amp;")),
                x=left + 1.0, y=top + 1.0, width=size * (1.0 - GAP), height=size * (1.0 - GAP),
                class_=f"{look} marked" if str(verdict).startswith("clear") else look,
            )
        )  # fmt: skip
        if size >= NAMED_FROM:
            middle = (left + 1.0 + size * (1.0 - GAP) / 2.0, top + size / 2.0 + 3.0)
            dark = "code" if step is None else f"code c{step}"
            marks.append(text(middle, str(iso3), class_=dark, text_anchor="middle", font_size=CODE_SIZE))
    deep = int(grid["row"].max() - grid["row"].min()) + 1
    return "".join(marks), _words(chart, list(map(str, grid.index)), values), legend_height + deep * size + 4.0


def _edges(known: FloatArray) -> FloatArray:
    """Return the ends of the six steps, seven values: equal shares of the range of what is known."""
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    return np.linspace(low, high if high > low else low + 1.0, len(STEPS) + 1)


def _step(value: float, edges: FloatArray) -> int | None:
    """Return the step of a value, None where it is not known."""
    if not np.isfinite(value):
        return None
    return int(np.clip(np.searchsorted(edges, value, side="right") - 1, 0, len(STEPS) - 1))


def _legend(edges: FloatArray, title: str, paper: Paper) -> tuple[list[str], float]:
    """Draw what the colours mean; return marks and the height that they need."""
    size = min(NOTE_SIZE, NOTE_SIZE * paper.width / max(width_of(title, NOTE_SIZE), 1.0))
    drawn = [text((0.0, 14.0), title, class_="note", font_size=size if size < NOTE_SIZE else None)]
    digits = max(0, 1 - int(np.floor(np.log10(edges[1] - edges[0]))))
    names = [short(value) if abs(value) >= 1e5 else trimmed(value, digits) for value in map(float, edges)]
    texts = [f"{low} to {high}" for low, high in zip(names, names[1:], strict=False)] + ["not known"]
    left, top = 0.0, LEGEND
    for step, words in enumerate(texts):
        wide = 24.0 + width_of(words, NOTE_SIZE)
        if left > 0.0 and left + wide > paper.width:
            left, top = 0.0, top + LEGEND
        look = f"tile t{step}" if step < len(STEPS) else "tile"
        drawn.append(element("rect", x=left + 1.0, y=top, width=14.0, height=14.0, class_=look))
        drawn.append(text((left + 20.0, top + 11.5), words, class_="note"))
        left += wide + 10.0
    return drawn, top + LEGEND + 4.0


def _said(value: float) -> str:
    if not np.isfinite(value):
        return said_as.get()("not known")
    return short(value)


def _words(chart: Chart, codes: list[str], values: FloatArray) -> str:
    """Name the economies at both ends."""
    order = [int(one) for one in np.argsort(values, kind="stable") if np.isfinite(values[one])]
    say = said_as.get()
    counts = say("{known} of {all} economies have a value.").format(known=len(order), all=len(codes))
    said = [f"{chart.title}. {chart.up}.", counts]
    ends = (("Lowest", order[:MOST_NAMED]), ("Highest", order[::-1][:MOST_NAMED]))
    for words, some in ends:
        if some:
            named = (f"{say(place(codes[one]))} {_said(float(values[one]))}" for one in some)
            said.append(say("{first}: {second}").format(first=say(words), second=", ".join(named)) + ".")
    return " ".join(said)
