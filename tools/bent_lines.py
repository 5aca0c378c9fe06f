"""Fit the log odds of many economies by lines with common bends, robustly, with paces drawn to pooled ones.

A path has a level in the base year and one pace for each stretch between bends, the last stretch first. No pace is
negative. A value at the end of its range says only that the path is at or beyond that end.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import nnls

from reference_tables import Floats

BASE_YEAR = 2024
HUBER_SCALE = 0.15  # log odds: about the size of the step between two surveys
ROUNDS = 25  # of reweighting; no parameter moves by 0.001 after some 15
SHIFT = 40.0  # added to levels, so that non-negative least squares may find negative ones
LEVEL_WEIGHT = 0.02  # draws a level to the last value where all values are at the end of the range
FEWEST_FOR_POOL = 8
LEAST_NOISE, LEAST_SPREAD = 0.03, 0.01


@dataclass(frozen=True)
class Form:
    """The form of a series: bends (newest first), range of the share, and half-life of weight in years."""

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
    pooled: Floats
    spread: Floats
    noise: float


def years_before(years: Floats, bends: tuple[int, ...]) -> Floats:
    """Return how many years of each stretch lie between each year and the base year, shape (years, stretches)."""
    tops = [BASE_YEAR, *bends]
    bottoms = [*bends, -np.inf]
    parts = [top - np.clip(years, bottom, top) for top, bottom in zip(tops, bottoms, strict=True)]
    return np.stack(parts, axis=1)


def paths(parameters: pd.DataFrame, bends: tuple[int, ...], years: range) -> pd.DataFrame:
    """Return the log odds of fitted paths up to the base year, years x economies."""
    before = years_before(np.asarray(years, dtype=np.float64), bends)
    values = parameters.to_numpy(dtype=np.float64)
    return pd.DataFrame(values[:, 0] - before @ values[:, 1:].T, index=list(years), columns=parameters.index)


def fit_path(years: Floats, values: Floats, form: Form, pooled: Floats, weights: Floats) -> Floats:
    """Return level and paces of one economy; `weights` draw its paces to the pooled ones (ratio of noise to spread)."""
    ends = np.log([form.lowest / (1.0 - form.lowest), form.highest / (1.0 - form.highest)])
    design = np.column_stack([np.ones(len(years)), -years_before(years, form.bends)])
    age = 0.5 ** ((BASE_YEAR - years) / form.half_life)
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


def robust_spread(values: Floats) -> Floats:
    """Return the spread of each column about its median, as the standard deviation of a normal distribution."""
    return np.asarray(1.4826 * np.median(np.abs(values - np.median(values, axis=0)), axis=0))


def fit_paths(shares: pd.DataFrame, form: Form) -> Fit:
    """Fit every economy that has a value, in two passes: almost free to find the pool, then drawn to the pool."""
    log_odds = form.log_odds(shares.loc[form.first_year :].dropna(axis=1, how="all"))
    series = {str(iso3): log_odds[iso3].dropna() for iso3 in log_odds.columns}
    stretches = len(form.bends) + 1
    pooled, weights, spread, noise = np.full(stretches, 0.15), np.full(stretches, 0.3), np.ones(stretches), 0.0
    names = ["level", "pace", *(f"pace_before_{bend}" for bend in form.bends)]
    for _ in range(2):
        rows = {
            iso3: fit_path(one.index.to_numpy(dtype=np.float64), one.to_numpy(), form, pooled, weights)
            for iso3, one in series.items()
        }
        table = pd.DataFrame.from_dict(rows, orient="index", columns=names)
        inside = [iso3 for iso3, one in series.items() if len(one) >= FEWEST_FOR_POOL and one.median() < 4.0]
        known = log_odds[inside]
        first, last = int(known.index[0]), int(known.index[-1])
        errors = paths(table.loc[inside], form.bends, range(first, last + 1)).reindex(known.index) - known
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
    odds = paths(table, form.bends, range(int(shares.index[0]), int(shares.index[-1]) + 1)).reindex(shares.index)
    fitted = (1.0 / (1.0 + np.exp(-odds))).clip(form.lowest, form.highest)
    return 100.0 * (fitted - shares[fitted.columns])
