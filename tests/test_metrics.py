"""The measures: closed forms, decompositions that add up, and a survival curve worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.measures.groups import group_members
from afteraid.simulation.measures.metrics import (
    divide,
    dollars_per_user_year,
    gini,
    kaplan_meier,
    survival,
    theil,
    theil_parts,
    year_reached,
    years_behind,
)
from afteraid.simulation.measures.survival import shares_serving

FACTS = pd.DataFrame(
    {
        "iso3": ["AAA", "BBB", "CCC"],
        "region": ["Europe", "Africa", "Africa"],
        "income_group": ["HIC", "LIC", "LMC"],
        "ldc": [0, 1, 1],
        "lldc": [0, 0, 1],
        "sids": [0, 0, 0],
        "fragile": [0, 1, 0],
    }
)
SHARES = st.floats(0.001, 1.0)
PEOPLE = st.floats(1.0, 1e9)
GROUPS = st.lists(st.tuples(SHARES, PEOPLE), min_size=1, max_size=30)


def world(use_by_year: dict[int, list[float]]) -> pd.DataFrame:
    """Make a countries table in which town and countryside are alike."""
    rows = []
    for year, uses in use_by_year.items():
        for code, use, people in zip(FACTS["iso3"], uses, [100.0, 200.0, 300.0], strict=True):
            row = {"year": year, "iso3": code, "population": people, "urban_share": 0.5, "use": use}
            rows.append({**row, "use_urban": use, "use_rural": use, "reference_use": use})
    return pd.DataFrame(rows)


def value(table: pd.DataFrame, group: str, measure: str, year: int) -> float:
    """Pick one value out of a tidy table."""
    found = table.query("group == @group and measure == @measure and year == @year")["value"]
    assert len(found) == 1
    return float(found.iloc[0])


@given(GROUPS)
def test_gini_is_the_mean_difference_between_two_people(groups: list[tuple[float, float]]) -> None:
    use, people = (np.array(column) for column in zip(*groups, strict=True))
    share = people / people.sum()
    differences = np.abs(use[:, None] - use[None, :])
    closed_form = float(share @ differences @ share) / (2.0 * float(share @ use))
    assert gini(use, people) == pytest.approx(closed_form, abs=1e-9)
    assert 0.0 <= gini(use, people) < 1.0


@given(SHARES, st.floats(0.01, 0.99))
def test_two_groups_of_which_one_has_everything(use: float, share: float) -> None:
    uses, people = np.array([use, 0.0]), np.array([share, 1.0 - share])
    assert gini(uses, people) == pytest.approx(1.0 - share)
    assert theil(uses, people) == pytest.approx(-np.log(share))


@given(GROUPS, st.floats(0.1, 1.0), st.floats(0.1, 100.0))
def test_inequality_ignores_scale(groups: list[tuple[float, float]], factor: float, more: float) -> None:
    use, people = (np.array(column) for column in zip(*groups, strict=True))
    for index in (gini, theil):
        assert index(use * factor, people * more) == pytest.approx(index(use, people), abs=1e-9)


@given(
    arrays.arrays(np.float64, (7, 2), elements=st.floats(0.0, 1.0)),
    arrays.arrays(np.float64, (7, 2), elements=st.floats(1.0, 1e8)),
)
def test_theil_adds_up(use: np.ndarray, people: np.ndarray) -> None:
    total, between, within = theil_parts(use, people)
    assert total == between + within
    assert total == pytest.approx(theil(use.ravel(), people.ravel()), abs=1e-9)
    assert min(between, within) >= 0.0


def test_nobody_online_is_not_unequal() -> None:
    assert gini(np.zeros(3), np.ones(3)) == 0.0
    assert theil_parts(np.zeros((3, 2)), np.ones((3, 2))) == (0.0, 0.0, 0.0)


def test_divide_by_hand() -> None:
    table = divide(world({2025: [0.9, 0.3, 0.3], 2026: [0.9, 0.45, 0.45]}), FACTS, "BBB")
    assert value(table, "world", "use", 2025) == pytest.approx((90 + 60 + 90) / 600)
    assert value(table, "LDC", "gap", 2025) == pytest.approx(0.6)
    assert value(table, "LDC", "closure", 2025) == 0.0
    assert value(table, "LDC", "closure", 2026) == pytest.approx(0.25)
    assert value(table, "BBB", "unconnected", 2026) == pytest.approx(200 * 0.55)
    assert value(table, "world", "urban_rural_ratio", 2026) == pytest.approx(1.0)
    assert value(table, "world", "theil_within", 2026) == pytest.approx(0.0, abs=1e-12)
    assert np.isnan(value(table, "HIC", "closure", 2026))
    assert "SIDS" not in set(table["group"])  # a group without members is not shown


def test_divide_takes_rows_in_any_order_and_refuses_holes() -> None:
    whole = world({2025: [0.9, 0.3, 0.2], 2026: [0.9, 0.4, 0.3]})
    shuffled = whole.sample(frac=1.0, random_state=1)
    pd.testing.assert_frame_equal(divide(whole, FACTS), divide(shuffled, FACTS))
    with pytest.raises(InputError, match="every country"):
        divide(whole.iloc[1:], FACTS)


def test_years_behind_reads_the_past_and_the_projection() -> None:
    behind = years_behind([2025, 2026], np.array([0.353, 0.75]), np.array([0.74, 0.76]))
    assert behind[0] == pytest.approx(12.0)  # the world was at 35.3% in 2013
    assert behind[1] == pytest.approx(0.5)
    assert np.isnan(years_behind([2025], np.array([0.10]), np.array([0.74]))[0])  # before 2005
    assert np.isnan(years_behind([2025], np.array([0.95]), np.array([0.74]))[0])  # not yet reached


def test_groups_in_any_case_and_the_nearest_name() -> None:
    assert group_members(FACTS, "africa")[0] == "Africa"
    assert group_members(FACTS, "ldc")[1].tolist() == [False, True, True]
    with pytest.raises(InputError, match="did you mean 'Africa'"):
        group_members(FACTS, "AFRCA")


def test_kaplan_meier_by_hand() -> None:
    # ten watched; two close, one is lost to sight; one of seven closes; three lost; three of three close
    alive, low, high = kaplan_meier(np.array([10, 7, 3, 0]), np.array([2, 1, 3, 0]))
    assert alive[:3] == pytest.approx([0.8, 0.8 * 6 / 7, 0.0])
    greenwood = 2 / (10 * 8) + 1 / (7 * 6)
    width = 1.6448536 * np.sqrt(greenwood) / -np.log(alive[1])
    assert low[1] == pytest.approx(alive[1] ** np.exp(width))
    assert high[1] == pytest.approx(alive[1] ** np.exp(-width))
    assert alive[3] == 0.0  # dead for good, though nobody is left to watch


def test_survival_is_unknown_once_nobody_is_watched() -> None:
    alive, _, _ = kaplan_meier(np.array([4, 2, 0]), np.array([0, 1, 0]))
    assert alive[:2] == pytest.approx([1.0, 0.5])
    assert np.isnan(alive[2])


def initiatives(ended: list[float], closed: list[float]) -> pd.DataFrame:
    """Make a list of initiatives that differ in their times only."""
    labels = {"exit_strategy": "abrupt", "mechanism": "project_grant", "kind": "skills", "income_group": "LIC"}
    return pd.DataFrame({"ended": ended, "closed": closed, "people": 10.0}).assign(**labels)


def test_survival_counts_by_hand() -> None:
    # closes in the quarter of its exit; closes two quarters later; censored at the end; failed before exit; exit too
    # early to be counted
    table = survival(
        initiatives([2030.0, 2030.0, 2034.0, np.nan, 2020.0], [2030.0, 2030.5, np.nan, 2031.0, 2026.0]), 2025, 2035
    )
    every = table.query("dimension == 'all'").reset_index(drop=True)
    assert every["years_after_exit"].tolist() == [quarter / 4 for quarter in range(1, 41)]
    assert every["at_risk"].tolist()[:6] == [3, 2, 2, 1, 0, 0]
    assert every["events"].tolist()[:6] == [1, 0, 1, 0, 0, 0]
    assert every["people_at_risk"].tolist()[:2] == [30.0, 20.0]
    assert set(table["dimension"]) == {"all", "exit_strategy", "mechanism", "kind", "income_group"}


@given(st.lists(st.tuples(st.floats(2025, 2049), st.floats(0, 40)), min_size=1, max_size=40), st.integers(2026, 2050))
def test_survival_counts_balance(lives: list[tuple[float, float]], end: int) -> None:
    ended = [begin for begin, _ in lives]
    closed = [begin + length for begin, length in lives]
    table = survival(initiatives(ended, closed), 2025, end)
    every = table.query("dimension == 'all'")
    at_risk, events = every["at_risk"].to_numpy(), every["events"].to_numpy()
    assert (events <= at_risk).all()
    assert (at_risk[1:] <= at_risk[:-1] - events[:-1]).all()  # who closed or was lost to sight never comes back
    assert events.sum() <= sum(stop < end for stop in closed)
    one = table.query("dimension == 'exit_strategy'")
    if len(one):  # no row where nobody was left before the end
        assert one["at_risk"].tolist() == every["at_risk"].tolist()


def test_no_initiatives_gives_an_empty_curve() -> None:
    table = survival(initiatives([], []), 2025, 2050)
    assert table["at_risk"].sum() == 0
    assert len(table) == 100


def test_dollars_per_user_year() -> None:
    """Half is missing: run 1 serves nobody, run 2 spends nothing on those whom earlier money left behind."""
    rows = [(0, 2025, "outlay_usd", 50.0), (0, 2026, "outlay_usd", 50.0), (0, 2026, "user_years_after_exit", 4.0)]
    rows += [(1, 2025, "outlay_usd", 10.0), (1, 2026, "user_years_after_exit", 0.0)]
    rows += [(2, 2025, "outlay_usd", 0.0), (2, 2026, "user_years_after_exit", 7.0)]
    cost = dollars_per_user_year(pd.DataFrame(rows, columns=["run", "year", "measure", "value"]))
    assert cost[0] == pytest.approx(25.0)
    assert np.isnan(cost[1]) and np.isnan(cost[2])


def test_women_and_men_in_the_divide() -> None:
    table = world({2025: [0.9, 0.3, 0.6]})
    table["use_women"], table["use_men"] = table["use"] - 0.1, table["use"] + 0.1
    measured = divide(table, FACTS)
    women, men = (200 * 0.2 + 300 * 0.5) / 500, (200 * 0.4 + 300 * 0.7) / 500
    assert value(measured, "LDC", "use_women", 2025) == pytest.approx(women)
    assert value(measured, "LDC", "parity", 2025) == pytest.approx(women / men)
    assert "parity" not in set(divide(world({2025: [0.9, 0.3, 0.6]}), FACTS)["measure"])  # older tables have no sexes


def test_the_year_in_which_nearly_all_are_online() -> None:
    rows = [(0, 2025, 0.90), (0, 2026, 0.96), (0, 2027, 0.94), (1, 2025, 0.90), (1, 2026, 0.91), (1, 2027, 0.949)]
    table = pd.DataFrame(rows, columns=["run", "year", "value"]).assign(group="LDC", measure="use")
    years = year_reached(table).set_index("run")["year"]
    assert years[0] == 2026.0  # the first time, even if use falls back
    assert np.isnan(years[1])
    assert year_reached(table, 0.90)["year"].tolist() == [2025.0, 2025.0]


def founded(lives: list[tuple[str, float, float, float, float]]) -> pd.DataFrame:
    """Make a list of initiatives from exit strategy, founding, exit, closure and outlay."""
    table = pd.DataFrame(lives, columns=["exit_strategy", "founded", "ended", "closed", "outlay_usd"])
    return table.assign(
        people=[10.0 * (row + 1) for row in range(len(table))], mechanism="m", kind="k", income_group="g"
    )


LIVES = [
    ("abrupt", 2025.0, 2028.0, 2029.0, 2e6),  # watched for 4 years and a quarter
    ("abrupt", 2025.0, np.nan, 2026.75, 1e6),  # failed before its exit, after 2 years
    ("abrupt", 2026.0, 2031.0, np.nan, 1e6),  # alive at the end
    ("adaptive", 2025.0, 2030.0, np.nan, 4e6),  # alive at the end
    ("adaptive", 2033.0, np.nan, np.nan, 1e6),  # founded too late to be watched for 5 years
    ("adaptive", 2020.0, 2026.0, 2027.0, 9e6),  # founded before the start
]


def test_survival_from_founding_by_hand() -> None:
    table = survival(founded(LIVES), 2025, 2035)
    every = table.query("dimension == 'all_from_founding'").reset_index(drop=True)
    assert every["at_risk"].tolist()[:9] == [5] * 8 + [3]  # one closed in the 8th quarter, one is two years old
    assert every["events"].to_numpy().nonzero()[0].tolist() == [7, 16]
    assert table.query("dimension == 'all'")["at_risk"].max() == 4  # who failed before its exit has none
    by_exit = table.query("dimension == 'exit_strategy_from_founding'").astype({"value": str})
    assert by_exit.groupby("value")["at_risk"].max().to_dict() == {"abrupt": 3, "adaptive": 2}
    after = shares_serving(table.assign(run=0), (1.0, 5.0), "exit_strategy_from_founding")
    shares = after.set_index(["value", "years_after_exit"])["survival"]
    assert shares["abrupt", 1.0] == 1.0 and shares["abrupt", 5.0] == pytest.approx(1 / 3)
    assert shares["adaptive", 5.0] == 1.0


def test_survival_per_dollar_counts_only_those_old_enough() -> None:
    table = survival(founded(LIVES), 2025, 2035).assign(run=0)
    after = shares_serving(table, (5.0,), "exit_strategy_from_founding").set_index("value")["per_million_usd"]
    assert after["abrupt"] == pytest.approx(1 / 4)  # one of three serves, for four million
    assert after["adaptive"] == pytest.approx(1 / 4)  # one, for four million; the young one's money isn't counted
    people = shares_serving(table, (5.0,), "exit_strategy_from_founding", "people").set_index("value")
    assert people.loc["abrupt", "survival"] == pytest.approx(30 / 60)
    assert people.loc["abrupt", "per_million_usd"] == pytest.approx(30 / 4)
    free = survival(founded([("abrupt", 2025.0, 2028.0, np.nan, 0.0)]), 2025, 2035).assign(run=0)
    assert shares_serving(free, (5.0,), "all_from_founding")["per_million_usd"].isna().all()


@given(st.lists(st.tuples(st.floats(2025, 2034.9), st.floats(0.01, 12)), min_size=1, max_size=30))
def test_survival_from_founding_without_late_entry_is_the_plain_share(lives: list[tuple[float, float]]) -> None:
    rows = [("abrupt", 2025.0, np.nan, 2025.0 + length, 1.0) for _, length in lives]
    table = survival(founded(rows), 2025, 2035).assign(run=0)
    after = shares_serving(table, (5.0,), "all_from_founding")["survival"].iloc[0]
    assert after == pytest.approx(np.mean([length >= 5.0 for _, length in lives]), abs=1e-9)
