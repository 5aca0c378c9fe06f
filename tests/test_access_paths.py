"""The fitted paths of access: every economy, in range, never falling, with coverage below its bound."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from wrong_inputs import of_a_kind

from afteraid.simulation.data import FACTS_YEAR, FIRST_YEAR, YEARS, load_countries, load_table
from afteraid.simulation.data.access import MOST_BY_FIXED_LINES, AccessPaths, load_access

NOW = FACTS_YEAR - FIRST_YEAR
SHARES = [field.name for field in fields(AccessPaths) if field.name != "price_index"]


def by_people(values: np.ndarray, member: np.ndarray) -> float:
    """Return the mean over the people of some economies."""
    people = load_countries()["population"].to_numpy(dtype=np.float64)
    return float(np.average(values[member], weights=people[member]))


def test_every_economy_has_a_path_in_range() -> None:
    paths, countries = load_table("access_paths"), load_countries()
    assert list(paths["iso3"]) == list(countries["iso3"])
    numbers = paths.drop(columns=["iso3", "filled"])
    assert np.isfinite(numbers.to_numpy(dtype=np.float64)).all()
    levels, paces = numbers.filter(like="_level"), numbers.filter(like="_pace")
    assert levels.min().min() > -8.0 and levels.max().max() < 12.0
    assert paces.min().min() >= 0.0 and paces.max().max() < 2.0
    assert (numbers.round(3) == numbers).all().all()


@pytest.mark.parametrize(
    ("series", "most"),
    [("coverage_3g", 0.06), ("coverage_2g", 0.08), ("broadband", 0.12), ("electricity_rural", 0.1), ("skills", 0.2)],
)
def test_few_economies_are_filled_and_none_of_them_is_large(series: str, most: float) -> None:
    filled = load_table("access_paths")["filled"].fillna("").str.split(";").map(lambda row: f"{series}_level" in row)
    people = load_countries()["population"]
    assert filled.mean() < most and people[filled].sum() < 0.01 * people.sum()


def test_arrays_are_shares_in_the_order_of_economies_and_read_only() -> None:
    access = load_access()
    for field in fields(access):
        values = getattr(access, field.name)
        assert values.shape == (YEARS.size, len(load_countries())), field.name
        assert np.isfinite(values).all() and not values.flags.writeable, field.name
    for name in SHARES:
        values = getattr(access, name)
        assert (values >= 0.0).all() and (values <= 1.0).all(), name
        assert (np.diff(values, axis=0) >= 0.0).all(), name
    assert load_access() is access


def test_coverage_of_2024_is_near_the_published_totals() -> None:
    access = load_access()
    countries = load_countries()
    everyone = np.ones(len(countries), dtype=bool)
    least = countries["ldc"].to_numpy() == 1
    low = countries["income_group"].to_numpy() == "LIC"
    assert by_people(access.coverage[NOW], everyone) == pytest.approx(0.96, abs=0.01)
    assert by_people(access.coverage[NOW], least) == pytest.approx(0.875, abs=0.015)
    assert by_people(access.coverage[NOW], low) < by_people(access.coverage[NOW], least)
    assert by_people(access.coverage[2050 - FIRST_YEAR], least) > 0.99
    # 3G hardly existed in 2005: what covers people then is fixed lines and a part of the second generation.
    assert by_people(access.coverage[2005 - FIRST_YEAR], least) < 0.3


def test_the_countryside_never_overtakes_the_town_in_electricity() -> None:
    access = load_access()
    lead = access.electricity_rural - access.electricity_urban
    # A few published figures have more in the countryside (South Africa, Solomon Islands); none gets further.
    assert (lead[NOW:] <= np.maximum(lead[NOW], 0.0) + 1e-12).all()
    assert lead[NOW].max() < 0.1 and (lead[NOW] > 0.01).sum() <= 6


def test_skills_are_near_adult_literacy() -> None:
    access = load_access()
    everyone = np.ones(len(load_countries()), dtype=bool)
    assert by_people(access.skills[NOW], everyone) == pytest.approx(0.88, abs=0.02)  # UNESCO, adults, about 2023
    published = load_countries()
    known = ~published["filled"].fillna("").str.contains("literacy").to_numpy()
    difference = access.skills[NOW, known] - published["literacy"].to_numpy(dtype=np.float64)[known]
    assert np.median(np.abs(difference)) < 0.05


def test_prices_fell_to_those_of_2024_and_more_where_incomes_are_low() -> None:
    access = load_access()
    index = access.price_index
    assert (index[NOW:] == 1.0).all()
    low = load_countries()["income_group"].to_numpy() == "LIC"
    high = load_countries()["income_group"].to_numpy() == "HIC"
    for year in (2005, 2010, 2015, 2020):
        assert np.median(index[year - FIRST_YEAR, low]) > np.median(index[year - FIRST_YEAR, high]) > 1.0
    middle = np.median(index, axis=1)
    assert (np.diff(middle[: NOW + 1]) < 0.0).all()


def test_a_faster_pace_covers_more_people_after_2024_and_none_before() -> None:
    usual, fast = load_access(), load_access(pace_after_3g=0.5)
    assert np.array_equal(usual.coverage[: NOW + 1], fast.coverage[: NOW + 1])
    assert (fast.coverage[NOW + 1 :] >= usual.coverage[NOW + 1 :]).all()
    frozen = load_access(pace_after_2g=0.0, pace_after_3g=0.0)
    by_lines = frozen.coverage[NOW:] > frozen.coverage[NOW]
    assert (frozen.coverage[NOW:][by_lines] <= MOST_BY_FIXED_LINES).all()


@pytest.mark.parametrize("weights", [(-0.1, 0.7), (0.8, 0.7), (0.3, 1.1), (float("nan"), 0.7)])
def test_weights_out_of_order_are_refused(weights: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="index_weight"):
        load_access(*weights)


@pytest.mark.parametrize("pace", [-0.1, float("inf"), float("nan")])
def test_a_pace_that_is_no_pace_is_refused(pace: float) -> None:
    with pytest.raises(ValueError, match="pace"):
        load_access(pace_after_3g=pace)


@of_a_kind
@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 3.0), st.floats(0.0, 3.0))
def test_bound_is_never_below_coverage_and_both_never_fall(one: float, other: float, old: float, new: float) -> None:
    access = load_access(min(one, other), max(one, other), old, new)
    assert (access.bound >= access.coverage).all()
    for values in (access.coverage, access.bound):
        assert (values >= 0.0).all() and (values <= 1.0).all()
        assert (np.diff(values, axis=0) >= -1e-12).all()
