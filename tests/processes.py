"""Processes that tests start: who works for whom, and waiting for an event, with a bound that only ever fails."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from pathlib import Path

PATIENCE = 300.0  # seconds for what has to come about, however busy the machine is


def wait_until(done: Callable[[], bool], what: str) -> None:
    """Wait for something that has to come about."""
    limit = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < limit, what
        time.sleep(0.01)


def workers_of(parent: int) -> list[int]:
    """The workers of a program that leads its process group: living, and not Python's own tracker of resources."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            state, _, group = (place / "stat").read_text().rpartition(")")[2].split()[:3]
            line = (place / "cmdline").read_bytes()  # empty where a process that ends has given its memory back
            other = not line or b"resource_tracker" in line
        except OSError:
            continue
        if int(group) == parent and int(place.name) != parent and state not in "ZX" and not other:
            found.append(int(place.name))
    return found


def workers_at_work(parent: int) -> list[int]:
    """Those of its workers that ignore Ctrl-C, which is the first thing that a worker does when it is ready."""
    return [worker for worker in workers_of(parent) if _ignores_interrupts(worker)]


def _ignores_interrupts(process: int) -> bool:
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return False
    ignored = next(int(line.split()[1], 16) for line in lines if line.startswith("SigIgn:"))
    return bool(ignored >> (signal.SIGINT - 1) & 1)
