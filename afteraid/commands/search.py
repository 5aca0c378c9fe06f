"""The command ``afteraid search``: which strategies do well in many futures, within a budget."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from afteraid.experiments.search.answer import answer_of, size_said
from afteraid.experiments.search.figure import write_figures
from afteraid.experiments.search.file import read_search
from afteraid.experiments.search.search import EVALUATIONS
from afteraid.experiments.search.search import search as search_for
from afteraid.experiments.search.tables import Found
from afteraid.simulation.basis.manifest import MANIFEST
from afteraid.simulation.results.workbook import writer

from ..announcing import announce_search
from ..answering import hand_over
from ..folder import kept_folder
from ..streams import say
from ..terminal import STOPPED_STATUS, for_people, progress
from .options import AsJson, EngineName, Excel, Out, Quiet, Resume, Scheduler, Workers


@for_people
def search(
    file: Annotated[str, typer.Argument(help="Name of a shipped search, or path of a TOML file.")],
    out: Out[Path],
    runs: Annotated[int | None, typer.Option(help="Largest number of runs; it sets the number of generations.")] = None,
    generations: Annotated[int | None, typer.Option(help="Number of generations.")] = None,
    futures: Annotated[int | None, typer.Option(help="Number of futures in which each strategy is tested.")] = None,
    engine: EngineName = "processes",
    scheduler: Scheduler = None,
    workers: Workers = None,
    resume: Resume = False,
    excel: Excel = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Search for mixes of financing mechanisms and exit strategies that do well in many futures, within a budget.

    Example: `afteraid search robust-mix --runs 800 --out searches/robust-mix`

    Example: `afteraid search my/search.toml --generations 4 --futures 6 --resume --out searches/mine`
    """
    chosen = read_search(file)
    if excel:
        writer("--excel")
    size = size_said(chosen.with_size(runs, generations, futures), runs)
    announce = None if quiet else lambda what: announce_search(what, size)
    try:
        with progress("Running worlds", chosen.runs if runs is None else runs, quiet) as advance:
            found = search_for(
                chosen, out, runs=runs, generations=generations, futures=futures, engine=engine, scheduler=scheduler,
                workers=workers, resume=resume, announce=announce, progress=advance,
            )  # fmt: skip
    except KeyboardInterrupt:
        kept = len(list((out / EVALUATIONS).glob("*/runs/part-*.parquet")))
        done = f"{kept} chunks of runs are complete and kept: continue with --resume" if kept else "no run was done"
        say(f"Stopped; {done}.")
        raise typer.Exit(STOPPED_STATUS) from None
    hand_over(
        answer_of(found), out=out, write=lambda folder: _write(found, folder), quiet=quiet, as_json=as_json,
        excel=excel, what=f"Tables, strategies, figures and {MANIFEST}", into=kept_folder,
    )  # fmt: skip


def _write(found: Found, folder: Path) -> None:
    """Write tables, strategies and figures next to the evaluations."""
    found.write(folder)
    write_figures(found, folder / "figures")
