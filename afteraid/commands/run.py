"""The command ``afteraid run``: a scenario over many runs, and what becomes of initiatives and of the divide."""

from __future__ import annotations

from pathlib import Path

from afteraid.simulation.basis.files import CSV, write_tables
from afteraid.simulation.ensemble import run as run_scenario
from afteraid.simulation.results.figures import write_figures
from afteraid.simulation.results.plans import FOLDER, plans
from afteraid.simulation.results.tables import Results

from ..answering import hand_over
from ..choosing import choose_scenario
from ..folder import check_folder
from ..paging import again, check_page, write_page
from ..terminal import for_people, progress
from ..trust import take_along, where
from .options import AsJson, End, Focus, Out, Page, Quiet, Runs, ScenarioName, Seed, Settings, Start, Twin, Workers


@for_people
def run(
    scenario: ScenarioName,
    runs: Runs = None,
    seed: Seed = None,
    start: Start = None,
    end: End = None,
    settings: Settings = None,
    focus: Focus = None,
    twin: Twin = True,
    workers: Workers = None,
    out: Out[Path | None] = None,
    page: Page = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Run a scenario: what happens to initiatives after their donors leave, and to the digital divide.

    Example: `afteraid run baseline --runs 20 --focus KEN --set coordination=0.5 --out reports/kenya`
    """
    named: dict[str, object] = {"runs": runs, "seed": seed, "start": start, "end": end, "focus": focus}
    chosen = choose_scenario(scenario, settings, named)
    if out is not None:
        check_folder(out)
    if page is not None:
        check_page(page, "--html")
    with progress("Running worlds", chosen.run.runs, quiet) as advance:
        results = run_scenario(chosen, workers=workers, progress=advance, twin=twin)
    answer = results.answer()
    if page is not None:
        write_page(answer, page, again(answer.manifest))
    hand_over(
        answer, out=out, write=lambda folder: _write(results, folder), quiet=quiet, as_json=as_json,
        more=where,
    )  # fmt: skip


def _write(results: Results, folder: Path) -> None:
    """Write tables, those for planners too, figures, and the pages on how far to trust them."""
    results.to_parquet(folder)
    (folder / FOLDER).mkdir()
    write_tables(plans(results, str(results.manifest["focus"])), folder / FOLDER, (CSV,))
    write_figures(results, folder / "figures")
    take_along(folder)
