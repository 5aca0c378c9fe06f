"""The command ``afteraid uncertainty``: whether a band comes of luck, parameters, observation or the form of rules."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from afteraid.experiments.trust.uncertainty.figure import write_figure
from afteraid.experiments.trust.uncertainty.uncertainty import (
    DRAWS,
    LUCK,
    OBSERVATION,
    PARAMETERS,
    PROCESS,
    Uncertainty,
    band_rows,
    move_rows,
    tell_apart,
)
from afteraid.simulation.results.faces.plain import plain_rows
from afteraid.simulation.results.faces.terminal import WIDE
from afteraid.simulation.scenario.scenario import load_scenario
from afteraid.simulation.state.structures import STRUCTURES

from ..folder import check_folder, whole_folder
from ..terminal import for_people, join_settings, print_json, progress, say
from .options import AsJson, Out, Quiet, ScenarioName, Settings, Workers

SOURCES = ("all", PARAMETERS, PROCESS, OBSERVATION)


@for_people
def uncertainty(
    scenario: ScenarioName = "baseline",
    against: Annotated[
        str | None, typer.Option(help="Another scenario: split the difference to it instead of the level.")
    ] = None,
    draws: Annotated[int, typer.Option(help="Draws of the parameters.")] = DRAWS,
    luck: Annotated[int, typer.Option(help="Worlds of luck for each draw.")] = LUCK,
    settings: Settings = None,
    workers: Workers = None,
    out: Out[Path | None] = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Split a 90% interval by source: parameters, random variation, observation, and the form of the rules.

    Example: `afteraid uncertainty phased-handover --against baseline --out reports/what-it-rests-on`
    """
    chosen = load_scenario(scenario, join_settings(settings or [], {}))
    other = load_scenario(against, join_settings(settings or [], {})) if against is not None else None
    if out is not None:
        check_folder(out)
    worlds = draws * (luck + 1 + len(STRUCTURES))
    with progress("Running worlds", worlds, quiet) as advance:
        found = tell_apart(chosen, against=other, draws=draws, luck=luck, workers=workers, progress=advance)
    if out is not None:
        with whole_folder(out) as folder:
            found.write(folder)
            write_figure(found, folder / "uncertainty.png")
            with (folder / "answer.txt").open("w", encoding="utf-8") as file:
                print_uncertainty(found, Console(file=file, width=WIDE, highlight=False, color_system=None))
    if as_json:
        tables = {name: plain_rows(getattr(found, name)) for name in ("bands", "structures")}
        print_json({**tables, "manifest": found.manifest})
    else:
        print_uncertainty(found, Console(highlight=False))
    if out is not None and not quiet:
        say(f"Tables, figure and manifest are in {out}")


def print_uncertainty(found: Uncertainty, console: Console) -> None:
    """Print how wide the 90% band of each outcome is by source, and how far other rules move it."""
    less = f" less {found.manifest['against']['name']}" if "against" in found.manifest else ""
    console.print(Text(f"{found.manifest['name']}{less}: where the 90% band comes from", style="bold"))
    console.print()
    table = _grid(["width of the band with this alone", "median", *SOURCES])
    for row in band_rows(found, SOURCES):
        table.add_row(*map(Text, row))
    console.print(table)
    console.print()
    table = _grid(["moved by another rule", *(structure.short for structure in STRUCTURES.values())])
    for row in move_rows(found):
        table.add_row(*map(Text, row))
    console.print(table)
    console.print()
    count = found.manifest["draws"]
    console.print(Text(f"(?): the 90% band of the difference over {count} draws holds zero, so it is not a finding."))


def _grid(headings: list[str]) -> Table:
    """Return an empty table with its headings."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for place, heading in enumerate(headings):
        table.add_column(Text(heading), justify="right" if place else "left")
    return table
