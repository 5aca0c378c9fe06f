"""What a sweep says before it starts: how many runs, how long and how large, from a timed sample of its own runs."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from afteraid.simulation.basis.short import Short

from ..study.chunks import Sample, count_pasts
from ..study.study import Study

LOOKED_AT = 6  # chunks whose pasts are counted


@dataclass(frozen=True)
class Announcement(Short):
    """What is about to be done.

    Attributes:
        runs, chunks: left to do; `done` chunks are there already.
        seconds: how long it will take, from a timed sample; None where it could not be taken.
        run_seconds: what one run takes one worker, its share of what runs have in common included.
        bytes: how large the files to be written will be.
        free_bytes: what the disk has room for.
        failures: errors of sampled runs.
    """

    runs: int
    chunks: int
    done: int
    workers: int
    seconds: float | None = None
    run_seconds: float | None = None
    bytes: float | None = None
    free_bytes: int | None = None
    failures: tuple[str, ...] = ()


def expect(
    study: Study,
    left: Sequence[int],
    workers: int,
    samples: Sequence[Sample],
    write_seconds: float,
    free_bytes: int | None,
) -> Announcement:
    """Work out what is to be expected of the chunks that are left.

    A chunk takes one worker: its runs from the start year on, each past that they share once, and the writing of its
    tables. One process puts all files in place while the workers go on, so the slower of the two decides.

    Args:
        study: whose runs.
        left: numbers of the chunks to be done.
        workers: how many runs are computed at once.
        samples: what some runs took on each worker, all workers being at work; none if it is not known.
        write_seconds: what it takes to put a chunk's files in place.
        free_bytes: on the disk.
    """
    runs = sum(len(study.chunk(chunk)) for chunk in left)
    done = study.chunks - len(left)
    timed = [taken for sample in samples for taken in sample.run_seconds]
    if not timed or not left:
        return Announcement(runs, len(left), done, workers, free_bytes=free_bytes)
    past = statistics.fmean(taken for sample in samples for taken in sample.past_seconds)
    pasts, looked_at = _pasts(study, left)
    run_seconds = statistics.fmean(timed) + past * pasts / looked_at
    run_seconds += statistics.fmean(sample.table_row_seconds for sample in samples)
    chunk_seconds = run_seconds * runs / len(left) + statistics.fmean(sample.table_seconds for sample in samples)
    seconds = max(chunk_seconds * _rounds(len(left), workers), write_seconds * len(left))
    size = statistics.fmean(sample.fixed_bytes * len(left) + sample.run_bytes * runs for sample in samples)
    failures = tuple(dict.fromkeys(error for sample in samples for error in sample.failures))
    return Announcement(
        runs, len(left), done, workers, seconds, chunk_seconds * len(left) / runs, size, free_bytes, failures
    )


def _pasts(study: Study, left: Sequence[int]) -> tuple[int, int]:
    """Count the pasts to be computed in a few chunks, and the runs of these."""
    step = max(1, len(left) // LOOKED_AT)
    chosen = list(left)[::step][:LOOKED_AT]
    return sum(count_pasts(study, study.chunk(chunk)) for chunk in chosen), sum(len(study.chunk(c)) for c in chosen)


def _rounds(chunks: int, workers: int) -> float:
    """Return how many chunks the busiest worker does, with the wait for the last one."""
    used = min(workers, chunks)
    return math.ceil(chunks / used) if chunks <= 20 * used else chunks / used + 0.5 * (1.0 - 1.0 / used)
