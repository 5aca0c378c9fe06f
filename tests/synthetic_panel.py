"""A small panel of internet use made from a known law, for tests that need one: no reference file is in the project."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from afteraid.experiments.calibration.adoption_law import SATURATION_PULL, Held, next_log_odds, rescaled
from afteraid.experiments.calibration.barrier_index import fitted_index, regions_of
from afteraid.experiments.calibration.noise import FIRST_NOISE, levels_of
from afteraid.experiments.calibration.panel import EARLIEST, Panel
from afteraid.simulation.basis.units import expit
from afteraid.simulation.data import load_countries
from afteraid.simulation.rules.adoption import believed, own_scale
from afteraid.simulation.state.facts import AdoptionLaw

PLANTED = AdoptionLaw(0.22, 0.10, 1.3, 0.62, 0.42, *FIRST_NOISE)
COVARIATES = "covariates.csv"


def made_panel(
    law: AdoptionLaw = PLANTED, economies: int = 60, last: int = 2018, seed: int = 7, misread: float = 0.0
) -> Panel:
    """Economies of the embedded table that follow a law from 1994 on, with Student t surprises of 4 degrees.

    `misread` is the spread of errors of observation over that of surprises.
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    table = load_countries()
    codes = sorted(table["iso3"].sample(economies, random_state=seed))
    years = pd.Index(range(1994, last + 1), name="year")
    growth = 0.02 + 0.01 * generator.standard_normal(economies)
    logs = 9.0 + 1.1 * generator.standard_normal(economies) + np.arange(len(years))[:, None] * growth
    gap = logs - logs.mean(axis=1, keepdims=True)
    state, momentum = -4.4 + 1.2 * gap[0] + 0.5 * generator.standard_normal(economies), np.zeros(economies)
    path, index, levels = [state], fitted_index(codes, list(years)), levels_of(law, regions_of(codes))

    def scale(log_odds: np.ndarray) -> np.ndarray:
        return own_scale(np.clip(expit(log_odds), 0.005, 0.995), levels, law.noise_low, law.noise_high)

    for row in range(len(years) - 1):
        noise = scale(state) * generator.standard_t(4, economies)
        believes = believed(noise, scale(state))
        state = next_log_odds(law, state, momentum, gap[row], rescaled(state, index[row]), Held()) + noise
        momentum = law.momentum_persistence * momentum + law.momentum_gain * believes
        path.append(state)
    assert SATURATION_PULL == 0.01
    errors = scale(np.array(path)) * generator.standard_t(4, (len(path), economies))
    seen = np.array(path) + misread * errors
    whole = pd.Index(range(EARLIEST, last + 1), name="year")
    columns = pd.Index(codes, name="iso3")
    use = pd.DataFrame(np.clip(expit(seen), 0.0005, 0.995), index=years, columns=columns).reindex(whole)
    income = pd.DataFrame(np.exp(logs), index=years, columns=columns).reindex(whole).bfill()
    population = pd.DataFrame(np.full(income.shape, 5e6), index=whole, columns=columns)
    return Panel(use, income, population, COVARIATES, {"panel.csv": "made"})


def write_files(panel: Panel, folder: Path) -> tuple[Path, Path]:
    """Write a panel as the two CSV files that the commands read."""
    long = panel.use.mul(100.0).stack().rename("internet_pct").reset_index()[["iso3", "year", "internet_pct"]]
    facts = pd.concat({"pop": panel.population.stack(), "gdppc_ppp": panel.income.stack()}, axis=1).reset_index()
    paths = folder / "panel.csv", folder / COVARIATES
    for table, path in zip((long, facts), paths, strict=True):
        table.to_csv(path, index=False)
    return paths
