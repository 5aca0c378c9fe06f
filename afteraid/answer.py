"""The answer of a run as a person reads it: a few sentences, and the table that they rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from afteraid.simulation.scenario.library import held_equal

if TYPE_CHECKING:
    from afteraid.simulation.results.tables import Results

WIDE = 130  # columns of a terminal in which a number and its band stand on one line


def print_answer(results: Results, console: Console) -> None:
    """Print the answer in plain language and the table with 90% bands."""
    summary = results.summary()
    title = str(results.manifest.get("title") or results.manifest.get("name", ""))
    console.print(Text(title, style="bold"))
    console.print(Text(" ".join(summary.answer)))
    scenario = results.manifest.get("scenario", {})
    promise = held_equal(scenario.get("extends"), scenario.get("holds_equal"))
    if promise is not None:
        console.print(Text(promise))
    console.print()
    for headings, lines in summary.sections():
        console.print(_table(headings, lines, console.width))
        console.print()
    console.print(Text(f"Median of {results.manifest.get('runs', 1)} runs; in brackets the band of 90% of them."))


def _table(headings: list[str], lines: list[list[str]], width: int) -> Table:
    """Lay out one section; where the terminal is narrow, bands go below their numbers and names may wrap."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    names = max(len(line[0]) for line in lines)
    for place, heading in enumerate(headings):
        wraps = place > 0 or names > width // 2
        table.add_column(Text(heading), justify="right" if place else "left", no_wrap=not wraps)
    for line in lines:
        cells = [line[0], *(cell.replace(" (", "\n(") if width < WIDE else cell for cell in line[1:])]
        table.add_row(*map(Text, cells))
    return table
