"""The command ``afteraid mission``: the questions of the mission, answered by paired runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from afteraid.experiments.planning.mission import DONOR, worlds_of
from afteraid.experiments.planning.mission import mission as answer_mission
from afteraid.experiments.planning.saving import save_answer
from afteraid.simulation.data import read_donor
from afteraid.simulation.results.words.translating import ENGLISH

from ..answering import hand_over
from ..choosing import choose_scenario
from ..folder import check_place
from ..paging import check_page, write_page
from ..terminal import for_people, progress
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

RUNS = 8  # enough for a look


@for_people
def mission(
    scenario: ScenarioName = "baseline",
    donor: Annotated[str, typer.Option(help="Donor that goes, by code or name.")] = DONOR,
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
    """Answer the questions of the mission: donor cliffs, keep or build, when to leave, who loses, and more.

    Example: `afteraid mission --donor USA --focus LDC --runs 8 --out reports/mission`
    """
    read_donor(donor, "--donor")
    named: dict[str, object] = {"runs": runs, "seed": seed, "start": start, "end": end, "focus": focus}
    chosen = choose_scenario(scenario, settings, named)
    check_place(out, excel)
    check_page(page, language=language)
    with progress("Running worlds", worlds_of(chosen.run.runs), quiet) as advance:
        answer = answer_mission(chosen, chosen.run.runs, donor, workers, advance)
    hand_over(
        answer, out=out, write=lambda folder: save_answer(answer, folder), quiet=quiet, as_json=as_json, excel=excel
    )
    write_page(answer, page, quiet=quiet, language=language)
