"""The answer of a run as a person reads it: a few sentences, and the table that they rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from simulation.results import Results

WIDE = 130  # columns of a terminal in which a number and its band stand on one line


def print_answer(results: Results, console: Console) -> None:
    """Print the answer in plain language and the table with 90% bands."""
    summary = results.summary()
    title = str(results.manifest.get("title") or results.manifest.get("name", ""))
    console.print(Text(title, style="bold"))
    console.print(Text(" ".join(summary.answer)))
    console.print()
    headings, lines = summary.table()
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for place, heading in enumerate(headings):
        table.add_column(Text(heading), justify="right" if place else "left", no_wrap=not place)
    narrow = console.width < WIDE
    for line in lines:
        table.add_row(*(Text(cell.replace(" (", "\n(") if narrow else cell) for cell in line))
    console.print(table)
    console.print(Text(f"Median of {results.manifest.get('runs', 1)} runs; in brackets the band of 90% of them."))
