"""The files of a comparison: its tables and figure, and the results of each side in a folder of its own."""

from __future__ import annotations

from pathlib import Path

from afteraid.simulation.basis.errors import ResultsError
from afteraid.simulation.basis.files import PARQUET, write_tables
from afteraid.simulation.basis.manifest import MANIFEST, read_manifest, write_manifest
from afteraid.simulation.results.answer import Answer
from afteraid.simulation.results.tables import Results

from .answer import STUDY
from .compared import Compared
from .comparison import Comparison
from .figure import write_figure

SIDES = "sides"


def write_comparison(found: Comparison, answer: Answer, folder: Path) -> None:
    """Write tables, figure, manifest, and the results of each side in `sides/0`, the base, `sides/1` and so on."""
    tables = {table.name: table.data for table in answer.all_tables() if " " not in table.name and len(table.data)}
    write_tables(tables, folder, (PARQUET,))
    write_figure(found, folder / "figures")
    for place, results in enumerate(found.results):
        results.save(folder / SIDES / str(place))
    write_manifest(folder, dict(answer.manifest))


def read_comparison(folder: Path) -> Compared | None:
    """Read a comparison back: its sides, how they are called, and what mattered to the user; None where there is none.

    Raises ResultsError where the folder holds no results, or a side or its name is missing.
    """
    manifest = read_manifest(folder, "result")
    if manifest.get("study") != STUDY:
        return None
    try:
        labels = (str(manifest["base"]), *map(str, manifest["options"]))
        asked, matters = int(manifest["asked"]), dict(manifest["matters"])
    except (KeyError, TypeError, ValueError):
        raise ResultsError(
            "is no whole manifest of a comparison", file=str(folder / MANIFEST), expected="base, options and asked"
        ) from None
    sides = tuple(Results.read(folder / SIDES / str(place)) for place in range(len(labels)))
    return Compared(labels, sides, asked, matters)
