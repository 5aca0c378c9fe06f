"""Robust search: which strategies do well in many futures, within a budget, and whether they do so in new futures.

Every strategy is tried in the same futures with the same random numbers. The best strategies (the Pareto
front: no other is better in everything) are tried again in fresh futures, since the best of many looks better than it
is.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from afteraid.simulation.basis import arguments
from afteraid.simulation.basis.errors import ResultsError, StudyError
from afteraid.simulation.basis.files import UNFINISHED, not_written
from afteraid.simulation.basis.machine import installed
from afteraid.simulation.basis.manifest import MANIFEST, data_hashes, made_by, write_manifest
from afteraid.simulation.basis.units import FloatArray

from ..study.fingerprint import code_of, packages, sha256_of
from ..sweep.announcement import Announcement
from ..sweep.dataset import differences, locked, read_sweep_manifest
from ..sweep.engine import Engine, choose_engine
from .evolution import Evolution
from .file import FRESH, SEARCH, Search, read_search
from .levers import settings_at, width_of
from .robustness import dominated, spread
from .scores import Scores
from .tables import Found, tabulate
from .trials import Archive, Trial, Trials, make_batch

EVALUATIONS, REFERENCES, AGAIN = "evaluations", "references", "fresh"
KIND, FORMAT = "search", 1


def search(
    what: Search | str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    runs: int | None = None,
    generations: int | None = None,
    futures: int | None = None,
    engine: str | Executor | Engine = "processes",
    scheduler: str | None = None,
    workers: int | None = None,
    resume: bool = False,
    announce: Callable[[Announcement], None] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Found:
    """Search for strategies that do well in many futures, and leave evaluations, tables and strategies in a folder.

    The same search gives the same strategies on every engine, whatever the number of workers and however often stopped.

    Args:
        what: a search, the name of a shipped one, or the path of its file.
        out: a new or empty folder, or with `resume` one that an earlier run of the same search began.
        runs: at most so many runs; sets the number of generations.
        generations: how often strategies are bred, instead of what the file says.
        futures: in how many futures each is tried, instead of what the file says.
        engine: processes, dask, an executor, or an engine.
        scheduler: address of Dask's scheduler.
        workers: how many at once.
        resume: go on with what is in the folder.
        announce: called with what is about to be done, from a timed sample, before it is.
        progress: called with runs done and runs in all.

    Raises:
        InputError: an argument can't be used.
        StudyError: the search, the engine or the extra `search` can't be used, or nothing keeps to the constraints.
        ResultsError: the folder can't be used, holds another search, or a strategy compared with failed.
    """
    folder, resume = arguments.place("out", out), arguments.truth("resume", resume)
    runs = arguments.runs_or_none(runs, arguments.MOST_RUNS_OF_A_STUDY)
    workers, scheduler = arguments.at_work(workers, progress), arguments.text_or_none("scheduler", scheduler)
    arguments.callback("announce", announce)
    chosen = what if isinstance(what, Search) else read_search(what)
    if resume and runs is None and generations is None and futures is None and (folder / MANIFEST).is_file():
        asked = read_sweep_manifest(folder, KIND)["asked"]
        runs, generations, futures = asked["runs"], asked["generations"], asked["futures"]
    sized = chosen.with_size(runs, generations, futures)
    evolution = _evolution(sized)  # before anything is written: the extra may be missing
    used = choose_engine(engine, workers, scheduler)
    manifest = describe(sized, evolution.name, {"runs": runs, "generations": generations, "futures": futures})
    _refuse(folder, manifest, resume)
    trials = Trials(sized, folder / EVALUATIONS, used)
    try:
        if not (folder / MANIFEST).is_file():
            trials.engine.start()  # before the folder is begun: where nobody answers, the same command works later
        with locked(folder):
            _open(folder, manifest, resume)
        with locked(folder):
            found = _Search(sized, trials, evolution, announce, progress).run(manifest)
    except BaseException:
        trials.engine.close(at_once=True)
        raise
    trials.engine.close()
    return found


def _evolution(sized: Search) -> Evolution:
    written = sized.written
    return Evolution(
        width_of(written.levers), len(written.objectives), len(written.constraints) + 1, written.candidates,
        written.generations, written.seed,
    )  # fmt: skip


class _Search:
    """One search under way."""

    def __init__(
        self, sized: Search, trials: Trials, evolution: Evolution,
        announce: Callable[[Announcement], None] | None, progress: Callable[[int, int], None] | None,
    ) -> None:  # fmt: skip
        self.search, self.trials, self.evolution = sized, trials, evolution
        self.announce, self.progress = announce, progress
        self.total, self.done = sized.runs, 0
        written = sized.written
        self.archive = Archive({}, [], np.zeros((0, written.futures, len(written.outcomes))))
        self.seen: dict[str, str] = {}

    def run(self, manifest: dict[str, Any]) -> Found:
        """Try the references, breed and try strategies, and try the best again in fresh futures."""
        references = self._try(REFERENCES, self.search.references, SEARCH)
        scores = Scores(self.search, references)
        number = 0
        while self.evolution.goes_on():
            number += 1
            values = self._generation(number, self.evolution.ask())
            self.evolution.tell(scores.scores(scores.objectives(values)), scores.violations(values))
        chosen, front = self._best(scores)
        names = list(self.archive.settings)
        kept = {names[place]: self.archive.settings[names[place]] for place in chosen}
        self.total -= (self.search.written.keep - len(kept)) * self.search.written.fresh_futures
        again = self._try(AGAIN, {**self.search.references, **kept}, FRESH)
        return tabulate(self.search, self.archive, references, again, chosen, front, manifest)

    def _generation(self, number: int, places: FloatArray) -> FloatArray:
        """Try the strategies of a generation that were not tried before; return the values of all of them."""
        written = self.search.written
        fresh: dict[str, dict[str, object]] = {}
        names = []
        for row in places:
            settings = settings_at(written.levers, self.search.own, row)
            key = json.dumps(settings, sort_keys=True)
            if key not in self.seen:
                self.seen[key] = f"s{len(self.seen) + 1:05d}"
                fresh[self.seen[key]] = settings
            names.append(self.seen[key])
        if fresh:
            trial = self._try(f"generation-{number:04d}", fresh, SEARCH)
            self.archive.add(trial, fresh, number)
        self.total -= (written.candidates - len(fresh)) * written.futures  # tried before: nothing to run
        where = {name: place for place, name in enumerate(self.archive.settings)}
        return np.asarray(self.archive.values[[where[name] for name in names]])

    def _try(self, batch: str, strategies: dict[str, dict[str, object]], sample: str) -> Trial:
        """Try a batch, and tell how far the whole search is."""
        size = make_batch(self.search, batch, strategies, sample).runs

        def hear(found: Announcement) -> None:
            if self.announce is not None:
                self.announce(self._whole(found, size))

        def advance(done: int) -> None:
            if self.progress is not None:
                self.progress(self.done + done, self.total)

        trial = self.trials.run(batch, strategies, sample, hear, advance)
        self.done += size
        advance(0)
        return trial

    def _whole(self, batch: Announcement, size: int) -> Announcement:
        """Turn what a timed sample of a batch says into what is left of the whole search, at most."""
        done = self.done + size - batch.runs
        left = self.total - done
        seconds = None if batch.run_seconds is None else batch.run_seconds * left / batch.workers
        weight = None if batch.bytes is None else batch.bytes / batch.runs * left
        return replace(
            batch, runs=left, chunks=self.search.written.generations, done=done, seconds=seconds, bytes=weight
        )

    def _best(self, scores: Scores) -> tuple[list[int], list[int]]:
        """Return which strategies are reported, and which are on the Pareto front of all that keep to the constraints.

        Raises StudyError when none does.
        """
        values = self.archive.values
        missed = scores.violations(values)
        feasible = np.flatnonzero((missed <= 0.0).all(axis=1))
        if not len(feasible):
            least = float(np.maximum(missed, 0.0).sum(axis=1).min())
            raise StudyError(
                f"none of {len(values)} strategies keeps to the constraints; the nearest misses by {least:.1%}",
                key="constraints", expected="wider limits, other levers, or more generations",
            )  # fmt: skip
        against = scores.references[(scores.violations(scores.references) <= 0.0).all(axis=1)]
        found = scores.scores(scores.objectives(np.concatenate([values[feasible], against])))
        front = feasible[~dominated(found)[: len(feasible)]]
        if not len(front):
            raise StudyError(
                f"every one of {len(feasible)} strategies is beaten in all objectives by a reference",
                key="references", expected="other levers, or more generations",
            )  # fmt: skip
        places = spread(scores.scores(scores.objectives(values[front])), self.search.written.keep)
        return [int(front[place]) for place in places], [int(place) for place in front]


def describe(sized: Search, algorithm: str, asked: dict[str, int | None]) -> dict[str, Any]:
    """Return the manifest of a search: all that has to be the same for results to belong together."""
    batch = make_batch(sized, REFERENCES, sized.references, SEARCH)
    written = sized.written.model_dump(mode="json")
    scenario = sized.scenario
    return {
        **made_by(KIND),
        "format": FORMAT,
        "name": sized.name,
        "title": sized.written.title,
        "question": sized.written.question,
        "seed": sized.written.seed,
        "algorithm": algorithm,
        "runs": sized.runs,
        "asked": asked,
        "base": sized.base,
        "references": sized.references,
        "study": written,
        "study_sha256": sha256_of(written),
        "scenarios": {} if scenario is None else {scenario.name: scenario.model_dump(mode="json")},
        "code_sha256": code_of(batch),
        "data_sha256": data_hashes(),
        "made_with": {**packages(), "pymoo": installed("pymoo")},
    }


def _refuse(folder: Path, manifest: dict[str, Any], resume: bool) -> None:
    """Refuse a folder that must not be begun or gone on with; nothing is touched."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise ResultsError("is not a folder", file=str(folder), key="--out", expected="a new or empty folder")
    if (folder / MANIFEST).is_file():
        stored = read_sweep_manifest(folder, KIND)
        if not resume:
            raise ResultsError(
                "holds a search already", file=str(folder), key="--out",
                expected="--resume to continue it, or a new folder",
            )  # fmt: skip
        changed = differences({**stored, "runs_asked": 0}, {**manifest, "runs_asked": 0})
        if changed:
            raise ResultsError(
                "old and new results can't be mixed, because this has changed: " + "; ".join(changed),
                file=str(folder), key="--resume", expected="what it was begun with, or a new folder",
            )  # fmt: skip
    elif folder.is_dir() and any(not entry.name.startswith(UNFINISHED) for entry in folder.iterdir()):
        raise ResultsError(
            "holds files other than a search", file=str(folder), key="--out", expected="a new or empty folder"
        )


def _open(folder: Path, manifest: dict[str, Any], resume: bool) -> None:
    """Make the folder with its manifest, or check that what is there may be gone on with."""
    _refuse(folder, manifest, resume)
    if (folder / MANIFEST).is_file():
        return
    try:
        (folder / EVALUATIONS).mkdir(parents=True, exist_ok=True)
        write_manifest(folder, manifest)
    except OSError as problem:
        raise not_written(problem, folder, "--out") from None
