"""What every command shares: mistakes as one message, progress, and JSON."""

from __future__ import annotations

import functools
import inspect
import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import ParamSpec, TypeVar

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from typer.models import OptionInfo

from afteraid.simulation.basis.errors import InputError, LostRunsError

from .streams import holds_every_character, say, say_error

PATIENCE = 0.3  # seconds without a word; what lasts longer shows how far it is
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
            say_error(str(_with_its_option(problem, command)))
            raise typer.Exit(INPUT_STATUS) from None
        except LostRunsError as problem:
            say_error(str(problem))
            raise typer.Exit(FAILED_STATUS) from None
        except KeyboardInterrupt:
            say("Stopped; nothing was written.")
            raise typer.Exit(STOPPED_STATUS) from None

    return wrapped


def _with_its_option(problem: InputError, command: Callable[..., object]) -> InputError:
    """Return an error about an argument of a command's function with the option that stands for the argument."""
    asked = inspect.signature(command, eval_str=True).parameters.get(problem.key or "")
    for info in getattr(asked.annotation, "__metadata__", ()) if asked is not None and problem.file is None else ():
        if isinstance(info, OptionInfo):
            written = [text for text in info.param_decls or () if text.startswith("--")]
            return replace(problem, key=written[0] if written else f"--{str(problem.key).replace('_', '-')}")
    return problem


def print_json(value: object) -> None:
    """Write a value on standard output, as JSON and nothing else; in ASCII where the stream lacks characters."""
    print(json.dumps(value, indent=2, ensure_ascii=not holds_every_character(sys.stdout)))


@contextmanager
def progress(what: str, total: int | None, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Give what is called as work gets done; the bar appears within a second, on a terminal only."""
    console = Console(stderr=True)
    moves = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        BarColumn(),
    )  # before a run is done
    counts = (MofNCompleteColumn(), TimeRemainingColumn()) if total is not None else ()
    bar = Progress(*moves, *counts, console=console, transient=True)
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
