"""Fit how the price of data fell before a base year, and what its level was in it.

Only changes of one country within one basket are read, so the breaks of the series (2017/18 and 2020/21, where the
basket changed) are no falls; the years of a break take the mean of the years around it. Before 2013 no basket of data
alone exists: the changes are those of the fixed and voice baskets, mapped by a line fitted where all three exist, from
2013 to 2016. A base year before 2016 borrows the three constants of that line, and nothing else, from later years.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from afteraid.simulation.basis.units import FloatArray

from .panels import AccessPanels, yearly

BREAKS = (2018, 2021)
FIRST_BASKET, FIRST_DATA_BASKET, FIRST_YEAR = 2008, 2013, 2000
MAPPED_ON = range(2013, 2017)
LOWEST_PRICE = 0.05  # percent of income: the tables have two decimals
HIGHEST_PRICE = 0.5  # share of income
FALL_BEFORE_BASKETS = -0.08  # judged: no basket of any kind before 2008
TRIMMED = 0.05
MIDDLE_INCOME = 15000.0  # the income at which the pooled fall holds
RICH = 20000.0  # the income from which prices have a slope of their own
YEARS_OF_LEVEL, YEARS_OF_PACE = 4, 5
REGION_PENALTY = 1.0  # in observations: small regions are drawn to the whole


@dataclass(frozen=True)
class PricePath:
    """The fitted price of data up to a base year.

    Attributes:
        yearly: change of ln price at the middle income, by year from 2001.
        slopes: first and last year of a stretch, slope of the yearly change on ln income, its standard error.
        line: constants of ln data price on ln prices of the fixed and voice baskets.
        explained: share of the variance of ln data price that they explain.
        late: observed changes within one data basket, years x economies.
        prices: ln price of data (percent of income), as mapped before 2013, years x economies.
    """

    yearly: pd.Series
    slopes: list[tuple[int, int, float, float]]
    line: FloatArray
    explained: float
    late: pd.DataFrame
    prices: pd.DataFrame

    def log_index(self, years: FloatArray, distance: FloatArray, base_year: int) -> FloatArray:
        """Return ln price over that of the base year, 0 after it: (T, C).

        Args:
            years: (T,).
            distance: ln income over the middle one, (C,).
            base_year: in which the path ends.
        """
        index = self.yearly[::-1].cumsum()[::-1].mul(-1.0)
        pooled = np.array([index.get(int(year) + 1, 0.0) for year in years])
        tilt = np.zeros(years.size)
        for first, last, slope, _ in self.slopes:
            tilt += slope * (last - np.clip(years, first, last))
        return np.asarray(pooled[:, None] - tilt[:, None] * distance[None, :])

    def pace(self) -> float:
        """Return the mean change of ln price in the last five years."""
        return float(self.yearly.iloc[-YEARS_OF_PACE:].mean())


def log_prices(panels: AccessPanels, economies: pd.Index[str], last_year: int) -> dict[str, pd.DataFrame]:
    """Return ln price (percent of income) of the data, fixed and voice baskets, years x economies."""
    years = range(FIRST_BASKET, last_year + 1)
    names = ("data", "fixed", "voice")
    tables = {name: yearly(panels, f"price_{name}", economies, years) for name in names}
    return {name: pd.DataFrame(np.log(table.clip(lower=LOWEST_PRICE))) for name, table in tables.items()}


def mapped_prices(
    tables: dict[str, pd.DataFrame], lines: dict[str, pd.DataFrame]
) -> tuple[pd.DataFrame, FloatArray, float]:
    """Return ln data price as the fixed and voice baskets say it, the three constants of that line and its R2.

    Args:
        tables: what is mapped.
        lines: what the line is fitted on, with the years of `MAPPED_ON`.
    """
    together = pd.DataFrame({name: table.loc[list(MAPPED_ON)].stack() for name, table in lines.items()}).dropna()
    design = np.column_stack([np.ones(len(together)), together["fixed"], together["voice"]])
    line = np.linalg.lstsq(design, together["data"].to_numpy(), rcond=None)[0]
    explained = 1.0 - float(np.var(together["data"] - design @ line) / np.var(together["data"]))
    return line[0] + line[1] * tables["fixed"] + line[2] * tables["voice"], line, explained


def trimmed(changes: pd.DataFrame) -> pd.DataFrame:
    """Keep each year's changes within its 5th and 95th percentile: baskets jump with a new tariff."""
    low, high = changes.quantile(TRIMMED, axis=1), changes.quantile(1.0 - TRIMMED, axis=1)
    return changes.clip(low, high, axis=0)


def fit_falls(changes: pd.DataFrame, distance: pd.Series) -> tuple[pd.Series, float, float]:
    """Return each year's change at the middle income, its slope on ln income, and the slope's standard error.

    The error is clustered by country: what a country's changes have in common counts once.
    """
    long = changes.stack().reset_index()
    long.columns = pd.Index(["year", "iso3", "change"])
    long["distance"] = long["iso3"].map(distance)
    long = long.dropna()
    years = sorted(long["year"].unique())
    design = np.column_stack([*((long["year"] == year).to_numpy(dtype=float) for year in years), long["distance"]])
    target = long["change"].to_numpy()
    inverse = np.linalg.inv(design.T @ design)
    found = inverse @ design.T @ target
    scores = pd.DataFrame(design * (target - design @ found)[:, None]).groupby(long["iso3"].to_numpy()).sum()
    covariance = inverse @ (scores.T.to_numpy() @ scores.to_numpy()) @ inverse
    return pd.Series(found[:-1], index=years), float(found[-1]), float(np.sqrt(covariance[-1, -1]))


def fit_price_path(panels: AccessPanels, distance: pd.Series, base_year: int) -> PricePath:
    """Fit the path of prices up to a base year.

    Args:
        panels: of prices; nothing after the base year is looked at, but for the mapping's line (see the module).
        distance: ln income over the middle one, one row an economy.
        base_year: the last year of the path.
    """
    economies = pd.Index(distance.index)
    lines = log_prices(panels, economies, max(base_year, MAPPED_ON[-1]))
    tables = {name: table.loc[:base_year] for name, table in lines.items()}
    mapped, line, explained = mapped_prices(tables, lines)
    bridge = min(FIRST_DATA_BASKET, base_year)
    late = tables["data"].diff().loc[FIRST_DATA_BASKET + 1 : base_year].drop(index=list(BREAKS), errors="ignore")
    stretches = [(FIRST_BASKET, bridge, trimmed(mapped.diff().loc[FIRST_BASKET + 1 : bridge]))]
    if len(late):
        stretches.append((FIRST_DATA_BASKET, base_year, trimmed(late)))
    falls, slopes = [], []
    for first, last, changes in stretches:
        if changes.notna().any(axis=None):
            fall, slope, error = fit_falls(changes, distance)
            falls.append(fall)
            slopes.append((first, last, slope, error))
    found = pd.concat(falls).reindex(range(FIRST_YEAR + 1, base_year + 1))
    found.loc[:FIRST_BASKET] = FALL_BEFORE_BASKETS
    for broken in (year for year in BREAKS if year <= base_year):
        found.loc[broken] = float(found.reindex([broken - 1, broken + 1]).mean())
    prices = pd.concat([mapped.loc[: FIRST_DATA_BASKET - 1], tables["data"].loc[FIRST_DATA_BASKET:]])
    return PricePath(found.ffill(), slopes, line, explained, late, prices)


def level_terms(income: FloatArray, population: FloatArray, countries: pd.DataFrame) -> pd.DataFrame:
    """Return the terms of the line of price levels, one row an economy: income, size, groups and regions."""
    logs = np.log(income)
    numbers = {
        "constant": np.ones(len(countries)),
        "log income": logs - np.log(MIDDLE_INCOME),
        "log income above 20000": np.maximum(logs - np.log(RICH), 0.0),
        "log population": np.log(population),
    }
    terms = pd.DataFrame(numbers, index=countries.index)
    terms = terms.join(countries[["ldc", "lldc", "sids"]].astype(np.float64))
    return terms.join(pd.get_dummies(countries["region"], dtype=np.float64).add_prefix("region "))


def fit_levels(path: PricePath, terms: pd.DataFrame) -> pd.Series[float]:
    """Return ln price (share of income) in the last year with prices, as a line says it, one row an economy.

    Fitted on each economy's mean distance from the year's mean over the last four years, at the last year's level.
    """
    logs = path.prices.dropna(how="all").iloc[-YEARS_OF_LEVEL:].reindex(columns=terms.index) - np.log(100.0)
    target = logs.sub(logs.mean(axis=1), axis=0).mean() + float(logs.iloc[-1].mean())
    known = target.notna()
    values, every = target[known].to_numpy(dtype=np.float64), terms.to_numpy(dtype=np.float64)
    penalty = [np.sqrt(REGION_PENALTY) if str(name).startswith("region ") else 0.0 for name in terms.columns]
    rows = np.vstack([every[known.to_numpy()], np.diag(penalty)])
    line = np.linalg.lstsq(rows, np.append(values, np.zeros(len(penalty))), rcond=None)[0]
    return pd.Series(np.minimum(every @ line, np.log(HIGHEST_PRICE)), index=terms.index)
