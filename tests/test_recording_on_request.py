"""A run that is asked for a few measures records what these need, with the numbers of a run that records everything."""

from __future__ import annotations

import pandas as pd
import pytest

from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.engine import advance_to
from afteraid.simulation.ensemble import run_once
from afteraid.simulation.measures.catalogue import CATALOGUE
from afteraid.simulation.past import KEPT
from afteraid.simulation.recording.needed import records_for, tables_for
from afteraid.simulation.recording.recording import compile_record
from afteraid.simulation.scenario.scenario import load_scenario

PLAN = load_scenario("baseline", {"run.spinup": 2024, "run.start": 2025, "run.end": 2027})
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
