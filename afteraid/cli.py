"""The command ``afteraid``: which commands there are, in the panels of its help."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

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


class OneCommand(TyperCommand):
    """A command; a renamed option is refused with its new name."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words that follow the command."""
        for word in args:
            option = word.partition("=")[0]
            new = successor("option", f"{self.name} {option}")
            if new is not None:
                ctx.fail(f"No such option: {option}. It is now '{new}'.")
        return super().parse_args(ctx, args)


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
        app.command(rich_help_panel=panel, cls=OneCommand)(command)


def main() -> None:
    """Start the command; a Ctrl-C before it has begun ends with status 130 too."""
    try:
        app()
    except KeyboardInterrupt:
        raise SystemExit(STOPPED_STATUS) from None
