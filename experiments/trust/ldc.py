"""Why the law of adoption comes out too high for the least developed countries, taken apart on what is known.

The law, fitted to a panel up to a year, is run on by itself and compared with the embedded observations of each
economy, which are later (most of 2023) and which the fit has not seen, and with what the ITU says of the group in 2025.
The gap is split into a part that all of these countries share, the weight of the large ones, and what came after the
last observations. Electricity, stability, government and schooling are tried as explanations of the law's errors, on
the errors after that year and on those of earlier origins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from afteraid.simulation.basis.units import FloatArray, IntArray, bounded_logit, expit
from afteraid.simulation.data import load_countries
from afteraid.simulation.state.facts import AdoptionLaw

from ..calibration.adoption_law import (
    BEGINNING,
    FIRST_STEPS,
    AdoptionPanel,
    fit_law,
    last_states,
    next_log_odds,
    point_fit,
    rescaled,
)
from ..calibration.barrier_index import fitted_index
from ..calibration.panel import Panel

FITTED_TO = 2018  # what came after it stays unseen
TARGET_YEAR = 2025
ITU_TODAY = 0.34  # use in the LDCs in 2025 (ITU, Facts and Figures 2025)
ITU_BEFORE = 0.35  # the same in 2024, in the edition of 2024
ITU_GROWTH, PEOPLE_GROWTH = 1.074, 1.023  # of users (edition of 2025) and of people (UN WPP 2024) a year
OLDEST = FITTED_TO + 1  # an older observation is not one that the fit has not seen
OLDEST_FACT = 3  # years
ORIGINS, AHEAD = (2006, 2008, 2010, 2012), 5
COVARIATES = {
    "elec_pct": "access to electricity",
    "wgi_stability": "political stability and absence of violence",
    "wgi_goveff": "government effectiveness",
    "school_yrs": "years of schooling",
}
RESAMPLES, SEED = 2000, 1
BAND = (0.025, 0.975)


@dataclass(frozen=True)
class Answer:
    """What was found.

    Attributes:
        forecast: of the group's use in 2025 by the law alone from the panel's last year.
        by_people: the same by a law fitted to people instead of to economies.
        economies: one row an LDC: name, year of its observation, forecast and observed share, weight by people.
        errors: one row an economy with a later observation: iso3, ldc, error (log odds) and the covariates in the last
            year of the panel.
        earlier: the same five years after each earlier origin, with origin and points.
    """

    last_year: int
    forecast: float
    by_people: float
    economies: pd.DataFrame
    errors: pd.DataFrame
    earlier: pd.DataFrame


def answer(panel: Panel, facts: pd.DataFrame) -> Answer:
    """Take the gap apart.

    Args:
        panel: use and covariates; use after FITTED_TO is left out.
        facts: iso3, year and the columns of COVARIATES.
    """
    panel = replace(panel, use=panel.use.loc[:FITTED_TO])
    last = panel.last_year
    observed, law = point_fit(panel, last)
    panel = _to_the_target(panel)
    ahead = run_on(law, observed, panel, last, TARGET_YEAR)
    table = load_countries().set_index("iso3")
    people = pd.Series(panel.population.loc[TARGET_YEAR - 1], dtype=float).reindex(ahead.columns)
    least = table["ldc"].reindex(ahead.columns) == 1
    later = table["internet_use_year"].reindex(ahead.columns)
    known = [iso3 for iso3 in ahead.columns if OLDEST <= later[iso3] <= TARGET_YEAR]
    rows = ahead.index.get_indexer(pd.Index(later[known].astype(int)))
    columns = ahead.columns.get_indexer(pd.Index(known))
    foreseen: FloatArray = ahead.to_numpy(np.float64)[rows, columns]
    seen: FloatArray = table["internet_use"].reindex(known).to_numpy(np.float64)
    forecast, came = pd.Series(foreseen, index=known), pd.Series(seen, index=known)
    off = bounded_logit(foreseen) - bounded_logit(seen)
    errors = pd.DataFrame({"iso3": known, "ldc": least[known].to_numpy(dtype=float), "error": off})
    errors = errors.merge(_facts_in(facts, last), on="iso3", how="left")
    chosen = [iso3 for iso3 in known if least[iso3]]
    economies = pd.DataFrame(
        {
            "name": table["name"].reindex(chosen), "year": later[chosen].astype(int), "forecast": forecast[chosen],
            "observed": came[chosen], "weight": people[chosen] / people[chosen].sum(),
        }
    )  # fmt: skip
    crowd = fit_law(observed.resampled(_by_people(panel, observed, last)), BEGINNING, FIRST_STEPS)
    other = run_on(crowd, observed, panel, last, TARGET_YEAR)
    return Answer(
        last, _of_group(ahead, least, people), _of_group(other, least, people), economies, errors,
        _earlier(panel, facts, table["ldc"]),
    )  # fmt: skip


def _to_the_target(panel: Panel) -> Panel:
    """Return the panel with GDP and population up to the target year: projected where they end before it."""
    ahead = panel.known_in(panel.last_year)
    tables = {name: getattr(panel, name).combine_first(getattr(ahead, name)) for name in ("income", "population")}
    return replace(panel, **tables)


def run_on(law: AdoptionLaw, observed: AdoptionPanel, panel: Panel, start: int, end: int) -> pd.DataFrame:
    """Run the law without noise from its last states; use by year (rows, from the start on) and economy."""
    states = last_states(law, observed)
    state, momentum = states["log_odds"].to_numpy(np.float64), states["momentum"].to_numpy(np.float64)
    index = fitted_index(observed.economies, list(range(start, end)))
    found = {start: expit(state)}
    begun = state
    for year in range(start, end):
        income = np.log(panel.income.loc[year].reindex(list(observed.economies)).to_numpy(np.float64))
        gap = np.nan_to_num(income - np.nanmean(income))
        ahead = rescaled(begun, index[year - start], index[0])
        state = next_log_odds(law, state, momentum, gap, ahead, observed.held)
        momentum = law.momentum_persistence * momentum
        found[year + 1] = expit(state)
    return pd.DataFrame(found, index=list(observed.economies)).T


def _of_group(use: pd.DataFrame, members: pd.Series[bool], people: pd.Series[float]) -> float:
    """Return a group's use in the target year, weighted by people."""
    chosen = members.to_numpy(bool)
    row, weight = use.loc[TARGET_YEAR].to_numpy(np.float64)[chosen], people.to_numpy(np.float64)[chosen]
    return float(row @ weight / weight.sum())


def _by_people(panel: Panel, observed: AdoptionPanel, year: int) -> IntArray:
    """Choose economies by their people, systematically, as many as there are."""
    people = panel.population.loc[year].reindex(list(observed.economies)).to_numpy(np.float64)
    steps = (np.arange(people.size) + 0.5) / people.size
    return np.asarray(np.searchsorted(np.cumsum(people) / people.sum(), steps), dtype=np.int64)


def _facts_in(facts: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the last covariates known in a year, none older than a few years."""
    known = facts[facts["year"].between(year - OLDEST_FACT, year)].sort_values("year")
    return known.groupby("iso3", as_index=False)[list(COVARIATES)].last()


def _earlier(panel: Panel, facts: pd.DataFrame, ldc: pd.Series[int]) -> pd.DataFrame:
    """Return the law's errors some years after earlier origins, each with the law fitted up to it."""
    parts = []
    for origin in ORIGINS:
        if origin + AHEAD > panel.last_year:
            continue
        observed, law = point_fit(panel, origin)
        use = run_on(law, observed, panel.known_in(origin), origin, origin + AHEAD).loc[origin + AHEAD]
        came = panel.use.loc[origin + AHEAD].reindex(use.index)
        error = bounded_logit(use.to_numpy(np.float64)) - bounded_logit(came.to_numpy(np.float64))
        part = pd.DataFrame({"iso3": use.index, "origin": origin, "error": error, "points": (use - came).to_numpy()})
        parts.append(part.merge(_facts_in(facts, origin), on="iso3", how="left"))
    whole = pd.concat(parts, ignore_index=True)
    return whole.assign(ldc=whole["iso3"].map(ldc).astype(float)).dropna(subset=["error", "ldc"])


def slopes(errors: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Regress errors on each covariate alone, standardised: slope a standard deviation, and 95% interval.

    Intervals are over resampled economies, each with all its errors.
    """
    rows: list[tuple[str, int, float, float, float]] = []
    for name in names:
        known = errors.dropna(subset=[name, "error"])
        score = ((known[name] - known[name].mean()) / known[name].std()).to_numpy(np.float64)
        error = known["error"].to_numpy(np.float64)
        codes, economies = pd.factorize(known["iso3"])
        places = [np.flatnonzero(codes == code) for code in range(len(economies))]
        generator = np.random.default_rng(SEED)
        drawn = []
        for _ in range(RESAMPLES):
            chosen = np.concatenate([places[place] for place in generator.integers(0, len(places), len(places))])
            drawn.append(np.polyfit(score[chosen], error[chosen], 1)[0])
        low, high = np.quantile(drawn, BAND)
        rows.append((name, len(known), float(np.polyfit(score, error, 1)[0]), float(low), float(high)))
    return pd.DataFrame(rows, columns=["name", "errors", "slope", "low", "high"])


def split(economies: pd.DataFrame) -> dict[str, tuple[float, float, float]]:
    """Return the error up to the last observations, in points: common to all, by weights, and both, with 95% intervals.

    Common is the mean over countries, weights is what weighing by people adds.
    """
    error = 100.0 * (economies["forecast"] - economies["observed"]).to_numpy(np.float64)
    weight = economies["weight"].to_numpy(np.float64)
    drawn = np.random.default_rng(SEED).integers(0, error.size, (RESAMPLES, error.size))
    common = error[drawn].mean(axis=1)
    whole = (error * weight)[drawn].sum(axis=1) / weight[drawn].sum(axis=1)
    values = {"common": (float(error.mean()), common), "both": (float(error @ weight), whole)}
    values["weights"] = (values["both"][0] - values["common"][0], whole - common)
    found = {}
    for name, (value, luck) in values.items():
        low, high = np.quantile(luck, BAND)
        found[name] = (value, float(low), float(high))
    return found
