"""The command ``afteraid report``: results as a page for a minister, in one file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import prod
from pathlib import Path
from typing import Annotated, Any

import typer

from afteraid.experiments.compare.files import read_comparison
from afteraid.experiments.compare.lattice import PAIRS, run_lattice
from afteraid.experiments.compare.positions import LEVELS, read_axes
from afteraid.simulation.basis import arguments
from afteraid.simulation.basis.errors import ResultsError
from afteraid.simulation.basis.machine import cores
from afteraid.simulation.results.answer import Answer
from afteraid.simulation.results.living import Living
from afteraid.simulation.results.tables import Results
from afteraid.simulation.results.words.translating import ENGLISH
from afteraid.simulation.scenario.scenario import Scenario

from ..paging import again, browser, check_page, print_page, write_page
from ..streams import say
from ..terminal import for_people, progress
from ..timing import announce, timed
from .options import Language, Quiet, Workers

TOGETHER = "Runs of {number} scenarios, one after the other"
NOT_PAIRED = "The numbers of each scenario are its own; the differences between scenarios are not tested here."


@for_people
def report(
    results: Annotated[list[Path], typer.Argument(help="Folders that `run --out` or `compare --out` wrote.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="File for the page.")] = Path("report.html"),
    pdf: Annotated[
        Path | None, typer.Option(help="Also print the page into this file; needs Chromium, Chrome or Edge.")
    ] = None,
    language: Language = ENGLISH,
    levers: Annotated[
        str | None,
        typer.Option(
            metavar="NAME,NAME", help="Up to three levers that a reader can move on the page; NAME=VALUE/VALUE."
        ),
    ] = None,
    levels: Annotated[int, typer.Option(help="Positions of each lever.")] = LEVELS,
    pairs: Annotated[int, typer.Option(help="Paired runs at each combination of positions.")] = PAIRS,
    workers: Workers = None,
    quiet: Quiet = False,
) -> None:
    """Write results as a page that opens without a network: one HTML file, and PDF on request.

    With `--levers`, every combination of positions is run, and a reader moves the levers on the page.

    Example: `afteraid report reports/baseline -o baseline.html --levers exits,transition_years,funding`
    """
    check_page(out, "--out", language)
    if pdf is not None:
        check_page(pdf, "--pdf")
        browser()
    answers = [(read_comparison(folder) or Results.read(folder)).answer() for folder in results]
    answer = answers[0] if len(answers) == 1 else _together(answers)
    command = "\n".join(again(one.manifest) for one in answers)
    living = None if levers is None else _living(base_of(answers[0].manifest), levers, levels, pairs, workers, quiet)
    write_page(replace(answer, levers=living), out, command, "--out", language=language)
    if pdf is not None:
        print_page(answer, pdf, command, language)
    if not quiet:
        say(f"The page is {out}" + (f", and in print {pdf}" if pdf is not None else ""))


def _living(
    base: Scenario, asked: str, levels: int, pairs: int, workers: int | None, quiet: bool
) -> Living:  # fmt: skip
    """Run every combination of positions of the levers, with a bar and the time that it takes."""
    axes = read_axes([part for part in asked.split(",") if part.strip()], base, levels)
    pairs, at_work = arguments.whole("pairs", pairs, 1), arguments.at_work(workers, None) or cores()
    runs, years = pairs * prod(len(axis.values) for axis in axes), base.run.end - base.run.start
    if not quiet:
        announce(runs, years, at_work)
    with progress("Running positions", runs, quiet) as advance:
        found = run_lattice(base, axes, pairs, workers, timed(advance, years, at_work))
    return found.living()


def base_of(manifest: Mapping[str, Any]) -> Scenario:
    """Return the scenario of results, or the base of a comparison.

    Raises ResultsError where the manifest does not tell it.
    """
    try:
        return Scenario.model_validate(manifest["scenario"])
    except (KeyError, ValueError) as problem:
        raise ResultsError(f"the manifest holds no scenario: {problem}", key="--levers") from None


def _together(answers: list[Answer]) -> Answer:
    """Return one answer with a part for each scenario."""
    said = tuple(f"{one.title}: {one.sentences[0]}" for one in answers if one.sentences)
    title = TOGETHER.format(number=len(answers))
    first = answers[0]
    return Answer(title, said, notes=(NOT_PAIRED,), manifest=first.manifest, parts=tuple(answers), sure=(NOT_PAIRED,))
