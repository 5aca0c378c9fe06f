"""The catalogue of measures: complete, read by all, listed for users; and groups of countries by every usual name."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from command_line import call

from afteraid.experiments.attribution.compared import COMPARED, compared
from afteraid.experiments.pages.measures import FILE, page
from afteraid.experiments.trust.uncertainty.uncertainty import outcomes
from afteraid.simulation.basis.errors import InputError, InvariantError
from afteraid.simulation.data import known_groups, load_countries, load_table, members
from afteraid.simulation.measures.catalogue import (
    CATALOGUE,
    COUNTRY_COLUMNS,
    MEANS,
    RECORDED,
    SINGLE_PRECISION,
    measure,
    of_table,
    require,
)
from afteraid.simulation.measures.challenges import CHALLENGES, GOALS
from afteraid.simulation.measures.groups import FLAGS, INCOME_GROUPS, Groups, plain
from afteraid.simulation.results.charts import axis, over_time
from afteraid.simulation.scenario.scenario import load_scenario


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_measure_has_words_a_unit_and_a_direction(name: str) -> None:
    record = CATALOGUE[name]
    assert record.words and record.unit and record.better in ("more", "less", "neither")
    assert record.grains and (record.groups or record.table != "activity")
    assert record.matters is None or (record.matters.size > 0.0 and record.matters.reason)
    assert axis(record).startswith(record.words[:1].upper())


def test_words_name_one_measure_each() -> None:
    words = [record.words for record in CATALOGUE.values()]
    assert len(set(words)) == len(words)


def test_an_unknown_measure_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(InputError, match="did you mean 'mean_price'"):
        measure("mean_prize")


def test_a_name_without_a_record_is_refused_at_once() -> None:
    require(["use", "population"], COUNTRY_COLUMNS)
    with pytest.raises(InvariantError, match="not in the catalogue: hope"):
        require(["closed", "hope"], RECORDED)


def test_what_is_averaged_over_people_is_recorded_by_country() -> None:
    assert set(MEANS) < COUNTRY_COLUMNS and "population" not in SINGLE_PRECISION
    assert {"use", "use_women", "urban_share"} <= SINGLE_PRECISION


def test_goals_and_challenges_read_their_targets_from_the_catalogue() -> None:
    assert all(panel.record.target is not None for panel in GOALS)
    assert [panel.unit for panel in CHALLENGES] == [*["share"] * 2, "points", *["share"] * 3, "years"]


def test_any_measure_by_year_has_a_chart_with_its_axis() -> None:
    table = pd.DataFrame(
        {"run": [0, 1], "year": 2030, "group": "recipients", "measure": "orphans", "value": [3.0, 5.0]}
    )
    chart = over_time(CATALOGUE["orphans"], table.iloc[:0], table)
    assert chart.up == axis(CATALOGUE["orphans"]) and chart.up.endswith("(countries)")
    assert chart.table["median"].tolist() == [4.0]


def test_attribution_and_uncertainty_take_any_measure_by_name() -> None:
    assert compared(["skills_share", "founded"])[len(COMPARED) :][0].unit() == "points"
    with pytest.raises(InputError, match="no value by year"):
        compared(["serving_5_years_after_exit"])
    found = outcomes(load_scenario("baseline"), ["gap_to_need_usd", "founded", "years_behind"])
    assert found["founded"][0].over == "sum" and found["gap_to_need_usd"][1].endswith("2049")
    assert found["years_behind"][0].groups == ("LDC",)
    with pytest.raises(InputError, match="no outcome of a run"):
        outcomes(load_scenario("baseline"), ["users_after_exit"])


def test_the_command_lists_them(tmp_path: Path) -> None:
    listed = call("measures", "price")
    assert listed.exit_code == 0 and "mean_price" in listed.stdout and "less is better" in listed.stdout
    found = json.loads(call("measures", "--json").stdout)
    assert [row["name"] for row in found] == list(CATALOGUE)
    assert call("measures", "nonsense").exit_code == 2


def test_the_page_of_measures_is_what_the_catalogue_says() -> None:
    assert FILE.read_text(encoding="utf-8") == page(), "run: python -m afteraid.experiments.pages.measures"
    assert all(f"| `{name}` |" in page() for name in CATALOGUE)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *[(name, "KEN") for name in ("Kenya", "kenya", "KEN", "ke")],
        *[(name, "CIV") for name in ("Côte d'Ivoire", "cote d’ivoire", "Ivory Coast", "CI")],
        *[("Namibia", "NAM"), ("NA", "NAM"), ("Kosovo", "XKX"), ("xk", "XKX"), ("Tanzania", "TZA")],
        *[("Bolivia (Plurinational State of)", "BOL"), ("Laos", "LAO"), ("Viet Nam", "VNM"), ("DRC", "COD")],
        *[("St. Lucia", "LCA"), ("Saint Lucia", "LCA"), ("Guinea-Bissau", "GNB"), ("the bahamas", "BHS")],
        *[("ldc", "LDC"), ("Fragile", "FRAGILE"), ("hic", "HIC"), ("africa", "Africa"), ("World", "world")],
        *[("sub-saharan africa", "Sub-Saharan Africa"), ("micronesia", "Micronesia"), ("FM", "FSM")],
    ],
)
def test_countries_and_groups_by_every_usual_name(written: str, meant: str) -> None:
    assert known_groups().read(written) == meant
    assert load_scenario("baseline", {"run.focus": written}).run.focus == meant


@pytest.mark.parametrize(
    ("written", "close"), [("Kenia", "Kenya"), ("LDCs", "LDC"), ("Tansania", "Tanzania"), ("AFRCA", "Africa")]
)
def test_an_unknown_group_is_refused_with_the_nearest_name(written: str, close: str) -> None:
    with pytest.raises(InputError, match=f"no country or group is called '{written}'.*did you mean '{close}'"):
        known_groups().read(written)
    with pytest.raises(InputError, match=f"did you mean '{close}'"):
        load_scenario(
            "baseline", {"world.spells": [{"kind": "climate", "year": 2030, "times": 2, "countries": [written]}]}
        )


def test_every_economy_has_its_codes_once() -> None:
    names = load_table("country_names")
    assert list(names["iso3"]) == list(load_countries()["iso3"])
    assert names["iso2"].is_unique and names["iso2"].str.fullmatch("[A-Z]{2}").all()
    known = load_countries().merge(names, on="iso3")
    for row in known.itertuples():
        for name in (row.iso3, row.iso2, *str(row.other_names).split(";")):
            assert name == "nan" or known_groups().read(str(name)) == row.iso3, name


def test_members_of_groups_are_those_of_the_table() -> None:
    table = load_countries()
    assert members(("all",)).all() and members(("world",)).all()
    for name, column in FLAGS.items():
        assert np.array_equal(members((name,)), table[column].to_numpy() == 1)
    for name in INCOME_GROUPS:
        assert np.array_equal(members((name,)), (table["income_group"] == name).to_numpy())
    assert np.array_equal(members(("KEN", "UGA")), table["iso3"].isin(["KEN", "UGA"]).to_numpy())
    assert np.array_equal(members(("Africa", "KEN")), (table["region"] == "Africa").to_numpy())


def test_names_are_compared_without_what_people_write_in_different_ways() -> None:
    assert plain("The São-Tomé & Príncipe") == "sao tome and principe"
    assert set(of_table("divide")) >= {"use", "gini"}
    small = Groups(pd.DataFrame({"iso3": ["AAA"], "region": ["Europe"], "income_group": ["HIC"]}))
    assert small.read("aaa") == "AAA" and small.members("Europe").all()
