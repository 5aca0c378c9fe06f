"""The charts of the workshop: what survives, who is online and what is stranded, as a difference or as levels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.measures.measure import BAND
from afteraid.simulation.results.charts import Chart
from afteraid.simulation.results.words.numbers import POINTS
from afteraid.simulation.results.words.verdicts import LEAST_DRAWS

from .outcomes import ONLINE, SERVING, STRANDED

DIFFERENCE, LEVEL = "difference", "level"
BASE, CHOICE = "base", "levers"
PERCENT = 100.0


@dataclass(frozen=True)
class Shown:
    """What a picture shows: its title on the button, the headline that belongs to it, and its axes."""

    title: str
    headline: str
    up: str
    across: str
    time: str  # name of the column of times, as charts of this kind have it


PICTURES = {
    SERVING: Shown(
        "What survives", "serving_5_years_after_exit", "Initiatives still serving (%)", "Years after exit", "years"
    ),
    ONLINE: Shown("Who is online", "use", "People online, {focus} (%)", "", "year"),
    STRANDED: Shown("Capital stranded", "stranded_share", "Capital stranded in a year, of capital (%)", "", "year"),
}


def chart_of(
    name: str, view: str, title: str, focus: str, times: FloatArray, base: FloatArray, differences: FloatArray,
    choice: str = CHOICE,
) -> Chart:  # fmt: skip
    """Make a chart of a series.

    Args:
        name: of the series.
        view: DIFFERENCE or LEVEL.
        title: the finding.
        focus: name of the group whose use is shown.
        times: years, or years after exit, (times,).
        base: of all runs of the base, (runs, times), shares of one.
        differences: of the pairs that are known, (pairs, times); none where no lever has moved.
        choice: what the pairs are called that are not the base.
    """
    shown = PICTURES[name]
    up = shown.up.format(focus=focus)
    if view == DIFFERENCE:
        table = _table(choice, shown.time, times, differences)
        unit = up.replace("(%)", f"({POINTS})")
        return Chart(f"difference-{name}", title, shown.across, f"Change: {unit[:1].lower()}{unit[1:]}", table,
                     kind="difference")  # fmt: skip
    middle = np.nanmedian(base, axis=0)
    parts = [_table(BASE, shown.time, times, base)]
    if differences.size:
        parts.append(_table(choice, shown.time, times, middle + differences))
    kind = "curves" if name == SERVING else "fan"
    return Chart(f"{kind}-{name}", title, shown.across, up, pd.concat(parts, ignore_index=True), kind=kind)


def chart_of_worlds(name: str, title: str, focus: str, times: FloatArray, worlds: Mapping[str, FloatArray]) -> Chart:
    """Make a chart of a series in several worlds, each with the interval of its own runs.

    Args:
        name: of the series.
        title: the finding.
        focus: name of the group whose use is shown.
        times: years, or years after exit, (times,).
        worlds: by title, (runs, times), shares of one.
    """
    shown = PICTURES[name]
    table = pd.concat([_table(world, shown.time, times, runs) for world, runs in worlds.items()], ignore_index=True)
    kind = "curves" if name == SERVING else "fan"
    return Chart(f"{kind}-{name}", title, shown.across, shown.up.format(focus=focus), table, kind=kind)


def times_of(name: str, start: int, number: int) -> FloatArray:
    """Return the times of a series: years after exit, or years from a start on, (times,)."""
    return (0 if name == SERVING else start) + np.arange(number, dtype=np.float64)


def _table(group: str, time: str, times: FloatArray, values: FloatArray) -> pd.DataFrame:
    """Return the median and the 90% interval by time, in percent; no interval of fewer than five runs."""
    with np.errstate(all="ignore"):
        known = np.isfinite(values).any(axis=0)
    table = pd.DataFrame({"group": group, time: times})
    spread = {"low": BAND[0], "median": 0.5, "high": BAND[1]}
    for column, quantile in spread.items():
        table[column] = np.nan
        if column == "median" or values.shape[0] >= LEAST_DRAWS:
            table.loc[known, column] = PERCENT * np.nanquantile(values[:, known], quantile, axis=0)
    return table
