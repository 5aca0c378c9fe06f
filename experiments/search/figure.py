"""The figures of a search: parallel coordinates of the Pareto front, and two objectives against each other."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from afteraid.simulation.results.drawing import NOTE, plain_axes, save
from afteraid.simulation.results.looks import look
from afteraid.simulation.results.words.names import capitalised
from afteraid.simulation.results.words.numbers import is_share, magnitude, unit_of_level

from .naming import OVER, best_strategies, objective_levels, objective_name, objective_unit, strategy_name
from .robustness import REGRETS
from .tables import Found

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 26  # letters of a line of an axis's title
GREY, FAINT = "#9A9A9A", "#CFCFCF"


def coordinates(found: Found) -> pd.DataFrame:
    """Return the tidy table of the parallel coordinates: strategy, kind, objective, title, value, label, height.

    Values are those in fresh futures; height is 0 for the worst shown and 1 for the best.
    """
    rows = []
    texts = objective_levels(found)
    for one in found.search.written.objectives:
        values = found.pareto[f"{one.name}_fresh"].to_numpy(float)
        low, high = float(np.nanmin(values)), float(np.nanmax(values))
        said = objective_name(one)
        regret = "regret, " if one.over in REGRETS and "regret" not in said else ""
        title = f"{capitalised(said)}\n({regret}{OVER[one.over]})"
        columns = (found.pareto["strategy"], found.pareto["kind"], values, texts[one.name])
        for name, kind, value, text in zip(*columns, strict=True):
            place = 0.5 if high == low else (value - low) / (high - low)
            height = place if one.scored == "more" else 1.0 - place
            rows.append((name, kind, one.name, title, value, text, height))
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
    best = best_strategies(found)
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
        "Each line is a strategy, in {} that the search did not use. Axes run from the worst shown to the best.",
    )
    return figure


def _style(found: Found, name: str, best: dict[str, str]) -> tuple[dict[str, object], str]:
    """Return how a strategy is drawn, and its entry in the legend; the last of the grey ones of a kind has it."""
    if name == found.search.base:
        return {
            "color": "#000000",
            "linestyle": "--",
            "linewidth": 2.2,
            "zorder": 4,
        }, f"{name} (all are compared with it)"
    if name in best:
        shown = look(list(best).index(name))
        text = textwrap.fill(f"{strategy_name(name)}: best at {best[name]}", 48)
        return {"color": shown.colour, "linestyle": shown.line, "linewidth": 2.4, "zorder": 5}, text
    if name in found.search.references:
        last = name == list(found.search.references)[-1]
        return {"color": GREY, "linestyle": ":", "linewidth": 1.2, "zorder": 2}, "other references" if last else "_"
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
    """Draw two objectives against each other, in fresh futures; references are hollow and have their names."""
    from matplotlib.figure import Figure

    table = coordinates(found)
    objectives = found.search.written.objectives
    across, up = (
        table[table["objective"] == objectives[place].name].set_index("strategy") for place in (first, second)
    )
    figure = Figure(figsize=(8.6, 6.4), layout="constrained")
    axes = figure.subplots()
    best = best_strategies(found)
    sizes = []
    for part, place in ((across, first), (up, second)):
        unit = objective_unit(found.search.written, objectives[place])
        size, word = (0.01, "") if is_share(unit) else magnitude(float(part["value"].abs().max()))
        sizes.append((size, f"{word}{unit_of_level(unit)}".strip()))
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
                strategy_name(str(name)).rpartition(" ")[2],
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
    _finish(figure, axes, found, "Each dot is a strategy, in {} that the search did not use.")
    return figure


def write_figures(found: Found, folder: str | Path) -> list[Path]:
    """Draw both figures into a folder as PNG files at 150 dots per inch, and return their paths."""
    drawn = {"parallel-coordinates": draw_coordinates, "two-objectives": draw_two}
    return [save(draw(found), Path(folder) / f"{name}.png") for name, draw in drawn.items()]
