"""The command line as tests call it: in this process, at a known width, without colours."""

from __future__ import annotations

from typer.testing import CliRunner, Result

from afteraid import cli


def call(*arguments: str, columns: int = 120) -> Result:
    """Run the command as a terminal of some width would."""
    runner = CliRunner(env={"COLUMNS": str(columns), "NO_COLOR": "1", "TERM": "dumb"})
    return runner.invoke(cli.app, list(arguments))


def ask(*arguments: str) -> tuple[int, str, str]:
    """Run the command; return its exit status, standard output and standard error."""
    result = call(*arguments)
    return result.exit_code, result.stdout, result.stderr


def refused(*arguments: str) -> str:
    """Run a command that must end with one message on standard error and status 2; return the message."""
    result = call(*arguments)
    assert result.exit_code == 2, result.output
    assert result.stdout == "" and result.stderr.startswith("Error: ") and result.stderr.count("\n") == 1
    assert "Traceback" not in result.output
    return result.stderr
