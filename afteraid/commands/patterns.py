"""The command ``afteraid patterns``: what is known of the real world, and whether the model shows it."""

from __future__ import annotations

from pathlib import Path

from afteraid.experiments.trust.patterns.answer import answer_of
from afteraid.experiments.trust.patterns.patterns import RUNS, check

from ..answering import hand_over
from ..folder import check_place
from ..terminal import for_people, progress
from .options import AsJson, Excel, Out, OwnRuns, Quiet, Seed, Workers


@for_people
def patterns(
    runs: OwnRuns = RUNS,
    seed: Seed = None,
    workers: Workers = None,
    out: Out[Path | None] = None,
    excel: Excel = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Check each stylised fact of the field against the default model: value, range, pass or fail.

    A fact that fails is a limit of the model and not an error of the command.

    Example: `afteraid patterns --runs 20 --out reports/patterns`
    """
    check_place(out, excel)
    with progress("Running worlds", runs, quiet) as advance:
        found = check(runs, seed=seed, workers=workers, progress=advance)
    hand_over(
        answer_of(found),
        out=out,
        write=found.write,
        quiet=quiet,
        as_json=as_json,
        excel=excel,
        what="Tables and manifest",
    )
