"""The command ``afteraid discover``: under which values of its factors a sweep's runs fail, or do well, as rules."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from afteraid.experiments.discovery.answer import answer_of, rules_table
from afteraid.experiments.discovery.discovery import SEED, Discovery
from afteraid.experiments.discovery.discovery import discover as discover_rules
from afteraid.experiments.discovery.figure import ranges, write_figures
from afteraid.simulation.basis.files import write_tables
from afteraid.simulation.basis.manifest import write_manifest

from ..answering import hand_over
from ..folder import check_place
from ..terminal import for_people, progress
from .options import AsJson, Excel, Out, OwnSeed, Quiet, SweepFolder


@for_people
def discover(
    folder: SweepFolder,
    where: Annotated[
        str,
        typer.Option(
            metavar="CONDITION",
            help="Condition that selects runs: 'serving_5_years < 40%', 'worst 25% of use_LDC'; joined by 'and'.",
        ),
    ],
    scenario: Annotated[str | None, typer.Option(help="Scenario of the study; the first by default.")] = None,
    seed: OwnSeed = SEED,
    out: Out[Path | None] = None,
    excel: Excel = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Find plain rules for the runs of a sweep that fail, and test the rules on design points held out (--seed).

    Example: `afteraid discover sweeps/robust-mix --where "serving_5_years < 40%"`

    Example: `afteraid discover sweeps/robust-mix --where "worst 25% of gap_LDC" --out reports/what-fails`
    """
    check_place(out, excel)
    with progress("Looking for rules", None, quiet):
        found = discover_rules(folder, where, scenario, seed)
    hand_over(
        answer_of(found), out=out, write=lambda folder: _write(found, folder), quiet=quiet, as_json=as_json,
        excel=excel, what="Tables, figures and manifest",
    )  # fmt: skip


def _write(found: Discovery, folder: Path) -> None:
    """Write tables (Parquet and CSV), figures and the manifest."""
    tables = {
        "rules": rules_table(found), "limits": found.limits, "scores": found.scores, "trajectory": found.trajectory,
        "ranges": ranges(found),
    }  # fmt: skip
    write_tables(tables, folder)
    write_figures(found, folder / "figures")
    write_manifest(folder, found.manifest)
