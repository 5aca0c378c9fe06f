"""The figures of a study, drawn with matplotlib from `charts`: tornado, indices, random variation, choices and more."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from afteraid.simulation.results.charts import Chart
from afteraid.simulation.results.drawing import GRID, NOTE, save
from afteraid.simulation.results.looks import PALETTE
from afteraid.simulation.results.words.names import spoken
from afteraid.simulation.results.words.numbers import figures
from afteraid.simulation.results.words.verdicts import FEW_DRAWS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDE, TOP, ROW = 9.0, 2.0, 0.42  # inches: width, room for title and notes, and each line of a chart
CLEAR, UNCLEAR, INK = 0.9, 0.35, "#222222"
LEFT_COLOUR, RIGHT_COLOUR = PALETTE[0], PALETTE[1]
NOTE_LETTERS, LARGE = 125, 1e5  # from there on an axis says thousand, million, billion


def draw(chart: Chart, under: str = "") -> Figure:
    """Draw a chart of a study as a matplotlib figure, 9 inches wide, and as high as it has lines."""
    from matplotlib.figure import Figure  # here, since importing matplotlib takes longer than reading a result

    kind = chart.drawn_as()
    drawer, lines = DRAWERS[kind]
    table = chart.table
    high = 5.5 if lines is None else TOP + ROW * max(2, table[lines].nunique())
    figure = Figure(figsize=(WIDE, high), layout="constrained")
    axes = figure.add_subplot()
    if table.empty:
        axes.text(0.5, 0.5, "nothing to show", transform=axes.transAxes, ha="center")
    else:
        drawer(axes, chart)
    axes.set_xlabel(chart.across)
    axes.set_ylabel(chart.up)
    axes.set_axisbelow(True)
    for side in (axes.xaxis, axes.yaxis):
        if max(map(abs, side.get_view_interval())) >= LARGE and kind != "luck":
            side.set_major_formatter(lambda value, _: figures(value))
    axes.spines[["top", "right"]].set_visible(False)
    figure.suptitle(chart.title, x=0.01, ha="left", fontweight="bold")
    if under:
        axes.set_title(under, loc="left", fontsize=9, color=NOTE)
    figure.supxlabel(textwrap.fill(chart.note, NOTE_LETTERS), x=0.01, ha="left", fontsize=8, color=NOTE)
    return figure


def _lines(axes: Axes, names: list[str], grid: bool = True) -> np.ndarray:
    """Lay out one line a name, the first on top, and return their heights."""
    axes.set_yticks(range(len(names)), [textwrap.fill(spoken(name), 34) for name in names], fontsize=9)
    axes.set_ylim(len(names) - 0.45, -0.55)
    if grid:
        axes.grid(axis="x", color=GRID, linewidth=0.6)
    return np.arange(len(names), dtype=float)


def _tornado(axes: Axes, chart: Chart) -> None:
    """Draw a bar for each factor from one end's mean to the other's, about the middle of both."""
    table = chart.table
    at = _lines(axes, [str(name) for name in table["factor"]])
    low, high = table["low"].to_numpy(float), table["high"].to_numpy(float)
    strong = np.where(table["clear"], CLEAR, UNCLEAR)
    drawn = axes.barh(at, high - low, left=low, height=0.55, color=np.where(high >= low, LEFT_COLOUR, RIGHT_COLOUR))
    for bar, alpha in zip(drawn, strong, strict=True):
        bar.set_alpha(float(alpha))
    known = np.isfinite(table["swing_low"].to_numpy(float))
    ends = [low + table[name].to_numpy(float) for name in ("swing_low", "swing_high")]
    axes.hlines(at[known], ends[0][known], ends[1][known], color=INK, linewidth=1.3)
    axes.plot(high, at, "|", color=INK, markersize=9, markeredgewidth=1.6)
    shown = np.concatenate([low, high, *(end[known] for end in ends)])
    room = float(np.ptp(shown)) or 1.0
    sides_of_words = (bool((high < low).any()), bool((high >= low).any()))  # beside a bar, where its high end is
    left, right = (0.5 * room if words else 0.2 * room for words in sides_of_words)
    axes.set_xlim(shown.min() - left, shown.max() + right)
    for place, row in enumerate(table.to_dict(orient="records")):
        least = min(low[place], high[place], *(end[place] for end in ends if known[place]))
        most = max(low[place], high[place], *(end[place] for end in ends if known[place]))
        rises = high[place] >= low[place]
        words = [spoken(str(row["from"])), f"{spoken(str(row['to']))}  {row['words']}"]
        sides = words if rises else words[::-1]
        axes.annotate(
            sides[0], (least, place), (-5, 0), textcoords="offset points", ha="right", va="center", fontsize=8
        )
        axes.annotate(sides[1], (most, place), (5, 0), textcoords="offset points", va="center", fontsize=8)


def _indices(axes: Axes, chart: Chart) -> None:
    """Draw a group of bars for each factor, one for each index, hatched where the sample is too small."""
    table = chart.table
    kinds = list(dict.fromkeys(table["index"]))
    leading = table[table["index"] == kinds[-1 if "total" in kinds else 0]].sort_values("value", ascending=False)
    names = [str(name) for name in leading["factor"]]
    at = _lines(axes, names)
    thick = 0.76 / len(kinds)
    for place, kind in enumerate(kinds):
        rows = table[table["index"] == kind].set_index("factor").reindex(names)
        heights = at + (place - (len(kinds) - 1) / 2) * thick
        small = bool(table["small"].any())
        axes.barh(
            heights, rows["value"], height=0.9 * thick, color=PALETTE[place], label=_index_words(kind),
            alpha=UNCLEAR if small else CLEAR, hatch="///" if small else None, edgecolor="white",
        )  # fmt: skip
        known = rows["low"].notna().to_numpy()
        axes.hlines(heights[known], rows["low"][known], rows["high"][known], color=INK, linewidth=1.2)
    axes.axvline(0.0, color=INK, linewidth=0.8)
    axes.legend(loc="lower right", frameon=False, fontsize=9)


def _index_words(kind: str) -> str:
    """Say what an index means."""
    words = {"first": "first order: by itself", "total": "total: with all that it acts together with"}
    return words.get(kind, kind)


def _morris(axes: Axes, chart: Chart) -> None:
    """Draw a dot for each factor: how large its effects are, and how far they differ."""
    table = chart.table
    size, spread = table["mu_star"].to_numpy(float), table["sigma"].to_numpy(float)
    axes.hlines(spread, table["low"], table["high"], color="#AAAAAA", linewidth=1.0)
    axes.plot(size, spread, "o", color=PALETTE[0], alpha=UNCLEAR if table["small"].any() else CLEAR)
    far = float(max(size.max(), spread.max())) * 1.15
    axes.plot([0.0, far], [0.0, far], linestyle="--", color="#999999", linewidth=1.0)
    axes.set_xlim(0.0, float(max(far, table["high"].max())) * 1.15)
    axes.set_ylim(0.0, far)
    axes.grid(color=GRID, linewidth=0.6)
    last = -1.0
    for name, x, y in sorted(zip(table["factor"], size, spread, strict=True), key=lambda dot: dot[2]):
        height = max(y, last + 0.04 * far)  # names of dots at one height stand above each other
        axes.annotate(spoken(str(name)), (x, height), (7, 3), textcoords="offset points", fontsize=8.5)
        last = height


def _convergence(axes: Axes, chart: Chart) -> None:
    """Draw mean and band over the number of runs, each with its error, and where enough is."""
    table = chart.table
    runs = table["runs"].to_numpy(float)
    for name, colour in (("low", PALETTE[0]), ("mean", INK), ("high", PALETTE[0])):
        value, error = table[name].to_numpy(float), 2.0 * table[f"{name}_error"].to_numpy(float)
        axes.fill_between(runs, value - error, value + error, color=colour, alpha=0.15, linewidth=0)
        axes.plot(runs, value, "o-", color=colour, linewidth=1.8, markersize=4)
        words = {"low": "5% of runs below", "mean": "mean", "high": "5% of runs above"}[name]
        axes.annotate(words, (runs[-1], value[-1]), (6, 0), textcoords="offset points", va="center", fontsize=9)
    advised = float(table["advised"].iloc[0])
    axes.set_xscale("log")
    ticks = sorted({*runs, *([advised] if advised > runs[-1] else [])})
    axes.set_xlim(runs[0] * 0.93, max(runs[-1] * 1.6, advised * 1.35 if advised > runs[-1] else 0.0))
    if advised > runs[-1]:
        axes.axvline(advised, color=PALETTE[1], linestyle="--", linewidth=1.2)
        axes.annotate(
            f"{advised:.0f} are enough ", (advised, 1.0), xycoords=("data", "axes fraction"), ha="right", va="top",
            color=PALETTE[1], fontsize=9,
        )  # fmt: skip
    axes.set_xticks(ticks, [f"{tick:.0f}" for tick in ticks])
    axes.minorticks_off()
    axes.grid(axis="y", color=GRID, linewidth=0.6)


def _luck(axes: Axes, chart: Chart) -> None:
    """Stack the shares of each outcome's variance."""
    wide = chart.table.pivot(index="outcome", columns="part", values="share")
    names = [str(name) for name in dict.fromkeys(chart.table["outcome"])]
    at = _lines(axes, names)
    left = np.zeros(len(names))
    for part, colour in zip(dict.fromkeys(chart.table["part"]), (PALETTE[0], "#BBBBBB", "#777777"), strict=True):
        share = 100.0 * wide.reindex(names)[part].to_numpy(float)
        axes.barh(at, share, left=left, height=0.6, color=colour, label=part)
        for place in np.flatnonzero(share >= 8.0):
            colour_of_text = "white" if colour != "#BBBBBB" else INK
            middle = left[place] + share[place] / 2
            axes.text(
                middle, at[place], f"{share[place]:.0f}", ha="center", va="center", color=colour_of_text, fontsize=9
            )
        left = left + share
    axes.set_xlim(0, 100)
    axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.06), frameon=False, fontsize=9, ncols=3)


def _dots(axes: Axes, chart: Chart) -> None:
    """Draw a dot with its line for each value; pale where the effect is not clear."""
    table = chart.table
    at = _lines(axes, [str(value) for value in table["value"]])
    nothing = np.zeros(len(table), dtype=bool)
    if "zero_in_band" in table:
        nothing = (table["zero_in_band"] | (table["draws"] < FEW_DRAWS)).to_numpy(bool)
    for alpha, rows in ((CLEAR, ~nothing), (UNCLEAR, nothing)):
        part = table[rows]
        axes.hlines(at[rows], part["low"], part["high"], color=PALETTE[0], linewidth=2.4, alpha=alpha)
        axes.plot(part["mean"], at[rows], "o", color=PALETTE[0], markersize=7, alpha=alpha)
    if "zero_in_band" in table:
        axes.axvline(0.0, color=INK, linewidth=0.9)


Drawer = Callable[[Any, Chart], None]
DRAWERS: dict[str, tuple[Drawer, str | None]] = {  # how, and the column that has a line for each value
    "tornado": (_tornado, "factor"),
    "indices": (_indices, "factor"),
    "morris": (_morris, None),
    "convergence": (_convergence, None),
    "luck": (_luck, "outcome"),
    "choices": (_dots, "value"),
    "differences": (_dots, "value"),
}


def write_charts(made: Iterable[Chart], folder: str | Path, under: str = "") -> list[Path]:
    """Draw charts into a folder as PNG files at 150 dots per inch, by name, and return their paths."""
    return [save(draw(chart, under), Path(folder) / f"{chart.name}.png") for chart in made]
