"""The calendar of donor exits: each number is that of the tables, countries add up, and each sentence has its case."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from command_line import ask, call, refused

from afteraid.experiments.planning.cliff import MILLION, beyond_room, by_donor, by_year, calendar, cliff
from afteraid.simulation.ensemble import run
from afteraid.simulation.measures.groups import shipped_groups
from afteraid.simulation.results.charts import Chart
from afteraid.simulation.results.tables import Results
from afteraid.simulation.scenario.scenario import load_scenario

SHORT: dict[str, object] = {"run.spinup": 2018, "run.start": 2025, "run.end": 2029, "run.focus": "KEN"}
WORLD = shipped_groups().codes("world")
COMMAND = ("--runs", "1", "--workers", "1", "--set", "spinup=2024", "--start", "2025", "--end", "2027", "--quiet")
ADDED = ["initiatives", "people", "left_usd", "covered_usd", "beyond_usd", "free_usd", "countries_beyond"]


@pytest.fixture(scope="module")
def results() -> Results:
    return run(load_scenario("baseline", SHORT), runs=3, workers=1, twin=False)


def changed(results: Results, **tables: object) -> Results:
    """Results with some tables in the place of others."""
    return Results(**{**vars(results), **tables})


def chart_of(results: Results, focus: str, name: str) -> Chart:
    """A chart of a cliff."""
    return next(chart for chart in cliff(results, focus).all_charts() if chart.name == name)


def test_the_calendar_is_made_of_the_accounts_and_the_exits(results: Results) -> None:
    table = by_year(results, ["KEN"]).set_index("year")
    accounts = results.accounts[results.accounts["iso3"].astype(str) == "KEN"].groupby("year")
    means = accounts[["left_usd", "exited", "treasury_room_usd", "treasury_usd"]].mean().dropna()
    assert table.index.tolist() == means.index.tolist() == [2025, 2026, 2027, 2028]
    assert table["left_usd"].to_numpy() == pytest.approx(means["left_usd"].to_numpy())
    assert table["initiatives"].to_numpy() == pytest.approx(means["exited"].to_numpy())
    room = (means["treasury_room_usd"] - means["treasury_usd"]).clip(lower=0.0)
    assert table["free_usd"].to_numpy() == pytest.approx(room.to_numpy())
    assert ((table["covered_usd"] + table["beyond_usd"]).to_numpy()) == pytest.approx(table["left_usd"].to_numpy())
    donors = by_donor(results, ["KEN"])
    assert donors["left_usd"].sum() == pytest.approx(table["left_usd"].sum())
    assert donors["people"].sum() == pytest.approx(table["people"].sum())
    assert donors["share"].sum() == pytest.approx(1.0) and donors["left_usd"].is_monotonic_decreasing


def test_countries_add_up_to_the_world(results: Results) -> None:
    world = by_year(results, WORLD)
    half = WORLD[::2], WORLD[1::2]
    parts = [by_year(results, codes) for codes in half]
    for name in ADDED:
        assert (parts[0][name] + parts[1][name]).to_numpy() == pytest.approx(world[name].to_numpy()), name
    whole = results.activity[results.activity["measure"].isin(["left_usd", "exited"])]
    means = whole[whole["group"] == "world"].groupby(["measure", "year"], observed=True)["value"].mean()
    assert world["left_usd"].to_numpy() == pytest.approx(means["left_usd"].to_numpy())
    assert world["initiatives"].to_numpy() == pytest.approx(means["exited"].to_numpy())


def test_free_room_in_one_country_covers_nothing_in_another(results: Results) -> None:
    rows = [(0, 2025, "KEN", 10.0, 0.0, 4.0), (0, 2025, "UGA", 2.0, 0.0, 50.0)]
    rows += [(1, 2025, "KEN", 2.0, 0.0, 4.0), (1, 2025, "UGA", 2.0, 0.0, 50.0)]
    names = ["run", "year", "iso3", "left_usd", "treasury_usd", "treasury_room_usd"]
    table = by_year(changed(results, accounts=pd.DataFrame(rows, columns=names)), ["KEN", "UGA"]).iloc[0]
    assert table["left_usd"] == 8.0 and table["covered_usd"] == pytest.approx(3.0 + 2.0)  # (4 + 2) / 2, and 2
    assert table["free_usd"] == 54.0 and table["countries_beyond"] == 1
    assert table["covered"] == pytest.approx(5.0 / 8.0)


def test_charts_show_the_same_numbers(results: Results) -> None:
    table = by_year(results, ["KEN"])
    bars = chart_of(results, "KEN", "calendar").table
    sums = bars[bars["role"] == "bar"].groupby("year")["value"].sum()
    assert sums.to_numpy() == pytest.approx(table["left_usd"].to_numpy() / MILLION)
    assert set(bars.columns) == {"year", "part", "value", "role"} and bars["part"].nunique() <= 7
    leavers = chart_of(results, "KEN", "leavers").table
    assert leavers["value"].iloc[0] == pytest.approx(by_donor(results, ["KEN"])["left_usd"].iloc[0] / MILLION)
    tiles = chart_of(results, "LDC", "beyond").table
    assert set(tiles["iso3"]) <= set(shipped_groups().codes("LDC")) and tiles["value"].between(0.0, 100.0).all()
    assert all(chart.name != "beyond" for chart in cliff(results, "KEN").all_charts())


def test_the_line_of_the_room_is_left_off_where_columns_would_vanish(results: Results) -> None:
    wide = results.accounts.assign(treasury_room_usd=1e12)
    far = calendar(changed(results, accounts=wide), ["KEN"], "Kenya")
    assert set(far.table["role"]) == {"bar"} and "lies far above the columns" in far.note
    narrow = results.accounts.assign(treasury_room_usd=results.accounts["treasury_usd"] + 1e5)
    near = calendar(changed(results, accounts=narrow), ["KEN"], "Kenya")
    line = near.table[near.table["role"] == "line"]
    assert line["value"].to_numpy() == pytest.approx(0.1) and "far above" not in near.note


def test_each_sentence_is_said_where_it_holds_and_nowhere_else(results: Results) -> None:
    def said(accounts: pd.DataFrame, focus: str = "KEN") -> str:
        return " ".join(cliff(changed(results, accounts=accounts), focus).sentences)

    rich = said(results.accounts.assign(treasury_room_usd=1e12))
    assert "In every run, the free room" in rich and "largest excess" not in rich and "% of what is left" not in rich
    poor = said(results.accounts.assign(treasury_room_usd=0.0, treasury_usd=0.0))
    assert "free room for 0% of what is left" in poor and "In every run" not in poor
    assert "The largest excess is in" in poor and "in 3 of 3 runs" in poor
    group = said(results.accounts.assign(treasury_room_usd=0.0, treasury_usd=0.0), "LDC")
    assert "some year of some run leaves more" in group and "The largest excess is in" not in group
    for text in (rich, poor, group):
        assert "Most is left by" in text and "donors leave" in text and "The steepest year is" in text
    (nothing,) = cliff(results, "FRA").sentences
    assert nothing == "France: no donor leaves an initiative in these years."


def test_numbers_on_the_page_are_those_of_the_tables(results: Results) -> None:
    answer = cliff(results, "LDC")
    table, donors = answer.table("cliff_by_year"), answer.table("cliff_by_donor")
    left = table["left_usd"].sum()
    assert f"US${left / 1e6:.0f} million" in answer.sentences[0]
    shown = {found.name: found for found in answer.tables}
    assert [float(line[3]) for line in shown["cliff_by_year"].lines] == pytest.approx(
        (table["left_usd"] / MILLION).to_list(), rel=0.01
    )
    assert [line[0] for line in shown["cliff_by_donor"].lines] == donors["name"].head(8).tolist()
    spots = beyond_room(results, shipped_groups().codes("LDC"))
    pd.testing.assert_frame_equal(answer.table("beyond_room"), spots)
    first = shown["beyond_room"].lines[0]
    whole = spots[spots["name"] == first[0]]["beyond_usd"].sum() / MILLION
    assert float(first[1]) == pytest.approx(whole, rel=0.01)


def test_the_command_prints_json_and_leaves_tables(tmp_path: Path) -> None:
    out = tmp_path / "cliff"
    status, said, _ = ask("cliff", *COMMAND, "--focus", "kenya", "--json", "--out", str(out))
    answer = json.loads(said)
    assert status == 0 and answer["title"].startswith("Kenya, when donors leave: Baseline")
    assert len(answer["tables"]["cliff_by_year"]) == 2
    assert {"answer.txt", "manifest.json", "answer", "figures"} == {entry.name for entry in out.iterdir()}
    assert {"cliff_by_year.csv", "cliff_by_donor.csv", "beyond_room.csv", "columns.csv"} == {
        one.name for one in (out / "answer").iterdir()
    }
    assert "did you mean 'Kenya'" in refused("cliff", *COMMAND, "--focus", "Kenia")
    narrow = call("cliff", *COMMAND, "--focus", "LDC", columns=80).stdout
    assert "Least developed countries, when donors leave: Baseline" in narrow
    assert all(len(line.rstrip()) <= 80 for line in narrow.splitlines()) and "…" not in narrow


def test_a_page_is_written_whole(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert "is a folder" in refused("cliff", *COMMAND, "--html", str(tmp_path))
    result = call("cliff", *COMMAND, "--focus", "KEN", "--html", str(page))
    assert result.exit_code == 0, result.output
    assert "<title>Kenya, when donors leave: Baseline" in page.read_text(encoding="utf-8")
