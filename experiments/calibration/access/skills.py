"""Fit skills: adult literacy as mean years of schooling say it, with each economy's own residual drawn to zero."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from afteraid.simulation.basis.units import FloatArray

from .bent_lines import robust_spread
from .panels import AccessPanels, yearly

SCHOOLING_YEARS = range(2000, 2018)  # the years of schooling that a panel has
LEAST_LITERACY_YEAR = 2000
LAST_YEARS = 5  # the fewest years of schooling that make a pace
ROUNDS, LEAST_ERROR = 25, 0.05  # of reweighting towards least absolute errors
LOWEST_SHARE, HIGHEST_SHARE = 0.005, 0.995  # published shares of 0% and 100% are rounded


@dataclass(frozen=True)
class Skills:
    """Fitted skills.

    Attributes:
        table: skills_level (log odds in the base year) and skills_pace (a year), one row an economy.
        line: intercept and slope of the log odds of literacy on years of schooling.
        between, within: standard deviations of the residual between economies and within one.
        explained: share of the variance of the log odds that schooling explains.
        error: mean error with the own residual, points.
        economies: how many have both.
    """

    table: pd.DataFrame
    line: FloatArray
    between: float
    within: float
    explained: float
    error: float
    economies: int


def fit_schooling(panels: AccessPanels, economies: pd.Index[str], base_year: int) -> pd.DataFrame:
    """Return mean years of schooling in the base year and their pace, by least absolute deviations, pace drawn half."""
    years = yearly(panels, "schooling", economies, SCHOOLING_YEARS).loc[:base_year]
    rows: dict[str, FloatArray] = {}
    for iso3 in economies:
        seen = years[iso3].dropna()
        if len(seen) >= LAST_YEARS:
            time, value = seen.index.to_numpy(dtype=np.float64), seen.to_numpy(dtype=np.float64)
            pairs = np.triu_indices(len(time), 1)
            slope = float(np.median((value[pairs[1]] - value[pairs[0]]) / (time[pairs[1]] - time[pairs[0]])))
            rows[str(iso3)] = np.array([float(np.median(value - slope * (time - base_year))), slope, time[-1]])
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["level", "pace", "last"])
    own, pooled = table["pace"].copy(), float(table["pace"].median())
    table["pace"] = (0.5 * own + 0.5 * pooled).clip(lower=0.0)
    # The path turns to the drawn pace where the observations end.
    table["level"] += (table["pace"] - own) * (base_year - table["last"])
    return table


def fit_skills(panels: AccessPanels, economies: pd.Index[str], base_year: int) -> Skills:
    """Fit level and pace of skills by economy on all that the panels hold; see `AccessPanels.known_in`."""
    schooling = fit_schooling(panels, economies, base_year)
    seen = panels.tables["literacy"].loc[LEAST_LITERACY_YEAR:]
    long = seen.reindex(columns=schooling.index).T.stack().dropna().reset_index()
    long.columns = pd.Index(["iso3", "year", "literacy"])
    own = schooling.loc[long["iso3"]]
    years = own["level"].to_numpy() + own["pace"].to_numpy() * (long["year"].to_numpy() - base_year)
    share = long["literacy"].clip(LOWEST_SHARE, HIGHEST_SHARE).to_numpy()
    odds = np.log(share / (1.0 - share))
    design = np.column_stack([np.ones(len(odds)), years])
    line = np.linalg.lstsq(design, odds, rcond=None)[0]
    for _ in range(ROUNDS):  # least absolute error by reweighting; each economy counts once
        counts = long["iso3"].map(long["iso3"].value_counts()).to_numpy(dtype=np.float64)
        weight = np.sqrt(1.0 / counts / np.maximum(np.abs(odds - design @ line), LEAST_ERROR))
        line = np.linalg.lstsq(design * weight[:, None], odds * weight, rcond=None)[0]
    residual = pd.Series(odds - design @ line, index=long["iso3"].to_numpy())
    means, sizes = residual.groupby(level=0).mean(), residual.groupby(level=0).size()
    within = float(residual.groupby(level=0).var().median())
    between = max(float(robust_spread(means.to_numpy()[:, None])[0]) ** 2 - within / float(sizes.median()), 0.01)
    drawn = (means * between / (between + within / sizes)).reindex(schooling.index).fillna(0.0)
    table = pd.DataFrame({"skills_level": line[0] + line[1] * schooling["level"] + drawn})
    table["skills_pace"] = line[1] * schooling["pace"]
    fitted = 1.0 / (1.0 + np.exp(-(odds - residual.to_numpy() + drawn.loc[long["iso3"]].to_numpy())))
    return Skills(
        table=table,
        line=line,
        between=float(np.sqrt(between)),
        within=float(np.sqrt(within)),
        explained=1.0 - float(np.var(residual)) / float(np.var(odds)),
        error=100.0 * float(np.abs(fitted - long["literacy"].to_numpy()).mean()),
        economies=len(means),
    )
