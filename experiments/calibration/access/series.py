"""Fit levels and paces of coverage, fixed broadband and electricity, by economy, as known in a year.

Each series has a level in the base year, the pace of the years since a common bend, and one or two earlier paces (log
odds; `bent_lines.py`). After the base year an economy's coverage goes on at the pooled pace of the last five years
known, or at a part of it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.data.access import STRETCHES

from .bent_lines import Fit, Form, paths
from .panels import AccessPanels, yearly

FIRST_YEAR = 2000
GROUPS = ("region", "subregion", "income")  # by which gaps are filled
# How many years before the base year each series bends, newest first: the fewest bends that do by errors in years left
# out, with 2024 as the base (tools/fit_access.py --forms). One bend serves 3G as well in years left out, but misses
# coverage of 2024 in the least developed countries by 1.6 points, two bends by 0.8.
BENDS = {
    "coverage_2g": (12,),
    "coverage_3g": (4, 9),
    "broadband": (16,),
    "electricity_urban": (10,),
    "electricity_rural": (10,),
}
RANGES = {"broadband": (0.0005, 0.6)}
LAST_YEARS = 5  # the pooled pace after the base year is that of so many years before it
NEARLY_ALL = 0.98  # economies above it say nothing of a pace
NEARLY_ALL_ODDS = float(np.log(NEARLY_ALL / (1.0 - NEARLY_ALL)))
CARRIED = ("coverage_2g", "coverage_3g", "broadband")  # what goes on at a pooled pace; electricity keeps its own
FEWEST_YEARS_BEFORE_A_BEND = 3
# A part of the pooled pace goes on: paces slow down, as the last people are the farthest.
PARTS = np.linspace(0.0, 1.0, 21)
FIRST_PART = 0.5  # judged: where no earlier origin can tell
AHEAD = 5  # years after an earlier origin on which the part is judged, as far as they are known
SHORTEST_AHEAD = 2  # years: many figures repeat the last year's
FEWEST_EARLIER = 3  # earlier origins


def form_of(series: str, base_year: int = 2024, first_observed: int = FIRST_YEAR) -> Form:
    """Return the form of a series in a base year; a bend with hardly a year observed before it falls away."""
    bends = tuple(base_year - before for before in BENDS[series])
    kept = tuple(bend for bend in bends if bend >= first_observed + FEWEST_YEARS_BEFORE_A_BEND)
    lowest, highest = RANGES.get(series, (Form.lowest, Form.highest))
    return Form(base_year, kept, lowest, highest, first_year=FIRST_YEAR)


def shares_of(
    panels: AccessPanels, economies: pd.Index[str], base_year: int, fewest: int = 1
) -> dict[str, pd.DataFrame]:
    """Return the observed shares of every series that was given, years x economies with so many observations or more.

    Who has 3G is counted as having 2G or better.
    """
    years = range(FIRST_YEAR, base_year + 1)
    shares = {name: yearly(panels, name, economies, years) for name in BENDS if panels.has(name)}
    shares = {name: table.loc[:, table.notna().sum() >= fewest] for name, table in shares.items()}
    second = shares["coverage_2g"]
    third = shares["coverage_3g"].reindex(columns=second.columns)
    shares["coverage_2g"] = second.where(~(second < third), third)
    return shares


def pace_after(shares: pd.DataFrame, fit: Fit, form: Form) -> tuple[float, float, int]:
    """Return mean pace of the last five years known, its standard error and the number of economies below 98%."""
    last = int(shares.dropna(how="all").index[-1])
    odds = paths(fit.table, form, range(last - LAST_YEARS, last + 1))
    seen = form.log_odds(shares.loc[last - LAST_YEARS : last])
    inside = (odds.iloc[0] < NEARLY_ALL_ODDS) & (seen.notna().sum() >= 2)
    change = seen.ffill().iloc[-1] - seen.bfill().iloc[0]
    span = seen.apply(lambda one: (one.last_valid_index() or 0) - (one.first_valid_index() or 0))
    pace = (change / span.where(span > 0))[inside[inside].index].to_numpy(dtype=np.float64)
    kept = _trimmed(pace[~np.isnan(pace)])
    return float(kept.mean()), float(kept.std(ddof=1) / np.sqrt(kept.size)), kept.size


def _trimmed(values: FloatArray) -> FloatArray:
    """Keep values within their 5th and 95th percentile."""
    return np.clip(values, *np.quantile(values, [0.05, 0.95]))


def stretches_of(form: Form) -> tuple[str, ...]:
    """Return the names of a form's stretches, the last one first."""
    return STRETCHES[: 1 + len(form.bends)]


def columns_of(series: str, form: Form) -> list[str]:
    """Return the columns of a series in a table of paths: its level and the pace of each stretch."""
    return [f"{series}_level", *(f"{series}_{stretch}" for stretch in stretches_of(form))]


def fill_gaps(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Fill an empty cell with the median of subregion and income group, else subregion, region, world.

    The table has columns `subregion`, `income` and `region`; `filled` names what was filled in each row.
    """
    known, table = table[columns].copy(), table.copy()
    for keys in (["subregion", "income"], ["subregion"], ["region"], []):
        if keys:
            groups = table[keys].fillna("none").agg("|".join, axis=1)
            medians = known.groupby(groups)[columns].transform("median")
        else:
            medians = known.apply(lambda column: pd.Series(column.median(), index=column.index))
        table[columns] = table[columns].fillna(medians)
    table["filled"] = [";".join(column for column in columns if pd.isna(row[column])) for _, row in known.iterrows()]
    return table


def carried_error(odds: pd.DataFrame, shares: pd.DataFrame, origin: int, last: int, parts: FloatArray) -> FloatArray:
    """Return the mean error (share) of the years after an origin for each part of the pooled pace, shape (parts,).

    Args:
        odds: log odds, straight between observations, years x economies.
        shares: what was observed.
        origin: an earlier year; each economy's figure of it is carried on.
        last: the last year that may be looked at.
        parts: of the pooled pace of the five years before the origin.
    """
    start, before = (odds.loc[[year]].to_numpy(dtype=np.float64)[0] for year in (origin, origin - LAST_YEARS))
    change = (start - before)[before < NEARLY_ALL_ODDS]
    change = change[~np.isnan(change)]
    if not change.size:
        return np.full(parts.size, np.nan)
    pooled = float(_trimmed(change).mean()) / LAST_YEARS
    ahead = np.arange(1, min(AHEAD, last - origin) + 1)
    carried = start[None, None, :] + parts[:, None, None] * pooled * ahead[None, :, None]
    came = shares.loc[origin + ahead].to_numpy(dtype=np.float64)
    error = np.abs(1.0 / (1.0 + np.exp(-carried)) - came[None])
    return np.asarray(np.nanmean(error, axis=(1, 2))) if np.isfinite(error).any() else np.full(parts.size, np.nan)


def part_carried(shares: pd.DataFrame, form: Form) -> tuple[float, int]:
    """Return the part of the pooled pace that goes on after the base year, and how many earlier origins say so.

    The part has the least mean error on earlier origins, of which the years up to the base year are known; where they
    are too few, half. Damped trends do better than carried ones as a rule (Gardner and McKenzie 1985, Management
    Science 31).
    """
    seen = shares.loc[: form.base_year].dropna(how="all")
    first, last = int(seen.index[0]), int(seen.index[-1])
    odds = form.log_odds(shares.interpolate(limit_area="inside"))
    origins = range(first + LAST_YEARS, last - SHORTEST_AHEAD + 1)
    errors = [carried_error(odds, shares, origin, last, PARTS) for origin in origins]
    kept = [error for error in errors if np.isfinite(error).all()]
    if len(kept) < FEWEST_EARLIER:
        return FIRST_PART, len(kept)
    return round(float(PARTS[int(np.argmin(np.mean(kept, axis=0)))]), 2), len(kept)


def with_groups(countries: pd.DataFrame) -> pd.DataFrame:
    """Return the groups by which gaps are filled, one row an economy (index iso3)."""
    return countries[["region", "subregion"]].assign(income=countries["income_group"])


def common_rows(series: str, form: Form, fit: Fit, after: tuple[float, float]) -> list[tuple[str, str, float, float]]:
    """Return what economies have in common: series, term, coefficient, spread."""
    stretches = stretches_of(form)
    rows: list[tuple[str, str, float, float]] = [
        (series, f"bend_to_{stretch}", float(bend), np.nan)
        for stretch, bend in zip(stretches[1:], form.bends, strict=True)
    ]
    rows.append((series, "pace_after", *after))
    rows += [
        (series, f"{stretch}_pooled", float(pooled), float(spread))
        for stretch, pooled, spread in zip(stretches, fit.pooled, fit.spread, strict=True)
    ]
    return [*rows, (series, "noise", fit.noise, np.nan)]
