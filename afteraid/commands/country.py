"""The command ``afteraid country``: the page of one country."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from afteraid.experiments.planning.country import country_page, read_country
from afteraid.experiments.planning.levers import PAIRS, lever_effects, read_levers
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
    Language,
    Out,
    OwnRuns,
    Page,
    Quiet,
    ScenarioName,
    Seed,
    Settings,
    Start,
    Twin,
    Workers,
)

RUNS = 20  # enough for a first look


@for_people
def country(
    name: Annotated[str, typer.Argument(help="Country, by name or ISO 3166 code: Kenya, KEN, KE.")],
    scenario: ScenarioName = "baseline",
    runs: OwnRuns = RUNS,
    seed: Seed = None,
    start: Start = None,
    end: End = None,
    settings: Settings = None,
    twin: Twin = True,
    levers: Annotated[
        list[str] | None,
        typer.Option(help="Try levers in this country, in paired runs: names, or main for all of them."),
    ] = None,
    pairs: Annotated[int, typer.Option(help="Number of paired runs for each lever.", min=1)] = PAIRS,
    workers: Workers = None,
    out: Out[Path | None] = None,
    excel: Excel = False,
    page: Page = None,
    language: Language = ENGLISH,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Show the page of a country: barriers, use, initiatives, money, exits of donors, peers and levers.

    Example: `afteraid country Kenya --runs 20 --set 'countries.Kenya.treasury_room=20 million dollars'`

    Example: `afteraid country Kenya --levers handover,price --out reports/kenya`
    """
    code, tried = read_country(name), read_levers(levers or [])
    named: dict[str, object] = {"runs": runs, "seed": seed, "start": start, "end": end, "focus": code}
    chosen = choose_scenario(scenario, settings, named)
    check_place(out, excel)
    check_page(page, language=language)
    years, at_work = chosen.run.end - chosen.run.start, arguments.at_work(workers, None) or cores()
    if not quiet:
        announce(chosen.run.runs, years, at_work)
    with progress("Running worlds", chosen.run.runs, quiet) as advance:
        results = run_scenario(chosen, workers=workers, progress=timed(advance, years, at_work), twin=twin)
    effects: pd.DataFrame | None = None
    if tried:
        with progress("Trying levers", (1 + len(tried)) * pairs, quiet) as advance:
            effects = lever_effects(chosen, code, tried, pairs, workers, advance)
    answer = country_page(chosen, results, code, effects)
    hand_over(
        answer, out=out, write=lambda folder: save_answer(answer, folder), quiet=quiet, as_json=as_json, excel=excel
    )
    write_page(answer, page, quiet=quiet, language=language)
