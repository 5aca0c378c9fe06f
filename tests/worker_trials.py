"""Hurt calls in worker processes again and again, each at a step of its own; every call has to end with its error.

    python tests/worker_trials.py --trials 50 --seed 1

No trial waits for a time: what hurts a call is a step of the call itself. Nothing may be left of it: no worker, no
thread. That the interpreter ends is for the caller to see.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import signal
import threading
from collections.abc import Callable
from multiprocessing import connection
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from processes import wait_until
from worker_tasks import LARGE, InterruptsWhenRead, dies, echo, fails, interrupts, interrupts_when_sent

from afteraid.simulation.basis import workers
from afteraid.simulation.basis.errors import LostRunsError
from afteraid.simulation.ensemble import in_processes


def call(luck: random.Random, progress: Callable[[int, int], None] | None = None, least: int = 0) -> None:
    """Make a call with a few tasks, whose results are small or large."""
    sizes = [luck.choice([size for size in (0, 100_000, LARGE) if size >= least]) for _ in range(luck.randint(3, 6))]
    in_processes(echo, list(enumerate(sizes)), 2, progress)


def raising(done: int, total: int) -> None:
    """Be a callback that goes wrong."""
    raise ZeroDivisionError


def before(step: str, hurt: Callable[[], None]) -> Any:
    """Hurt the call just before the first time that a step of it is taken."""
    real, taken = getattr(workers, step), threading.Semaphore()

    def instead(*arguments: Any) -> Any:
        if taken.acquire(blocking=False):
            hurt()
        return real(*arguments)

    return patch.object(workers, step, instead)


def callback(luck: random.Random) -> None:
    """A callback raises while other workers send."""
    call(luck, raising)


def callback_interrupted(luck: random.Random) -> None:
    """Ctrl-C after the first result."""
    call(luck, lambda done, total: signal.raise_signal(signal.SIGINT))


def submission(luck: random.Random) -> None:
    """Ctrl-C during the submission, before any worker has started."""
    main = threading.main_thread().ident or 0
    with before("_hold_interrupts", lambda: signal.pthread_kill(main, signal.SIGINT)):
        call(luck)


def first_second(luck: random.Random) -> None:
    """Ctrl-C at a terminal, which every process of the group gets, while a worker starts."""
    with before("_ask", lambda: os.killpg(0, signal.SIGINT)):
        call(luck)


def importing(luck: random.Random) -> None:
    """Ctrl-C while a worker reads its task and imports."""
    in_processes(echo, [(InterruptsWhenRead(),), (1, luck.choice((0, LARGE)))], 2)


def at_work(luck: random.Random) -> None:
    """Ctrl-C while a worker computes."""
    in_processes(interrupts, [(number,) for number in range(luck.randint(2, 5))], 2)


def sending(luck: random.Random) -> None:
    """Ctrl-C while workers send."""
    in_processes(interrupts_when_sent, [(number,) for number in range(luck.randint(2, 5))], 2)


def task(luck: random.Random) -> None:
    """A task goes wrong."""
    in_processes(fails, [(number,) for number in range(luck.randint(2, 5))], 2)


def death(luck: random.Random) -> None:
    """A worker ends by itself."""
    in_processes(dies, [(number,) for number in range(luck.randint(2, 5))], 2)


def ended_while_sending(luck: random.Random) -> None:
    """A worker is ended in the midst of its result: the pipe holds the beginning, and nobody has read it."""
    way = luck.choice((signal.SIGKILL, signal.SIGTERM))

    def wait(parts: list[Any]) -> list[Any]:
        ready = connection.wait(parts)
        for process in multiprocessing.active_children():
            if process.sentinel in parts:
                os.kill(process.pid or 0, way)
                connection.wait([process.sentinel])
        return ready

    with patch.object(workers, "connection", SimpleNamespace(wait=wait)):
        call(luck, least=LARGE)


ENDS: dict[Callable[[random.Random], None], type[BaseException]] = {
    callback: ZeroDivisionError, callback_interrupted: KeyboardInterrupt, submission: KeyboardInterrupt,
    first_second: KeyboardInterrupt, importing: KeyboardInterrupt, at_work: KeyboardInterrupt,
    sending: KeyboardInterrupt, task: ArithmeticError, death: LostRunsError, ended_while_sending: LostRunsError,
}  # fmt: skip


def trial(hurt: Callable[[random.Random], None], luck: random.Random) -> None:
    """Hurt one call, and look at how it ends and at what is left."""
    threads, came = threading.active_count(), None
    try:
        hurt(luck)
    except (Exception, KeyboardInterrupt) as problem:
        came = problem
    assert type(came) is ENDS[hurt], f"{hurt.__name__}: {came!r}"
    assert not multiprocessing.active_children(), f"{hurt.__name__}: a worker is left"
    wait_until(lambda: threading.active_count() == threads, f"{hurt.__name__}: a thread is left")


def main() -> None:
    """Make the trials, each way in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    luck, ways = random.Random(asked.seed), list(ENDS)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in range(asked.trials):
        trial(ways[number % len(ways)], luck)
    print(f"{asked.trials} calls ended with their error")


if __name__ == "__main__":
    main()
