"""Hindcast: the whole simulation run from earlier years on what was known then, scored against what came.

At each origin the law is refitted to the panel up to it, the reference world is rebuilt from the same
(`trust.hindcast.world`), and the simulation runs on freely. With panels of access the paths of barriers are refitted
too. Beside it stand the law alone, on the same luck, and the baselines (`trust.hindcast.baselines`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
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
from afteraid.simulation.data import ReferenceWorld
from afteraid.simulation.ensemble import Progress, in_processes
from afteraid.simulation.processes.nation import SLOW_SINCE
from afteraid.simulation.results.words.names import joined
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.state.facts import AdoptionLaw

from ...calibration.access.panels import AccessPanels
from ...calibration.access.refit import Refit
from ...calibration.adoption_law import BOUNDS, AdoptionPanel, point_fit, refit, refit_tasks, whole_fit
from ...calibration.bounds import ends
from ...calibration.panel import Panel
from . import baselines
from .law_forecast import law_alone
from .rows import Origin, Rivals, rows_of, scored, widths_of
from .scores import LAW, SIMULATION, comparisons, late, reliability, score
from .targets import targets
from .world import (
    FIRST_ORIGIN,
    RUNS_OF_SERVICE,
    barriers_in,
    hindcast_plan,
    run_forecasts,
    run_services,
    with_service,
    world_in,
)

# Every year from which a panel to 2023 has a target from 2019 on at one of the horizons; later ones know the slowdown.
ORIGINS, HORIZONS = tuple(range(2012, SLOW_SINCE)), (1, 3, 5, 7)
RUNS, DRAWS, SEED = 200, 100, 2025
FEWEST_SCORED = 0.1  # of the economies in the fullest year
RUNS_IN_A_TASK = 5
RUNS_OF_PARTS = 100
SAY = Templates(
    "hindcast_fits",
    law="Up to {origin}, {count} of {all} fits of the law of adoption end at the bound of {name}, {bound}.",
    curve="Up to {origin}, {count} of {all} fits of the {name} curve end at a bound.",
    few="Not scored: {years}, with figures of a few economies only.",
    shipped="No file of {names}: their shipped paths know figures up to 2024.",
)
TABLES = ("forecasts", "scores", "pooled", "means", "comparisons", "reliability", "parts", "laws", "access")


@dataclass(frozen=True)
class Hindcast(Short):
    """What a hindcast found, as tidy tables in points of the population.

    Attributes:
        forecasts: one row an origin, horizon, economy and model: level at the origin, observed, point, CRPS, bands.
        scores: by model, horizon and group.
        pooled: the same over all horizons, in all target years and in those from 2019 on (`targets`).
        means: the mean use of each region's economies, with its 80% band, and what came.
        comparisons: the simulation against each other model, with 95% intervals over resampled economies.
        reliability: how often what came lay below each quantile.
        parts: width of the 80% band of the law alone by what is uncertain: all, process, observation, parameters; and
            the share of surprises that errors of observation make, with its interval.
        laws: the refitted law's draws by origin.
        access: how coverage and lines went on after each origin, where they were refitted.
        targets: each target with what was found.
        manifest: what was asked, of which data, with what.
    """

    forecasts: pd.DataFrame
    scores: pd.DataFrame
    pooled: pd.DataFrame
    means: pd.DataFrame
    comparisons: pd.DataFrame
    reliability: pd.DataFrame
    parts: pd.DataFrame
    laws: pd.DataFrame
    access: pd.DataFrame
    targets: list[dict[str, object]]
    manifest: dict[str, Any]

    def write(self, folder: Path) -> None:
        """Write the tables (CSV), the targets and the manifest into a folder that exists."""
        write_tables({name: getattr(self, name).round(6) for name in TABLES}, folder, (CSV,))
        write_json(folder / "targets.json", self.targets)
        write_manifest(folder, self.manifest)


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
    access: AccessPanels | None = None,
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
        access: panels of coverage, electricity and more, to which the paths of barriers are refitted at each origin;
            without them the shipped paths stand in, which know later years.

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
    crew = _Crew(workers, progress, len(asked) * (1 + len(rivals) + draws + service_runs + runs))
    places = _fits_and_baselines(panel, access, asked, rivals, draws, seed, crew)
    parts: list[pd.DataFrame] = []
    widths: list[dict[str, object]] = []
    regions: list[dict[str, object]] = []
    samples = _simulate([origin for origin, _ in places], runs, service_runs, crew)
    for (origin, ahead), (simulated, world) in zip(places, samples, strict=True):
        chosen, columns = scored(origin, world)
        alone = law_alone(origin.plan, world, runs, origin.years)
        more, region = rows_of(origin, panel, chosen, {SIMULATION: simulated, LAW: alone}, columns, ahead)
        parts.extend(more)
        regions.extend(region)
        widths.extend(widths_of(origin, world, columns, RUNS_OF_PARTS))
    forecasts = pd.concat(parts, ignore_index=True).dropna(subset=["observed"]).reset_index(drop=True)
    means = pd.DataFrame(regions)
    said = {
        "origins": asked,
        "horizons_left_out": _left_out(asked, origins, horizons),
        "runs": runs,
        "refits": draws,
        "runs_for_service": service_runs,
        "seed": seed,
    }
    laws = pd.concat([origin.fit.draws.assign(origin=origin.fit.until) for origin, _ in places], ignore_index=True)
    pooled = [
        score(chosen, ("model",)).assign(targets=name)
        for name, chosen in (("all", forecasts), ("late", late(forecasts)))
    ]
    return Hindcast(
        forecasts=forecasts,
        scores=score(forecasts),
        pooled=pd.concat(pooled, ignore_index=True),
        means=means,
        comparisons=comparisons(forecasts, seed),
        reliability=reliability(forecasts),
        parts=pd.DataFrame(widths),
        laws=laws,
        access=_carried(places),
        targets=targets(forecasts, means, seed),
        manifest=_manifest(panel, access, places, said, time.perf_counter() - began),
    )


def _check(panel: Panel, origins: Sequence[int], horizons: Sequence[int]) -> dict[int, list[int]]:
    """Return the horizons that can be scored from each origin, or say what can't be used."""
    last, asked = last_scored(panel), {}
    for origin in sorted(set(origins)):
        if origin < FIRST_ORIGIN:
            raise InputError(f"{origin} is too early", key="--origins", expected=f"{FIRST_ORIGIN} or later")
        asked[origin] = [horizon for horizon in sorted(set(horizons)) if origin + horizon <= last]
        if not asked[origin]:
            raise DataError(f"the panel ends in {last}, before any horizon from {origin}", key="--origins")
    return asked


def last_scored(panel: Panel) -> int:
    """Return the last year of which a tenth of the economies has a figure: fewer make no score."""
    there = panel.use.notna().sum(axis=1)
    return int(there.index[there >= FEWEST_SCORED * there.max()][-1])


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


def _begin(panel: Panel, access: AccessPanels | None, origin: int) -> _Begun:
    """Refit the paths of barriers and the point estimate of the law to what was known in a year."""
    barriers, paths = barriers_in(panel.known_in(origin), origin, access)
    return barriers, paths, *point_fit(panel, origin, reference=barriers)


_Begun = tuple[ReferenceWorld, Refit | None, AdoptionPanel, AdoptionLaw]


def _fits_and_baselines(
    panel: Panel,
    access: AccessPanels | None,
    asked: dict[int, list[int]],
    names: Sequence[str],
    draws: int,
    seed: int,
    crew: _Crew,
) -> list[tuple[Origin, Rivals]]:
    """Refit barriers and law and make every baseline at each origin, from what was known in it."""
    tasks: list[tuple[Any, ...]] = []
    sizes: list[int] = []
    worlds: list[_Begun] = crew.work([(_begin, panel, access, origin) for origin in asked], [1] * len(asked))
    begun = {origin: (observed, law) for origin, (_, _, observed, law) in zip(asked, worlds, strict=True)}
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
    for (origin, horizons), (barriers, paths, *_) in zip(asked.items(), worlds, strict=True):
        rivals = {name: next(done) for name in names[::-1]}
        laws = [law for _ in refit_tasks(*begun[origin], draws, seed) for law in next(done)]
        fit = whole_fit(*begun[origin], laws, origin)
        plan = hindcast_plan(origin, origin + max(horizons), seed)
        years = [origin + horizon for horizon in horizons]
        places.append((Origin(plan, panel.known_in(origin), horizons, years, fit, barriers, paths), rivals))
    return places


def _simulate(origins: list[Origin], runs: int, service_runs: int, crew: _Crew) -> list[tuple[FloatArray, Any]]:
    """Run the whole simulation from each origin: first for the reference service, then for the forecast.

    Returns, for each origin, use (runs, years, C) and the reference world that it was run on.
    """
    worlds = [world_in(origin.known, origin.fit, origin.barriers) for origin in origins]
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


def _carried(places: list[tuple[Origin, Rivals]]) -> pd.DataFrame:
    """Return how coverage and lines go on after each origin: origin, series, pooled pace, the part of it, earlier."""
    rows = [
        {"origin": origin.fit.until, "series": name, "pooled": one.pooled, "part": one.part, "earlier": one.earlier}
        for origin, _ in places
        if origin.paths is not None
        for name, one in origin.paths.carried.items()
    ]
    return pd.DataFrame(rows, columns=["origin", "series", "pooled", "part", "earlier"])


def _notes(panel: Panel, access: AccessPanels | None, places: list[tuple[Origin, Rivals]]) -> list[str]:
    """Say what of the panels was left out, and which fits end at their bounds."""
    said = [*panel.left_out, *(access.left_out if access else ())]
    few = [str(year) for year in range(last_scored(panel) + 1, panel.last_year + 1)]
    if few:
        said.append(SAY("few", years=joined(few)))
    shipped = sorted({name for origin, _ in places if origin.paths for name in origin.paths.shipped})
    if shipped:
        said.append(SAY("shipped", names=joined(shipped)))
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
    panel: Panel,
    access: AccessPanels | None,
    places: list[tuple[Origin, Rivals]],
    said: dict[str, object],
    seconds: float,
) -> dict[str, Any]:
    """Say how the hindcast came about."""
    return {
        **made_by(),
        "study": "hindcast",
        "asked": said,
        "panel_sha256": panel.hashes,
        "access_sha256": access.hashes if access else None,
        "covariates": panel.covariates,
        "covariates_after_an_origin": "as embedded, fitted to later years too" if panel.embedded else "projected",
        "panel_last_year": last_scored(panel),
        "laws": {origin.fit.until: origin.fit.draws.iloc[0].drop("draw").to_dict() for origin, _ in places},
        "notes": _notes(panel, access, places),
        "embedded_use_read": False,
        "data_sha256": data_hashes(),
        "made_with": versions("numpy", "scipy", "pandas", "statsmodels", "scoringrules"),
        "wall_time_seconds": round(seconds, 1),
    }
