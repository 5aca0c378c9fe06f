"""Tasks that tests give to worker processes: quick to import; large, deadly, or with a Ctrl-C of their own."""

from __future__ import annotations

import os
import signal
from typing import Any

LARGE = 16_000_000  # bytes: far more than a pipe holds, so that a worker waits in the midst of sending


def echo(number: int, size: int = 0) -> tuple[int, bytes]:
    """Give the number back, with so many bytes."""
    return number, bytes(size)


def fails(number: int) -> None:
    """Go wrong."""
    raise ArithmeticError(f"task {number}")


def dies(number: int) -> None:
    """Take the process along."""
    os._exit(1)


def interrupts(number: int) -> int:
    """Press Ctrl-C while the first task is at work."""
    if number == 0:
        os.kill(os.getppid(), signal.SIGINT)
    return number


class InterruptsWhenRead:
    """What presses Ctrl-C while a worker still reads its task, and imports what the task needs."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (interrupts, (0,))


class InterruptsWhenSent:
    """What presses Ctrl-C while a worker makes its result ready."""

    def __reduce__(self) -> tuple[Any, ...]:
        interrupts(0)
        return (bytes, (LARGE,))


def interrupts_when_sent(number: int) -> InterruptsWhenSent | bytes:
    """Give what presses Ctrl-C on its way, for the first task."""
    return InterruptsWhenSent() if number == 0 else bytes(LARGE)
