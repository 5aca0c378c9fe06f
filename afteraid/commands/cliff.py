"""The command ``afteraid cliff``: when donors leave, who leaves, and what treasuries can take over."""

from __future__ import annotations

from pathlib import Path

from afteraid.experiments.planning.cliff import cliff as cliff_of
from afteraid.experiments.planning.saving import save_answer
from afteraid.simulation.basis import arguments
from afteraid.simulation.basis.machine import cores
from afteraid.simulation.ensemble import run as run_scenario
from afteraid.simulation.results.words.translating import ENGLISH

from ..answering import hand_over
from ..choosing import choose_scenario
from ..folder import check_place
from ..paging import check_page, write_page
from ..terminal import for_people, progress
from ..timing import announce, timed
from .options import (
    AsJson,
    End,
    Excel,
    Focus,
    Language,
    Out,
    OwnRuns,
    Page,
    Quiet,
    ScenarioName,
    Seed,
    Settings,
    Start,
    Workers,
)

RUNS = 20  # enough for a first look


@for_people
def cliff(
    scenario: ScenarioName = "baseline",
    focus: Focus = None,
    runs: OwnRuns = RUNS,
    seed: Seed = None,
    start: Start = None,
    end: End = None,
    settings: Settings = None,
    workers: Workers = None,
    out: Out[Path | None] = None,
    excel: Excel = False,
    page: Page = None,
    language: Language = ENGLISH,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Show the donor cliffs: what donors leave by year and country, against the room of treasuries, and who leaves.

    Example: `afteraid cliff --focus LDC --runs 20 --out reports/cliff`
    """
    named: dict[str, object] = {"runs": runs, "seed": seed, "start": start, "end": end, "focus": focus}
    chosen = choose_scenario(scenario, settings, named)
    check_place(out, excel)
    check_page(page, language=language)
    years, at_work = chosen.run.end - chosen.run.start, arguments.at_work(workers, None) or cores()
    if not quiet:
        announce(chosen.run.runs, years, at_work)
    with progress("Running worlds", chosen.run.runs, quiet) as advance:
        results = run_scenario(chosen, workers=workers, progress=timed(advance, years, at_work), twin=False)
    answer = cliff_of(results, str(results.manifest["focus"]))
    hand_over(
        answer, out=out, write=lambda folder: save_answer(answer, folder), quiet=quiet, as_json=as_json, excel=excel
    )
    write_page(answer, page, quiet=quiet, language=language)
