"""Read a panel of internet use and its covariates, and show what of them was known in a given year.

A panel is a CSV with the columns `iso3`, `year` and `internet_pct` (people using the internet, % of the population);
covariates have `iso3`, `year`, `pop` (people) and `gdppc_ppp` (GDP per capita, 2021 international dollars). Other
columns are left alone, an empty cell is no observation. Without covariates the embedded fitted paths stand in. What is
no economy is left out by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from afteraid.simulation.basis.errors import DataError
from afteraid.simulation.basis.files import sha256_of_file
from afteraid.simulation.basis.short import Short
from afteraid.simulation.data import YEARS, load_world
from afteraid.simulation.results.words.names import joined
from afteraid.simulation.results.words.templates import Templates

from .csv_table import Kind, read_columns
from .economies import read_economies

EARLIEST, LATEST = 1990, 2060
GROWTH_YEARS = 10  # of growth that a projection from an origin looks back on
# Growth hardly lasts: correlations of 0.1 to 0.3 between decades (Easterly, Kremer, Pritchett and Summers 1993,
# Journal of Monetary Economics 32, "Good policy or good luck?"); the middle is taken.
GROWTH_PERSISTENCE = 0.2
EMBEDDED = "embedded fitted paths of GDP and population"
USE: dict[str, Kind] = {"internet_pct": "percent"}
COVARIATES: dict[str, Kind] = {"pop": "people", "gdppc_ppp": "dollars"}
SAY = Templates(
    "panel",
    years="Left out of {file}: {rows} rows of years before {first} or after {last}.",
    no_covariates="Without population and GDP in {file}: {names}.",
)


@dataclass(frozen=True)
class Panel(Short):
    """Internet use (share), GDP per capita and population: tables of years (rows) by economies (columns).

    Attributes:
        use: share of people online, empty where not observed.
        income: GDP per capita, 2021 international dollars.
        population: people.
        covariates: where income and population come from.
        hashes: SHA-256 of each file that was read, by its name.
        left_out: what of the files was left out, by name, in sentences.
    """

    use: pd.DataFrame
    income: pd.DataFrame
    population: pd.DataFrame
    covariates: str
    hashes: dict[str, str]
    left_out: tuple[str, ...] = ()

    @property
    def embedded(self) -> bool:
        """Say whether GDP and population are the embedded paths."""
        return self.covariates == EMBEDDED

    @property
    def last_year(self) -> int:
        """Return the last year with an observation of use."""
        return int(self.use.dropna(how="all").index[-1])

    def known_in(self, origin: int) -> Panel:
        """Return the panel without anything later than a year.

        Covariates after it are projected from what was known: each economy's growth goes on at the mean of all
        economies plus a fifth of what it was above it over ten years. The embedded paths are left as they are.
        """
        use = self.use.loc[:origin]
        if self.embedded:
            return replace(self, use=use)
        income = _projected(self.income.loc[:origin], GROWTH_PERSISTENCE)
        population = _projected(self.population.loc[:origin], 1.0)
        return replace(self, use=use, income=income, population=population)


def read_panel(panel: Path, covariates: Path | None = None) -> Panel:
    """Read a panel of internet use, with a file of covariates or the embedded paths in their place.

    Raises DataError, with file, line and column, where a file can't be read, a column or a code is missing, a cell
    isn't what its column holds, an economy has a year twice, or shares stand for percentages.
    """
    table, left_out = read_economy_years(panel, USE)
    check_percentages(table, panel, "internet_pct")
    use = wide(table, "internet_pct") / 100.0
    hashes = {panel.name: sha256_of_file(panel)}
    if covariates is None:
        world = load_world()
        years, economies = pd.Index(YEARS, name="year"), pd.Index(world.countries["iso3"], name="iso3")
        income = _held_back(pd.DataFrame(world.income, index=years, columns=economies))
        population = _held_back(pd.DataFrame(world.population, index=years, columns=economies))
        return Panel(use, income, population, EMBEDDED, hashes, left_out + _without(use, income, EMBEDDED))
    more, left_out_too = read_economy_years(covariates, COVARIATES)
    hashes[covariates.name] = sha256_of_file(covariates)
    for name in COVARIATES:
        for row in more[more[name] <= 0.0].head(1).to_dict("records"):
            raise DataError(
                f"{row[name]:g} is not above zero", file=str(covariates), line=int(row["line"]), key=name,
                expected="a number above zero, or an empty cell",
            )  # fmt: skip
    income, population = (wide(more, name) for name in ("gdppc_ppp", "pop"))
    left_out += left_out_too + _without(use, income, covariates.name)
    return Panel(use, income, population, covariates.name, hashes, left_out)


def read_economy_years(
    path: Path, columns: Mapping[str, Kind], where: tuple[str, str] | None = None
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Read a CSV of economies (`iso3`) and years, and say what of it was left out.

    Args:
        path: of the file.
        columns: what each column beside them holds.
        where: a column of text and the one value of it whose rows count; all rows where left out.

    Returns:
        line (of the file), iso3 (alpha-3), year, and the columns; the years from 1990 to 2060; and sentences.

    Raises:
        DataError: as :func:`read_panel` does.
    """
    chosen: dict[str, Kind] = {} if where is None else {where[0]: "text"}
    table = read_columns(path, {"iso3": "text", "year": "year", **chosen, **columns})
    if where is not None:
        table = table[table[where[0]] == where[1]]
        if table.empty:
            raise DataError("no row has it", file=str(path), line=1, key=where[0], expected=f"rows of '{where[1]}'")
    rows, left_out = with_economies(table, path, "iso3")
    twice = rows[rows.duplicated(["iso3", "year"])]
    if len(twice):
        again = twice.iloc[0]
        first = rows[(rows["iso3"] == again["iso3"]) & (rows["year"] == again["year"])].iloc[0]
        raise DataError(
            f"has {again['iso3']} in {again['year']} twice, in line {first['line']} too", file=str(path),
            line=int(again["line"]), key="iso3", expected="each economy and year once",
        )  # fmt: skip
    inside = rows["year"].between(EARLIEST, LATEST)
    if not inside.any():
        raise DataError(
            f"has no year that can be used, from {rows['year'].min()} to {rows['year'].max()}", file=str(path),
            line=int(rows["line"].iloc[0]), key="year", expected=f"{EARLIEST} to {LATEST}",
        )  # fmt: skip
    if not inside.all():
        said = SAY("years", file=path.name, rows=int((~inside).sum()), first=EARLIEST, last=LATEST)
        left_out = (*left_out, said)
    rows = rows[inside].reset_index(drop=True)
    for name in columns:
        if rows[name].isna().all():
            raise DataError("holds no number of an economy", file=str(path), line=1, key=name)
    return rows, left_out


def with_economies(table: pd.DataFrame, path: Path, column: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the rows of economies, with their alpha-3 codes, and say by name what is none.

    Args:
        table: of :func:`read_columns`; its index is the lines of the file.
        path: of the file.
        column: that names economies.
    """
    found = read_economies(list(table[column].fillna("")), list(table.index), str(path), column)
    rows = table.reset_index()
    rows[column] = found.codes
    return rows[rows[column].notna()].reset_index(drop=True), found.said(path.name)


def check_percentages(table: pd.DataFrame, path: Path, column: str) -> None:
    """Refuse a column of percentages whose largest value is 1 or less: a panel of shares."""
    largest = table.iloc[int(np.nanargmax(table[column].to_numpy(np.float64)))]
    if largest[column] <= 1.0:
        raise DataError(
            f"the largest value is {largest[column]:g}, so that these look like shares", file=str(path),
            line=int(largest["line"]), key=column, expected="percentages, 0 to 100",
        )  # fmt: skip


def _without(use: pd.DataFrame, income: pd.DataFrame, source: str) -> tuple[str, ...]:
    """Say which economies of a panel have no covariates at all."""
    there = income.columns[income.notna().any()]
    missing = [str(code) for code in use.columns if code not in there]
    return (SAY("no_covariates", file=source, names=joined(missing)),) if missing else ()


def wide(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Turn one variable into years by economies, from the earliest year to its last."""
    found = table.pivot(index="year", columns="iso3", values=column).astype(float)
    last = int(found.index.max())
    return found.reindex(index=pd.Index(range(EARLIEST, last + 1), name="year")).sort_index(axis=1)


def _held_back(table: pd.DataFrame) -> pd.DataFrame:
    """Hold the first year's values back to the earliest year of a panel."""
    return table.reindex(pd.Index(range(EARLIEST, LATEST + 1), name="year")).bfill()


def _projected(known: pd.DataFrame, persistence: float) -> pd.DataFrame:
    """Project a level from its last year at the mean growth plus a part of what an economy's own was above it."""
    logs = pd.DataFrame(np.log(known.to_numpy(dtype=np.float64)), index=known.index, columns=known.columns).ffill()
    growth = (logs.iloc[-1] - logs.iloc[-1 - GROWTH_YEARS]) / GROWTH_YEARS
    mean = growth.mean()
    rate = (mean + persistence * (growth - mean)).fillna(mean)
    later = np.arange(int(logs.index[-1]) + 1, LATEST + 1)
    ahead = (later - int(logs.index[-1]))[:, None] * rate.to_numpy()[None, :] + logs.iloc[-1].to_numpy()[None, :]
    rows = pd.DataFrame(ahead, index=pd.Index(later, name="year"), columns=logs.columns)
    joined = pd.concat([logs, rows])
    return pd.DataFrame(np.exp(joined.to_numpy(dtype=np.float64)), index=joined.index, columns=joined.columns)
