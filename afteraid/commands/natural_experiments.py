"""The command ``afteraid natural-experiments``: reforms of the past, run with and without their levers."""

from __future__ import annotations

from pathlib import Path

from afteraid.experiments.trust.reforms.answer import answer_of
from afteraid.experiments.trust.reforms.effects import PASS_THROUGHS, SEED
from afteraid.experiments.trust.reforms.effects import natural_experiments as run_reforms
from afteraid.experiments.trust.reforms.record import reforms

from ..answering import hand_over
from ..folder import check_place
from ..terminal import for_people, progress
from .options import AsJson, Excel, Out, OwnSeed, Quiet, Workers


@for_people
def natural_experiments(
    seed: OwnSeed = SEED,
    workers: Workers = None,
    out: Out[Path | None] = None,
    excel: Excel = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Run reforms whose effect on internet use is on record, with their levers on and off, and compare.

    The settings of each reform follow from its record by one written rule.

    Example: `afteraid natural-experiments --out reports/reforms`
    """
    check_place(out, excel)
    with progress("Running reforms", len(reforms()) * len(PASS_THROUGHS), quiet) as advance:
        found = run_reforms(seed=seed, workers=workers, progress=advance)
    hand_over(
        answer_of(found),
        out=out,
        write=found.write,
        quiet=quiet,
        as_json=as_json,
        excel=excel,
        what="Tables and manifest",
    )
