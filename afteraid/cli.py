"""The command ``afteraid``: which commands there are, in the panels of its help."""

from __future__ import annotations

import ast
import errno
import importlib
import re
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from afteraid.simulation.basis.edition import EDITION
from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.basis.renamed import successor

from .streams import escape_what_is_missing, flush, give_up_output, say_error
from .terminal import FAILED_STATUS, INPUT_STATUS, STOPPED_STATUS

COMMANDS: dict[str, tuple[str, ...]] = {
    "Start here: planners, researchers and trainers": ("scenarios", "run", "compare", "attribute", "levers"),
    "Planners: one country, the questions of the mission, pages": ("country", "cliff", "life", "mission", "report"),
    "Planners: find a strategy, and see how far to trust an answer": ("search", "uncertainty", "parameters", "check"),
    "Trainers: show it to a room": ("workshop",),
    "Researchers: studies of many runs": ("sweep", "rerun", "read", "discover", "publish", "measures", "cache"),
    "Researchers: fit the model to data, and test it": ("calibrate", "hindcast", "natural-experiments", "patterns"),
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
        """Return a command by its name; its module is loaded here, and not where the help only names it."""
        new = successor("command", cmd_name)
        if new is not None:
            ctx.fail(f"No command is called '{cmd_name}': it is now '{new}'.")
        named = super().get_command(ctx, cmd_name)
        return named if named is None or self._naming else load(cmd_name)

    _naming = False  # whether commands are only named, as in the help

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help without loading a command."""
        self._naming = True
        try:
            super().format_help(ctx, formatter)
        finally:
            self._naming = False

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        """Complete the name of a command without loading one."""
        self._naming = True
        try:
            return super().shell_complete(ctx, incomplete)
        finally:
            self._naming = False


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


def _say_version(asked: bool) -> None:
    """Print the version and end, where that is asked for."""
    if asked:
        from afteraid import __version__

        print(f"AfterAid {__version__}, edition {EDITION} of the model")
        raise typer.Exit


@app.callback()
def _before(
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Read the options that stand before a command."""


def load(name: str) -> Any:
    """Load a command: the function of its name, in the module of its name."""
    word = name.replace("-", "_")
    alone = typer.Typer(add_completion=False, rich_markup_mode="markdown")
    alone.command(name, cls=OneCommand)(getattr(importlib.import_module(f"{__package__}.commands.{word}"), word))
    return typer.main.get_command(alone)


def _said(name: str) -> str:
    """Return the first lines of a command's docstring, read off its file: importing it would take far longer."""
    word = name.replace("-", "_")
    text = (Path(__file__).parent / "commands" / f"{word}.py").read_text(encoding="utf-8")
    functions = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef) and node.name == word]
    return (ast.get_docstring(functions[0]) or "").partition("\n\n")[0]


def _named() -> None:
    """Stand for a command in the help."""


for panel, commands in COMMANDS.items():
    for command in commands:
        app.command(command, rich_help_panel=panel, help=_said(command))(_named)


def main() -> None:
    """Start the command; a Ctrl-C before it has begun ends with status 130 too."""
    try:
        app()
    except KeyboardInterrupt:
        raise SystemExit(STOPPED_STATUS) from None
