"""The command ``afteraid sweep``: a study of any size, in a folder that can be resumed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from afteraid.experiments.study.chunks import RUNS
from afteraid.experiments.study.size import size_said
from afteraid.experiments.study.study import read_study
from afteraid.experiments.sweep.dataset import read_sweep_manifest
from afteraid.experiments.sweep.sweep import Outcome
from afteraid.experiments.sweep.sweep import sweep as sweep_study
from afteraid.simulation.basis.manifest import MANIFEST

from ..announcing import announce_sweep, duration
from ..streams import say
from ..terminal import STOPPED_STATUS, for_people, progress
from .options import EngineName, Out, Quiet, Resume, Scheduler, StudyName, Workers


@for_people
def sweep(
    study: StudyName,
    out: Out[Path],
    runs: Annotated[int | None, typer.Option(help="Approximate number of runs, instead of the study's own.")] = None,
    engine: EngineName = "processes",
    scheduler: Scheduler = None,
    workers: Workers = None,
    resume: Resume = False,
    quiet: Quiet = False,
) -> None:
    """Run all runs of a study into a folder; --resume continues after any interruption.

    Example: `afteraid sweep exit-timing --runs 200 --out sweeps/exit-timing`

    Example: `afteraid sweep my/study.toml --engine dask --scheduler tcp://node1:8786 --resume --out sweeps/mine`
    """
    chosen = read_study(study)
    found: Outcome | None = None
    size = size_said(chosen, runs)
    try:
        with progress("Running worlds", chosen.runs if runs is None else runs, quiet) as advance:
            found = sweep_study(
                chosen, out, runs=runs, engine=engine, scheduler=scheduler, workers=workers, resume=resume,
                announce=None if quiet else lambda what: announce_sweep(what, size), progress=advance,
            )  # fmt: skip
    except KeyboardInterrupt:
        say(f"Stopped; {_kept(out)}.")
        raise typer.Exit(STOPPED_STATUS) from None
    if not quiet:
        _tell(found, out)


def _tell(found: Outcome, out: Path) -> None:
    """Say what was done."""
    if found.runs == 0:
        say(f"All {found.before:,} runs are in {out} already.")
        return
    said = found.announced.seconds if found.announced is not None else None
    announced = f"; {duration(said)} was announced" if said is not None else ""
    say(f"{found.runs:,} runs in {duration(found.seconds)}{announced}. Tables and manifest are in {out}")
    if found.failed:
        say(f"{found.failed:,} of them failed: their errors are in the column error of the table of runs.")


def _kept(out: Path) -> str:
    """Say how much of a sweep is there."""
    if not (out / MANIFEST).is_file():
        return "nothing was written"
    chunks = read_sweep_manifest(out)["chunks"]
    done = len(list((out / RUNS).glob("part-*.parquet")))
    return f"{done} of {chunks} chunks are complete and kept: continue with --resume"
