"""The law of internet adoption, and its fit: steps, filters and least absolute errors, many economies at once.

x is the log odds of national use. Each year x grows by a drift, less a saturation pull, plus a pull towards the
anchor that the economy's income sets, plus its own momentum (docs/model.md, Adoption). Arrays are years x economies
or starts x economies; an empty observation is NaN.

The fit is the least absolute error, in log odds, of free paths of 1 to 7 years that start in 2000 or later and end by
the last year, with momentum filtered over what was observed up to the start. Saturation and the brake by barriers are
held, not fitted. The noise is the scale of one-year surprises, by level of use and region (`noise.py`). Draw 0 is the
point estimate, the others are refits on resampled countries. No draw depends on another or on the number of worker
processes, so a fit is reproducible to the bit.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize

from afteraid.simulation.basis import arguments
from afteraid.simulation.basis.errors import DataError
from afteraid.simulation.basis.short import Short
from afteraid.simulation.basis.units import LEAST_SHARE, MOST_SHARE, FloatArray, bounded_logit, expit
from afteraid.simulation.data import ReferenceWorld
from afteraid.simulation.ensemble import Progress, in_processes
from afteraid.simulation.processes.adoption_parameters import AdoptionParameters
from afteraid.simulation.rules.adoption import believed, braked, expected_step, next_momentum, own_scale
from afteraid.simulation.rules.barriers import headroom, shifted
from afteraid.simulation.state.facts import AdoptionLaw
from afteraid.simulation.state.parameters import REGISTRY, draw
from afteraid.simulation.state.randomness import Streams

from .barrier_index import fitted_index, regions_of
from .noise import FIRST_NOISE, fit_noise, levels_of
from .panel import Panel

Places = NDArray[np.int64]

CENTRAL = AdoptionParameters.of(draw(Streams(0, 0), {}, uncertain=False))  # what the fit holds: kappa, a and phi
SATURATION_PULL = CENTRAL.saturation
HEADROOM = REGISTRY["barriers.headroom"].value
FILTER_FROM = 1998  # two years before the first start, so that the first paths don't start without momentum
FIRST_START, LONGEST_PATH = 2000, 7
FIRST_STEPS, REFIT_STEPS = 800, 200
DIGITS = 4
FEWEST_YEARS, FEWEST_ECONOMIES = 3, 10
REFITS_IN_A_TASK = 5


COLUMNS = [field.name for field in fields(AdoptionLaw)]
BOUNDS = {"anchor_rate": (0.0, 0.4), "momentum_persistence": (0.0, 0.95), "momentum_gain": (0.0, 1.0)}
BEGINNING = AdoptionLaw(0.226, 0.110, 1.34, 0.63, 0.44, *FIRST_NOISE)  # where the search begins


@dataclass(frozen=True)
class Held:
    """What the fit of the law holds and does not search.

    Attributes:
        saturation: kappa, pull of the log odds back to zero, a year.
        brake_of_use: a, what use takes off a rise.
        brake_of_barriers: phi, what barriers take off beyond it.
    """

    saturation: float = CENTRAL.saturation
    brake_of_use: float = CENTRAL.brake_of_use
    brake_of_barriers: float = CENTRAL.brake_of_barriers


DEFAULT = Held()


@dataclass(frozen=True)
class AdoptionPanel(Short):
    """Observed log odds of use and ln GDP per capita (years x economies), the same economies in the same order."""

    first_year: int
    log_odds: FloatArray
    income_gap: FloatArray  # ln GDP per capita less its cross-country mean of the year
    index: FloatArray  # log odds of the addressable index, not rescaled
    regions: tuple[str, ...]
    economies: tuple[str, ...] = ()
    held: Held = DEFAULT

    def resampled(self, places: Places) -> AdoptionPanel:
        """Return the panel of the economies at these places, as a country bootstrap wants them.

        Income gaps are taken from the new cross-country mean, as the law takes the new mean of use.
        """
        gap = self.income_gap[:, places]
        return AdoptionPanel(
            self.first_year,
            self.log_odds[:, places],
            gap - gap.mean(axis=1, keepdims=True),
            self.index[:, places],
            tuple(self.regions[place] for place in places),
            held=self.held,
        )


@dataclass(frozen=True)
class Fit(Short):
    """A fitted law: draws, and where each economy stood in the last year.

    Attributes:
        draws: draw and the numbers of the law, as the package ships them; draw 0 is the point estimate.
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


def adoption_panel(
    panel: Panel, first_year: int, last_year: int, reference: ReferenceWorld | None = None
) -> AdoptionPanel:
    """Return the economies that have GDP per capita in every year and use in at least three.

    The index of barriers is that of `reference`, or of the embedded world.
    """
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
    codes = tuple(map(str, kept))
    observed = bounded_logit(use[kept].to_numpy(dtype=np.float64))
    index = fitted_index(codes, list(years), reference)
    return AdoptionPanel(first_year, observed, gap, index, regions_of(codes), codes)


def next_log_odds(
    law: AdoptionLaw,
    state: FloatArray,
    momentum: FloatArray,
    income_gap: FloatArray,
    index: FloatArray,
    held: Held,
) -> FloatArray:
    """Return the expected log odds a year later; the mean over economies is taken along the last axis.

    `index` holds the log odds of the rescaled addressable index; `held` has what is no part of the fitted law.
    """
    mean = np.nanmean(state, axis=-1, keepdims=True)
    step = expected_step(state, mean, income_gap, law.drift, held.saturation, law.anchor_rate, law.income_slope)
    step = braked(step + momentum, expit(state), expit(index), held.brake_of_use, held.brake_of_barriers)
    return np.asarray(state + step, dtype=np.float64)


def rescaled(state: FloatArray, index: FloatArray, at: FloatArray | None = None) -> FloatArray:
    """Return the index's log odds, rescaled so that it was above use where `state` was known; `at` is it there."""
    there = index if at is None else at
    shift = np.nan_to_num(headroom(expit(state), expit(there), HEADROOM))
    return shifted(expit(index), shift)


def filter_observations(
    law: AdoptionLaw, panel: AdoptionPanel, believe_breaks: bool = False
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return state, momentum and one-year innovation (years x economies), filtered over the observations.

    Where a year isn't observed the state is the expected one and the momentum only decays; its innovation is NaN.
    An innovation counts only between two years that were both observed. Momentum makes little of a surprise beyond
    three scales, unless `believe_breaks`.
    """
    years = len(panel.log_odds)
    state, momentum = np.full_like(panel.log_odds, np.nan), np.zeros_like(panel.log_odds)
    innovation = np.full_like(panel.log_odds, np.nan)
    levels = levels_of(law, panel.regions)
    state[0] = panel.log_odds[0]
    for year in range(years - 1):
        index = rescaled(state[year], panel.index[year])
        expected = next_log_odds(law, state[year], momentum[year], panel.income_gap[year], index, panel.held)
        observed = panel.log_odds[year + 1]
        surprise = observed - expected
        both = ~np.isnan(observed) & ~np.isnan(panel.log_odds[year])
        innovation[year + 1] = np.where(both, surprise, np.nan)
        came = np.where(np.isnan(surprise), 0.0, surprise)
        if not believe_breaks:
            use = np.clip(expit(np.nan_to_num(state[year])), LEAST_SHARE, MOST_SHARE)
            came = believed(came, own_scale(use, levels, law.noise_low, law.noise_high))
        momentum[year + 1] = next_momentum(momentum[year], came, law.momentum_persistence, law.momentum_gain)
        state[year + 1] = np.where(np.isnan(observed), expected, observed)
    return state, momentum, innovation


def path_errors(law: AdoptionLaw, panel: AdoptionPanel) -> list[FloatArray]:
    """Return the absolute errors in log odds of all completed paths, one array for each length of 1 to 7 years."""
    state, momentum, _ = filter_observations(law, panel, believe_breaks=True)
    last = len(panel.log_odds) - 1
    starts = np.arange(FIRST_START - panel.first_year, last)
    path, carried, errors = state[starts], momentum[starts], []
    begun, placed = state[starts], panel.index[starts]
    for length in range(1, LONGEST_PATH + 1):
        inside = starts + length <= last
        starts, path, carried, begun, placed = (
            starts[inside], path[inside], carried[inside], begun[inside], placed[inside],
        )  # fmt: skip
        if not starts.size:
            break
        now = starts + length - 1
        index = rescaled(begun, panel.index[now], placed)
        path = next_log_odds(law, path, carried, panel.income_gap[now], index, panel.held)
        carried = law.momentum_persistence * carried
        error = np.abs(path - panel.log_odds[starts + length])
        errors.append(error[~np.isnan(error) & ~np.isnan(panel.log_odds[starts])])
    return errors


def fit_law(panel: AdoptionPanel, start: AdoptionLaw, steps: int) -> AdoptionLaw:
    """Return the law with the least mean absolute path error, sought from `start` (Nelder-Mead), and its noise."""
    inside = [(COLUMNS.index(name), limits) for name, limits in BOUNDS.items()]

    def loss(numbers: FloatArray) -> float:
        if not all(low <= numbers[place] <= high for place, (low, high) in inside):
            return 1e3
        drift, rate, slope, persistence, gain = (float(number) for number in numbers)
        tried = replace(
            start, drift=drift, anchor_rate=rate, income_slope=slope, momentum_persistence=persistence,
            momentum_gain=gain,
        )  # fmt: skip
        return float(np.concatenate(path_errors(tried, panel)).mean())

    first = np.array(astuple(start)[:5], dtype=np.float64)
    found = minimize(loss, first, method="Nelder-Mead", options={"maxiter": steps, "xatol": 1e-4, "fatol": 1e-6})
    law = AdoptionLaw(*(float(number) for number in found.x), *astuple(start)[5:])
    return with_noise(law, panel)


def with_noise(law: AdoptionLaw, panel: AdoptionPanel) -> AdoptionLaw:
    """Return the law with the noise of its own one-year surprises since 2000."""
    state, _, innovation = filter_observations(law, panel, believe_breaks=True)
    from_row = FIRST_START - panel.first_year
    use, surprise = expit(state[from_row:-1]), innovation[from_row + 1 :]
    return AdoptionLaw(*astuple(law)[:5], *fit_noise(use, surprise, panel.regions))


def refit(panel: AdoptionPanel, point: AdoptionLaw, draws: range, seed: int) -> list[AdoptionLaw]:
    """Return the law refitted on one resample of the countries a draw, each with a generator of its own."""
    laws = []
    for number in draws:
        generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, number])))
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
    held: Held = DEFAULT,
) -> Fit:
    """Fit the law to what was known in a year, and refit it on resampled countries.

    Args:
        panel: use and covariates; nothing after `until` is looked at.
        until: the last year whose observations are used.
        draws: how many country-bootstrap refits.
        seed: of the resampling.
        workers: processes to use; the result doesn't depend on it.
        progress: called with refits done and refits in all.
        held: what is not fitted: saturation and brakes.
    """
    draws, seed = arguments.draws(draws), arguments.seed(seed)
    until, workers = arguments.year("until", until), arguments.at_work(workers, progress)
    observed, point = point_fit(panel, until, held)
    tasks = refit_tasks(observed, point, draws, seed)
    sizes = [len(task[2]) for task in tasks]
    refits = in_processes(refit, tasks, workers, progress, sizes) if tasks else []
    return whole_fit(observed, point, [law for part in refits for law in part], until)


def point_fit(
    panel: Panel, until: int, held: Held = DEFAULT, reference: ReferenceWorld | None = None
) -> tuple[AdoptionPanel, AdoptionLaw]:
    """Return what a fit up to a year rests on, and the law with the least error on it.

    `reference` has the paths of barriers; the embedded world's stand in.
    """
    if until < FIRST_START + 3:
        raise DataError(f"{until} leaves too few years to fit", key="until", expected=f"{FIRST_START + 3} or later")
    observed = replace(adoption_panel(panel.known_in(until), FILTER_FROM, until, reference), held=held)
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
