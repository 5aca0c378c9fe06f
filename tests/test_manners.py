"""Manners of the command line: the version, completion, the time that runs take, and defaults in the help."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import call

import afteraid
from afteraid import completing, timing
from afteraid.simulation.basis.cache import VARIABLE
from afteraid.simulation.scenario.settings import RunSettings


def test_the_version_is_printed_alone() -> None:
    result = call("--version")
    assert result.exit_code == 0 and result.stdout.startswith(f"AfterAid {afteraid.__version__}, edition ")
    assert len(result.stdout.splitlines()) == 1


@pytest.mark.parametrize(
    ("typed", "offered", "not_offered"),
    [
        ("afteraid ru", "run", "read"),
        ("afteraid run phased", "phased-handover", "baseline"),
        ("afteraid run baseline --set fund", "funding=", "coordination="),
        ("afteraid run baseline --focus Keny", "Kenya", "Uganda"),
        ("afteraid run baseline --foc", "--focus", "--full"),
    ],
)
def test_a_shell_completes(typed: str, offered: str, not_offered: str) -> None:
    words = {"_AFTERAID_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split()) - 1)}
    code = "from afteraid.cli import app; app(prog_name='afteraid')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, **words},
        check=True,
        timeout=120,
    )
    found = done.stdout.split("\n")
    assert offered in found and not_offered not in found and "Traceback" not in done.stderr


def test_mixes_are_completed_name_by_name() -> None:
    assert "exits={abrupt=" in completing.settings("exits={abr") and completing.settings("exits={zz") == []
    assert "exits={abrupt=0.5,adaptive=" in completing.settings("exits={abrupt=0.5,ada")
    assert completing.settings("funding=") == [] and "LDC" in completing.places("ldc")
    assert completing.studies("exit") and all(name.startswith("exit") for name in completing.studies("exit"))


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_the_time_is_announced_once_a_run_was_timed(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert timing.expected(100, 25, 2) is None
    timing.announce(1, 25, 2)
    assert capsys.readouterr().err == "1 run on 1 worker. How long a run takes is known once some are done.\n"
    timing.keep(0.04)
    assert timing.expected(100, 25, 2) == pytest.approx(timing.STARTING + 50.0)
    assert timing.expected(1, 25, 8) == pytest.approx(timing.STARTING + 1.0)  # one run keeps one worker at work
    timing.announce(100, 25, 2)
    assert capsys.readouterr().err == "100 runs on 2 workers: about 53 s\n"
    timing.keep(1e-6)
    timing.announce(3, 25, 2)
    assert capsys.readouterr().err == ""  # not worth a word


@pytest.mark.parametrize(
    "content", ["", "[]", '{"seconds": 3}', '{"seconds of a worker for a year of a run": "x"}', "\0"]
)
def test_a_damaged_file_of_times_is_no_error(cache: Path, content: str) -> None:
    cache.mkdir()
    (cache / timing.FILE).write_text(content, encoding="utf-8")
    assert timing.expected(100, 25, 2) is None
    (cache / timing.FILE).write_text(json.dumps({timing.KEY: 0.0}), encoding="utf-8")
    assert timing.expected(100, 25, 2) is None


def test_the_pace_is_that_between_the_first_run_and_the_last(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, seen = iter([100.0, 101.0, 104.0]), []
    monkeypatch.setattr(timing.time, "monotonic", lambda: next(clock))
    advance = timing.timed(lambda done, of: seen.append((done, of)), years=10, workers=2)
    for done in (1, 2, 5):
        advance(done, 5)
    assert seen == [(1, 5), (2, 5), (5, 5)]
    assert json.loads((cache / timing.FILE).read_text())[timing.KEY] == pytest.approx(4.0 * 2 / (10 * 4))


def test_where_the_cache_cannot_be_written_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "file"))
    timing.keep(0.04)
    assert timing.expected(100, 25, 2) is None


def test_the_help_shows_defaults_that_hold() -> None:
    text = " ".join(call("run", "--help", columns=200).stdout.split())
    for name in ("runs", "seed", "start", "end", "focus"):
        assert f"({RunSettings.model_fields[name].default}" in text, name


def test_ctrl_c_while_the_command_is_loaded_is_no_traceback() -> None:
    code = (
        "import sys\n"
        "class Stop:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'afteraid.cli': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Stop())\n"
        "from afteraid.__main__ import main\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr, done.stdout) == (130, "", "")
