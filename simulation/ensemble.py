"""Many runs of one scenario on common luck, gathered into results.

Run number r of a scenario depends on the scenario, the seed and r alone; the results are in the order of the runs. So
they are the same to the last bit whatever the number of workers.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, as_completed
from dataclasses import asdict
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np

from .basis import arguments
from .basis.errors import LostRunsError
from .basis.late import pd
from .basis.machine import cores, versions
from .basis.manifest import data_hashes, made_by
from .basis.units import BoolArray, expit
from .basis.workers import WorkerLostError, WorkerPool
from .data import FIRST_YEAR, known_groups, load_countries, load_world
from .engine import advance_to
from .measures.catalogue import SINGLE_PRECISION
from .measures.groups import groups_shown
from .measures.metrics import divide, members_shown
from .measures.survival import survival
from .past import KEPT
from .prepare import prepare
from .recording.needed import records_for, tables_for
from .recording.recording import compile_record
from .results.tables import TABLES, Results
from .scenario.given import ScenarioGiven, scenario_given
from .scenario.library import changes, held_equal
from .scenario.scenario import Scenario, load_scenario
from .state.parameters import REGISTRY
from .twin import no_twin, run_twin

Progress = Callable[[int, int], None]
Tables = dict[str, "pd.DataFrame"]
Found = TypeVar("Found")

MOST_RUNS_IN_A_CHUNK = 5
_SMALL = {"year": "int16"}


def run(
    scenario: ScenarioGiven,
    *,
    runs: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    twin: bool = True,
) -> Results:
    """Run a scenario many times and return what was found, with its uncertainty.

    Args:
        scenario: a scenario, its name, or the path of its file.
        runs: how many worlds, instead of what the scenario says.
        seed: the luck of all runs, instead of what the scenario says.
        workers: processes to use; one works in this process. By default as many as there are cores.
        progress: called with runs done and runs in all, after each chunk.
        twin: run beside each world the same without donors' money from the start year on. Without it the results have
            no additional users and no user-years per dollar of public money.

    Raises:
        InputError: an argument can't be used.
        LostRunsError: a worker process was lost (killed, or out of memory).
    """
    began = time.perf_counter()
    workers, twin = arguments.at_work(workers, progress), arguments.truth("twin", twin)
    settled = _settle(scenario_given(scenario), arguments.runs_or_none(runs), arguments.seed_or_none(seed))
    prepare()
    count = settled.run.runs
    chunks = _chunks(count, min(workers or cores(), count))
    if len(chunks) == 1 or workers == 1:
        done = _run_here(settled, chunks, progress, twin)
    else:
        done = _run_apart(settled, chunks, min(workers or cores(), len(chunks)), progress, twin)
    return gathered(settled, done, time.perf_counter() - began, twin)


def gathered(scenario: Scenario, parts: Sequence[Tables], seconds: float, twin: bool) -> Results:
    """Gather the tables of single runs, in the order of their replicates, as the results of one scenario.

    Args:
        scenario: that was run; the manifest shows its runs and seed.
        parts: what :func:`run_once` returned of each replicate.
        seconds: that the runs took.
        twin: whether the same worlds without donors' money were run too.
    """
    tables = {name: _stack([part[name] for part in parts]) for name in TABLES}
    return Results(**tables, manifest={**manifest(scenario, seconds), "twin": twin})


def _settle(scenario: Scenario, runs: int | None, seed: int | None) -> Scenario:
    """Write the runs and the seed that are used into the scenario, so that the manifest shows them."""
    changes = {key: value for key, value in (("runs", runs), ("seed", seed)) if value is not None}
    if not changes:
        return scenario
    return scenario.model_copy(update={"run": scenario.run.model_copy(update=changes)})


def _chunks(runs: int, workers: int) -> list[range]:
    """Cut the runs into chunks: few enough to keep the cost of sending low, many enough to keep all workers busy.

    The first chunk of each worker is one run, so that the user soon sees one that is finished.
    """
    size = max(1, min(MOST_RUNS_IN_A_CHUNK, math.ceil(runs / (3 * workers))))
    alone = [range(run, run + 1) for run in range(min(workers, runs))]
    return alone + [range(first, min(first + size, runs)) for first in range(len(alone), runs, size)]


def _run_here(scenario: Scenario, chunks: Sequence[range], progress: Progress | None, twin: bool) -> list[Tables]:
    """Run everything in this process."""
    parts: list[Tables] = []
    total = sum(map(len, chunks))
    for chunk in chunks:
        for replicate in chunk:
            parts.append(run_once(scenario, replicate, twin))
            if progress is not None:
                progress(replicate + 1, total)
    return parts


def _run_apart(
    scenario: Scenario, chunks: Sequence[range], workers: int, progress: Progress | None, twin: bool
) -> list[Tables]:
    """Run chunks in worker processes, and put the parts in order again."""
    tasks = [(scenario, chunk, twin) for chunk in chunks]
    done = in_processes(_run_chunk, tasks, workers, progress, [len(chunk) for chunk in chunks])
    return [part for parts in done for part in parts]


def in_processes(
    work: Callable[..., Found],
    tasks: Sequence[tuple[Any, ...]],
    workers: int | None = None,
    progress: Progress | None = None,
    sizes: Sequence[int] | None = None,
) -> list[Found]:
    """Call `work` with each task's arguments, in worker processes, and return what it gave in the tasks' order.

    Args:
        work: a function of a module, which worker processes can import.
        tasks: the arguments of each call.
        workers: processes to use, by default as many as there are cores; one works in this process.
        progress: called with what is done and what there is in all, after each call.
        sizes: how much each task counts in the progress; one by default.

    Raises whatever a call or `progress` raises, and LostRunsError when a worker process is lost. No worker is left.
    """
    workers = arguments.at_work(workers, progress)
    weights = [1] * len(tasks) if sizes is None else list(sizes)
    count = min(workers or cores(), len(tasks))
    if count > 1:
        return _call_apart(work, tasks, count, progress, weights)
    results = []
    for number, task in enumerate(tasks):
        results.append(work(*task))
        if progress is not None:
            progress(sum(weights[: number + 1]), sum(weights))
    return results


def _call_apart(
    work: Callable[..., Found],
    tasks: Sequence[tuple[Any, ...]],
    workers: int,
    progress: Progress | None,
    weights: Sequence[int],
) -> list[Found]:
    """Call a function in worker processes; whatever goes wrong, Ctrl-C too, ends them at once."""
    prepare()
    found: dict[int, Found] = {}
    done, total = 0, sum(weights)
    try:
        with WorkerPool(workers) as pool:
            waiting: dict[Future[Found], int] = {pool.submit(work, *task): place for place, task in enumerate(tasks)}
            for future in as_completed(waiting):
                found[waiting[future]] = future.result()
                done += weights[waiting[future]]
                if progress is not None:
                    progress(done, total)
    except WorkerLostError as problem:
        raise LostRunsError(f"{problem}. Try again with fewer workers") from None
    return [found[place] for place in sorted(found)]


def _run_chunk(scenario: Scenario, replicates: range, twin: bool) -> list[Tables]:
    """Run a few worlds one after the other; works in a worker process."""
    return [run_once(scenario, replicate, twin) for replicate in replicates]


def run_once(scenario: Scenario, replicate: int, twin: bool = False, measures: Iterable[str] | None = None) -> Tables:
    """Run one world and reduce it to the tables that results keep; initiatives are listed for the first run only.

    Args:
        scenario: a checked scenario.
        replicate: number of the run, from 0.
        twin: run the same world without donors' money too.
        measures: names of the catalogue; only the tables that these need are recorded, made and returned. The first
            January holds all, because the state at the start year is shared. By default every table.

    Raises:
        InputError: there is no such measure.
    """
    wanted = frozenset(TABLES) if measures is None else tables_for(measures)
    world = KEPT.at_start(scenario, scenario.run.seed, replicate)
    beside = (run_twin(world, scenario) if twin else no_twin()) if "twin" in wanted else None
    if measures is not None:
        world.recorded = records_for(wanted)
    reduced = dict(compile_record(advance_to(world, scenario.run.end)).tables)
    if beside is not None:
        reduced["twin"] = beside
    if "divide" in wanted:
        reduced["divide"] = divide(
            reduced["countries"], load_countries(), scenario.run.focus, _members(scenario.run.focus)
        )
    if "survival" in wanted:
        reduced["survival"] = survival(reduced["initiatives"], scenario.run.start, scenario.run.end)
    if "initiatives" in wanted and replicate:
        reduced["initiatives"] = reduced["initiatives"].iloc[:0].copy()
    return {name: _compact(name, reduced[name], scenario.name, replicate) for name in TABLES if name in wanted}


@lru_cache(maxsize=16)
def _members(focus: str) -> dict[str, BoolArray]:
    """Return the members of the groups shown: the same for every run."""
    return members_shown(load_countries(), focus)


def _compact(table_name: str, table: pd.DataFrame, scenario: str, replicate: int) -> pd.DataFrame:
    """Name the scenario and the run, and store texts as categories and shares small: runs have to fit in memory."""
    rows = len(table)
    columns: dict[str, Any] = {
        "scenario": pd.Categorical.from_codes(np.zeros(rows, dtype=np.int8), pd.Index([scenario])),
        "run": np.full(rows, replicate, dtype=np.int32),
    }
    single = table_name in ("countries", "twin")
    for name in table.columns:
        values: Any = table[name].array
        if name in _SMALL:
            columns[name] = values.astype(_SMALL[name])
        elif single and name in SINGLE_PRECISION:
            columns[name] = values.astype(np.float32)
        elif values.dtype.kind in "biufM":
            columns[name] = values
        else:
            columns[name] = values if isinstance(values, pd.Categorical) else pd.Categorical(values)
    return pd.DataFrame(columns, copy=False)


def _stack(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put the tables of all runs under each other, with one common list of labels in each label column."""
    columns: dict[str, Any] = {}
    for name in parts[0].columns:
        pieces = [part[name] for part in parts]
        if isinstance(pieces[0].dtype, pd.CategoricalDtype):
            labels = pd.api.types.union_categoricals([piece.array for piece in pieces], sort_categories=True)
            columns[name] = labels if _all_used(labels) else labels.remove_unused_categories()
        else:
            columns[name] = np.concatenate([piece.to_numpy() for piece in pieces])
    return pd.DataFrame(columns)


def _all_used(labels: pd.Categorical) -> bool:
    """Say whether every label occurs, which is quicker to see than to sort the labels of millions of rows."""
    codes = labels.codes
    return bool(np.bincount(codes[codes >= 0], minlength=len(labels.categories)).all())


def manifest(scenario: Scenario, wall_time_seconds: float) -> dict[str, Any]:
    """Say how results came about, so that another person can make them again and judge what they rest on."""
    declared = [REGISTRY[name] for name in sorted(REGISTRY)]
    judged = sum(parameter.standing == "judged" for parameter in declared)
    return {
        **made_by(),
        "name": scenario.name,
        "title": scenario.title,
        "question": scenario.question,
        "changes": [asdict(change) for change in changes(scenario, load_scenario("baseline"))],
        "seed": scenario.run.seed,
        "runs": scenario.run.runs,
        "focus": known_groups().read(scenario.run.focus, "focus"),
        "scenario": scenario.model_dump(mode="json"),
        "parameters": [
            {
                "name": parameter.name,
                "value": parameter.value,
                "unit": parameter.unit,
                "distribution": parameter.distribution.words(),
                "meaning": parameter.meaning,
                "source": parameter.source,
                "standing": parameter.standing,
            }
            for parameter in declared
        ],
        "promise": held_equal(scenario.extends, scenario.holds_equal),
        "past_use": past_use(scenario),
        "judged_share": judged / len(declared) if declared else 0.0,
        "data_sha256": data_hashes(),
        "made_with": versions("numpy", "pandas", "numba"),
        "wall_time_seconds": round(wall_time_seconds, 2),
    }


def past_use(scenario: Scenario) -> dict[str, dict[str, float]]:
    """Return the use of the internet before the start, by standing group (and focus) and year: the fitted past."""
    world = load_world()
    facts = world.countries
    last = int(np.median(world.observed_until))  # most economies are observed up to here
    found: dict[str, dict[str, float]] = {}
    for name, mask in groups_shown(facts, scenario.run.focus).items():
        found[name] = {}
        for year in range(scenario.run.spinup, min(scenario.run.start, last + 1)):
            row = year - FIRST_YEAR
            people = world.population[row][mask]
            share = float((expit(world.use_path[row][mask]) * people).sum() / people.sum())
            found[name][str(year)] = round(share, 6)
    return found
