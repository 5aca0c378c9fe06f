"""The law of adoption run alone: what the whole simulation is compared with, on the same luck.

No initiative, lever or barrier acts here. Runs begin at the origin with the momentum that each run's own draw of the
law filters from the observations; the draws of the law, of the saturation and of the noise are those of the
simulation's runs, so what differs is what the rest of the simulation adds.
"""

from __future__ import annotations

import numpy as np

from afteraid.simulation.basis.units import LEAST_SHARE, MOST_SHARE, QUARTERS_PER_YEAR, FloatArray, expit, logit
from afteraid.simulation.beginning.facts import country_facts, fitted_row
from afteraid.simulation.data import FIRST_YEAR, ReferenceWorld
from afteraid.simulation.processes.adoption_parameters import AdoptionParameters
from afteraid.simulation.processes.nation import SharedShocks
from afteraid.simulation.rules.adoption import BREAK, next_momentum, own_scale
from afteraid.simulation.scenario.scenario import Scenario
from afteraid.simulation.state.facts import AdoptionLaw, CountryFacts
from afteraid.simulation.state.parameters import draw
from afteraid.simulation.state.randomness import Streams, student_t4

from ...calibration.adoption_law import AdoptionPanel, Held, filter_observations, next_log_odds, rescaled
from ...calibration.barrier_index import index_of, regions_of
from ...calibration.noise import levels_of
from .observation_error import ObservationError

PARTS = ("all", "process", "observation", "parameters")  # whose uncertainty is in a forecast
LEAST, MOST = (float(logit(np.array(share))) for share in (LEAST_SHARE, MOST_SHARE))


def observed_panel(world: ReferenceWorld, first_year: int, origin: int) -> AdoptionPanel:
    """Return the world's path of use up to the origin as a panel to filter, all economies in every year."""
    rows = slice(first_year - FIRST_YEAR, origin - FIRST_YEAR + 1)
    logs = np.log(world.income[rows])
    gap = logs - logs.mean(axis=1, keepdims=True)
    codes = tuple(map(str, world.countries["iso3"]))
    return AdoptionPanel(first_year, world.use_path[rows], gap, index_of(world)[rows], regions_of(codes), codes)


def law_alone(
    plan: Scenario,
    world: ReferenceWorld,
    runs: int,
    years: list[int],
    part: str = "all",
    error: ObservationError | None = None,
) -> FloatArray:
    """Return the use that the law alone gives on the luck of the simulation's runs, (runs, years, C).

    Args:
        plan: the scenario of the hindcast; its start is the origin.
        world: the reference world as known at the origin.
        runs: how many.
        years: of which use is returned.
        part: all; parameters for draws of the law alone, without noise; with the point estimate, process for noise
            alone, and observation for errors of the figures at the origin and at the target alone.
        error: how noise is split into process and observation; process is all of it where left out.
    """
    panel = observed_panel(world, FIRST_YEAR, plan.run.start)
    split = error or ObservationError(0.0, 0.0, 0.0, 1.0)
    facts, index = country_facts(world), index_of(world)
    return np.array([_one(plan, world, facts, panel, index, number, years, part, split) for number in range(runs)])


def _one(
    plan: Scenario,
    world: ReferenceWorld,
    facts: CountryFacts,
    panel: AdoptionPanel,
    index: FloatArray,
    replicate: int,
    years: list[int],
    part: str,
    error: ObservationError,
) -> FloatArray:
    """Return one run's use, (years, C); `index` holds the log odds of the addressable index, (T, C)."""
    streams = Streams(plan.run.seed, replicate)
    uncertain = part in ("all", "parameters")
    p = AdoptionParameters.of(draw(streams, plan.world.parameters, uncertain))
    law = AdoptionLaw(**fitted_row(world.adoption_draws, "adoption law", streams, uncertain))
    origin, size = plan.run.start, {"all": 1.0, "process": error.process**0.5}.get(part, 0.0)
    levels = levels_of(law, panel.regions)
    state = panel.log_odds[-1]
    momentum = filter_observations(law, panel)[1][-1]
    misread = error.share**0.5 if part == "observation" else 0.0

    def scale(log_odds: FloatArray) -> FloatArray:
        use = np.clip(expit(log_odds), LEAST_SHARE, MOST_SHARE)
        return own_scale(use, levels, law.noise_low, law.noise_high)

    wrong = misread * scale(state) * student_t4(streams.uniform("observation", 0, facts.keys))
    state, momentum = state - wrong, momentum - law.momentum_gain * wrong
    begun = state
    shared, beyond, found = SharedShocks(facts, p), np.zeros_like(state), {}
    held = Held(p.saturation, p.brake_of_use, p.brake_of_barriers)
    for year in range(plan.run.spinup, max(years)):
        quarter = (year - plan.run.spinup) * QUARTERS_PER_YEAR
        together = shared.next(streams, quarter)
        if year < origin:
            continue
        income = np.log(world.income[year - FIRST_YEAR])
        luck = student_t4(streams.uniform("adoption", quarter, facts.keys))
        usual = np.clip(luck, -BREAK, BREAK)
        ahead = rescaled(begun, index[year - FIRST_YEAR], index[origin - FIRST_YEAR])
        expected = next_log_odds(law, state, momentum, income - income.mean(), ahead, held)
        own = size * scale(state)
        beyond = beyond + own * (luck - usual)
        state = np.clip(expected + size * together + own * usual, LEAST, MOST)
        momentum = next_momentum(momentum, own * usual, law.momentum_persistence, law.momentum_gain)
        read = misread * scale(state) * student_t4(streams.uniform("observation", quarter + 1, facts.keys))
        found[year + 1] = expit(np.clip(state + beyond + read, LEAST, MOST))
    return np.array([found[year] for year in years])
