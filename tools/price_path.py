"""Fit how the price of data fell before the base year: one fall a year for all, and more of it where incomes are low.

Only changes of one country within one basket are read, so the breaks of the series (2017/18 and 2020/21, where the
basket changed) are no falls; the years of a break take the mean of the years around it. Before 2013 no basket of data
alone exists: the changes are those of the fixed and voice baskets, mapped by a line fitted where all three exist.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from bent_lines import BASE_YEAR
from reference_tables import Floats, read_reference

BREAKS = (2018, 2021)
FIRST_BASKET, FIRST_DATA_BASKET, FIRST_YEAR = 2008, 2013, 2000
MAPPED_ON = range(2013, 2017)
LOWEST_PRICE = 0.05  # percent of income: the tables have two decimals
FALL_BEFORE_BASKETS = -0.08  # judged: no basket of any kind before 2008
TRIMMED = 0.05
MIDDLE_INCOME = 15000.0  # the income at which the pooled fall holds


def log_prices(reference: Path, economies: pd.Index) -> dict[str, pd.DataFrame]:
    """Return ln price (percent of income) of the data, fixed and voice baskets, years x economies."""
    headline = read_reference(reference, "price_headline.csv")
    baskets = read_reference(reference, "itu_price_baskets.csv")
    voice = baskets[baskets["basket"] == "voice_old"].rename(columns={"pct_gni": "voice_pct_gni"})
    years = pd.Index(range(FIRST_BASKET, BASE_YEAR + 1), name="year")
    tables: dict[str, pd.DataFrame] = {}
    for name, table in (("data", headline), ("fixed", headline), ("voice", voice)):
        wide = table.pivot(index="year", columns="iso3", values=f"{name}_pct_gni").reindex(years, columns=economies)
        tables[name] = np.log(wide.astype(float).clip(lower=LOWEST_PRICE))
    return tables


def mapped_prices(tables: dict[str, pd.DataFrame]) -> tuple[pd.DataFrame, Floats, float]:
    """Return ln data price as the fixed and voice baskets say it, the three constants of that line and its R2."""
    together = pd.DataFrame({name: table.loc[list(MAPPED_ON)].stack() for name, table in tables.items()}).dropna()
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
    long = changes.stack().rename("change").reset_index()
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


def fit_price_path(reference: Path, countries: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the price path: for each year ln price over that of 2024, and the slopes on ln income."""
    tables = log_prices(reference, countries.index)
    distance = np.log(countries["gdp_per_capita"] / MIDDLE_INCOME)
    mapped, line, explained = mapped_prices(tables)
    print(f"price mapped from fixed and voice baskets: {np.round(line, 3)}, R2 {explained:.2f}")
    early = trimmed(mapped.diff().loc[FIRST_BASKET + 1 : FIRST_DATA_BASKET])
    late = tables["data"].diff().loc[FIRST_DATA_BASKET + 1 : BASE_YEAR].drop(index=list(BREAKS))
    falls, slopes = [], []
    for changes in (early, trimmed(late)):
        fall, slope, error = fit_falls(changes, distance)
        falls.append(fall)
        slopes.append((slope, error))
    yearly = pd.concat(falls).reindex(range(FIRST_YEAR + 1, BASE_YEAR + 1))
    yearly.loc[:FIRST_BASKET] = FALL_BEFORE_BASKETS
    for broken in BREAKS:
        yearly.loc[broken] = float(yearly.loc[[broken - 1, broken + 1]].mean())
    index = yearly[::-1].cumsum()[::-1].mul(-1.0)  # ln price at the start of each change, over that of the base year
    rows = [("price", f"log_index_{int(year) - 1}", value, np.nan, "fitted") for year, value in index.items()]
    rows = [(*row[:4], "judged" if int(row[1][-4:]) < FIRST_BASKET else "fitted") for row in rows]
    names = (f"income_slope_{FIRST_BASKET}_{FIRST_DATA_BASKET}", f"income_slope_{FIRST_DATA_BASKET}_{BASE_YEAR}")
    rows += [("price", name, *slope, "fitted") for name, slope in zip(names, slopes, strict=True)]
    print("price, change by year:", {int(year): round(float(value), 3) for year, value in yearly.items()})
    print("price, slope of the change on ln income:", dict(zip(names, np.round(slopes, 3).tolist(), strict=True)))
    print_falls(late, countries["income_group"], yearly, distance, slopes[1][0])
    return pd.DataFrame(rows, columns=["series", "term", "coefficient", "spread", "standing"])


def print_falls(changes: pd.DataFrame, groups: pd.Series, yearly: pd.Series, distance: pd.Series, slope: float) -> None:
    """Print the mean change by income group as observed and as fitted."""
    fitted = pd.DataFrame(
        yearly.reindex(changes.index).to_numpy()[:, None] + slope * distance.to_numpy()[None, :],
        index=changes.index,
        columns=changes.columns,
    ).where(changes.notna())
    for group in ("LIC", "LMC", "UMC", "HIC"):
        member = groups[groups == group].index
        seen, said = trimmed(changes)[member].stack().mean(), fitted[member].stack().mean()
        print(f"price, mean change a year within a basket, {group}: observed {seen:.3f}, fitted {said:.3f}")
