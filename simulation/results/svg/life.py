"""The life of an initiative: its phases as a strip, its money by payer against its running cost, and whom it serves.

A panel a world, on common axes: beside each other where there is room, else one below the other. Numbers in circles
stand for events, which the table and the words have in full.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from ...basis.late import pd
from ...basis.units import QUARTERS_PER_YEAR, FloatArray
from ..charts import Chart
from ..words.names import said_as
from ..words.numbers import magnitude
from .axes import TOP, Paper, Span, across, around, left_of, upright
from .lines import frame
from .marks import LINE_OF_TEXT, NOTE_SIZE, Point, element, folded, line, path, text, width_of

PAYERS = {  # column -> its name, and which of the four strokes it has
    "donors_usd": ("Donors", 1),
    "users_usd": ("Users", 2),
    "treasury_usd": ("Treasury", 3),
    "others_usd": ("Others", 0),
}
COST = "Running cost"
QUARTERLY, SERVED = "US dollars in a quarter", "People served"
WHEN = "{year}, quarter {quarter}"
PHASES = {"funded": ("Funded", "f1"), "transition": ("Hand-over", "narrow f1"), "independent": ("After exit", "f3")}
CLOSED = "Closed"
BESIDE, STRIP, MONEY, PEOPLE, BETWEEN = 28.0, 12.0, 150.0, 80.0, 4.0  # pixels
MARK, ROW = 7.5, 16.0  # pixels: radius of the circle of an event, and from row to row of them
BETWEEN_EVENTS = "; "  # of one quarter


@dataclass(frozen=True)
class Axes:
    """The axes that all panels share, in units of the data: dates, money a quarter, people, and the last date."""

    first: float
    last: float
    money: tuple[float, float]
    people: tuple[float, float]
    size_of_money: float
    size_of_people: float


def draw_life(chart: Chart, paper: Paper) -> tuple[str, str, float]:
    """Draw the lives of one initiative in up to two worlds. Returns marks, words and height."""
    table = chart.table.assign(date=_dates(chart.table))
    worlds = [(str(name), part) for name, part in table.groupby("world", sort=False, observed=True)]
    axes = _axes(table)
    legend, top = _legend(paper)
    beside = 1 if paper.narrow else len(worlds)
    width = (paper.width - BESIDE * (beside - 1)) / beside
    rows = [_rows_of_circles(part, axes, width) for _, part in worlds]
    rows = rows if beside == 1 else [max(rows)] * len(rows)  # panels beside each other have their axes at one height
    lines = max((len(folded(name, width)) for name, _ in worlds), default=1)
    panels = [_panel(*world, axes, width, room, lines) for world, room in zip(worlds, rows, strict=True)]
    marks, left, foot = [legend], 0.0, top
    for panel in panels:
        along, charts = panel.along, Span(0.0, 1.0, top + panel.foot, top + panel.head)
        marks += [
            element("g", panel.marks, transform=f"translate({left:.0f} {top:.0f})"),
            frame(replace(along, start=left + along.start, end=left + along.end), charts),
        ]
        foot = top + panel.height
        left, top = (0.0, foot + BESIDE) if beside == 1 else (left + width + BESIDE, top)
    return "".join(marks), " ".join([f"{chart.title}.", *(_words(name, part) for name, part in worlds)]), foot


def _dates(table: pd.DataFrame) -> FloatArray:
    """Return the beginning of each quarter as a date, (rows,)."""
    return np.asarray(table["year"] + (table["quarter"] - 1) / QUARTERS_PER_YEAR, dtype=np.float64)


def _axes(table: pd.DataFrame) -> Axes:
    """Return the axes that hold all lives."""
    money = float(table[list(PAYERS)].sum(axis=1).max())
    cost, people = float(table["running_cost_usd"].max()), float(table["people"].max())
    (by_money, _), (by_people, _) = magnitude(max(money, cost)), magnitude(people)
    dates = table["date"].to_numpy(float)
    return Axes(
        float(np.floor(dates.min())),
        float(np.ceil(dates.max() + 1.0 / QUARTERS_PER_YEAR)),
        around(0.0, max(money, cost) / by_money),
        around(0.0, people / by_people),
        by_money,
        by_people,
    )


def _legend(paper: Paper) -> tuple[str, float]:
    """Draw what the colours mean; return marks and the height that they need."""
    say, drawn, left, top = said_as.get(), [], 0.0, 2.0
    for words, look in (*PAYERS.values(), (COST, None)):
        words = say(words)
        wide = 24.0 + width_of(words, NOTE_SIZE)
        if left > 0.0 and left + wide > paper.width:
            left, top = 0.0, top + LINE_OF_TEXT + 3.0
        if look is None:
            drawn.append(line((left, top + 7.0), (left + 14.0, top + 7.0), class_="line s0"))
        else:
            drawn.append(element("rect", x=left, y=top, width=14.0, height=14.0, class_=f"f{look}"))
        drawn.append(text((left + 20.0, top + 11.5), words, class_="note"))
        left += wide + 10.0
    return "".join(drawn), top + LINE_OF_TEXT + 12.0


@dataclass(frozen=True)
class Panel:
    """One world's life, drawn from its own corner on: marks, height, the axis of time, and where its charts lie."""

    marks: str
    height: float
    along: Span
    head: float
    foot: float


def _along(axes: Axes, width: float) -> Span:
    """Return the axis of time of a panel."""
    return Span(axes.first, axes.last, max(left_of(*axes.money), left_of(*axes.people)), width - 8.0)


def _rows_of_circles(part: pd.DataFrame, axes: Axes, width: float) -> int:
    """Return in how many rows the events of a panel are numbered."""
    return 1 + max((row for _, row in _places(part, _along(axes, width))), default=-1)


def _panel(name: str, part: pd.DataFrame, axes: Axes, width: float, rows: int, lines: int) -> Panel:
    """Draw one world's life, with room for so many rows of numbered events and so many lines of its name."""
    along, dates = _along(axes, width), part["date"].to_numpy(float)
    left, right = along.start, along.end
    strip, y = _strip(part, dates, along, 24.0 + LINE_OF_TEXT * (lines - 1))
    numbered = _places(part, along)
    circles = [_circle(number, at, y + 6.0 + MARK + row * ROW) for number, (at, row) in enumerate(numbered, start=1)]
    y += 8.0 + rows * ROW
    money, people = Span(*axes.money, TOP + MONEY, TOP), Span(*axes.people, TOP + PEOPLE, TOP)
    below = y + TOP + MONEY + BETWEEN
    foot = below + TOP + PEOPLE
    charts = [
        (y, money, _unit(QUARTERLY, axes.size_of_money), _money(part, dates, along, money, axes.size_of_money)),
        (below, people, _unit(SERVED, axes.size_of_people), _people(part, dates, along, people, axes.size_of_people)),
    ]
    drawn = [
        element("g", upright(span, left, right, title, Paper(width, 0.0)), *marks, transform=f"translate(0 {top:.1f})")
        for top, span, title, marks in charts
    ]
    at_events = [
        line((at, start + span.end), (at, start + span.start), class_="target")
        for start, span, *_ in charts
        for at, _ in dict.fromkeys(numbered)
    ]
    head = [
        text((0.0, 14.0 + LINE_OF_TEXT * place), words, class_="head")
        for place, words in enumerate(folded(name, width))
    ]
    marks = [*head, *strip, *drawn, *at_events, *circles, across(along, foot, Paper(width, 0.0))]
    return Panel("".join(marks), foot + 26.0, along, y + TOP, foot)


def _unit(words: str, size: float) -> str:
    """Return the title of an axis whose numbers are divided by a size."""
    say, word = said_as.get(), magnitude(size)[1].strip() if size > 1.0 else ""
    return say(f"{words} ({word})" if word else words)


def _strip(part: pd.DataFrame, dates: FloatArray, along: Span, top: float) -> tuple[list[str], float]:
    """Draw the phases as a strip under their names; return marks and the height at which they end.

    The end has its name first; another one that finds no room is left out.
    """
    say, drawn, names = said_as.get(), [], []
    phases = part["phase"].astype(str).to_numpy()
    starts = [0, *(np.flatnonzero(phases[1:] != phases[:-1]) + 1).tolist(), len(phases)]
    for first, after in pairwise(starts):
        begins, ends = along.at(float(dates[first])), along.at(float(dates[after - 1]) + 1.0 / QUARTERS_PER_YEAR)
        words, look = PHASES.get(str(phases[first]), (CLOSED, ""))
        wide = width_of(say(words), NOTE_SIZE)
        names.append((words != CLOSED, min(begins, along.end - wide), wide, say(words)))
        if look:
            drawn.append(element("rect", x=begins, y=top + 18.0, width=ends - begins, height=STRIP, class_=look))
        else:
            drawn += [
                line((begins, top + 18.0 + at), (begins + STRIP, top + 18.0 + STRIP - at), class_="closed")
                for at in (0.0, STRIP)
            ]
    taken: list[tuple[float, float]] = []
    for _, place, wide, words in sorted(names):
        if all(place + wide + 6.0 <= left or right + 6.0 <= place for left, right in taken):
            drawn.append(text((place, top + 12.0), words, class_="note"))
            taken.append((place, place + wide))
    return drawn, top + 18.0 + STRIP


def _places(part: pd.DataFrame, along: Span) -> list[tuple[float, int]]:
    """Return where each event is numbered: its place along the axis, and the first row where it overlaps no other."""
    free: list[float] = []  # where each row is free again
    places = []
    for date, events in zip(part["date"], part["events"].astype(str), strict=True):
        at = along.at(float(date) + 0.5 / QUARTERS_PER_YEAR)
        for _ in filter(None, events.split(BETWEEN_EVENTS)):
            row = next((row for row, end in enumerate(free) if end <= at - MARK), len(free))
            free[row : row + 1] = [at + MARK + 1.0]
            places.append((at, row))
    return places


def _circle(number: int, at: float, height: float) -> str:
    """Draw the number of an event in its circle."""
    return element("circle", cx=at, cy=height, r=MARK, class_="mark") + text(
        (at, height + 3.5), str(number), class_="marked", text_anchor="middle", font_size=10.0
    )


def _money(part: pd.DataFrame, dates: FloatArray, along: Span, up: Span, size: float) -> list[str]:
    """Draw the money of each quarter in columns by payer, and the running cost as a line of steps."""
    drawn, base = [], np.zeros(dates.size)
    breadth = along.at(1.0 / QUARTERS_PER_YEAR) - along.at(0.0)
    for name, (_, look) in PAYERS.items():
        amounts = part[name].to_numpy(float) / size
        for date, below, amount in zip(dates, base, amounts, strict=True):
            if amount > 0.0:
                top = up.at(float(below + amount))
                drawn.append(
                    element(
                        "rect", x=along.at(float(date)) + 0.1 * breadth, y=top, width=0.8 * breadth,
                        height=up.at(float(below)) - top, class_=f"f{look}",
                    )
                )  # fmt: skip
        base = base + amounts
    cost = _steps(part, "running_cost_usd", dates, along, up, size)
    return [*drawn, *(path(points, class_=look) for points in cost for look in ("line halo thin", "line s0"))]


def _people(part: pd.DataFrame, dates: FloatArray, along: Span, up: Span, size: float) -> list[str]:
    """Draw the people served as an area of steps."""
    drawn = []
    for points in _steps(part, "people", dates, along, up, size):
        area = [(points[0][0], up.start), *points, (points[-1][0], up.start)]
        drawn += [path(area, closed=True, class_="narrow f2"), path(points, class_="line s2 whole")]
    return drawn


def _steps(
    part: pd.DataFrame, name: str, dates: FloatArray, along: Span, up: Span, size: float
) -> list[list[Point]]:  # fmt: skip
    """Return lines that hold each quarter's value through the quarter, one for each time that the initiative lives."""
    lines: list[list[Point]] = []
    before = False
    for date, value in zip(dates, part[name].to_numpy(float), strict=True):
        alive = value > 0.0
        if alive:
            height = up.at(float(value) / size)
            ends = [(along.at(float(date)), height), (along.at(float(date) + 1.0 / QUARTERS_PER_YEAR), height)]
            if before:
                lines[-1] += ends
            else:
                lines.append(ends)
        before = alive
    return lines


def _words(name: str, part: pd.DataFrame) -> str:
    """Say what happens to the initiative in one world."""
    say = said_as.get()
    rows = zip(part["year"], part["quarter"], part["events"].astype(str), strict=True)
    said = [
        f"{say(WHEN.format(year=year, quarter=quarter))}: {say(event)}"
        for year, quarter, events in rows
        for event in filter(None, events.split(BETWEEN_EVENTS))
    ]
    return say("{first}: {second}").format(first=say(name), second="; ".join(said)) + "."
