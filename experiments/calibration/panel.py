"""Read a panel of internet use and its covariates, and show what of them was known in a given year.

A panel is a CSV with the columns `iso3`, `year` and `internet_pct` (people using the internet, % of the population);
covariates have `iso3`, `year`, `pop` (people) and `gdppc_ppp` (GDP per capita, 2021 international dollars). Other
columns are left alone, an empty cell is no observation. Without covariates the embedded fitted paths stand in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from afteraid.simulation.basis.errors import DataError, nearest
from afteraid.simulation.basis.files import sha256_of_file
from afteraid.simulation.data import YEARS, load_world

EARLIEST, LATEST = 1990, 2060
GROWTH_YEARS = 10  # of growth that a projection from an origin looks back on
# Growth hardly lasts: correlations of 0.1 to 0.3 between decades (Easterly, Kremer, Pritchett and Summers 1993,
# Journal of Monetary Economics 32, "Good policy or good luck?"); the middle is taken.
GROWTH_PERSISTENCE = 0.2
EMBEDDED = "embedded fitted paths of GDP and population"


@dataclass(frozen=True)
class Panel:
    """Internet use (share), GDP per capita and population: tables of years (rows) by economies (columns).

    Attributes:
        use: share of people online, empty where not observed.
        income: GDP per capita, 2021 international dollars.
        population: people.
        covariates: where income and population come from.
        hashes: SHA-256 of each file that was read, by its name.
    """

    use: pd.DataFrame
    income: pd.DataFrame
    population: pd.DataFrame
    covariates: str
    hashes: dict[str, str]

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
            return Panel(use, self.income, self.population, self.covariates, self.hashes)
        income = _projected(self.income.loc[:origin], GROWTH_PERSISTENCE)
        population = _projected(self.population.loc[:origin], 1.0)
        return Panel(use, income, population, self.covariates, self.hashes)


def read_panel(panel: Path, covariates: Path | None = None) -> Panel:
    """Read a panel of internet use, with a file of covariates or the embedded paths in their place.

    Raises DataError where a file or column is missing, a number can't be one, or an economy has a year twice.
    """
    table = _read(panel, ("internet_pct",))
    use = _wide(table, "internet_pct") / 100.0
    if bool(((use < 0.0) | (use > 1.0)).to_numpy().any()):
        raise DataError("holds shares of people outside 0 to 100", file=str(panel), key="internet_pct")
    hashes = {panel.name: sha256_of_file(panel)}
    if covariates is None:
        world = load_world()
        years, economies = pd.Index(YEARS, name="year"), pd.Index(world.countries["iso3"], name="iso3")
        income = pd.DataFrame(world.income, index=years, columns=economies)
        population = pd.DataFrame(world.population, index=years, columns=economies)
        return Panel(use, _held_back(income), _held_back(population), EMBEDDED, hashes)
    more = _read(covariates, ("pop", "gdppc_ppp"))
    hashes[covariates.name] = sha256_of_file(covariates)
    tables = [_wide(more, name) for name in ("gdppc_ppp", "pop")]
    for name, values in zip(("gdppc_ppp", "pop"), tables, strict=True):
        if bool((values <= 0.0).to_numpy().any()):
            raise DataError("holds numbers that are not above zero", file=str(covariates), key=name)
    return Panel(use, tables[0], tables[1], covariates.name, hashes)


def read_columns(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    """Read a CSV that has to have some columns; "NA" is text, only an empty cell is missing.

    Raises DataError where it can't be read or a column is missing, with the nearest one.
    """
    try:
        table = pd.read_csv(path, keep_default_na=False, na_values=[""])
    except (OSError, ValueError) as problem:
        raise DataError(f"can't be read ({problem})", file=str(path), expected="a CSV file") from None
    for column in columns:
        if column not in table:
            there = list(map(str, table.columns))
            raise DataError(
                "no such column", file=str(path), key=column, expected=", ".join(there), nearest=nearest(column, there)
            )
    return table


def _read(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    """Read a CSV of economies and years, and check its columns."""
    table = read_columns(path, ("iso3", "year", *columns))
    for column in ("year", *columns):
        if not pd.api.types.is_numeric_dtype(table[column]):
            raise DataError("holds what is not a number", file=str(path), key=column)
    if table["year"].isna().any():
        raise DataError("is empty in some row", file=str(path), key="year")
    twice = table[table.duplicated(["iso3", "year"])]
    if len(twice):
        row = twice.iloc[0]
        raise DataError(f"has {row['iso3']} in {int(row['year'])} twice", file=str(path))
    if not table["year"].between(EARLIEST, LATEST).any():
        raise DataError("has no year that can be used", file=str(path), expected=f"{EARLIEST} to {LATEST}")
    return table[table["year"].between(EARLIEST, LATEST)]


def _wide(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Turn one variable into years by economies, from the earliest year to its last."""
    wide = table.pivot(index="year", columns="iso3", values=column).astype(float)
    last = int(wide.index.max())
    return wide.reindex(index=pd.Index(range(EARLIEST, last + 1), name="year")).sort_index(axis=1)


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
