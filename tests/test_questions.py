"""The scripts that answer the shipped studies' questions: on stand-ins whose answer is known, and once on the world."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest
from question_models import study_like

from afteraid.experiments.pages.answers import QUESTIONS, study_answer
from afteraid.experiments.questions import (
    donor_cliff,
    exit_timing,
    ldc_closure,
    mechanism_race,
    robust_mix,
    when_to_leave,
)
from afteraid.experiments.questions.ldc_closure import standing, without_levers
from afteraid.experiments.questions.question import by_chance
from afteraid.experiments.reading.data import open_sweep
from afteraid.experiments.study.study import list_studies, read_study

pytestmark = pytest.mark.usefixtures("workers_are_threads")


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that breaks no line."""
    monkeypatch.setenv("COLUMNS", "1000")


def answer(script: ModuleType, folder: Path, capsys: pytest.CaptureFixture[str], runs: int, study: str) -> str:
    """Ask a script, in this process, and return what it prints."""
    (folder / "study.toml").write_text(study, encoding="utf-8")
    options = ["--study", str(folder / "study.toml"), "--out", str(folder / "out"), "--runs", str(runs)]
    status = script.ask(script.STUDY, script.RUNS, script.read, [*options, "--workers", "1"])
    printed = capsys.readouterr()
    assert status == 0, printed.err
    drawn = {path.stem for path in (folder / "out" / "figures").glob("*.png")}
    assert drawn >= set(script.SHOWN)
    return printed.out


def test_each_shipped_study_has_its_script() -> None:
    assert sorted(script.STUDY for script in QUESTIONS) == list_studies()


@pytest.mark.slow
def test_the_best_exit_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = answer(exit_timing, tmp_path, capsys, 16 * 6, study_like("exit-timing"))
    block = said[said.index("Serving ten years after founding") :]
    assert block.splitlines()[1].startswith("- Exit has the larger effect: exit ")
    assert said.count("Best exit strategy: government; better than each alternative") == 3
    assert said.count("Best length of exit in years, government: 4; better than each alternative") == 3
    idle = "abrupt: 1 on average; no clear difference from 2, 4 and 6. The smallest value tried is 1."
    assert said.count(idle) == 3
    again = exit_timing.ask(
        "exit-timing", 1, exit_timing.read, ["--folder", str(tmp_path / "out/sweep"), "--out", str(tmp_path)]
    )
    assert again == 0 and "government; better" in capsys.readouterr().out


def test_regret_is_what_a_time_of_leaving_loses_against_the_best_one() -> None:
    rows = []
    for replicate in range(6):
        luck = 10.0 * replicate
        for option, value in (("at_once", 50.0), ("late", 100.0), ("later", 99.0 + 2.0 * (replicate % 2))):
            rows.append((replicate, option, "skills", "LIC", "users_added", value + luck))
            rows.append((replicate, option, "trust", "LIC", "working_initiatives", 7.0))
    values = pd.DataFrame(rows, columns=["replicate", "option", "kind", "income_group", "counted", "value"])
    found = when_to_leave.regrets(values)
    skills = found[found["kind"] == "skills"].set_index("option")
    assert skills.loc["late", "best"] and skills.loc["late", ["regret", "low", "high"]].eq(0.0).all()
    assert skills.loc["at_once", "regret"] == pytest.approx(sum(50.0 / (100.0 + 10.0 * one) for one in range(6)) / 6)
    assert skills.loc["at_once", "clear"] and not skills.loc["later", "clear"]
    assert when_to_leave.verdicts(found[found["kind"] == "skills"]) == ["worse", "best", "no clear effect"]
    idle = found[found["kind"] == "trust"]
    assert not idle["clear"].any() and (idle["regret"] == 0.0).all()
    few = when_to_leave.regrets(values[values["replicate"] < 5])
    assert not few["clear"].any()


@pytest.mark.slow
def test_when_to_leave_is_answered_by_kind_and_income_group(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shipped = (Path(when_to_leave.__file__).parents[1] / "studies" / "when-to-leave.toml").read_text(encoding="utf-8")
    kept = [line for line in shipped.splitlines() if "_4_years" not in line and "_8_years" not in line]
    text = "\n".join(kept).replace("replicates = 20", "replicates = 1\n[settings]\nend = 2029\nspinup = 2024")
    said = answer(when_to_leave, tmp_path, capsys, 7, text)
    assert "Access infrastructure\n- Low income: " in said and "Digital trust\n- Low income: " in said
    assert said.count("too few draws: 1") > 20 and "Tables are in" in said
    table = pd.read_csv(tmp_path / "out" / "tables" / "when_to_leave.csv")
    cells = table.groupby(["kind", "income_group", "counted"])
    assert (cells["best"].sum() == 1).all() and cells["regret"].min().eq(0.0).all()
    assert set(table["counted"]) == {"users_added", "working_initiatives", "additional_by_income"}
    serving = table[(table["counted"] == "users_added") & (table["option"] == "at_once")]
    whole = serving.groupby("kind")["mean"].sum()
    assert whole.iloc[whole.index != when_to_leave.ALL_KINDS].sum() == pytest.approx(whole[when_to_leave.ALL_KINDS])


def test_few_draws_are_no_finding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = answer(mechanism_race, tmp_path, capsys, 13 * 2, study_like("mechanism-race"))
    assert "No clear effect (too few draws: 2)" in said and "better than each" not in said


def test_the_best_mechanism_is_named_and_the_idle_are_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = answer(mechanism_race, tmp_path, capsys, 13 * 6, study_like("mechanism-race"))
    assert "Most additional user-years per 1,000 dollars of public money: matching grant; better than each" in said
    assert "matching grant: +20% (90% interval +20% to +20%)." in said and "endowment: -10%" in said
    idle = next(line for line in said.splitlines() if "No clear effect" in line)
    assert "pooled fund" in idle and "the 90% interval includes zero" in idle and "matching" not in idle


@pytest.mark.slow
def test_a_cliff_is_seen_and_notice_helps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = answer(donor_cliff, tmp_path, capsys, 30 * 6, study_like("donor-cliff"))
    block = said[said.index("Additional user-years: cut compared with none") : said.index("Living 2035: cut")]
    assert "A cliff: deeper cuts cost more for each percent" in block and "40%: -16%" in block.replace(".0", "")
    assert "usa at once: -20%" in block and "germany at once: -10%" in block
    assert "world bank at once" in next(line for line in block.splitlines() if "No clear effect" in line)
    assert "usa four years: +19%" in block
    notice = block[block.index("Additional user-years: notice compared with usa at once") :]
    assert "usa four years" in notice and "germany" not in notice and "world bank" not in notice


ACT = ("funding", "rural_targeting", "competition", "device_tax", "electricity", "skills_training", "income_growth")


def test_the_study_of_closure_varies_what_may_decide_it_and_every_lever_may_act() -> None:
    study = read_study("what-drives-ldc-closure")
    targets = {factor.target for factor in study.written.factors}
    assert {*ACT, "adoption.brake_of_barriers", "adoption.pass_through", "adoption.slowdown"} <= targets
    assert without_levers(study) == []


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('structures = ["law_alone"]', "barriers don't act"),
        ('structures = ["brake_only"]', "barriers slow only"),
        ('structures = ["logistic_adoption"]', "logistic use"),
        ('"adoption.pass_through" = 0.0', "a pass-through of zero"),
        ('structures = ["strong_pass_through"]', ""),
    ],
)
def test_it_is_no_finding_where_the_structure_stops_a_lever(tmp_path: Path, settings: str, said: str) -> None:
    text = "replicates = 1\n[settings]\nend = 2027\nspinup = 2024\n" + settings + "\n"
    text += '[design]\nkind = "latin_hypercube"\npoints = 2\n[[factors]]\nname = "funding"\nlow = 0.5\nhigh = 1.5\n'
    text += '[[outcomes]]\ngrain = "group"\nmeasure = "closure"\ngroups = ["LDC"]\n'
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    study = read_study(tmp_path / "study.toml")
    assert without_levers(study) == ([said] if said else [])
    (sentence,) = standing(study)
    assert sentence.startswith("This is no finding." if said else "This is a finding") and said in sentence


@pytest.mark.slow
def test_what_drives_closure_is_told_from_what_is_idle(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("SALib")
    said = answer(ldc_closure, tmp_path, capsys, 64 * 72, study_like("what-drives-ldc-closure"))
    assert "levers and settings: funding; of parameters: adoption saturation" in said
    assert "The sample is too small" in said and "instead of 64" in said


def test_regret_is_what_falls_short_of_the_best() -> None:
    wide = pd.DataFrame({"steady": [90.0, 90.0, 90.0, 90.0], "bold": [100.0, 100.0, 100.0, 45.0]})
    table = robust_mix.regrets(wide, True)
    assert table.loc["steady", "mean"] == pytest.approx(0.075) and table.loc["bold", "best_in"] == 0.75
    assert table.index[0] == "steady" and table.loc["bold", "worst"] == pytest.approx(0.35)
    turned = robust_mix.regrets(1.0 / wide, False)
    assert turned.index[0] == "steady" and turned.loc["bold", "best_in"] == 0.75


def test_fair_weather_plans_are_named() -> None:
    base = pd.Series(range(100, 130), dtype=float)
    wide = pd.DataFrame({"as_now": base, "steady": 1.1 * base, "bold": base + 3.0 * (base - 115.0)})
    for more in (True, False):
        said = robust_mix.fair_weather(wide if more else 1.0 / wide, "as_now", more)
        assert said.startswith("Better than as_now in good futures only") and "bold" in said and "steady" not in said
    assert "too few" in robust_mix.fair_weather(wide.head(8), "as_now", True)


def test_chance_is_said_where_it_matters() -> None:
    assert "0.4 would have one sign" in by_chance(12, 6) and by_chance(12, 20) == "" and by_chance(12, 2) == ""


def test_a_mistake_is_one_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--folder", str(tmp_path), "--out", str(tmp_path / "out")]
    assert exit_timing.ask("exit-timing", 1, exit_timing.read, options) == 2
    assert "holds no sweep" in capsys.readouterr().err


@pytest.mark.slow
def test_plans_meet_the_same_futures_in_the_world(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shipped = (Path(robust_mix.__file__).parents[1] / "studies" / "robust-mix.toml").read_text(encoding="utf-8")
    start, end = shipped.index("scenarios = ["), shipped.index("]\n") + 2
    text = shipped[:start] + 'scenarios = ["baseline", "phased-handover"]\n' + shipped[end:]
    text = text.replace("uncertain = false", 'uncertain = false\n"run.end" = 2036').replace(
        "replicates = 2", "replicates = 1"
    )
    said = answer(robust_mix, tmp_path, capsys, 4, text)
    assert "No clear effect compared with baseline: phased-handover" in said and "2 futures are too few for" in said


def test_the_page_of_answers_has_the_sentences_and_the_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = answer(mechanism_race, tmp_path, capsys, 13 * 6, study_like("mechanism-race"))
    part = study_answer(mechanism_race, open_sweep(tmp_path / "out" / "sweep"), tmp_path / "answers")
    sentences = [line for line in said.splitlines() if line.startswith("- ")]
    assert len(sentences) > 5 and all(sentence in part.splitlines() for sentence in sentences)
    assert "- Most additional user-years per 1,000 dollars of public money: matching grant; better" in part
    assert "### Additional user-years, compared with project grant alone" in part
    for picture in (tmp_path / "answers").glob("*.png"):
        assert f"(answers/{picture.name})" in part
    assert len(list((tmp_path / "answers").glob("*.png"))) == len(mechanism_race.SHOWN)
