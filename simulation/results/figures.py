"""The figures of a study, drawn with matplotlib from their charts: who is online, what survives, who pays, and more.

The charts are tidy tables with title and units (see `charts.py`); another drawing tool can use the same ones.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..basis.workers import WorkerLostError, WorkerPool
from ..measures.measure import UNIVERSAL_USE
from .charts import QUANTILES, Chart, ResultTables, eras_in_view, subtitle_of, telling
from .drawing import NOTE, NOTE_SIZE, SLIDE, TEXT_SIZE, plain_axes, save_both, slide
from .gallery import charts
from .looks import MOST_SERIES, OTHERS, series
from .panels import draw_panels
from .words.names import label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

AT_YEARS = (1.0, 3.0, 5.0, 10.0)  # after exit, where curves show their intervals
LETTERS_ACROSS = 115  # of small letters, below a time axis
LEAST_SHARE = 0.02  # of a stack, below which a part is not named on its own

Label = tuple[float, str, str]  # height, words, colour


def draw_use(axes: Axes, chart: Chart) -> None:
    """Draw a fan for each group, the line of universal use, and where the past ends."""
    _fans(axes, chart, 100.0, lambda level: f"{level:.0f}%")
    first, last = float(chart.table["year"].min()), float(chart.table["year"].max())
    axes.axhline(100 * UNIVERSAL_USE.value, color=NOTE, linestyle="--", linewidth=1.0, zorder=1)
    style: dict[str, Any] = {"xytext": (6, 5), "textcoords": "offset points", "fontsize": NOTE_SIZE, "color": NOTE}
    axes.annotate(UNIVERSAL_USE.words, (first, 100 * UNIVERSAL_USE.value), **style)
    axes.set_ylim(0, 104)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}%" if value <= 100 else "")
    _mark_past(axes, chart, first)
    for begins, ends, words in eras_in_view(first, last):
        axes.annotate(
            textwrap.fill(words, max(12, int(LETTERS_ACROSS * (ends - begins) / (last - first)))),
            ((begins + ends) / 2, 0.0), (0, -26), ("data", "axes fraction"), "offset points", ha="center", va="top",
            fontsize=NOTE_SIZE - 2.5, color=NOTE, annotation_clip=False,
        )  # fmt: skip


def draw_measure(axes: Axes, chart: Chart) -> None:
    """Draw a fan for each group, on an axis in the measure's own unit."""
    _fans(axes, chart, 1.0, lambda level: f"{level:,.3g}")
    low, high = float(chart.table["low"].min()), float(chart.table["high"].max())
    axes.set_ylim(min(0.0, 1.08 * low), 1.08 * high if high > 0.0 else None)
    if high >= 1e6:
        size, word = (1e9, "bn") if high >= 1e9 else (1e6, "m")
        axes.yaxis.set_major_formatter(lambda value, _: f"{value / size:g} {word}" if value else "0")


def _fans(axes: Axes, chart: Chart, factor: float, said: Callable[[float], str]) -> None:
    """Draw a line with its 50% and 90% intervals for each group, named at its end with its last value."""
    shown = series(chart.table["group"])
    labels: list[Label] = []
    for group, part in chart.table.groupby("group", sort=False):
        look, years = shown[str(group)], part["year"].to_numpy()
        values = {name: factor * part[name].to_numpy(float) for name in QUANTILES}
        axes.fill_between(years, values["low"], values["high"], color=look.colour, alpha=0.12, linewidth=0)
        axes.fill_between(years, values["lower"], values["upper"], color=look.colour, alpha=0.25, linewidth=0)
        axes.plot(years, values["median"], color=look.colour, linestyle=look.line, linewidth=2.4)
        last = float(values["median"][-1])
        size, word = (1e9, " bn") if last >= 1e9 else (1e6, " m") if last >= 1e6 else (1.0, "")
        labels.append((last, f"{label(str(group))} {said(last / size)}{word}", look.ink or look.colour))
    first, last_year = float(chart.table["year"].min()), float(chart.table["year"].max())
    _end_with_data(axes, first, last_year)
    _label_ends(axes, last_year, labels)


def _end_with_data(axes: Axes, first: float, last: float) -> None:
    """End the time axis where the data end, with a tick at the last year."""
    axes.set_xlim(first, max(last, first + 1.0))
    between = [year for year in range(2000, 2060, 10 if last - first > 30 else 5) if first < year < last]
    ends = [float(year) for year in between if year - first > 2 and last - year > 2]
    axes.set_xticks([first, *ends, last] if last > first else [first])
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0f}")


def _mark_past(axes: Axes, chart: Chart, first: float) -> None:
    """Mark the year in which the past ends and the projection begins, where the figure shows both."""
    if "data_until" not in chart.table or not float(chart.table["data_until"].max()) > first:
        return
    until = float(chart.table["data_until"].max())
    axes.axvline(until, color=NOTE, linewidth=1.0, linestyle=":", zorder=1)
    style: dict[str, Any] = {"fontsize": NOTE_SIZE, "color": NOTE, "va": "bottom", "textcoords": "offset points"}
    axes.annotate("past ", (until, 1.0), xytext=(-4, 4), ha="right", **style)
    axes.annotate("projection", (until, 1.0), xytext=(5, 4), ha="left", **style)


def draw_survival(axes: Axes, chart: Chart) -> None:
    """Draw up to four curves, each with its interval at a few years and its name at the end."""
    table = telling(chart.table)
    labels: list[Label] = []
    last = float(table["years_after_exit"].max()) if len(table) else 10.0
    for place, (value, look) in enumerate(series(table["value"]).items()):
        part = table.loc[table["value"] == value]
        years = part["years_after_exit"].to_numpy(float)
        curve, low, high = (100.0 * part[name].to_numpy(float) for name in ("survival", "low", "high"))
        axes.plot(np.append(0.0, years), np.append(100.0, curve), color=look.colour, linestyle=look.line, linewidth=2.4)
        at = [int(np.flatnonzero(np.isclose(years, year))[0]) for year in AT_YEARS if np.isclose(years, year).any()]
        apart = 0.012 * last * (place - 1.5)
        axes.vlines(years[at] + apart, low[at], high[at], color=look.colour, linewidth=5.0, alpha=0.35)
        axes.plot(years[at], curve[at], "o", color=look.colour, markersize=6.0)
        known = curve[np.isfinite(curve)]
        if len(known):
            labels.append((float(known[-1]), f"{label(value)} {known[-1]:.0f}%", look.ink or look.colour))
    axes.set_xlim(0, last)
    axes.set_ylim(0, 100)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}%")
    _label_ends(axes, last, labels)


def draw_funding(axes: Axes, chart: Chart) -> None:
    """Stack the sources of money, the largest at the bottom, each named at the right."""
    wide = chart.table.pivot(index="year", columns="item", values="amount_usd") / 1e9
    order = list(dict.fromkeys(chart.table["item"]))
    if not order:
        return
    named = series([name for name in order if name != "other"][:MOST_SERIES])
    colours = [named[name].colour if name in named else OTHERS for name in order]
    layers = [wide[name].to_numpy(float) for name in order]
    years = wide.index.to_numpy(float)
    axes.stackplot(years, *layers, colors=colours, alpha=0.85, edgecolor="white", linewidth=1.0)
    _end_with_data(axes, float(years.min()), float(years.max()))
    total = float(sum(layer[-1] for layer in layers))
    axes.set_ylim(0, 1.06 * max(float(sum(layers).max()), 1e-9))
    labels: list[Label] = []
    below = 0.0
    for name, layer in zip(order, layers, strict=True):
        ink = named[name].ink if name in named else NOTE
        if layer[-1] >= LEAST_SHARE * total or name == "other":
            labels.append((below + float(layer[-1]) / 2.0, f"{label(name)} {layer[-1]:.2g}", ink))
        below += float(layer[-1])
    _label_ends(axes, float(years.max()), labels)


def draw_bars(axes: Axes, chart: Chart) -> None:
    """Draw ranked bars, the longest at the top, each named with its number, with its interval where that is known."""
    table = chart.table.iloc[::-1].reset_index(drop=True)
    at = np.arange(len(table))
    values = table["value"].to_numpy(float)
    axes.barh(at, values, color=series(["donor"])["donor"].colour, height=0.64, alpha=0.85)
    if "low" in table:
        axes.hlines(at, table["low"], table["high"], color="#1a1a1a", linewidth=1.6)
    names = [f"{name}  {value:,.3g}" for name, value in zip(table["label"], values, strict=True)]
    axes.set_yticks(at, names)
    axes.set_xlim(left=0)
    axes.margins(y=0.02)


def _label_ends(axes: Axes, at: float, labels: list[Label]) -> None:
    """Name each line at its right end, moved apart so that no two names overlap, and kept within the axes."""
    low, high = axes.get_ylim()
    apart = 0.055 * (high - low)
    ordered = sorted(labels)
    heights = [height for height, _, _ in ordered]
    for place in range(1, len(heights)):
        heights[place] = max(heights[place], heights[place - 1] + apart)
    ceiling = high
    for place in reversed(range(len(heights))):
        heights[place] = min(heights[place], ceiling)
        ceiling = heights[place] - apart
    style: dict[str, Any] = {"xytext": (8, 0), "textcoords": "offset points", "fontsize": TEXT_SIZE, "va": "center"}
    for height, (_, text, colour) in zip(heights, ordered, strict=True):
        axes.annotate(
            text, (at, height), color=colour, annotation_clip=False, fontweight="bold", parse_math=False, **style
        )


DRAWERS: dict[str, Callable[[Any, Chart], None]] = {  # by the kind of the chart; panels have their own page
    "years": draw_measure,
    "use": draw_use,
    "survival": draw_survival,
    "stack": draw_funding,
    "bars": draw_bars,
}


def draw(chart: Chart, subtitle: str = "") -> Figure:
    """Draw a chart as a matplotlib figure that fills a slide of 16 to 9, its finding as the title."""
    if "panel" in chart.table:
        return draw_panels(chart, subtitle)
    from matplotlib.figure import Figure  # here, since importing matplotlib takes longer than reading a result

    figure = Figure(figsize=SLIDE, layout="constrained")
    axes = figure.add_subplot()
    kind = chart.kind or "years"
    if chart.table.empty:
        axes.text(0.5, 0.5, "nothing to show", transform=axes.transAxes, ha="center")
    else:
        DRAWERS[kind](axes, chart)
    axes.set_xlabel(chart.across, fontsize=TEXT_SIZE)
    axes.set_ylabel("" if kind == "bars" else chart.up, fontsize=TEXT_SIZE)
    if kind == "bars":
        axes.set_xlabel(chart.up, fontsize=TEXT_SIZE)
    axes.tick_params(labelsize=TEXT_SIZE)
    plain_axes(axes, "x" if kind == "bars" else "y")
    slide(figure, chart.title, subtitle, chart.note)
    return figure


def write_figures(results: ResultTables, folder: str | Path, shown: Sequence[Chart] | None = None) -> list[Path]:
    """Draw every figure of a study into a folder, as PNG at 150 dots per inch and as SVG, and return their paths.

    Args:
        results: of the study.
        folder: of the figures.
        shown: the charts of the study, where they are made already.
    """
    return draw_into(Path(folder), charts(results) if shown is None else shown, subtitle_of(results))


def draw_into(folder: Path, shown: Sequence[Chart], subtitle: str) -> list[Path]:
    """Draw charts into a folder, each as PNG and as SVG, and return their paths."""
    return [path for chart in shown for path in save_both(draw(chart, subtitle), folder, chart.name)]


def load() -> None:
    """Load what draws figures, in a worker that is about to draw some."""
    import matplotlib.figure  # noqa: F401


@contextmanager
def drawn_beside(pool: WorkerPool, results: ResultTables, folder: Path, shown: Sequence[Chart]) -> Iterator[None]:
    """Draw every figure in a worker, while the caller writes other files; all are there at the end.

    Raises what keeps a figure from being written. Where the worker is lost, the figures are drawn in this process.

    Args:
        pool: of the worker.
        results: of the study.
        folder: of the figures.
        shown: the charts of the study.
    """
    task = (folder, tuple(shown), subtitle_of(results))
    drawn = pool.submit(draw_into, *task)
    yield
    try:
        drawn.result()
    except WorkerLostError:
        draw_into(*task)
