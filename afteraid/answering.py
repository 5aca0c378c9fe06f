"""How a command hands over its answer: into a folder, whole or not at all, and on the terminal or as JSON."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from rich.console import Console
from rich.text import Text

from afteraid.simulation.results.answer import Answer
from afteraid.simulation.results.answer_files import write_answer_tables
from afteraid.simulation.results.faces.plain import plain
from afteraid.simulation.results.faces.terminal import print_answer, write_text

from .folder import whole_folder
from .streams import say
from .terminal import print_json, progress

ANSWER = "answer.txt"


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
    short: Answer | None = None,
    excel: bool = False,
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
        excel: write the tables as a workbook too; CSV, with a dictionary of columns, is always there.
        short: what the terminal shows in place of the whole answer; files and JSON hold the whole one.

    Raises whatever kept the files from being written (ResultsError, Ctrl-C), after the answer is printed.
    """
    trouble: BaseException | None = None
    if out is not None and write is not None:
        try:
            with progress(f"Writing {what[:1].lower()}{what[1:]}", None, quiet), into(out) as folder:
                write(folder)
                write_answer_tables(answer, folder, excel)
                write_text(answer, folder / ANSWER, [] if more is None else [more(out)])
        except BaseException as problem:  # an answer may have taken hours: files may be lost, the answer may not
            trouble = problem
    if as_json:
        print_json(plain(answer))
    else:
        console = Console(highlight=False)
        print_answer(answer if short is None else short, console)
        if more is not None:
            console.print(Text(more(out if trouble is None else None)))
        if short is not None:
            console.print(Text(_read_on(out if trouble is None else None)), soft_wrap=True)  # a path can be copied
    if trouble is not None:
        raise trouble
    if out is not None and not quiet:
        say(f"{what} are in {out}")


def _read_on(folder: Path | None) -> str:
    """Say where the whole answer is."""
    if folder is None:
        return "All tables: --full. Files with tables and figures: --out FOLDER."
    return f"All tables: {folder / ANSWER}, or --full."
