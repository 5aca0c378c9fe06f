"""The command ``afteraid``: which commands there are, in the panels of its help."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.basis.renamed import successor

from .commands.attribute import attribute
from .commands.calibrate import calibrate
from .commands.check import check
from .commands.discover import discover
from .commands.hindcast import hindcast
from .commands.measures import measures
from .commands.natural_experiments import natural_experiments
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
from .streams import escape_what_is_missing, flush, give_up_output, say_error
from .terminal import FAILED_STATUS, INPUT_STATUS, STOPPED_STATUS

PANELS: dict[str, tuple[Callable[..., None], ...]] = {
    "Start here: planners, researchers and trainers": (scenarios, run, attribute, check, parameters),
    "Planners: find a strategy, and see how far to trust an answer": (search, uncertainty),
    "Researchers: studies of many runs": (sweep, rerun, read, discover, publish, measures),
    "Researchers: fit the model to data, and test it": (calibrate, hindcast, natural_experiments, patterns),
}


ClickException: Any = typer.BadParameter.__mro__[2]  # its place differs between versions of Typer
_WANTED = re.compile(r"Input should be (.*?)(?:, unable to .*)?")  # what Typer says of a value of the wrong kind
_MEANT = re.compile(r"(.*?)\.? Did you mean '([^']+)'\?")
UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG)  # a full disk, a full quota, a broken device


def say_usage(problem: Any) -> None:
    """Say what is wrong with the words of a command, in the style of all errors, and where its help is."""
    if type(problem).__name__ == "NoArgsIsHelpError":  # the help is printed already
        return
    context = getattr(problem, "ctx", None)
    asked = getattr(problem, "param", None)
    names = [name for name in getattr(asked, "opts", ()) if name.startswith("--")]
    wrong = getattr(problem, "option_name", None)
    if wrong is not None and hasattr(problem, "possibilities"):
        close = next(iter(getattr(problem, "possibilities", None) or ()), None)
        error = InputError("no such option", key=str(wrong), nearest=close)
    elif problem.message and asked is not None:
        said = problem.message.rstrip(".")
        wanted = _WANTED.fullmatch(said)
        error = InputError(
            "can't be used" if wanted else said, key=names[0] if names else str(asked.human_readable_name),
            expected=wanted.group(1) if wanted else None,
        )  # fmt: skip
    else:
        said = " ".join(str(problem.format_message()).split())
        meant = _MEANT.fullmatch(said)
        said = meant.group(1) if meant else said.rstrip(".")
        error = InputError(said[:1].lower() + said[1:], nearest=meant.group(2) if meant else None)
    path = "afteraid" if context is None else context.command_path
    say_error(f"{error}; help: {path} --help")


class Commands(TyperGroup):
    """The commands; a renamed one is refused with its new name, and wrong usage in the style of all errors."""

    def main(self, *arguments: Any, standalone_mode: bool = True, **others: Any) -> Any:
        """Run a command. Whatever its output goes to, it ends with a status and not with a traceback."""
        escape_what_is_missing()
        try:
            status = super().main(*arguments, **{**others, "standalone_mode": False})
            flush()
        except ClickException as problem:
            if not standalone_mode:
                raise
            say_usage(problem)
            raise SystemExit(problem.exit_code) from None
        except typer.Abort:
            raise SystemExit(FAILED_STATUS) from None
        except OSError as problem:
            if problem.filename is not None or problem.errno not in (errno.EPIPE, *UNWRITABLE):
                raise
            give_up_output()
            if problem.errno == errno.EPIPE:
                raise SystemExit(FAILED_STATUS) from None
            say_error(f"standard output can't be written ({problem.strerror})")
            raise SystemExit(INPUT_STATUS) from None
        if standalone_mode:
            raise SystemExit(status if isinstance(status, int) else 0)
        return status

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
