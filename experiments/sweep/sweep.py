"""Sweeps: all the runs of a study, on any engine, streamed to disk, and gone on with after whatever stopped them."""

from __future__ import annotations

import os
import shutil
import time
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field
from typing import Any

from afteraid.simulation.basis.arguments import (
    MOST_RUNS_OF_A_STUDY,
    at_work,
    callback,
    place,
    runs_or_none,
    text_or_none,
    truth,
    whole,
)
from afteraid.simulation.basis.errors import LostRunsError
from afteraid.simulation.basis.manifest import MANIFEST
from afteraid.simulation.basis.short import Short

from ..study.chunks import Parts, Sample, make_task, run_spec, run_task, sample_task
from ..study.given import StudyGiven, study_given
from ..study.study import RunSpec, Study
from .announcement import Announcement, expect
from .dataset import Dataset, locked, read_sweep_manifest
from .engine import Engine, choose_engine

TRIES = 5  # of a chunk that was alone at work each time when its worker was lost
SUSPECT = 2  # losses beside others after which a chunk is tried alone
WAITING = 2  # chunks handed over for each worker: one at work and one that follows at once
SAMPLED, SAMPLE_SECONDS = 12, 8.0  # runs of each worker's sample, after one to warm up; no new one after so long
MOST_SAMPLERS = 8
GOLDEN = 0.6180339887498949
Progress = Callable[[int, int], None]


@dataclass
class Outcome(Short):
    """What a sweep came to: runs done now and before, how many of them failed, and how long it took."""

    runs: int = 0
    before: int = 0
    failed: int = 0
    seconds: float = 0.0
    announced: Announcement | None = None
    lost: list[int] = field(default_factory=list)


def sweep(
    study: StudyGiven,
    out: str | os.PathLike[str],
    *,
    runs: int | None = None,
    engine: str | Executor | Engine = "processes",
    scheduler: str | None = None,
    workers: int | None = None,
    resume: bool = False,
    sample: bool = True,
    announce: Callable[[Announcement], None] | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Run a study into a folder of Parquet files; see `afteraid.experiments.sweep.dataset`.

    The same study gives the same bytes on every engine, whatever the number of workers and however often it is stopped.

    Args:
        study: a study, the name of a shipped one, or the path of its file.
        out: a new or empty folder, or with `resume` one that an earlier sweep of the same study began.
        runs: about how many runs, instead of what the study says.
        engine: processes, dask, an executor, or an engine.
        scheduler: address of Dask's scheduler.
        workers: how many at once.
        resume: go on with what is in the folder.
        sample: take a timed sample first.
        announce: called with what is about to be done, before it is.
        progress: called with runs done and runs in all, after each chunk.

    Raises:
        InputError: an argument can't be used.
        StudyError: the study or the engine can't be used.
        ResultsError: the folder can't be used or written, or holds results of another study, model or data.
        LostRunsError: some runs brought down every worker; all others are done.
    """
    folder, resume, sample = place("out", out), truth("resume", resume), truth("sample", sample)
    runs, workers = runs_or_none(runs, MOST_RUNS_OF_A_STUDY), at_work(workers, progress)
    scheduler = text_or_none("scheduler", scheduler)
    callback("announce", announce)
    chosen = study_given(study)
    if resume and runs is None and (folder / MANIFEST).is_file():
        runs = read_sweep_manifest(folder).get("runs_asked")
    settled = chosen.with_runs(runs)
    used = choose_engine(engine, workers, scheduler)
    dataset = Dataset(folder, settled)
    dataset.refuse(resume, runs)
    try:
        if len(dataset.done()) < settled.chunks:
            used.start()  # before the folder is begun: where nobody answers, the same command works later
        with locked(folder):
            dataset.open(resume, runs)
        with locked(folder):
            found = _Sweep(settled, dataset, used, progress).run(sample, announce)
    except BaseException:
        used.stop(at_once=True)  # Ctrl-C too: nobody waits for the chunks under way
        raise
    used.stop()
    return found


class _Sweep:
    """One sweep under way."""

    def __init__(self, study: Study, dataset: Dataset, engine: Engine, progress: Progress | None) -> None:
        self.study, self.dataset, self.engine, self.progress = study, dataset, engine, progress
        there = dataset.done()
        self.waiting = deque(chunk for chunk in range(study.chunks) if chunk not in there)
        self.suspects: deque[int] = deque()  # tried one at a time, so that it is known which one is to blame
        self.at_work: dict[Future[Parts], int] = {}
        self.alone = False
        self.losses: Counter[int] = Counter()
        self.losses_alone: Counter[int] = Counter()
        self.given_up: list[int] = []
        self.found = Outcome(before=sum(len(study.chunk(chunk)) for chunk in there))

    def run(self, sample: bool, announce: Callable[[Announcement], None] | None) -> Outcome:
        """Do all chunks that are not there yet."""
        if not self.waiting:
            return self.found
        self.found.announced = self._announcement(sample)
        if announce is not None:
            announce(self.found.announced)
        began = time.perf_counter()
        while self.waiting or self.suspects or self.at_work:
            self._hand_over()
            self._gather()
        self.found.seconds = time.perf_counter() - began
        self._report_lost()
        return self.found

    def _hand_over(self) -> None:
        """Give the engine as many chunks as keep it busy, and no more, so that memory stays flat."""
        if self.suspects:
            self.alone = True
            if not self.at_work:
                self._submit(self.suspects.popleft())
            return
        if self.alone and self.at_work:
            return
        self.alone = False
        while self.waiting and len(self.at_work) < WAITING * self.engine.workers:
            if not self._submit(self.waiting.popleft()):
                return

    def _submit(self, chunk: int) -> bool:
        """Hand a chunk over; an engine that breaks at this moment is made anew, and the chunk waits."""
        task = make_task(self.study, self.study.chunk(chunk))
        try:
            self.at_work[self.engine.submit(run_task, task)] = chunk
        except Exception as problem:
            if not self.engine.is_loss(problem):
                raise
            self.waiting.appendleft(chunk)
            self._recover([])
            return False
        return True

    def _gather(self) -> None:
        """Write what is ready; where a worker was lost, get another and try again."""
        if not self.at_work:
            return
        ready, _ = wait(self.at_work, return_when=FIRST_COMPLETED)
        lost = []
        for future in sorted(ready, key=lambda future: self.at_work[future]):
            chunk = self.at_work.pop(future)
            if not self._keep(chunk, future):
                lost.append(chunk)
        if lost:
            self._recover(lost)

    def _keep(self, chunk: int, future: Future[Parts]) -> bool:
        """Write a chunk; False where its worker was lost."""
        try:
            parts = future.result()
        except MemoryError:
            return False
        except BaseException as problem:
            if not self.engine.is_loss(problem):
                raise
            return False
        self.dataset.write(chunk, parts)
        self.found.runs += len(self.study.chunk(chunk))
        self.found.failed += parts.failed
        if self.progress is not None:
            self.progress(self.found.before + self.found.runs, self.study.runs)
        return True

    def _recover(self, lost: list[int]) -> None:
        """Make the engine whole again, and put the chunks that were at work back."""
        alone = self.alone and len(lost) == 1
        for future, chunk in list(self.at_work.items()):  # a broken pool breaks them all
            if future.done() and self._keep(chunk, future):
                self.at_work.pop(future)
        if self.engine.name != "dask":
            lost = [*lost, *self.at_work.values()]
            self.at_work.clear()
        self.engine.restart()
        for chunk in sorted(lost, reverse=True):
            (self.losses_alone if alone else self.losses)[chunk] += 1
            if self.losses_alone[chunk] >= TRIES:
                self.given_up.append(chunk)
            elif self.losses[chunk] >= SUSPECT:
                self.suspects.appendleft(chunk)
            else:
                self.waiting.appendleft(chunk)

    def _report_lost(self) -> None:
        """Say which runs no worker survived."""
        if not self.given_up:
            return
        chunks = sorted(self.given_up)
        names = [f"{runs.start} to {runs.stop - 1}" for runs in map(self.study.chunk, chunks)]
        self.found.lost = [run for chunk in chunks for run in self.study.chunk(chunk)]
        raise LostRunsError(
            f"runs {', '.join(names)} brought down their worker {TRIES} times (killed, or out of memory). All other "
            "runs are done. Repeat one with `afteraid rerun`, and continue with --resume"
        )

    def _announcement(self, sample: bool) -> Announcement:
        """Take a timed sample on every worker at once, as they will work, and say what is to be expected."""
        samples = self._samples() if sample else []
        write_seconds = self.dataset.time_writing(samples[0].chunk_bytes(self.study.chunk_runs)) if samples else 0.0
        free = shutil.disk_usage(self.dataset.folder).free
        return expect(self.study, list(self.waiting), self.engine.workers, samples, write_seconds, free)

    def _samples(self) -> list[Sample]:
        """Time some runs on each worker, spread over the chunks that are left; a tenth of these at most."""
        runs = [run for chunk in self.waiting for run in self.study.chunk(chunk)]
        samplers = min(self.engine.workers, MOST_SAMPLERS, len(self.waiting))
        count = samplers * (1 + min(SAMPLED, max(1, len(runs) // (10 * samplers))))
        # by the golden section, so that they don't keep step with the design
        chosen = [runs[int(number * GOLDEN % 1.0 * len(runs))] for number in range(count)]
        try:
            futures = [
                self.engine.submit(sample_task, make_task(self.study, chosen[number::samplers]), SAMPLE_SECONDS)
                for number in range(samplers)
            ]
            return [future.result() for future in futures]
        except Exception as problem:
            if not (self.engine.is_loss(problem) or isinstance(problem, MemoryError)):
                raise
            self.engine.restart()
            return []


def rerun(study: StudyGiven, run: int, runs: int | None = None) -> tuple[RunSpec, dict[str, Any], str]:
    """Compute one run of a study by itself, in this process.

    Args:
        study: which, as for :func:`sweep`.
        run: its number.
        runs: what the sweep was asked for; a run's number stands for another point in a larger design.

    Returns:
        What the run is made of; its row: error, numbers, rows of groups, frames of countries and initiatives; and the
        whole story of the error, or nothing.
    """
    run, runs = whole("run", run), runs_or_none(runs, MOST_RUNS_OF_A_STUDY)
    chosen = study_given(study).with_runs(runs)
    spec = chosen.spec(run)
    trace: list[str] = []
    row = run_spec(chosen, spec, trace)
    return spec, row, "".join(trace)
