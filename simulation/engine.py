"""The engine: one quarter after another, each process in its turn. It only orders, and it knows no agents."""

from __future__ import annotations

from collections.abc import Callable

from .beginning.begin import begin
from .beginning.levers import apply_strategy, strategy_of, surroundings_of
from .counterfactual import plan_removal, shadow_of, take_out
from .processes import STEP, Process
from .recording.recording import record_year
from .scenario.scenario import Scenario
from .state.world import World


def advance(world: World, after: Callable[[Process, World], None] | None = None) -> None:
    """Run one quarter of a world: the table of contents of the model.

    Args:
        world: is moved on in place.
        after: called after each process, for an experiment that changes what no lever does.
    """
    if world.strategy_begins_now:
        apply_strategy(world, world.planned)
    if world.starts_now:
        take_out(world)
    shadow = shadow_of(world)
    if shadow is not None:
        advance(shadow)
    for process in STEP:
        process(world)
        if after is not None:
            after(process, world)
    world.ledger.check(world.pots())
    world.quarter += 1
    if world.new_year:
        record_year(world, world.year)


def advance_to(world: World, year: int) -> World:
    """Run a world on to the first quarter of a year, where it has not come there yet, and return it."""
    while world.year < year:
        advance(world)
    return world


def first_quarter(plan: Scenario, seed: int, replicate: int) -> World:
    """Return the world of a scenario at the first quarter of its spin-up, with what is kept of that day."""
    world = begin(plan, seed, replicate)
    record_year(world, world.year)
    return world


def go_on(snapshot: World, plan: Scenario) -> World:
    """Return a copy of a world that goes on with the levers and the surroundings of a scenario from here on.

    Living initiatives keep the mechanism and exit that they were founded with. What the snapshot has lost to a
    counterfactual does not come back; what the scenario is to do without leaves now, or at the start year.
    """
    world = snapshot.snapshot()
    plan_removal(world, plan.run.without, plan.run.others)
    for each in (world, shadow_of(world)):
        if each is not None:
            each.settings, each.planned, each.focus = surroundings_of(plan), strategy_of(plan), plan.run.focus
            if each.year >= each.strategy_begins:
                apply_strategy(each, each.planned)
    if world.year >= world.start_year:
        take_out(world)
    return world
