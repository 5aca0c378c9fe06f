"""Short worlds: a scenario over few years, stepped to its end. Worlds that share their past compute it once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.engine import advance
from afteraid.simulation.past import Pasts
from afteraid.simulation.scenario.scenario import Scenario, load_scenario
from afteraid.simulation.state.world import World

SEED = 3
SPINUP, START, END = 2014, 2018, 2024
CENTRAL: dict[str, object] = {"run.spinup": SPINUP, "run.start": START, "run.end": END, "world.uncertain": False}
Watch = Callable[[World], None]
_PASTS = Pasts(on_disk=False, most=4)  # the last pasts of this process


def run_on(world: World, until: int, watch: Watch | None = None) -> World:
    """Step a world to the first quarter of a year; `watch` sees it after each step."""
    while world.year < until:
        advance(world)  # proves the books to the cent
        if watch is not None:
            watch(world)
    return world


def stepped(plan: Scenario, seed: int = SEED, replicate: int = 0, watch: Watch | None = None) -> World:
    """Begin a world and step it to its last year."""
    return run_on(begin(plan, seed, replicate), plan.run.end, watch)


def stepped_from_start(plan: Scenario, seed: int = SEED, replicate: int = 0, watch: Watch | None = None) -> World:
    """Do the same, to the last bit, from a past that is kept for plans that differ only in their strategy.

    `watch` sees the years from the start on. tests/test_past.py proves that the bits are the same.
    """
    return run_on(_PASTS.at_start(plan, seed, replicate), plan.run.end, watch)


def short_plan(settings: Mapping[str, object] | None = None, **more: object) -> Scenario:
    """The baseline over ten years with every parameter at its central value, and with some settings changed.

    Settings are named as in a scenario; as a keyword, with two underscores for a dot.
    """
    named = {name.replace("__", "."): value for name, value in more.items()}
    return load_scenario("baseline", {**CENTRAL, **(settings or {}), **named})


def short_world(settings: Mapping[str, object] | None = None, **more: object) -> World:
    """That plan, stepped to its end."""
    return stepped_from_start(short_plan(settings, **more))
