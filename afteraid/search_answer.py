"""The answer of a search as it is printed: the Pareto set as a table, and each strategy in a few sentences."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments.search_figure import coordinates, named, plain, words_of
from experiments.search_tables import Found
from experiments.search_words import choices, comparison, held_equal, known, optimism


def print_search(found: Found, console: Console) -> None:
    """Print the Pareto set as a short table, each strategy in a few sentences, and what a reader has to know."""
    written = found.search.written
    console.print(Text(written.title or found.search.name, style="bold"))
    console.print(Text(held_equal(found)))
    console.print()
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("")
    for one in written.objectives:
        table.add_column(Text(f"{words_of(one)} ({one.scored} is better)"), justify="right", max_width=22)
    table.add_column("", no_wrap=True)
    written_out = coordinates(found).pivot(index="strategy", columns="objective", values="label")
    for row in found.pareto.to_dict(orient="records"):
        cells = [
            str(written_out.loc[str(row["strategy"]), one.name]) if known(row[f"{one.name}_fresh"]) else "-"
            for one in written.objectives
        ]
        table.add_row(str(row["strategy"]), *map(Text, cells), "" if row["kept_fresh"] else "over the limit")
    console.print(table)
    console.print()
    best = named(found)
    for name in found.strategies:
        text = Text.assemble((plain(name).capitalize(), "bold"), f" (best at {best[name]})" if name in best else "")
        console.print(text.append(f": {choices(found, name)}. {comparison(found, name)}"))
    console.print()
    console.print(Text(optimism(found)))
    for note in found.notes:
        console.print(Text(note))


def to_plain(found: Found) -> dict[str, Any]:
    """Return the answer for JSON; what is not known is null."""
    return {
        "pareto": rows_of(found.pareto),
        "comparisons": rows_of(found.comparisons),
        "strategies": found.strategies,
        "notes": list(found.notes),
        "manifest": found.manifest,
    }


def rows_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table as rows of plain values."""
    return [{str(key): _plain(value) for key, value in row.items()} for row in table.to_dict(orient="records")]


def _plain(value: Any) -> Any:
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and not math.isfinite(value) else value
