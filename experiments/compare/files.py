"""The files of a comparison: its tables and figure, and the results of each side in a folder of its own."""

from __future__ import annotations

from pathlib import Path

from afteraid.simulation.basis.errors import ResultsError
from afteraid.simulation.basis.files import CSV, PARQUET, not_written, place_whole, write_tables
from afteraid.simulation.basis.manifest import write_manifest
from afteraid.simulation.results.answer import Answer

from .comparison import Comparison
from .figure import write_figure
from .page import make, page

SIDES = "sides"


def write_comparison(found: Comparison, answer: Answer, folder: Path) -> None:
    """Write tables, figure, manifest, and the results of each side in `sides/0`, the base, `sides/1` and so on."""
    tables = {table.name: table.data for table in answer.all_tables() if " " not in table.name and len(table.data)}
    write_tables(tables, folder, (PARQUET, CSV))
    write_figure(found, folder / "figures")
    for place, results in enumerate(found.results):
        results.save(folder / SIDES / str(place))
    write_manifest(folder, dict(answer.manifest))


def check_page(file: Path) -> None:
    """Refuse a page that can't be made or written, before any work is done.

    Raises InputError, or ResultsError at the file.
    """
    make()
    if file.is_dir() or not file.absolute().parent.is_dir():
        raise ResultsError("can't be written", file=str(file), key="--html", expected="a file in a folder that exists")


def write_page(answer: Answer, file: Path) -> None:
    """Write the page of an answer, whole or not at all."""
    try:
        place_whole(file, page(answer).encode())
    except OSError as problem:
        raise not_written(problem, file, "--html") from None
