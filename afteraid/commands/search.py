"""The command ``afteraid search``: which strategies hold up in many futures, within a budget."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from afteraid.experiments.search.figure import write_figures
from afteraid.experiments.search.file import read_search
from afteraid.experiments.search.search import EVALUATIONS
from afteraid.experiments.search.search import search as search_for
from afteraid.experiments.search.tables import Found
from afteraid.experiments.sweep.announcement import Announcement
from afteraid.simulation.basis.errors import LostRunsError
from afteraid.simulation.results.tables import MANIFEST

from ..answer import WIDE
from ..search_answer import print_search, to_plain
from ..terminal import STOPPED_STATUS, for_people, print_json, progress, say
from .sweep import FAILED_STATUS, EngineName, Scheduler, Workers, duration, size


@for_people
def search(
    file: Annotated[str, typer.Argument(help="Name of a shipped search, or path of a TOML file.")],
    out: Annotated[Path, typer.Option(help="Folder for evaluations, tables, strategies, figures and manifest.")],
    runs: Annotated[int | None, typer.Option(help="At most so many runs; sets how many generations there are.")] = None,
    generations: Annotated[int | None, typer.Option(help="How often strategies are bred.")] = None,
    futures: Annotated[int | None, typer.Option(help="In how many futures each strategy is tried.")] = None,
    engine: EngineName = "processes",
    scheduler: Scheduler = None,
    workers: Workers = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with what an earlier search left in the folder.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar and no notes.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
) -> None:
    """Search for the mixes of ways to pay and to leave that hold up in many futures, within a budget.

    Example: `afteraid search robust-mix --runs 800 --out searches/robust-mix`

    Example: `afteraid search my/search.toml --generations 4 --futures 6 --resume --out searches/mine`
    """
    chosen = read_search(file)
    try:
        with progress("Running worlds", chosen.runs if runs is None else runs, quiet) as advance:
            found = search_for(
                chosen, out, runs=runs, generations=generations, futures=futures, engine=engine, scheduler=scheduler,
                workers=workers, resume=resume, announce=None if quiet else _announce, progress=advance,
            )  # fmt: skip
    except KeyboardInterrupt:
        kept = len(list((out / EVALUATIONS).glob("*/runs/part-*.parquet")))
        done = f"{kept} chunks of runs are whole and kept: go on with --resume" if kept else "no run was done"
        say(f"Stopped; {done}.")
        raise typer.Exit(STOPPED_STATUS) from None
    except LostRunsError as problem:
        say(f"Error: {problem}")
        raise typer.Exit(FAILED_STATUS) from None
    _write(found, out, quiet)
    if as_json:
        print_json(to_plain(found))
    else:
        print_search(found, Console(highlight=False))
    if not quiet:
        say(f"Tables, strategies, figures and {MANIFEST} are in {out}")


def _write(found: Found, out: Path, quiet: bool) -> None:
    with progress("Writing tables and figures", None, quiet):
        found.write(out)
        write_figures(found, out / "figures")
        with (out / "answer.txt").open("w", encoding="utf-8") as file:
            print_search(found, Console(file=file, width=WIDE, highlight=False, color_system=None))


def _announce(announced: Announcement) -> None:
    """Say what is about to be done."""
    workers = f"{announced.workers} worker" + ("s" if announced.workers > 1 else "")
    before = f" ({announced.done:,} are there already)" if announced.done else ""
    rounds = f"{announced.chunks} generation" + ("s" if announced.chunks > 1 else "")
    say(f"{announced.runs:,} runs at most, in {rounds} and a last look, on {workers}{before}")
    if announced.seconds is None or announced.run_seconds is None or announced.bytes is None:
        say("How long that takes is not known: no run of the sample came back.")
        return
    say(
        f"about {duration(announced.seconds)} ({announced.run_seconds:.2f} s a run) and {size(announced.bytes)} on disk"
    )
    for error in announced.failures[:3]:
        say(f"Note: a run of the sample failed: {error}")
