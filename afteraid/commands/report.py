"""The command ``afteraid report``: results as a page for a minister, in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from afteraid.experiments.compare.files import read_comparison
from afteraid.simulation.results.answer import Answer
from afteraid.simulation.results.tables import Results

from ..paging import again, browser, check_page, print_page, write_page
from ..streams import say
from ..terminal import for_people
from .options import Quiet

TOGETHER = "Runs of {number} scenarios, one after the other"
NOT_PAIRED = "The numbers of each scenario are its own; the differences between scenarios are not tested here."


@for_people
def report(
    results: Annotated[list[Path], typer.Argument(help="Folders that `run --out` or `compare --out` wrote.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="File for the page.")] = Path("report.html"),
    pdf: Annotated[
        Path | None, typer.Option(help="Also print the page into this file; needs Chromium, Chrome or Edge.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Write results as a page that opens without a network: one HTML file, and PDF on request.

    Example: `afteraid report reports/baseline -o baseline.html`
    """
    check_page(out, "--out")
    if pdf is not None:
        check_page(pdf, "--pdf")
        browser()
    answers = [(read_comparison(folder) or Results.read(folder)).answer() for folder in results]
    answer = answers[0] if len(answers) == 1 else _together(answers)
    command = "\n".join(again(one.manifest) for one in answers)
    write_page(answer, out, command, "--out")
    if pdf is not None:
        print_page(answer, pdf, command)
    if not quiet:
        say(f"The page is {out}" + (f", and in print {pdf}" if pdf is not None else ""))


def _together(answers: list[Answer]) -> Answer:
    """Return one answer with a part for each scenario."""
    said = tuple(f"{one.title}: {one.sentences[0]}" for one in answers if one.sentences)
    title = TOGETHER.format(number=len(answers))
    first = answers[0]
    return Answer(title, said, notes=(NOT_PAIRED,), manifest=first.manifest, parts=tuple(answers), sure=(NOT_PAIRED,))
