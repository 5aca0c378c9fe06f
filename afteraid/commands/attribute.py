"""The command ``afteraid attribute``: what a donor, a mechanism, an exit, an initiative or a lever brought about."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from afteraid.experiments.attribution.answer import answer_of
from afteraid.experiments.attribution.attribution import Attribution, shapley
from afteraid.experiments.attribution.attribution import attribute as attribute_removals
from afteraid.experiments.attribution.compared import compared
from afteraid.experiments.attribution.figure import write_figure
from afteraid.simulation.basis.errors import ScenarioError
from afteraid.simulation.counterfactual import read_items
from afteraid.simulation.scenario.scenario import Scenario

from ..answering import hand_over
from ..choosing import choose_other, choose_scenario
from ..folder import check_place
from ..terminal import for_people, progress
from .options import AsJson, End, Excel, Focus, Measures, Out, Quiet, Runs, ScenarioName, Seed, Settings, Workers


@for_people
def attribute(
    scenario: ScenarioName,
    without: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND:NAME",
            help="Leave this out: donor:USA, mechanism:blended, exit:abrupt or initiative:KEY; up to four times.",
        ),
    ] = None,
    lever: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Split the effect of this lever from the others'; up to four times."),
    ] = None,
    against: Annotated[str, typer.Option(help="With --lever: the scenario that the levers are compared with.")] = (
        "baseline"
    ),
    runs: Runs = None,
    seed: Seed = None,
    end: End = None,
    settings: Settings = None,
    focus: Focus = None,
    measures: Measures = None,
    workers: Workers = None,
    out: Out[Path | None] = None,
    excel: Excel = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Estimate the effect of a donor, mechanism, exit strategy, initiative or lever: the same runs with and without it.

    Example: `afteraid attribute baseline --without donor:USA --without mechanism:blended --runs 20 --out reports/usa`

    Example: `afteraid attribute phased-handover --set capacity_share=0.2 --lever exits --lever capacity_share`
    """
    named: dict[str, object] = {"runs": runs, "seed": seed, "end": end, "focus": focus}
    chosen = choose_scenario(scenario, settings, named)
    if bool(without) == bool(lever):
        raise ScenarioError(
            "both --without and --lever are given" if lever else "nothing is left out",
            expected="--without KIND:NAME, as in donor:USA, or --lever NAME, as in exits",
        )
    read_items(without or [], "--without")
    check_place(out, excel)
    also = tuple(measures or ())
    compared(also)
    other = choose_other("--against", against) if lever else None
    found = _study(chosen, without or [], lever or [], other, also, workers, quiet)
    hand_over(
        answer_of(found), out=out, write=lambda folder: _write(found, folder), quiet=quiet, as_json=as_json,
        excel=excel, what="Tables, figure and manifest",
    )  # fmt: skip


def _study(
    scenario: Scenario,
    without: list[str],
    levers: list[str],
    against: Scenario | None,
    also: tuple[str, ...],
    workers: int | None,
    quiet: bool,
) -> Attribution:
    """Run the study, with a progress bar over all its worlds."""
    with progress("Running worlds", scenario.run.runs, quiet) as advance:
        if against is None:
            return attribute_removals(scenario, without, workers=workers, progress=advance, also=also)
        return shapley(scenario, levers, against, workers=workers, progress=advance, also=also)


def _write(found: Attribution, folder: Path) -> None:
    """Write tables, figure and manifest."""
    found.to_parquet(folder)
    write_figure(found, folder / "figures")
