"""The folder of an answer: its figures where they can be drawn, their tables as CSV, and the manifest."""

from __future__ import annotations

from pathlib import Path

from afteraid.simulation.basis.files import CSV, write_tables
from afteraid.simulation.basis.manifest import write_manifest
from afteraid.simulation.results.answer import Answer

from ..compare.drawn import write_charts

FIGURES = "figures"


def save_answer(answer: Answer, folder: Path) -> None:
    """Write the figures of an answer, their tables and the manifest into a folder that exists."""
    write_charts(answer, folder / FIGURES)
    (folder / FIGURES).mkdir(exist_ok=True)
    write_tables({chart.name: chart.table for chart in answer.all_charts()}, folder / FIGURES, (CSV,))
    write_manifest(folder, dict(answer.manifest))
