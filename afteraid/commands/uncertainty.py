"""The command ``afteraid uncertainty``: which source the 90% interval of each outcome comes from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from afteraid.experiments.trust.uncertainty.answer import answer_of
from afteraid.experiments.trust.uncertainty.figure import write_figure
from afteraid.experiments.trust.uncertainty.uncertainty import DRAWS, REPLICATES, Uncertainty, outcomes, tell_apart
from afteraid.simulation.state.structures import STRUCTURES

from ..answering import hand_over
from ..choosing import choose_other, choose_scenario
from ..folder import check_place
from ..terminal import for_people, progress
from .options import AsJson, Excel, Measures, Out, Quiet, ScenarioName, Settings, Twin, Workers


@for_people
def uncertainty(
    scenario: ScenarioName = "baseline",
    against: Annotated[
        str | None, typer.Option(help="Another scenario: split the difference to it instead of the level.")
    ] = None,
    draws: Annotated[int, typer.Option(help="Number of parameter draws.")] = DRAWS,
    replicates: Annotated[int, typer.Option(help="Replicates of each parameter draw.")] = REPLICATES,
    settings: Settings = None,
    measures: Measures = None,
    twin: Twin = True,
    workers: Workers = None,
    out: Out[Path | None] = None,
    excel: Excel = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Split a 90% interval by source: parameters, random variation, observation, and the form of the rules.

    Example: `afteraid uncertainty phased-handover --against baseline --out reports/what-it-rests-on`
    """
    chosen = choose_scenario(scenario, settings, {})
    other = choose_other("--against", against, settings) if against is not None else None
    also = tuple(measures or ())
    outcomes(chosen, also)
    check_place(out, excel)
    worlds = draws * (replicates + 1 + len(STRUCTURES))
    with progress("Running worlds", worlds, quiet) as advance:
        found = tell_apart(
            chosen, against=other, draws=draws, replicates=replicates, workers=workers, progress=advance, also=also,
            twin=twin,
        )  # fmt: skip
    hand_over(
        answer_of(found), out=out, write=lambda folder: _write(found, folder), quiet=quiet, as_json=as_json,
        excel=excel, what="Tables, figure and manifest",
    )  # fmt: skip


def _write(found: Uncertainty, folder: Path) -> None:
    """Write tables, figure and manifest."""
    found.write(folder)
    write_figure(found, folder / "uncertainty.png")
