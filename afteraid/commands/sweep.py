"""The commands ``afteraid sweep`` and ``afteraid rerun``: a study of any size, and one of its runs alone."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Any

import typer

from afteraid.experiments.study.chunks import RUNS
from afteraid.experiments.study.study import read_study
from afteraid.experiments.sweep.announcement import Announcement
from afteraid.experiments.sweep.dataset import Dataset, read_manifest, read_table
from afteraid.experiments.sweep.sweep import Outcome
from afteraid.experiments.sweep.sweep import rerun as rerun_one
from afteraid.experiments.sweep.sweep import sweep as sweep_study
from afteraid.simulation.basis.errors import LostRunsError
from afteraid.simulation.results.tables import MANIFEST

from ..terminal import STOPPED_STATUS, for_people, print_json, progress, say

FAILED_STATUS = 1
MINUTE, HOUR = 60.0, 3600.0
EngineName = Annotated[str, typer.Option(help="Where to compute: processes, or dask.")]
Scheduler = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="Dask's scheduler, as in tcp://host:8786; a local one if none.")
]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes at work; all cores if left out.")]


@for_people
def sweep(
    study: Annotated[str, typer.Argument(help="Name of a shipped study, or path of a TOML file.")],
    out: Annotated[Path, typer.Option(help="Folder for the Parquet files and the manifest.")],
    runs: Annotated[int | None, typer.Option(help="About how many runs, instead of what the study says.")] = None,
    engine: EngineName = "processes",
    scheduler: Scheduler = None,
    workers: Workers = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with what an earlier sweep left in the folder.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar and no notes.")] = False,
) -> None:
    """Run a study into a folder, and go on where it was stopped.

    Example: `afteraid sweep exit-timing --runs 200 --out sweeps/exit-timing`

    Example: `afteraid sweep my/study.toml --engine dask --scheduler tcp://node1:8786 --resume --out sweeps/mine`
    """
    chosen = read_study(study)
    found: Outcome | None = None
    try:
        with progress("Running worlds", chosen.runs if runs is None else runs, quiet) as advance:
            found = sweep_study(
                chosen, out, runs=runs, engine=engine, scheduler=scheduler, workers=workers, resume=resume,
                announce=None if quiet else _announce, progress=advance,
            )  # fmt: skip
    except KeyboardInterrupt:
        say(f"Stopped; {_kept(out)}.")
        raise typer.Exit(STOPPED_STATUS) from None
    except LostRunsError as problem:
        say(f"Error: {problem}")
        raise typer.Exit(FAILED_STATUS) from None
    if not quiet:
        _tell(found, out)


def _announce(announced: Announcement) -> None:
    """Say what is about to be done."""
    before = f" ({announced.done} chunks are there already)" if announced.done else ""
    workers = f"{announced.workers} worker" + ("s" if announced.workers > 1 else "")
    say(f"{announced.runs:,} runs in {announced.chunks:,} chunks on {workers}{before}")
    if announced.seconds is None or announced.run_seconds is None or announced.bytes is None:
        say("How long that takes is not known: no run of the sample came back.")
        return
    say(
        f"about {duration(announced.seconds)} ({announced.run_seconds:.2f} s a run) and {size(announced.bytes)} on disk"
    )
    if announced.free_bytes is not None and announced.bytes > announced.free_bytes:
        say(f"Note: the disk has room for {size(announced.free_bytes)} only.")
    for error in announced.failures[:3]:
        say(f"Note: a run of the sample failed: {error}")


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
    chunks = read_manifest(out)["chunks"]
    done = len(list((out / RUNS).glob("part-*.parquet")))
    return f"{done} of {chunks} chunks are whole and kept: go on with --resume"


@for_people
def rerun(
    study: Annotated[str, typer.Argument(help="Name of a shipped study, or path of a TOML file.")],
    run: Annotated[int, typer.Argument(metavar="RUN-ID", help="Number of the run, as in the column run.")],
    out: Annotated[Path | None, typer.Option(help="Folder of the sweep, to compare with what it holds.")] = None,
    runs: Annotated[int | None, typer.Option(help="What the sweep was asked for; read from --out where given.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the run as JSON.")] = False,
) -> None:
    """Run one run of a study alone, and print what came out, or the whole story of its error.

    Example: `afteraid rerun exit-timing 12 --out sweeps/exit-timing`
    """
    chosen = read_study(study)
    if out is not None:
        asked = read_manifest(out).get("runs_asked") if runs is None else runs
        Dataset(out, chosen.with_runs(asked)).check(asked)
        runs = asked
    spec, row, story = rerun_one(chosen, run, runs)
    found: dict[str, Any] = {
        "run": spec.run, "point": spec.point, "scenario": spec.scenario, "replicate": spec.replicate,
        "seed": chosen.written.seed, **spec.values, **row["numbers"], "error": row["error"],
    }  # fmt: skip
    same = _as_stored(found, out) if out is not None else None
    if as_json:
        plain = {
            name: None if isinstance(value, float) and math.isnan(value) else value for name, value in found.items()
        }
        print_json({**plain, **({"as_stored": same} if same is not None else {})})
    else:
        width = max(map(len, found))
        for name, value in found.items():
            print(f"{name:<{width}}  {'' if value is None else repr(value) if isinstance(value, float) else value}")
    if story:
        say(story.rstrip())
    if same is not None:
        say("Equal to the stored row." if same else "Not equal to the stored row.")
        if not same:
            raise typer.Exit(FAILED_STATUS)


def _as_stored(found: dict[str, Any], out: Path) -> bool | None:
    """Say whether a run is what a sweep has stored, to the last bit; None where it has not got there yet."""
    stored = read_table(out)
    row = stored[stored["run"] == found["run"]]
    if row.empty:
        return None
    return all(_equal(found.get(name), row[name].iloc[0]) for name in stored.columns)


def _equal(one: Any, other: Any) -> bool:
    """Compare two values; missing is equal to missing."""
    nothing = [value is None or value != value for value in (one, other)]
    return all(nothing) or (not any(nothing) and bool(one == other))


def duration(seconds: float) -> str:
    """Write a time in words: seconds, minutes or hours."""
    if seconds < 2 * MINUTE:
        return f"{seconds:.0f} s"
    return f"{seconds / MINUTE:.0f} min" if seconds < 2 * HOUR else f"{seconds / HOUR:.1f} h"


def size(count: float) -> str:
    """Write a number of bytes in words."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000.0:
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1000.0
    return f"{count:.1f} TB"
