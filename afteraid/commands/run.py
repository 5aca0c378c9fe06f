"""The command ``afteraid run``: a scenario over many runs, and what becomes of initiatives and of the divide."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

from afteraid.simulation.basis import arguments
from afteraid.simulation.basis.files import CSV, write_tables
from afteraid.simulation.basis.machine import cores
from afteraid.simulation.basis.workers import WorkerPool
from afteraid.simulation.ensemble import run as run_scenario
from afteraid.simulation.results.answer import Answer
from afteraid.simulation.results.answer_files import DICTIONARY, dictionary
from afteraid.simulation.results.figures import drawn_beside, load, write_figures
from afteraid.simulation.results.plans import FOLDER, plans
from afteraid.simulation.results.tables import TABLES, Results
from afteraid.simulation.results.words.translating import ENGLISH
from afteraid.simulation.results.workbook import write_workbook

from ..answering import hand_over
from ..choosing import choose_scenario
from ..folder import check_place
from ..paging import again, check_page, write_page
from ..terminal import for_people, progress
from ..timing import announce, timed
from ..trust import take_along, where
from .options import (
    AsJson,
    End,
    Excel,
    Focus,
    Full,
    Language,
    Out,
    Page,
    Quiet,
    Runs,
    ScenarioName,
    Seed,
    Settings,
    Start,
    Twin,
    Workers,
)

RUNS_DRAWN_BESIDE = 20  # whose tables take longer to write than a process takes to start


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
    full: Full = False,
    excel: Excel = False,
    page: Page = None,
    language: Language = ENGLISH,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Run a scenario: what happens to initiatives after their donors leave, and to the digital divide.

    Example: `afteraid run baseline --runs 20 --focus KEN --set coordination=0.5 --out reports/kenya`
    """
    named: dict[str, object] = {"runs": runs, "seed": seed, "start": start, "end": end, "focus": focus}
    chosen = choose_scenario(scenario, settings, named)
    check_place(out, excel)
    check_page(page, language=language)
    arguments.at_work(workers, None)
    years, at_work = chosen.run.end - chosen.run.start, workers or cores()
    if not quiet:
        announce(chosen.run.runs, years, at_work)
    with progress("Running worlds", chosen.run.runs, quiet) as advance:
        results = run_scenario(chosen, workers=workers, progress=timed(advance, years, at_work), twin=twin)
    beside = out is not None and at_work > 1 and results.manifest["runs"] >= RUNS_DRAWN_BESIDE
    with WorkerPool(1) if beside else nullcontext() as pool:
        if pool is not None:
            pool.submit(load)  # while the answer is worked out
        answer, short = results.answers()
        write_page(answer, page, again(answer.manifest), quiet=quiet, language=language)
        hand_over(
            answer, out=out, write=lambda folder: _write(results, answer, folder, excel, pool), quiet=quiet,
            as_json=as_json, excel=excel, more=where, short=None if full else short,
        )  # fmt: skip


def _write(results: Results, answer: Answer, folder: Path, excel: bool, pool: WorkerPool | None) -> None:
    """Write tables, those for planners too, figures, and the pages on how far to trust them.

    Figures are drawn by the worker of a pool, beside the writing of tables, or after it where there is no pool.
    """
    figures = folder / "figures"
    if pool is None:
        _write_tables(results, folder, excel)
        write_figures(results, figures, answer.charts)
    else:
        with drawn_beside(pool, results, figures, answer.charts):
            _write_tables(results, folder, excel)
    take_along(folder)


def _write_tables(results: Results, folder: Path, excel: bool) -> None:
    """Write the tables, and those for planners."""
    results.to_parquet(folder)
    planned = plans(results, str(results.manifest["focus"]))
    (folder / FOLDER).mkdir()
    write_tables({**planned, DICTIONARY: dictionary(planned)}, folder / FOLDER, (CSV,))
    write_tables({DICTIONARY: dictionary({name: getattr(results, name) for name in TABLES})}, folder, (CSV,))
    if excel:
        write_workbook(planned, results.manifest, folder / FOLDER / "plans.xlsx", dictionary(planned))
