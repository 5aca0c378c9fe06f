"""The forecasts of one origin as rows: every model on the same economies and targets."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from afteraid.simulation.basis.units import FloatArray, IntArray
from afteraid.simulation.data import FIRST_YEAR, ReferenceWorld, load_countries
from afteraid.simulation.scenario.scenario import Scenario

from ...calibration.access.refit import Refit
from ...calibration.adoption_law import Fit
from ...calibration.panel import Panel
from . import baselines
from .law_forecast import PARTS, law_alone
from .observation_error import observation_error
from .scores import POINTS, TOP, forecast_rows, region_means

Rivals = dict[str, dict[int, baselines.Forecast]]


@dataclass(frozen=True)
class Origin:
    """What one origin needs.

    Attributes:
        plan: the scenario that is run from it.
        known: the panel up to it.
        horizons, years: years ahead, and the years that they reach.
        fit: the law fitted up to it.
        barriers: the world with barriers as known then.
        paths: the refitted paths of access; None where the shipped ones stand in.
    """

    plan: Scenario
    known: Panel
    horizons: list[int]
    years: list[int]
    fit: Fit
    barriers: ReferenceWorld
    paths: Refit | None


def scored(origin: Origin, world: ReferenceWorld) -> tuple[pd.DataFrame, IntArray]:
    """Return the economies that every model forecasts, and their places in a world.

    Columns: iso3, level (points) and people, both at the origin.
    """
    known, use = set(load_countries()["iso3"]), origin.known.use
    chosen = [iso3 for iso3 in baselines.scorable(use) if iso3 in known]
    codes = list(world.countries["iso3"])
    columns = np.array([codes.index(iso3) for iso3 in chosen], dtype=np.int64)
    level = np.minimum(use.iloc[-1][chosen].to_numpy(dtype=np.float64) * POINTS, TOP)
    people = world.population[origin.fit.until - FIRST_YEAR, columns]
    return pd.DataFrame({"iso3": chosen, "level": level, "people": people}), columns


def rows_of(
    origin: Origin,
    panel: Panel,
    chosen: pd.DataFrame,
    runs: dict[str, FloatArray],
    columns: IntArray,
    rivals: Rivals,
) -> tuple[list[pd.DataFrame], list[dict[str, object]]]:
    """Return the forecasts of all models from one origin, and those of the means of regions.

    Args:
        origin: with its horizons.
        panel: with what came.
        chosen: economies of `scored`.
        runs: use by model that is run, (runs, years, C) each.
        columns: places of the chosen in C.
        rivals: forecasts of the baselines.
    """
    wanted = set(chosen["iso3"])
    kept = np.array([iso3 in wanted for iso3 in baselines.scorable(origin.known.use)])
    parts, means = [], []
    for place, (horizon, year) in enumerate(zip(origin.horizons, origin.years, strict=True)):
        observed = panel.use.loc[year].reindex(chosen["iso3"]).to_numpy(dtype=np.float64) * POINTS
        described = chosen.assign(origin=origin.fit.until, horizon=horizon)
        there = ~np.isnan(observed)
        samples = {name: use[:, place, columns].T[there] * POINTS for name, use in runs.items()}
        if there.any():
            means += region_means(described[there], samples, observed[there])
        for name, sample in samples.items():
            point = np.median(sample, axis=1)
            parts.append(forecast_rows(name, point, sample, observed[there], described[there]))
        for name, ahead in rivals.items():
            rival = ahead[horizon]
            spread = None if rival.sample is None else rival.sample[kept][there] * POINTS
            parts.append(
                forecast_rows(name, rival.point[kept][there] * POINTS, spread, observed[there], described[there])
            )
    return parts, means


def widths_of(origin: Origin, world: ReferenceWorld, columns: IntArray, runs: int) -> list[dict[str, object]]:
    """Return how wide the law's 80% band is by what is uncertain in it: all, process, observation, parameters."""
    rows: list[dict[str, object]] = []
    error = observation_error(origin.fit.point, origin.fit.panel)
    for part in PARTS:
        use = law_alone(origin.plan, world, runs, origin.years, part, error)[:, :, columns] * POINTS
        low, high = np.quantile(use, [0.1, 0.9], axis=0)
        rows.extend(
            {"origin": origin.fit.until, "horizon": horizon, "part": part, "width80": float(width), **asdict(error)}
            for horizon, width in zip(origin.horizons, (high - low).mean(axis=1), strict=True)
        )
    return rows
