"""The command ``afteraid life``: one initiative, quarter by quarter, to its last day and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from afteraid.experiments.compare.asked import read_settings
from afteraid.experiments.compare.options import chosen_base, chosen_options
from afteraid.experiments.planning.life import find_life
from afteraid.experiments.planning.saving import save_answer
from afteraid.simulation.basis import arguments
from afteraid.simulation.results.words.translating import ENGLISH

from ..answering import hand_over
from ..folder import check_place
from ..paging import check_page, write_page
from ..terminal import for_people, progress
from .options import AsJson, End, Excel, Focus, Language, Out, Page, Quiet, ScenarioName, Seed, Settings, Start


@for_people
def life(
    scenario: ScenarioName = "baseline",
    option: Annotated[
        str | None,
        typer.Argument(
            help="Scenario, file, or settings, as `afteraid compare` takes them: a second world to follow it in."
        ),
    ] = None,
    focus: Focus = None,
    replicate: Annotated[int, typer.Option(help="Number of the run's draws, from 0.")] = 0,
    seed: Seed = None,
    start: Start = None,
    end: End = None,
    settings: Settings = None,
    out: Out[Path | None] = None,
    excel: Excel = False,
    page: Page = None,
    language: Language = ENGLISH,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Follow one initiative of one run, quarter by quarter: who pays, how many people are served, and why it closes.

    With an option the same initiative is followed in both worlds, on the same draws.

    Example: `afteraid life baseline exits-handover --focus Kenya --html life.html`
    """
    check_place(out, excel)
    check_page(page, language=language)
    number = arguments.replicate(replicate)
    given = {"run.seed": seed, "run.start": start, "run.end": end, "run.focus": focus, "run.runs": 1}
    changes = read_settings(settings)
    base = chosen_base(scenario, {key: value for key, value in given.items() if value is not None}, changes)
    other = None if option is None else chosen_options([option], base, changes)[0]
    with progress("Following one initiative", None, quiet):
        answer = find_life(base.scenario, None if other is None else other.scenario, number)
    hand_over(
        answer, out=out, write=lambda folder: save_answer(answer, folder), quiet=quiet, as_json=as_json, excel=excel
    )
    write_page(answer, page, quiet=quiet, language=language)
