"""The command ``afteraid compare``: options against a base, on paired runs, with a verdict for each headline."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from afteraid.experiments.compare.answer import brief
from afteraid.experiments.compare.asked import read_matters, read_settings
from afteraid.experiments.compare.files import write_comparison
from afteraid.experiments.compare.options import chosen_base, chosen_options
from afteraid.experiments.compare.pairs import compare as compare_options
from afteraid.experiments.compare.sentences import look
from afteraid.simulation.basis import arguments
from afteraid.simulation.basis.machine import cores
from afteraid.simulation.results.words.translating import ENGLISH

from ..answering import hand_over
from ..folder import check_place
from ..paging import again, check_page, write_page
from ..streams import say
from ..terminal import for_people, progress
from ..timing import announce
from .options import AsJson, End, Excel, Focus, Full, Language, Out, Page, Quiet, Runs, Seed, Settings, Start, Workers


@for_people
def compare(
    base: Annotated[str, typer.Argument(help="Scenario or file that the options are compared with.")],
    option: Annotated[
        list[str],
        typer.Argument(
            help="Scenario, file, or settings: '[TITLE: ][SCENARIO] [KEY=VALUE ...]'; up to six.", metavar="OPTION..."
        ),
    ],
    runs: Runs = None,
    seed: Seed = None,
    start: Start = None,
    end: End = None,
    settings: Settings = None,
    focus: Focus = None,
    matters: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="Smallest difference of a headline that matters; may be repeated."),
    ] = None,
    workers: Workers = None,
    out: Out[Path | None] = None,
    page: Page = None,
    language: Language = ENGLISH,
    excel: Excel = False,
    full: Full = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Compare options on the same draws: what survives, who is online, what it costs, who gains and who loses.

    Ctrl-C stops the runs and answers from the pairs that are there.

    Example: `afteraid compare baseline phased-handover "All aid cut by 30%: funding=0.7" --runs 40 --focus Kenya`
    """
    check_place(out, excel)
    check_page(page, language=language)
    given, changes = {"run.runs": runs, "run.start": start, "run.end": end}, read_settings(settings)
    first = chosen_base(base, {key: value for key, value in given.items() if value is not None}, changes)
    sides, at_work = (first, *chosen_options(option, first, changes)), arguments.at_work(workers, None) or cores()
    plan, least = first.scenario.run, read_matters(matters)
    if not quiet:
        announce(plan.runs * len(sides), plan.end - plan.start, at_work)
    with progress("Running pairs", plan.runs, quiet) as advance:
        found = compare_options(
            base, *option, runs=runs, seed=seed, focus=focus, start=start, end=end, settings=changes,
            matters=least, workers=workers, progress=advance,
            look=None if quiet else lambda so_far: say(look(so_far)),
        )  # fmt: skip
    answer = found.answer()
    write_page(answer, page, again(answer.manifest), quiet=quiet, language=language)
    hand_over(
        answer, out=out, write=lambda folder: write_comparison(found, answer, folder), quiet=quiet, as_json=as_json,
        excel=excel, short=None if full else brief(answer),
    )  # fmt: skip
