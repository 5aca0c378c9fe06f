"""What shows each challenge: worked out by hand on the world's columns, and moved by its own lever."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from short_worlds import END, START, short_world

from afteraid.simulation.measures.catalogue import RECORDED, of_table
from afteraid.simulation.measures.challenges import CHALLENGES, GOALS
from afteraid.simulation.recording.indicators import aid_received, flow_indicators, running_totals, state_indicators
from afteraid.simulation.recording.recording import compile_record
from afteraid.simulation.results.charts import eras_in_view, panels
from afteraid.simulation.results.gallery.challenges import challenges
from afteraid.simulation.results.gallery.sdg import sdg
from afteraid.simulation.results.tables import TABLES, Results
from afteraid.simulation.state.world import World


@pytest.fixture(scope="module")
def activity(usual_world: World) -> pd.DataFrame:
    return compile_record(usual_world).tables["activity"]


def series(activity: pd.DataFrame, measure: str, group: str = "world") -> pd.Series:
    return activity.query("measure == @measure and group == @group").set_index("year")["value"]


def average(world: World, measure: str, group: str = "world") -> float:
    return float(series(compile_record(world).tables["activity"], measure, group).mean())


def test_every_measure_is_recorded_once_a_year_and_named(activity: pd.DataFrame) -> None:
    assert not activity.duplicated(["year", "group", "measure"]).any()
    assert set(activity["measure"]) == RECORDED
    assert set(activity["group"]) == {"world", "recipients", "LDC"}
    for panel in (*CHALLENGES, *GOALS):
        assert panel.measure in of_table(panel.record.table)
        if panel.record.table == "activity":
            for group in panel.groups:
                assert np.isfinite(series(activity, panel.measure, group)).all(), panel.title


def test_the_focus_has_a_group_of_its_own() -> None:
    kenya = short_world(run__focus="KEN", run__start=END - 1)
    table = compile_record(kenya).tables["activity"]
    row = int(np.flatnonzero(kenya.reference.countries["iso3"].to_numpy() == "KEN")[0])
    assert series(table, "mean_price", "KEN")[END] == kenya.countries.price[row]


def test_shares_over_people_by_hand(usual_world: World) -> None:
    found = state_indicators(usual_world)
    table, countries = usual_world.reference.countries, usual_world.countries
    people = countries.population
    least = table["ldc"].to_numpy() == 1
    rural = 1.0 - countries.urban_share
    skilled = people * (countries.urban_share * countries.skills_urban + rural * countries.skills_rural)
    assert found["skills_share", "LDC"] == pytest.approx(skilled[least].sum() / people[least].sum())
    assert found["price_above_target", "LDC"] == (countries.price[least] > 0.02).sum()
    urban_cost, rural_cost = usual_world.now.unit_cost[0]
    offline = people * countries.urban_share * (1 - countries.use_urban) * urban_cost
    offline += people * rural * (1 - countries.use_rural) * rural_cost
    assert found["need_usd", "LDC"] == pytest.approx(offline[least].sum())
    assert found["need_usd", "LDC"] < found["need_usd", "recipients"] < found["need_usd", "world"]


def test_orphans_and_darlings_by_hand() -> None:
    world = short_world(run__end=START + 1)
    rows = world.reference.recipients
    offline = world.countries.population[rows] * (1.0 - world.countries.use[rows])
    world.dyads.paid[:] = 0.0
    world.dyads.paid[0] = 100.0 * offline  # a dollar for everybody
    found = state_indicators(world)
    assert (found["orphans", "world"], found["darlings", "world"]) == (0.0, 0.0)
    world.dyads.paid[0, :3] *= 0.2
    world.dyads.paid[0, 3:5] *= 5.0
    found = state_indicators(world)
    assert (found["orphans", "world"], found["darlings", "world"]) == (3.0, 2.0)
    world.dyads.paid[:] = 0.0
    assert np.isnan(state_indicators(world)["orphans", "recipients"])


def test_a_treasury_that_is_asked_for_twice_its_room_fails_half() -> None:
    world = short_world(run__end=START + 1)
    world.countries.recurrent_cap[:] = 10.0
    world.countries.recurrent_asked[:] = 20.0
    assert state_indicators(world)["handover_shortfall", "LDC"] == pytest.approx(0.5)
    world.countries.recurrent_asked[:] = 5.0
    assert state_indicators(world)["handover_shortfall", "LDC"] == 0.0
    world.countries.recurrent_asked[:] = 0.0
    assert np.isnan(state_indicators(world)["handover_shortfall", "LDC"])


def test_the_year_between_two_records_by_hand(usual_world: World) -> None:
    names = running_totals(usual_world)
    aid = np.ones(usual_world.reference.recipients.size)
    need = {("need_usd", "recipients"): 1000.0}
    before = SimpleNamespace(totals=dict.fromkeys(names, 0.0), aid=aid, indicators=need)
    year = {"outlay": 100.0, "others": 25.0, "transaction": 12.0, "people_reached": 4.0, "decisions": 8.0}
    year |= {"people_connected": 2.0, "returned": 5.0, "appropriated": 120.0, "unreliable": 18.0}
    year |= {"regretted": 2.0, "closed": 5.0, "closed_vintage": 60.0}
    found = flow_indicators(usual_world, before, SimpleNamespace(totals=year, aid=aid * np.exp(0.3)))
    expected = {"transaction_cost_share": 0.12, "leverage": 0.25, "money_usd": 125.0, "decision_regret": 0.25}
    expected |= {
        "unreliability_share": 0.15,
        "technology_age_at_closure": 3.0,
        "cost_per_user": 25.0,
        "aid_volatility": 0.3,
        "cost_of_connecting": 60.0,
    }
    assert {name: found[name, "world"] for name in expected} == pytest.approx(expected)
    assert found["share_of_need_met", "recipients"] == pytest.approx(0.125)
    assert found["gap_to_need_usd", "recipients"] == pytest.approx(875.0)
    nothing = flow_indicators(usual_world, before, SimpleNamespace(totals=dict.fromkeys(names, 0.0), aid=0.0 * aid))
    for name in ("transaction_cost_share", "leverage", "decision_regret", "cost_per_user", "aid_volatility"):
        assert np.isnan(nothing[name, "world"])


def test_the_books_agree_with_the_outlay(usual_world: World, activity: pd.DataFrame) -> None:
    outlay, leverage = series(activity, "outlay_usd"), series(activity, "leverage")
    assert series(activity, "money_usd").to_numpy() == pytest.approx((outlay * (1.0 + leverage)).to_numpy())
    last = [entry for entry in usual_world.yearly if entry.year == END][0]
    assert aid_received(usual_world).sum() == pytest.approx(outlay[END - 1])
    assert last.aid.sum() == aid_received(usual_world).sum()


def test_coordination_lowers_transaction_cost(usual_world: World) -> None:
    together = short_world(coordination=1.0)
    assert average(together, "transaction_cost_share") < 0.8 * average(usual_world, "transaction_cost_share")
    assert average(together, "donor_hhi_mean") > average(usual_world, "donor_hhi_mean")


def test_sight_lowers_regret() -> None:
    exits = {"strategy.exits": {"adaptive": 1.0}, "run.spinup": 2010, "run.start": 2015, "run.end": 2026}
    blind = short_world(exits, monitoring_share=0.0)
    sighted = short_world(exits, monitoring_share=0.15)
    assert average(sighted, "decision_regret") < average(blind, "decision_regret") - 0.05
    perfect = short_world(exits, monitoring__noise=0.0)
    assert average(perfect, "decision_regret") == 0.0


def test_no_adaptive_exit_makes_no_decision() -> None:
    found = short_world(run__spinup=START, exits={"abrupt": 1.0})
    assert found.tally.decisions == 0.0
    assert series(compile_record(found).tables["activity"], "decision_regret").isna().all()


def test_more_handover_asks_treasuries_for_more_than_they_carry(usual_world: World) -> None:
    handed = short_world(exits={"government_handover": 1.0}, government__recurrent_room=0.0001)
    roomy = short_world(exits={"government_handover": 1.0}, government__recurrent_room=0.05)
    assert average(handed, "handover_shortfall") > average(roomy, "handover_shortfall") + 0.1


def made_of(divide: pd.DataFrame, activity: pd.DataFrame) -> Results:
    """Results with two tables only."""
    empty = pd.DataFrame()
    tables = dict.fromkeys(TABLES, empty) | {"divide": divide, "activity": activity}
    return Results(**tables)


def test_charts_have_a_panel_for_each_challenge_and_goal(activity: pd.DataFrame) -> None:
    years = np.arange(START, END + 1)
    shown = [(group, name) for group in ("world", "LDC") for name in ("use", "parity", "gap")]
    divide = pd.concat(
        [pd.DataFrame({"year": years, "group": group, "measure": name, "value": 0.5}) for group, name in shown]
    )
    results = made_of(divide, activity)
    for chart, wanted in ((challenges(results), CHALLENGES), (sdg(results), GOALS)):
        assert list(dict.fromkeys(chart.table["panel"])) == [panel.title for panel in wanted]
        assert (chart.table["low"] <= chart.table["high"]).all()
    assert sdg(results).table["target"].notna().all()
    assert panels(GOALS, divide.iloc[:0], activity.iloc[:0]).empty


def test_eras_are_cut_to_the_axis() -> None:
    assert [(begins, ends) for begins, ends, _ in eras_in_view(2008, 2032)] == [
        (2008, 2010),
        (2010, 2015),
        (2015, 2025),
        (2025, 2032),
    ]
    assert len(eras_in_view(2025, 2050)) == 1
