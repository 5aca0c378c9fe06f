"""The pages on how to add something work: each is followed word by word on a copy of the source, and tested there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from recipes import ROOT, Recipe, in_copy, touched

from afteraid.simulation.exits import EXITS
from afteraid.simulation.mechanisms import MECHANISMS

MECHANISM, EXIT, COMMAND = Recipe("add_a_mechanism.md"), Recipe("add_an_exit.md"), Recipe("add_a_command.md")
MEASURE, FIGURE = Recipe("add_a_measure.md"), Recipe("add_a_figure.md")
RECIPES = (MECHANISM, EXIT, COMMAND, MEASURE, FIGURE)
# that a page changes, one written by a command among them: how hard it is to add one
FILES = {MECHANISM: 5, EXIT: 5, COMMAND: 2, MEASURE: 3, FIGURE: 1}
PAGE_OF_PARAMETERS = "docs/parameters.md"
MADE = {MECHANISM: PAGE_OF_PARAMETERS, EXIT: PAGE_OF_PARAMETERS, MEASURE: "docs/measures.md"}

Follow = Callable[[Recipe], Path]


@pytest.fixture(scope="module")
def follow(tmp_path_factory: pytest.TempPathFactory) -> Follow:
    """Give the copy of the source to which a page was applied, each made once."""
    made: dict[Recipe, Path] = {}

    def copy(recipe: Recipe) -> Path:
        if recipe not in made:
            made[recipe] = recipe.follow(tmp_path_factory.mktemp("source"))
        return made[recipe]

    return copy


def test_every_page_that_adds_something_is_followed() -> None:
    assert {path.name for path in (ROOT / "docs").glob("add_*.md")} == {recipe.page for recipe in RECIPES}


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.page)
def test_a_page_can_be_followed_and_changes_few_files(recipe: Recipe, follow: Follow) -> None:
    named = set(re.findall(r"`((?:simulation|tests|docs|afteraid|experiments)/[\w/]+\.(?:py|md))`", recipe.text))
    new = set(recipe.new_files())
    assert (new or recipe is MEASURE) and [name for name in named - new if not (ROOT / name).exists()] == []
    changed = {*touched(follow(recipe)), *([MADE[recipe]] if recipe in MADE else [])}
    assert len(changed) == FILES[recipe] and new <= changed, sorted(changed)


@pytest.mark.slow
@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.page)
def test_every_command_of_a_page_runs(recipe: Recipe, follow: Follow) -> None:
    copy = follow(recipe)
    assert recipe.commands()
    for command in recipe.commands():
        tests, runs = "pytest" in command, command[:3] == ["-m", "afteraid", "run"]
        more = ["-p", "no:cacheprovider"] if tests else ["--workers", "1", "--quiet"] if runs else []
        printed = in_copy(copy, *command, *more)
        if tests and "-k" in command:
            assert re.search(r"\d+ passed", printed)
        if "tests/test_invariants.py" in command:
            others = EXITS if recipe is MECHANISM else MECHANISMS
            assert f"{len(others)} passed" in printed
    assert len(touched(copy)) == FILES[recipe]


@pytest.mark.slow
def test_a_mechanism_has_its_switch_its_checks_and_its_parameters(follow: Follow) -> None:
    copy = follow(MECHANISM)
    assert "can be run" in in_copy(copy, "-m", "afteraid", "check", "baseline", "--set", "mechanisms={prize_fund=1.0}")
    listed = in_copy(copy, "-m", "afteraid", "parameters", "prize_fund")
    assert all(f"mechanism.prize_fund.{name} = " in listed for name in ("jury", "prize", "least_means"))
    in_copy(copy, "-m", "afteraid.experiments.pages.parameters")
    assert "`mechanism.prize_fund.jury`" in (copy / PAGE_OF_PARAMETERS).read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_command_answers_and_stands_in_the_help(follow: Follow) -> None:
    copy = follow(COMMAND)
    assert "exits" in in_copy(copy, "-m", "afteraid", "--help")
    answer = json.loads(in_copy(copy, "-m", "afteraid", "exits", "--json"))
    assert {leave.description for leave in EXITS.values()} <= set(re.findall(r'"([^"]+)"', json.dumps(answer)))


@pytest.mark.slow
def test_a_measure_is_in_every_table_study_condition_chart_and_answer(follow: Follow, tmp_path: Path) -> None:
    found = json.loads(in_copy(follow(MEASURE), str(ROOT / "tests" / "measure_everywhere.py"), str(tmp_path)))
    assert found["package"].startswith(str(follow(MEASURE)))
    for name in ("people_in_conflict", "price"):
        one = found[name]
        assert one.pop("axis") in (
            "People in countries with a conflict (people)",
            "Price of access (% of monthly income)",
        )
        assert one and all(one.values()), (name, one)


@pytest.mark.slow
@pytest.mark.parametrize("recipe", [MECHANISM, EXIT], ids=lambda recipe: recipe.page)
def test_what_is_added_at_the_end_changes_nothing_where_it_is_not_used(recipe: Recipe, follow: Follow) -> None:
    script = (
        "from afteraid.simulation.beginning.begin import begin\nfrom afteraid.simulation.engine import advance\n"
        "from afteraid.simulation.scenario.scenario import load_scenario\n"
        "world = begin(load_scenario('baseline', {'run.spinup': 2018, 'run.start': 2019}), 3, 0)\n"
        "while world.year < 2021:\n    advance(world)\n"
        "print(world.countries.use.tobytes().hex()[:4000], int(world.initiatives.key.sum()))\n"
    )
    here = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True,
        text=True, timeout=300, check=True,
    )  # fmt: skip
    assert in_copy(follow(recipe), "-c", script) == here.stdout
