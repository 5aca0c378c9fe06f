"""Comparisons: the options' texts, what is said of planted worlds, a short real one, and the command."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from command_line import call, refused

from afteraid import compare, paging
from afteraid.experiments.compare import pairs, sentences
from afteraid.experiments.compare.answer import answer_of, brief
from afteraid.experiments.compare.asked import read_matters
from afteraid.experiments.compare.compared import Compared
from afteraid.experiments.compare.comparison import Comparison
from afteraid.experiments.compare.effects import by_country, first_year
from afteraid.experiments.compare.files import read_comparison
from afteraid.experiments.compare.options import chosen_base, chosen_options
from afteraid.experiments.compare.turning import leaning
from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.measures.headlines import HEADLINES
from afteraid.simulation.results.tables import Results
from afteraid.simulation.results.words.verdicts import in_words, judge
from afteraid.simulation.scenario.scenario import load_scenario

SMALL: dict[str, object] = {"run.spinup": 2022, "run.start": 2024, "run.end": 2026}
FIRST = HEADLINES[0]


def options(*texts: str, base: str = "baseline") -> list[tuple[str, float, str]]:
    """Label, funding and name of what texts stand for."""
    first = chosen_base(base, {}, {})
    found = chosen_options(texts, first, {})
    return [(one.label, one.scenario.strategy.funding, one.scenario.name) for one in found]


def test_an_option_is_a_scenario_a_file_or_either_with_settings(tmp_path: Path) -> None:
    assert options("phased-handover") == [("Every exit is planned", 1.0, "phased-handover")]
    assert options("baseline funding=0.7") == [("Baseline, funding=0.7", 0.7, "baseline")]
    assert options("funding=0.7") == [("funding=0.7", 0.7, "baseline")]
    assert options("All aid cut by 30%: funding=0.7") == [("All aid cut by 30%", 0.7, "baseline")]
    assert options("Both: phased-handover funding=0.7 exits={abrupt = 1}")[0] == ("Both", 0.7, "phased-handover")
    file = tmp_path / "my plan.toml"
    file.write_text('extends = "baseline"\ntitle = "Mine"\n[strategy]\nfunding = 0.4\n')
    assert options(str(file))[0][:2] == ("Mine", 0.4)
    (usa,) = chosen_options(
        ['The USA leaves: withdrawals=[{year = 2026, donors = ["USA"]}]'], chosen_base("baseline", {}, {}), {}
    )
    assert usa.label == "The USA leaves" and usa.scenario.world.withdrawals[-1].donors == ("USA",)


def test_options_share_the_years_the_runs_and_the_focus_of_the_base() -> None:
    base = chosen_base("baseline", {"run.end": 2040, "run.runs": 7, "run.focus": "KEN"}, {"coordination": 0.5})
    (one,) = chosen_options(["phased-handover"], base, {"coordination": 0.5})
    for side in (base, one):
        assert (side.scenario.run.end, side.scenario.run.runs, side.scenario.run.focus) == (2040, 7, "KEN")
        assert side.scenario.strategy.coordination == 0.5


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        ([], "0 options"),
        (["phased-hand"], "did you mean 'phased-handover'"),
        (["baseline"], "the same as"),
        (["funding=0.7", "Cut: baseline funding=0.7"], "the same as"),
        (["Cut: funding=0.7", "Cut: funding=0.6"], "one title"),
        (["funding=0.7 funding=0.6"], "set twice"),
        (["run.end=2040 funding=0.7"], "the same in all options"),
        (["fundin=0.7"], "did you mean 'funding'"),
    ],
)
def test_options_that_cannot_be_compared_are_refused(texts: list[str], says: str) -> None:
    with pytest.raises(InputError, match=says):
        options(*texts)


def planted(effects: list[dict[str, Any]], runs: int = 100, labels: str = "ABCD", **more: Any) -> Comparison:
    """A comparison whose options differ from the base as planted, by headline; `z` is drawn from 0 to 1."""
    random = np.random.default_rng(5)
    index = pd.RangeIndex(runs, name="run")
    draws = pd.DataFrame(random.uniform(size=(runs, 40)), index=index, columns=[f"p{i}" for i in range(39)] + ["z"])
    base = pd.DataFrame({name: random.normal(0.5, 0.05, runs) for name in HEADLINES}, index=index)
    values = [base]
    for effect in effects:
        changed = base.copy()
        for name, how in effect.items():
            changed[name] += how(draws["z"]) if callable(how) else how + random.normal(0.0, 0.001, runs)
        values.append(changed)
    drawn = draws.rename_axis(columns="name").stack().rename("value").reset_index()
    names = [{"name": name, "standing": "judged", "meaning": f"Meaning of {name}."} for name in draws]
    manifest = {"runs": runs, "focus": "LDC", "parameters": names, "scenario": {"run": {"end": 2050}}}
    results = [SimpleNamespace(manifest=manifest, parameters=drawn) for _ in values]
    found = Comparison(
        tuple(labels[: len(values)]), cast("tuple[Results, ...]", tuple(results)), **{"asked": runs, **more}
    )
    found.__dict__["values"] = tuple(values)
    return found


def test_a_planted_order_and_a_conflict_are_said() -> None:
    found = planted([{FIRST: 0.10, "stranded_share": 0.2}, {FIRST: 0.005}])
    assert sentences.order(found) == [
        "On survival after exit, B beats C in 100 of 100 paired runs.",
        "On survival after exit, C and A can't be separated.",
    ]
    assert sentences.balance(found, 1) == (
        "B wins on survival after exit and loses on stranded capital: your values decide."
    )
    assert sentences.balance(found, 2) == "C makes no clear difference that matters to any headline."
    only = planted([{FIRST: 0.10}, {"gap": 0.10}])
    assert "clearly loses on no headline" in sentences.balance(only, 1)
    assert (
        sentences.balance(only, 2).startswith("C loses on the gap") and sentences.order(planted([{FIRST: 0.1}])) == []
    )


def turn_of(found: Comparison) -> str:
    """What is said of what would turn the first headline of the first option."""
    leans = leaning(found.differences(1)[FIRST], found.results[0].parameters)
    return sentences.turn(found, FIRST, leans, {"z": "the planted one"})


def test_a_world_whose_order_turns_on_a_known_parameter_names_it() -> None:
    turning = planted([{FIRST: lambda z: 0.2 * (z - 0.5)}])
    assert turn_of(turning).startswith("If the planted one were at the other end of its range, the effect on survival")
    leans = planted([{FIRST: lambda z: 0.2 * z + 0.1}])
    assert turn_of(leans).startswith("The effect on survival after exit leans most on the planted one: +1")
    assert turn_of(planted([{FIRST: 0.1}])).startswith("No judged parameter that was drawn turns")
    assert turn_of(planted([{FIRST: lambda z: z - 0.5}], runs=29)).startswith("With fewer than 30 pairs")


def test_chance_alone_names_a_parameter_once_in_twenty_times() -> None:
    """Of 60 worlds without any effect, at most 7 name a parameter: more has a probability below 2%."""
    random = np.random.default_rng(8)
    drawn = planted([{FIRST: 0.1}]).results[0].parameters
    named = sum(leaning(pd.Series(random.normal(size=100)), drawn)[0].found for _ in range(60))
    assert named <= 7


def test_what_matters_can_be_changed() -> None:
    effect: list[dict[str, Any]] = [{FIRST: 0.03}]
    assert planted(effect).judged(1, FIRST).verdict == "clear"
    assert planted(effect, matters={FIRST: 0.05}).judged(1, FIRST).verdict == "too small to matter"
    assert read_matters([f"{FIRST}=5%", "use=0.005"]) == {FIRST: 0.05, "use": 0.005}
    for text, says in (("usage=1", "did you mean 'use'"), ("use=much", "no number"), ("use=-1", "can't be -1")):
        with pytest.raises(InputError, match=says):
            read_matters([text])


def test_few_or_stopped_pairs_are_said_first() -> None:
    assert sentences.caution(planted([{FIRST: 0.1}])) == []
    assert sentences.caution(planted([{FIRST: 0.1}], runs=23, asked=100)) == [
        "This answer is from 23 of 100 pairs: the comparison was stopped.",
        "23 pairs are enough for a look, not for a decision.",
    ]
    assert "B, survival after exit +10" in sentences.look(planted([{FIRST: 0.1}], runs=8, asked=100))


@pytest.mark.parametrize(
    ("low", "high", "year"),
    [
        ([-1.0, 1.0, 1.0], [1.0, 2.0, 2.0], 2031),
        ([1.0, -1.0, 1.0], [2.0, 1.0, 2.0], 2032),
        ([1.0, 1.0, -1.0], [2.0, 2.0, 1.0], None),
        ([-2.0, -2.0, -2.0], [-1.0, -1.0, -1.0], 2030),
        ([1.0, -2.0, -2.0], [2.0, -1.0, -1.0], 2031),
        ([np.nan] * 3, [np.nan] * 3, None),
    ],
)
def test_a_difference_first_shows_where_it_stays(low: list[float], high: list[float], year: int | None) -> None:
    assert first_year(pd.DataFrame({"year": [2030, 2031, 2032], "low": low, "high": high})) == year


@pytest.fixture(scope="module")
def small() -> Compared:
    return compare(
        load_scenario("baseline", SMALL), "Nothing: funding=0", "capacity_share=0.3", runs=5, focus="KEN", workers=1
    )


def test_a_short_comparison_is_the_paired_difference_of_its_results(small: Compared) -> None:
    assert small.labels[1:] == ("Nothing", "capacity_share=0.3") and small.pairs == 5
    table = small.table().set_index(["option", "measure"])
    against = small.results[1].against(small.results[0])
    row = against[(against["measure"] == "use") & (against["group"] == "KEN") & (against["year"] == 2026)].iloc[0]
    mine = table.loc[("Nothing", "use")]
    assert mine["difference"] == pytest.approx(row["mean"]) and mine["low"] == pytest.approx(row["low"])
    assert mine["mean"] - mine["base_mean"] == pytest.approx(mine["difference"])
    assert small.labels[0].startswith("Baseline (changed: ")
    manifests = [one.manifest["title"] for one in small.results]
    assert manifests == list(small.labels)  # no changed world has the baseline's name


def test_differences_of_countries_add_up_to_the_world(small: Compared) -> None:
    found = by_country(small.results[1], small.results[0])
    serving = found[found["measure"] == "serving_after_exit"]["mean"].sum()
    ends = [one.accounts[one.accounts["year"] == 2026]["serving_after_exit"].sum() / 5 for one in small.results[:2]]
    assert serving == pytest.approx(ends[1] - ends[0])


def test_an_answer_has_cards_charts_and_tables_and_shows_in_a_notebook(small: Compared) -> None:
    answer = answer_of(small)
    assert answer.cards and answer.cards[-1].words == "People online, Kenya"
    names = [chart.name for chart in answer.charts]
    assert len(set(names)) == len(names) and {chart.drawn_as() for chart in answer.charts} == {"spans", "difference"}
    assert len(answer.parts) == 2 and not brief(answer).parts and brief(answer).sentences == answer.sentences
    assert all(sentence.endswith(".") for sentence in answer.sentences)
    assert "<table" in small._repr_html_() and "5 paired runs" in repr(small)
    assert small.plot().axes
    assert all(abs(table.data["mean"]).notna().any() for table in answer.all_tables() if table.name == "headlines")


def test_ctrl_c_keeps_the_pairs_that_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    ready = pairs.run_pair

    def interrupted(scenarios: Any, replicate: int) -> Any:
        if replicate == 2:
            raise KeyboardInterrupt
        return ready(scenarios, replicate)

    monkeypatch.setattr(pairs, "run_pair", interrupted)
    base = load_scenario("baseline", SMALL)
    found = compare(base, "funding=0.7", runs=9, workers=1)
    assert found.pairs == 2 and found.asked == 9
    assert found.answer().sentences[0] == "This answer is from 2 of 9 pairs: the comparison was stopped."
    monkeypatch.setattr(pairs, "run_pair", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        compare(base, "funding=0.7", runs=9, workers=1)


@pytest.mark.parametrize(("money", "said"), [(1.3, "30% more public"), (0.7, "30% less public"), (1.03, "")])
def test_unequal_money_is_said_before_anything_is_ranked(money: float, said: str) -> None:
    found = planted([{FIRST: 0.4}, {FIRST: 0.6}])
    found._kept["cost", 1] = dict.fromkeys(("public_usd", "user_years", "price", "low", "high"), float("nan")) | {
        "public_share": money - 1.0
    }
    lines = sentences.unequal(found, 1)
    assert len(lines) == (1 if said else 0) and all(said in line for line in lines)


@pytest.mark.parametrize(("better", "median", "said"), [(1, 0.2, "clearly better"), (1, -0.2, "clearly worse"),
                                                       (-1, 0.2, "clearly worse"), (0, 0.2, "clear")])  # fmt: skip
def test_a_clear_difference_is_better_or_worse(better: int, median: float, said: str) -> None:
    assert in_words(judge(np.full(8, median)), better) == said
    assert in_words(judge(np.array([-1.0, 1.0, -0.5, 0.5, 0.2])), better) == "no clear effect"


def test_a_first_look_comes_after_some_pairs_and_then_at_twice_as_many(monkeypatch: pytest.MonkeyPatch) -> None:
    one = planted([{FIRST: 0.1}], runs=8)
    monkeypatch.setattr(pairs, "run_pair", lambda *_: [])
    monkeypatch.setattr(pairs, "_compared", lambda _sides, found, *_: len(found))
    looks: list[Any] = []
    sides = [SimpleNamespace(scenario=load_scenario("baseline", {"run.runs": 40}))] * 2
    assert pairs.run_pairs(cast("Any", sides), 1, None, looks.append, {}) == cast("Any", 40)
    assert looks == [8, 16, 32] and one.pairs == 8


CLI = ["compare", "baseline", "--runs", "2", "--workers", "1", "--set", "spinup=2023", "--end", "2027"]


def test_the_command_answers_and_leaves_a_whole_folder(tmp_path: Path) -> None:
    out = tmp_path / "report"
    result = call(*CLI, "All aid cut by 30%: funding=0.7", "--out", str(out), columns=80)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("All aid cut by 30%, against Baseline\n")
    *lines, read_on = result.stdout.splitlines()
    assert len(lines) <= 24 and max(map(len, lines)) <= 80 and str(out) in read_on
    assert (out / "answer" / "headlines.csv").is_file()
    assert {"headlines.parquet", "manifest.json", "answer.txt", "sides"} <= {entry.name for entry in out.iterdir()}
    assert Results.read(out / "sides" / "1").manifest["title"] == "All aid cut by 30%"
    told = json.loads((out / "manifest.json").read_text())
    assert told["options"] == ["All aid cut by 30%"] and told["asked"] == 2 and told["base"].startswith("Baseline")


def test_the_report_of_a_folder_is_the_page_of_the_comparison(tmp_path: Path) -> None:
    out, page, again = tmp_path / "report", tmp_path / "page.html", tmp_path / "again.html"
    texts = ["All aid cut by 30%: funding=0.7", 'withdrawals=[{year=2025, donors=["USA"]}]']
    assert call(*CLI, *texts, "--out", str(out), "--html", str(page), "--quiet").exit_code == 0
    assert call("report", str(out), "-o", str(again)).exit_code == 0
    assert page.read_text(encoding="utf-8") == again.read_text(encoding="utf-8")
    found = read_comparison(out)
    assert found is not None and found.labels[1:] == ("All aid cut by 30%", texts[1])
    assert read_comparison(out / "sides" / "0") is None
    program, command, base, *typed = shlex.split(paging.again(found.answer().manifest))
    assert (program, command, base) == ("afteraid", "compare", "baseline run.spinup=2023")
    options = chosen_options(typed[:2], chosen_base(base, {"run.end": 2027, "run.runs": 2}, {}), {})
    assert {"--end=2027", "--focus=LDC"} <= set(typed)
    for option, result in zip(options, found.results[1:], strict=True):
        plain = option.scenario.model_dump(mode="json")
        assert all(plain[part] == result.manifest["scenario"][part] for part in ("run", "world", "strategy"))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["phased-handover", "--matters", "usage=1"], "--matters"),
        (["phased-handover", "--set", "fundin=1"], "did you mean 'funding'"),
        (["nowhere"], "nowhere"),
        (["phased-handover", "--runs", "0"], "runs"),
    ],
)
def test_the_command_refuses_what_cannot_be_used(arguments: list[str], says: str, tmp_path: Path) -> None:
    assert says in refused(*CLI[:2], *arguments, "--out", str(tmp_path / "report"))
    assert not list(tmp_path.iterdir())
