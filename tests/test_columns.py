"""Populations in columns: rows that leave, what is kept of them, and medians by row."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afteraid.simulation.processes.closure import middle
from afteraid.simulation.state.closed import Closed
from afteraid.simulation.state.columns import LINE, apart
from afteraid.simulation.state.world import Initiatives, Stopped


def some(rows: int) -> Initiatives:
    """Initiatives that can be told apart in each column."""
    made = Initiatives(rows)
    for number, name in enumerate(made.schema):
        getattr(made, name)[:] = 1000 * number + np.arange(rows)
    made.key[:] += np.uint64(2**63 + 1)  # no floating-point number holds these
    return made


@given(st.integers(1, 90), st.data())
def test_rows_that_leave_are_kept_and_the_last_ones_fill_their_gaps(rows: int, data: st.DataObject) -> None:
    gone = np.array(sorted(data.draw(st.sets(st.integers(0, rows - 1), min_size=1))), dtype=np.int64)
    living, closed = some(rows), Closed()
    before = {name: getattr(living, name).copy() for name in living.schema}
    closed.take_over(living, gone, cause=gone)
    living.remove(gone)
    assert living.count == rows - gone.size and closed.count == gone.size
    stays = np.setdiff1d(np.arange(rows), gone)
    low = stays[stays < living.count]
    for name, values in before.items():
        np.testing.assert_array_equal(np.sort(getattr(living, name)), values[stays])
        np.testing.assert_array_equal(getattr(living, name)[low], values[low])
        if name in closed.schema:
            np.testing.assert_array_equal(getattr(closed, name), values[gone])
    assert not closed.closed.any()
    np.testing.assert_array_equal(closed.cause, gone)


@given(st.integers(1, 10**7))
def test_columns_take_all_places_of_the_first_cache_in_turn(rows: int) -> None:
    room = apart(rows)
    places = {column * room * 8 % 4096 // 64 for column in range(64)}
    assert rows <= room < rows + 2 * LINE and len(places) == 64


def test_rows_stay_as_they_were_when_memory_grows() -> None:
    living = some(50)
    before = {name: getattr(living, name).copy() for name in living.schema}
    here = living.append(40_000)
    assert living.count == 40_050 and (here.start, here.stop) == (50, 40_050)
    for name, values in before.items():
        column = getattr(living, name)
        np.testing.assert_array_equal(column[:50], values)
        assert not column[50:].any()
        assert (column.base.strides[0] // (8 * LINE)) % 2 == 1


def test_what_is_kept_of_the_closed_are_columns_of_the_living() -> None:
    own = {"closed", "cause"}
    kept = {name: entry.kind for name, entry in Closed.schema.items() if name not in own}
    assert kept == {name: Initiatives.schema[name].kind for name in kept}


@pytest.mark.parametrize("rows", [[2, 1], [3, 3]])
def test_rows_that_are_out_of_order_are_refused(rows: list[int]) -> None:
    living = some(9)
    with pytest.raises(ValueError, match="ascending order"):
        living.remove(np.array(rows))
    assert living.count == 9


def test_a_column_that_is_not_taken_over_is_zero() -> None:
    living, stopped = some(9), Stopped()
    rows = np.array([7, 2])
    for number in range(2):
        here = stopped.take_over(living, rows, but=("cash", "hazard"))
        assert (here.start, here.stop) == (2 * number, 2 * number + 2)
    assert not stopped.cash.any() and not stopped.hazard.any() and not stopped.starts.any()
    np.testing.assert_array_equal(stopped.people, np.tile(living.people[rows], 2))


@given(st.integers(1, 12), st.integers(0, 2**31))
def test_the_middle_is_the_median(columns: int, seed: int) -> None:
    values = np.random.default_rng(seed).normal(size=(3, columns)).round(1)
    expected = np.median(values, axis=1)
    np.testing.assert_array_equal(middle(values), expected)
