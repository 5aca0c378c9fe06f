"""Fit a line to what is known of the economies, to fill what is not: least squares with a stated, fixed penalty."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Published shares of 0% and 100% are rounded: log odds are taken within half a percent of the ends.
LOWEST_SHARE, HIGHEST_SHARE = 0.005, 0.995
# Penalty on the effect of belonging to a region, in observations: small groups are drawn to the whole.
GROUP_PENALTY = 1.0


@dataclass(frozen=True)
class LinearFit:
    """A fitted line: its terms, how much it explains, and how much of economies left out of the fit."""

    coefficients: dict[str, float]
    economies: int = 0
    explained: float = 0.0
    explained_left_out: float = 0.0
    residual_sd: float = 0.0
    standard_errors: dict[str, float] = field(default_factory=dict)

    def predict(self, terms: pd.DataFrame) -> Floats:
        """Return the fitted values for rows of terms; a term that is missing from the rows raises KeyError."""
        names = [name for name in self.coefficients if name != "intercept"]
        slopes = np.array([self.coefficients[name] for name in names])
        return np.asarray(self.coefficients["intercept"] + terms[names].to_numpy(dtype=np.float64) @ slopes)


def log_odds(share: pd.Series) -> pd.Series:
    """Return the log odds of shares in 0..1, kept within 0.5% and 99.5%."""
    kept = share.astype(float).clip(LOWEST_SHARE, HIGHEST_SHARE)
    return pd.Series(np.log(kept / (1.0 - kept)), index=share.index)


def share_of(odds: Floats) -> Floats:
    """Return the share in 0..1 that has these log odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-odds)))


def significant(value: float, digits: int = 4) -> float:
    """Return a number with so many digits: an estimate shows no more, and rebuilds to the same bytes everywhere."""
    return float(f"{value:.{digits - 1}e}")


def fit_line(terms: pd.DataFrame, target: pd.Series) -> LinearFit:
    """Fit a target on terms over the rows where both are known; "region ..." and "area ..." are penalised."""
    known = terms.notna().all(axis=1) & target.notna()
    names = list(terms.columns)
    design = np.column_stack([np.ones(int(known.sum())), terms.loc[known, names].to_numpy(dtype=np.float64)])
    values = target[known].to_numpy(dtype=np.float64)
    penalty = np.array([0.0] + [GROUP_PENALTY if name.startswith(("region ", "area ")) else 0.0 for name in names])
    # lstsq on stacked rows stands up to terms that say the same thing twice.
    stacked = np.vstack([design, np.diag(np.sqrt(penalty))])
    solution = np.linalg.lstsq(stacked, np.concatenate([values, np.zeros(len(penalty))]), rcond=None)[0]
    inverse = np.linalg.pinv(design.T @ design + np.diag(penalty))
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    errors = values - design @ solution
    spread = float(((values - values.mean()) ** 2).sum())
    left_out = errors / np.maximum(1.0 - leverage, 1e-6)
    freedom = max(len(values) - float(leverage.sum()), 1.0)
    residual_sd = float(np.sqrt((errors**2).sum() / freedom))
    # Robust to unequal spread: each economy's error left out of the fit weighs its own row.
    spreads = np.sqrt(np.einsum("ij,kj,k,kl,il->i", inverse, design, left_out**2, design, inverse))
    terms_in_order = ["intercept", *names]
    return LinearFit(
        coefficients={name: significant(float(value), 6) for name, value in zip(terms_in_order, solution, strict=True)},
        residual_sd=residual_sd,
        standard_errors=dict(zip(terms_in_order, map(float, spreads), strict=True)),
        economies=len(values),
        explained=1.0 - float((errors**2).sum()) / spread,
        explained_left_out=1.0 - float((left_out**2).sum()) / spread,
    )


def terms_of(table: pd.DataFrame) -> pd.DataFrame:
    """Return the terms that a line may use, one row an economy; a term is empty where its column is not yet filled."""
    terms = pd.DataFrame(index=table.index)
    terms["log_gdp_per_capita"] = np.log(table["gdp_per_capita"])
    # The square is taken around a middle income, so that the two terms are not the same thing.
    terms["log_gdp_per_capita_squared"] = (terms["log_gdp_per_capita"] - np.log(15000.0)) ** 2
    terms["log_gdp_per_capita_above_20000"] = (terms["log_gdp_per_capita"] - np.log(20000.0)).clip(lower=0.0)
    terms["log_gdp_nominal_per_capita"] = np.log(table["gdp_nominal"] / table["population"])
    terms["log_population"] = np.log(table["population"])
    terms["log_infant_mortality"] = np.log(table["infant_mortality"])
    terms["log_odds_internet_use"] = log_odds(table["internet_use"])
    terms["log_odds_electricity"] = log_odds(table["electricity"])
    for column in ("urban_share", "literacy", "population_growth", "ldc", "sids", "fragile"):
        terms[column] = table[column].astype(float)
    terms["european_union"] = (table["bloc"] == "EU").astype(float)
    terms["english"] = (table["language"] == "english").astype(float)
    for heading in ("region", "area"):
        dummies = pd.get_dummies(table[heading], dtype=float).sort_index(axis=1)
        terms = terms.join(dummies.add_prefix(f"{heading} "))
    return terms
