"""How a command hands over its answer: into a folder, whole or not at all, and on the terminal or as JSON."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from rich.console import Console

from afteraid.simulation.basis.errors import ResultsError
from afteraid.simulation.basis.files import not_written, place_whole
from afteraid.simulation.results.answer import Answer
from afteraid.simulation.results.faces.plain import plain
from afteraid.simulation.results.faces.terminal import print_answer, write_text

from .folder import whole_folder
from .streams import say
from .terminal import print_json, progress

ANSWER = "answer.txt"
PAGE = "afteraid.simulation.results.faces.html"  # the face of an answer as a page


def check_page(page: Path | None) -> None:
    """Refuse a page before any work is done: a version that makes none, or a place where no file can be.

    Raises ResultsError.
    """
    if page is None:
        return
    if importlib.util.find_spec(PAGE) is None:
        raise ResultsError("this version of AfterAid makes no pages", key="--html", expected="--out or --json")
    if page.is_dir() or not page.absolute().parent.is_dir():
        raise ResultsError("is no place for a page", file=str(page), key="--html", expected="a file, such as page.html")


def write_page(answer: Answer, page: Path | None, quiet: bool = False) -> None:
    """Write an answer as one page in HTML, whole or not at all; nothing where none is asked for."""
    if page is None:
        return
    text: str = importlib.import_module(PAGE).html(answer)
    try:
        place_whole(page, text.encode())
    except OSError as problem:
        raise not_written(problem, page, "--html") from problem
    if not quiet:
        say(f"The page is {page}")


def hand_over(
    answer: Answer,
    *,
    out: Path | None = None,
    write: Callable[[Path], object] | None = None,
    quiet: bool = False,
    as_json: bool = False,
    more: Callable[[Path | None], str] | None = None,
    what: str = "Tables, figures and manifest",
    into: Callable[[Path], AbstractContextManager[Path]] = whole_folder,
) -> None:
    """Write an answer into a folder, where one is asked for, and print it, whatever becomes of the folder.

    Args:
        answer: what was found.
        out: the folder; it is there whole, or as it was before.
        write: writes everything but the answer's text into a folder.
        quiet: show no progress and no notes on standard error.
        as_json: print JSON instead of text.
        more: gives a line of text that follows the answer, for the folder that is there, if any.
        what: is in the folder, for the note.
        into: gives the folder to write in: by default a new one, that takes the place of earlier results.

    Raises whatever kept the files from being written (ResultsError, Ctrl-C), after the answer is printed.
    """
    trouble: BaseException | None = None
    if out is not None and write is not None:
        try:
            with progress(f"Writing {what[:1].lower()}{what[1:]}", None, quiet), into(out) as folder:
                write(folder)
                write_text(answer, folder / ANSWER, [] if more is None else [more(out)])
        except BaseException as problem:  # an answer may have taken hours: files may be lost, the answer may not
            trouble = problem
    if as_json:
        print_json(plain(answer))
    else:
        print_answer(answer, Console(highlight=False))
        if more is not None:
            print(more(out if trouble is None else None))
    if trouble is not None:
        raise trouble
    if out is not None and not quiet:
        say(f"{what} are in {out}")
