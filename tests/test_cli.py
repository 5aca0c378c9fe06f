"""The command line: the answer, the folder, and that every mistake is one message with status 2."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import call, refused
from processes import PATIENCE, wait_until, workers_at_work
from typer.main import get_command

from afteraid import cli
from afteraid.cli import app
from afteraid.folder import whole_folder
from afteraid.simulation.basis.errors import ResultsError
from afteraid.simulation.results.gallery import charts
from afteraid.simulation.results.tables import Results
from afteraid.trust import FOLDER

ROOT = Path(__file__).resolve().parent.parent
SMALL = ["--runs", "2", "--workers", "1", "--set", "spinup=2022", "--end", "2030"]


def test_scenarios_are_listed() -> None:
    text = call("scenarios").stdout
    assert all(name in text for name in ("baseline", "terminations-as-in-2025", "phased-handover"))
    assert json.loads(call("scenarios", "--json").stdout)[0]["name"] == "baseline"


def test_parameters_are_listed_with_their_standing() -> None:
    listed = json.loads(call("parameters", "--json").stdout)
    assert listed and {"published", "derived", "judged"} >= {row["standing"] for row in listed}
    assert all(row["source"] and row["unit"] and row["meaning"] for row in listed)
    result = call("parameters", listed[0]["name"])
    assert result.exit_code == 0 and listed[0]["name"].split(".")[0] in result.stdout
    assert "no parameter" in refused("parameters", "no-such-thing")


def test_check_says_yes_or_where_it_is_wrong(tmp_path: Path) -> None:
    assert "can be run" in call("check", "baseline").stdout
    wrong = tmp_path / "wrong.toml"
    wrong.write_text('extends = "baseline"\n[strategy]\ncoordnation = 1\n')
    message = refused("check", str(wrong))
    assert f"{wrong}:3: strategy.coordnation" in message and "did you mean 'coordination'?" in message
    checked = json.loads(call("check", "baseline", "--json", "--set", "coordination=0.5").stdout)
    assert checked["strategy"]["coordination"] == 0.5


@pytest.mark.parametrize(
    "arguments",
    [
        ["baselin"],
        ["baseline", "--runs", "0"],
        ["baseline", "--seed", "-1"],
        ["baseline", "--end", "2020"],
        ["baseline", "--start", "2051"],
        ["baseline", "--focus", "XYZ"],
        ["baseline", "--set", "coordination"],
        ["baseline", "--set", "coordnation=1"],
        ["baseline", "--set", "exits={abrupt=0.4}"],
        ["baseline", "--set", "transition_years=9%"],
    ],
)
def test_run_refuses_what_cannot_be_used(arguments: list[str]) -> None:
    refused("run", *arguments)


@pytest.mark.parametrize("arguments", [["run"], ["rnu"], ["run", "baseline", "--runs", "many"]])
def test_wrong_usage_has_status_2_too(arguments: list[str]) -> None:
    result = call(*arguments)
    assert result.exit_code == 2 and "Traceback" not in result.output


def test_every_command_has_help_with_an_example() -> None:
    names = [name for names in cli.COMMANDS.values() for name in names]
    assert len(names) >= 9
    for name in names:
        text = call(name, "--help").stdout
        assert f"afteraid {name}" in text and "Example" in text


def test_every_file_of_commands_is_a_command_in_one_panel_and_five_come_first() -> None:
    placed = [name.replace("-", "_") for names in cli.COMMANDS.values() for name in names]
    files = {path.stem for path in (ROOT / "afteraid" / "commands").glob("*.py")} - {"__init__", "options"}
    assert sorted(placed) == sorted(files)
    assert len(next(iter(cli.COMMANDS.values()))) == 5
    shown = call("--help").stdout
    assert all(shown.count(panel) == 1 for panel in cli.COMMANDS)


def test_an_option_that_commands_share_is_said_in_the_same_words() -> None:
    shared = {
        "seed",
        "start",
        "end",
        "settings",
        "focus",
        "workers",
        "quiet",
        "as_json",
        "engine",
        "scheduler",
        "resume",
    }
    said: dict[str, set[str]] = {name: set() for name in shared}
    for name in get_command(app).commands:  # type: ignore[attr-defined]
        for parameter in cli.load(name).params:
            if parameter.name in shared:
                said[parameter.name].add(f"{parameter.opts} {parameter.help}")
    assert {name: len(texts) for name, texts in said.items()} == dict.fromkeys(shared, 1)


def test_run_answers_and_leaves_a_whole_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "deep" / "report"
    result = call("run", "baseline", *SMALL, "--focus", "KEN", "--out", str(out))
    assert result.exit_code == 0, result.output
    assert "2030" in result.stdout and "Kenya" in result.stdout
    assert {"manifest.json", "answer.txt", "figures", FOLDER} <= {entry.name for entry in out.iterdir()}
    assert f"{FOLDER}/skill.md" in result.stdout and f"{FOLDER}/skill.md" in (out / "answer.txt").read_text("utf-8")
    for page in (out / FOLDER).glob("*.md"):  # no page leads to one that isn't there
        linked = re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8"))
        assert all((out / FOLDER / target).is_file() for target in linked), (page.name, linked)
    drawn = {path.stem for path in (out / "figures").glob("*.png")}
    assert drawn == {chart.name for chart in charts(Results.read(out))} and len(drawn) >= 6
    read = Results.read(out)
    assert read.divide["run"].nunique() == 2 and read.manifest["scenario"]["run"]["focus"] == "KEN"
    assert [entry.name for entry in out.parent.iterdir()] == ["report"]  # nothing half-made beside it
    monkeypatch.setattr("afteraid.commands.run.write_figures", lambda *_: [])  # six more take seconds, and show no more
    shorter = [*SMALL, "--end", "2026"]
    again = call("run", "baseline", *shorter, "--quiet", "--out", str(out))  # earlier results may be replaced
    assert again.exit_code == 0 and again.stderr == ""
    assert Results.read(out).manifest["scenario"]["run"]["focus"] == "LDC" and not (out / "figures").exists()


def test_run_prints_json_alone() -> None:
    first, second = (call("run", "baseline", *SMALL, "--json") for _ in range(2))
    assert first.stdout == second.stdout and first.exit_code == 0
    answer = json.loads(first.stdout)
    assert answer["manifest"]["scenario"]["run"]["runs"] == 2 and answer["sentences"] and answer["tables"]["divide"]
    assert "NaN" not in first.stdout


def test_out_refuses_what_is_not_a_results_folder(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    assert "--out" in refused("run", "baseline", *SMALL, "--out", str(tmp_path))
    assert "not a folder" in refused("run", "baseline", *SMALL, "--out", str(tmp_path / "thesis.txt"))
    assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_folder_is_whole_or_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "report"
    with whole_folder(out) as folder:
        (folder / "manifest.json").write_text("old")
    for problem in (KeyboardInterrupt(), OSError(28, "No space left on device")):
        with pytest.raises((KeyboardInterrupt, ResultsError)), whole_folder(out) as folder:
            (folder / "manifest.json").write_text("new")
            raise problem
        assert (out / "manifest.json").read_text() == "old"
        assert [entry.name for entry in tmp_path.iterdir()] == ["report"]


def test_an_interruption_ends_with_status_130(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("afteraid.commands.run.run_scenario", interrupted)
    result = call("run", "baseline", "--out", str(tmp_path / "report"))
    assert result.exit_code == 130 and not list(tmp_path.iterdir())


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_ctrl_c_stops_a_real_run_and_leaves_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "afteraid", "run", "baseline", "--runs", "5000", "--workers", "2"]
    process = subprocess.Popen(
        [*command, "--out", str(tmp_path / "report")], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=ROOT, start_new_session=True,
    )  # fmt: skip
    wait_until(lambda: process.poll() is not None or len(workers_at_work(process.pid)) == 2, "no worker is at work")
    assert process.poll() is None, process.communicate()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130 and "Traceback" not in errors, errors
    assert not re.search(r"leaked", errors) and not list(tmp_path.iterdir())
