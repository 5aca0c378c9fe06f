"""Flows from payers through the middle to uses, as areas between three columns: as wide as the money is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...basis.late import pd
from ..charts import Chart
from ..words.names import said_as
from ..words.numbers import figures, level, signed
from .axes import Paper
from .marks import LINE_OF_TEXT, NOTE_SIZE, apart, element, folded, text, width_of

HEAD, BAR, GAP = 46.0, 12.0, 9.0  # pixels: the unit and titles of the columns, width of a bar, room between two bars
HEIGHT, HEIGHT_NARROW = 450.0, 540.0
REST = "rest"  # the look of what has no colour of its own
LEAST_CHANGE = 0.005  # billion: smaller changes are not written
CHANGE = "in brackets: the change against the base"
LEAST = 0.75  # pixels: the narrowest area that is drawn


@dataclass(frozen=True)
class Node:
    """A bar of a column: its name, its amount, its place, and its look."""

    name: str
    amount: float
    top: float
    height: float
    look: str


def draw_sankey(chart: Chart, paper: Paper) -> tuple[str, str, float]:
    """Draw flows: stage (1 or 2), source, target, amount_usd, look (of the source). Returns marks, words and height.

    A column `before` has the same of another world, and the names then have the change.
    """
    table = chart.table
    height = HEIGHT_NARROW if paper.narrow else HEIGHT
    first, second = table[table["stage"] == 1], table[table["stage"] == 2]
    looks = dict(zip(first["source"].astype(str), first["look"].astype(str), strict=True))
    sums = [_sums(first, "source"), _sums(first, "target"), _sums(second, "target")]
    scale = min((height - HEAD - GAP * (len(one) - 1)) / max(sum(one.values()), 1e-9) for one in sums)
    columns = [_column(one, scale, height, looks if place == 0 else {}) for place, one in enumerate(sums)]
    room = 0.0 if paper.narrow else 165.0
    lefts = (room, (paper.width - BAR) / 2.0, paper.width - BAR - room)
    marks = _areas(first, columns[0], columns[1], scale, lefts[0] + BAR, lefts[1], looks)
    marks += _areas(second, columns[1], columns[2], scale, lefts[1] + BAR, lefts[2], {})
    changes = _changes(table)
    unit = said_as.get()(f"{chart.up}; {CHANGE}" if changes else chart.up)
    size = min(NOTE_SIZE, NOTE_SIZE * paper.width / width_of(unit, NOTE_SIZE))
    marks.append(text((0.0, 13.0), unit, class_="note", font_size=size if size < NOTE_SIZE else None))
    heads = [part.strip() for part in chart.across.split("|")]
    for place, (nodes, left, head) in enumerate(zip(columns, lefts, heads, strict=True)):
        marks += [
            element("rect", x=left, y=node.top, width=BAR, height=max(node.height, LEAST), class_=node.look)
            for node in nodes
        ]
        marks += _names(nodes, left, place, paper, height, changes)
        marks.append(_head(head, left, place, paper))
    return "".join(marks), _words(chart, columns, heads), height + 4.0


def _sums(flows: pd.DataFrame, side: str) -> dict[str, float]:
    """Return the amount of each bar of a column, in the order of the table."""
    sums = flows.groupby(flows[side].astype(str), sort=False)["amount_usd"].sum()
    return {str(name): float(value) for name, value in sums.items()}


def _column(sums: Mapping[str, float], scale: float, height: float, looks: Mapping[str, str]) -> list[Node]:
    """Lay the bars of a column out from the top, spread over the height."""
    spare = height - HEAD - scale * sum(sums.values())
    gap = min(spare / max(len(sums) - 1, 1), 3.0 * GAP)
    top, nodes = HEAD + (spare - gap * (len(sums) - 1)) / 2.0, []
    for name, amount in sums.items():
        nodes.append(Node(name, amount, top, scale * amount, looks.get(name, REST)))
        top += scale * amount + gap
    return nodes


def _areas(
    flows: pd.DataFrame, starts: list[Node], ends: list[Node], scale: float, left: float, right: float,
    looks: Mapping[str, str],
) -> list[str]:  # fmt: skip
    """Draw the flows between two columns: each begins and ends below the one before it."""
    begin, end = ({node.name: node.top for node in nodes} for nodes in (starts, ends))
    middle, drawn = (left + right) / 2.0, []
    for source, target, amount in zip(
        flows["source"].astype(str), flows["target"].astype(str), flows["amount_usd"], strict=True
    ):
        size = scale * float(amount)
        y, other = begin[source], end[target]
        begin[source] += size
        end[target] += size
        if size <= 0.0:
            continue
        size = max(size, LEAST)
        d = (
            f"M{left:.1f},{y:.1f}C{middle:.1f},{y:.1f} {middle:.1f},{other:.1f} {right:.1f},{other:.1f}"
            f"v{size:.1f}C{middle:.1f},{other + size:.1f} {middle:.1f},{y + size:.1f} {left:.1f},{y + size:.1f}Z"
        )
        said = f"{source}: {target}, {level(float(amount), 'usd')}".replace("&", "&amp;")
        drawn.append(element("path", element("title", said), d=d, class_=f"flow {looks.get(source, REST)}"))
    return drawn


def _changes(table: pd.DataFrame) -> dict[str, float]:
    """Return by how much the sum of each bar differs from the other world; empty where there is none."""
    if "before" not in table or not table["before"].notna().any():
        return {}
    found: dict[str, float] = {}
    difference = table["amount_usd"] - table["before"]
    for stage, side in ((1, "source"), (1, "target"), (2, "target")):
        chosen = table["stage"] == stage
        sums = difference[chosen].groupby(table.loc[chosen, side].astype(str)).sum()
        found |= {str(name): float(value) for name, value in sums.items()}
    return found


def _names(
    nodes: list[Node], left: float, place: int, paper: Paper, height: float, changes: Mapping[str, float]
) -> list[str]:  # fmt: skip
    """Write the name and the amount of each bar: outside the outer columns where there is room, else over the areas."""
    say, most = said_as.get(), 75.0 if paper.narrow else 150.0
    lines = []
    for node in nodes:
        amount, change = figures(node.amount / 1e9), changes.get(node.name, 0.0) / 1e9
        amount += f" ({signed(change)})" if abs(change) >= LEAST_CHANGE else ""
        lines.append([*folded(say(node.name), most, NOTE_SIZE), amount])
    sizes = [LINE_OF_TEXT * 0.85 * len(one) + 2.0 for one in lines]
    middles = apart([node.top + node.height / 2.0 for node in nodes], sizes, HEAD, height)
    outside = place == 0 and not paper.narrow
    at, anchor = (left - 6.0, "end") if outside else (left + BAR + 6.0, None)
    if place == 2 and paper.narrow:
        at, anchor = left - 6.0, "end"
    drawn = []
    for one, size, middle in zip(lines, sizes, middles, strict=True):
        first = middle - size / 2.0 + NOTE_SIZE
        for row, words in enumerate(one):
            look = "over name" if row < len(one) - 1 else "over note"
            here = (at, first + LINE_OF_TEXT * 0.85 * row)
            drawn.append(text(here, words, class_=look, text_anchor=anchor, font_size=NOTE_SIZE))
    return drawn


def _head(words: str, left: float, place: int, paper: Paper) -> str:
    """Write the title of a column above it."""
    at = (0.0, left + BAR / 2.0, paper.width)[place]
    return text(
        (at, 34.0),
        said_as.get()(words),
        class_="head",
        text_anchor=("start", "middle", "end")[place],
        font_size=NOTE_SIZE,
    )


def _words(chart: Chart, columns: list[list[Node]], heads: list[str]) -> str:
    """Say the amounts of each column."""
    say, said = said_as.get(), [f"{chart.title}. {chart.up}."]
    for head, nodes in zip(heads, columns, strict=True):
        amounts = ", ".join(f"{say(node.name)} {figures(node.amount / 1e9)}" for node in nodes)
        said.append(say("{first}: {second}").format(first=say(head), second=amounts) + ".")
    return " ".join(said)
