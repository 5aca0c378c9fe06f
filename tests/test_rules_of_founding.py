"""Founding: what new initiatives start with, and rows of initiatives that are given."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from scipy.stats import norm

from afteraid.simulation.basis.normal import normal_quantile
from afteraid.simulation.basis.units import QUARTERS_PER_YEAR
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.engine import advance
from afteraid.simulation.processes.founding import Given, choose, found
from afteraid.simulation.processes.signing import earmark, sign
from afteraid.simulation.processes.sizes import SEVERAL, SIZES, sizes
from afteraid.simulation.rules import founding
from afteraid.simulation.scenario.scenario import load_scenario
from afteraid.simulation.state.world import FUNDED, World

LUCK = st.floats(0.001, 0.999)


@pytest.fixture(scope="module")
def world() -> World:
    settings = {"run.start": 2005, "run.end": 2007, "world.uncertain": False}
    return begin(load_scenario("all-levers", settings), 1, 0)


def some(world: World) -> Given:
    """Choose three initiatives that no donor signs in so short a run."""
    donor, recipient = np.array([0, 3, 3]), np.array([5, 5, 60])
    return choose(world, donor, recipient, np.array([9000, 9000, 9001]), np.array([1e6, 2.5e6, 4e5]))


def test_given_initiatives_become_rows(world: World) -> None:
    given, before = some(world), world.initiatives.count
    rows = found(world, given)
    new = world.initiatives
    assert new.count == before + 3 and rows == slice(before, before + 3)
    for name in ("key", "donor", "country", "group", "kind", "mechanism", "exit", "duration", "fate", "frailty"):
        np.testing.assert_array_equal(getattr(new, name)[rows], getattr(given, name))
    assert (new.phase[rows] == FUNDED).all() and (new.founded[rows] == world.quarter).all()
    np.testing.assert_allclose(new.instalment[rows] * given.duration / 100.0, given.dollars, rtol=1e-6)
    np.testing.assert_array_equal(new.age[rows], -given.delay)
    for _ in range(QUARTERS_PER_YEAR):
        advance(world)
    place = {key: row for row, key in enumerate(world.initiatives.key.tolist())}
    assert all(world.initiatives.outlay[place[key]] > 0 for key in given.key.tolist() if key in place)


def test_a_choice_is_the_identitys_own(world: World) -> None:
    whole, keep = some(world), np.array([True, False, True])
    donor, recipient = np.array([0, 3]), np.array([5, 60])
    fewer = choose(world, donor, recipient, np.array([9000, 9001]), np.array([1e6, 4e5]))
    for column, same in zip(whole.where(keep), fewer, strict=True):
        np.testing.assert_array_equal(column, same)


def drawn_sizes(median: float, spread: float, most: float, luck: np.ndarray) -> np.ndarray:
    """Return the sizes that luck draws from one list, as `sizes` puts the formulas together."""
    (below,) = founding.too_small(np.array([median]), np.array([spread]))
    relative = np.exp(spread * normal_quantile(founding.share_in_list(below, luck)))
    return np.array([founding.size(median, one, most) for one in relative])


@drawn(LUCK, st.floats(1e4, 1e9))
def test_sizes_stay_between_the_smallest_and_the_budget(luck: float, most: float) -> None:
    (size,) = drawn_sizes(8e5, 2.9, most, np.array([luck]))
    assert founding.SMALLEST <= size <= max(most, founding.SMALLEST)


def test_sizes_are_those_of_the_list_without_its_smallest_part() -> None:
    median, spread, luck = 9e5, 2.2, (np.arange(200_000) + 0.5) / 200_000
    dollars = drawn_sizes(median, spread, np.inf, luck)
    start = np.log(founding.SMALLEST / median) / spread
    assert dollars.min() == pytest.approx(founding.SMALLEST, rel=1e-3)
    for where in (5e5, 9e5, 1e7):  # the same odds as in the list between any two sizes above the smallest
        above = norm.sf(np.log(where / median) / spread) / norm.sf(start)
        assert (dollars > where).mean() == pytest.approx(above, abs=1e-4)
    mean = np.log(median) + spread * norm.pdf(start) / norm.sf(start)  # inverse Mills ratio
    assert np.log(dollars).mean() == pytest.approx(mean, abs=1e-3)
    assert drawn_sizes(median, 0.0, 1e12, luck[:3]) == pytest.approx(median)


def test_each_donor_has_the_sizes_of_its_list() -> None:
    plan = load_scenario("baseline", {"world.uncertain": False, "sizes.several": 0.0})
    world, facts = begin(plan, 1, 0), begin(plan, 1, 0).facts.donors
    names = np.array([row[0] for row in SIZES])[facts.size_row]
    assert set(names[facts.types == "dac"]) == {"bilateral"} and set(names[facts.types == "foundation"]) == {"private"}
    assert names[facts.codes == "CHN"] == "lender" and names[facts.codes == "IFC"] == "lender"
    recipient, first = np.arange(100), np.zeros(100, dtype=np.int64)
    for code, row in (("USA", SIZES[0]), ("IDA", SIZES[1]), ("GATES", SIZES[2]), ("CHN", SIZES[3])):
        donor = np.full(100, int(np.flatnonzero(facts.codes == code)[0]))
        found = np.concatenate([sizes(world, donor, recipient, first + one)[0] for one in range(40)])
        below = norm.cdf(np.log(0.1 / row[2]) / row[4])
        middle = row[2] * np.exp(row[4] * norm.ppf(0.5 + 0.5 * below))
        assert np.median(found) / 1e6 == pytest.approx(middle, rel=0.15)
        assert found.max() <= facts.ict_budget[facts.codes == code][0]
    together = begin(plan.with_settings({"world.parameters": {"sizes.several": 1.0}}), 1, 0)
    found = sizes(together, donor, recipient, first)[0]
    assert np.median(found) / 1e6 == pytest.approx(SIZES[SEVERAL][2], rel=0.6) and np.median(found) < 4e7


@drawn(st.floats(0.3, 3.0), st.floats(1.0, 15.0))
def test_funding_lasts_two_to_ten_years(relative: float, patience: float) -> None:
    assert 8 <= founding.quarters_funded(patience, relative) <= 40
    assert founding.quarters_funded(5.0, 1.0) == 20


@drawn(LUCK, st.integers(0, 4), st.integers(0, 4))
def test_a_delay_lies_in_its_range(luck: float, low: int, more: int) -> None:
    found_delay = founding.delay(float(low), float(low + more), luck)
    assert low <= found_delay <= low + more


@drawn(LUCK, st.floats(0.0, 1.0))
def test_what_initiatives_start_with_is_a_share(luck: float, lever: float) -> None:
    assert 0.0 <= founding.participation(lever, luck, 0.3, 0.4) <= 1.0
    assert founding.participation(lever, luck, 0.0, 1.0) == lever
    assert 0.01 <= founding.capacity(0.35, luck, 0.3) <= 0.5


def test_ways_are_chosen_in_proportion_to_their_weights() -> None:
    luck = (np.arange(10000) + 0.5) / 10000.0
    edges = np.cumsum([1.0, 0.0, 3.0])
    chosen = [founding.chosen(edges, one) for one in luck]
    assert np.bincount(chosen, minlength=3).tolist() == [2500, 0, 7500]


def with_budgets(times: float, desks: int = 1) -> World:
    """Return a world before its first quarter in which donors have a quarter of their yearly budgets, so many times."""
    world = begin(load_scenario("baseline", {"world.uncertain": False, "world.initiative_scale": desks}), 1, 0)
    world.donors.budget[:] = times * world.facts.donors.ict_budget / QUARTERS_PER_YEAR
    return world


def one_at_a_time(world: World, most: int) -> list[list[float]]:
    """Sign as `sign` does, and draw each size only when it is needed."""
    dyads, signed = world.dyads, []
    ripe = np.argwhere(dyads.envelope >= dyads.threshold)
    for _ in range(most):
        left = []
        for desk in map(tuple, ripe.tolist()):
            size = dyads.next_size[desk]
            signed.append([*desk[:2], int(dyads.sequence[desk]), float(size)])
            dyads.envelope[desk] -= size
            dyads.sequence[desk] += world.scale
            asked, threshold = sizes(world, *(np.array([one]) for one in (*desk[:2], dyads.sequence[desk])))
            dyads.next_size[desk], dyads.threshold[desk] = asked[0], threshold[0]
            if dyads.envelope[desk] >= threshold[0]:
                left.append(desk)
        ripe = np.array(left).reshape(-1, 3)
    return signed


@pytest.mark.parametrize(("most", "desks"), [(1, 1), (3, 1), (40, 1), (3, 4)])
def test_sizes_drawn_ahead_sign_what_sizes_drawn_one_by_one_do(most: int, desks: int) -> None:
    ahead, slow = with_budgets(0.05, desks), with_budgets(0.05, desks)
    signed = sign(ahead, earmark(ahead, 12.0), most)
    earmark(slow, 12.0)
    expected = np.array(one_at_a_time(slow, most))
    assert expected.shape[0] > 50
    np.testing.assert_array_equal(np.stack([part.astype(float) for part in signed], axis=1), expected)
    for name in ("envelope", "threshold", "next_size", "sequence"):
        np.testing.assert_array_equal(getattr(ahead.dyads, name), getattr(slow.dyads, name))


def test_who_signs_as_often_as_budgets_allow_grows_with_them() -> None:
    today, capped, much = with_budgets(1.0), with_budgets(100.0), with_budgets(100.0)
    few = sign(capped, earmark(capped, 12.0), 3).dollars.sum()
    usual = sign(today, earmark(today, 12.0), 10**6).dollars.sum()
    many = sign(much, earmark(much, 12.0), 10**6).dollars.sum()
    assert not (much.dyads.envelope >= much.dyads.threshold).any()
    assert many == pytest.approx(100.0 * usual, rel=0.1)
    assert few < 0.2 * many
