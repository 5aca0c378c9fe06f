"""Living levers: positions, the lattice of runs, the part of the page, and the command."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from command_line import call, refused

from afteraid import run
from afteraid.experiments.compare.lattice import Lattice, run_lattice, times_within
from afteraid.experiments.compare.positions import AS_IN_BASE, read_axes
from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.measures.headlines import HEADLINES
from afteraid.simulation.results.answer import Answer
from afteraid.simulation.results.faces.html import html
from afteraid.simulation.results.words.numbers import level
from afteraid.simulation.scenario.scenario import Scenario, load_scenario

SMALL: dict[str, object] = {"run.spinup": 2022, "run.start": 2024, "run.end": 2026}


@pytest.fixture(scope="module")
def base() -> Scenario:
    return load_scenario("baseline", SMALL)


@pytest.fixture(scope="module")
def found(base: Scenario) -> Lattice:
    return run_lattice(base, read_axes(["exits=abrupt", "funding=0.5/2"], base), pairs=2, workers=1)


def test_positions_are_the_ends_the_base_and_between(base: Scenario) -> None:
    exits, years, money = read_axes(["exits", "transition_years", "funding"], base)
    assert exits.words[exits.base] == AS_IN_BASE and len(exits.values) == 5 and exits.values[1] == {"abrupt": 1.0}
    assert years.values == (0.0, 2.0, 4.0, 7.0, 10.0) and years.words[years.base] == "4 years"
    assert money.values == (0.0, 0.5, 1.0, 3.0, 5.0) and money.base == 2
    share = read_axes(["coordination"], base, levels=3)[0]
    assert share.words == ("0%", "50%", "100%") and share.base == 0
    capacity = read_axes(["capacity_share"], base, levels=3)[0]
    assert capacity.words == ("0%", "12%", "35%")  # more would leave too little money for equipment
    two = read_axes(["funding"], base, levels=2)[0]
    assert two.values == (1.0, 5.0) and two.base == 0
    (single,) = read_axes(["exits"], load_scenario("clustered-exits"), levels=3)
    assert single.values == ({"government_handover": 1.0}, {"abrupt": 1.0}, {"adaptive": 1.0})  # none twice
    worlds = [
        load_scenario("baseline", {"strategy.treasury_room": 0.25, "strategy.exits": {"evergreen": 1.0}}),
        load_scenario("baseline"),
    ]
    room, exits = read_axes(["treasury_room", "exits"], base, levels=3, others=worlds)
    assert room.values == (0.25, 1.0, 10.0) and exits.values[1:] == ({"evergreen": 1.0}, {"abrupt": 1.0})
    year, groups = read_axes(["strategy_year", "policy_countries"], load_scenario("baseline"), levels=3)
    assert year.values == (None, 2037, 2049) and year.words == ("2025", "2037", "2049") and year.base == 0
    assert groups.values[1:] == (("all",), ("LDC",)) and groups.words[1] == "all countries"
    (listed,) = read_axes(["policy_year=2030/2040"], load_scenario("baseline", {"policy_year": 2035}))
    assert listed.values == (2030, 2035, 2040) and listed.base == 1
    own = read_axes(["funding=0.5/2"], base)[0]
    assert own.values == (0.5, 1.0, 2.0) and own.base == 1


@pytest.mark.parametrize(
    ("asked", "levels", "says"),
    [
        (["fundin"], 5, "did you mean 'funding'"),
        (["exits", "funding", "coordination", "monitoring_share"], 5, "4 levers are asked for"),
        ([], 5, "0 levers are asked for"),
        (["funding", "funding"], 5, "asked for twice"),
        (["funding"], 1, "1 positions are out of range"),
        (["funding=9"], 5, "9 is out of range"),
        (["exits=abrup"], 5, "did you mean 'abrupt'"),
        (["policy_countries=LDS"], 5, "did you mean 'LDC'"),
        (["strategy_year=1999"], 5, "1999 is out of range"),
    ],
)
def test_levers_that_cannot_be_moved_are_refused(base: Scenario, asked: list[str], levels: int, says: str) -> None:
    with pytest.raises(InputError) as problem:
        read_axes(asked, base, levels)
    assert says in str(problem.value)


def test_every_point_is_the_run_of_its_settings(found: Lattice, base: Scenario) -> None:
    assert found.values.shape == (6, 2, len(HEADLINES)) and found.at_base == 1
    for place, settings in ((1, {}), (5, {"exits": {"abrupt": 1.0}, "funding": 2.0})):
        alone = run(base.with_settings(settings), runs=2, workers=1)
        for name in ("additional_user_years_per_1000_usd", "stranded_share"):
            mine = found.values[place, :, HEADLINES.index(name)]
            assert np.array_equal(mine, alone.headlines()[name].to_numpy(), equal_nan=True), (place, name)
        last = alone.divide[(alone.divide["year"] == 2026) & (alone.divide["group"].astype(str) == "LDC")]
        use = last[last["measure"].astype(str) == "use"]["value"].to_numpy(np.float64)
        assert np.array_equal(found.values[place, :, HEADLINES.index("use")], use)


def test_workers_change_nothing(found: Lattice, base: Scenario) -> None:
    two = run_lattice(base, read_axes(["exits=abrupt", "funding=0.5/2"], base), pairs=2, workers=2)
    assert np.array_equal(two.values, found.values, equal_nan=True)
    assert np.array_equal(two.curves, found.curves, equal_nan=True)


def test_a_row_of_the_table_says_a_point_and_its_change(found: Lattice) -> None:
    table = found.table()
    assert list(table[["exits", "funding"]].itertuples(index=False, name=None))[:2] == [
        (AS_IN_BASE, "0.5"), (AS_IN_BASE, "1"),
    ]  # fmt: skip
    name = "stranded_share"
    assert table[name][4] == level(float(found.values[4, :, HEADLINES.index(name)].mean()), "share")
    assert table[f"{name} change"][found.at_base] == table[f"{name} verdict"][found.at_base] == ""
    assert table[f"{name} verdict"][4] == "too few runs" and table[f"{name} change"][4][0] in "+-"


def test_curves_end_where_runs_do(found: Lattice, base: Scenario) -> None:
    assert times_within(base) == (0.0, 1.0) and found.curves.shape == (6, 2, 2)
    assert times_within(load_scenario("baseline")) == (0.0, 1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 15.0)
    known = found.curves[np.isfinite(found.curves)]
    assert (found.curves[:, :, 0] == 1.0).all() and (known >= 0.0).all() and (known <= 1.0).all()


def test_the_page_holds_every_point_and_sliders_that_stop_there(found: Lattice) -> None:
    page = html(Answer("A title", ("A sentence.",), levers=found.living()))
    assert page.count('type="range"') == 2 and 'max="1" step="1"' in page and 'max="2" step="1"' in page
    told = re.findall(r'<script type="application/json" id="([^"]+)">(.*?)</script>', page)
    data = {name: json.loads(text) for name, text in told}
    (levers,) = data["living-data"]
    assert levers["sizes"] == [2, 3] and levers["base"] == [0, 1] and len(levers["curves"]) == 6
    assert data["data"]["levers"]["columns"] == list(found.table().columns)
    assert "Each of the 6 combinations was run 2 times" in page and "Nothing is interpolated" in page
    assert "living" not in html(Answer("A title", ("A sentence.",)))[-20_000:].split("<script>")[-1]


def test_each_part_of_an_answer_may_have_levers_of_its_own(found: Lattice) -> None:
    parts = tuple(Answer(title, ("A sentence.",), levers=found.living()) for title in ("One", "Two", "Three"))
    page = html(Answer("A title", parts=parts))
    names = re.findall(r'<section id="([^"]+)" class="living-levers"', page)
    assert names == ["levers", "levers-2", "levers-3"] and page.count('type="range"') == 6
    identities = re.findall(r' id="([^"]+)"', page)
    assert {f"{name}-lever-{place}" for name in names for place in (0, 1)} <= set(identities)
    assert len(set(identities)) == len(identities)
    living = json.loads(page.partition('id="living-data">')[2].partition("</script>")[0])
    assert [one.pop("table") for one in living] == names and living[0] == living[1] == living[2]


def test_the_command_writes_a_page_with_levers(tmp_path: Path) -> None:
    folder, page = tmp_path / "results", tmp_path / "page.html"
    small = ["--runs", "1", "--end", "2026", "--set", "spinup=2023", "--workers", "1", "--quiet"]
    assert call("run", "baseline", *small, "--out", str(folder)).exit_code == 0
    asked = ["--levers", "exits=abrupt,funding=2", "--pairs", "1", "--workers", "1"]
    done = call("report", str(folder), "-o", str(page), *asked)
    assert done.exit_code == 0, done.output
    assert page.read_text(encoding="utf-8").count('type="range"') == 2
    other = tmp_path / "other.html"
    assert "did you mean 'funding'" in refused("report", str(folder), "-o", str(other), "--levers", "fundin")
    assert not other.exists()
