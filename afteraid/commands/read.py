"""The command ``afteraid read``: what a sweep says about each outcome, in sentences, tables and figures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from afteraid.experiments.reading.answer import answer_of, numbers_of
from afteraid.experiments.reading.data import open_sweep
from afteraid.experiments.reading.figures import write_charts
from afteraid.simulation.basis.files import write_tables
from afteraid.simulation.basis.manifest import write_manifest
from afteraid.simulation.results.answer import Answer

from ..answering import hand_over
from ..folder import check_place
from ..terminal import for_people, progress
from .options import AsJson, Excel, Out, Quiet, SweepFolder


@for_people
def read(
    folder: SweepFolder,
    outcome: Annotated[str | None, typer.Option(help="Read only this outcome.")] = None,
    scenario: Annotated[str | None, typer.Option(help="Scenario to read, if the study has several.")] = None,
    out: Out[Path | None] = None,
    excel: Excel = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Summarise a sweep: ranges, random variation, effects on each outcome, and whether there are enough runs.

    Example: `afteraid read sweeps/exit-timing`

    Example: `afteraid read sweeps/exit-timing --outcome user_years --out reports/exit-timing`
    """
    check_place(out, excel)
    data = open_sweep(folder)
    with progress("Reading outcomes", len(numbers_of(data, outcome)), quiet) as advance:
        answer = answer_of(data, outcome, scenario, advance)
    hand_over(
        answer, out=out, write=lambda place: _write(answer, place), quiet=quiet, as_json=as_json,
        excel=excel, what="Tables and figures",
    )  # fmt: skip


def _write(answer: Answer, folder: Path) -> None:
    """Write the tables of all outcomes together as CSV and Parquet, the figures and the manifest."""
    together: dict[str, pd.DataFrame] = {}
    for name in dict.fromkeys(table.name for table in answer.all_tables()):
        parts = [
            table.data.assign(outcome=part.manifest["outcome"], unit=part.manifest["unit"])
            for part in answer.parts
            for table in part.tables
            if table.name == name
        ]
        together[name] = pd.concat(parts, ignore_index=True)
    (folder / "tables").mkdir()
    write_tables(together, folder / "tables")
    write_charts(answer.all_charts(), folder / "figures", answer.title)
    write_manifest(folder, answer.manifest)
