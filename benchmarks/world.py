"""How fast one world runs, and how much faster than the same rules written agent by agent.

    python benchmarks/world.py             all figures: worlds, members, processes, starts, scales, ratios
    python benchmarks/world.py --ensemble  also 100 runs of the baseline on two workers, in wall time
    python benchmarks/world.py --scale     the cost of an initiative up to a million of them, and not up to 160,000
    python benchmarks/world.py --full      run the yardstick over the whole span, not 2005-2015
    python benchmarks/world.py --quick     for continuous integration: ratios only; status 1 if one lost a third
    python benchmarks/world.py --write     keep today's ratios, which later ones are compared with

CPU seconds are of this process (`time.process_time`), in one session; the least of some repeats, since what else a
machine does only adds. An agent-step is one living initiative, country or donor in one quarter. The yardstick's cost of
an agent-step times the package's agent-steps is what it would need for the same run. A yardstick could keep its past
too: so the second ratio compares its whole run with the years that the package still has to run. The third compares the
same quarters of both; the package records what one measure needs. The fourth is a member of an ensemble, by the CPU
seconds of two workers that have its past in memory.

An empty step is what Mesa takes to call a method that does nothing. `docs/measured/speed.json` holds how many of them
an agent-step cost with the rules of the first edition and with those of the second, in the yardstick and in the package
before its rules were compiled. The yardstick is honest while it has not grown more than the package did.
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
from dataclasses import dataclass, replace
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
if importlib.util.find_spec("simulation") is None:  # in place, without an installation
    sys.path.append(str(HERE.parent))  # last, since it has a start.py too

import mesa  # noqa: E402
from members import MEMBERS, ONE_MEASURE, share_of_members  # noqa: E402
from scale import SCALES, show_scales  # noqa: E402
from yardstick import YardstickModel  # noqa: E402

from afteraid import Scenario, load_scenario, run  # noqa: E402
from afteraid.simulation import engine  # noqa: E402
from afteraid.simulation.basis.workers import WorkerPool  # noqa: E402
from afteraid.simulation.beginning import begin as beginning  # noqa: E402
from afteraid.simulation.beginning.begin import begin  # noqa: E402
from afteraid.simulation.engine import advance, first_quarter  # noqa: E402
from afteraid.simulation.past import Pasts  # noqa: E402
from afteraid.simulation.recording.recording import compile_record  # noqa: E402
from afteraid.simulation.state.world import World  # noqa: E402
from start import show_starts  # noqa: E402

STORED = HERE.parent / "docs" / "measured" / "speed.json"
LEAST_PART = 2.0 / 3.0  # of a stored ratio
SHORT_YEARS, QUARTERS = 10, 4
SHOWN = 14  # processes, the longest first
FEW_MEMBERS, WORKERS = 6, 2
START_CALLS = 3


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


def one_measure(start: Callable[[], World], end: int) -> Timed:
    """Time a world that records what one measure needs, its tables included."""
    began = time.process_time()

    def asked() -> World:
        world = start()
        world.recorded = ONE_MEASURE
        kept.append(world)
        return world

    kept: list[World] = []
    found = time_run(asked, end)
    compile_record(kept[0])
    return replace(found, seconds=time.process_time() - began)


def time_members(plan: Scenario, count: int) -> tuple[float, float]:
    """Return the mean CPU seconds of a member on two workers, and the wall seconds of the slower worker."""
    with WorkerPool(WORKERS) as pool:
        shares = [pool.submit(share_of_members, plan, range(first, count, WORKERS)) for first in range(WORKERS)]
        done = [share.result() for share in shares]
    return sum(sum(seconds) for seconds, _ in done) / count, max(wall for _, wall in done)


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
    spent = []
    for _ in range(repeats):
        began = time.process_time()
        model.agents.shuffle_do("step")
        spent.append(time.process_time() - began)
    return min(spent) / agents * 1e6


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
    print(f"{words:<42} {number}")


def show_processes(spent: Counter[str], quarters: int) -> None:
    """Print the longest processes, in microseconds a quarter and in share of the run."""
    print(f"\n{'process':<34} {'us a quarter':>12} {'share':>7}")
    for name, seconds in spent.most_common(SHOWN):
        print(f"{name:<34} {seconds / quarters * 1e6:>12,.0f} {seconds / spent.total():>7.1%}")


def too_slow(ratios: dict[str, float], stored: dict[str, float]) -> bool:
    """Say whether a ratio is under two thirds of the stored one, and which."""
    lost = {name: value for name, value in ratios.items() if value < LEAST_PART * stored[name]}
    for name, value in lost.items():
        print(f"too slow: {name} is {value:.1f}, and was {stored[name]:.1f} when stored")
    return bool(lost)


def show_growth(kept: dict[str, dict[str, float]], today: float) -> None:
    """Print the yardstick's agent-step in empty steps, by how much it has grown, and by how much the package had."""
    first, second = kept["first edition"], kept["second edition"]
    show("yardstick over first edition", f"{today / first['yardstick']:.2f} times, {first['yardstick']:.0f} then")
    show("frozen yardstick over the same", f"{second['yardstick'] / first['yardstick']:.2f} times")
    show("package over the same, uncompiled", f"{second['package'] / first['package']:.2f} times")


def main() -> int:
    parser = argparse.ArgumentParser(description="Time one world run, and the agent-by-agent yardstick with it.")
    parser.add_argument("--quick", action="store_true", help="few runs; exit status 1 if a ratio lost a third")
    parser.add_argument("--ensemble", action="store_true", help="also time 100 runs on two workers")
    parser.add_argument("--scale", action="store_true", help="time worlds with up to a million initiatives")
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
    lean = min((one_measure(from_past, plan.run.end) for _ in range(repeats)), key=lambda one: one.seconds)
    a_member, wall = time_members(plan, FEW_MEMBERS if chosen.quick else MEMBERS)
    show("cold world", f"{world.seconds:.3f} CPU seconds, {plan.run.spinup}-{plan.run.end}, {world.quarters} quarters")
    show("world from the stored past", f"{later.seconds:.3f} CPU seconds, {later.quarters} quarters")
    show("100 quarters, one measure", f"{lean.seconds:.3f} CPU seconds")
    if not chosen.quick:
        words = f"{wall:.2f} seconds of wall time on {WORKERS} workers, past in memory"
        show(f"{MEMBERS} members, one measure", f"{words}; {a_member:.3f} CPU seconds each")
    show("initiatives alive", f"{world.initiative_steps / world.quarters:,.0f} on average")
    show("an agent-step", f"{world.seconds / world.agent_steps * 1e6:.3f} microseconds")
    span = years if chosen.full else 5 if chosen.quick else SHORT_YEARS
    theirs = time_yardstick(plan, span)
    an_agent = theirs.seconds / theirs.agent_steps
    empty = empty_step()
    show("yardstick", f"{theirs.seconds:.2f} CPU seconds, {span} years")
    show("yardstick agent-step", f"{an_agent * 1e6:.1f} microseconds: {an_agent * 1e6 / empty:.0f} empty steps of Mesa")
    show("yardstick, whole run", f"{an_agent * world.agent_steps:.1f} CPU seconds, at the package's agent-steps")
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    show_growth(stored["empty steps"], an_agent * 1e6 / empty)
    ratios = {
        "cold world": an_agent * world.agent_steps / world.seconds,
        "from the stored past": an_agent * world.agent_steps / later.seconds,
        "the same quarters, one measure": an_agent * lean.agent_steps / lean.seconds,
        "a member on two workers": an_agent * world.agent_steps / a_member,
    }
    for name, ratio in ratios.items():
        show(f"ratio R, {name}", f"{ratio:.1f}")
    show("memory of this process, most", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    if not chosen.quick:
        show_processes(by_process(cold, plan.run.end), world.quarters)
        print()
        show_starts(START_CALLS)
        show_scales(SCALES if chosen.scale else SCALES[:-2])
    if chosen.ensemble:
        with tempfile.TemporaryDirectory() as states:  # cold: no past is kept
            os.environ["AFTERAID_CACHE"] = states
            began = time.perf_counter()
            run(plan, runs=100, workers=2)
        show("100 runs", f"{time.perf_counter() - began:.1f} seconds of wall time on two workers")
    if chosen.write:
        stored["ratios"] = {name: round(value, 1) for name, value in ratios.items()}
        STORED.write_text(json.dumps(stored, indent=2) + "\n")
    return 1 if chosen.quick and too_slow(ratios, stored["ratios"]) else 0


if __name__ == "__main__":
    sys.exit(main())
