"""The command ``afteraid run``: a scenario over many runs, and what becomes of initiatives and of the divide."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.text import Text

from afteraid.simulation.ensemble import run as run_scenario
from afteraid.simulation.results.figures import write_figures
from afteraid.simulation.results.tables import Results
from afteraid.simulation.scenario.scenario import Scenario, load_scenario

from ..answer import WIDE, print_answer
from ..folder import check_folder, whole_folder
from ..terminal import for_people, join_settings, print_json, progress, say
from ..trust import take_along, where
from .options import AsJson, End, Focus, Out, Quiet, Runs, ScenarioName, Seed, Settings, Start, Workers


@for_people
def run(
    scenario: ScenarioName,
    runs: Runs = None,
    seed: Seed = None,
    start: Start = None,
    end: End = None,
    settings: Settings = None,
    focus: Focus = None,
    workers: Workers = None,
    out: Out[Path | None] = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Run a scenario: what becomes of initiatives after their donors leave, and of the digital divide.

    Example: `afteraid run baseline --runs 20 --focus KEN --set coordination=0.5 --out reports/kenya`
    """
    named: dict[str, object] = {"runs": runs, "seed": seed, "start": start, "end": end, "focus": focus}
    chosen = load_scenario(scenario, join_settings(settings or [], named))
    if out is not None:
        check_folder(out)
    results = _simulate(chosen, workers, quiet)
    if out is not None:
        _write(results, out, quiet)
    if as_json:
        print_json({"scenario": chosen.model_dump(mode="json"), **results.summary().to_dict()})
    else:
        print_answer(results, Console(highlight=False))
        print(where(out))
    if out is not None and not quiet:
        say(f"Tables, figures and manifest are in {out}")


def _simulate(scenario: Scenario, workers: int | None, quiet: bool) -> Results:
    with progress("Running worlds", scenario.run.runs, quiet) as advance:
        return run_scenario(scenario, workers=workers, progress=advance)


def _write(results: Results, out: Path, quiet: bool) -> None:
    with progress("Writing tables and figures", None, quiet), whole_folder(out) as folder:
        results.to_parquet(folder)
        write_figures(results, folder / "figures")
        take_along(folder)
        with (folder / "answer.txt").open("w", encoding="utf-8") as file:
            console = Console(file=file, width=WIDE, highlight=False, color_system=None)
            print_answer(results, console)
            console.print(Text(where(folder)))
