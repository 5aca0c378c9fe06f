"""A run that is asked for a few measures records what these need, with the numbers of a run that records everything."""

from __future__ import annotations

import pandas as pd
import pytest

from afteraid.experiments.study import outcomes
from afteraid.experiments.study.outcomes import Outcome, read_run, run_and_read
from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.engine import advance_to
from afteraid.simulation.ensemble import run_once
from afteraid.simulation.measures.catalogue import CATALOGUE
from afteraid.simulation.past import KEPT
from afteraid.simulation.recording.needed import records_for, tables_at, tables_for
from afteraid.simulation.recording.recording import compile_record
from afteraid.simulation.scenario.scenario import load_scenario
from afteraid.simulation.twin import run_twin

PLAN = load_scenario("baseline", {"run.spinup": 2024, "run.start": 2025, "run.end": 2027})
GROUPED = {"group": ("LDC",), "country": ("KEN",)}
OUTCOMES = [
    Outcome(name=f"{name}_{grain}", grain=grain, measure=name, groups=one.groups[:1] or GROUPED.get(grain, ()))
    for name, one in CATALOGUE.items()
    for grain in one.grains
    if grain != "run" and one.table != "attribution"
] + [Outcome(grain="initiative", columns=("key", "founded"))]
OF_RUNS = [name for name, one in CATALOGUE.items() if one.table != "attribution"]


@pytest.fixture(scope="module")
def full() -> dict[str, pd.DataFrame]:
    """Return the tables of a run that records everything."""
    return run_once(PLAN, 0, twin=True)


@pytest.mark.parametrize("wanted", sorted({tuple(sorted(tables_for([name]))) for name in OF_RUNS}))
def test_tables_are_those_of_a_full_run(full: dict[str, pd.DataFrame], wanted: tuple[str, ...]) -> None:
    names = [name for name in OF_RUNS if tables_for([name]) == set(wanted)]
    found = run_once(PLAN, 0, twin=True, measures=names)
    assert sorted(found) == list(wanted)
    for name, table in found.items():
        pd.testing.assert_frame_equal(table, full[name], check_exact=True)


def test_nothing_else_is_recorded() -> None:
    world = KEPT.at_start(PLAN, PLAN.run.seed, 0)
    world.recorded = records_for(tables_for(["use"]))
    assert list(compile_record(advance_to(world, PLAN.run.end)).tables) == ["countries"]
    last = world.yearly[-1]
    assert last.countries
    assert not any((last.activity, last.inflow, last.indicators, last.accounts, last.portfolio, last.users.size))


def test_an_unknown_measure_gives_the_nearest() -> None:
    with pytest.raises(InputError, match="useful") as problem:
        tables_for(["useful"])
    assert problem.value.key == "measures"


def test_what_no_run_records_is_refused() -> None:
    with pytest.raises(InputError, match="users_after_exit"):
        tables_for(["users_after_exit"])


@pytest.fixture(scope="module")
def whole() -> dict[str, pd.DataFrame]:
    """Return the tables of a world that records everything, as a study reads them."""
    world = KEPT.at_start(PLAN, PLAN.run.seed, 0)
    twin = run_twin(world, PLAN)
    return {**compile_record(advance_to(world, PLAN.run.end)).tables, "twin": twin}


@pytest.mark.parametrize("wanted", sorted({tuple(sorted(tables_at(one.grain, one.measure))) for one in OUTCOMES}))
def test_outcomes_of_a_study_are_those_of_a_full_run(
    whole: dict[str, pd.DataFrame], wanted: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = [one for one in OUTCOMES if tables_at(one.grain, one.measure) == set(wanted)]
    kept: list[set[str]] = []
    monkeypatch.setattr(outcomes, "read_run", lambda *given: kept.append(set(given[1])) or read_run(*given))
    found = run_and_read(KEPT.at_start(PLAN, PLAN.run.seed, 0), chosen, PLAN)
    full = read_run(chosen, whole, PLAN)
    assert kept == [records_for(wanted) | {"twin"}]
    assert repr(found["numbers"]) == repr(full["numbers"])  # a missing number is none that it equals
    assert repr(found["groups"]) == repr(full["groups"])
    for part in ("countries", "initiatives"):
        for one, other in zip(found[part], full[part], strict=True):
            pd.testing.assert_frame_equal(one, other, check_exact=True)
