"""The figure of uncertainty by source: for each outcome, the 90% interval of each source, and other rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from afteraid.simulation.results.drawing import NOTE, heading, plain_axes, save
from afteraid.simulation.results.looks import PALETTE
from afteraid.simulation.state.structures import STRUCTURES

from .uncertainty import OBSERVATION, PARAMETERS, PROCESS, Uncertainty

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LABELS = {"all": "all sources", PROCESS: "randomness", PARAMETERS: "parameters", OBSERVATION: "observation"}
MARGIN = 0.05  # of the width, free at either side
BILLION, MILLION = 1e9, 1e6


def spans(found: Uncertainty) -> pd.DataFrame:
    """Return the figure's tidy table: outcome, title, line, middle, low, high, structure (True for an alternative).

    Bands of a source stand around the default's median; an alternative is its mean with the band of its difference.
    Shares are in percent; large numbers are in the unit that the title names.
    """
    rows = []
    for outcome, part in found.bands.groupby("outcome", sort=False):
        first = part.iloc[0]
        middle, scale, unit = float(first["median"]), *_scale(str(first["unit"]), float(first["median"]))
        title = f"{str(first['words'])[0].upper()}{str(first['words'])[1:]} ({unit})"
        for line in part.itertuples():
            half = float(str(line.width90)) / 2.0
            rows.append((outcome, title, LABELS[str(line.source)], middle, middle - half, middle + half, scale, False))
        moved = found.structures[found.structures["outcome"] == outcome]
        for name, mean, low, high in zip(moved["structure"], moved["mean"], moved["low"], moved["high"], strict=True):
            rows.append(
                (outcome, title, STRUCTURES[name].short, middle + mean, middle + low, middle + high, scale, True)
            )
    names = ["outcome", "title", "line", "middle", "low", "high", "scale", "structure"]
    table = pd.DataFrame(rows, columns=names)
    for name in ("low", "high", "middle"):
        table[name] = table[name].fillna(table["middle"]) * table["scale"]  # of too few draws, a dot alone
    return table.drop(columns="scale")


def _scale(unit: str, value: float) -> tuple[float, str]:
    """Return the factor and the words of the unit in which a number is drawn."""
    if "share" in unit:
        return 100.0, "%"
    for size, word in ((BILLION, "billion"), (MILLION, "million")):
        if abs(value) >= size:
            return 1.0 / size, word
    return 1.0, unit


def draw(found: Uncertainty) -> Figure:
    """Draw a panel for each outcome as a matplotlib figure."""
    from matplotlib.figure import Figure  # here, since importing matplotlib takes longer than reading a result

    table = spans(found)
    names = list(dict.fromkeys(table["outcome"]))
    rows = (len(names) + 1) // 2
    figure = Figure(figsize=(11.0, 1.0 + 1.9 * rows), layout="constrained")
    panels = figure.subplots(rows, 2, squeeze=False).ravel()
    for axes in panels[len(names) :]:
        axes.set_visible(False)
    for place, (axes, name) in enumerate(zip(panels, names, strict=False)):
        _panel(axes, table[table["outcome"] == name], labels=place % 2 == 0)
    less = f" minus {found.manifest['against']['title']}" if "against" in found.manifest else ""
    title = f"{found.manifest['title']}{less}: sources of the 90% interval"
    heading(figure, title)
    note = (
        "Bar: 90% interval with this source alone, around the median. Point: mean under another rule, with the 90% "
        f"interval of the difference over {found.manifest['draws']} draws."
    )
    figure.supxlabel(note, x=0.01, ha="left", fontsize=8, color=NOTE)
    return figure


def _panel(axes: Axes, part: pd.DataFrame, labels: bool) -> None:
    """Draw one outcome: a bar for each source, a point for each alternative."""
    for place, (low, high, middle, line, other) in enumerate(
        zip(part["low"], part["high"], part["middle"], part["line"], part["structure"], strict=True)
    ):
        if other:
            axes.hlines(place, low, high, color=PALETTE[1], linewidth=1.2)
            axes.plot(middle, place, "o", color=PALETTE[1], markersize=4)
        else:
            colour = "#BBBBBB" if line == LABELS["all"] else PALETTE[0]
            axes.barh(place, high - low, left=low, height=0.62, color=colour)
    axes.axvline(float(part["middle"].iloc[0]), color="#222222", linewidth=0.8)
    axes.set_yticks(range(len(part)), list(part["line"]) if labels else [], fontsize=8)
    axes.set_ylim(len(part) - 0.4, -0.6)
    low, high = float(part["low"].min()), float(part["high"].max())
    axes.set_xlim(low - MARGIN * (high - low), high + MARGIN * (high - low))
    axes.set_title(str(part["title"].iloc[0]), loc="left", fontsize=9)
    axes.tick_params(axis="x", labelsize=8)
    plain_axes(axes, "x")


def write_figure(found: Uncertainty, path: str | Path) -> None:
    """Draw the figure into a PNG file; the same results give the same bytes."""
    save(draw(found), Path(path), dots=110)
