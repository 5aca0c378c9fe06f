"""The library: every scenario is whole, changes what it says and nothing else, and keeps its promise of equal money."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from command_line import call

from afteraid.experiments.pages.cuts import appropriated, taken, that_cut
from afteraid.experiments.pages.scenarios import FILE, NOT_FOUND, headlines, page, stories, verdict, with_stories
from afteraid.simulation.basis.errors import ScenarioError
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.engine import advance
from afteraid.simulation.model import FinancingModel
from afteraid.simulation.rules.use import holdable
from afteraid.simulation.scenario.library import by_theme, changes, held_equal, parent_of
from afteraid.simulation.scenario.scenario import Scenario, list_scenarios, load_scenario, scenario_directory
from afteraid.simulation.scenario.toml_file import read_toml
from afteraid.simulation.scenario.vocabulary import HELD_EQUAL, THEMES

SHIPPED = {one.name: one for one in list_scenarios()}
ASKED_FOR = (
    ("digital-aid-minus-10", "digital-aid-minus-30", "dac-cut-30", "replenishment-cut-30")
    + ("exits-abrupt", "exits-phased", "exits-adaptive", "digital-solidarity-fund")
    + ("results-based-at-scale", "blended-by-income", "universal-service-reform", "pooled-and-coordinated")
    + ("south-south-rise", "data-driven-allocation", "harmonised-blocs", "ai-and-satellites", "cyber-shock")
    + ("climate-decade", "local-ownership-first", "all-levers", "no-cooperation", "market-reform")
    + ("one-more-operator", "phones-without-tax", "electricity-for-half", "coverage-obligations")
    + ("task-force-fund", "task-force-levy", "task-force-exit-rules", "task-force-monitoring", "task-force-all")
    + ("handsets-stay-cheap", "digital-aid-minus-30-terminated", "terminations-as-in-2025")
)  # fmt: skip
EQUAL = sorted(name for name, one in SHIPPED.items() if one.holds_equal == "appropriations")
SPAN: dict[str, object] = {"run.spinup": 2024, "run.end": 2029}


def printed(*arguments: str, columns: int = 80) -> str:
    """Run the command in a terminal of some width and return what it prints."""
    result = call(*arguments, columns=columns)
    assert result.exit_code == 0, result.output
    return result.stdout


@lru_cache(maxsize=40)
def appropriations(name: str, replicate: int = 1) -> dict[int, float]:
    """What donors appropriate by year, from the table of finance of a short run."""
    model = FinancingModel(load_scenario(name, SPAN), seed=5, replicate=replicate)
    model.run_model()
    finance = model.record().tables["finance"]
    model.close()
    rows = finance[(finance["direction"] == "source") & (finance["item"] == "donor")]
    return {int(year): float(amount) for year, amount in rows.groupby("year")["amount_usd"].sum().items()}


# What is in it


def test_every_question_of_the_review_has_its_scenario() -> None:
    assert set(ASKED_FOR) <= set(SHIPPED) and len(SHIPPED) >= 16


@pytest.mark.parametrize("name", SHIPPED)
def test_each_has_all_its_texts(name: str) -> None:
    one = SHIPPED[name]
    assert one.theme in THEMES
    assert one.question.endswith("?") and one.title and one.sources
    assert len(one.story.split()) >= 30 and one.story.count(".") >= 2
    titles = [other.title for other in SHIPPED.values()]
    assert titles.count(one.title) == 1


@pytest.mark.parametrize("name", [name for name in SHIPPED if name != "baseline"])
def test_each_differs_from_its_parent_in_what_it_says_and_in_nothing_else(name: str) -> None:
    parent = parent_of(name)
    assert parent is not None
    content, _ = read_toml(scenario_directory() / f"{name}.toml")
    said = {f"{section}.{key}" for section in ("run", "world", "strategy") for key in content.get(section, {})}
    changed = {change.setting for change in changes(SHIPPED[name], parent)}
    assert said == changed and changed


def test_each_is_listed_once_under_its_theme() -> None:
    listed = [one.name for members in by_theme().values() for one in members]
    assert sorted(listed) == sorted(SHIPPED) and "Others" not in by_theme()
    assert listed[0] == "baseline"
    assert listed.index("digital-aid-minus-10") < listed.index("digital-aid-minus-30")


# Equal money


@pytest.mark.parametrize("name", EQUAL)
def test_donors_appropriate_the_same_as_in_the_scenario_that_it_extends(name: str) -> None:
    mine, theirs = appropriations(name), appropriations(str(SHIPPED[name].extends))
    assert mine == theirs and set(mine) >= set(range(2025, 2029))


@pytest.mark.parametrize("one", that_cut(), ids=lambda one: str(one.name))
def test_a_title_with_a_percentage_says_what_the_scenario_takes_of_all_digital_aid(one: Scenario) -> None:
    said = re.search(r"[Dd]igital aid falls by (\d+)%", one.title)
    assert (said is None) == (one.name == "no-cooperation")
    share = taken(one.name)
    assert share.later == pytest.approx(int(said[1]) / 100 if said else 1.0, abs=0.005)
    assert 0.0 < share.whole <= share.later
    number = re.search(r"minus-(\d+)", one.name)
    assert number is None or said is None or number[1] == said[1]


def test_both_modes_of_one_cut_take_the_same_money() -> None:
    parent = SHIPPED["digital-aid-minus-30-terminated"].extends
    assert appropriations("digital-aid-minus-30-terminated") == appropriations(str(parent))


def test_appropriations_by_budgets_alone_are_those_of_the_ledger() -> None:
    plan = load_scenario("dac-cut-30", {**SPAN, "run.seed": 5})
    by_year = appropriated(plan)
    ledger = appropriations("dac-cut-30", 0)
    assert by_year == pytest.approx([ledger[year] for year in range(2025, 2029)], rel=1e-6)


@pytest.mark.parametrize("name", ["digital-aid-minus-10", "dac-cut-30", "no-cooperation", "terminations-as-in-2025"])
def test_the_comparison_sees_money_that_differs(name: str) -> None:
    mine, theirs = appropriations(name), appropriations("baseline")
    cuts = SHIPPED[name].world.further_cuts
    years = range(min((cut.year for cut in cuts), default=2025), 2029)
    assert all(mine.get(year, 0.0) != theirs[year] for year in years)


def test_every_comparison_of_exits_says_what_is_equal() -> None:
    pure = [name for name in SHIPPED if name.startswith("exits-")]
    assert len(pure) >= 3 and set(pure) <= set(EQUAL)
    assert all(SHIPPED[name].extends == "exits-abrupt" for name in pure if name != "exits-abrupt")


@pytest.mark.parametrize(
    ("text", "line", "key", "words"),
    [
        ('extends = "baseline"\nholds_equal = "aproprations"\n', 2, "holds_equal", "appropriations"),
        ('extends = "baseline"\ntheme = "exit"\n', 2, "theme", "exits"),
        ('holds_equal = "appropriations"\n', 1, "holds_equal", "nothing to be equal to"),
        (
            'extends = "baseline"\nholds_equal = "appropriations"\n[strategy]\nfunding = 2\n',
            2, "holds_equal", "strategy.funding is not that of 'baseline'",
        ),
        (
            'extends = "baseline"\nholds_equal = "appropriations"\n[[world.cuts]]\nyear = 2026\nsize = 0.1\n',
            2, "holds_equal", "world.cuts is not that of 'baseline'",
        ),
        (
            'extends = "baseline"\nholds_equal = "appropriations"\n[world.parameters]\nbudgets.growth_future = 0\n',
            2, "holds_equal", "world.parameters is not that of 'baseline'",
        ),
        (
            'extends = "baseline"\nholds_equal = "appropriations"\n[[world.withdrawals]]\nyear=2030\ndonors=["USA"]\n',
            2, "holds_equal", "world.withdrawals is not that of 'baseline'",
        ),
    ],
)  # fmt: skip
def test_a_promise_that_is_not_kept_is_refused(tmp_path: Path, text: str, line: int, key: str, words: str) -> None:
    file = tmp_path / "what-if.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(file)
    assert (caught.value.line, caught.value.key) == (line, key) and words in str(caught.value)


def test_a_promise_is_not_inherited_and_not_set_from_outside(tmp_path: Path) -> None:
    (tmp_path / "child.toml").write_text('extends = "exits-phased"\n[strategy]\nfunding = 2\n')
    child = load_scenario(tmp_path / "child.toml")
    assert child.holds_equal is None and child.extends == "exits-phased" and child.theme is None
    for key in ("extends", "holds_equal"):
        with pytest.raises(ScenarioError, match="in a scenario file only"):
            load_scenario("baseline", {key: "appropriations"})
    # both get the same setting, so the promise still holds
    assert load_scenario("exits-phased", {"funding": 2.0}).holds_equal == "appropriations"


# How it is shown


def test_the_list_can_be_read_at_80_columns() -> None:
    text = printed("scenarios")
    lines = [line.rstrip() for line in text.splitlines()]
    assert max(map(len, lines)) <= 80
    for name in SHIPPED:
        assert sum(line.split()[:1] == [name] for line in lines) == 1
    assert all(title in lines for title in by_theme())


@pytest.mark.parametrize("name", ["exits-phased", "climate-decade", "baseline"])
def test_one_in_full_has_everything(name: str) -> None:
    one, parent = SHIPPED[name], parent_of(name)
    text = " ".join(printed("scenarios", name).split())
    for said in (one.title, one.question, " ".join(one.story.split()), " ".join(one.sources[0].split()), "Sources"):
        assert said in text
    for change in changes(one, parent) if parent else []:
        assert f"{change.setting}: {change.value} <- {change.before}" in text
    assert ("Held equal to exits-abrupt" in text) == (name == "exits-phased")
    assert json.loads(printed("scenarios", name, "--json"))["name"] == name


def test_the_parent_of_a_file_is_found_beside_it(tmp_path: Path) -> None:
    (tmp_path / "middle.toml").write_text('extends = "baseline"\n[strategy]\ncoordination = 0.5\n')
    (tmp_path / "child.toml").write_text('extends = "middle"\n[strategy]\ncoordination = 0.7\n')
    text = printed("scenarios", str(tmp_path / "child.toml"))
    assert "against middle" in text and "strategy.coordination: 0.7 <- 0.5" in text


def test_the_answer_says_what_is_held_equal() -> None:
    small = ["--runs", "1", "--workers", "1", "--set", "spinup=2024", "--end", "2027"]
    promise = held_equal("exits-abrupt", "appropriations")
    assert promise is not None and HELD_EQUAL["appropriations"] in promise
    assert promise in printed("run", "exits-adaptive", *small, columns=140)
    assert "Held equal" not in printed("run", "dac-cut-30", *small, columns=140)


# The page


def test_the_page_has_every_scenario_as_its_file_tells_it() -> None:
    written = FILE.read_text(encoding="utf-8")
    assert written.endswith(stories()), "run: python -m afteraid.experiments.pages.scenarios --stories"
    for name, one in SHIPPED.items():
        assert f"### {one.title} (`{name}`)" in written
        rows = [line for line in written.splitlines() if line.startswith(f"| `{name}` |")]
        assert len(rows) == (name != "baseline") + (one.extends not in (None, "baseline")), name


def test_the_page_keeps_its_numbers_when_stories_are_written_anew() -> None:
    fresh = page({"baseline": [["`dac-cut-30`", "better: 1 better, 0 worse of 4", *["+0.01"] * 9]], "parent": []}, 2)
    assert with_stories(fresh) == fresh and "live on" in fresh
    assert with_stories(fresh.replace("live on", "feed on")) == fresh
    assert "| `dac-cut-30` | better: 1 better, 0 worse of 4 | +0.01 |" in fresh


def test_the_verdict_counts_headlines_that_are_clear_and_large_enough_to_matter() -> None:
    shown = headlines()
    assert {"serving_10_years_after_founding", "use"} <= {column.measure for column in shown}

    def compared(**means: float) -> pd.DataFrame:
        rows = [
            {"year": column.year, "group": column.group, "measure": column.measure, "zero_in_band": False,
             "mean": means.get(column.measure, 0.0)}
            for column in shown
        ]  # fmt: skip
        return pd.DataFrame(rows)

    number = len(shown)
    assert verdict(compared(), 16) == NOT_FOUND
    assert verdict(compared(use=0.05), 16) == f"better: 1 better, 0 worse of {number}"
    assert verdict(compared(use=0.005), 16) == NOT_FOUND  # less than a point
    assert verdict(compared(use=0.05, serving_10_years_after_founding=-0.1), 16).startswith("mixed: 1 better, 1 worse")
    assert verdict(compared(use=0.05).assign(zero_in_band=True), 16) == NOT_FOUND
    assert verdict(compared(use=0.05), 4) == "too few runs"
    assert verdict(compared(use=0.05), 16, more=-0.8) == f"unequal money (-80.0%): 1 better, 0 worse of {number}"
    assert verdict(compared(use=0.05), 16, more=0.04).startswith("better")


# The bound on the stored service


def test_no_more_people_count_as_users_than_the_base_has() -> None:
    users, stored = np.array([100.0, 100.0, 0.0, 50.0]), np.array([50.0, 400.0, 0.0, 0.0])
    assert holdable(users, stored, 0.9) == pytest.approx([1.0, 0.225, 0.0, 1.0])


def test_use_stands_at_zero_nowhere_even_without_any_aid() -> None:
    plan = load_scenario("no-cooperation", {"run.start": 2008, "run.end": 2014})
    world = begin(plan, 2025, 0)
    while world.year < plan.run.end:
        advance(world)
        peopled = world.countries.population > 0.0
        for place in ("urban", "rural"):
            use = getattr(world.countries, f"use_{place}")
            assert (use[peopled] > 0.0).all(), (place, world.year)
