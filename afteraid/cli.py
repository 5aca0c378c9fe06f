"""The command ``afteraid``: which commands there are, in the panels of its help."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperGroup

from afteraid.simulation.basis.renamed import successor

from .commands.attribute import attribute
from .commands.calibrate import calibrate
from .commands.check import check
from .commands.discover import discover
from .commands.hindcast import hindcast
from .commands.measures import measures
from .commands.parameters import parameters
from .commands.patterns import patterns
from .commands.publish import publish
from .commands.read import read
from .commands.rerun import rerun
from .commands.run import run
from .commands.scenarios import scenarios
from .commands.search import search
from .commands.sweep import sweep
from .commands.uncertainty import uncertainty
from .terminal import STOPPED_STATUS

PANELS: dict[str, tuple[Callable[..., None], ...]] = {
    "Start here: planners, researchers and trainers": (scenarios, run, attribute, check, parameters),
    "Planners: find a strategy, and see how far to trust an answer": (search, uncertainty),
    "Researchers: studies of many runs": (sweep, rerun, read, discover, publish, measures),
    "Researchers: fit the model to data, and test it": (calibrate, hindcast, patterns),
}


class Commands(TyperGroup):
    """The commands; a renamed one is refused with its new name."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command by its name."""
        new = successor("command", cmd_name)
        if new is not None:
            ctx.fail(f"No command is called '{cmd_name}': it is now '{new}'.")
        return super().get_command(ctx, cmd_name)


app = typer.Typer(
    name="afteraid",
    cls=Commands,
    help="What is left of a digital inclusion initiative when its donor has gone: a model of the world to 2050.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
for panel, commands in PANELS.items():
    for command in commands:
        app.command(rich_help_panel=panel)(command)


def main() -> None:
    """Start the command; a Ctrl-C before it has begun ends with status 130 too."""
    try:
        app()
    except KeyboardInterrupt:
        raise SystemExit(STOPPED_STATUS) from None
