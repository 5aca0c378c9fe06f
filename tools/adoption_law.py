"""The law of internet adoption: steps, filters and forecasts many economies at once.

x is the log odds of national use. Each year x grows by a drift, less a saturation pull, plus a pull towards the
anchor that the economy's income sets, plus its own momentum (docs/model.md, Adoption, equations 1 to 3).
Arrays are years x economies or starts x economies; an empty observation is NaN.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reference_tables import Floats, logit, read_panel

Places = NDArray[np.int64]

SATURATION_PULL = 0.01  # kappa: imposed, it hardly shows in a hindcast
LARGEST_INNOVATION = 0.5
FILTER_FROM = 1998  # two years before the first start, so that the first paths don't start without momentum
LAW_TO_2018 = (0.189, 0.086, 1.23, 0.67, 0.46, 0.100)  # the table of docs/model.md, fitted up to 2018


@dataclass(frozen=True)
class AdoptionLaw:
    """The six numbers of the law (rates per year, log odds)."""

    drift: float
    anchor_rate: float
    income_slope: float
    momentum_persistence: float
    momentum_gain: float
    noise: float = 0.1


@dataclass(frozen=True)
class AdoptionPanel:
    """Observed log odds of use and ln GDP per capita (years x economies), the same economies in the same order."""

    first_year: int
    log_odds: Floats
    income_gap: Floats  # ln GDP per capita less its cross-country mean of the year
    economies: tuple[str, ...] = ()

    def resampled(self, places: Places) -> AdoptionPanel:
        """Return the panel of the economies at these places, as a country bootstrap wants them.

        Income gaps are taken from the new cross-country mean, as the law takes the new mean of use.
        """
        gap = self.income_gap[:, places]
        return AdoptionPanel(self.first_year, self.log_odds[:, places], gap - gap.mean(axis=1, keepdims=True))


def read_adoption_panel(reference: Path, first_year: int, last_year: int) -> AdoptionPanel:
    """Read the panel of the economies that have GDP per capita in every year and use in at least three."""
    years = range(first_year, last_year + 1)
    use = read_panel(reference, "internet_use.csv", "internet_pct", years)
    income = read_panel(reference, "country_year.csv", "gdppc_ppp", years).reindex(columns=use.columns)
    kept = use.columns[(use.notna().sum() >= 3) & income.notna().all()]
    logs = np.log(income[kept].to_numpy(dtype=np.float64))
    gap = logs - logs.mean(axis=1, keepdims=True)
    return AdoptionPanel(first_year, logit(use[kept].to_numpy(dtype=np.float64) / 100.0), gap, tuple(kept))


def next_log_odds(law: AdoptionLaw, state: Floats, momentum: Floats, income_gap: Floats) -> Floats:
    """Return the expected log odds a year later; the mean over economies is taken along the last axis."""
    mean = np.nanmean(state, axis=-1, keepdims=True)
    anchor = mean + law.income_slope * income_gap
    change = law.drift - SATURATION_PULL * state + law.anchor_rate * (anchor - state) + momentum
    return np.asarray(state + change, dtype=np.float64)


def filter_observations(law: AdoptionLaw, panel: AdoptionPanel) -> tuple[Floats, Floats, Floats]:
    """Return state, momentum and one-year innovation (years x economies), filtered over the observations.

    Where a year isn't observed the state is the expected one and the momentum only decays; its innovation is NaN.
    An innovation counts only between two years that were both observed.
    """
    years = len(panel.log_odds)
    state, momentum = np.full_like(panel.log_odds, np.nan), np.zeros_like(panel.log_odds)
    innovation = np.full_like(panel.log_odds, np.nan)
    state[0] = panel.log_odds[0]
    for year in range(years - 1):
        expected = next_log_odds(law, state[year], momentum[year], panel.income_gap[year])
        observed = panel.log_odds[year + 1]
        surprise = observed - expected
        both = ~np.isnan(observed) & ~np.isnan(panel.log_odds[year])
        innovation[year + 1] = np.where(both, surprise, np.nan)
        kept = np.where(np.isnan(surprise), 0.0, np.clip(surprise, -LARGEST_INNOVATION, LARGEST_INNOVATION))
        momentum[year + 1] = law.momentum_persistence * momentum[year] + law.momentum_gain * kept
        state[year + 1] = np.where(np.isnan(observed), expected, observed)
    return state, momentum, innovation
