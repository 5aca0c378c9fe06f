"""Fit the log odds of many economies by lines with common bends, robustly, with paces drawn to pooled ones.

A path has a level in the base year and one pace for each stretch between bends, the last stretch first. No pace is
negative. A value at the end of its range says only that the path is at or beyond that end.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import nnls

from afteraid.simulation.basis.units import FloatArray

HUBER_SCALE = 0.15  # log odds: about the size of the step between two surveys
ROUNDS = 25  # of reweighting; no parameter moves by 0.001 after some 15
SHIFT = 40.0  # added to levels, so that non-negative least squares may find negative ones
LEVEL_WEIGHT = 0.02  # draws a level to the last value where all values are at the end of the range
FEWEST_FOR_POOL, FEWEST_ECONOMIES = 8, 3  # observations of an economy whose pace counts in the pool, and economies
MIDDLE_OF_ALL = 4.0  # log odds: an economy mostly beyond it says nothing of a pace
LEAST_NOISE, LEAST_SPREAD = 0.03, 0.01


@dataclass(frozen=True)
class Form:
    """The form of a series.

    Attributes:
        base_year: of the level; also the year from which weights grow old.
        bends: years of the bends, newest first.
        lowest, highest: range of the share.
        half_life: of the weight of an observation, in years.
        first_year: observations before it are not used.
    """

    base_year: int
    bends: tuple[int, ...] = ()
    lowest: float = 0.005
    highest: float = 0.998
    half_life: float = 6.0
    first_year: int = 2000

    def log_odds(self, shares: pd.DataFrame) -> pd.DataFrame:
        """Return the log odds of shares (years x economies), kept within the range."""
        kept = shares.clip(self.lowest, self.highest)
        return pd.DataFrame(np.log(kept / (1.0 - kept)), index=shares.index, columns=shares.columns)


@dataclass(frozen=True)
class Fit:
    """Levels and paces, one row an economy, with medians and robust spreads of the paces, and the noise (log odds)."""

    table: pd.DataFrame
    pooled: FloatArray
    spread: FloatArray
    noise: float


def years_before(years: FloatArray, form: Form) -> FloatArray:
    """Return how many years of each stretch lie between each year and the base year, shape (years, stretches)."""
    tops = [form.base_year, *form.bends]
    bottoms = [*form.bends, -np.inf]
    parts = [top - np.clip(years, bottom, top) for top, bottom in zip(tops, bottoms, strict=True)]
    return np.stack(parts, axis=1)


def paths(parameters: pd.DataFrame, form: Form, years: range) -> pd.DataFrame:
    """Return the log odds of fitted paths up to the base year, years x economies."""
    before = years_before(np.asarray(years, dtype=np.float64), form)
    values = parameters.to_numpy(dtype=np.float64)
    return pd.DataFrame(values[:, 0] - before @ values[:, 1:].T, index=list(years), columns=parameters.index)


def fit_path(years: FloatArray, values: FloatArray, form: Form, pooled: FloatArray, weights: FloatArray) -> FloatArray:
    """Return level and paces of one economy; `weights` draw its paces to the pooled ones (ratio of noise to spread)."""
    ends = np.log([form.lowest / (1.0 - form.lowest), form.highest / (1.0 - form.highest)])
    design = np.column_stack([np.ones(len(years)), -years_before(years, form)])
    age = 0.5 ** ((form.base_year - years) / form.half_life)
    prior = np.diag(np.append(LEVEL_WEIGHT, weights))
    wanted = prior @ np.append(values[-1] + SHIFT, pooled)
    found = np.append(values[-1], pooled)
    for _ in range(ROUNDS):
        error = design @ found - values
        beyond = ((values >= ends[1] - 1e-9) & (error > 0.0)) | ((values <= ends[0] + 1e-9) & (error < 0.0))
        trust = np.sqrt(age * np.minimum(1.0, HUBER_SCALE / np.maximum(np.abs(error), 1e-9)) * ~beyond)
        rows = np.vstack([design * trust[:, None], prior])
        found = nnls(rows, np.append((values + SHIFT) * trust, wanted))[0]
        found[0] -= SHIFT
    return np.asarray(found)


def robust_spread(values: FloatArray) -> FloatArray:
    """Return the spread of each column about its median, as the standard deviation of a normal distribution."""
    return np.asarray(1.4826 * np.median(np.abs(values - np.median(values, axis=0)), axis=0))


def fit_paths(shares: pd.DataFrame, form: Form) -> Fit:
    """Fit every economy that has a value, in two passes: almost free to find the pool, then drawn to the pool."""
    log_odds = form.log_odds(shares.loc[form.first_year :].dropna(axis=1, how="all"))
    series = {str(iso3): log_odds[iso3].dropna() for iso3 in log_odds.columns}
    stretches = len(form.bends) + 1
    fewest = min(FEWEST_FOR_POOL, max(map(len, series.values())) - 1)
    pooled, weights, spread, noise = np.full(stretches, 0.15), np.full(stretches, 0.3), np.ones(stretches), 0.0
    names = ["level", "pace", *(f"pace_before_{bend}" for bend in form.bends)]
    for _ in range(2):
        rows = {
            iso3: fit_path(one.index.to_numpy(dtype=np.float64), one.to_numpy(), form, pooled, weights)
            for iso3, one in series.items()
        }
        table = pd.DataFrame.from_dict(rows, orient="index", columns=names)
        inside = [iso3 for iso3, one in series.items() if len(one) >= fewest and one.median() < MIDDLE_OF_ALL]
        if len(inside) < FEWEST_ECONOMIES:
            break
        known = log_odds[inside]
        first, last = int(known.index[0]), int(known.index[-1])
        errors = paths(table.loc[inside], form, range(first, last + 1)).reindex(known.index) - known
        noise = max(1.4826 * float(np.nanmedian(np.abs(errors.to_numpy()))), LEAST_NOISE)
        paces = table.loc[inside].to_numpy(dtype=np.float64)[:, 1:]
        pooled, spread = np.median(paces, axis=0), np.maximum(robust_spread(paces), LEAST_SPREAD)
        weights = noise / spread
    return Fit(table, pooled, spread, noise)


def left_out_errors(shares: pd.DataFrame, form: Form) -> pd.DataFrame:
    """Return the errors (points) of paths in years that their fit did not see: every third year is left out in turn."""
    parts = []
    for turn in range(3):
        left = np.array([year % 3 == turn for year in shares.index])
        seen = shares.copy()
        seen.loc[left] = np.nan
        parts.append(errors_of(fit_paths(seen, form).table, shares.loc[left], form))
    return pd.concat(parts).sort_index()


def errors_of(table: pd.DataFrame, shares: pd.DataFrame, form: Form) -> pd.DataFrame:
    """Return fitted less observed shares in points, years x economies, empty where nothing was observed."""
    odds = paths(table, form, range(int(shares.index[0]), int(shares.index[-1]) + 1)).reindex(shares.index)
    fitted = np.clip(1.0 / (1.0 + np.exp(-odds.to_numpy(dtype=np.float64))), form.lowest, form.highest)
    return 100.0 * (pd.DataFrame(fitted, index=odds.index, columns=odds.columns) - shares[odds.columns])
