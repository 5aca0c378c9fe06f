"""How long runs will take, as the last ones on this machine did: a small file in the user's cache, or nothing.

The time between the first run that came back and the last one counts, so that compiling and starting do not.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress

from afteraid.simulation.basis.cache import cache_folder
from afteraid.simulation.basis.files import place_whole

from .announcing import duration
from .streams import say

FILE = "speed.json"
KEY = "seconds of a worker for a year of a run"
LEAST_RUNS = 2  # between the first and the last that came back
LEAST_SECONDS = 5.0  # below, nothing is announced
STARTING = 3.0  # seconds until the first run is under way
Progress = Callable[[int, int], None]


def expected(runs: int, years: int, workers: int) -> float | None:
    """Return how many seconds runs will take; None where no run was timed on this machine.

    Args:
        runs: number of runs.
        years: of each.
        workers: that share them.
    """
    try:
        pace = float(json.loads((cache_folder() / FILE).read_text(encoding="utf-8"))[KEY])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return STARTING + pace * runs * years / max(1, min(workers, runs)) if pace > 0.0 else None


def keep(pace: float) -> None:
    """Keep how many seconds of a worker a year of a run took; where the cache can't be written, nothing is kept."""
    with suppress(OSError):
        cache_folder().mkdir(parents=True, exist_ok=True)
        place_whole(cache_folder() / FILE, json.dumps({KEY: pace}).encode())


def announce(runs: int, years: int, workers: int) -> None:
    """Say how many runs are made, how long they take as far as that is known, and on how many workers."""
    seconds = expected(runs, years, workers)
    shared = min(workers, runs)
    on = f"{shared} worker" + ("s" if shared > 1 else "")
    said = f"{runs:,} run" + ("s" if runs > 1 else "")
    if seconds is None:
        say(f"{said} on {on}. How long a run takes is known once some are done.")
    elif seconds > LEAST_SECONDS:
        say(f"{said} on {on}: about {duration(seconds)}")


def timed(progress: Progress, years: int, workers: int) -> Progress:
    """Return what is called as runs come back: it passes the call on, and keeps the pace when all are done."""
    first: list[tuple[float, int]] = []

    def advance(done: int, of: int) -> None:
        progress(done, of)
        now = time.monotonic()
        if not first:
            first.append((now, done))
        elif done == of and done - first[0][1] >= LEAST_RUNS:
            keep((now - first[0][0]) * min(workers, of) / (years * (done - first[0][1])))

    return advance
