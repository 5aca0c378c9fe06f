"""The command ``afteraid rerun``: one run of a study alone."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Any

import typer

from afteraid.experiments.study.study import read_study
from afteraid.experiments.sweep.dataset import Dataset, read_sweep_manifest, read_table
from afteraid.experiments.sweep.sweep import rerun as rerun_one

from ..streams import say
from ..terminal import FAILED_STATUS, for_people, print_json
from .options import AsJson, StudyName


@for_people
def rerun(
    study: StudyName,
    run: Annotated[int, typer.Argument(metavar="RUN-ID", help="Number of the run, as in the column run.")],
    out: Annotated[
        Path | None, typer.Option(help="Folder of the sweep, to compare the run with its stored results.")
    ] = None,
    runs: Annotated[int | None, typer.Option(help="Number of runs of the sweep; read from --out if given.")] = None,
    as_json: AsJson = False,
) -> None:
    """Run one run of a study alone, and print its outcomes, or its error in full.

    Example: `afteraid rerun exit-timing 12 --out sweeps/exit-timing`
    """
    chosen = read_study(study)
    if out is not None:
        asked = read_sweep_manifest(out).get("runs_asked") if runs is None else runs
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
