"""Columns in layers, a column a year: who pays, or what ends, with the largest part at the bottom; a line over them."""

from __future__ import annotations

import numpy as np

from ...basis.late import pd
from ...basis.units import FloatArray
from ..charts import Chart
from ..looks import MOST_SERIES, places
from ..words.names import label
from .axes import FOOT, TOP, Label, Paper, Span, across, around, end_labels, from_to, left_of, room_for, short, upright
from .marks import element, path

BILLION = 1e9
GAP = 0.25  # of the width of a column, between two
OTHERS, LINE = "others", "line"


def draw_stack(chart: Chart, paper: Paper) -> tuple[str, str, float]:
    """Draw amounts by year and part; what is beyond the largest parts goes together. Returns marks, words, height."""
    table = chart.table
    if "amount_usd" in table:
        table = table.rename(columns={"item": "part"}).assign(value=table["amount_usd"] / BILLION)
    return _draw(table.assign(role="bar"), chart, paper)


def draw_calendar(chart: Chart, paper: Paper) -> tuple[str, str, float]:
    """Draw layered columns by year, and lines over them. Returns marks, words and height."""
    return _draw(chart.table, chart, paper)


def _draw(table: pd.DataFrame, chart: Chart, paper: Paper) -> tuple[str, str, float]:
    bars = _wide(table[table["role"] != LINE])
    lines = _wide(table[table["role"] == LINE])
    layers, years = _layers(bars), bars.index.to_numpy(float)
    whole = np.sum(list(layers.values()), axis=0)
    tallest = max(float(np.max(whole, initial=0.0)), float(np.nanmax(lines.to_numpy(float), initial=0.0)))
    low, high = around(0.0, tallest)
    names = [label(name) for name in (*layers, *lines.columns)]
    most = 90.0 if paper.narrow else 170.0
    left, right, foot = left_of(low, high), paper.width - room_for(names, most), paper.height - FOOT
    along = Span(float(years.min()) - 0.5, float(years.max()) + 0.5, left, right)
    up = Span(0.0, high, foot, TOP)
    marks = [upright(up, left, right, chart.up, paper), across(along, foot, paper, chart.across)]
    base, labels = np.zeros(years.size), []
    for (name, amounts), place in zip(layers.items(), places(layers).values(), strict=True):
        marks += _layer(years, base, amounts, along, up, place)
        labels.append(Label(label(name), up.at(float(base[-1] + amounts[-1] / 2.0)), str(place)))
        base = base + amounts
    for name in lines.columns:
        values = lines[name].to_numpy(float)
        points = [
            (along.at(float(year)), up.at(float(value)))
            for year, value in zip(lines.index, values, strict=True)
            if np.isfinite(value)
        ]
        marks += [path(points, class_="line halo"), path(points, class_="line s0")]
        labels.append(Label(label(name), points[-1][1] if points else foot, "0"))
    marks += end_labels(labels, right + 8.0, most, 18.0, foot + 12.0)
    both = {label(name): amounts for name, amounts in layers.items()}
    both |= {label(name): lines[name].to_numpy(float) for name in lines.columns}
    return "".join(marks), _words(chart, both, years), paper.height


def _wide(table: pd.DataFrame) -> pd.DataFrame:
    """Lay out a row a year and a column a part."""
    names = table.astype({"part": str})
    return names.pivot_table(index="year", columns="part", values="value", aggfunc="sum", sort=False).fillna(0.0)


def _layers(bars: pd.DataFrame) -> dict[str, FloatArray]:
    """Return at most four layers, the largest first; what is beyond goes together."""
    order = [str(name) for name in bars.sum().sort_values(ascending=False, kind="stable").index]
    layers: dict[str, FloatArray] = {name: bars[name].to_numpy(float) for name in order[: MOST_SERIES - 1]}
    rest = order[MOST_SERIES - 1 :]
    if rest:
        layers[OTHERS if len(rest) > 1 else rest[0]] = np.sum([bars[name].to_numpy(float) for name in rest], axis=0)
    return layers


def _layer(years: FloatArray, base: FloatArray, amounts: FloatArray, along: Span, up: Span, place: int) -> list[str]:
    """Draw one layer of the columns."""
    breadth = (along.at(1.0) - along.at(0.0)) * (1.0 - GAP)
    drawn = []
    for year, below, amount in zip(years, base, amounts, strict=True):
        top, bottom = up.at(float(below + max(amount, 0.0))), up.at(float(below))
        drawn.append(
            element(
                "rect",
                x=along.at(float(year)) - breadth / 2.0,
                y=top,
                width=breadth,
                height=bottom - top,
                class_=f"f{place}",
            )  # fmt: skip
        )
    return drawn


def _words(chart: Chart, layers: dict[str, FloatArray], years: FloatArray) -> str:
    """Say what each layer is in the first year and in the last."""
    said = [f"{chart.title}. {chart.up}."]
    for name, amounts in layers.items():
        said.append(from_to(label(name), (float(years[0]), short(amounts[0])), (float(years[-1]), short(amounts[-1]))))
    return " ".join(said)
