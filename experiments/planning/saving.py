"""The folder of an answer: its tables as CSV, its figures where they can be drawn, and the manifest."""

from __future__ import annotations

from pathlib import Path

from afteraid.simulation.basis.files import CSV, write_tables
from afteraid.simulation.basis.manifest import write_manifest
from afteraid.simulation.results.answer import Answer

from .figures import write_charts

TABLES, FIGURES = "tables", "figures"


def save_answer(answer: Answer, folder: Path) -> None:
    """Write tables, the tables of figures and the manifest of an answer into a folder that exists."""
    (folder / TABLES).mkdir()
    write_tables({table.name: table.data for table in answer.all_tables()}, folder / TABLES, (CSV,))
    write_charts(answer, folder / FIGURES)
    (folder / FIGURES).mkdir(exist_ok=True)
    write_tables({chart.name: chart.table for chart in answer.all_charts()}, folder / FIGURES, (CSV,))
    write_manifest(folder, dict(answer.manifest))
