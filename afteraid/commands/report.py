"""The command ``afteraid report``: results as a page for a minister, in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from afteraid.simulation.results.tables import Results

from ..paging import browser, check_page, print_page, write_page
from ..streams import say
from ..terminal import for_people
from .options import Quiet


@for_people
def report(
    results: Annotated[Path, typer.Argument(help="Folder that `afteraid run --out` wrote.")],
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
    answer = Results.read(results).answer()
    command = (
        f"afteraid run {answer.manifest['name']} --seed {answer.manifest['seed']} --runs {answer.manifest['runs']}"
    )
    write_page(answer, out, command, "--out")
    if pdf is not None:
        print_page(answer, pdf, command)
    if not quiet:
        say(f"The page is {out}" + (f", and in print {pdf}" if pdf is not None else ""))
