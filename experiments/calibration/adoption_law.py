"""The law of internet adoption, and its fit: steps, filters and least absolute errors, many economies at once.

x is the log odds of national use. Each year x grows by a drift, less a saturation pull, plus a pull towards the
anchor that the economy's income sets, plus its own momentum (docs/model.md, Adoption). Arrays are years x economies
or starts x economies; an empty observation is NaN.

The fit is the least absolute error, in log odds, of free paths of 1 to 7 years that start in 2000 or later and end by
the last year, with momentum filtered over what was observed up to the start. The noise is the scale of one-year
surprises. Draw 0 is the point estimate, the others are refits on resampled countries. No draw depends on another or on
the number of worker processes, so a fit is reproducible to the bit.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar

from afteraid.simulation.basis import arguments
from afteraid.simulation.basis.errors import DataError
from afteraid.simulation.basis.short import Short
from afteraid.simulation.basis.units import FloatArray, bounded_logit, expit
from afteraid.simulation.ensemble import Progress, in_processes
from afteraid.simulation.rules.adoption import expected_step, next_momentum, surprise_spread
from afteraid.simulation.state.facts import AdoptionLaw
from afteraid.simulation.state.parameters import REGISTRY

from .panel import Panel

Places = NDArray[np.int64]

SATURATION_PULL = REGISTRY["adoption.saturation"].value  # kappa: imposed, it hardly shows in a hindcast
FILTER_FROM = 1998  # two years before the first start, so that the first paths don't start without momentum
FIRST_START, LONGEST_PATH = 2000, 7
FREEDOM = 4.0  # of the Student t of surprises
FIRST_STEPS, REFIT_STEPS = 800, 200
DIGITS = 4
FEWEST_YEARS, FEWEST_ECONOMIES = 3, 10
REFITS_IN_A_TASK = 5


COLUMNS = [field.name for field in fields(AdoptionLaw)]
BOUNDS = {
    "anchor_rate": (0.0, 0.4), "momentum_persistence": (0.0, 0.95), "momentum_gain": (0.0, 1.0), "noise": (0.02, 0.5),
}  # fmt: skip
LAW_TO_2018 = (0.189, 0.086, 1.23, 0.67, 0.46, 0.100)  # the table of docs/model.md; where the search begins
BEGINNING = AdoptionLaw(*LAW_TO_2018)


@dataclass(frozen=True)
class AdoptionPanel(Short):
    """Observed log odds of use and ln GDP per capita (years x economies), the same economies in the same order."""

    first_year: int
    log_odds: FloatArray
    income_gap: FloatArray  # ln GDP per capita less its cross-country mean of the year
    economies: tuple[str, ...] = ()

    def resampled(self, places: Places) -> AdoptionPanel:
        """Return the panel of the economies at these places, as a country bootstrap wants them.

        Income gaps are taken from the new cross-country mean, as the law takes the new mean of use.
        """
        gap = self.income_gap[:, places]
        return AdoptionPanel(self.first_year, self.log_odds[:, places], gap - gap.mean(axis=1, keepdims=True))


@dataclass(frozen=True)
class Fit(Short):
    """A fitted law: draws, and where each economy stood in the last year.

    Attributes:
        draws: draw and the six numbers, as the package ships them; draw 0 is the point estimate.
        states: iso3, log_odds, momentum and observed (0 or 1) in the last year, filtered with the point estimate.
        until: the last year whose observations were used.
        panel: what it was fitted to.
    """

    draws: pd.DataFrame
    states: pd.DataFrame
    until: int
    panel: AdoptionPanel

    @property
    def point(self) -> AdoptionLaw:
        """Return the point estimate."""
        return AdoptionLaw(*(float(self.draws[name].iloc[0]) for name in COLUMNS))


def adoption_panel(panel: Panel, first_year: int, last_year: int) -> AdoptionPanel:
    """Return the economies that have GDP per capita in every year and use in at least three."""
    years = pd.Index(range(first_year, last_year + 1), name="year")
    use = panel.use.reindex(years)
    income = panel.income.reindex(years).reindex(columns=use.columns)
    kept = use.columns[(use.notna().sum() >= FEWEST_YEARS) & income.notna().all()]
    if len(kept) < FEWEST_ECONOMIES:
        raise DataError(
            f"{len(kept)} economies have use in {FEWEST_YEARS} years from {first_year} to {last_year} and GDP in all",
            expected=f"{FEWEST_ECONOMIES} or more",
        )
    logs = np.log(income[kept].to_numpy(dtype=np.float64))
    gap = logs - logs.mean(axis=1, keepdims=True)
    return AdoptionPanel(first_year, bounded_logit(use[kept].to_numpy(dtype=np.float64)), gap, tuple(kept))


def next_log_odds(law: AdoptionLaw, state: FloatArray, momentum: FloatArray, income_gap: FloatArray) -> FloatArray:
    """Return the expected log odds a year later; the mean over economies is taken along the last axis."""
    mean = np.nanmean(state, axis=-1, keepdims=True)
    step = expected_step(state, mean, income_gap, law.drift, SATURATION_PULL, law.anchor_rate, law.income_slope)
    return np.asarray(state + (step + momentum), dtype=np.float64)


def filter_observations(law: AdoptionLaw, panel: AdoptionPanel) -> tuple[FloatArray, FloatArray, FloatArray]:
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
        came = np.where(np.isnan(surprise), 0.0, surprise)
        momentum[year + 1] = next_momentum(momentum[year], came, law.momentum_persistence, law.momentum_gain)
        state[year + 1] = np.where(np.isnan(observed), expected, observed)
    return state, momentum, innovation


def path_errors(law: AdoptionLaw, panel: AdoptionPanel) -> list[FloatArray]:
    """Return the absolute errors in log odds of all completed paths, one array for each length of 1 to 7 years."""
    state, momentum, _ = filter_observations(law, panel)
    last = len(panel.log_odds) - 1
    starts = np.arange(FIRST_START - panel.first_year, last)
    path, carried, errors = state[starts], momentum[starts], []
    for length in range(1, LONGEST_PATH + 1):
        inside = starts + length <= last
        starts, path, carried = starts[inside], path[inside], carried[inside]
        if not starts.size:
            break
        path = next_log_odds(law, path, carried, panel.income_gap[starts + length - 1])
        carried = law.momentum_persistence * carried
        error = np.abs(path - panel.log_odds[starts + length])
        errors.append(error[~np.isnan(error) & ~np.isnan(panel.log_odds[starts])])
    return errors


def fit_law(panel: AdoptionPanel, start: AdoptionLaw, steps: int) -> AdoptionLaw:
    """Return the law with the least mean absolute path error, sought from `start` (Nelder-Mead)."""
    inside = [(COLUMNS.index(name), limits) for name, limits in BOUNDS.items() if name != "noise"]

    def loss(numbers: FloatArray) -> float:
        if not all(low <= numbers[place] <= high for place, (low, high) in inside):
            return 1e3
        return float(np.concatenate(path_errors(AdoptionLaw(*[*numbers, start.noise]), panel)).mean())

    first = np.array(astuple(start)[:5], dtype=np.float64)
    found = minimize(loss, first, method="Nelder-Mead", options={"maxiter": steps, "xatol": 1e-4, "fatol": 1e-6})
    law = AdoptionLaw(*(float(number) for number in [*found.x, start.noise]))
    return replace(law, noise=noise_scale(law, panel))


def noise_scale(law: AdoptionLaw, panel: AdoptionPanel) -> float:
    """Return the scale of the Student t (4 degrees of freedom) of one-year surprises, by maximum likelihood."""
    state, _, innovation = filter_observations(law, panel)
    from_row = FIRST_START - panel.first_year
    use = expit(state[from_row:-1])
    surprise = innovation[from_row + 1 :] / surprise_spread(use)
    scaled = surprise[~np.isnan(surprise)]

    def unlikelihood(log_scale: float) -> float:
        return log_scale + (FREEDOM + 1.0) / 2.0 * float(np.log1p((scaled / np.exp(log_scale)) ** 2 / FREEDOM).mean())

    low, high = (float(np.log(bound)) for bound in BOUNDS["noise"])
    found = minimize_scalar(unlikelihood, bounds=(low, high), method="bounded")
    return float(np.exp(found.x))


def refit(panel: AdoptionPanel, point: AdoptionLaw, draws: range, seed: int) -> list[AdoptionLaw]:
    """Return the law refitted on one resample of the countries a draw, each with a generator of its own."""
    laws = []
    for draw in draws:
        generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, draw])))
        economies = panel.log_odds.shape[1]
        places = generator.integers(0, economies, size=(economies,), dtype=np.int64)
        laws.append(fit_law(panel.resampled(places), point, REFIT_STEPS))
    return laws


def fit(
    panel: Panel,
    until: int,
    draws: int = 200,
    seed: int = 1,
    workers: int | None = 1,
    progress: Progress | None = None,
) -> Fit:
    """Fit the law to what was known in a year, and refit it on resampled countries.

    Args:
        panel: use and covariates; nothing after `until` is looked at.
        until: the last year whose observations are used.
        draws: how many country-bootstrap refits.
        seed: of the resampling.
        workers: processes to use; the result doesn't depend on it.
        progress: called with refits done and refits in all.
    """
    draws, seed = arguments.draws(draws), arguments.seed(seed)
    until, workers = arguments.year("until", until), arguments.at_work(workers, progress)
    observed, point = point_fit(panel, until)
    tasks = refit_tasks(observed, point, draws, seed)
    sizes = [len(task[2]) for task in tasks]
    refits = in_processes(refit, tasks, workers, progress, sizes) if tasks else []
    return whole_fit(observed, point, [law for part in refits for law in part], until)


def point_fit(panel: Panel, until: int) -> tuple[AdoptionPanel, AdoptionLaw]:
    """Return what a fit up to a year rests on, and the law with the least error on it."""
    if until < FIRST_START + 3:
        raise DataError(f"{until} leaves too few years to fit", key="until", expected=f"{FIRST_START + 3} or later")
    observed = adoption_panel(panel.known_in(until), FILTER_FROM, until)
    return observed, fit_law(observed, BEGINNING, FIRST_STEPS)


def refit_tasks(
    observed: AdoptionPanel, point: AdoptionLaw, draws: int, seed: int
) -> list[tuple[AdoptionPanel, AdoptionLaw, range, int]]:
    """Cut the refits into tasks for `refit`: draws 1 to `draws`, a few at a time."""
    starts = range(1, draws + 1, REFITS_IN_A_TASK)
    return [(observed, point, range(first, min(first + REFITS_IN_A_TASK, draws + 1)), seed) for first in starts]


def whole_fit(observed: AdoptionPanel, point: AdoptionLaw, refits: list[AdoptionLaw], until: int) -> Fit:
    """Put a point estimate and its refits together, rounded as the package ships them."""
    table = pd.DataFrame([astuple(law) for law in (point, *refits)], columns=COLUMNS).round(DIGITS)
    table.insert(0, "draw", range(len(table)))
    return Fit(table, last_states(point, observed), until, observed)


def last_states(law: AdoptionLaw, panel: AdoptionPanel) -> pd.DataFrame:
    """Return where each economy stood in the last year: filtered log odds and momentum, and whether it was observed."""
    state, momentum, _ = filter_observations(law, panel)
    return pd.DataFrame(
        {
            "iso3": panel.economies,
            "log_odds": state[-1],
            "momentum": momentum[-1],
            "observed": (~np.isnan(panel.log_odds[-1])).astype(np.int64),
        }
    )
