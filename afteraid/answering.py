"""How a command hands over its answer: into a folder, whole or not at all, and on the terminal or as JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console

from afteraid.simulation.results.answer import Answer
from afteraid.simulation.results.faces.plain import plain
from afteraid.simulation.results.faces.terminal import print_answer, write_text

from .folder import whole_folder
from .terminal import print_json, progress, say

ANSWER = "answer.txt"


def hand_over(
    answer: Answer,
    *,
    out: Path | None = None,
    write: Callable[[Path], object] | None = None,
    quiet: bool = False,
    as_json: bool = False,
    more: Sequence[str] = (),
    what: str = "Tables, figures and manifest",
) -> None:
    """Write an answer into a folder, where one is asked for, and print it.

    Args:
        answer: what was found.
        out: the folder; it is there whole, or as it was before.
        write: writes everything but the answer's text into a folder.
        quiet: show no progress and no notes on standard error.
        as_json: print JSON instead of text.
        more: lines of text that follow the answer.
        what: is in the folder, for the note.
    """
    if out is not None and write is not None:
        with progress(f"Writing {what[:1].lower()}{what[1:]}", None, quiet), whole_folder(out) as folder:
            write(folder)
            write_text(answer, folder / ANSWER, more)
    if as_json:
        print_json(plain(answer))
    else:
        print_answer(answer, Console(highlight=False))
        for line in more:
            print(line)
    if out is not None and not quiet:
        say(f"{what} are in {out}")
