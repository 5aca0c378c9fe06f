"""The page of a country: each number is that of the tables, data and projection meet, and levers are judged rightly."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from command_line import ask, call, refused

from afteraid.experiments.planning import levers
from afteraid.experiments.planning.barriers import barriers_table, today
from afteraid.experiments.planning.country import country_page, initiatives_part, keeping_part, read_country
from afteraid.experiments.planning.levers import (
    LEVERS,
    OUTCOMES,
    RURAL,
    SERVING,
    lever_effects,
    levers_part,
    read_levers,
    summary,
    with_lever,
)
from afteraid.experiments.planning.path import LINES, path_part, path_table
from afteraid.experiments.planning.peers import find_peers, peers_table
from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.basis.units import expit
from afteraid.simulation.data import FIRST_YEAR, load_countries, load_world
from afteraid.simulation.ensemble import run
from afteraid.simulation.measures.by_country import accounts_of
from afteraid.simulation.measures.measure import Matters
from afteraid.simulation.past import KEPT
from afteraid.simulation.processes.barriers import barriers
from afteraid.simulation.results.answer import Answer
from afteraid.simulation.results.tables import Results
from afteraid.simulation.results.words.numbers import figures, level
from afteraid.simulation.results.words.verdicts import NO_CLEAR_EFFECT
from afteraid.simulation.scenario.scenario import Scenario, load_scenario

SHORT: dict[str, object] = {"run.spinup": 2018, "run.start": 2025, "run.end": 2028, "run.focus": "KEN", "run.runs": 2}
COMMAND = ("--runs", "1", "--workers", "1", "--set", "spinup=2023", "--start", "2025", "--end", "2027", "--quiet")
ONE_POINT = Matters(size=0.01, reason="a test")


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario("baseline", SHORT)


@pytest.fixture(scope="module")
def results(scenario: Scenario) -> Results:
    return run(scenario, workers=1)


@pytest.fixture(scope="module")
def page(scenario: Scenario, results: Results) -> Answer:
    return country_page(scenario, results, "KEN")


def part_of(page: Answer, title: str) -> Answer:
    """A part of the page."""
    return next(part for part in page.parts if part.title == title)


def test_the_page_has_its_parts_and_leads_with_four_sentences(page: Answer) -> None:
    assert [part.title for part in page.parts] == [
        "What keeps people offline", "Internet use", "Initiatives and money", "When donors leave",
        "What keeping costs", "Peers",
    ]  # fmt: skip
    assert page.title.startswith("Kenya, 2025 to 2028: Baseline") and len(page.sentences) == 4
    assert {chart.drawn_as() for chart in page.all_charts()} == {"bars", "fan", "calendar"}
    names = [chart.name for chart in page.all_charts()]
    assert len(names) == len(set(names)) and any("--levers" in note for note in page.notes)
    left = part_of(page, "When donors leave").tables[0].data
    assert level(float(left["left_usd"].sum()), "usd") in page.sentences[3]
    assert level(float(left["covered_usd"].sum() / left["left_usd"].sum()), "share") in page.sentences[3]


def test_initiatives_and_money_are_means_of_the_accounts(results: Results) -> None:
    table = accounts_of(results.accounts, results.countries, results.twin, ["KEN"])
    part = initiatives_part(results, table, "KEN")
    means = table.groupby("year").mean()
    first = figures(float(means["living_initiatives"].iloc[0]))
    assert part.sentences[0].startswith(f"On average over the runs, {first} initiatives live in 2025")
    assert level(float(means["outlay_usd"].sum()), "usd") in part.sentences[1]
    share = float(means["treasury_usd"].sum() / means["treasury_room_usd"].sum())
    assert f"{level(share, 'share')} of its room" in part.sentences[1]
    own = results.closures[results.closures["iso3"].astype(str) == "KEN"]
    top = own.astype({"cause": str}).groupby("cause")["initiatives"].sum()
    assert f"of closure is {top.idxmax()}: {level(float(top.max() / top.sum()), 'share')}" in part.sentences[2]
    data = part.table("initiatives_and_money").set_index("year")
    assert data["users_served"].to_numpy() == pytest.approx(means["users_served"].to_numpy())
    lines = {line[0]: line[1:] for line in part.tables[0].lines}
    assert lines["Donors pay, US$ million a year"][0] == figures(float(means["outlay_usd"].iloc[0]) / 1e6)
    alone = Results(**{**vars(results), "twin": results.twin.iloc[:0]})
    bare = accounts_of(alone.accounts, alone.countries, alone.twin, ["KEN"])
    assert not any("more people online" in one for one in initiatives_part(alone, bare, "KEN").sentences)
    assert any("more people online" in one for one in part.sentences)
    poor = initiatives_part(results, table.assign(treasury_room_usd=0.0), "KEN")
    assert "of its room" not in poor.sentences[1]


def test_barriers_are_those_of_the_first_worlds(scenario: Scenario, page: Answer) -> None:
    found = today(scenario)
    row = int(np.flatnonzero(found.codes == "KEN")[0])
    worlds = [KEPT.at_start(scenario, scenario.run.seed, number) for number in range(2)]
    passed = np.mean([barriers(world)[:, :, row] for world in worlds], axis=0)
    table = barriers_table(found, "KEN", ["UGA", "TZA"])
    assert table["towns"].to_numpy() == pytest.approx(1.0 - passed[0])
    assert table["countryside"].to_numpy() == pytest.approx(1.0 - passed[1])
    others = [int(np.flatnonzero(found.codes == code)[0]) for code in ("UGA", "TZA")]
    assert table["peers_countryside"].to_numpy() == pytest.approx(np.median(found.stopped[1][:, others], axis=1))
    part = part_of(page, "What keeps people offline")
    shown = part.table("barriers")
    assert level(float(shown["countryside"].max()), "share") in part.sentences[0]
    (chart,) = part.charts
    assert chart.table["value"].to_numpy() == pytest.approx(100.0 * np.sort(shown["countryside"])[::-1])
    worse = (shown["countryside"] > shown["peers_countryside"] + 0.005).any()
    assert any(one.startswith("Worse than") for one in part.sentences) == worse
    price = found.sizes["data price"][0][row]
    changed = today(load_scenario("baseline", {**SHORT, "countries.KEN.data_price": 0.5}))
    assert changed.sizes["data price"][0][row] > 10.0 * price


def test_data_and_projection_meet_in_one_line(scenario: Scenario, results: Results) -> None:
    table = path_table(scenario, results, "KEN")
    world = load_world()
    row = int(np.flatnonzero(world.countries["iso3"] == "KEN")[0])
    assert set(table["group"]) == set(LINES) and set(table["data_until"]) == {int(world.observed_until[row])}
    whole = table[table["group"] == "Country"].set_index("year")
    assert whole.index.tolist() == list(range(2018, 2029))
    until = int(world.observed_until[row])
    observed = 100.0 * expit(world.use_path[2019 - FIRST_YEAR : until - FIRST_YEAR + 1, row])
    assert whole.loc[2019:until, "median"].to_numpy() == pytest.approx(observed, abs=2.0)
    own = results.countries[results.countries["iso3"].astype(str) == "KEN"]
    medians = 100.0 * own[own["year"] == 2028].astype({"use": float})["use"].median()
    assert whole.loc[2028, "median"] == pytest.approx(medians)
    assert (whole["low"] <= whole["median"]).all() and (whole["median"] <= whole["high"]).all()
    wide = whole["high"] - whole["low"]
    assert wide.loc[2019:until].max() < 2.0 < wide.loc[2028]  # the runs are held to the data, and to nothing later
    few, many = path_part(table, "Kenya", 2025, 2), path_part(table, "Kenya", 2025, 20)
    assert "90% interval" not in few.sentences[0] and "90% interval" in many.sentences[0]
    marks = {line[0]: line[-1] for line in few.tables[0].lines}
    assert marks[str(until)] == "data" and marks["2025"] == "model, held to data" and marks["2028"] == "projection"


def test_keeping_is_that_of_the_tables(results: Results) -> None:
    part = keeping_part(results, "KEN")
    first = part.table("keep_or_build").iloc[0]
    own = results.accounts[(results.accounts["iso3"].astype(str) == "KEN") & (results.accounts["year"] == 2025)]
    assert first["keep_usd"] == pytest.approx(own["running_cost_usd"].mean())
    assert level(float(first["keep_usd"]), "usd") in part.sentences[0]
    assert figures(float(first["years_of_keeping"])) in part.sentences[2]


def test_peers_are_near_and_of_one_kind(scenario: Scenario, results: Results) -> None:
    peers, regional = find_peers(results, "KEN")
    facts = load_countries().set_index("iso3")
    assert regional and len(peers) == 5 and "KEN" not in peers
    assert set(facts.loc[peers, "region"]) == {"Africa"} and set(facts.loc[peers, "income_group"]) == {"LMC"}
    table = peers_table(results, today(scenario), ["KEN", *peers])
    distance = (table["use_start"] - table["use_start"].iloc[0]).abs()
    assert distance.is_monotonic_increasing and table["name"].iloc[0] == "Kenya"
    sizes = facts.groupby(["income_group", "region"])["ldc"].transform("size")
    lonely = str(sizes.index[int(sizes.to_numpy().argmin())])  # few of its income group are in its region
    others, of_region = find_peers(results, lonely)
    assert sizes.min() <= 3 and not of_region and len(others) == 5
    assert set(facts.loc[others, "income_group"]) == {facts.at[lonely, "income_group"]}


def test_a_country_without_aid_has_a_page_without_donors(scenario: Scenario, results: Results) -> None:
    page = country_page(scenario, results, "FRA")
    assert page.sentences[-1] == "France receives no aid in this model, so there are no initiatives of donors."
    assert [part.title for part in page.parts] == ["What keeps people offline", "Internet use", "Peers"]


def test_levers_are_named_and_set_here_alone(scenario: Scenario) -> None:
    assert read_levers(["main"]) == tuple(LEVERS) and read_levers(["price,room", "price"]) == ("price", "room")
    with pytest.raises(InputError, match="did you mean 'handover'"):
        read_levers(["handovr"])
    assert with_lever(scenario, "price", "KEN").strategy.policy_countries == ("KEN",)
    assert with_lever(scenario, "handover", "KEN").strategy.exits == {"government_handover": 1.0}
    for name in LEVERS:
        assert with_lever(scenario, name, "KEN").strategy != scenario.strategy


def test_effects_are_paired_differences(scenario: Scenario) -> None:
    effects = lever_effects(scenario, "KEN", ["price"], 2, workers=1)
    assert len(effects) == 2 * len(OUTCOMES) and set(effects["outcome"]) == set(OUTCOMES)
    changed = with_lever(scenario, "price", "KEN")
    pair = [levers.outcomes_here(plan, 1, "KEN")[OUTCOMES.index(RURAL)] for plan in (scenario, changed)]
    own = effects[(effects["run"] == 1) & (effects["outcome"] == RURAL)]
    assert own["effect"].item() == pytest.approx(pair[1] - pair[0]) and pair[1] > pair[0]
    nothing = pd.DataFrame({"lever": "x", "words": "nothing", "outcome": RURAL, "run": range(8), "effect": 0.0})
    assert summary(nothing)["verdict"].tolist() == [NO_CLEAR_EFFECT] and summary(nothing)["same_side"].tolist() == [0]


def made(serving: float, rural: float, pairs: int = 8) -> pd.DataFrame:
    """Effects of one lever that are nearly the same in all pairs."""
    noise = np.linspace(0.9, 1.1, pairs)
    sizes = {SERVING: serving, RURAL: rural}
    rows = [("x", "a lever", name, run, size * noise[run]) for name, size in sizes.items() for run in range(pairs)]
    return pd.DataFrame(rows, columns=["lever", "words", "outcome", "run", "effect"])


@pytest.mark.parametrize(
    ("serving", "rural", "said", "unsaid"),
    [
        (0.1, 0.05, ("What helps initiatives last", "What raises use"), ("costs initiatives", "too small", "No lever")),
        (-0.1, 0.001, ("What costs initiatives", "too small to matter: a lever"), ("What helps", "What raises")),
        (0.0, 0.0, ("No lever has a clear effect in Kenya with 8 pairs",), ("What", "too small")),
    ],
)
def test_sentences_on_levers_are_said_where_they_hold(
    scenario: Scenario, serving: float, rural: float, said: tuple[str, ...], unsaid: tuple[str, ...]
) -> None:
    part = levers_part(made(serving, rural), scenario, "Kenya")
    text = " ".join(part.sentences)
    assert all(one in text for one in said) and not any(one in text for one in unsaid)
    chart = part.charts[0].table
    assert chart["median"].iloc[0] == pytest.approx(100.0 * serving, abs=1e-9)
    assert part.charts[0].drawn_as() == "spans" and "in 8 of 8 pairs" in text or not serving


def test_the_command_answers_in_any_form(tmp_path: Path) -> None:
    out = tmp_path / "kenya"
    status, said, _ = ask(
        "country", "kenya", *COMMAND, "--json", "--out", str(out), "--levers", "price", "--pairs", "1"
    )
    answer = json.loads(said)
    assert status == 0 and answer["title"].startswith("Kenya, 2025 to 2027")
    assert answer["parts"][-1]["title"] == "What each lever does here"
    assert (out / "answer" / "peers.csv").is_file() and (out / "figures" / "use-path.csv").is_file()
    shown = call("country", "KE", *COMMAND, columns=80).stdout
    assert all(len(line.rstrip()) <= 80 for line in shown.splitlines()) and "…" not in shown
    room = call("country", "KE", *COMMAND, "--set", "countries.Kenya.treasury_room=1 million dollars").stdout
    assert "Kenya treasury room 1 million dollars" in " ".join(room.split())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("Kenia",), "no country is called 'Kenia'; expected a country (Kenya, KEN or KE); did you mean 'Kenya'?"),
        (("LDC",), "'LDC' is a group of countries; expected one country"),
        (("Kenya", "--levers", "handovr"), "--levers: no lever of a country is called 'handovr'"),
        (("Kenya", "baselin"), "no scenario is called 'baselin'"),
    ],
)
def test_what_cannot_be_used_is_refused(arguments: tuple[str, ...], said: str) -> None:
    assert said in refused("country", *arguments)


def test_a_country_is_read_by_any_of_its_names() -> None:
    assert read_country("kenya") == read_country("KE") == "KEN"
