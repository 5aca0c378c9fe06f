"""The figures of scenario discovery: the boxes' limits, the way to each box, and the importance of factors."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from afteraid.simulation.results.drawing import plain_axes, save
from afteraid.simulation.results.looks import PALETTE, look
from afteraid.simulation.results.words.names import capitalised

from ..study.wording import FactorWords
from .discovery import Discovery, ScoredRule

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MUTED, DARK, PALE = "#777777", "#222222", "#E4E4E4"
SEEN, UNSEEN = "runs that it was found on", "held-out runs"
TITLE_WIDTH, HEADING_WIDTH = 34, 105  # letters in a line
FEW = 6  # values that have room for their unit


def ranges(found: Discovery) -> pd.DataFrame:
    """Return the tidy table of the boxes: box, factor, title, part, low, high (0 to 1 of its range), inside, words.

    A range has one part; a factor of a few values or choices has one for each of them, side by side.
    """
    rows = []
    for box in found.boxes:
        limits = {limit.factor: limit for limit in box.rule.limits}
        for name, words in found.words.items():
            if not any(name == limit.factor for other in found.boxes for limit in other.rule.limits):
                continue
            limit = limits.get(name)
            if words.stepped:
                share = 1.0 / len(words.values)
                inside = np.ones(len(words.values), bool) if limit is None else limit.meets(np.array(words.values))
                for place, value in enumerate(words.values):
                    at = (place * share, (place + 1) * share)
                    said = words.value(value) if len(words.values) <= FEW else words.bare(value)
                    rows.append((box.number, name, words.title, str(value), *at, bool(inside[place]), said))
                continue
            low = 0.0 if limit is None or limit.low is None else _place(words, limit.low)
            high = 1.0 if limit is None or limit.high is None else _place(words, limit.high)
            said = "any" if limit is None else words.between(limit.low, limit.high)
            rows.append((box.number, name, words.title, "", low, high, True, said))
    names = ["box", "factor", "title", "part", "low", "high", "inside", "words"]
    return pd.DataFrame(rows, columns=names)


def _place(words: FactorWords, value: float) -> float:
    """Return where a value is on a factor's range, from 0 to 1."""
    return (value - words.lowest) / (words.highest - words.lowest)


def draw_boxes(found: Discovery) -> Figure:
    """Draw the boxes as ranges of their factors, one panel a box; the grey bar is all that was tried."""
    from matplotlib.figure import Figure  # here, since importing matplotlib takes longer than reading a sweep

    table = ranges(found)
    factors = list(dict.fromkeys(table["factor"]))
    count = max(1, len(found.boxes))
    heights = [0.8 + 0.62 * max(1, len(factors))] * count
    figure = Figure(figsize=(11.0, 1.0 + sum(heights) + 0.75 * count), layout="constrained")
    panels = figure.subplots(count, 1, squeeze=False).ravel()
    if not found.boxes:
        panels[0].text(0.0, 0.5, "No rule was found.", fontsize=10, transform=panels[0].transAxes)
        panels[0].set_axis_off()
    for axes, box in zip(panels, found.boxes, strict=False):
        _draw_box(axes, table[table["box"] == box.number], box, found, factors)
    _head(figure, found, "Where it happens")
    figure.supxlabel(
        "Grey: all values tried. Coloured: inside the rule. Density: share of the runs inside that meet the condition. "
        "Coverage: share of the runs that meet it and are inside.\nIn brackets: 90% interval among the held-out runs.",
        x=0.01, ha="left", fontsize=8, color=MUTED,
    )  # fmt: skip
    return figure


def _draw_box(axes: Axes, table: pd.DataFrame, box: ScoredRule, found: Discovery, factors: list[str]) -> None:
    """Draw one box: a bar a factor."""
    shown = look(box.number - 1)
    for row in table.to_dict(orient="records"):
        at, low, width = factors.index(str(row["factor"])), float(row["low"]), float(row["high"] - row["low"])
        text = found.words[str(row["factor"])].stepped
        fill, hatch = (shown.colour, shown.hatch) if row["inside"] else (PALE, "")
        edge = 1.5 * text
        axes.barh(
            at, width, left=low, height=0.42, color=fill, hatch=hatch, edgecolor="white", linewidth=edge, zorder=2
        )
        if text:
            ink = "white" if row["inside"] else MUTED
            axes.text(low + width / 2, at, str(row["words"]), ha="center", va="center", fontsize=8, color=ink, zorder=3)
    for at, name in enumerate(factors):
        words = found.words[name]
        if words.stepped:
            continue
        said = str(table.loc[table["factor"] == name, "words"].iloc[0])
        axes.barh(at, 1.0, height=0.42, color=PALE, zorder=1)
        axes.text(0.0, at + 0.26, words.value(words.lowest), ha="left", va="top", fontsize=7, color=MUTED)
        axes.text(1.0, at + 0.26, words.value(words.highest), ha="right", va="top", fontsize=7, color=MUTED)
        axes.text(1.02, at, said, ha="left", va="center", fontsize=9, color=DARK if said != "any" else MUTED)
    titles = [textwrap.fill(capitalised(found.words[name].title), TITLE_WIDTH) for name in factors]
    axes.set_yticks(range(len(factors)), titles, fontsize=9)
    axes.set_ylim(len(factors) - 0.4, -0.5)
    axes.set_xlim(0.0, 1.25)
    axes.set_xticks([])
    axes.tick_params(axis="y", length=0)
    axes.spines[:].set_visible(False)
    seen, unseen = box.training, box.held_out
    heading = (
        f"Rule {box.number}. Density {seen.density:.0%} where it was found, {_with_band(unseen, 'density')} held out, "
        f"against {unseen.base:.0%} of all held-out runs.\nCoverage {seen.coverage:.0%} where it was found, "
        f"{_with_band(unseen, 'coverage')} held out."
    )
    axes.set_title(heading, loc="left", fontsize=9)


def _with_band(fitted: object, name: str) -> str:
    """Write a share with its interval."""
    share, low, high = (float(getattr(fitted, f"{name}{end}")) for end in ("", "_low", "_high"))
    return "unknown" if np.isnan(share) else f"{share:.0%} ({low:.0%} to {high:.0%})"


def trade_off(found: Discovery) -> pd.DataFrame:
    """Return the tidy table of the way to each box: box, step, limits, series, coverage, density, chosen."""
    parts = [
        found.trajectory.assign(
            series=series, coverage=found.trajectory[columns[0]], density=found.trajectory[columns[1]]
        )
        for series, columns in (
            (SEEN, ("coverage", "density")),
            (UNSEEN, ("held_out_coverage", "held_out_density")),
        )
    ]
    return pd.concat(parts, ignore_index=True)[["box", "step", "limits", "series", "coverage", "density", "chosen"]]


def draw_trade_off(found: Discovery) -> Figure:
    """Draw coverage against density on the way to each box, where it was found and held out."""
    from matplotlib.figure import Figure

    table = trade_off(found)
    count = max(1, len(found.boxes))
    figure = Figure(figsize=(max(6.5, 4.6 * count), 5.4), layout="constrained")
    for axes, box in zip(figure.subplots(1, count, squeeze=False).ravel(), range(1, count + 1), strict=True):
        part = table[table["box"] == box]
        for series, colour, marker in ((SEEN, PALETTE[0], "o"), (UNSEEN, PALETTE[1], "s")):
            points = part[part["series"] == series]
            x, y = 100.0 * points["coverage"].to_numpy(float), 100.0 * points["density"].to_numpy(float)
            axes.plot(x, y, color=colour, marker=marker, markersize=4, linewidth=1.0, alpha=0.8, label=series)
            taken = points["chosen"].to_numpy(bool)
            axes.plot(x[taken], y[taken], color=colour, marker=marker, markersize=11, fillstyle="none", linewidth=0)
        axes.axhline(100.0 * found.base(), color=MUTED, linestyle="--", linewidth=1.0)
        axes.text(1.0, 100.0 * found.base() + 1.0, "all runs", fontsize=8, color=MUTED, va="bottom")
        axes.set_xlim(0, 103)
        axes.set_ylim(0, 103)
        axes.set_xlabel("Coverage: % of the runs that meet the condition", fontsize=9)
        axes.set_ylabel("Density: % of the runs inside that meet the condition", fontsize=9)
        axes.set_title(f"Rule {box}" if found.boxes else "No rule was found", loc="left", fontsize=9)
        plain_axes(axes)
        if found.boxes:
            axes.legend(frameon=False, fontsize=8, loc="best")
    _head(figure, found, "Narrower rules have a higher density and a lower coverage")
    note = (
        "Each mark is a box, from all runs (right, low) to a narrow one. Ringed: the one taken, before limits that "
        "chance could have set are left out and the others rounded."
    )
    note = textwrap.fill(note, int(0.95 * HEADING_WIDTH * figure.get_size_inches()[0] / 8.0))
    figure.supxlabel(note, x=0.01, ha="left", fontsize=8, color=MUTED)
    return figure


def draw_scores(found: Discovery) -> Figure:
    """Draw how important each factor is for the condition."""
    from matplotlib.figure import Figure

    table = found.scores
    figure = Figure(figsize=(9.0, 1.6 + 0.42 * len(table)), layout="constrained")
    axes = figure.subplots()
    at = np.arange(len(table))
    axes.barh(at, 100.0 * table["score"], color=PALETTE[0], height=0.6, zorder=2)
    for place, score in enumerate(table["score"]):
        axes.text(100.0 * score + 0.5, place, f"{score:.0%}", va="center", fontsize=9)
    even = 100.0 / len(table)
    axes.axvline(even, color=MUTED, linestyle="--", linewidth=1.0, zorder=1)
    axes.text(even, -0.62, " if all mattered equally", fontsize=8, color=MUTED, va="bottom")
    axes.set_yticks(at, [textwrap.fill(capitalised(title), 42) for title in table["title"]], fontsize=9)
    axes.set_ylim(len(table) - 0.4, -0.9)
    axes.set_xlim(0, max(105.0 * float(table["score"].max()), 1.3 * even))
    axes.set_xlabel("Importance of factors (extra trees), %", fontsize=9)
    axes.tick_params(axis="y", length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    _head(figure, found, "Importance of factors")
    return figure


def _head(figure: Figure, found: Discovery, words: str) -> None:
    """Write what a figure shows over it."""
    counts = found.counts
    about = f"{found.name}, {found.scenario}: {counts['of_interest']:,} of {counts['used']:,} runs"
    width = int(HEADING_WIDTH * figure.get_size_inches()[0] / 11.0)
    lines = textwrap.fill(f"{words}: {found.condition.words[0].lower()}{found.condition.words[1:]}", width)
    figure.suptitle(f"{lines}\n{about}", x=0.01, ha="left", fontsize=11, fontweight="bold")


FIGURES = {"boxes": draw_boxes, "trade_off": draw_trade_off, "scores": draw_scores}


def write_figures(found: Discovery, folder: str | Path) -> list[Path]:
    """Draw every figure into a folder as a PNG file at 150 dots per inch, and return their paths."""
    return [save(draw(found), Path(folder) / f"{name}.png") for name, draw in FIGURES.items()]
