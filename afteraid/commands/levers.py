"""The command ``afteraid levers``: what donors, governments and regulators can choose, with cost and effect."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from afteraid.simulation.basis.errors import InputError, nearest
from afteraid.simulation.results.words.numbers import counted
from afteraid.simulation.scenario.lever_records import MOVES
from afteraid.simulation.scenario.lever_records import levers as all_levers

from ..terminal import for_people, print_json
from .options import AsJson


@for_people
def levers(
    word: Annotated[
        str | None, typer.Argument(help="Show only those with this word in the name, the meaning or the effect.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the levers: meaning, range, default, what each moves, and what it costs.

    A scenario sets a lever under `[strategy]`, and a command with `--set NAME=VALUE`.

    Example: `afteraid levers price`
    """
    chosen = [lever for lever in all_levers() if word is None or lever.holds(word)]
    if not chosen:
        raise InputError(
            f"no lever has '{word}' in its name, meaning or effect",
            expected="a word such as price",
            nearest=nearest(word or "", MOVES),
        )
    if as_json:
        print_json([{**asdict(lever), "moves": list(lever.moves), "moved": list(lever.moved)} for lever in chosen])
        return
    console = Console(highlight=False)
    for lever in chosen:
        console.print(Text(lever.name, style="bold"), soft_wrap=True)
        said = (
            f"{lever.meaning}\nRange: {lever.range}; default: {lever.default}\n"
            f"Moves: {'; '.join(lever.moved)}\nCost: {lever.cost}"
        )
        console.print(Padding(Text(said), (0, 0, 0, 4)))
    print(f"{counted(len(chosen), 'lever')}. Set one with --set NAME=VALUE.")
