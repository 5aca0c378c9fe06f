"""How a sweep of the world holds up: time announced and taken, memory, two workers over one, and what it adds to a run.

    python benchmarks/sweep.py                              10,000 runs of benchmarks/sweep.toml on two workers
    python benchmarks/sweep.py --out docs/measured/sweep.md the same, with its figures as a page
    python benchmarks/sweep.py --runs 400                   fewer runs
    python benchmarks/sweep.py --quick                      for continuous integration: few runs, two ratios judged

Exit status 1 says that a ratio is out of its bound, never that something took long. With --quick the bounds are wider,
1.5 for 1.8 times and 25% for 10%: machines of continuous integration are shared, half of a second core is often
somebody else's, and the CPU seconds of eight runs differ by a tenth from one time to the next. Work that does not run
beside other work would still be found, at 1.0, and so would a sweep that does its work twice. Where others leave the
bare model less than nine tenths of a core, the gain is shown and not judged.

The bare model is the same runs in this process, one after the other, with the same outcomes read and the same pasts
shared: no files, no tables, no pool. The overhead is what the sweep's processes spend beyond it, in CPU seconds.
Bare model, one worker and two take turns, so that a drift of the machine meets all three; ratios are of medians.
"""

from __future__ import annotations

import argparse
import importlib.util
import multiprocessing
import os
import platform
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

HERE = Path(__file__).resolve().parent
if importlib.util.find_spec("experiments") is None:  # in place, without an installation
    sys.path.insert(0, str(HERE.parent))

from afteraid.experiments.study.chunks import (  # noqa: E402
    make_task,
    run_spec,
    run_specs,
    run_task,
)
from afteraid.experiments.study.study import (  # noqa: E402
    Study,
    read_study,
)
from afteraid.experiments.sweep.sweep import sweep  # noqa: E402
from afteraid.simulation.basis.workers import WorkerPool  # noqa: E402

STUDY, RUNS, WORKERS = HERE / "sweep.toml", 10_000, 2
WITHIN, FLAT, LEAST_GAIN, LEAST_GAIN_SHARED = 0.20, 0.05, 1.8, 1.5
MOST_OVERHEAD, MOST_OVERHEAD_SHARED = 0.10, 0.25
WHOLE_CORE = 0.9  # of a core that the bare model has to be given for a gain to say anything
WARM_UP = 0.1  # share of a sweep whose memory is not looked at
EVERY = 1.0  # seconds between looks at memory
TICKS, PAGE = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")


@dataclass
class Figure:
    """One thing measured: in words, and whether a ratio is within its bound (None: not judged)."""

    name: str
    words: str
    good: bool | None = None


@dataclass
class Memory:
    """The resident set of this process and of its workers, looked at every second by a thread."""

    looks: list[tuple[float, int, list[int]]] = field(default_factory=list)  # seconds, parent, workers; bytes
    done: threading.Event = field(default_factory=threading.Event)

    def look(self) -> None:
        """Look until it is done."""
        while not self.done.wait(EVERY):
            workers = [resident(child.pid) for child in multiprocessing.active_children() if child.pid]
            self.looks.append((time.perf_counter(), resident(os.getpid()), workers))

    def quarters(self) -> tuple[tuple[float, float], tuple[float, float]] | None:
        """Return the median of the first and of the last quarter after warming up, of the parent and of a worker."""
        kept = self.looks[int(WARM_UP * len(self.looks)) :]
        kept = [look for look in kept if look[2]]
        if len(kept) < 8:
            return None
        part = len(kept) // 4
        ends = (kept[:part], kept[-part:])
        parent, worker = (
            tuple(statistics.median(choose(look) for look in end) for end in ends)
            for choose in (lambda look: look[1], lambda look: statistics.fmean(look[2]))
        )
        return (parent[0], parent[1]), (worker[0], worker[1])


def resident(process: int) -> int:
    """Return the resident set of a process, in bytes."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE
    except OSError:
        return 0


def cpu(processes: list[int]) -> float:
    """Return the CPU seconds that living processes have spent."""
    spent = 0.0
    for process in processes:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        spent += (int(fields[11]) + int(fields[12])) / TICKS
    return spent


@dataclass
class Turns:
    """The same runs, taken in turns: wall and CPU seconds of the bare model, of one worker and of two."""

    wall: dict[str, list[float]] = field(default_factory=lambda: {"bare": [], "one": [], "two": []})
    cpu: dict[str, list[float]] = field(default_factory=lambda: {"bare": [], "one": [], "two": []})
    alone: float = 0.0  # CPU seconds a run, where no run shares its past


def take_turns(study: Study, rounds: int) -> Turns:
    """Run a study by the bare model, on one worker and on two, in turns; workers are there and warm already."""
    found = Turns()
    pools = {name: WorkerPool(count) for name, count in (("one", 1), ("two", 2))}
    specs = [study.spec(run) for run in range(study.runs)]
    run_spec(study, specs[0])
    few = specs[:: max(1, len(specs) // 4)]
    began = time.process_time()
    for spec in few:
        run_spec(study, spec)
    found.alone = (time.process_time() - began) / len(few)
    try:
        with tempfile.TemporaryDirectory() as place:
            started = [pool.submit(run_task, make_task(study, [0])) for pool in (*pools.values(), pools["two"])]
            for future in started:  # to start and to warm up
                future.result()
            _sweep_on(pools["two"], study, Path(place) / "warm", Turns(), "two")  # one may have taken both
            for number in range(rounds):
                _bare(study, found)
                for name, pool in pools.items():
                    _sweep_on(pool, study, Path(place) / f"{name}-{number}", found, name)
    finally:
        for pool in pools.values():
            pool.shutdown()
    return found


def _bare(study: Study, found: Turns) -> None:
    """Run all runs in this process, chunk by chunk as the sweep shares their pasts, and keep nothing."""
    wall, spent = time.perf_counter(), time.process_time()
    for chunk in range(study.chunks):
        run_specs(study, make_task(study, study.chunk(chunk)).specs)
    found.wall["bare"].append(time.perf_counter() - wall)
    found.cpu["bare"].append(time.process_time() - spent)


def _sweep_on(pool: WorkerPool, study: Study, out: Path, found: Turns, name: str) -> None:
    """Sweep a study with a pool; note wall and CPU seconds of all its processes, this one included."""
    workers = pool.pids
    wall, spent, theirs = time.perf_counter(), time.process_time(), cpu(workers)
    sweep(study, out, engine=pool, sample=False)
    found.wall[name].append(time.perf_counter() - wall)
    found.cpu[name].append(time.process_time() - spent + cpu(workers) - theirs)


def whole_sweep(study: Study, runs: int, workers: int) -> list[Figure]:
    """Run the whole study as the command does: time announced and taken, size, and memory over time."""
    memory = Memory()
    watch = threading.Thread(target=memory.look, daemon=True)
    with tempfile.TemporaryDirectory() as place:
        watch.start()
        done = sweep(study, Path(place) / "sweep", runs=runs, workers=workers)
        memory.done.set()
        watch.join()
        size = sum(path.stat().st_size for path in Path(place).rglob("part-*"))
    said = done.announced
    if said is None or said.seconds is None or said.bytes is None:
        raise SystemExit("the sweep announced no time")
    ratio = done.seconds / said.seconds
    figures = [
        Figure("runs", f"{done.runs:,} of the study {study.name} on {workers} workers, {done.failed} failed"),
        Figure("announced", f"{said.seconds / 60:.1f} minutes, {said.bytes / 1e6:.1f} MB"),
        Figure("taken", f"{done.seconds / 60:.1f} minutes, {size / 1e6:.1f} MB"),
        Figure("taken over announced", f"{ratio:.2f} (bound: 1 ± {WITHIN})", abs(ratio - 1.0) <= WITHIN),
    ]
    quarters = memory.quarters()
    if quarters is None:
        return [*figures, Figure("memory", "not judged: the sweep was too short")]
    for name, (first, last) in zip(("this process", "a worker"), quarters, strict=True):
        words = f"{first / 1e6:.0f} MB in the first quarter, {last / 1e6:.0f} MB in the last: {last / first - 1:+.1%}"
        figures.append(Figure(f"memory of {name}", f"{words} (bound: +{FLAT:.0%})", last / first <= 1.0 + FLAT))
    return figures


def compare(study: Study, rounds: int, least_gain: float, most_overhead: float) -> list[Figure]:
    """Compare two workers with one, and one with the bare model."""
    turns = take_turns(study, rounds)
    middle = {name: statistics.median(seconds) for name, seconds in turns.wall.items()}
    spent = {name: statistics.median(seconds) for name, seconds in turns.cpu.items()}
    gain, overhead = middle["one"] / middle["two"], spent["one"] / spent["bare"] - 1.0
    cores = len(os.sched_getaffinity(0))
    granted = statistics.median(c / w for c, w in zip(turns.cpu["bare"], turns.wall["bare"], strict=True))
    judged = gain >= least_gain if cores >= WORKERS and granted >= WHOLE_CORE else None
    crowded = "" if granted >= WHOLE_CORE else f"; not judged, for others left it {granted:.0%} of a core"
    each = {name: f"{spent[name] / study.runs:.3f}" for name in spent}
    return [
        Figure("taken in turns", f"{study.runs} runs in chunks of {study.chunk_runs}, {rounds} times each"),
        Figure("a run by itself", f"{turns.alone:.3f} CPU seconds, its past included"),
        Figure("a run of the bare model", f"{each['bare']} CPU seconds, pasts shared"),
        Figure("a run of the sweep", f"{each['one']} CPU seconds on one worker, {each['two']} on two"),
        Figure(
            "two workers over one", f"{gain:.2f} times the runs in the same time (bound: {least_gain}{crowded})", judged
        ),
        Figure(
            "overhead over the bare model", f"{overhead:+.1%} in CPU seconds (bound: {most_overhead:.0%}), "
            f"{middle['one'] / middle['bare'] - 1.0:+.1%} in wall time", overhead <= most_overhead,
        ),
    ]  # fmt: skip


def page(figures: list[Figure]) -> str:
    """Write the figures as a page."""
    said = {None: "", True: "yes", False: "**no**"}
    rows = [f"| {figure.name} | {figure.words} | {said[figure.good]} |" for figure in figures]
    machine = f"{len(os.sched_getaffinity(0))} cores, {processor()}, Python {platform.python_version()}"
    return "\n".join(
        ["# A sweep, measured", "", "| what | measured | within its bound |", "|---|---|---|", *rows, "",
         f"Made by `benchmarks/sweep.py`, which says what each line means, on {machine}.", ""]
    )  # fmt: skip


def processor() -> str:
    """Return the name of the processor."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure a sweep: time, memory, throughput and overhead.")
    parser.add_argument("--runs", type=int, default=RUNS, help="of the whole sweep")
    parser.add_argument("--part", type=int, default=320, help="runs of the comparison of workers")
    parser.add_argument("--rounds", type=int, default=5, help="how often each takes its turn")
    parser.add_argument("--quick", action="store_true", help="few runs; only throughput and overhead are judged")
    parser.add_argument("--out", type=Path, help="write the figures there, as Markdown")
    chosen = parser.parse_args()
    if not Path("/proc/self/statm").exists():
        print("this needs /proc, which Linux has")
        return 2
    study = read_study(STUDY)
    part = study.with_runs(8 if chosen.quick else chosen.part)
    chunked = replace(part, written=part.written.model_copy(update={"chunk_runs": 4 if chosen.quick else 20}))
    bounds = (LEAST_GAIN_SHARED, MOST_OVERHEAD_SHARED) if chosen.quick else (LEAST_GAIN, MOST_OVERHEAD)
    figures = compare(chunked, 2 if chosen.quick else chosen.rounds, *bounds)
    if not chosen.quick:
        figures = whole_sweep(study, chosen.runs, WORKERS) + figures
    width = max(len(figure.name) for figure in figures)
    for figure in figures:
        print(f"{figure.name:<{width}}  {figure.words}{'' if figure.good is not False else '  OUT OF BOUND'}")
    if chosen.out is not None:
        chosen.out.parent.mkdir(parents=True, exist_ok=True)
        chosen.out.write_text(page(figures), encoding="utf-8")
    return 1 if any(figure.good is False for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
