"""The command ``afteraid discover``: under which values of its factors a sweep's runs fail, or do well, as rules."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from afteraid.experiments.discovery.discovery import SEED, Discovery, Finding
from afteraid.experiments.discovery.discovery import discover as discover_rules
from afteraid.experiments.discovery.figure import ranges, write_figures
from afteraid.simulation.basis.manifest import write_manifest
from afteraid.simulation.results.faces.plain import plain_rows
from afteraid.simulation.results.faces.terminal import WIDE

from ..folder import check_folder, whole_folder
from ..terminal import for_people, print_json, progress, say
from .options import AsJson, Out, OwnSeed, Quiet, SweepFolder

INDENT = (0, 0, 0, 4)


@for_people
def discover(
    folder: SweepFolder,
    where: Annotated[
        str,
        typer.Option(
            metavar="CONDITION",
            help="Which runs are meant: 'serving_5_years < 40%', 'worst 25% of use_LDC'; joined by 'and'.",
        ),
    ],
    scenario: Annotated[str | None, typer.Option(help="Which scenario of the study; the first if left out.")] = None,
    seed: OwnSeed = SEED,
    out: Out[Path | None] = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Find plain rules for the runs of a sweep that fail, and test the rules on design points held out (--seed).

    Example: `afteraid discover sweeps/robust-mix --where "serving_5_years < 40%"`

    Example: `afteraid discover sweeps/robust-mix --where "worst 25% of gap_LDC" --out reports/what-fails`
    """
    if out is not None:
        check_folder(out)
    with progress("Looking for rules", None, quiet):
        found = discover_rules(folder, where, scenario, seed)
    if out is not None:
        _write(found, out, quiet)
    if as_json:
        print_json(to_dict(found))
    else:
        print_discovery(found, Console(highlight=False))
    if out is not None and not quiet:
        say(f"Tables, figures and manifest are in {out}")


def _write(found: Discovery, out: Path, quiet: bool) -> None:
    """Write tables (Parquet and CSV), figures, the answer and the manifest."""
    tables = {
        "rules": found.rules(), "limits": found.limits, "scores": found.scores, "trajectory": found.trajectory,
        "ranges": ranges(found),
    }  # fmt: skip
    with progress("Writing tables and figures", None, quiet), whole_folder(out) as folder:
        for name, table in tables.items():
            table.to_parquet(folder / f"{name}.parquet", engine="pyarrow", index=False)
            table.to_csv(folder / f"{name}.csv", index=False)
        write_figures(found, folder / "figures")
        with (folder / "answer.txt").open("w", encoding="utf-8") as file:
            print_discovery(found, Console(file=file, width=WIDE, highlight=False, color_system=None))
        write_manifest(folder, found.manifest)


def print_discovery(found: Discovery, console: Console) -> None:
    """Print the rules, what they are worth, and how much each factor tells."""
    counts = found.counts
    console.print(Text(f"{found.name}, {found.scenario}: {found.condition.words}", style="bold"))
    console.print(
        f"This holds in {counts['of_interest']:,} of {counts['used']:,} runs ({found.base():.0%}: the base rate) at "
        f"{counts['points']:,} points. Rules are found on half of the points and tried on the other half."
    )
    for note in found.notes:
        console.print(Text(note, style="yellow"))
    for heading, name, rules in (("Rules (PRIM)", "Rule", found.boxes), ("Tree (CART)", "Leaf", found.leaves)):
        if rules:
            console.print(Text(f"\n{heading}", style="bold"))
        for rule in rules:
            _print_rule(f"{name} {rule.number}", rule, console)
    console.print(Text("\nHow much each factor tells (extra trees)", style="bold"))
    for row in found.scores.to_dict(orient="records"):
        console.print(Text(f"  {row['score']:>4.0%}  {row['title']}"))


def _print_rule(name: str, rule: Finding, console: Console) -> None:
    """Print one rule with its fits."""
    console.print(Text(f"{name}. {rule.sentence}"))
    seen = rule.training
    console.print(
        Padding(
            Text(f"In sample: density {seen.density:.0%}, coverage {seen.coverage:.0%}. {rule.verdict}"),
            INDENT,
            expand=False,
        )
    )


def to_dict(found: Discovery) -> dict[str, Any]:
    """Return the answer as plain lists and numbers, for JSON; what is not known is None."""
    return {
        "name": found.name,
        "scenario": found.scenario,
        "where": found.condition.text,
        "condition": found.condition.words,
        "seed": found.seed,
        "counts": found.counts,
        "base_rate": found.base(),
        "notes": list(found.notes),
        "rules": plain_rows(found.rules()),
        "limits": plain_rows(found.limits),
        "scores": plain_rows(found.scores),
    }
