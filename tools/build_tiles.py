"""Lay the economies out as a grid of tiles, each near where it lies on the map: writes simulation/data/tiles.csv.

Coordinates are those of the World Factbook (public domain). Each economy gets one cell, so that the squared distances
from where it lies add up to the least (scipy's `linear_sum_assignment`). No border is drawn.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

import factbook

DATA = Path(__file__).parents[1] / "simulation" / "data"
COLUMNS, ROWS = 24, 17
PLACE = re.compile(r"(\d+) (\d+) ([NS]), (\d+) (\d+) ([EW])")
# The centre that the Factbook gives for Morocco takes in Western Sahara: the capital stands for it.
BY_CAPITAL = ("MAR",)
BY_RANK = 0.65  # of a place on the grid: the rest is the place on the map; ranks leave crowded regions more room


def read_place(text: str) -> tuple[float, float]:
    """Return the first longitude and latitude of a text such as "28 30 N, 10 00 W", in degrees east and north."""
    found = PLACE.search(text)
    if found is None:
        raise ValueError(f"no coordinates in {text!r}")
    north = (int(found[1]) + int(found[2]) / 60.0) * (1.0 if found[3] == "N" else -1.0)
    east = (int(found[4]) + int(found[5]) / 60.0) * (1.0 if found[6] == "E" else -1.0)
    return east, north


def places(names: pd.DataFrame) -> pd.DataFrame:
    """Return east and north of every economy by ISO code; where two entries are one economy, their middle."""
    iso3_by_iso2 = dict(zip(names["iso2"], names["iso3"], strict=True))
    rows = []
    for code, entry in factbook.read_entries().items():
        iso3 = factbook.entry_iso3(code, entry, iso3_by_iso2)
        section = ("Government", "Capital") if iso3 in BY_CAPITAL else ("Geography",)
        heading = "geographic coordinates" if iso3 in BY_CAPITAL else "Geographic coordinates"
        text = factbook.find(entry, *section, heading, "text")
        if iso3 is not None and text:
            rows.append((iso3, *read_place(factbook.plain(text))))
    return pd.DataFrame(rows, columns=["iso3", "east", "north"]).groupby("iso3").mean()


def on_grid(found: pd.DataFrame) -> pd.DataFrame:
    """Return a cell for each economy: iso3, column from the west, row from the north."""
    east, north = (_spread(found[name].to_numpy(float)) for name in ("east", "north"))
    wanted = np.column_stack([east * (COLUMNS - 1), (1.0 - north) * (ROWS - 1)])
    cells = np.array([(column, row) for row in range(ROWS) for column in range(COLUMNS)], float)
    costs = ((wanted[:, None, :] - cells[None, :, :]) ** 2).sum(axis=2)
    _, chosen = linear_sum_assignment(costs)
    at = cells[chosen].astype(int)
    return pd.DataFrame({"iso3": found.index, "column": at[:, 0], "row": at[:, 1]})


def _spread(values: np.ndarray) -> np.ndarray:
    """Return places from 0 to 1, part by value and part by rank."""
    ranks = pd.Series(values).rank().to_numpy(float)
    by_rank = (ranks - 1.0) / (values.size - 1.0)
    by_value = (values - values.min()) / (values.max() - values.min())
    return BY_RANK * by_rank + (1.0 - BY_RANK) * by_value


def main() -> None:
    """Write the table, and print how many near neighbours are still near."""
    names = pd.read_csv(DATA / "country_names.csv", keep_default_na=False)
    wanted = pd.read_csv(DATA / "countries.csv", keep_default_na=False)["iso3"]
    found = places(names).loc[wanted]
    table = on_grid(found)
    table.to_csv(DATA / "tiles.csv", index=False, lineterminator="\n")
    print(f"{len(table)} economies, {_kept(found, table):.0%} of the nearest neighbours within three tiles")


def _kept(found: pd.DataFrame, table: pd.DataFrame) -> float:
    """Return the share of economies whose nearest one is at most three tiles away."""
    degrees = found[["east", "north"]].to_numpy(float)
    apart = ((degrees[:, None] - degrees[None]) ** 2).sum(axis=2)
    np.fill_diagonal(apart, np.inf)
    cells = table[["column", "row"]].to_numpy(float)
    return float((np.abs(cells - cells[apart.argmin(axis=1)]).max(axis=1) <= 3).mean())


if __name__ == "__main__":
    main()
