"""The figure of an attribution: bars with bands, a panel for each measure."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from afteraid.simulation.results.drawing import NOTE, heading, plain_axes, save
from afteraid.simulation.results.looks import look
from afteraid.simulation.results.words.numbers import magnitude

from .attribution import Attribution
from .wording import words_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PANELS = (
    "additional_user_years",
    "additional_public_usd",
    "additional_user_years_per_1000_usd",
    "serving_10_years_after_founding",
    "use_rural_LDC",
    "closure_LDC",
)
LABELS = {"fixed": "others as they were", "free": "others free to react", "": "alone"}
SHARES = "Shapley share"
FINDING, NO_FINDING = 0.9, 0.35


def bars(found: Attribution) -> pd.DataFrame:
    """Return the figure's tidy table: measure, title, item, series, mean, low, high, zero_in_band.

    Scaled numbers are in the unit that the title names.
    """
    table = found.effects.assign(series=found.effects["others"].map(LABELS))
    if len(found.shares):
        table = pd.concat([table, found.shares.assign(series=SHARES)], ignore_index=True)
    table = table[table["measure"].isin(PANELS) & table["mean"].notna()].reset_index(drop=True)
    table["title"] = ""
    for measure, part in table.groupby("measure"):
        largest = float(part[["mean", "low", "high"]].abs().to_numpy().max())
        words, unit = str(part["words"].iloc[0]), str(part["unit"].iloc[0])
        size, word = magnitude(largest)
        table.loc[part.index, "title"] = f"{words[0].upper()}{words[1:]}\n({word}{unit})"
        table.loc[part.index, ["mean", "low", "high"]] = part[["mean", "low", "high"]] / size
        table.loc[part.index, "order"] = PANELS.index(str(measure))
    return table.sort_values("order", kind="stable").drop(columns="order")


def draw(found: Attribution) -> Figure:
    """Draw the bars as a matplotlib figure, with as many panels as there are measures."""
    from matplotlib.figure import Figure  # here, since importing matplotlib takes longer than reading a result

    table = bars(found)
    measures = list(dict.fromkeys(table["measure"]))
    items = list(dict.fromkeys(table["item"]))
    series = list(dict.fromkeys(table["series"]))
    rows = max(1, (len(measures) + 1) // 2)
    height = 1.2 + rows * (0.9 + 0.28 * len(items) * max(1, len(series)))
    figure = Figure(figsize=(11.0, height), layout="constrained")
    panels = figure.subplots(rows, 2, squeeze=False).ravel()
    for axes in panels[len(measures) :]:
        axes.set_visible(False)
    for axes, measure in zip(panels, measures, strict=False):
        _panel(axes, table[table["measure"] == measure], items, series)
    for axes in panels[1 : len(measures) : 2]:
        axes.set_yticklabels([])
    manifest = found.manifest
    run = manifest["scenario"]["run"]
    title = str(manifest.get("title") or manifest.get("name", ""))
    what = "levers as in the scenario less as in the comparison" if "levers" in manifest else "with less without"
    heading(figure, f"{title}: {what}, {run['start']} to {run['end']}")
    if len(series) > 1:
        handles, names = panels[0].get_legend_handles_labels()
        figure.legend(handles, names, loc="outside lower right", frameon=False, fontsize=8, ncols=len(series))
    note = f"Bar: mean of {manifest['runs']} paired runs. Line: 90% interval. Pale: no clear effect."
    figure.supxlabel(note, x=0.01, ha="left", fontsize=8, color=NOTE)
    return figure


def _panel(axes: Axes, part: pd.DataFrame, items: list[str], series: list[str]) -> None:
    """Draw one measure: a group of bars for each item, a bar for each series."""
    thick = 0.8 / len(series)
    for place, name in enumerate(series):
        rows = part[part["series"] == name].set_index("item").reindex(items)
        at = np.arange(len(items)) + (place - (len(series) - 1) / 2) * thick
        mean = rows["mean"].to_numpy(float)
        shown, height = look(place), 0.9 * thick
        drawn = axes.barh(at, np.nan_to_num(mean), height=height, color=shown.colour, hatch=shown.hatch, label=name)
        for bar, nothing in zip(drawn, rows["zero_in_band"].to_numpy(object), strict=True):
            bar.set_alpha(NO_FINDING if nothing is True or nothing == 1 else FINDING)
        known = np.isfinite(mean)
        axes.hlines(at[known], rows["low"][known], rows["high"][known], color="#222222", linewidth=1.2)
    axes.axvline(0.0, color="#222222", linewidth=0.8)
    axes.set_yticks(range(len(items)), [words_of(str(item)) for item in items], fontsize=9)
    axes.set_ylim(len(items) - 0.45, -0.55)
    axes.set_title(str(part["title"].iloc[0]), loc="left", fontsize=9)
    axes.tick_params(axis="x", labelsize=8)
    plain_axes(axes, "x")


def write_figure(found: Attribution, folder: str | Path) -> Path:
    """Draw the figure into a folder as a PNG file at 150 dots per inch, and return its path."""
    return save(draw(found), Path(folder) / "attribution.png")
