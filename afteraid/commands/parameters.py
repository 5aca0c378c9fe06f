"""The command ``afteraid parameters``: every number of the model, with its unit, range, source and standing."""

from __future__ import annotations

import re
from typing import Annotated

import typer
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from afteraid.simulation.basis.errors import ScenarioError, nearest
from afteraid.simulation.scenario.vocabulary import parameters as declared_parameters
from afteraid.simulation.state.parameters import Parameter

from ..terminal import for_people, print_json
from .options import AsJson


@for_people
def parameters(
    find: Annotated[str | None, typer.Argument(help="Show only those with this in the name, meaning or unit.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the model's parameters: value, unit, distribution, source and standing (published, derived, judged).

    Example: `afteraid parameters closure`
    """
    registry = declared_parameters()
    chosen = [registry[name] for name in registry if find is None or _holds(registry[name], find)]
    if not chosen:
        raise ScenarioError(
            f"no parameter has '{find}' in its name, meaning or unit",
            expected="a word such as closure; `afteraid levers` lists what donors choose",
            nearest=nearest(find or "", registry),
        )
    if as_json:
        print_json([_row(parameter) for parameter in chosen])
        return
    console = Console(highlight=False)
    for parameter in chosen:
        spread = f"{parameter.distribution.words()}; {parameter.standing}"
        console.print(Text(f"{parameter.name} = {parameter.value:g} {parameter.unit}", style="bold"), soft_wrap=True)
        console.print(Padding(Text(f"{parameter.meaning} ({spread})\nSource: {parameter.source}"), (0, 0, 0, 4)))
    judged = sum(parameter.standing == "judged" for parameter in chosen)
    print(f"{len(chosen)} parameters, of which {judged} ({judged / len(chosen):.0%}) are judged.")


def _holds(parameter: Parameter, word: str) -> bool:
    """Say whether a part of a name, or a whole word of the meaning or the unit, is what is looked for."""
    sought = word.casefold()
    said = f"{parameter.meaning} {parameter.unit}".casefold()
    return sought in parameter.name.casefold() or re.search(rf"\b{re.escape(sought)}", said) is not None


def _row(parameter: Parameter) -> dict[str, object]:
    """Write a parameter for JSON; a range without end is null, which JSON can say."""
    limits = {"minimum": parameter.minimum, "maximum": parameter.maximum}
    finite = {name: (limit if abs(limit) < float("inf") else None) for name, limit in limits.items()}
    fields = ("name", "value", "unit", "meaning", "source", "standing")
    row: dict[str, object] = {field: getattr(parameter, field) for field in fields}
    return {**row, **finite, "distribution": parameter.distribution.words()}
