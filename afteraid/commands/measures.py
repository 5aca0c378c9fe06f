"""The command ``afteraid measures``: everything that is measured, with words, unit, grain, direction and target."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from afteraid.simulation.basis.errors import InputError, nearest
from afteraid.simulation.measures.catalogue import CATALOGUE, rows

from ..terminal import for_people, print_json
from .options import AsJson


@for_people
def measures(
    word: Annotated[
        str | None, typer.Argument(help="Show only those with this word in the name or the meaning.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List what is measured: name, meaning, unit, grain, which direction is better, and target.

    A study, a condition of `discover`, `attribute --measure` and `uncertainty --measure` take these names.

    Example: `afteraid measures price`
    """
    sought = (word or "").lower()
    chosen = [row for row in rows() if sought in str(row["name"]).lower() or sought in str(row["words"]).lower()]
    if not chosen:
        raise InputError(
            f"no measure has '{word}' in its name or meaning",
            expected="a word such as price",
            nearest=nearest(sought, CATALOGUE),
        )
    if as_json:
        print_json(chosen)
        return
    console = Console(highlight=False)
    for row in chosen:
        console.print(Text(f"{row['name']}: {row['words']}", style="bold"), soft_wrap=True)
        target = f"; {row['goal']}: {row['target']}" if row["target"] else ""
        said = f"{row['unit']}; {row['kind']}; by {row['grain']}; {_direction(str(row['better']))}{target}"
        console.print(Padding(Text(said), (0, 0, 0, 4)))
    print(f"{len(chosen)} measures.")


def _direction(better: str) -> str:
    """Say which way is better."""
    return "neither more nor less is better" if better == "neither" else f"{better} is better"
