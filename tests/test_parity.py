"""Women and men: the split adds up, stands where it is observed, and keeping places for women does what it says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from short_worlds import START, short_world

from afteraid.simulation.basis.errors import ScenarioError
from afteraid.simulation.rules.split import by_sex
from afteraid.simulation.scenario.scenario import load_scenario
from afteraid.simulation.state.world import FIRST_LIFE, World


@pytest.fixture(scope="module")
def plain(usual_world: World) -> World:
    return usual_world


@pytest.fixture(scope="module")
def targeted() -> World:
    return short_world(women_targeting=1.0)


def mean(world: World, column: np.ndarray, group: str) -> float:
    """Weight a share over the people of a group."""
    members = world.reference.countries[group].to_numpy() == 1 if group else np.ones(column.size, dtype=bool)
    people = world.countries.population[members]
    return float((column[members] * people).sum() / people.sum())


@given(arrays.arrays(np.float64, 5, elements=st.floats(0.0005, 0.9995)), st.floats(1.0, 10.0))
def test_the_split_has_the_odds_and_the_mean_it_should(use: np.ndarray, odds: float) -> None:
    women, men = by_sex(use, np.full(5, odds))
    assert (women + men) / 2 == pytest.approx(use, abs=1e-9)
    assert (women <= men + 1e-9).all() and women.min() >= 0.0 and men.max() <= 1.0
    assert men * (1 - women) == pytest.approx(odds * women * (1 - men), rel=1e-6, abs=1e-9)


def test_equal_odds_are_parity() -> None:
    women, men = by_sex(np.array([0.1, 0.5, 0.9]), np.ones(3))
    assert np.array_equal(women, men)


@pytest.mark.parametrize("name", ["plain", "targeted"])
def test_women_and_men_make_the_nation(name: str, request: pytest.FixtureRequest) -> None:
    world = request.getfixturevalue(name)
    countries = world.countries
    assert (countries.use_women + countries.use_men) / 2 == pytest.approx(countries.use, abs=1e-9)
    assert countries.use_women.min() >= 0.0 and countries.use_men.max() <= 1.0


def test_the_split_stands_where_it_is_observed() -> None:
    world = short_world(run__spinup=2005, run__start=2024, run__end=2025)
    women, men = world.countries.use_women, world.countries.use_men
    assert mean(world, men, "") - mean(world, women, "") == pytest.approx(0.06, abs=0.01)  # ITU 2025: 77 and 71%
    # ITU 2024: parity ratio 0.70 of least developed countries; theirs, a little higher, goes with more use in all
    assert mean(world, women, "ldc") / mean(world, men, "ldc") == pytest.approx(0.70, abs=0.06)


def test_places_for_women_bring_parity_and_cost_people(plain: World, targeted: World) -> None:
    ratio = [mean(w, w.countries.use_women, "ldc") / mean(w, w.countries.use_men, "ldc") for w in (plain, targeted)]
    assert ratio[1] > ratio[0] + 0.001
    assert targeted.tally.people_reached < 0.95 * plain.tally.people_reached
    assert targeted.donors.outlay.sum() == pytest.approx(plain.donors.outlay.sum(), rel=0.02)
    free = short_world(women_targeting=1.0, parity__targeting_cost=0.0)
    assert free.tally.people_reached == pytest.approx(plain.tally.people_reached, rel=1e-9)
    assert free.countries.use == pytest.approx(plain.countries.use, abs=1e-12)  # who is added changes, not how many
    assert (free.countries.use_women >= plain.countries.use_women - 1e-12).all()


def test_half_the_places_do_less_than_all(plain: World, targeted: World) -> None:
    half = short_world(women_targeting=0.5)
    women = [mean(world, world.countries.use_women, "ldc") for world in (plain, half, targeted)]
    assert women[0] < women[1] < women[2]


def test_only_new_initiatives_keep_places(targeted: World) -> None:
    start = 4 * (START - targeted.first_year)
    initiatives = targeted.initiatives
    first = initiatives.life == FIRST_LIFE  # those started again keep what they kept, and nobody founded them
    assert (initiatives.women[first] == (initiatives.founded[first] >= start)).all()


def test_a_share_that_is_none_is_refused() -> None:
    with pytest.raises(ScenarioError, match="women_targeting"):
        load_scenario("baseline", {"strategy.women_targeting": 1.2})
