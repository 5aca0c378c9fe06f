"""Levers are turned: a strategy comes into force, with all that follows from it."""

from __future__ import annotations

from typing import cast

import numpy as np

from ..basis.units import FloatArray
from ..exits import EXITS
from ..mechanisms import MECHANISMS
from ..mechanisms.base import COFINANCE, INCOME_NAMES
from ..processes.monitoring import observation_sd
from ..scenario.scenario import Scenario
from ..state.levers import Levers, Strategy, Surroundings
from ..state.parameters import Values
from ..state.traits import PROGRESS_STEPS, Traits
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
    return Levers(
        strategy=strategy,
        traits=trait_tables(values, strategy),
        mechanism_mix=np.array([strategy.mechanisms.get(name, 0.0) for name in MECHANISMS]),
        exit_mix=np.array([strategy.exits.get(name, 0.0) for name in EXITS]),
        observation_sd=observation_sd(
            values["monitoring.noise"], values["monitoring.half_share"], strategy.monitoring_share
        ),
    )


def trait_tables(values: Values, strategy: Strategy) -> Traits:
    """Ask every mechanism and exit for its traits, and stack them into tables."""
    mechanisms = [mechanism.traits(values) for mechanism in MECHANISMS.values()]
    exits = [leave.traits(values, strategy) for leave in EXITS.values()]
    steps = np.linspace(0.0, 1.0, PROGRESS_STEPS + 1)
    return Traits(
        names={name: row for row, name in enumerate(MECHANISMS)},
        exit_names={name: row for row, name in enumerate(EXITS)},
        cofinance=_cofinance([entry.cofinance for entry in mechanisms]),
        fee=np.array([entry.fee for entry in mechanisms]),
        verification=np.array([entry.verification for entry in mechanisms]),
        calls=np.array([entry.calls for entry in mechanisms]),
        shares_reporting=np.array([float(entry.shares_reporting) for entry in mechanisms]),
        delay=np.array([entry.delay for entry in mechanisms]),
        volatility_transmission=np.array([entry.volatility_transmission for entry in mechanisms]),
        capacity=np.array([entry.capacity for entry in mechanisms]),
        ownership=np.array([entry.ownership for entry in mechanisms]),
        linkages=np.array([entry.linkages for entry in mechanisms]),
        revenue=np.array([entry.revenue for entry in mechanisms]),
        participation=np.array([entry.participation for entry in mechanisms]),
        results_share=np.array([entry.results_share for entry in mechanisms]),
        investors_bear=np.array([float(entry.investors_bear) for entry in mechanisms]),
        performance=np.array([entry.performance for entry in mechanisms]),
        reach=np.array([entry.reach for entry in mechanisms]),
        endowment=np.array([entry.endowment for entry in mechanisms]),
        transition=np.array([entry.transition for entry in exits], dtype=np.int64),
        extension=np.array([entry.extension for entry in exits], dtype=np.int64),
        threshold=np.array([entry.threshold for entry in exits]),
        capacity_spending=np.array([entry.capacity_spending for entry in exits]),
        exit_linkages=np.array([entry.linkages for entry in exits]),
        exit_ownership=np.array([entry.ownership for entry in exits]),
        exit_revenue=np.array([entry.revenue for entry in exits]),
        exit_reach=np.array([entry.reach for entry in exits]),
        exit_endowment=np.array([entry.endowment for entry in exits]),
        donor_share=np.array([leave.donor_share(steps, values) for leave in EXITS.values()]),
        government_share=np.array([leave.government_share(steps, values) for leave in EXITS.values()]),
        levy_share=np.array([leave.levy_share(steps, values) for leave in EXITS.values()]),
    )


def _cofinance(ratios: list[dict[str, FloatArray]]) -> dict[str, FloatArray]:
    """Turn each mechanism's co-finance into one table a source, (M, 4); a source that nobody draws on has none."""
    tables: dict[str, FloatArray] = {}
    for source in COFINANCE:
        table = np.array([entry.get(source, np.zeros(len(INCOME_NAMES))) for entry in ratios])
        if table.any():
            tables[source] = table
    return tables
