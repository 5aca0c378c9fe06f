"""Hindcast: the whole simulation run from earlier years on what was known then, scored against what came.

At each origin the law is refitted to the panel up to it, the reference world is rebuilt from the same
(`trust.hindcast.world`), and the simulation runs on freely. Beside it stand the law alone, on the same luck, and
the baselines (`trust.hindcast.baselines`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from afteraid.simulation.basis import arguments
from afteraid.simulation.basis.errors import DataError, InputError
from afteraid.simulation.basis.files import CSV, write_tables
from afteraid.simulation.basis.machine import versions
from afteraid.simulation.basis.manifest import data_hashes, made_by, write_json, write_manifest
from afteraid.simulation.basis.short import Short
from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.data import load_countries
from afteraid.simulation.ensemble import Progress, in_processes
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.scenario.scenario import Scenario

from ...calibration.adoption_law import BOUNDS, Fit, point_fit, refit, refit_tasks, whole_fit
from ...calibration.bounds import ends
from ...calibration.panel import Panel
from . import baselines
from .law_forecast import PARTS, law_alone
from .observation_error import observation_error
from .scores import LAW, POINTS, SIMULATION, compare, forecast_rows, reliability, score, targets
from .world import FIRST_ORIGIN, RUNS_OF_SERVICE, hindcast_plan, run_forecasts, run_services, with_service, world_in

ORIGINS, HORIZONS = (2010, 2012, 2015), (1, 3, 5, 7)
RUNS, DRAWS, SEED = 200, 100, 2025
RUNS_IN_A_TASK = 5
RUNS_OF_PARTS = 100
SAY = Templates(
    "hindcast_fits",
    law="Up to {origin}, {count} of {all} fits of the law of adoption end at the bound of {name}, {bound}.",
    curve="Up to {origin}, {count} of {all} fits of the {name} curve end at a bound.",
)
TABLES = ("forecasts", "scores", "comparisons", "reliability", "parts", "laws")


@dataclass(frozen=True)
class Hindcast(Short):
    """What a hindcast found, as tidy tables in points of the population.

    Attributes:
        forecasts: one row an origin, horizon, economy and model: level at the origin, observed, point, CRPS, bands.
        scores: by model, horizon and group.
        comparisons: the simulation against each other model, with 95% intervals over resampled economies.
        reliability: how often what came lay below each quantile.
        parts: width of the 80% band of the law alone by what is uncertain: all, process, observation, parameters; and
            the share of surprises that errors of observation make, with its interval.
        laws: the refitted law's draws by origin.
        targets: each target with what was found.
        manifest: what was asked, of which data, with what.
    """

    forecasts: pd.DataFrame
    scores: pd.DataFrame
    comparisons: pd.DataFrame
    reliability: pd.DataFrame
    parts: pd.DataFrame
    laws: pd.DataFrame
    targets: list[dict[str, object]]
    manifest: dict[str, Any]

    def write(self, folder: Path) -> None:
        """Write the tables (CSV), the targets and the manifest into a folder that exists."""
        write_tables({name: getattr(self, name).round(6) for name in TABLES}, folder, (CSV,))
        write_json(folder / "targets.json", self.targets)
        write_manifest(folder, self.manifest)


@dataclass(frozen=True)
class _Origin:
    """What one origin needs: its plan, what was known, the years asked of it, and the fitted law."""

    plan: Scenario
    known: Panel
    horizons: list[int]
    years: list[int]
    fit: Fit


def hindcast(
    panel: Panel,
    origins: Sequence[int] = ORIGINS,
    horizons: Sequence[int] = HORIZONS,
    runs: int = RUNS,
    draws: int = DRAWS,
    seed: int = SEED,
    workers: int | None = None,
    progress: Progress | None = None,
    service_runs: int = RUNS_OF_SERVICE,
    rivals: Sequence[str] = baselines.BASELINES,
) -> Hindcast:
    """Run the simulation from each origin on what was known then, and score it against what came.

    Args:
        panel: use and covariates, as far as they go; each origin sees what was known in it.
        origins: years, from 2006; one with no later observation at any horizon is refused.
        horizons: years ahead; those beyond the panel's last year are left out, origin by origin.
        runs: worlds from each origin.
        draws: country-bootstrap refits of the law at each origin.
        seed: of all luck.
        workers: processes to use; the result doesn't depend on it.
        progress: called with work done and work in all.
        service_runs: worlds from each origin from which the service of the reference path is estimated.
        rivals: baselines to compare with; the targets need the analogue.

    Raises:
        InputError: an argument can't be used.
        DataError: the panel ends before any horizon from an origin.
    """
    began = time.perf_counter()
    draws, seed, workers = arguments.draws(draws), arguments.seed(seed), arguments.at_work(workers, progress)
    service_runs = arguments.whole("service_runs", service_runs, 1, arguments.MOST_RUNS)
    rivals = arguments.texts("rivals", rivals)
    runs = arguments.whole("runs", runs, 2, arguments.MOST_RUNS)
    asked = _check(panel, arguments.wholes("origins", origins), arguments.wholes("horizons", horizons, 1))
    crew = _Crew(workers, progress, len(asked) * (len(rivals) + draws + service_runs + runs))
    places = _fits_and_baselines(panel, asked, rivals, draws, seed, crew)
    parts: list[pd.DataFrame] = []
    widths: list[dict[str, object]] = []
    samples = _simulate([origin for origin, _ in places], runs, service_runs, crew)
    for (origin, ahead), (simulated, world) in zip(places, samples, strict=True):
        chosen = _scored(origin)
        codes = list(world.countries["iso3"])
        columns = np.array([codes.index(iso3) for iso3 in chosen["iso3"]])
        alone = law_alone(origin.plan, world, runs, origin.years)
        parts.extend(_rows(origin, panel, chosen, {SIMULATION: simulated, LAW: alone}, columns, ahead))
        widths.extend(_widths(origin, world, columns))
    forecasts = pd.concat(parts, ignore_index=True).dropna(subset=["observed"]).reset_index(drop=True)
    scores, comparisons = score(forecasts), compare(forecasts, seed)
    said = {
        "origins": asked,
        "horizons_left_out": _left_out(asked, origins, horizons),
        "runs": runs,
        "refits": draws,
        "runs_for_service": service_runs,
        "seed": seed,
    }
    laws = pd.concat([origin.fit.draws.assign(origin=origin.fit.until) for origin, _ in places], ignore_index=True)
    return Hindcast(
        forecasts, scores, comparisons, reliability(forecasts), pd.DataFrame(widths), laws,
        targets(scores, comparisons), _manifest(panel, places, said, time.perf_counter() - began),
    )  # fmt: skip


def _check(panel: Panel, origins: Sequence[int], horizons: Sequence[int]) -> dict[int, list[int]]:
    """Return the horizons that can be scored from each origin, or say what can't be used."""
    last, asked = panel.last_year, {}
    for origin in sorted(set(origins)):
        if origin < FIRST_ORIGIN:
            raise InputError(f"{origin} is too early", key="--origins", expected=f"{FIRST_ORIGIN} or later")
        asked[origin] = [horizon for horizon in sorted(set(horizons)) if origin + horizon <= last]
        if not asked[origin]:
            raise DataError(f"the panel ends in {last}, before any horizon from {origin}", key="--origins")
    return asked


def _left_out(asked: dict[int, list[int]], origins: Sequence[int], horizons: Sequence[int]) -> dict[int, list[int]]:
    """Return the horizons that were asked for and lie beyond the panel, by origin."""
    missing = {origin: sorted(set(horizons) - set(asked[origin])) for origin in sorted(set(origins))}
    return {origin: beyond for origin, beyond in missing.items() if beyond}


class _Crew:
    """Worker processes for one stage after another, with one progress over all."""

    def __init__(self, workers: int | None, progress: Progress | None, total: int) -> None:
        self.workers, self.progress, self.total, self.before = workers, progress, total, 0

    def work(self, tasks: list[tuple[Any, ...]], sizes: list[int]) -> list[Any]:
        """Call each task's function with the rest of it, in worker processes; results are in the tasks' order."""

        def tell(done: int, _: int) -> None:
            if self.progress is not None:
                self.progress(self.before + done, self.total)

        found = in_processes(_call, tasks, self.workers, tell, sizes)
        self.before += sum(sizes)
        return found


def _call(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function with arguments; works in a worker process."""
    return function(*arguments)


Rivals = dict[str, dict[int, baselines.Forecast]]


def _fits_and_baselines(
    panel: Panel, asked: dict[int, list[int]], names: Sequence[str], draws: int, seed: int, crew: _Crew
) -> list[tuple[_Origin, Rivals]]:
    """Refit the law and make every baseline at each origin, from what was known in it."""
    tasks: list[tuple[Any, ...]] = []
    sizes: list[int] = []
    begun = {origin: point_fit(panel, origin) for origin in asked}
    for origin, horizons in asked.items():
        use = panel.known_in(origin).use
        for name in names[::-1]:  # the slow ones first
            tasks.append((baselines.forecast, name, use, horizons))
            sizes.append(1)
        refits = refit_tasks(*begun[origin], draws, seed)
        tasks.extend((refit, *task) for task in refits)
        sizes.extend(len(task[2]) for task in refits)
    done: Iterator[Any] = iter(crew.work(tasks, sizes))
    places = []
    for origin, horizons in asked.items():
        rivals = {name: next(done) for name in names[::-1]}
        laws = [law for _ in refit_tasks(*begun[origin], draws, seed) for law in next(done)]
        fit = whole_fit(*begun[origin], laws, origin)
        plan = hindcast_plan(origin, origin + max(horizons), seed)
        years = [origin + horizon for horizon in horizons]
        places.append((_Origin(plan, panel.known_in(origin), horizons, years, fit), rivals))
    return places


def _simulate(origins: list[_Origin], runs: int, service_runs: int, crew: _Crew) -> list[tuple[FloatArray, Any]]:
    """Run the whole simulation from each origin: first for the reference service, then for the forecast.

    Returns, for each origin, use (runs, years, C) and the reference world that it was run on.
    """
    worlds = [world_in(origin.known, origin.fit) for origin in origins]
    chunks = _chunks(service_runs)
    tasks: list[tuple[Any, ...]] = [
        (run_services, origin.plan, world, chunk)
        for origin, world in zip(origins, worlds, strict=True)
        for chunk in chunks
    ]
    done = iter(crew.work(tasks, [len(task[3]) for task in tasks]))
    worlds = [
        with_service(world, [service for _ in chunks for service in next(done)], origin.plan.run.spinup)
        for origin, world in zip(origins, worlds, strict=True)
    ]
    chunks = _chunks(runs)
    tasks = [
        (run_forecasts, origin.plan, world, chunk, origin.years)
        for origin, world in zip(origins, worlds, strict=True)
        for chunk in chunks
    ]
    done = iter(crew.work(tasks, [len(task[3]) for task in tasks]))
    return [(np.concatenate([next(done) for _ in chunks]), world) for world in worlds]


def _chunks(runs: int) -> list[range]:
    """Cut runs into tasks."""
    return [range(first, min(first + RUNS_IN_A_TASK, runs)) for first in range(0, runs, RUNS_IN_A_TASK)]


def _scored(origin: _Origin) -> pd.DataFrame:
    """Return the economies that every model forecasts: iso3 and level at the origin (points)."""
    known, use = set(load_countries()["iso3"]), origin.known.use
    chosen = [iso3 for iso3 in baselines.scorable(use) if iso3 in known]
    return pd.DataFrame({"iso3": chosen, "level": use.iloc[-1][chosen].to_numpy(dtype=np.float64) * POINTS})


def _rows(
    origin: _Origin, panel: Panel, chosen: pd.DataFrame, runs: dict[str, FloatArray], columns: Any, rivals: Rivals
) -> list[pd.DataFrame]:
    """Return the forecasts of all models from one origin."""
    wanted = set(chosen["iso3"])
    kept = np.array([iso3 in wanted for iso3 in baselines.scorable(origin.known.use)])
    parts = []
    for place, (horizon, year) in enumerate(zip(origin.horizons, origin.years, strict=True)):
        observed = panel.use.loc[year].reindex(chosen["iso3"]).to_numpy(dtype=np.float64) * POINTS
        described = chosen.assign(origin=origin.fit.until, horizon=horizon)
        there = ~np.isnan(observed)
        for name, use in runs.items():
            sample = use[:, place, columns].T[there] * POINTS
            point = np.median(sample, axis=1)
            parts.append(forecast_rows(name, point, sample, observed[there], described[there]))
        for name, ahead in rivals.items():
            rival = ahead[horizon]
            spread = None if rival.sample is None else rival.sample[kept][there] * POINTS
            parts.append(
                forecast_rows(name, rival.point[kept][there] * POINTS, spread, observed[there], described[there])
            )
    return parts


def _widths(origin: _Origin, world: Any, columns: Any) -> list[dict[str, object]]:
    """Return how wide the law's 80% band is by what is uncertain in it: all, process, observation, parameters."""
    rows: list[dict[str, object]] = []
    error = observation_error(origin.fit.point, origin.fit.panel)
    for part in PARTS:
        use = law_alone(origin.plan, world, RUNS_OF_PARTS, origin.years, part, error)[:, :, columns] * POINTS
        low, high = np.quantile(use, [0.1, 0.9], axis=0)
        rows.extend(
            {"origin": origin.fit.until, "horizon": horizon, "part": part, "width80": float(width), **asdict(error)}
            for horizon, width in zip(origin.horizons, (high - low).mean(axis=1), strict=True)
        )
    return rows


def _notes(panel: Panel, places: list[tuple[_Origin, Rivals]]) -> list[str]:
    """Say what of the panel was left out, and which fits end at their bounds."""
    said = list(panel.left_out)
    for origin, rivals in places:
        year = origin.fit.until
        said += [
            SAY("law", origin=year, name=name, bound=bound, count=count, all=every)
            for name, bound, count, every in ends(origin.fit.draws, BOUNDS)
        ]
        for name, ahead in rivals.items():
            one = next(iter(ahead.values()))
            if one.held:
                said.append(SAY("curve", origin=year, name=name, count=one.held, all=len(one.point)))
    return said


def _manifest(
    panel: Panel, places: list[tuple[_Origin, Rivals]], said: dict[str, object], seconds: float
) -> dict[str, Any]:
    """Say how the hindcast came about."""
    return {
        **made_by(),
        "study": "hindcast",
        "asked": said,
        "panel_sha256": panel.hashes,
        "covariates": panel.covariates,
        "covariates_after_an_origin": "as embedded, fitted to later years too" if panel.embedded else "projected",
        "panel_last_year": panel.last_year,
        "laws": {origin.fit.until: origin.fit.draws.iloc[0].drop("draw").to_dict() for origin, _ in places},
        "notes": _notes(panel, places),
        "embedded_use_read": False,
        "data_sha256": data_hashes(),
        "made_with": versions("numpy", "scipy", "pandas", "statsmodels", "scoringrules"),
        "wall_time_seconds": round(seconds, 1),
    }
