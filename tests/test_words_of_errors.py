"""What a command says where something is wrong: one style, the option that was used, and any terminal and stream."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import call, refused
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.markdown import Markdown
from typer.main import get_command
from wrong_inputs import of_a_kind

from afteraid import cli
from afteraid.choosing import choose_scenario
from afteraid.cli import app
from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.scenario.settings import RunSettings
from afteraid.streams import say_error

COMMANDS = {name: cli.load(name) for names in cli.COMMANDS.values() for name in names}
ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 120  # seconds; what takes longer hangs
TITLE = "Übergabe – 台湾"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "baseline", "--runs", "0"], "Error: --runs: 0 is out of range"),
        (["run", "baseline", "--seed", "-1"], "Error: --seed: -1 is out of range"),
        (["run", "baseline", "--start", "1900"], "Error: --start: 1900 is out of range"),
        (["run", "baseline", "--start", "2050"], "Error: --start: 2050 is out of range"),
        (["run", "baseline", "--start", "2015", "--set", "spinup=2018"], "Error: --set: run.spinup: 2018 is after"),
        (["run", "baseline", "--end", "2024"], "Error: --end: 2024 is not after the start"),
        (["run", "baseline", "--start", "2045", "--set", "end=2040"], "Error: --set: run.end: 2040 is not after"),
        (["run", "baseline", "--focus", "XYZ"], "Error: --focus: no country or group is called 'XYZ'"),
        (["attribute", "baseline", "--without", "donor:USA", "--focus", "Kenia"], "Error: --focus: no country or"),
        (["attribute", "baseline", "--without", "USA"], "Error: --without: 'USA' does not say"),
        (["attribute", "baseline", "--lever", "exit"], "Error: --lever: no lever is called 'exit'"),
        (
            ["attribute", "baseline", "--lever", "exits", "--against", "no"],
            "Error: --against: no scenario is called 'no'",
        ),
        (["attribute", "baseline", "--without", "donor:USA", "--measure", "usee"], "Error: --measure: no"),
        (["uncertainty", "baseline", "--against", "no"], "Error: --against: no scenario is called 'no'"),
        (["uncertainty", "baseline", "--measure", "usee"], "Error: --measure: no"),
        (["uncertainty", "baseline", "--draws", "0"], "Error: --draws: "),
        (["uncertainty", "baseline", "--replicates", "0"], "Error: --replicates: "),
        (["run", "baseline", "--set", "funding=0,5"], "Error: --set: strategy.funding: '0,5' can't be read as one"),
        (["hindcast", "--panel", "no.csv", "--origins", "2010;2012"], "Error: --origins: '2010;2012' can't be used"),
        (["run", "baseline", "--runs", "many"], "Error: --runs: "),
        (["run", "baseline", "--rnus", "3"], "Error: --rnus: no such option; did you mean '--runs'?"),
        (["rnu"], "Error: no such command 'rnu'; did you mean 'run'?"),
        (["run"], "Error: missing argument"),
        (["run", "baseline", "--set"], "Error: option '--set' requires an argument"),
        (
            ["run", "baseline", "--set", "closure.shape=10"],
            "Error: --set: world.parameters.closure.shape: 10 is",
        ),
        (["sweep", "exit-timing"], "Error: missing option '--out'"),
    ],
)
def test_an_error_names_the_option_that_was_used(arguments: list[str], said: str) -> None:
    assert refused(*arguments).startswith(said)


def test_what_the_file_can_no_longer_be_names_the_option_that_did_it(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('extends = "baseline"\n[run]\nend = 2030\n')
    assert refused("run", str(file), "--start", "2040").startswith(
        "Error: --start: run.end: 2030 is not after the start"
    )
    file.write_text('extends = "baseline"\n[run]\nend = 2060\n')
    assert refused("run", str(file), "--start", "2040").startswith(f"Error: {file}:3: run.end: 2060 is out of range")


@pytest.mark.parametrize(
    ("arguments", "first", "second"),
    [
        (["--set", "funding=1", "--set", "strategy.funding=2"], "--set funding", "--set strategy.funding"),
        (["--set", "funding=1", "--set", "funding=1"], "--set funding", "--set funding"),
        (
            ["--set", "closure.shape=1", "--set", "world.parameters.closure.shape=1"],
            "--set closure.shape",
            "--set world",
        ),
        (["--focus", "KEN", "--set", "focus=LDC"], "--set focus", "--focus"),
        (["--set", "run.end=2040", "--end", "2045"], "--set run.end", "--end"),
    ],
)
def test_one_setting_in_two_ways_names_both(arguments: list[str], first: str, second: str) -> None:
    said = refused("run", "baseline", *arguments)
    assert "is set twice" in said and f"by {first}" in said and f"by {second}" in said


SPELLINGS = {name: (name, f"run.{name}", f'"{name}"') for name in RunSettings.model_fields}


@of_a_kind
@given(
    st.sampled_from(["runs", "seed", "start", "end", "focus"]), st.text(max_size=8), st.integers(0, 2), st.booleans()
)
def test_whatever_a_setting_is_its_error_names_the_way_in_which_it_was_given(
    name: str, value: str, way: int, twice: bool
) -> None:
    key = SPELLINGS[name][way]
    try:
        choose_scenario("baseline", [f"{key}={value}"], {name: 2030} if twice else {})
    except InputError as problem:
        text = str(problem)
        assert text.isprintable() and "--set" in text
        assert not twice or f"--{name}" in text or "sets nothing" in text or "TOML" in text
    else:
        assert not twice
    try:
        choose_scenario("baseline", None, {name: value})
    except InputError as problem:
        assert str(problem).startswith(f"--{name}: ")


@pytest.mark.parametrize("columns", [40, 60, 80, 200])
def test_an_error_is_wrapped_at_the_width_and_no_word_is_broken(columns: int, tmp_path: Path) -> None:
    file = tmp_path / ("a-long-name-" * 8 + ".toml")
    assert str(file) in refused("check", str(file), columns=columns)
    for arguments in (["run", "baseline", "--rnus"], ["check", "baseline", "--set", "focus=XYZ"], ["check", "nothing"]):
        said = refused(*arguments, columns=columns)
        assert len(said) < 500


def test_an_error_that_no_terminal_shows_stays_on_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    say_error("word " * 100)
    assert capsys.readouterr().err.count("\n") == 1


def in_encoding(monkeypatch: pytest.MonkeyPatch, encoding: str, *arguments: str) -> tuple[int, str, str]:
    """Run a command whose streams have some encoding; return its status and what it wrote."""
    streams = [io.TextIOWrapper(io.BytesIO(), encoding=encoding) for _ in range(2)]
    monkeypatch.setattr(sys, "stdout", streams[0])
    monkeypatch.setattr(sys, "stderr", streams[1])
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit) as ended:
        get_command(app).main(args=list(arguments), prog_name="afteraid")
    monkeypatch.undo()
    said = []
    for stream in streams:
        stream.flush()
        said.append(stream.buffer.getvalue().decode(encoding))  # type: ignore[attr-defined]
    return int(str(ended.value.code)), said[0], said[1]


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp932", "latin-1", "utf-8"])
def test_a_title_outside_the_encoding_is_escaped(
    monkeypatch: pytest.MonkeyPatch, encoding: str, tmp_path: Path
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(f'extends = "baseline"\ntitle = "{TITLE}"\n', encoding="utf-8")
    escaped = TITLE.encode(encoding, "backslashreplace").decode(encoding)
    status, out, _ = in_encoding(monkeypatch, encoding, "check", str(file))
    assert status == 0 and escaped in out
    status, out, _ = in_encoding(monkeypatch, encoding, "scenarios", str(file))
    assert status == 0 and escaped in out
    status, out, _ = in_encoding(monkeypatch, encoding, "check", str(file), "--json")
    assert status == 0 and json.loads(out)["title"] == TITLE
    assert (encoding == "utf-8") == (TITLE in out)
    status, out, errors = in_encoding(monkeypatch, encoding, "check", "baseline", "--set", f"focus={TITLE}")
    assert status == 2 and escaped in errors and not out


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
@pytest.mark.parametrize(
    "arguments",
    [["scenarios"], ["parameters"], ["measures"], ["check", "baseline"], ["check", "baseline", "--json"], ["--help"],
     ["run", "--help"], ["scenarios", "baseline"]],
)  # fmt: skip
def test_a_full_disk_behind_standard_output_is_one_line(monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    errors = io.StringIO()
    with open("/dev/full", "w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        monkeypatch.setattr(sys, "stderr", errors)
        with pytest.raises(SystemExit) as ended:
            get_command(app).main(args=arguments, prog_name="afteraid")
        monkeypatch.undo()
    assert ended.value.code == 2
    assert re.fullmatch(r"Error: standard output can't be written \(.*\)\n", errors.getvalue())


@pytest.mark.parametrize("arguments", [["parameters"], ["parameters", "--json"], ["measures"]])
def test_a_reader_that_has_gone_is_no_traceback(monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    errors = io.StringIO()
    with os.fdopen(writer, "w") as gone:
        monkeypatch.setattr(sys, "stdout", gone)
        monkeypatch.setattr(sys, "stderr", errors)
        with pytest.raises(SystemExit) as ended:
            get_command(app).main(args=arguments, prog_name="afteraid")
        monkeypatch.undo()
    assert ended.value.code == 1 and errors.getvalue() == ""


@pytest.mark.slow
def test_a_real_process_ends_with_a_status_and_one_line_at_most(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(f'extends = "baseline"\ntitle = "{TITLE}"\n', encoding="utf-8")
    plain = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    command = [sys.executable, "-m", "afteraid", "check", str(file)]
    done = subprocess.run(command, env=plain, cwd=ROOT, capture_output=True, timeout=PATIENCE)
    assert done.returncode == 0 and TITLE.encode("ascii", "backslashreplace") in done.stdout and not done.stderr
    if Path("/dev/full").exists():
        with open("/dev/full", "w") as full:
            done = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, timeout=PATIENCE)
        assert done.returncode == 2 and done.stderr.startswith(b"Error: ") and done.stderr.count(b"\n") == 1


def texts_of_help() -> list[str]:
    """Return every text of the help: of the program, its commands, and their arguments and options."""
    found = [str(get_command(app).help)]
    for command in COMMANDS.values():
        found += [str(command.help), *(str(parameter.help) for parameter in command.params if parameter.help)]
    return found


def test_markdown_swallows_no_part_of_a_help_text() -> None:
    texts = texts_of_help()
    assert len(texts) > 100
    for text in texts:
        console = Console(file=io.StringIO(), width=2000, color_system=None)
        console.print(Markdown(text))
        shown = " ".join(console.file.getvalue().split())  # type: ignore[attr-defined]
        assert shown == " ".join(text.replace("`", "").split()), text
    assert "Name <ORCID>" in call("publish", "--help", columns=200).stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_can_complete_the_commands(monkeypatch: pytest.MonkeyPatch, shell: str) -> None:
    monkeypatch.setenv("_AFTERAID_COMPLETE", f"source_{shell}")
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")
    result = call()
    assert result.exit_code == 0 and "afteraid" in result.stdout and "not supported" not in result.output
