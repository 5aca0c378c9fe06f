"""Plans in closed form: donor cliffs and what to move, keep or build, who loses, and what cooperation brings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from command_line import call
from short_worlds import START, short_plan, stepped_from_start

from afteraid.experiments.attribution.attribution import attribute
from afteraid.simulation.basis.units import QUARTERS_PER_YEAR
from afteraid.simulation.data import load_countries
from afteraid.simulation.ensemble import run
from afteraid.simulation.measures.columns import READINESS_NAMES
from afteraid.simulation.measures.groups import shipped_groups
from afteraid.simulation.measures.headlines import YEARS_AFTER_EXIT
from afteraid.simulation.measures.planning import (
    closure_by_cooperation,
    donor_cliff,
    exits_to_move,
    initiatives_to_move,
    keep_or_build,
    price_of_readiness,
    who_loses,
)
from afteraid.simulation.model import advance
from afteraid.simulation.processes.other_causes import log_hazards
from afteraid.simulation.processes.serving import adding, passing
from afteraid.simulation.recording.readiness import readiness_columns, years_lost
from afteraid.simulation.results.plans import FOLDER, plans
from afteraid.simulation.results.tables import Results
from afteraid.simulation.state.world import CAUSES, INDEPENDENT


def left(**by_year: float) -> pd.DataFrame:
    """The accounts of one country with a free room of 10 in each year, and what donors leave; the last year is open."""
    years = [int(name.removeprefix("y")) for name in by_year]
    table = pd.DataFrame({"run": 0, "year": years, "iso3": "AAA", "left_usd": list(by_year.values())})
    return table.assign(treasury_usd=5.0, treasury_room_usd=15.0)


def test_a_cliff_is_what_is_left_over_the_room_and_beyond_what_is_free_of_it() -> None:
    cliff = donor_cliff(left(y2025=3.0, y2026=30.0, y2027=0.0, y2028=np.nan)).set_index("year")
    assert cliff.index.tolist() == [2025, 2026] and cliff["free_usd"].tolist() == [10.0, 10.0]
    assert cliff.loc[2026, "over_room"] == 2.0 and cliff["beyond_usd"].tolist() == [0.0, 20.0]
    no_room = donor_cliff(left(y2025=3.0).assign(treasury_room_usd=0.0))
    assert np.isnan(no_room.loc[0, "over_room"]) and no_room.loc[0, "beyond_usd"] == 3.0
    two = pd.concat([left(y2025=3.0), left(y2025=11.0).assign(run=1)])
    names = ["left_usd", "beyond_usd", "covered_usd", "runs_beyond"]
    assert donor_cliff(two).loc[0, names].tolist() == [7.0, 0.0, 6.5, 0.5]  # no mean is beyond, and one run is


def test_what_is_beyond_the_room_goes_to_the_nearest_years_with_room_and_no_further() -> None:
    cliff = donor_cliff(left(y2025=4.0, y2026=30.0, y2027=3.0, y2031=1.0, y2040=1.0))
    moves = exits_to_move(cliff)
    assert moves[["year", "to_year"]].to_numpy().tolist()[:3] == [[2026, 2027], [2026, 2025], [2026, 2031]]
    assert moves["moved_usd"].tolist() == [7.0, 6.0, 7.0] and moves["moved_usd"].sum() == cliff["beyond_usd"].sum()
    alone = exits_to_move(donor_cliff(left(y2026=30.0, y2040=1.0)))
    assert alone["to_year"].isna().all() and alone["moved_usd"].tolist() == [20.0]
    assert exits_to_move(donor_cliff(left(y2025=10.0))).empty


def test_the_most_costly_initiatives_that_make_up_a_move_are_named() -> None:
    listed = pd.DataFrame({"key": [1, 2, 3, 4], "iso3": "AAA", "ended": [2026.0, 2026.5, 2026.75, np.nan]}).assign(
        donor="USA", kind="skills", exit_strategy="abrupt", running_cost_usd=[5.0, 9.0, 7.0, 99.0]
    )
    moves = pd.DataFrame({"iso3": ["AAA", "AAA"], "year": 2026, "to_year": [2027.0, 2028.0], "moved_usd": [6.0, 5.0]})
    named = initiatives_to_move(listed, moves)
    assert named["key"].tolist() == [2, 3] and named["year"].tolist() == [2026, 2026]
    assert initiatives_to_move(listed, moves.iloc[:0]).empty


def test_keeping_is_paid_each_year_and_building_once() -> None:
    rows = [(0, 2025, "AAA", 100.0, 10.0), (0, 2025, "BBB", 50.0, 5.0), (1, 2025, "AAA", 300.0, 10.0)]
    accounts = pd.DataFrame(rows, columns=["run", "year", "iso3", "running_cost_usd", "users_added"])
    cost = {"run": [0, 1], "year": 2025, "group": "world", "measure": "cost_of_connecting", "value": [90.0, 110.0]}
    found = keep_or_build(accounts, pd.DataFrame(cost)).loc[0]
    assert found["keep_usd"] == 225.0 and found["users_lost"] == 12.5 and found["keep_usd_per_user"] == 18.0
    assert found["build_usd_per_user"] == 100.0 and found["years_of_keeping"] == pytest.approx(100.0 / 18.0)
    assert keep_or_build(accounts, pd.DataFrame(cost), ["BBB"]).loc[0, "keep_usd"] == 50.0


def shares(**use: tuple[float, float, float]) -> pd.DataFrame:
    """Countries of a thousand people, 40% in towns: use in towns, in the countryside and by women, on two days."""
    rows = []
    for iso3, (urban, rural, women) in use.items():
        whole = 0.4 * urban + 0.6 * rural
        rows.append((0, 2030, iso3, 1000.0, 0.4, whole, urban, rural, women, 2.0 * whole - women))
    names = [
        "run",
        "year",
        "iso3",
        "population",
        "urban_share",
        "use",
        "use_urban",
        "use_rural",
        "use_women",
        "use_men",
    ]
    return pd.DataFrame(rows, columns=names)


def test_who_loses_is_told_by_country_place_and_sex_and_each_adds_up() -> None:
    with_it = shares(AAA=(0.8, 0.5, 0.6), BBB=(0.9, 0.9, 0.9))
    without = shares(AAA=(0.7, 0.2, 0.3), BBB=(0.9, 0.9, 0.9))
    found = who_loses(with_it, without.iloc[::-1]).set_index("name")
    assert found.at["AAA", "users_lost"] == pytest.approx(220.0) and found.at["BBB", "users_lost"] == 0.0
    assert found.at["countryside", "users_lost"] == pytest.approx(180.0) and found.at[
        "towns", "share"
    ] == pytest.approx(40 / 220)
    assert found.at["women", "users_lost"] == pytest.approx(150.0)
    assert found.groupby("by")["share"].sum().to_numpy() == pytest.approx([1.0, 1.0, 1.0])
    nobody = who_loses(with_it, with_it)
    assert (nobody["users_lost"] == 0.0).all() and nobody["share"].isna().all()


def test_cooperation_brings_what_closes_beyond_the_twin() -> None:
    facts = load_countries()
    rich, poor = shipped_groups().members("HIC"), shipped_groups().members("LDC")
    first = np.where(rich, 0.9, np.where(poor, 0.3, 0.6))
    last = np.where(rich, 0.9, np.where(poor, 0.7, 0.6))
    days = [(2025, first), (2050, last)]
    table = pd.concat([pd.DataFrame({"run": 0, "year": year, "iso3": facts["iso3"], "use": use}) for year, use in days])
    countries = table.assign(population=1000.0)
    of_twin = table.assign(use=np.concatenate([first, np.where(poor, 0.6, last)]))
    found = closure_by_cooperation(countries, of_twin, "LDC").set_index("group").loc["LDC"]
    assert found["closed"] == pytest.approx(0.4) and found["closed_in_twin"] == pytest.approx(0.3)
    assert found["brought"] == pytest.approx(0.1) and found["share"] == pytest.approx(0.25)
    same = closure_by_cooperation(countries, table, "LDC").set_index("group")
    assert same.at["LDC", "share"] == 0.0
    still = countries.assign(use=np.concatenate([first, first]))
    assert closure_by_cooperation(still, table, "LDC")["share"].isna().all()  # no gap closes
    assert closure_by_cooperation(countries, of_twin.iloc[:0]).empty


def test_the_price_of_readiness_adds_up_over_kinds_and_income_groups() -> None:
    row = dict.fromkeys(READINESS_NAMES, 0.0) | {"with_donor": 4.0, "not_ready": 2.0, "within_reach": 2.0}
    row |= {"money_gap": 1.0, "price_usd": 100.0, "user_years_lost": 50.0}
    places = [(0, 2025, "skills", "LIC"), (0, 2025, "trust", "LIC"), (1, 2025, "skills", "LIC")]
    rows = [dict(zip(("run", "year", "kind", "income_group"), place, strict=True)) | row for place in places]
    unknown = {"run": 0, "year": 2026, "kind": "skills", "income_group": "LIC"}
    found = price_of_readiness(pd.DataFrame([*rows, unknown]))
    assert set(found["year"]) == {2025}
    whole = found.set_index(["kind", "income_group"])
    assert whole.loc[("all", "all"), "price_usd"] == 150.0 and whole.loc[("skills", "LIC"), "price_usd"] == 100.0
    assert whole.loc[("all", "LIC"), "money_gap"] == 0.5 and (whole["usd_per_user_year_kept"] == 2.0).all()
    assert whole["usd_per_work_year_kept"].isna().all()


def test_nobody_has_to_be_made_ready_where_donors_ask_for_no_readiness() -> None:
    world = stepped_from_start(short_plan({"adaptive_threshold": 0.0}), 1)
    idle = readiness_columns(world, adding(world, passing(world)))
    assert idle["with_donor"].sum() > 100.0
    assert all(values.sum() == 0.0 for name, values in idle.items() if name != "with_donor")


def test_readiness_costs_more_where_more_is_asked_and_every_part_is_in_the_price() -> None:
    prices = []
    for threshold in (0.4, 0.7, 1.0):
        world = stepped_from_start(short_plan({"adaptive_threshold": threshold}), 1)
        found = readiness_columns(world, adding(world, passing(world)))
        whole = found["training_usd"] + found["support_usd"] + YEARS_AFTER_EXIT * found["line_usd"]
        assert found["price_usd"] == pytest.approx(whole) and (found["price_usd"] >= 0.0).all()
        assert (found["within_reach"] <= found["not_ready"]).all() and (found["not_ready"] <= found["with_donor"]).all()
        assert (found["user_years_lost"] >= 0.0).all() and found["work_years_lost"].sum() > 0.0
        prices.append(found["price_usd"].sum())
    assert prices[0] < prices[1] < prices[2]


@pytest.mark.slow
def test_the_forecast_of_what_fails_when_donors_leave_at_once_is_what_the_run_does() -> None:
    leaving = {"world.withdrawals": [{"year": START + 1, "donors": ["all"]}]}
    world = stepped_from_start(short_plan({**leaving, "run.end": START + 1}))
    initiatives = world.initiatives
    held = np.flatnonzero((initiatives.phase != INDEPENDENT) & (initiatives.age >= 0))
    keys, first = initiatives.key[held].copy(), world.quarter
    hazard = np.exp(log_hazards(world)[held])
    years = 3.0
    survives = np.exp(-hazard * years)
    lost = years_lost(world, held, years)
    until = -np.log(np.clip(hazard * lost + survives, 1e-12, 1.0)) / hazard
    forecast = float((np.exp(-hazard * until) * (until < years - 1e-6)).sum())
    before = world.closed.count
    while world.quarter < first + years * QUARTERS_PER_YEAR:
        advance(world)
    money = [CAUSES.index("insolvency"), CAUSES.index("contract")]
    closed = world.closed
    seen = float((np.isin(closed.key[before:], keys) & np.isin(closed.cause[before:], money)).sum())
    assert seen > 100.0 and forecast == pytest.approx(seen, rel=0.15)


@pytest.fixture(scope="module")
def results() -> Results:
    return run(short_plan({"run.runs": 1, "run.end": START + 4}), workers=1)


def test_a_run_has_every_plan_and_its_answer_says_what_cooperation_brings(results: Results) -> None:
    found = plans(results)
    assert {"donor_cliff", "exits_to_move", "keep_or_build", "closure_by_cooperation", "by_country"} <= set(found)
    cliff, world = found["donor_cliff"], results.accounts.dropna()
    assert cliff["left_usd"].sum() == pytest.approx(world["left_usd"].sum())
    assert found["exits_to_move"]["moved_usd"].sum() == pytest.approx(cliff["beyond_usd"].sum())
    assert (found["keep_or_build"]["users_lost"] > 0.0).all() and len(found["keep_or_build"]) == 5
    price = found["price_of_readiness"]
    assert set(price["year"]) == {START} and (price["not_ready"] <= price["with_donor"]).all()
    parts = price[(price["kind"] != "all") & (price["income_group"] != "all")]
    whole = price[(price["kind"] == "all") & (price["income_group"] == "all")]
    assert parts["price_usd"].sum() == pytest.approx(whole["price_usd"].item()) and whole["price_usd"].item() > 0.0
    brought = found["closure_by_cooperation"].set_index("group")
    assert brought.at["LDC", "brought"] > 0.0
    closes = brought.at["LDC", "closed"] > 0.0
    assert closes == any("donors' money brings" in sentence for sentence in results.answer().sentences)


@pytest.mark.slow
def test_an_attribution_says_who_loses_and_a_report_has_the_plans(tmp_path: Path) -> None:
    small = short_plan({"run.runs": 1, "run.end": START + 2})
    found = attribute(small, ["donor:all"], workers=1)
    by = found.who_loses.groupby("by")["users_lost"].sum()
    assert by["country"] == pytest.approx(by["place"], rel=1e-4) and by["sex"] == pytest.approx(by["country"], rel=0.02)
    assert by["country"] > 0.0 and set(found.who_loses["item"]) == {"donor:all"}
    short = ("--runs", "1", "--workers", "1", "--set", "spinup=2024", "--start", "2025", "--end", "2027", "--quiet")
    assert call("run", "baseline", *short, "--out", str(tmp_path / "report")).exit_code == 0
    files = {path.name for path in (tmp_path / "report" / FOLDER).iterdir()}
    assert {"donor_cliff.csv", "keep_or_build.csv", "by_country.csv", "closure_by_cooperation.csv"} <= files
