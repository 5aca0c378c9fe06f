"""The answer of a search as it is printed: the Pareto set as a table, and each strategy in a few sentences."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from afteraid.experiments.search.tables import Found
from afteraid.experiments.search.words import headings, held_equal, optimism, pareto_rows, stories
from afteraid.simulation.results.faces.plain import plain_rows


def print_search(found: Found, console: Console) -> None:
    """Print the Pareto set as a short table, each strategy in a few sentences, and what a reader has to know."""
    written = found.search.written
    console.print(Text(written.title or found.search.name, style="bold"))
    console.print(Text(held_equal(found)))
    console.print()
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("")
    for heading in headings(found):
        table.add_column(Text(heading), justify="right", max_width=22)
    table.add_column("", no_wrap=True)
    for name, cells, mark in pareto_rows(found):
        table.add_row(name, *map(Text, cells), mark)
    console.print(table)
    console.print()
    for strategy, story in stories(found):
        console.print(Text.assemble((strategy, "bold"), story))
    console.print()
    console.print(Text(optimism(found)))
    for note in found.notes:
        console.print(Text(note))


def to_plain(found: Found) -> dict[str, Any]:
    """Return the answer for JSON; what is not known is null."""
    return {
        "pareto": plain_rows(found.pareto),
        "comparisons": plain_rows(found.comparisons),
        "strategies": found.strategies,
        "notes": list(found.notes),
        "manifest": found.manifest,
    }
