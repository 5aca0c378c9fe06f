"""A name that was changed: for a year its error says the new one, wherever a user may write it."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from command_line import call

import afteraid
from afteraid.experiments.study.study import read_study
from afteraid.simulation.basis import renamed
from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.basis.renamed import RENAMED, Renamed, past_their_year, successor
from afteraid.simulation.scenario.scenario import load_scenario
from afteraid.simulation.scenario.vocabulary import parameters

ROOT = Path(__file__).resolve().parent.parent
DAY = date(2026, 11, 27)
INVENTED = (
    Renamed("setting", "strategy.togetherness", "strategy.coordination", DAY),
    Renamed("setting", "question_asked", "question", DAY),
    Renamed("parameter", "closure.form", "closure.shape", DAY),
    Renamed("scenario", "business-as-usual", "baseline", DAY),
    Renamed("study", "exit-times", "exit-timing", DAY),
    Renamed("exit", "sudden", "abrupt", DAY),
    Renamed("command", "simulate", "run", DAY),
    Renamed("Python name", "simulate", "run", DAY),
)


@pytest.fixture
def invented(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renamed, "RENAMED", (*RENAMED, *INVENTED))


def refused(file: Path, text: str) -> str:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_scenario(file)
    return str(caught.value)


@pytest.mark.usefixtures("invented")
@pytest.mark.parametrize(
    ("settings", "new"),
    [
        ({"togetherness": 0.5}, "strategy.coordination"),
        ({"strategy.togetherness": 0.5}, "strategy.coordination"),
        ({"closure.form": 1.0}, "closure.shape"),
        ({"world.parameters.closure.form": 1.0}, "closure.shape"),
        ({"exits": {"sudden": 1.0}}, "abrupt"),
    ],
)
def test_a_setting_names_its_successor(settings: dict[str, object], new: str) -> None:
    with pytest.raises(InputError, match=f"it is now '{re.escape(new)}'$|it is now '{re.escape(new)}';"):
        load_scenario("baseline", settings)


@pytest.mark.usefixtures("invented")
def test_a_file_names_successors_with_their_lines(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    assert f"{file}:3: strategy.togetherness: no such key: it is now 'strategy.coordination'" in refused(
        file, 'extends = "baseline"\n[strategy]\ntogetherness = 1\n'
    )
    assert f"{file}:2: " in (said := refused(file, 'extends = "baseline"\nquestion_asked = "why"\n'))
    assert "it is now 'question'" in said and "did you mean" not in said
    assert "it is now 'baseline'" in refused(file, 'extends = "business-as-usual"\n')
    with pytest.raises(InputError, match="no scenario is called 'business-as-usual': it is now 'baseline'"):
        load_scenario("business-as-usual")
    with pytest.raises(InputError, match="it is now 'closure.shape'"):
        parameters()["closure.form"]


@pytest.mark.usefixtures("invented")
def test_a_study_names_successors(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no study is called 'exit-times': it is now 'exit-timing'"):
        read_study("exit-times")
    file = tmp_path / "study.toml"
    head = "[design]\nkind = 'grid'\n[[outcomes]]\nmeasure = 'y'\n"
    file.write_text(f"{head}[[factors]]\nname = 'x'\nlow = 0\nhigh = 1\n", encoding="utf-8")
    file.write_text("model = 'experiments.testfunctions:ishigami'\n" + file.read_text("utf-8"), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_study(file)
    said = str(caught.value)
    assert said.startswith(f"{file}:1: model: ") and "afteraid.experiments.study.testfunctions:ishigami" in said


@pytest.mark.usefixtures("invented")
def test_a_command_and_a_python_name_have_successors() -> None:
    result = call("simulate", "baseline")
    assert result.exit_code == 2 and "it is now 'run'" in result.output
    with pytest.warns(FutureWarning, match="afteraid.simulate is now afteraid.run"):
        assert afteraid.simulate is afteraid.run
    with pytest.raises(AttributeError, match="no attribute 'simulat'"):
        _ = afteraid.simulat


def test_what_is_named_as_new_exists() -> None:
    for entry in RENAMED:
        assert successor(entry.kind, entry.old) == entry.new and entry.old != entry.new
        assert successor(entry.kind, entry.new) is None, f"{entry.old}: name the latest name at once"


def released() -> date:
    """The day of the latest release in the changelog; before the first one, the day on which this was written."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    days = re.findall(r"^## \S+ \((\d{4}-\d{2}-\d{2})\)", text, flags=re.MULTILINE)
    return max([DAY, *map(date.fromisoformat, days)])


def test_no_old_name_is_kept_for_longer_than_a_year() -> None:
    assert past_their_year([Renamed("setting", "a", "b", DAY)], date(2027, 11, 27)) == []
    assert past_their_year([Renamed("setting", "a", "b", DAY)], date(2027, 11, 28)) == ["a"]
    old = past_their_year(RENAMED, released())
    assert not old, f"renamed more than a year before the latest release: take {old} out of simulation/basis/renamed.py"


def test_a_renamed_option_names_its_successor() -> None:
    result = call("uncertainty", "baseline", "--luck", "2")
    assert result.exit_code == 2 and "--replicates" in result.output and result.stdout == ""
    other = call("uncertainty", "baseline", "--lucky", "2")
    assert other.exit_code == 2 and "It is now" not in other.output
