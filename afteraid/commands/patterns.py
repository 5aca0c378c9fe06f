"""The command ``afteraid patterns``: what is known of the real world, and whether the model shows it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from afteraid.experiments.trust.patterns.patterns import FAIL, NOT_TUNED, PASS, RUNS, UNCHECKED, Check, check
from afteraid.simulation.results.faces.plain import plain_rows
from afteraid.simulation.results.faces.terminal import WIDE

from ..folder import check_folder, whole_folder
from ..terminal import for_people, print_json, progress, say
from .options import AsJson, Out, OwnRuns, Quiet, Seed, Workers


@for_people
def patterns(
    runs: OwnRuns = RUNS,
    seed: Seed = None,
    workers: Workers = None,
    out: Out[Path | None] = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Check each stylised fact of the field against the default model: value, range, pass or fail.

    A fact that fails is a limit of the model and not an error of the command.

    Example: `afteraid patterns --runs 20 --out reports/patterns`
    """
    if out is not None:
        check_folder(out)
    with progress("Running worlds", runs, quiet) as advance:
        found = check(runs, seed=seed, workers=workers, progress=advance)
    if out is not None:
        with whole_folder(out) as folder:
            found.write(folder)
            with (folder / "answer.txt").open("w", encoding="utf-8") as file:
                print_patterns(found, Console(file=file, width=WIDE, highlight=False, color_system=None))
    if as_json:
        print_json({"verdicts": plain_rows(found.verdicts), "manifest": found.manifest})
    else:
        print_patterns(found, Console(highlight=False))
    if out is not None and not quiet:
        say(f"Tables and manifest are in {out}")


def print_patterns(found: Check, console: Console) -> None:
    """Print each fact with its value, range and verdict, and the likely cause of each failure."""
    verdicts = found.verdicts
    tested = verdicts[verdicts["basis"] == "emergent"]
    held, failed = (int((tested["verdict"] == verdict).sum()) for verdict in (PASS, FAIL))
    unknown = int((verdicts["verdict"] == UNCHECKED).sum())
    console.print(
        Text(
            f"Of the facts that nothing was fitted to, {held} hold and {failed} fail; {unknown} can't be checked. "
            f"{NOT_TUNED}"
        )
    )
    console.print()
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("", "fact", "value", "range", "verdict", "basis"):
        table.add_column(Text(heading), no_wrap=heading in ("", "range", "verdict", "basis"))
    rows: list[Any] = list(verdicts.itertuples())
    for row in rows:
        cells = (row.number, row.fact, band(row), span(row), row.verdict, row.basis)
        table.add_row(*(Text(str(cell)) for cell in cells))
    console.print(table)
    console.print()
    for row in rows:
        if row.why:
            console.print(Text(f"{row.number} {row.verdict}: {row.why}."))


def band(row: Any) -> str:
    """Write a value with its 90% band over runs."""
    if not math.isfinite(row.value):
        return "-"
    return f"{number(row.value)} ({number(row.low)} to {number(row.high)})"


def span(row: Any) -> str:
    """Write the range that the median should lie in."""
    if math.isinf(row.range_high):
        return f"from {number(row.range_low)}"
    return f"{number(row.range_low)} to {number(row.range_high)}"


def number(value: float) -> str:
    """Write a number with three figures."""
    return f"{value:.3g}"
