"""The figures of a search: parallel coordinates of the Pareto set, and two objectives against each other."""

from __future__ import annotations

import math
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from afteraid.simulation.results.drawing import NOTE, plain_axes, save
from afteraid.simulation.results.looks import look
from afteraid.simulation.results.words.names import spaced

from ..attribution.figure import magnitude
from .file import Objective, SearchFile
from .robustness import REGRETS
from .tables import FOUND, Found

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

OVER = {
    "mean": "mean over futures", "percentile_10": "9 in 10 futures are better", "worst_tenth": "mean of worst tenth",
    "worst": "worst future", "regret_mean": "mean over futures", "regret_max": "largest over futures",
    "satisficing": "share of futures",
}  # fmt: skip
NAMED = 4  # strategies drawn in colour
WIDTH = 26  # letters of a line of an axis's title
GREY, FAINT = "#9A9A9A", "#CFCFCF"


def words_of(one: Objective) -> str:
    """Return what a reader calls an objective."""
    return one.words or spaced(one.outcome or one.name)


def words_for(written: SearchFile, outcome: str) -> str:
    """Return what a reader calls an outcome: as the objective that it is, where it is one."""
    own = (one.words for one in written.objectives if one.outcome == outcome and one.over not in REGRETS and one.words)
    return next(own, spaced(outcome))


def unit_of(written: SearchFile, one: Objective) -> str:
    """Return the unit of an objective."""
    if one.meets:
        return "share of futures"
    unit = next(outcome.words() for outcome in written.outcomes if outcome.name == one.outcome)
    if one.outcome.endswith("_usd") or unit == "usd":
        return "dollars"
    return "" if unit == "number" or written.model else unit


def plain(name: str) -> str:
    """Return the name of a strategy found as a reader says it: strategy 1."""
    return name.replace("-0", " ").replace("-", " ")


def amount(value: float, unit: str, largest: float | None = None, width: float = math.inf) -> str:
    """Write a value as people read it: shares in percent, large numbers in millions or billions.

    Args:
        value: in its unit.
        unit: of the value.
        largest: of those beside it, which sets the word; the value if left out.
        width: how far those beside it lie apart, which sets the figures.
    """
    size, word = (0.01, "") if unit.startswith("share") else magnitude(abs(value) if largest is None else largest)
    apart = width / size
    places = 1 if not 0.0 < apart < 1.0 else 1 - math.floor(math.log10(apart))
    if unit.startswith("share"):
        return f"{value / size:.{places}f}%"
    shown = f"{value / size:.3g}" if apart >= 1.0 or apart == 0.0 else f"{value / size:.{places}f}"
    return f"{shown} {word if value else ''}{unit}".rstrip()


def named(found: Found) -> dict[str, str]:
    """Return the strategies to look at first: those best at an objective in fresh futures, and at which."""
    table = found.pareto[(found.pareto["kind"] == FOUND) & found.pareto["kept_fresh"]]
    best: dict[str, list[str]] = {}
    for one in found.search.written.objectives:
        column = table.set_index("strategy")[f"{one.name}_fresh"].dropna()
        if len(column):
            name = column.idxmax() if one.scored == "more" else column.idxmin()
            best.setdefault(str(name), []).append(words_of(one))
    return {name: " and ".join(what) for name, what in list(best.items())[:NAMED]}


def coordinates(found: Found) -> pd.DataFrame:
    """Return the tidy table of the parallel coordinates: strategy, kind, objective, title, value, label, height.

    Values are those in fresh futures; height is 0 for the worst shown and 1 for the best.
    """
    rows = []
    written = found.search.written
    for one in written.objectives:
        values = found.pareto[f"{one.name}_fresh"].to_numpy(float)
        low, high = float(np.nanmin(values)), float(np.nanmax(values))
        unit = unit_of(written, one)
        regret = "regret, " if one.over in REGRETS and "regret" not in words_of(one) else ""
        said = words_of(one)
        title = f"{said[0].upper()}{said[1:]}\n({regret}{OVER[one.over]})"
        for name, kind, value in zip(found.pareto["strategy"], found.pareto["kind"], values, strict=True):
            place = 0.5 if high == low else (value - low) / (high - low)
            height = place if one.scored == "more" else 1.0 - place
            label = amount(float(value), unit, max(abs(low), abs(high)), high - low)
            rows.append((name, kind, one.name, title, value, label, height))
    return pd.DataFrame(rows, columns=["strategy", "kind", "objective", "title", "value", "label", "height"])


def _title(text: str) -> str:
    """Break an axis's title into short lines."""
    return "\n".join(textwrap.fill(line, WIDTH) for line in text.split("\n"))


def draw_coordinates(found: Found) -> Figure:
    """Draw a line for each strategy over the objectives, better being up; the baseline is black and dashed."""
    from matplotlib.figure import Figure  # here, since importing matplotlib takes longer than reading a result

    table = coordinates(found)
    objectives = list(dict.fromkeys(table["objective"]))
    figure = Figure(figsize=(2.7 * len(objectives) + 1.6, 5.8), layout="constrained")
    axes = figure.subplots()
    best = named(found)
    for name, part in table.groupby("strategy", sort=False):
        heights = part["height"].to_numpy(float)
        style, label = _style(found, str(name), best)
        axes.plot(range(len(heights)), heights, label=label, **style)  # type: ignore[arg-type]
    for place, objective in enumerate(objectives):
        part = table[table["objective"] == objective].dropna(subset=["value"]).sort_values("height")
        axes.vlines(place, 0.0, 1.0, color="#444444", linewidth=0.9, zorder=1)
        for height, row, side in ((1.0, part.iloc[-1], "bottom"), (0.0, part.iloc[0], "top")):
            shift = 0.02 if side == "bottom" else -0.02
            axes.text(place, height + shift, str(row["label"]), ha="center", va=side, fontsize=9)
        axes.text(
            place, 1.10, _title(str(part["title"].iloc[0])), ha="center", va="bottom", fontsize=9, fontweight="bold"
        )
    arrow = {"arrowstyle": "->", "color": NOTE}
    axes.annotate("", xy=(-0.36, 0.92), xytext=(-0.36, 0.0), arrowprops=arrow)
    axes.text(-0.36, 0.95, "better", ha="center", va="bottom", fontsize=9, color=NOTE)
    axes.set_xlim(-0.45, len(objectives) - 0.55)
    axes.set_ylim(-0.10, 1.36)
    axes.set_axis_off()
    _finish(
        figure,
        axes,
        found,
        "Each line is a strategy, in {} that the search had not seen. Axes run from the worst shown to the best.",
    )
    return figure


def _style(found: Found, name: str, best: dict[str, str]) -> tuple[dict[str, object], str]:
    """Return how a strategy is drawn, and its entry in the legend; the last of the grey ones of a kind has it."""
    if name == found.search.base:
        return {"color": "#000000", "linestyle": "--", "linewidth": 2.2, "zorder": 4}, f"{name} (compared with)"
    if name in best:
        shown = look(list(best).index(name))
        text = textwrap.fill(f"{plain(name)}: best at {best[name]}", 48)
        return {"color": shown.colour, "linestyle": shown.line, "linewidth": 2.4, "zorder": 5}, text
    if name in found.search.references:
        last = name == list(found.search.references)[-1]
        return {"color": GREY, "linestyle": ":", "linewidth": 1.2, "zorder": 2}, "others compared with" if last else "_"
    others = [other for other in found.strategies if other not in best]
    return {"color": FAINT, "linewidth": 1.4, "zorder": 2}, "other strategies found" if name == others[-1] else "_"


def _finish(figure: Figure, axes: Axes, found: Found, note: str) -> None:
    """Write the heading, the legend and what is shown."""
    figure.suptitle(found.search.written.title or found.search.name, x=0.01, ha="left", fontweight="bold")
    handles, names = axes.get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", frameon=False, fontsize=9, ncols=2)
    fresh = found.search.written.fresh_futures
    axes.set_title(note.format(f"{fresh} futures"), loc="left", fontsize=9, color=NOTE, pad=12)


def draw_two(found: Found, first: int = 0, second: int = 1) -> Figure:
    """Draw two objectives against each other, in fresh futures; what is compared with is hollow and has its name."""
    from matplotlib.figure import Figure

    table = coordinates(found)
    objectives = found.search.written.objectives
    across, up = (
        table[table["objective"] == objectives[place].name].set_index("strategy") for place in (first, second)
    )
    figure = Figure(figsize=(8.6, 6.4), layout="constrained")
    axes = figure.subplots()
    best = named(found)
    sizes = []
    for part, place in ((across, first), (up, second)):
        unit = unit_of(found.search.written, objectives[place])
        size, word = (0.01, "%") if unit.startswith("share") else magnitude(float(part["value"].abs().max()))
        sizes.append((size, word if word == "%" else f"{word}{unit}".strip()))
    for name in across.index:
        x, y = across.loc[name, "value"] / sizes[0][0], up.loc[name, "value"] / sizes[1][0]
        style, label = _style(found, str(name), best)
        compared = name in found.search.references
        axes.scatter(
            x, y, s=70, facecolors="none" if compared else str(style["color"]), edgecolors=str(style["color"]),
            linewidths=1.6, label=label, zorder=3,
        )  # fmt: skip
        if compared:
            axes.annotate(
                str(name), (x, y), xytext=(0, 9), textcoords="offset points", ha="center", fontsize=8, color=NOTE
            )
        elif name in best:
            axes.annotate(
                plain(str(name)).rpartition(" ")[2],
                (x, y),
                xytext=(7, 4),
                textcoords="offset points",
                fontsize=9,
                fontweight="bold",
            )
    for set_label, part, place in ((axes.set_xlabel, across, 0), (axes.set_ylabel, up, 1)):
        chosen = objectives[(first, second)[place]]
        better = f"{'more' if chosen.scored == 'more' else 'less'} is better"
        unit = f", {sizes[place][1]}" if sizes[place][1] else ""
        set_label(f"{str(part['title'].iloc[0]).replace(chr(10), ' ')}{unit}\n{better}", fontsize=9)
    plain_axes(axes)
    _finish(figure, axes, found, "Each dot is a strategy, tried in {} that the search had not seen.")
    return figure


def write_figures(found: Found, folder: str | Path) -> list[Path]:
    """Draw both figures into a folder as PNG files at 150 dots per inch, and return their paths."""
    drawn = {"parallel-coordinates": draw_coordinates, "two-objectives": draw_two}
    return [save(draw(found), Path(folder) / f"{name}.png") for name, draw in drawn.items()]
