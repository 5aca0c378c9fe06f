"""The files of a comparison: its tables and figure, and the results of each side in a folder of its own."""

from __future__ import annotations

from pathlib import Path

from afteraid.simulation.basis.files import CSV, PARQUET, write_tables
from afteraid.simulation.basis.manifest import write_manifest
from afteraid.simulation.results.answer import Answer

from .comparison import Comparison
from .figure import write_figure

SIDES = "sides"


def write_comparison(found: Comparison, answer: Answer, folder: Path) -> None:
    """Write tables, figure, manifest, and the results of each side in `sides/0`, the base, `sides/1` and so on."""
    tables = {table.name: table.data for table in answer.all_tables() if " " not in table.name and len(table.data)}
    write_tables(tables, folder, (PARQUET, CSV))
    write_figure(found, folder / "figures")
    for place, results in enumerate(found.results):
        results.save(folder / SIDES / str(place))
    write_manifest(folder, dict(answer.manifest))
