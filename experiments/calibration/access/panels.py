"""Read panels of what people need to be online, and show what of them was known in a given year.

A folder holds CSV files in the layout of `FILES`: `iso3`, `year` and the columns named there; other columns are left
alone, an empty cell is no observation. Coverage by mobile networks and electricity must be there; where another file
is missing, whoever fits keeps what the package ships.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from afteraid.simulation.basis.errors import DataError, nearest
from afteraid.simulation.basis.files import sha256_of_file
from afteraid.simulation.basis.short import Short

from ..csv_table import Kind
from ..panel import check_percentages, read_economy_years, wide


@dataclass(frozen=True)
class Source:
    """Where a table comes from.

    Attributes:
        file, name, kind: file, column and what it holds.
        per: divisor that makes it a share.
        where: a column of text and the value that a row must have there to count.
        beside: columns that must hold a number too, or the row doesn't count.
    """

    file: str
    name: str
    kind: Kind
    per: float = 1.0
    where: tuple[str, str] | None = None
    beside: tuple[str, ...] = ()


SOURCES = {
    "coverage_2g": Source("mobile_coverage.csv", "cov_2g_pct", "percent", 100.0),
    "coverage_3g": Source("mobile_coverage.csv", "cov_3g_pct", "percent", 100.0),
    "electricity_urban": Source("electricity_access.csv", "elec_urban_pct", "percent", 100.0),
    "electricity_rural": Source("electricity_access.csv", "elec_rural_pct", "percent", 100.0),
    "broadband": Source("country_year.csv", "fixed_bb_per100", "number", 100.0),
    "schooling": Source("country_year.csv", "school_yrs", "number"),
    "literacy": Source("literacy.csv", "literacy", "percent", 100.0, beside=("literacy_f", "literacy_m")),
    "price_data": Source("price_headline.csv", "data_pct_gni", "number"),
    "price_fixed": Source("price_headline.csv", "fixed_pct_gni", "number"),
    "price_voice": Source("itu_price_baskets.csv", "pct_gni", "number", 1.0, ("basket", "voice_old")),
}
FILES = tuple(dict.fromkeys(column.file for column in SOURCES.values()))
NEEDED = ("mobile_coverage.csv", "electricity_access.csv")
SHARED = {"skills": ("schooling", "literacy"), "price": ("price_data", "price_fixed", "price_voice")}


@dataclass(frozen=True)
class AccessPanels(Short):
    """Panels of access, each a table of years (rows) by economies (columns), empty where not observed.

    Attributes:
        tables: by the names of `SOURCES`: shares (coverage, electricity, lines a head, literacy), years of schooling,
            prices of baskets (% of monthly income). A table whose file was not given is not there.
        hashes: SHA-256 of each file that was read, by its name.
        left_out: what of the files was left out, by name, in sentences.
        missing: files that were not there.
    """

    tables: dict[str, pd.DataFrame]
    hashes: dict[str, str]
    left_out: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def known_in(self, origin: int) -> AccessPanels:
        """Return the panels without anything later than a year."""
        return replace(self, tables={name: table.loc[:origin] for name, table in self.tables.items()})

    def has(self, series: str) -> bool:
        """Say whether a series can be fitted: one of the tables, or `skills` or `price`, which need several."""
        return all(name in self.tables for name in SHARED.get(series, (series,)))


def read_access(folder: Path, needed: tuple[str, ...] = NEEDED) -> AccessPanels:
    """Read the panels of a folder.

    Args:
        folder: with files named as in `FILES`.
        needed: files that must be there.

    Raises:
        DataError: with file, line and column, where the folder or a needed file is missing, a cell isn't what its
            column holds, or an economy and a year appear twice.
    """
    if not folder.is_dir():
        raise DataError("is no folder", file=str(folder), key="--access", expected=f"a folder with {', '.join(NEEDED)}")
    there = sorted(entry.name for entry in folder.iterdir())
    for name in needed:
        if name not in there:
            raise DataError(
                f"has no file {name}", file=str(folder), key="--access", expected=", ".join(needed),
                nearest=nearest(name, there),
            )  # fmt: skip
    missing = tuple(name for name in FILES if name not in there)
    tables: dict[str, pd.DataFrame] = {}
    left_out: dict[str, None] = {}
    for file in FILES:
        if file in missing:
            continue
        columns = {name: column for name, column in SOURCES.items() if column.file == file}
        where = next(iter(columns.values())).where
        kinds: dict[str, Kind] = {column.name: column.kind for column in columns.values()}
        kinds |= {name: column.kind for column in columns.values() for name in column.beside}
        rows, said = read_economy_years(folder / file, kinds, where)
        left_out |= dict.fromkeys(said)
        for name, column in columns.items():
            _check_values(rows, folder / file, column)
            counted = rows[rows[list(column.beside)].notna().all(axis=1)]
            tables[name] = wide(counted, column.name) / column.per
    hashes = {name: sha256_of_file(folder / name) for name in FILES if name not in missing}
    return AccessPanels(tables, hashes, tuple(left_out), missing)


def _check_values(rows: pd.DataFrame, path: Path, column: Source) -> None:
    """Refuse a value below zero, and percentages that look like shares."""
    if column.kind == "percent":
        check_percentages(rows, path, column.name)
    for row in rows[rows[column.name] < 0.0].head(1).to_dict("records"):
        raise DataError(
            f"{row[column.name]:g} is below zero", file=str(path), line=int(row["line"]), key=column.name,
            expected="zero or more, or an empty cell",
        )  # fmt: skip


def yearly(panels: AccessPanels, name: str, economies: pd.Index[str], years: range) -> pd.DataFrame:
    """Return one table for some economies and years, years x economies, empty where not observed."""
    table = panels.tables[name].reindex(index=pd.Index(list(years), name="year"), columns=economies)
    return table.astype(np.float64)
