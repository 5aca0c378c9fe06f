"""Looking things up: levers and parameters are found by name and by meaning, each with what a user needs to set it."""

from __future__ import annotations

import json

import pytest
from command_line import call, refused
from test_levers import LEVERS
from test_levers import SURVIVAL as CLAIMED_SURVIVAL

from afteraid.simulation.measures.catalogue import CATALOGUE
from afteraid.simulation.scenario.lever_records import MOVES, SURVIVAL, USES, Lever, levers
from afteraid.simulation.scenario.scenario import load_scenario
from afteraid.simulation.scenario.settings import StrategySettings
from afteraid.simulation.state.ledger import SOURCES
from afteraid.simulation.state.ledger import USES as USES_OF_MONEY

BY_NAME = {lever.name: lever for lever in levers()}


def test_each_lever_is_listed_once_with_all_that_it_needs() -> None:
    assert set(BY_NAME) == set(StrategySettings.model_fields) and len(levers()) == len(BY_NAME)
    for lever in levers():
        assert lever.meaning and lever.range and lever.default and lever.moved and lever.cost, lever.name
    assert set(USES) <= set(USES_OF_MONEY)


def test_a_lever_moves_what_its_tested_claim_says() -> None:
    """An output of a claim is listed, unless it is a source or use of money, which the lever's measures stand for."""
    for claim in LEVERS:
        if claim.lever not in MOVES or claim.measure in {*SOURCES, *USES_OF_MONEY} - {*USES}:
            continue
        measure = SURVIVAL if claim.measure == CLAIMED_SURVIVAL else claim.measure
        assert measure in BY_NAME[claim.lever].moves, str(claim)
    assert all(name in CATALOGUE or name in USES for lever in levers() for name in lever.moves)


@pytest.mark.parametrize(
    ("name", "span", "default"),
    [
        ("capacity_share", "0% to 100%", "12%"),
        ("transition_years", "0 to 10 years", "4"),
        ("funding", "0 to 5", "1"),
        ("strategy_year", "2005 to 2050", "the start year"),
        ("policy_countries", "countries or groups, or all", "LIC; LMC; UMC"),
        ("solidarity_participation", "0% to 100%", "0.1%"),
    ],
)
def test_range_and_default_are_those_of_the_setting(name: str, span: str, default: str) -> None:
    assert (BY_NAME[name].range, BY_NAME[name].default) == (span, default)
    assert BY_NAME["exits"].range == "names with shares that sum to 100%" and "abrupt 50%" in BY_NAME["exits"].default
    load_scenario("baseline", {"capacity_share": "12%"})  # the default can be written as it is shown


def test_levers_are_found_by_name_meaning_and_effect() -> None:
    found = json.loads(call("levers", "phones", "--json").stdout)
    assert {row["name"] for row in found} == {"device_tax", "device_finance"}
    assert "device_tax" in call("levers", "Duty").stdout
    text = call("levers", "fund_disbursement").stdout
    assert all(word in text for word in ("Range:", "default: 50%", "Moves:", "Cost:", "1 lever."))
    assert "did you mean 'funding'" in refused("levers", "fundng")
    assert not Lever("a", "b", "c", "d", ("e",), ("f",), "g").holds("z")


def test_parameters_are_found_by_meaning_and_unit_but_not_within_a_word() -> None:
    names = [row["name"] for row in json.loads(call("parameters", "hazard", "--json").stdout)]
    assert len(names) >= 5 and "closure.linkages" in names
    assert not json.loads(call("parameters", "closure.linkages", "--json").stdout)[1:]
    by_meaning = json.loads(call("parameters", "solar", "--json").stdout)
    assert by_meaning and all("solar" in f"{row['name']} {row['meaning']}".lower() for row in by_meaning)
    assert not [row for row in json.loads(call("parameters", "unit", "--json").stdout) if "unit" not in row["name"]
                and " unit" not in f" {row['meaning']} {row['unit']}".lower()]  # fmt: skip
    assert "levers" in refused("parameters", "no-such-thing")
