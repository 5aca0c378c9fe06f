"""The folder of an answer: its figures where they can be drawn, their tables as CSV, and the manifest."""

from __future__ import annotations

from pathlib import Path

from afteraid.simulation.basis.files import CSV, place_whole, write_tables
from afteraid.simulation.basis.manifest import write_manifest
from afteraid.simulation.results.answer import Answer
from afteraid.simulation.results.svg.picture import alone, is_drawn

from ..compare.drawn import write_charts

FIGURES = "figures"


def save_answer(answer: Answer, folder: Path) -> None:
    """Write the figures of an answer, their tables and the manifest into a folder that exists."""
    drawn = write_charts(answer, folder / FIGURES)
    (folder / FIGURES).mkdir(exist_ok=True)
    for chart in answer.all_charts():
        if chart.name not in drawn and is_drawn(chart):
            place_whole(folder / FIGURES / f"{chart.name}.svg", alone(chart).encode())
    write_tables({chart.name: chart.table for chart in answer.all_charts()}, folder / FIGURES, (CSV,))
    write_manifest(folder, dict(answer.manifest))
