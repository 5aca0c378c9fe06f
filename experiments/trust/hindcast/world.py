"""The reference world as it was known in an earlier year, and the whole simulation run on from there.

What is known of internet use is the panel up to the origin: use is held to the observations, or to the law's filter
between them; the law's draws are refitted; the barriers are placed against the level at the origin. After the origin
the path of use is empty (NaN), so that a rule that read it would show. The service of the reference path is
estimated as the package's own is (`calibration.estimate_reference`), on this world: runs without a stored service,
up to the last horizon. The embedded figures of use are never read.

Where panels of access are given, coverage, lines, electricity, skills and prices follow paths fitted up to the origin
(`calibration.access.refit`). Other facts (donors, governance, fiscal accounts, the share of towns) are the embedded
ones, of recent years.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from afteraid.simulation.basis.units import FloatArray, bounded_logit, expit
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.data import FACTS_YEAR, FIRST_YEAR, YEARS, ReferenceWorld, load_world
from afteraid.simulation.engine import advance
from afteraid.simulation.scenario.scenario import Scenario, load_scenario
from afteraid.simulation.state.facts import AdoptionLaw
from afteraid.simulation.state.kept import YearRecord
from afteraid.simulation.state.world import World

from ...calibration.access.panels import AccessPanels
from ...calibration.access.prices import MAPPED_ON
from ...calibration.access.refit import Refit, refit_access, with_access
from ...calibration.adoption_law import (
    FILTER_FROM,
    AdoptionPanel,
    Fit,
    filter_observations,
)
from ...calibration.barrier_index import fitted_index, regions_of
from ...calibration.panel import Panel

FIRST_ORIGIN = 2006  # the spin-up begins in 2005
LAST_MAPPED = MAPPED_ON[-1]  # the last year whose prices map fixed and voice baskets to data
RUNS_OF_SERVICE = 20  # as many as the package's own estimate rests on


def hindcast_plan(origin: int, end: int, seed: int) -> Scenario:
    """Return the scenario of a hindcast: the baseline from the origin on, without the cuts that came later."""
    settings = {"world.cuts": (), "run.start": origin, "run.end": end, "run.seed": seed, "run.runs": 1}
    return load_scenario("baseline", settings)


def barriers_in(known: Panel, origin: int, access: AccessPanels | None = None) -> tuple[ReferenceWorld, Refit | None]:
    """Return the embedded world with income, population and barriers as known in a year, and the paths refitted.

    Args:
        known: the panel without anything later (see `Panel.known_in`).
        origin: the year.
        access: panels of access; without them the shipped paths stay, which know later years.
    """
    base = load_world(with_reference=False)
    economies = pd.Index(base.countries["iso3"], name="iso3")
    income = _covariate(known, known.income, base.income, economies)
    population = _covariate(known, known.population, base.population, economies)
    world = replace(base, income=income, population=population)
    refit = None if access is None else refit_access(access.known_in(max(origin, LAST_MAPPED)), origin, world)
    last = known.use.ffill().iloc[-1].reindex(economies)
    use = last.fillna(last.groupby(base.countries["income_group"].to_numpy()).transform("median"))
    return with_access(world, refit, use.fillna(last.median()).to_numpy(dtype=np.float64), origin), refit


def world_in(known: Panel, fit: Fit, barriers: ReferenceWorld | None = None) -> ReferenceWorld:
    """Return the reference world as a panel shows it in the year up to which the law was fitted.

    Args:
        known: the panel without anything later (see `Panel.known_in`).
        fit: the law fitted up to that year.
        barriers: of `barriers_in`; with the shipped paths of access where left out.
    """
    origin, base = fit.until, barriers or barriers_in(known, fit.until)[0]
    economies = pd.Index(base.countries["iso3"], name="iso3")
    state, momentum = _filtered(known, fit.point, economies, base, origin)
    path = np.full(base.use_path.shape, np.nan)
    path[: origin - FIRST_YEAR + 1] = state[FIRST_YEAR - FILTER_FROM :]
    return replace(
        base,
        use_path=path,
        observed_until=np.full(len(economies), origin, dtype=np.int64),
        barrier_use=expit(path[origin - FIRST_YEAR]),
        first_momentum=momentum[FIRST_ORIGIN - 1 - FILTER_FROM],
        adoption_draws=fit.draws,
        countries=base.countries.drop(columns=["internet_use", "internet_use_year"]),
    )


def _covariate(known: Panel, table: pd.DataFrame, embedded: FloatArray, economies: pd.Index[str]) -> FloatArray:
    """Return a covariate for the embedded economies, (T, C); where the file has no number the embedded path."""
    wanted = table.reindex(index=pd.Index(YEARS), columns=economies).to_numpy(dtype=np.float64)
    return np.asarray(embedded if known.embedded else np.where(np.isnan(wanted), embedded, wanted))


def _filtered(
    known: Panel, law: AdoptionLaw, economies: pd.Index[str], world: ReferenceWorld, origin: int
) -> tuple[FloatArray, FloatArray]:
    """Return log odds and momentum of every economy from 1998 to the origin; nothing is left empty.

    Before an economy's first observation its path is parallel to the mean of those observed; an economy that was never
    observed stands where its income puts it (and is not scored).
    """
    years = pd.Index(range(FILTER_FROM, origin + 1), name="year")
    use = known.use.reindex(index=years, columns=economies).to_numpy(dtype=np.float64)
    logs = np.log(world.income[np.clip(years.to_numpy(), FIRST_YEAR, None) - FIRST_YEAR])
    gap = logs - logs.mean(axis=1, keepdims=True)
    codes = tuple(map(str, economies))
    placed = fitted_index(codes, list(years), world), regions_of(codes)
    panel = AdoptionPanel(FILTER_FROM, bounded_logit(use), gap, *placed, codes)
    state, momentum, _ = filter_observations(law, panel)
    mean = np.nanmean(state, axis=1)
    first = np.argmax(~np.isnan(state), axis=0)
    parallel = mean[:, None] - mean[first] + state[first, np.arange(len(economies))]
    placed = mean[:, None] + law.income_slope * gap
    never = np.isnan(state).all(axis=0)
    return np.where(np.isnan(state), np.where(never, placed, parallel), state), momentum


def with_service(world: ReferenceWorld, services: list[FloatArray], spinup: int) -> ReferenceWorld:
    """Return the world with the mean service of some runs as that of its reference path; the ends are held.

    Args:
        world: the world without.
        services: people reached, by year from the one after the spin-up's first, economy and group: (years, C, 2) each.
        spinup: first year of the spin-up.
    """
    mean = sum(services[1:], services[0]) / len(services)
    rows = np.clip(YEARS - (spinup + 1), 0, len(mean) - 1)
    return replace(world, reference_service=np.round(mean)[rows])


def run_services(plan: Scenario, world: ReferenceWorld, replicates: range) -> list[FloatArray]:
    """Return the people whom initiatives reach in some runs, (years, C, 2) each; works in a worker process."""
    found = []
    for replicate in replicates:
        state = begin(plan, plan.run.seed, replicate, reference=world)
        keep_facts(state)
        while state.year < plan.run.end:
            advance(state)
        found.append(np.array([entry.effective for entry in _every_year(state)]))
    return found


def _every_year(state: World) -> list[YearRecord]:
    """Return what was kept of each 1 January after the first."""
    return [entry for entry in state.yearly if entry.year > state.first_year]


def run_forecasts(plan: Scenario, world: ReferenceWorld, replicates: range, years: list[int]) -> FloatArray:
    """Return the use that some runs of the whole simulation give in some years, (runs, years, C)."""
    found = []
    for replicate in replicates:
        state = begin(plan, plan.run.seed, replicate, reference=world)
        keep_facts(state)
        while state.year < plan.run.end:
            advance(state)
        by_year = {entry.year: entry.countries["use"] for entry in _every_year(state)}
        found.append([by_year[year] for year in years])
    return np.array(found)


def keep_facts(state: World) -> None:
    """Hold fiscal facts to the year that they are of: their scale is the embedded GDP and population of that year.

    A projection from the origin would move what a treasury has at the origin itself.
    """
    base = load_world(with_reference=False)
    facts_row = FACTS_YEAR - FIRST_YEAR
    countries = replace(state.facts.countries, income=base.income[facts_row], population=base.population[facts_row])
    state.facts = replace(state.facts, countries=countries)
