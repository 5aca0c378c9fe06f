"""The paired runs of a comparison: in each pair all options meet the same draws, and share their past and their twin.

A first look comes after a few pairs, and is refined as pairs come in. Ctrl-C keeps the pairs that are there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, as_completed
from typing import Any

from afteraid.simulation.basis import arguments
from afteraid.simulation.basis.errors import LostRunsError
from afteraid.simulation.basis.machine import cores
from afteraid.simulation.basis.workers import WorkerLostError, WorkerPool
from afteraid.simulation.ensemble import Progress, Tables, gathered, run_once
from afteraid.simulation.prepare import prepare
from afteraid.simulation.scenario.given import ScenarioGiven
from afteraid.simulation.scenario.scenario import Scenario

from .compared import Compared
from .options import Option, chosen_base, chosen_options

FIRST_LOOK = 8  # pairs
Look = Callable[[Compared], object]
Pair = list[Tables]


def compare(
    base: ScenarioGiven,
    *options: ScenarioGiven,
    runs: int | None = None,
    seed: int | None = None,
    focus: str | None = None,
    start: int | None = None,
    end: int | None = None,
    settings: dict[str, object] | None = None,
    matters: dict[str, float] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    look: Look | None = None,
) -> Compared:
    """Compare options with a base on paired runs: the same draws in all of them.

    Args:
        base: a scenario, its name, its file, or one of these with settings, as in ``"baseline funding=0.7"``.
        options: the same; settings alone change the base, and a title may go before, as in ``"Cut: funding=0.7"``.
        runs: how many pairs, instead of what the base says.
        seed: of all runs, instead of what the base says.
        focus: country or group that the answer looks at.
        start: first year of the answer.
        end: last year of the answer.
        settings: for the base and all options, by the names that ``--set`` takes.
        matters: the smallest difference that matters by measure, in place of the catalogue's.
        workers: processes to use; by default as many as there are cores.
        progress: called with pairs done and pairs in all.
        look: called with the comparison so far, after the first few pairs and whenever their number has doubled.

    Raises:
        InputError: an argument can't be used.
        LostRunsError: a worker process was lost.
        KeyboardInterrupt: Ctrl-C before one pair was there. Later, what is there is returned.
    """
    workers = arguments.at_work(workers, progress)
    named = {"runs": arguments.runs_or_none(runs), "seed": arguments.seed_or_none(seed), "focus": focus}
    given = {f"run.{key}": value for key, value in {**named, "start": start, "end": end}.items() if value is not None}
    first = chosen_base(base, given, settings or {})
    sides = (first, *chosen_options(options, first, settings or {}))
    return run_pairs(sides, workers, progress, look, matters or {})


def run_pairs(
    sides: Sequence[Option],
    workers: int | None,
    progress: Progress | None,
    look: Look | None,
    matters: dict[str, float],
) -> Compared:
    """Run the pairs of a comparison, the base first among the sides."""
    prepare()
    began, asked = time.perf_counter(), sides[0].scenario.run.runs
    scenarios = tuple(side.scenario for side in sides)
    found: dict[int, Pair] = {}

    def so_far() -> Compared:
        return _compared(sides, found, asked, time.perf_counter() - began, matters)

    next_look = FIRST_LOOK

    def came(replicate: int, pair: Pair) -> None:
        nonlocal next_look
        found[replicate] = pair
        if progress is not None:
            progress(len(found), asked)
        if look is not None and next_look <= len(found) < asked:
            next_look = 2 * len(found)
            look(so_far())

    try:
        _run(scenarios, asked, min(workers or cores(), asked), came)
    except KeyboardInterrupt:
        if not found:
            raise
    return so_far()


def _run(scenarios: tuple[Scenario, ...], asked: int, workers: int, came: Callable[[int, Pair], None]) -> None:
    """Run all pairs and hand each over as it comes."""
    if workers == 1:
        for replicate in range(asked):
            came(replicate, run_pair(scenarios, replicate))
        return
    try:
        with WorkerPool(workers) as pool:
            waiting: dict[Future[Any], int] = {pool.submit(run_pair, scenarios, one): one for one in range(asked)}
            for future in as_completed(waiting):
                came(waiting.pop(future), future.result())
    except WorkerLostError as problem:
        raise LostRunsError(f"{problem}. Try again with fewer workers") from None


def run_pair(scenarios: Sequence[Scenario], replicate: int) -> Pair:
    """Run every side of a comparison on the draws of one replicate.

    The state at the start year is made once, and a twin once for all sides with the same world and policy.
    """
    return [run_once(scenario, replicate, twin=True) for scenario in scenarios]


def _compared(
    sides: Sequence[Option], found: dict[int, Pair], asked: int, seconds: float, matters: dict[str, float]
) -> Compared:
    """Gather the pairs that are there as a comparison."""
    order, results = sorted(found), []
    for place, side in enumerate(sides):
        run = side.scenario.run.model_copy(update={"runs": len(order)})
        settled = side.scenario.model_copy(update={"run": run})
        results.append(gathered(settled, [found[one][place] for one in order], seconds, twin=True))
    return Compared(tuple(side.label for side in sides), tuple(results), asked, matters)
