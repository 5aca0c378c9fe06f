"""How fast one world runs, and how much faster than the same rules written agent by agent.

    python benchmarks/world.py             a cold world, one from the stored past, each process, the yardstick, ratios
    python benchmarks/world.py --ensemble  also 100 runs of the baseline on two workers, in wall time
    python benchmarks/world.py --scale     also the cost of an initiative by how many are alive, up to a million
    python benchmarks/world.py --full      run the yardstick over the whole span, not 2005-2015
    python benchmarks/world.py --quick     for continuous integration: fewer runs; status 1 if a ratio lost a third
    python benchmarks/world.py --write     keep today's ratios, which later ones are compared with

CPU seconds are of this process (`time.process_time`), in one session; the least of some repeats, since what else a
machine does only adds. An agent-step is one living initiative, country or donor in one quarter. The yardstick's cost of
an agent-step times the package's agent-steps is what it would need for the same run. A yardstick could keep its past
too: so the second ratio compares its whole run with the years that the package still has to run.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
if importlib.util.find_spec("simulation") is None:  # in place, without an installation
    sys.path.insert(0, str(HERE.parent))

import mesa  # noqa: E402
from scale import show_scales  # noqa: E402
from yardstick import YardstickModel  # noqa: E402

from afteraid import Scenario, load_scenario, run  # noqa: E402
from afteraid.simulation import engine  # noqa: E402
from afteraid.simulation.beginning import begin as beginning  # noqa: E402
from afteraid.simulation.beginning.begin import begin  # noqa: E402
from afteraid.simulation.engine import advance, first_quarter  # noqa: E402
from afteraid.simulation.past import Pasts  # noqa: E402
from afteraid.simulation.state.world import World  # noqa: E402

STORED = HERE.parent / "docs" / "measured" / "speed.json"
LEAST_PART = 2.0 / 3.0  # of a stored ratio
SHORT_YEARS, QUARTERS = 10, 4
SHOWN = 14  # processes, the longest first


@dataclass(frozen=True)
class Timed:
    """CPU seconds, initiative-steps, agent-steps and quarters of a run."""

    seconds: float
    initiative_steps: int
    agent_steps: int
    quarters: int


def time_run(start: Callable[[], World], end: int) -> Timed:
    """Time a world from its beginning, which `start` makes, to the end of a run."""
    began = time.process_time()
    world = start()
    first, steps = world.quarter, 0
    while world.year < end:
        advance(world)
        steps += world.initiatives.count
    seconds, quarters = time.process_time() - began, world.quarter - first
    return Timed(seconds, steps, steps + quarters * (world.countries.count + world.donors.count), quarters)


def least(repeats: int, start: Callable[[], World], end: int) -> Timed:
    """Return the quickest of some repeats of one and the same run."""
    return min((time_run(start, end) for _ in range(repeats)), key=lambda one: one.seconds)


def time_yardstick(scenario: Scenario, years: int) -> Timed:
    """Time the yardstick over the first `years`; its facts are read before the clock starts."""
    rules, usual = load_scenario(HERE / "rules_of_the_yardstick.toml"), beginning.PAST
    beginning.PAST = str(HERE / "rules_of_the_yardstick.toml")  # the yardstick knows no later rule
    first = begin(rules, scenario.run.seed, 0)
    beginning.PAST = usual
    began = time.process_time()
    model = YardstickModel(first, seed=scenario.run.seed)
    for _ in range(QUARTERS * years):
        model.step()
    found = Timed(time.process_time() - began, model.initiative_steps, model.agent_steps, model.quarter)
    model.close()
    return found


def empty_step(agents: int = 10_000, repeats: int = 20) -> float:
    """Return the microseconds that Mesa takes to call a method that does nothing on one agent of many."""

    class Idle(mesa.Agent):  # type: ignore[misc]
        def step(self) -> None:
            """Do nothing."""

    model = mesa.Model(rng=1)
    for _ in range(agents):
        Idle(model)
    began = time.process_time()
    for _ in range(repeats):
        model.agents.shuffle_do("step")
    return (time.process_time() - began) / repeats / agents * 1e6


def by_process(start: Callable[[], World], end: int) -> Counter[str]:
    """Return CPU seconds of a run by process; what the engine does between them is under `all else`."""
    spent: Counter[str] = Counter()
    usual = engine.STEP

    def timed(process: Callable[[World], None]) -> Callable[[World], None]:
        def call(world: World) -> None:
            began = time.process_time()
            process(world)
            spent[f"{process.__module__.rpartition('.')[2]}.{process.__name__}"] += time.process_time() - began

        return call

    engine.STEP = tuple(map(timed, usual))
    try:
        whole = time_run(start, end).seconds
    finally:
        engine.STEP = usual
    spent["all else"] = whole - spent.total()
    return spent


def show(words: str, number: str) -> None:
    print(f"{words:<34} {number}")


def show_processes(spent: Counter[str], quarters: int) -> None:
    """Print the longest processes, in microseconds a quarter and in share of the run."""
    print(f"\n{'process':<34} {'us a quarter':>12} {'share':>7}")
    for name, seconds in spent.most_common(SHOWN):
        print(f"{name:<34} {seconds / quarters * 1e6:>12,.0f} {seconds / spent.total():>7.1%}")


def too_slow(ratios: dict[str, float]) -> bool:
    """Say whether a ratio is under two thirds of the stored one, and which."""
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    lost = {name: value for name, value in ratios.items() if value < LEAST_PART * stored[name]}
    for name, value in lost.items():
        print(f"too slow: {name} is {value:.1f}, and was {stored[name]:.1f} when stored")
    return bool(lost)


def main() -> int:
    parser = argparse.ArgumentParser(description="Time one world run, and the agent-by-agent yardstick with it.")
    parser.add_argument("--quick", action="store_true", help="few runs; exit status 1 if a ratio lost a third")
    parser.add_argument("--ensemble", action="store_true", help="also time 100 runs on two workers")
    parser.add_argument("--scale", action="store_true", help="also time worlds with up to a million initiatives")
    parser.add_argument("--full", action="store_true", help="run the yardstick over the whole span")
    parser.add_argument("--write", action="store_true", help="keep today's ratios")
    chosen = parser.parse_args()
    plan = load_scenario("baseline")
    years, repeats = plan.run.end - plan.run.spinup, 3 if chosen.quick else 5
    pasts = Pasts(on_disk=False)

    def cold() -> World:
        return first_quarter(plan, plan.run.seed, 0)

    def from_past() -> World:
        return pasts.at_start(plan, plan.run.seed, 0)

    time_run(from_past, plan.run.start + 1)  # rules are compiled, tables read, and the past made, once a process
    world, later = least(repeats, cold, plan.run.end), least(repeats, from_past, plan.run.end)
    show("cold world", f"{world.seconds:.3f} CPU seconds, {plan.run.spinup}-{plan.run.end}, {world.quarters} quarters")
    show("world from the stored past", f"{later.seconds:.3f} CPU seconds, {later.quarters} quarters")
    show("initiatives alive", f"{world.initiative_steps / world.quarters:,.0f} on average")
    show("an agent-step", f"{world.seconds / world.agent_steps * 1e6:.3f} microseconds")
    span = years if chosen.full else 5 if chosen.quick else SHORT_YEARS
    theirs = time_yardstick(plan, span)
    an_agent = theirs.seconds / theirs.agent_steps
    empty = empty_step()
    show("yardstick", f"{theirs.seconds:.2f} CPU seconds, {span} years")
    show("yardstick agent-step", f"{an_agent * 1e6:.1f} microseconds: {an_agent * 1e6 / empty:.0f} empty steps of Mesa")
    show("yardstick, whole run", f"{an_agent * world.agent_steps:.1f} CPU seconds, at the package's agent-steps")
    ratios = {
        "cold world": an_agent * world.agent_steps / world.seconds,
        "from the stored past": an_agent * world.agent_steps / later.seconds,
    }
    for name, ratio in ratios.items():
        show(f"ratio R, {name}", f"{ratio:.1f}")
    show("memory of this process, most", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    if not chosen.quick:
        show_processes(by_process(cold, plan.run.end), world.quarters)
    if chosen.scale:
        show_scales()
    if chosen.ensemble:
        with tempfile.TemporaryDirectory() as states:  # cold: no past is kept
            os.environ["AFTERAID_CACHE"] = states
            began = time.perf_counter()
            run(plan, runs=100, workers=2)
        show("100 runs", f"{time.perf_counter() - began:.1f} seconds of wall time on two workers")
    if chosen.write:
        STORED.write_text(json.dumps({name: round(value, 1) for name, value in ratios.items()}, indent=2) + "\n")
    return 1 if chosen.quick and too_slow(ratios) else 0


if __name__ == "__main__":
    sys.exit(main())
