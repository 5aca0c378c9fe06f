"""Rows with a number each: differences as dots with their 90% intervals about a line at zero, and ranked bars."""

from __future__ import annotations

import numpy as np

from ...basis.units import FloatArray
from ..charts import Chart
from ..words.names import said_as
from ..words.numbers import figures, signed
from .axes import TOP, Paper, Span, across, around
from .marks import LINE_OF_TEXT, element, folded, line, text, width_of

FOOT = 54.0


def draw_spans(chart: Chart, paper: Paper) -> tuple[str, str, float]:
    """Draw rows of label, low, median and high, in one unit. Returns marks, words and height.

    A full dot is a difference whose interval excludes zero.
    """
    values = chart.table[["median", "low", "high"]].to_numpy(float)
    said = [signed(middle) if np.isfinite(middle) else "not known" for middle in values[:, 0]]
    return _rows(chart, paper, values, said, bars=False)


def draw_bars(chart: Chart, paper: Paper) -> tuple[str, str, float]:
    """Draw ranked bars of label and value, with intervals where there are any. Returns marks, words and height."""
    table = chart.table
    ends = [table[name] if name in table else table["value"] * np.nan for name in ("low", "high")]
    values = np.column_stack([table["value"].to_numpy(float), *(end.to_numpy(float) for end in ends)])
    said = [figures(value) if np.isfinite(value) else "not known" for value in values[:, 0]]
    return _rows(chart, paper, values, said, bars=True)


def _rows(chart: Chart, paper: Paper, values: FloatArray, said: list[str], bars: bool) -> tuple[str, str, float]:
    """Draw a row for each label; the axis lies below the last one."""
    names = [str(name) for name in chart.table["label"]]
    known = np.concatenate([values[np.isfinite(values)], [0.0]])
    low, high = around(float(known.min()), float(known.max()))
    most = 120.0 if paper.narrow else 260.0
    lines = [folded(name, most) for name in names]
    left = 14.0 + max(width_of(part) for parts in lines for part in parts)
    right = paper.width - 14.0 - max(width_of(words) for words in said)
    span, top, marks = Span(low, high, left, max(right, left + 40.0)), TOP - 14.0, []
    for parts, words, (middle, least, greatest) in zip(lines, said, values, strict=True):
        size = LINE_OF_TEXT * len(parts) + 13.0
        height = top + size / 2.0
        first = height - LINE_OF_TEXT * (len(parts) - 1) / 2.0 + 4.5
        marks += [text((0.0, first + LINE_OF_TEXT * place), part) for place, part in enumerate(parts)]
        marks += _bar(span, height, middle) if bars else []
        if np.isfinite(least) and np.isfinite(greatest):
            marks.append(
                line((span.at(least), height), (span.at(greatest), height), class_=f"range s{0 if bars else 1}")
            )
        if np.isfinite(middle) and not bars:
            clear = bool(np.isfinite(least) and (least > 0.0 or greatest < 0.0))
            look = "dot s1 f1" if clear else "dot open s1"
            marks.append(element("circle", cx=span.at(middle), cy=height, r=5.0, class_=look))
        marks.append(text((paper.width, height + 4.5), words, class_="i1", text_anchor="end"))
        top += size
    axis = [
        across(span, top, paper, chart.up or chart.across, years=False),
        line((span.at(0.0), TOP - 14.0), (span.at(0.0), top), class_="zero"),
    ]
    rows = [_words(name, words, *row[1:]) for name, words, row in zip(names, said, values, strict=True)]
    return "".join([*axis, *marks]), f"{chart.title}. {chart.up or chart.across}. " + " ".join(rows), top + FOOT


def _bar(span: Span, height: float, value: float) -> list[str]:
    """Draw a bar from zero."""
    if not np.isfinite(value):
        return []
    start, end = sorted((span.at(0.0), span.at(value)))
    return [element("rect", x=start, y=height - 8.0, width=end - start, height=16.0, class_="f1")]


def _words(name: str, said: str, low: float, high: float) -> str:
    """Say one row."""
    say = said_as.get()
    inside = say("{low} to {high}").format(low=say(signed(low)), high=say(signed(high))) if np.isfinite(low) else ""
    return say("{first}: {second}").format(first=name, second=say(said) + (f" ({inside})" if inside else "")) + "."
