"""What every command shares: mistakes as one message, progress, notes, JSON, and the settings of a scenario."""

from __future__ import annotations

import functools
import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from afteraid.simulation.basis.errors import InputError, LostRunsError
from afteraid.simulation.scenario.toml_file import parse_setting

PATIENCE = 1.0  # seconds without a word; what lasts longer shows how far it is
FAILED_STATUS, INPUT_STATUS, STOPPED_STATUS = 1, 2, 130

Arguments = ParamSpec("Arguments")
Returned = TypeVar("Returned")


def for_people(command: Callable[Arguments, Returned]) -> Callable[Arguments, Returned]:
    """Turn what a user can mend into one message and status 2, lost runs into status 1, and Ctrl-C into status 130."""

    @functools.wraps(command)
    def wrapped(*arguments: Arguments.args, **options: Arguments.kwargs) -> Returned:
        try:
            return command(*arguments, **options)
        except InputError as problem:
            say(f"Error: {problem}")
            raise typer.Exit(INPUT_STATUS) from None
        except LostRunsError as problem:
            say(f"Error: {problem}")
            raise typer.Exit(FAILED_STATUS) from None
        except KeyboardInterrupt:
            say("Stopped; nothing was written.")
            raise typer.Exit(STOPPED_STATUS) from None

    return wrapped


def say(text: str) -> None:
    """Write a line on standard error, unbroken, so that a path in it can be copied."""
    Console(stderr=True, highlight=False).print(text, markup=False, soft_wrap=True)


def print_json(value: object) -> None:
    """Write a value on standard output, as JSON and nothing else."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def join_settings(texts: list[str], options: dict[str, object]) -> dict[str, object]:
    """Join ``--set`` with the options that have a name of their own, which go last."""
    given = dict(parse_setting(text) for text in texts)
    return {**given, **{f"run.{name}": value for name, value in options.items() if value is not None}}


@contextmanager
def progress(what: str, total: int | None, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Give what is called as work gets done; the bar appears when a second has gone by, on a terminal only."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*(columns if total is not None else columns[:2]), console=console, transient=True)
    task = bar.add_task(what, total=total)
    timer = threading.Timer(PATIENCE, bar.start)
    timer.daemon = True
    if console.is_terminal and not quiet:
        timer.start()
    try:
        yield lambda done, of: bar.update(task, completed=done, total=of)
    finally:
        timer.cancel()
        if bar.live.is_started:
            bar.stop()
