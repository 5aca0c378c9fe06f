"""Attribution: Shapley's axioms, what a study says, and the command that asks for it."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from command_line import call, refused

from afteraid.experiments.attribution.answer import answer_of
from afteraid.experiments.attribution.attribution import FIXED, TOGETHER, Attribution, attribute, shapley
from afteraid.experiments.attribution.compared import COMPARED, NOT_OUTCOMES, outcomes
from afteraid.experiments.attribution.figure import bars, draw
from afteraid.experiments.attribution.shapley import Coalition, coalitions, shapley_values
from afteraid.simulation.basis.errors import InputError, ScenarioError
from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.ensemble import run
from afteraid.simulation.measures.headlines import WHOLE_RUN
from afteraid.simulation.scenario.scenario import Scenario, load_scenario

SMALL = {"run.spinup": 2022, "run.start": 2024, "run.end": 2026, "run.runs": 2}
ITEMS = ["donor:USA", "exit:abrupt"]


def game(players: str, value: dict[str, float]) -> dict[Coalition, FloatArray]:
    """The values of a game of one-letter players, for two runs of which the second counts double."""
    return {who: np.array([1.0, 2.0]) * value.get("".join(sorted(who)), 0.0) for who in coalitions(players)}


def test_the_glove_game_has_its_known_shares() -> None:
    """One left glove, two right ones; a pair is worth 1. Shapley: 2/3, 1/6, 1/6."""
    shares = shapley_values(game("LRS", {"LR": 1.0, "LS": 1.0, "LRS": 1.0}))
    assert shares["L"] == pytest.approx([2 / 3, 4 / 3])
    assert shares["R"] == pytest.approx([1 / 6, 1 / 3]) and np.array_equal(shares["R"], shares["S"])  # symmetry


def test_shares_are_efficient_symmetric_additive_and_give_a_dummy_nothing() -> None:
    rng = np.random.default_rng(4)
    worth = {who: rng.normal(size=5) for who in coalitions("ABC")}
    players = [*coalitions("ABCD")]
    with_dummy = {who: worth[who - {"D"}] for who in players}
    shares = shapley_values(with_dummy)
    assert shares["D"] == pytest.approx(np.zeros(5), abs=1e-12)
    assert sum(shares.values()) == pytest.approx(worth[frozenset("ABC")] - worth[frozenset()])
    other = {who: np.full(5, float(len(who) ** 2)) for who in players}
    equal = shapley_values(other)
    assert all(equal[one] == pytest.approx(equal[two]) for one, two in pairwise("ABCD"))
    both = shapley_values({who: with_dummy[who] + other[who] for who in players})
    assert all(both[name] == pytest.approx(shares[name] + equal[name]) for name in "ABCD")


def test_every_coalition_must_have_a_value() -> None:
    values = game("AB", {"AB": 1.0})
    del values[frozenset("A")]
    with pytest.raises(ValueError, match=r"\['A'\] is missing"):
        shapley_values(values)


@pytest.fixture(scope="module")
def small() -> Scenario:
    return load_scenario("baseline", {**SMALL, "run.focus": "KEN"})


@pytest.fixture(scope="module")
def found(small: Scenario) -> Attribution:
    return attribute(small, ITEMS, workers=1)


def test_an_impact_is_the_world_with_it_less_the_world_without(small: Scenario, found: Attribution) -> None:
    settings = {"run.without": ["donor:USA"], "run.others": "free"}
    difference = outcomes(run(small, workers=1)) - outcomes(run(small.with_settings(settings), workers=1))
    table = found.by_run[(found.by_run["item"] == "donor:USA") & (found.by_run["others"] == "free")]
    for measure in ("additional_user_years", "stranded_share", "outlay_usd", "use_rural_LDC", "closure_focus"):
        told = table[table["measure"] == measure].set_index("run")["value"]
        assert np.array_equal(told.to_numpy(), difference[measure].to_numpy()), measure


def test_a_study_names_every_measure_for_every_item(found: Attribution) -> None:
    effects = found.effects
    assert set(effects["item"]) == {*ITEMS, TOGETHER} and set(effects["others"]) == {"fixed", "free"}
    short = {name for name in WHOLE_RUN if "serving" in name}  # no run is that long
    assert set(effects["measure"]) == {one.name for one in COMPARED} - short
    assert effects.groupby(["item", "others"]).size().eq(len(COMPARED) - len(short)).all()
    known = effects[effects["low"].notna()]
    assert (known["low"] <= known["mean"]).all() and (known["mean"] <= known["high"]).all()
    assert (effects["runs"] >= 5)[effects["low"].notna() & (effects["mean"] != 0.0)].all()  # of fewer, no interval
    row = effects.set_index(["item", "others", "measure"]).loc[("exit:abrupt", "fixed")]
    for measure in ("additional_public_usd", "user_years_after_exit", "outlay_usd"):
        of = found.by_run
        each = of[(of["item"] == "exit:abrupt") & (of["others"] == "fixed") & (of["measure"] == measure)]["value"]
        assert row.at[measure, "mean"] > 0.0 and (each > 0.0).all() and len(each) == row.at[measure, "runs"]
    assert "Kenya" in row.at["use_focus", "words"]


def test_shares_of_what_is_left_out_add_up_run_by_run(found: Attribution) -> None:
    whole = found.effects[(found.effects["item"] == TOGETHER) & (found.effects["others"] == FIXED)].set_index("measure")
    summed = found.shares.groupby("measure")["mean"].sum()
    assert set(summed.index) == set(whole.index) - set(NOT_OUTCOMES)
    assert summed.to_numpy() == pytest.approx(whole.loc[summed.index, "mean"].to_numpy(), rel=1e-9, abs=1e-9)


def test_what_is_not_there_brings_nothing_and_is_said_so(small: Scenario) -> None:
    idle = attribute(small, ["initiative:12"], workers=1)
    rest = idle.effects[~idle.effects["measure"].isin(NOT_OUTCOMES)]
    assert (rest[["mean", "low", "high"]] == 0.0).all(axis=None) and rest["zero_in_band"].all()
    assert idle.manifest["nothing_taken_out"] == ["initiative:12"] and idle.shares.empty
    ratios = idle.effects[idle.effects["measure"] == "additional_user_years_per_1000_usd"]
    said = " ".join(answer_of(idle).sentences)
    assert "no clear effect" in said and "In none of the runs was there anything to leave out: Initiative 12" in said
    assert ratios["mean"].isna().all() and ratios["zero_in_band"].all() and (ratios["runs"] == 0).all()


def test_clear_effects_are_said_with_their_intervals_and_small_ones_with_the_threshold(found: Attribution) -> None:
    sizes = {"use_LDC": (2.0, 1.5, 2.5), "use_rural_LDC": (0.2, 0.1, 0.3), "stranded_share": (-0.5, -1.0, 0.5)}
    effects = found.effects[found.effects["measure"].isin(sizes)].copy()
    effects[["mean", "low", "high"]] = [sizes[name] for name in effects["measure"]]
    effects["zero_in_band"] = (effects["low"] <= 0.0) & (effects["high"] >= 0.0)
    run = {**found.manifest["scenario"]["run"], "runs": 8}
    manifest = {**found.manifest, "scenario": {**found.manifest["scenario"], "run": run}}
    said = answer_of(replace(found, effects=effects, manifest=manifest)).sentences
    mine = [one for one in said if one.startswith("United States: ")]
    assert "+2.0 percentage points (90% interval +1.5 to +2.5 percentage points)" in mine[0]
    assert "too small to matter (threshold 1.0 percentage points)" in mine[1] and "no clear effect" in mine[2]
    assert len([one for one in said if one.startswith("All items together")]) == len(mine) == 3


@pytest.mark.slow
def test_levers_share_their_whole_difference() -> None:
    plan = load_scenario("phased-handover", {**SMALL, "run.runs": 2, "capacity_share": 0.3})
    steps: list[tuple[int, int]] = []
    split = shapley(plan, ["exits", "capacity_share"], workers=1, progress=lambda done, of: steps.append((done, of)))
    base = load_scenario("baseline").strategy
    other = plan.model_copy(update={"strategy": base})
    difference = (outcomes(run(plan, workers=1)) - outcomes(run(other, workers=1))).mean()
    summed = split.shares.groupby("measure")["mean"].sum()
    assert summed.to_numpy() == pytest.approx(difference[summed.index].to_numpy(), rel=1e-9, abs=1e-9)
    assert steps[-1] == (8, 8) and steps == sorted(steps)
    assert not bars(split).empty and split.manifest["levers"] == ["exits", "capacity_share"]


@pytest.mark.parametrize(
    ("levers", "says"),
    [
        (["exit"], "did you mean 'exits'"),
        (["coordination"], "the same .* a lever that differs: exits"),
        ([], "0 are named"),
    ],
)
def test_levers_that_cannot_be_compared_are_refused(levers: list[str], says: str) -> None:
    with pytest.raises(ScenarioError, match=says):
        shapley("phased-handover", levers)


def test_items_that_cannot_be_attributed_are_refused(small: Scenario) -> None:
    with pytest.raises(ScenarioError, match="already leaves out donor:USA"):
        attribute(small.with_settings({"run.without": ["donor:USA"]}), ["exit:abrupt"])
    with pytest.raises(ScenarioError, match="5 are named"):
        attribute(small, [f"initiative:{number}" for number in range(5)])
    with pytest.raises(ScenarioError, match="0 are named"):
        attribute(small, [])
    with pytest.raises(InputError, match="workers"):
        attribute(small, ["donor:USA"], workers=0)


def test_the_figure_shows_every_item_and_pales_what_is_no_finding(found: Attribution) -> None:
    table = bars(found)
    assert set(table["item"]) == {*ITEMS, TOGETHER} and table["title"].ne("").all()
    shown = [axes for axes in draw(found).axes if axes.get_visible()]
    assert len(shown) == table["measure"].nunique()


CLI = ["attribute", "baseline", "--runs", "2", "--workers", "1", "--set", "spinup=2023", "--end", "2027"]


def test_the_command_answers_and_leaves_a_whole_folder(tmp_path: Path) -> None:
    out = tmp_path / "report"
    result = call(*CLI, "--without", "mechanism:project", "--focus", "KEN", "--out", str(out), columns=140)
    assert result.exit_code == 0, result.output
    assert "Project grant: " in result.stdout and "Other donors react" in result.stdout
    assert "2 runs are too few for a 90% interval" in result.stdout
    assert {entry.name for entry in out.iterdir()} == {
        "effects.parquet", "shares.parquet", "by_run.parquet", "who_loses.parquet", "manifest.json", "answer.txt",
        "figures", "answer",
    }  # fmt: skip
    assert (out / "figures" / "attribution.png").stat().st_size > 10_000
    told = json.loads((out / "manifest.json").read_text())
    assert told["without"] == ["mechanism:project_grant"] and told["runs"] == 2 and told["data_sha256"]
    effects = pd.read_parquet(out / "effects.parquet")
    assert {"item", "others", "measure", "mean", "low", "high", "zero_in_band"} <= set(effects.columns)
    assert [entry.name for entry in tmp_path.iterdir()] == ["report"]


@pytest.mark.slow
def test_the_command_prints_json_alone() -> None:
    first, second = (call(*CLI, "--without", "donor:USA", "--json", "--quiet") for _ in range(2))
    assert first.exit_code == 0 and first.stdout == second.stdout and first.stderr == ""
    answer = json.loads(first.stdout)
    assert answer["tables"]["effects"] and answer["sentences"] and "NaN" not in first.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "nothing is left out"),
        (["--without", "donor:USB"], "did you mean 'donor:USA'"),
        (["--without", "USA"], "--without: 'USA' does not say"),
        (["--without", "donor:USA", "--lever", "exits"], "both --without and --lever"),
        (["--lever", "exits"], "stands the same"),
        (["--lever", "exits", "--against", "baselin"], "baselin"),
        (["--without", "donor:USA", "--runs", "0"], "runs"),
    ],
)
def test_the_command_refuses_what_cannot_be_used(arguments: list[str], says: str, tmp_path: Path) -> None:
    assert says in refused(*CLI, *arguments, "--out", str(tmp_path / "report"))
    assert not list(tmp_path.iterdir())
