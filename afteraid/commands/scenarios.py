"""The command ``afteraid scenarios``: the library as a list, or one scenario with all that it says."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from afteraid.simulation.scenario.library import by_theme, changes, held_equal, own_sources, parent_of
from afteraid.simulation.scenario.scenario import Scenario, list_scenarios, load_scenario

from ..terminal import for_people, print_json
from .options import AsJson


@for_people
def scenarios(
    name: Annotated[
        str | None, typer.Argument(help="Show one in full: the name of a shipped scenario, or a TOML file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the shipped scenarios, each with its question, or show one scenario in full.

    Example: `afteraid scenarios`

    Example: `afteraid scenarios exits-phased`
    """
    chosen = None if name is None else load_scenario(name)
    if as_json:
        dumped = [one.model_dump(mode="json") for one in ([chosen] if chosen else list_scenarios())]
        print_json(dumped[0] if chosen else dumped)
    elif chosen is None:
        _print_list(Console(highlight=False))
    else:
        _print_one(chosen, parent_of(str(name)), Console(highlight=False))


def _print_list(console: Console) -> None:
    """Print names and questions under the title of each theme, with one width for all names."""
    library = by_theme()
    width = max(len(one.name) for members in library.values() for one in members)
    for title, members in library.items():
        console.print(Text(title, style="bold"))
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
        table.add_column(width=width, no_wrap=True)
        table.add_column()
        for one in members:
            table.add_row(Text(one.name), Text(one.question))
        console.print(Padding(table, (0, 0, 1, 2)))
    console.print(Text("For one in full: afteraid scenarios NAME"))


def _print_one(one: Scenario, parent: Scenario | None, console: Console) -> None:
    """Print title, question, story, what it changes, what it holds equal, and its sources."""
    console.print(Text(f"{one.title} ({one.name})", style="bold"))
    for text in (one.question, one.story.strip()):
        console.print(Padding(Text(text), (0, 0, 1, 0)))
    if parent is None:
        console.print(Text("It extends no other scenario."))
    else:
        console.print(Text(f"What it changes against {parent.name}", style="bold"))
        for change in changes(one, parent):
            console.print(Padding(Text(f"{change.setting}: {change.value} <- {change.before}"), (0, 0, 0, 2)))
    promise = held_equal(one.extends, one.holds_equal)
    if promise is not None:
        console.print(Text(promise))
    console.print(Text("\nSources", style="bold"))
    for source in (*own_sources(one, parent), *([] if parent is None else [f"and those of {parent.name}"])):
        console.print(Padding(Text(source), (0, 0, 0, 2)))
