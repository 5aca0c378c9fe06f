"""Runs that share their past: the same bits as runs by themselves, and only where nothing that acts before differs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_studies import LIVING, among, world_study, written
from test_levers import LEVERS

from afteraid.experiments.study.chunks import count_pasts, run_spec, run_specs
from afteraid.experiments.study.study import MOST_RUNS_IN_A_CHUNK, Study, read_study
from afteraid.simulation import engine, past
from afteraid.simulation.basis.cache import kept
from afteraid.simulation.engine import advance_to
from afteraid.simulation.model import FinancingModel
from afteraid.simulation.past import Pasts, key_of_past
from afteraid.simulation.recording.recording import compile_record
from afteraid.simulation.scenario.scenario import Scenario, load_scenario
from afteraid.simulation.scenario.settings import StrategySettings
from afteraid.simulation.state.storing import take_state
from afteraid.simulation.state.world import World

SEED = 7
SHORT = {"run.spinup": 2023, "run.start": 2025, "run.end": 2027}
OTHER = {
    "funding": 0.4, "coordination": 0.8, "capacity_share": 0.05, "monitoring_share": 0.02, "local_ownership": 0.9,
    "rural_targeting": 0.9, "women_targeting": 0.5, "data_driven": 0.9, "need_targeting": 0.8, "platforms": 0.6,
    "knowledge_sharing": 0.7, "harmonisation": 0.9, "regulatory_reform": 0.8, "transition_years": 1.0,
    "adaptive_threshold": 0.2, "evergreen_years": 3.0, "levy_rate": 0.05, "fund_disbursement": 0.9,
    "solidarity_levy": 0.05, "solidarity_participation": 0.5, "adaptive_latest_years": 1.0, "climate_resilience": 0.7,
    "green_energy": 0.6, "cybersecurity_share": 0.05, "refresh_share": 0.05, "strategy.exits": {"adaptive": 1.0},
    "strategy.mechanisms": {"pooled_fund": 0.5, "impact_bond": 0.5}, "policy_countries": ["LDC"], "policy_year": 2026,
    "strategy_year": 2026,
}  # fmt: skip
NAMED = {name.rpartition(".")[2] for name in OTHER}
OTHER |= {  # a lever that is new has the value of its claim
    claim.lever: claim.high
    for claim in LEVERS
    if claim.lever in StrategySettings.model_fields and claim.lever not in NAMED
}
COUNTRIES = '[[outcomes]]\ngrain = "country"\nmeasure = "use"\ngroups = ["LDC"]\n'
INITIATIVES = '[[outcomes]]\ngrain = "initiative"\n'


def read_grid(folder: Path, *factors: str) -> Study:
    """A study of each choice with each other one, with numbers and with tables, in chunks of eight runs."""
    parts = (*factors, LIVING, COUNTRIES, INITIATIVES)
    return read_study(written(folder, world_study(*parts, end=2026, chunk_runs=8, kind="grid")))


def alone(scenario: Scenario, replicate: int = 0) -> dict[str, pd.DataFrame]:
    """The tables of a run that has no past in common with any other."""
    model = FinancingModel(scenario, seed=SEED, replicate=replicate)
    model.run_model()
    return model.record().tables


def from_past(pasts: Pasts, scenario: Scenario, replicate: int = 0) -> dict[str, pd.DataFrame]:
    """The tables of a run that goes on from a past that may be kept."""
    return compile_record(advance_to(pasts.at_start(scenario, SEED, replicate), scenario.run.end)).tables


def assert_same(one: dict[str, pd.DataFrame], other: dict[str, pd.DataFrame]) -> None:
    """Equal to the last bit."""
    assert one.keys() == other.keys()
    for name in one:
        pd.testing.assert_frame_equal(one[name], other[name], check_exact=True)


def to_start(scenario: Scenario) -> World:
    """The world at the first quarter of the start year, computed."""
    return Pasts(on_disk=False, most=0).at_start(scenario, SEED, 0)


def assert_same_state(one: World, other: World) -> None:
    """All that changes before the start is equal to the last bit."""
    state, others = take_state(one), take_state(other)
    assert state.keys() == others.keys()
    for name, value in state.items():
        np.testing.assert_array_equal(value, others[name], err_msg=name)
        assert type(value) is type(others[name]), name


def test_no_lever_reaches_into_the_past() -> None:
    usual = load_scenario("baseline", SHORT)
    other = usual.with_settings(OTHER)
    for name in type(usual.strategy).model_fields:
        assert getattr(usual.strategy, name) != getattr(other.strategy, name), f"give {name} another value in OTHER"
    assert_same_state(to_start(usual), to_start(other))


@settings(max_examples=3)
@given(st.sets(st.sampled_from(sorted(OTHER)), min_size=1), st.integers(0, 3))
def test_what_goes_on_from_a_shared_past_is_what_was_run_alone(levers: set[str], replicate: int) -> None:
    usual = load_scenario("baseline", SHORT)
    changed = usual.with_settings({name: OTHER[name] for name in levers})
    assert key_of_past(usual, SEED, replicate) == key_of_past(changed, SEED, replicate)
    pasts = Pasts(on_disk=False)
    for scenario in (usual, changed, usual):  # the third: the second left nothing of itself behind
        assert_same(from_past(pasts, scenario, replicate), alone(scenario, replicate))
    assert pasts.made == 1


@pytest.mark.parametrize(
    "held",
    [
        {"run.without": ["donor:USA"], "run.others": "fixed"},
        {"run.without": ["exit:abrupt"], "run.others": "free"},
        {"run.spinup": 2025},
        {"world.cuts": [{"year": 2024, "size": 0.5}], "world.withdrawals": [{"year": 2026, "donors": ["USA"]}]},
    ],
    ids=["without a donor", "without an exit", "no past at all", "cuts"],
)
def test_it_holds_for_worlds_that_lose_something(held: dict[str, object]) -> None:
    usual = load_scenario("baseline", {**SHORT, **held})
    pasts = Pasts(on_disk=False)
    for scenario in (usual, usual.with_settings({"coordination": 0.7, "transition_years": 1})):
        assert_same(from_past(pasts, scenario), alone(scenario))


def test_a_strategy_with_a_year_of_its_own_acts_from_then_on_and_not_before() -> None:
    levers = {"coordination": 0.8, "capacity_share": 0.05, "exits": {"adaptive": 1.0}, "competition": 2.0}
    usual = load_scenario("baseline", {**SHORT, "run.end": 2028})
    model = FinancingModel(usual, seed=SEED)
    while model.world.year < 2026:
        model.step()
    turned = FinancingModel.resume(model.world, usual.with_settings({**levers, "policy_year": 2026}), seed=SEED)
    turned.run_model()
    later = alone(usual.with_settings({**levers, "strategy_year": 2026}))
    assert_same(turned.record().tables, later)
    now, never = alone(usual.with_settings(levers)), alone(usual)
    assert not now["activity"].equals(later["activity"]) and not never["activity"].equals(later["activity"])
    first = later["activity"]["year"] == 2025
    pd.testing.assert_frame_equal(later["activity"][first], never["activity"][first], check_exact=True)


@pytest.mark.parametrize(
    ("second", "choices", "pasts"), [("coordination", "[0, 1]", 2), ("closure.frailty", "[0.5, 1.0]", 4)]
)
def test_a_chunk_computes_each_past_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, second: str, choices: str, pasts: int
) -> None:
    study = read_grid(tmp_path, among("transition_years", "[1, 4]"), among(second, choices))
    specs = [study.spec(run) for run in study.chunk(0)]
    one_by_one = [run_spec(study, spec) for spec in specs]
    begun: list[int] = []
    first_quarter = past.first_quarter
    monkeypatch.setattr(past, "first_quarter", lambda *given: begun.append(1) or first_quarter(*given))
    together = run_specs(study, specs)
    assert len(specs) == 8 and sum(begun) == pasts and not kept()  # a sweep fills no disk
    for row, other in zip(together, one_by_one, strict=True):
        assert row["error"] is None and row["spec"] == other["spec"]
        assert row["numbers"] == other["numbers"] and row["groups"] == other["groups"]
        for table in ("countries", "initiatives"):
            for frame, same in zip(row[table], other[table], strict=True):
                pd.testing.assert_frame_equal(frame, same, check_exact=True)


def test_a_past_that_fails_is_the_error_of_each_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    too_much = among("refresh_share", "[0, 0.2]"), among("capacity_share", "[0.1, 0.3]")  # 0.2 and 0.3 together are
    study = read_grid(tmp_path, *too_much)
    specs = [study.spec(run) for run in study.chunk(0)]

    def breaks(world: World) -> None:
        raise ArithmeticError("the past does not add up")

    monkeypatch.setattr(engine, "advance", breaks)
    errors = [row["error"] for row in run_specs(study, specs)]
    assert errors == [row["error"] for row in (run_spec(study, spec) for spec in specs)]
    assert errors.count("ArithmeticError: the past does not add up") == 6
    assert sum("too little is left for equipment" in error for error in errors) == 2


@pytest.mark.parametrize(
    ("name", "together", "in_a_file"),
    [("exit-timing", 16, 16), ("mechanism-race", 13, 13), ("robust-mix", 6, 6), ("donor-cliff", 30, 15)],
)
def test_files_hold_runs_of_one_past_where_there_are_any(name: str, together: int, in_a_file: int) -> None:
    study = read_study(name)
    assert (study.together, study.chunk_runs) == (together, in_a_file)  # few runs: files would hold one each otherwise
    assert count_pasts(study, study.chunk(1)) == 1
    assert study.with_runs(60_000).chunk_runs == MOST_RUNS_IN_A_CHUNK
