"""The terminal's face of an answer: title, sentences, tables and notes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from ...basis.files import place_whole
from ..answer import Answer, Table

WIDE = 130  # columns of a terminal in which a number and its interval stand on one line


def print_answer(answer: Answer, console: Console) -> None:
    """Print an answer: a sentence a line, tables in columns; where the terminal is narrow, intervals go below."""
    _print(answer, console, "")


def write_text(answer: Answer, file: Path, more: Sequence[str] = ()) -> None:
    """Write what a wide terminal would show into a text file, with some lines more; whole, or not at all."""
    stream = io.StringIO()
    console = Console(file=stream, width=WIDE, highlight=False, color_system=None)
    print_answer(answer, console)
    for line in more:
        console.print(Text(line))
    place_whole(file, stream.getvalue().encode())


def _print(answer: Answer, console: Console, bullet: str) -> None:
    if answer.title:
        console.print(Text(answer.title, style="bold"))
    for sentence in answer.sentences:
        console.print(Text(f"{bullet}{sentence}"))
    for table in answer.tables:
        if table.lines:
            console.print()
            console.print(grid(table, console.width))
    for part in answer.parts:
        console.print()
        _print(part, console, "- ")
    if answer.notes:
        console.print()
    for note in answer.notes:
        console.print(Text(note))


def grid(table: Table, width: int) -> Grid:
    """Lay out a table; where the terminal is narrow, intervals go below their numbers and names may wrap."""
    laid = Grid(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    names = max(len(line[0]) for line in table.lines)
    for place, text in enumerate(table.headings):
        wraps = place > 0 or names > width // 2
        side: Literal["left", "right"] = "left" if place in table.words else "right"
        laid.add_column(Text(text, style="bold"), justify=side, no_wrap=not wraps)
    for line in table.lines:
        cells = [line[0], *(cell.replace(" (", "\n(") if width < WIDE else cell for cell in line[1:])]
        laid.add_row(*map(Text, cells))
    return laid
