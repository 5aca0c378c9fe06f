"""Trials of strategies: each in the same futures with the same random numbers, computed and kept as a sweep.

A batch of strategies is a grid of strategies and futures, swept into a folder of its own. So it runs on every engine,
goes on after any stop, and is refused where the search, the model or the data have changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from afteraid.simulation.basis.units import FloatArray

from ..study.design import Design
from ..study.factors import Factor
from ..study.study import RunSpec, Study, StudyFile
from ..sweep.announcement import Announcement
from ..sweep.dataset import read_table
from ..sweep.engine import Engine
from ..sweep.sweep import sweep
from .file import FRESH, Search

STRATEGY, FUTURE = "strategy", "future"


@dataclass(frozen=True)
class Batch(Study):
    """Strategies in futures. Each future has its own random numbers, the same for every strategy.

    Runs go future by future, so that all strategies in one share its past.

    Attributes:
        count: how many strategies.
        first_replicate: replicate of the first future.
    """

    count: int = 0
    first_replicate: int = 0
    chunks_wanted: ClassVar[int] = 32  # in each generation
    pasts_on_disk: ClassVar[bool] = True  # each generation meets the same futures

    @property
    def own_settings(self) -> frozenset[str]:
        """Return that strategies and futures are tables of settings."""
        return frozenset({STRATEGY, FUTURE})

    @property
    def points(self) -> int:
        """Return how many pairs of a strategy and a future there are."""
        return self.count * self.futures

    @property
    def futures(self) -> int:
        """Return in how many futures each strategy is tried."""
        return self.written.design.count(self.written.factors) // max(self.count, 2)

    def spec(self, run: int) -> RunSpec:
        """Return what a run is made of: its random numbers are those of its future."""
        future, strategy = divmod(run, self.count)
        found = super().spec(strategy * self.futures + future)
        return replace(found, run=run, replicate=self.first_replicate + future)


@dataclass(frozen=True)
class Trial:
    """What strategies came to.

    Attributes:
        strategies: their names.
        values: shape (strategies, futures, outcomes); not a number where a run failed.
        errors: what went wrong, by strategy and future.
    """

    strategies: tuple[str, ...]
    values: FloatArray
    errors: dict[tuple[str, int], str]


@dataclass
class Archive:
    """All strategies tried so far: what each sets, in which generation it came up, and its values."""

    settings: dict[str, dict[str, object]]
    generations: list[int]
    values: FloatArray

    def add(self, trial: Trial, settings: dict[str, dict[str, object]], generation: int) -> None:
        """Put what was tried behind the rest."""
        self.settings |= settings
        self.generations += [generation] * len(settings)
        self.values = np.concatenate([self.values, trial.values])


class Trials:
    """Where strategies are tried: one engine for the whole search, and a folder for each batch."""

    def __init__(self, search: Search, folder: Path, engine: Engine) -> None:
        """Hold what all batches have in common; nothing is started yet."""
        self.search, self.folder, self.engine = search, folder, HeldEngine(engine)
        self.announced: Announcement | None = None

    def run(
        self, name: str, strategies: Mapping[str, dict[str, object]], sample: str,
        announce: Callable[[Announcement], None] | None = None, progress: Callable[[int], None] | None = None,
    ) -> Trial:  # fmt: skip
        """Try strategies in the futures of a sample, or read what was computed before.

        Args:
            name: of the batch's folder.
            strategies: what each one sets, by name.
            sample: search or fresh.
            announce: called with the announcement of the first batch that has anything left to do.
            progress: called with runs done in this batch.
        """
        batch = make_batch(self.search, name, strategies, sample)

        def heard(found: Announcement) -> None:
            self.announced = found
            if announce is not None:
                announce(found)

        first = self.announced is None
        sweep(
            batch, self.folder / name, engine=self.engine, resume=True, sample=first,
            announce=heard if first else None,
            progress=None if progress is None else lambda done, _: progress(done),
        )  # fmt: skip
        return self._read(batch, self.folder / name, tuple(strategies))

    def _read(self, batch: Batch, folder: Path, names: tuple[str, ...]) -> Trial:
        """Lay the runs of a batch out by strategy and future."""
        outcomes = [outcome.name for outcome in batch.written.outcomes]
        runs = read_table(folder, columns=["run", "error", *outcomes]).sort_values("run")
        values = runs[outcomes].to_numpy(np.float64).reshape(batch.futures, batch.count, len(outcomes))
        failed = runs[runs["error"].notna()]
        errors = {
            (names[int(run) % batch.count], int(run) // batch.count): str(error)
            for run, error in zip(failed["run"], failed["error"], strict=True)
        }
        return Trial(names, values.transpose(1, 0, 2), errors)


def make_batch(search: Search, name: str, strategies: Mapping[str, dict[str, object]], sample: str) -> Batch:
    """Write strategies and futures as a study: a grid of the two, whose alternatives are tables of settings."""
    factors = {factor.name: (factor, factor.name in search.own) for factor in search.written.uncertainties}
    futures: dict[str, object] = {}
    for number, values in enumerate(search.futures(sample)):
        settings: dict[str, object] = {}
        for factor, value in values.items():
            settings.update(factors[factor][0].settings(value, factors[factor][1]))
        futures[f"f{number:04d}"] = settings
    tried = dict(strategies) if len(strategies) > 1 else {**strategies, "none": {}}  # a factor has two or more choices
    written = StudyFile(
        title=name,
        scenarios=(search.scenario.name,) if search.scenario is not None else (),
        model=search.written.model,
        seed=search.written.seed,
        chunk_runs=search.written.chunk_runs,
        settings=search.written.settings,
        design=Design(kind="grid"),
        factors=(Factor(name=STRATEGY, alternatives=tried), Factor(name=FUTURE, alternatives=futures)),
        outcomes=search.written.outcomes,
    )
    scenarios = {} if search.scenario is None else {search.scenario.name: search.scenario}
    first = search.written.futures if sample == FRESH else 0
    return Batch(name, written, scenarios, len(strategies), first)


class HeldEngine:
    """An engine that goes on between sweeps, so that workers start once in a search."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.name = engine, engine.name
        self._started = False

    @property
    def workers(self) -> int:
        """Return how many runs are computed at once."""
        return self.engine.workers

    def start(self) -> None:
        """Start it, unless it is started."""
        if not self._started:
            self.engine.start()
            self._started = True

    def submit(self, work: Any, *arguments: Any) -> Future[Any]:
        """Hand over some work."""
        return self.engine.submit(work, *arguments)

    def stop(self, at_once: bool = False) -> None:
        """Stop only where nobody waits for what is at work; see :meth:`close`."""
        if at_once:
            self.close(at_once=True)

    def is_loss(self, problem: BaseException) -> bool:
        """Say whether a worker was lost."""
        return self.engine.is_loss(problem)

    def restart(self) -> None:
        """Replace what a lost worker left behind."""
        self.engine.restart()

    def close(self, at_once: bool = False) -> None:
        """Let go of the workers."""
        if self._started:
            self._started = False
            self.engine.stop(at_once)
