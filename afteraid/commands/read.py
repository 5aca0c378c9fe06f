"""The command ``afteraid read``: what a sweep says about each outcome, in sentences, tables and figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.console import Console
from rich.text import Text

from afteraid.experiments.reading.charts import subtitle
from afteraid.experiments.reading.data import SweepData, open_sweep
from afteraid.experiments.reading.figures import write_study_figures
from afteraid.experiments.reading.findings import Finding, find, numbers_of
from afteraid.experiments.study.study import Study
from afteraid.simulation.basis.manifest import write_manifest
from afteraid.simulation.results.faces.terminal import WIDE
from afteraid.simulation.results.words.names import heading

from ..folder import check_folder, whole_folder
from ..terminal import for_people, print_json, progress, say
from .options import AsJson, Out, Quiet, SweepFolder


@for_people
def read(
    folder: SweepFolder,
    outcome: Annotated[str | None, typer.Option(help="Read this outcome alone.")] = None,
    scenario: Annotated[str | None, typer.Option(help="Of a study of several scenarios: this one.")] = None,
    out: Out[Path | None] = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Summarise a sweep: ranges, random variation, what moves each outcome, and whether there are enough runs.

    Example: `afteraid read sweeps/exit-timing`

    Example: `afteraid read sweeps/exit-timing --outcome user_years --out reports/exit-timing`
    """
    if out is not None:
        check_folder(out)
    data = open_sweep(folder)
    wanted = numbers_of(data.study, outcome)
    found = []
    with progress("Reading outcomes", len(wanted), quiet) as advance:
        for number, one in enumerate(wanted, start=1):
            found.append(find(data, one.name, scenario))
            advance(number, len(wanted))
    if out is not None:
        with progress("Writing tables and figures", None, quiet):
            _write(data, out, found, scenario)
    if as_json:
        print_json(to_dict(data.study, found))
    else:
        print_findings(data, found, Console(highlight=False))
    if out is not None and not quiet:
        say(f"Tables and figures are in {out}")


def print_findings(data: SweepData, found: list[Finding], console: Console) -> None:
    """Print what was found, an outcome at a time, a sentence a line."""
    console.print(Text(subtitle(data), style="bold"))
    study = data.study
    if study.written.question:
        console.print(Text(study.written.question))
    for finding in found:
        console.print()
        of_one = f" ({finding.scenario})" if len(study.scenario_names) > 1 else ""
        console.print(Text(f"{heading(finding.outcome)}{of_one}", style="bold"))
        for sentence in finding.sentences:
            console.print(Text(f"- {sentence}"))


def to_dict(study: Study, found: list[Finding]) -> dict[str, Any]:
    """Return what was found as plain lists and numbers, for JSON; what is not known is null."""
    outcomes = [
        {
            "outcome": finding.outcome, "scenario": finding.scenario, "unit": finding.unit,
            "sentences": list(finding.sentences),
            "tables": {name: json.loads(table.to_json(orient="records")) for name, table in finding.tables.items()},
        }
        for finding in found
    ]  # fmt: skip
    return {"study": study.name, "title": study.written.title, "runs": study.runs, "outcomes": outcomes}


def _write(data: SweepData, out: Path, found: list[Finding], scenario: str | None) -> None:
    """Write tables as CSV and Parquet, figures, the answer and the sweep's manifest, or nothing."""
    with whole_folder(out) as folder:
        tables = folder / "tables"
        tables.mkdir()
        for name in dict.fromkeys(name for finding in found for name in finding.tables):
            parts = [
                finding.tables[name].assign(outcome=finding.outcome, unit=finding.unit)
                for finding in found
                if name in finding.tables
            ]
            table = pd.concat(parts, ignore_index=True)
            table.to_csv(tables / f"{name}.csv", index=False)
            table.to_parquet(tables / f"{name}.parquet", index=False)
        write_study_figures(data, folder / "figures", {finding.outcome: finding.indices for finding in found}, scenario)
        with (folder / "answer.txt").open("w", encoding="utf-8") as file:
            console = Console(file=file, width=WIDE, highlight=False, color_system=None)
            print_findings(data, found, console)
        write_manifest(folder, {**data.manifest, "kind": "reading"})
