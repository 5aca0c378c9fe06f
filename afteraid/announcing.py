"""What a command says before many runs: how many, how long they take and how much room they need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .streams import say

if TYPE_CHECKING:
    from afteraid.experiments.sweep.announcement import Announcement

MINUTE, HOUR = 60.0, 3600.0
FAILURES_SHOWN = 3


def announce_sweep(announced: Announcement, size: str = "") -> None:
    """Say what a sweep is about to do; first, what became of the number of runs that was asked for."""
    if size:
        say(f"Note: {size}")
    before = f" ({announced.done} chunks are there already)" if announced.done else ""
    say(f"{announced.runs:,} runs in {announced.chunks:,} chunks on {_workers(announced)}{before}")
    _say_cost(announced)


def announce_search(announced: Announcement, size: str = "") -> None:
    """Say what a search is about to do; first, what became of the number of runs that was asked for."""
    if size:
        say(f"Note: {size}")
    before = f" ({announced.done:,} are there already)" if announced.done else ""
    rounds = f"{announced.chunks} generation" + ("s" if announced.chunks > 1 else "")
    say(f"{announced.runs:,} runs at most, in {rounds} and a last look, on {_workers(announced)}{before}")
    _say_cost(announced)


def _workers(announced: Announcement) -> str:
    return f"{announced.workers} worker" + ("s" if announced.workers > 1 else "")


def _say_cost(announced: Announcement) -> None:
    """Say how long it takes and how large it gets, as far as a sample of runs shows."""
    if announced.seconds is None or announced.run_seconds is None or announced.bytes is None:
        say("How long that takes is not known: no run of the sample came back.")
        return
    say(
        f"about {duration(announced.seconds)} ({announced.run_seconds:.2f} s a run) and {size(announced.bytes)} on disk"
    )
    if announced.free_bytes is not None and announced.bytes > announced.free_bytes:
        say(f"Note: the disk has room for {size(announced.free_bytes)} only.")
    for error in announced.failures[:FAILURES_SHOWN]:
        say(f"Note: a run of the sample failed: {error}")


def duration(seconds: float) -> str:
    """Write a time in words: seconds, minutes or hours."""
    if seconds < 2 * MINUTE:
        return f"{seconds:.0f} s"
    return f"{seconds / MINUTE:.0f} min" if seconds < 2 * HOUR else f"{seconds / HOUR:.1f} h"


def size(count: float) -> str:
    """Write a number of bytes in words."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000.0:
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1000.0
    return f"{count:.1f} TB"
