"""Levers are turned: a strategy comes into force, with all that follows from it."""

from __future__ import annotations

from typing import cast

import numpy as np

from ..exits import EXITS
from ..mechanisms import MECHANISMS
from ..processes.monitoring import MonitoringParameters
from ..rules.observation import observation_sd
from ..scenario.scenario import Scenario
from ..state.levers import Levers, Strategy, Surroundings
from ..state.parameters import Values
from ..state.traits import PROGRESS_STEPS, Traits, all_exits, all_mechanisms
from ..state.world import World


def strategy_of(scenario: Scenario) -> Strategy:
    """Return a scenario's strategy as the processes read it: the checked settings are frozen, field by field alike."""
    return cast(Strategy, scenario.strategy)


def surroundings_of(scenario: Scenario) -> Surroundings:
    """Return what a scenario says of the world, as the processes read it."""
    return cast(Surroundings, scenario.world)


def apply_strategy(world: World, strategy: Strategy) -> None:
    """Turn the levers of a strategy: used at the start year, and when a snapshot is run on with other levers."""
    world.levers = levers_of(strategy, world.values)


def levers_of(strategy: Strategy, values: Values) -> Levers:
    """Return a strategy with what follows from it, for one draw of the parameters."""
    p = MonitoringParameters.of(values)
    return Levers(
        strategy=strategy,
        traits=trait_tables(values, strategy),
        mechanism_mix=np.array([strategy.mechanisms.get(name, 0.0) for name in MECHANISMS]),
        exit_mix=np.array([strategy.exits.get(name, 0.0) for name in EXITS]),
        observation_sd=observation_sd(p.noise, p.half_share, strategy.monitoring_share),
    )


def trait_tables(values: Values, strategy: Strategy) -> Traits:
    """Ask every mechanism and exit for its traits, and stack them into tables."""
    steps = np.linspace(0.0, 1.0, PROGRESS_STEPS + 1)
    return Traits(
        names={name: row for row, name in enumerate(MECHANISMS)},
        exit_names={name: row for row, name in enumerate(EXITS)},
        mechanism=all_mechanisms([mechanism.traits(values) for mechanism in MECHANISMS.values()]),
        exit=all_exits([leave.traits(values, strategy) for leave in EXITS.values()]),
        donor_share=np.array([leave.donor_share(steps, values) for leave in EXITS.values()]),
        government_share=np.array([leave.government_share(steps, values) for leave in EXITS.values()]),
        levy_share=np.array([leave.levy_share(steps, values) for leave in EXITS.values()]),
    )
