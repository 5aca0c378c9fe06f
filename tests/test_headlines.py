"""The four headlines in closed form, on tables that are small enough to work out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from afteraid.simulation.measures.catalogue import CATALOGUE
from afteraid.simulation.measures.headlines import (
    ADDITIONAL,
    AT_THE_END,
    WHOLE_RUN,
    additional,
    additional_users,
    discounted,
    headlines,
    stranded_share,
)
from afteraid.simulation.measures.of_headlines import DISCOUNT_RATE
from afteraid.simulation.measures.survival import survival

YEARS = (2025, 2026, 2027)


def world(use: dict[str, tuple[float, float, float]], public: dict[str, float]) -> dict[str, pd.DataFrame]:
    """Countries with a thousand people each, their use on three days, and their public money in each of two years."""
    rows = [
        (0, year, iso3, 1000.0, value) for iso3, path in use.items() for year, value in zip(YEARS, path, strict=True)
    ]
    money = [(0, year, iso3, np.nan if year == YEARS[-1] else paid) for iso3, paid in public.items() for year in YEARS]
    return {
        "countries": pd.DataFrame(rows, columns=["run", "year", "iso3", "population", "use"]),
        "accounts": pd.DataFrame(money, columns=["run", "year", "iso3", "public_usd"]),
    }


def twin_of(made: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The table of a twin out of the tables of a world."""
    return made["countries"].drop(columns="population").merge(made["accounts"], on=["run", "year", "iso3"])


BASE = world({"AAA": (0.5, 0.6, 0.7), "BBB": (0.1, 0.1, 0.3)}, {"AAA": 1000.0, "BBB": 500.0})
TWIN = twin_of(world({"AAA": (0.5, 0.5, 0.5), "BBB": (0.1, 0.1, 0.1)}, {"AAA": 100.0, "BBB": 200.0}))


def test_additional_user_years_and_dollars_are_means_of_days_and_sums_of_years_both_discounted() -> None:
    found = additional(**BASE, twin=TWIN).loc[0]
    second = 1.0 / (1.0 + DISCOUNT_RATE)
    # more users than the twin: 0, 100 and 400 people; so 50 and 250 person-years, and 1,200 dollars in each year
    assert found["additional_user_years"] == pytest.approx(50.0 + 250.0 * second)
    assert found["additional_public_usd"] == pytest.approx(1200.0 * (1.0 + second))
    assert found["additional_user_years_per_1000_usd"] == pytest.approx(
        1000.0 * (50.0 + 250.0 * second) / (1200.0 * (1.0 + second))
    )
    users = additional_users(BASE["countries"], TWIN).set_index(["iso3", "year"])["additional_users"]
    assert users.loc["AAA"].tolist() == pytest.approx([0.0, 100.0, 200.0])
    assert users["BBB", 2027] == pytest.approx(200.0)


def test_groups_of_economies_add_up_to_the_world() -> None:
    parts = [additional(**BASE, twin=TWIN, codes=[code]) for code in ("AAA", "BBB")]
    whole = additional(**BASE, twin=TWIN)
    for name in ADDITIONAL[1:]:
        assert sum(part.loc[0, name] for part in parts) == pytest.approx(whole.loc[0, name])


@pytest.mark.parametrize(
    ("paid", "known"), [(-1.0, False), (0.0, False), (0.0099, False), (0.0101, True)]
)  # additional public money over the run's
def test_there_is_no_ratio_where_public_money_hardly_differs_and_both_parts_are_there(paid: float, known: bool) -> None:
    base = world({"AAA": (0.5, 0.6, 0.7)}, {"AAA": 1000.0})
    twin = twin_of(world({"AAA": (0.5, 0.5, 0.5)}, {"AAA": 1000.0 * (1.0 - paid)}))
    found = additional(**base, twin=twin).loc[0]
    assert np.isfinite(found["additional_user_years_per_1000_usd"]) == known
    assert found["additional_user_years"] > 0.0 and np.isfinite(found["additional_public_usd"])


def test_a_world_that_is_its_twin_adds_nothing() -> None:
    found = additional(**BASE, twin=twin_of(BASE)).loc[0]
    assert found[["additional_user_years", "additional_public_usd"]].tolist() == [0.0, 0.0]
    assert np.isnan(found["additional_user_years_per_1000_usd"])
    assert additional(**BASE, twin=TWIN.iloc[:0]).isna().all(axis=None)


def test_what_one_world_adds_to_another_is_the_difference_of_their_levels() -> None:
    other = {"countries": BASE["countries"].assign(use=TWIN["use"]), "accounts": TWIN}
    apart = discounted(**BASE) - discounted(**other)
    whole = additional(**BASE, twin=TWIN)
    for name in ADDITIONAL[1:]:
        assert apart.loc[0, name] == pytest.approx(whole.loc[0, name])


def test_stranded_capital_is_over_the_capital_in_place_of_the_same_years() -> None:
    rows = [(0, 2025, "capital_usd", 100.0), (0, 2026, "capital_usd", 300.0), (0, 2027, "capital_usd", 900.0)]
    rows += [(0, 2025, "stranded_usd", 10.0), (0, 2026, "stranded_usd", 10.0), (1, 2025, "capital_usd", 0.0)]
    rows += [(1, 2025, "stranded_usd", 0.0)]
    activity = pd.DataFrame(rows, columns=["run", "year", "measure", "value"])
    assert stranded_share(activity)[0] == pytest.approx(20.0 / 400.0)  # the last day begins no year
    assert np.isnan(stranded_share(activity)[1])


def test_every_headline_is_a_measure_with_a_smallest_difference_that_matters() -> None:
    for name in (*WHOLE_RUN, *AT_THE_END):
        assert CATALOGUE[name].matters is not None and not CATALOGUE[name].part_of
    assert CATALOGUE["additional_user_years_per_1000_usd"].matters.said("") == "3% of the level"  # type: ignore[union-attr]


def test_what_counts_only_after_exit_is_a_part_of_a_whole_and_has_no_better_direction() -> None:
    parts = {name: one for name, one in CATALOGUE.items() if one.part_of}
    after_exit = {"sustained_users", "user_years_after_exit", "usd_per_sustained_user_year", "users_after_exit"}
    assert after_exit < set(parts)
    for one in parts.values():
        assert one.better == "neither" and one.part_of in CATALOGUE and not CATALOGUE[one.part_of].part_of


def test_serving_is_weighted_by_people_and_by_initiatives() -> None:
    # the last one closed before its donor left
    table = pd.DataFrame({"closed": [2028.0, np.nan, np.nan, 2026.0], "people": [300.0, 50.0, 50.0, 1.0]}).assign(
        founded=2025.0, ended=[2027.0, 2027.0, 2027.0, np.nan], outlay_usd=1.0, exit_strategy="abrupt",
        mechanism="project_grant", kind="skills", income_group="LIC",
    )  # fmt: skip
    counts = survival(table, 2025, 2040).assign(run=0)
    activity = pd.DataFrame({"run": [0], "year": [2025], "measure": ["capital_usd"], "value": [1.0]})
    found = headlines(counts, activity, **BASE, twin=TWIN).loc[0]
    assert found["serving_5_years_after_exit"] == pytest.approx(2 / 3)
    assert found["people_serving_5_years_after_exit"] == pytest.approx(0.25)
    assert found["serving_10_years_after_founding"] == pytest.approx(0.5)
    assert found["people_serving_10_years_after_founding"] == pytest.approx(100.0 / 401.0)
