"""The tables of the page of skill, made from a hindcast's forecasts."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from afteraid.simulation.data import load_countries
from afteraid.simulation.measures.groups import INCOME_GROUPS
from afteraid.simulation.results.faces.markdown import table_of

from ..calibration.panel import Panel
from ..trust.hindcast.scores import EVERYWHERE, GROUPINGS, SIMULATION, SIZES, TAKE_OFF, WEIGHTS, grouped

JUMP, FALL = 8.0, 3.0  # points in one year: larger than use is known to move
TAKING_OFF = 10.0  # points: below it an economy had hardly begun
LATER = 3  # years: shorter horizons say little about an economy


def markdown(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table; the first column and those with sentences are to the left, numbers to the right."""
    cells = [[str(cell) for cell in row] for row in rows]
    columns = list(zip(*cells, strict=True))
    left = [place for place, column in enumerate(columns) if place == 0 or any(cell.count(" ") > 4 for cell in column)]
    return table_of(headings, cells, left) + "\n"


def by_horizon(scores: pd.DataFrame, measure: str, digits: int = 2) -> str:
    """Return one measure of every model by horizon, best first at the longest."""
    world = scores[scores["grouping"] == "everywhere"]
    wide = world.pivot(index="model", columns="horizon", values=measure).dropna(how="all")
    wide = wide.sort_values(wide.columns[-1])
    names = [f"**{name}**" if name == SIMULATION else str(name) for name in wide.index]
    numbers = wide.to_numpy(dtype=np.float64)
    rows = [[name, *(f"{value:.{digits}f}" for value in line)] for name, line in zip(names, numbers, strict=True)]
    return markdown(["", *(f"{horizon} y" for horizon in wide.columns)], rows)


def differences(comparisons: pd.DataFrame, measure: str) -> str:
    """Return the simulation less each other model by horizon, with the 95% interval, in points."""
    part = comparisons[comparisons["measure"] == measure]
    part = part[(part["group"] == EVERYWHERE) & (part["weight"] == WEIGHTS[0])]
    horizons = sorted(set(part["horizon"]))
    rows = []
    for other, own in part.groupby("other", sort=False):
        cells = {row["horizon"]: row for row in own.to_dict(orient="records")}
        rows.append(
            [str(other)] + ["" if horizon not in cells else _with_interval(cells[horizon]) for horizon in horizons]
        )
    return markdown(["simulation minus", *(f"{horizon} y" for horizon in horizons)], rows)


def _with_interval(row: Mapping[Hashable, Any]) -> str:
    return f"{row['difference']:+.2f} ({row['low']:+.2f} to {row['high']:+.2f})"


def bands(scores: pd.DataFrame, horizon: int) -> str:
    """Return error, bias, coverage and width of the simulation's intervals in each group, at one horizon."""
    part = scores[(scores["model"] == SIMULATION) & (scores["horizon"] == horizon) & (scores["grouping"] != "target")]
    order = {name: place for place, name in enumerate((*INCOME_GROUPS, *SIZES, *TAKE_OFF))}
    ranked = part.assign(rank=part["group"].map(order).fillna(-1.0), kind=part["grouping"].map(GROUPINGS.index))
    part = ranked.sort_values(["kind", "rank"], kind="stable")
    rows = []
    for row in part.to_dict(orient="records"):
        name = f"online: {row['group']}" if row["grouping"] == "take_off" else str(row["group"])
        covers = " / ".join(f"{row[f'cover{band}']:.0f}" for band in (50, 80, 90))
        rows.append(
            [name, int(row["forecasts"]), f"{row['mae']:.2f}", f"{row['bias']:+.2f}", covers, f"{row['width80']:.1f}"]
        )
    headings = [
        "group",
        "forecasts",
        "MAE",
        "bias",
        "covered by the 50 / 80 / 90% interval, %",
        "width of the 80% interval",
    ]
    return markdown(headings, rows)


def own(forecasts: pd.DataFrame) -> pd.DataFrame:
    """Return the simulation's forecasts with their error (point less observed) and the economy's name."""
    table = grouped(forecasts[forecasts["model"] == SIMULATION])
    names = load_countries().set_index("iso3")["name"]
    return table.assign(error=table["point"] - table["observed"], name=table["iso3"].map(names))


def worst_economies(forecasts: pd.DataFrame, panel: Panel, count: int) -> str:
    """Return the economies with the largest mean absolute error at three years and more, and what their series shows.

    Args:
        forecasts: of a hindcast.
        panel: that it was made of.
        count: how many.
    """
    table = own(forecasts)
    later = table[table["horizon"] >= LATER]
    size = later.assign(size=later["error"].abs()).groupby("iso3")["size"].mean().sort_values(ascending=False)
    rows = []
    for iso3 in size.index[:count]:
        part = later[later["iso3"] == iso3]
        largest = part.loc[part["error"].abs().idxmax()]
        said = f"{int(largest['origin'])} to {int(largest['origin'] + largest['horizon'])}: "
        said += f"{largest['point']:.0f} forecast, {largest['observed']:.0f} observed"
        rows.append([largest["name"], f"{size[iso3]:.1f}", f"{part['error'].mean():+.1f}", said, why(largest, panel)])
    return markdown(["economy", "MAE", "bias", "largest miss", "what the series shows"], rows)


def why(row: pd.Series[Any], panel: Panel) -> str:
    """Say what an economy's series shows between an origin and a horizon that explains a miss, as far as it can."""
    origin, horizon, level = int(row["origin"]), int(row["horizon"]), float(row["level"])
    error = float(row["point"]) - float(row["observed"])
    series = (panel.use[str(row["iso3"])].loc[origin : origin + horizon] * 100.0).dropna()
    change = series.diff().dropna()
    fall, rise = float(change.min()), float(change.max())
    if error > 0.0 and fall <= -FALL:
        return f"falls by {-fall:.1f} points in {change.idxmin()}: a break in the count rather than a loss of users"
    if error < 0.0 and rise >= JUMP:
        return f"rises by {rise:.1f} points in {change.idxmax()}: faster than use moves, so a new survey or estimate"
    if error < 0.0 and level < TAKING_OFF:
        return "took off sooner than its income and its own past suggest"
    forecast, came = (float(row["point"]) - level) / horizon, (float(row["observed"]) - level) / horizon
    return f"grew by {came:.1f} points a year where {forecast:.1f} were forecast"


def periods(forecasts: pd.DataFrame) -> str:
    """Return error and bias by origin and horizon."""
    table = own(forecasts)
    rows = []
    for (origin, horizon), part in table.groupby(["origin", "horizon"]):
        inside = (part["observed"] >= part["low80"]) & (part["observed"] <= part["high80"])
        rows.append(
            [f"{origin} to {int(str(origin)) + int(str(horizon))}", len(part), f"{part['error'].abs().mean():.2f}",
             f"{part['error'].mean():+.2f}", f"{100.0 * inside.mean():.0f}"]
        )  # fmt: skip
    return markdown(["period", "economies", "MAE", "bias", "covered by the 80% interval, %"], rows)


def outside(forecasts: pd.DataFrame) -> str:
    """Return how often outcomes were above and below the 90% interval, by income group and horizon."""
    table = own(forecasts)
    rows = []
    for group in ("all", "LIC", "LMC", "UMC", "HIC"):
        part = table if group == "all" else table[table["income"] == group]
        for horizon, some in part.groupby("horizon"):
            above, below = some["observed"] > some["high90"], some["observed"] < some["low90"]
            rows.append([f"{group}, {horizon} y", len(some), f"{100 * above.mean():.1f}", f"{100 * below.mean():.1f}"])
    return markdown(["group", "forecasts", "above, %", "below, %"], rows)


def farthest(forecasts: pd.DataFrame, panel: Panel, count: int) -> str:
    """Return the outcomes farthest outside the 90% interval, in widths of it, one an economy."""
    table = own(forecasts)
    beyond = np.maximum(table["observed"] - table["high90"], table["low90"] - table["observed"])
    width = table["high90"] - table["low90"]
    table = table.assign(beyond=beyond / width).sort_values("beyond", ascending=False).drop_duplicates("iso3")
    rows = [
        [
            row["name"],
            f"{row['origin']} to {row['origin'] + row['horizon']}",
            f"{row['low90']:.0f} to {row['high90']:.0f}",
            f"{row['observed']:.0f}",
            why(row, panel),
        ]
        for _, row in table.head(count).iterrows()
    ]
    return markdown(["economy", "period", "90% interval", "observed", "what the series shows"], rows)
