"""The command line as tests call it: in this process, at a known width, without colours."""

from __future__ import annotations

import re

from typer.testing import CliRunner, Result

from afteraid import cli


def call(*arguments: str, columns: int = 120) -> Result:
    """Run the command as a terminal of some width would."""
    runner = CliRunner(env={"COLUMNS": str(columns), "NO_COLOR": "1", "TERM": "dumb"})
    return runner.invoke(cli.app, list(arguments))


def ask(*arguments: str) -> tuple[int, str, str]:
    """Run the command; return its exit status, standard output and standard error, its errors on one line each."""
    result = call(*arguments)
    return result.exit_code, result.stdout, unwrapped(result.stderr)


def unwrapped(text: str) -> str:
    """Join the lines of an error that was wrapped at the terminal's width; those after the first are indented."""
    return re.sub(r"\n  (?=\S)", " ", text)


def refused(*arguments: str, columns: int = 120) -> str:
    """Run a command that must end with one message on standard error and status 2; return it on one line."""
    result = call(*arguments, columns=columns)
    assert result.exit_code == 2, result.output
    said = unwrapped(result.stderr)
    assert result.stdout == "" and said.startswith("Error: ") and said.count("\n") == 1
    assert "Traceback" not in result.output
    assert all(len(line) <= columns or " " not in line.strip() for line in result.stderr.splitlines())
    return said
