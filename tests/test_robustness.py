"""Measures of robustness by their formulae and their properties; mixes whose shares sum to one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from afteraid.experiments.search.file import read_search
from afteraid.experiments.search.levers import Lever, settings_at, simplex
from afteraid.experiments.search.robustness import (
    Direction,
    best_in_each,
    dominated,
    paired_band,
    regret,
    satisficing,
    spread,
    summed,
)
from afteraid.simulation.scenario.scenario import load_scenario

values = arrays(np.float64, st.tuples(st.integers(1, 6), st.integers(1, 8)), elements=st.floats(-1e6, 1e6, width=32))
directions = st.sampled_from(["more", "less"])
LEVERS = read_search("robust-mix").written.levers


@given(values, directions)
def test_regret_is_never_below_zero_and_nothing_for_the_best(found: np.ndarray, direction: Direction) -> None:
    short = regret(found, best_in_each(found, direction), direction)
    assert (short >= 0.0).all() and (short.min(axis=0) == 0.0).all()
    turned: Direction = "less" if direction == "more" else "more"
    assert np.array_equal(short, regret(-found, best_in_each(-found, turned), turned))


def test_measures_have_the_values_of_their_formulae() -> None:
    table = np.array([[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0] * 2])
    assert summed(table, "mean", "more")[0] == 5.5
    assert summed(table, "worst", "more")[0] == 1.0 and summed(table, "worst", "less")[0] == 10.0
    assert summed(table, "worst_tenth", "more")[0] == 1.0 and summed(table, "worst_tenth", "less")[0] == 10.0
    fifteen = np.arange(1.0, 16.0)[None, :]  # the last tenth ends half-way in the second: (1 + 2/2) / 1.5
    assert summed(fifteen, "worst_tenth", "more")[0] == pytest.approx(2.0 / 1.5)
    assert summed(np.arange(0.0, 101.0)[None, :], "percentile_10", "more")[0] == pytest.approx(10.0)
    assert summed(np.arange(0.0, 101.0)[None, :], "percentile_10", "less")[0] == pytest.approx(90.0)
    two = np.array([[1.0, 4.0], [3.0, 2.0]])
    assert regret(two, best_in_each(two, "more"), "more").tolist() == [[2.0, 0.0], [0.0, 2.0]]
    with pytest.raises(ValueError, match="not a sum"):
        summed(two, "regret_max", "more")


@given(values, directions)
def test_measures_are_ordered_from_mean_to_worst(found: np.ndarray, direction: Direction) -> None:
    sign = 1.0 if direction == "more" else -1.0
    mean, tenth, worst = (sign * summed(found, over, direction) for over in ("mean", "worst_tenth", "worst"))
    slack = 1e-9 * (1.0 + np.abs(found).max())
    assert (worst <= tenth + slack).all() and (tenth <= mean + slack).all()


@given(values, st.floats(-1e6, 1e6), st.floats(0.0, 1e6))
def test_satisficing_is_a_share_that_falls_as_more_is_asked(found: np.ndarray, threshold: float, more: float) -> None:
    one, other = satisficing(found >= threshold), satisficing(found >= threshold + more)
    assert ((one >= 0.0) & (one <= 1.0)).all() and (other <= one).all()


@given(values)
def test_what_dominates_is_not_dominated(scores: np.ndarray) -> None:
    beaten = dominated(scores)
    assert not beaten.all()
    for place in np.flatnonzero(beaten):
        better = (scores <= scores[place]).all(axis=1) & (scores < scores[place]).any(axis=1)
        assert (better & ~beaten).any()


@given(values, st.integers(1, 6))
def test_those_that_stand_for_all_hold_the_best(scores: np.ndarray, keep: int) -> None:
    chosen = spread(scores, keep)
    assert len(chosen) == len(set(chosen)) == min(keep, len(scores)) and chosen == sorted(chosen)
    if keep >= scores.shape[1]:
        assert (scores[chosen].min(axis=0) == scores.min(axis=0)).all()


def test_a_band_is_of_paired_differences() -> None:
    luck = np.random.default_rng(5)
    common = luck.normal(0.0, 100.0, 60)
    mean, low, high = paired_band(common + 1.0 + luck.normal(0.0, 0.5, 60), common)
    assert low < mean < high and low > 0.5 and high < 1.5
    assert paired_band(common, common) == (0.0, 0.0, 0.0)
    half = np.full(8, 3.0)
    assert paired_band(half, 2.0 * half, relative=True) == (-0.5, -0.5, -0.5)
    assert all(map(math.isnan, paired_band(half, np.zeros(8), relative=True)))


# Mixes


@given(
    arrays(np.float64, st.integers(2, 13), elements=st.floats(0.0, 1.0)),
    st.integers(2, 100),
)
def test_a_mix_sums_to_one_in_whole_steps(at: np.ndarray, steps: int) -> None:
    shares = simplex(at, steps)
    counts = [round(share * steps) for share in shares]
    assert sum(counts) == steps and abs(sum(shares) - 1.0) < 1e-12
    assert all(share == count / steps and share >= 0.0 for share, count in zip(shares, counts, strict=True))


def test_every_part_of_a_mix_can_be_all_or_nothing() -> None:
    assert simplex(np.array([1.0, 0.0, 0.0]), 20) == [1.0, 0.0, 0.0]
    assert simplex(np.zeros(4), 20) == [0.25] * 4
    draws = np.random.default_rng(1).random((4000, 4))
    means = np.mean([simplex(row, 20) for row in draws], axis=0)
    assert np.allclose(means, 0.25, atol=0.02)  # no part is preferred


@settings(max_examples=20)  # reading a scenario takes a while
@given(st.lists(st.floats(0.0, 1.0), min_size=17, max_size=17))
def test_a_strategy_is_one_that_a_scenario_takes(at: list[float]) -> None:
    levers = LEVERS
    chosen = settings_at(levers, frozenset(), np.array(at))
    assert 1.0 <= float(str(chosen["transition_years"])) <= 6.0
    scenario = load_scenario("baseline", chosen)
    assert abs(sum(scenario.strategy.exits.values()) - 1.0) < 1e-12


def test_parts_below_a_step_fall_away() -> None:
    lever = Lever(name="exits", mix=("abrupt", "adaptive", "evergreen"), steps=4)
    assert lever.chosen(np.array([0.9, 0.9, 0.1]), False) == {"exits": {"abrupt": 0.5, "adaptive": 0.5}}
