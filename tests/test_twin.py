"""The twin: the same world without donors' money on the same draws, run once and shared where it is the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from short_worlds import SEED, START, short_plan
from small_studies import swept

from afteraid.experiments.sweep.dataset import read_table
from afteraid.simulation import twin as twins
from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.beginning.levers import strategy_of
from afteraid.simulation.engine import advance
from afteraid.simulation.ensemble import run, run_once
from afteraid.simulation.measures.headlines import ADDITIONAL, COOPERATION, NEED_TWIN
from afteraid.simulation.past import Pasts, what_acts_before
from afteraid.simulation.scenario.scenario import Scenario
from afteraid.simulation.state.world import World
from afteraid.simulation.twin import SHARED, key_of_twin, plan_of_twin, run_twin

BRIEF: dict[str, object] = {"run.runs": 1, "run.end": START + 3}
OTHERWISE: dict[str, object] = {
    "funding": 0.3,
    "mechanisms": {"pooled_fund": 1.0},
    "exits": {"government_handover": 0.5, "evergreen": 0.5},
    "transition_years": 6.0,
    "evergreen_years": 3.0,
    "local_ownership": 0.9,
    "rural_targeting": 0.9,
    "women_targeting": 0.9,
    "need_targeting": 0.9,
    "data_driven": 0.9,
}


@pytest.fixture(scope="module")
def at_start() -> World:
    """A world at the first quarter of its start year; never to be changed."""
    plan = short_plan()
    world = Pasts(on_disk=False).at_start(plan, SEED, 0)
    assert world.year == START
    return world


def stepped(world: World, plan: Scenario) -> World:
    """The same world with the strategy of a plan, stepped to the plan's end, as no twin is."""
    own = world.snapshot()
    own.planned = strategy_of(plan)
    while own.year < plan.run.end:
        advance(own)
    return own


@pytest.mark.parametrize("name", SHARED)
def test_strategies_that_share_a_twin_have_it_to_the_bit(name: str, at_start: World) -> None:
    plan = short_plan({f"strategy.{name}": OTHERWISE[name]})
    assert key_of_twin(plan, SEED, 0) == key_of_twin(short_plan(), SEED, 0)
    own = stepped(at_start, plan.with_settings({"strategy.funding": 0.0}))
    shared = stepped(at_start, plan_of_twin(short_plan()))
    for column in ("use", "use_urban", "use_rural", "use_women"):
        assert np.array_equal(getattr(own.countries, column), getattr(shared.countries, column)), column
    assert own.ledger.total_in == shared.ledger.total_in and own.initiatives.count == shared.initiatives.count


@pytest.mark.parametrize(
    "settings", [{"strategy.regulatory_reform": 0.8}, {"strategy.coordination": 0.9}, {"run.end": START + 3}]
)
def test_policy_and_years_have_twins_of_their_own(settings: dict[str, object]) -> None:
    assert key_of_twin(short_plan(settings), SEED, 0) != key_of_twin(short_plan(), SEED, 0)
    assert key_of_twin(short_plan(), SEED, 1) != key_of_twin(short_plan(), SEED, 0)


def test_what_is_taken_out_is_of_the_programme_and_not_of_the_twin() -> None:
    without = short_plan({"run.without": ["donor:USA"], "run.focus": "Kenya", "run.runs": 3})
    assert key_of_twin(without, SEED, 0) == key_of_twin(short_plan(), SEED, 0)


def test_a_twin_leaves_its_run_alone_and_is_run_once(at_start: World, monkeypatch: pytest.MonkeyPatch) -> None:
    before = at_start.countries.use.copy(), at_start.quarter, len(at_start.yearly)
    found = run_twin(at_start, short_plan())
    assert np.array_equal(before[0], at_start.countries.use) and before[1:] == (at_start.quarter, len(at_start.yearly))
    monkeypatch.setattr(twins, "advance_to", lambda *_: pytest.fail("a twin that is known was run again"))
    found["use"] = 0.0
    again = run_twin(at_start, short_plan({"strategy.exits": {"abrupt": 1.0}}))
    assert (again["use"] > 0.0).all()


def test_a_run_with_its_twin_is_the_run_without() -> None:
    plan = short_plan({"run.end": START + 2})
    with_twin, alone = run_once(plan, 0, twin=True), run_once(plan, 0)
    assert len(with_twin["twin"]) and alone["twin"].empty
    for name in set(alone) - {"twin"}:
        pd.testing.assert_frame_equal(with_twin[name], alone[name])
    assert list(with_twin["twin"].columns) == list(alone["twin"].columns)
    first = with_twin["twin"]["year"] == START
    at_first = with_twin["countries"].loc[with_twin["countries"]["year"] == START, "use"]
    assert np.array_equal(with_twin["twin"].loc[first, "use"], at_first)  # they part in the start year, not before


def test_without_donors_money_nothing_is_added_and_there_is_no_ratio() -> None:
    results = run(short_plan({"strategy.funding": 0.0, **BRIEF}), workers=1)
    found = results.headlines()
    assert (found[["additional_user_years", "additional_public_usd"]] == 0.0).all(axis=None)
    assert found["additional_user_years_per_1000_usd"].isna().all()
    answer = results.answer()
    assert any("have no value" in sentence for sentence in answer.sentences)
    (headlines,) = (table for table in answer.tables if table.name == "headlines")
    assert ("additional user-years per 1,000 dollars of public money", "-") in headlines.lines


def test_donors_money_adds_users_and_without_a_twin_the_headline_is_left_out() -> None:
    results = run(short_plan(BRIEF), workers=1)
    assert (results.headlines()[list(ADDITIONAL)] > 0.0).all(axis=None) and results.manifest["twin"]
    alone = run(short_plan(BRIEF), workers=1, twin=False)
    assert alone.headlines()[list(ADDITIONAL)].isna().all(axis=None)
    assert alone.headlines()["stranded_share"].notna().all()
    answer = alone.answer()
    shown = " ".join(line[0] for table in answer.tables for line in table.lines)
    assert "additional" not in shown and any("was not run" in note for note in answer.notes)
    with pytest.raises(InputError, match="twin"):
        run(short_plan(), twin="no")  # type: ignore[arg-type]


def test_a_study_runs_twins_only_where_an_outcome_needs_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    head = 'replicates = 1\n[settings]\nspinup = 2023\nend = 2027\nuncertain = false\n[design]\nkind = "grid"\n'
    head += '[[factors]]\nname = "funding"\nchoices = [0.5, 1.0]\n'
    asked = [f'[[outcomes]]\nmeasure = "{name}"\n' for name in ADDITIONAL]
    asked.append(f'[[outcomes]]\ngrain = "group"\nmeasure = "{COOPERATION}"\ngroups = ["SIDS"]\n')
    asked.append('[[outcomes]]\nname = "LDC"\ngrain = "group"\nmeasure = "additional_user_years"\ngroups = ["LDC"]\n')
    runs = read_table(swept(tmp_path, head + "".join(asked)))
    assert runs["error"].isna().all() and (runs["LDC"] > 0.0).all()
    assert (runs["additional_user_years"] > runs["LDC"]).all() and f"{COOPERATION}_SIDS" in runs
    assert {*ADDITIONAL, COOPERATION} == NEED_TWIN
    monkeypatch.setattr(twins, "run_twin", lambda *given: pytest.fail("no outcome needs a twin"))
    (tmp_path / "plain").mkdir()
    plain = read_table(swept(tmp_path / "plain", head + '[[outcomes]]\nmeasure = "stranded_share"\n'))
    assert plain["error"].isna().all() and plain["stranded_share"].between(0.0, 1.0).all()


def test_one_past_serves_twins_and_runs() -> None:
    plan = short_plan()
    assert what_acts_before(plan, SEED, 0) == what_acts_before(short_plan({"strategy.funding": 0.0}), SEED, 0)
