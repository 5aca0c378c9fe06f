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

WIDE = 130  # columns of the text file, in which a number and its interval stand on one line
LEAST_NAMES = 32  # columns that names keep where they wrap, so that intervals stay in line
GAP = 2  # columns between two columns of a table


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
    """Lay out a table, a row a line. Where that is too wide names wrap, and then intervals go below their numbers."""
    laid = Grid(box=None, pad_edge=False, padding=(0, GAP, 0, 0))
    names, *others = _widths(table)
    fits = names + sum(others) <= width
    inline = fits or min(names, LEAST_NAMES) + sum(others) <= width
    for place, text in enumerate(table.headings):
        wraps = not fits if place == 0 and inline else not inline and (place > 0 or names > width // 2)
        side: Literal["left", "right"] = "left" if place in table.words else "right"
        laid.add_column(Text(text, style="bold"), justify=side, no_wrap=not wraps)
    for line in table.lines:
        cells = [line[0], *(cell if inline else cell.replace(" (", "\n(") for cell in line[1:])]
        laid.add_row(*map(Text, cells))
    return laid


def _widths(table: Table) -> list[int]:
    """Return how many columns of the terminal each column takes with each row on one line, with the gap before it."""
    columns = zip(*((table.headings, *table.lines) if table.headings else table.lines), strict=False)
    return [max(map(len, column)) + (GAP if place else 0) for place, column in enumerate(columns)]
