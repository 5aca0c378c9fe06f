"""The law of adoption run alone: what the whole simulation is compared with, on the same luck.

No initiative, lever or barrier acts here. Runs begin at the origin with the momentum that each run's own draw of the
law filters from the observations; the draws of the law, of the saturation and of the noise are those of the
simulation's runs, so what differs is what the rest of the simulation adds.
"""

from __future__ import annotations

import numpy as np

from simulation.beginning import fitted_row
from simulation.data import FIRST_YEAR, ReferenceWorld
from simulation.parameters import draw
from simulation.randomness import Streams, student_t4, word_of
from simulation.scenario import Scenario
from simulation.units import QUARTERS_PER_YEAR, FloatArray, expit

from .adoption_law import (
    HIGHEST_USE,
    LARGEST_INNOVATION,
    LOWEST_USE,
    NOISE_SHAPE,
    AdoptionLaw,
    AdoptionPanel,
    filter_observations,
    share_to_log_odds,
)

PARTS = ("all", "process", "parameters")  # whose uncertainty is in a forecast
LEAST, MOST = (float(share_to_log_odds(np.array(share))) for share in (LOWEST_USE, HIGHEST_USE))


def observed_panel(world: ReferenceWorld, first_year: int, origin: int) -> AdoptionPanel:
    """Return the world's path of use up to the origin as a panel to filter, all economies in every year."""
    rows = slice(first_year - FIRST_YEAR, origin - FIRST_YEAR + 1)
    logs = np.log(world.income[rows])
    gap = logs - logs.mean(axis=1, keepdims=True)
    return AdoptionPanel(first_year, world.use_path[rows], gap)


def law_alone(plan: Scenario, world: ReferenceWorld, runs: int, years: list[int], part: str = "all") -> FloatArray:
    """Return the use that the law alone gives on the luck of the simulation's runs, (runs, years, C).

    Args:
        plan: the scenario of the hindcast; its start is the origin.
        world: the reference world as known at the origin.
        runs: how many.
        years: of which use is returned.
        part: all; process for noise alone, with the point estimate; parameters for draws alone, without noise.
    """
    panel = observed_panel(world, FIRST_YEAR, plan.run.start)
    return np.array([_one(plan, world, panel, replicate, years, part) for replicate in range(runs)])


def _one(
    plan: Scenario, world: ReferenceWorld, panel: AdoptionPanel, replicate: int, years: list[int], part: str
) -> FloatArray:
    """Return one run's use, (years, C)."""
    streams = Streams(plan.run.seed, replicate)
    uncertain = part != "process"
    values = draw(streams, plan.world.parameters, uncertain)
    law = AdoptionLaw(**fitted_row(world.adoption_draws, "adoption law", streams, uncertain))
    origin, size = plan.run.start, 0.0 if part == "parameters" else 1.0
    kappa, persistence = values["adoption.saturation"], values["adoption.common_persistence"]
    keys = np.array([word_of(str(iso3)) for iso3 in world.countries["iso3"]], dtype=np.uint64)
    state = panel.log_odds[-1]
    momentum = filter_observations(law, panel)[1][-1]
    common, found = 0.0, {}
    for year in range(plan.run.spinup, max(years)):
        quarter = (year - plan.run.spinup) * QUARTERS_PER_YEAR
        shock = float(streams.normal("adoption, world", quarter, keys[:1])[0])
        common = persistence * common + values["adoption.common_noise"] * np.sqrt(1.0 - persistence**2) * shock
        if year < origin:
            continue
        income = np.log(world.income[year - FIRST_YEAR])
        anchor = state.mean() + law.income_slope * (income - income.mean())
        use = np.clip(expit(state), LOWEST_USE, HIGHEST_USE)
        luck = student_t4(streams.uniform("adoption", quarter, keys))
        noise = size * law.noise * (4.0 * use * (1.0 - use)) ** NOISE_SHAPE * luck
        step = law.drift - kappa * state + law.anchor_rate * (anchor - state) + momentum + size * common + noise
        state = np.clip(state + step, LEAST, MOST)
        surprise = np.clip(noise, -LARGEST_INNOVATION, LARGEST_INNOVATION)
        momentum = law.momentum_persistence * momentum + law.momentum_gain * surprise
        found[year + 1] = expit(state)
    return np.array([found[year] for year in years])
