"""The accounts of countries add up to the world's, money to the cent, and a country's part of the answer shows them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from command_line import ask, refused
from short_worlds import SEED, START, short_plan, stepped_from_start

from afteraid.simulation.basis.units import CENTS_PER_DOLLAR
from afteraid.simulation.data import load_countries
from afteraid.simulation.ensemble import run
from afteraid.simulation.measures.by_country import MORE_USERS, accounts_of, by_country, closures_by_cause
from afteraid.simulation.measures.catalogue import ACCOUNTS, CATALOGUE, FLOWS, PORTFOLIO
from afteraid.simulation.measures.groups import shipped_groups
from afteraid.simulation.measures.headlines import additional
from afteraid.simulation.results.country import SHOWN, country_part
from afteraid.simulation.results.tables import Results
from afteraid.simulation.results.words.names import label, place
from afteraid.simulation.state.ledger import PUBLIC, SOURCES
from afteraid.simulation.state.world import BEFORE_EXIT, CAUSES

MIXED: dict[str, object] = {
    "strategy.mechanisms": {
        "project_grant": 0.3, "matching_grant": 0.2, "endowment": 0.2, "solidarity_levy": 0.1, "debt_swap": 0.1,
        "universal_service_fund": 0.1,
    },
    "strategy.solidarity_levy": 0.01, "strategy.skills_training": 0.3,
}  # fmt: skip


@pytest.fixture(scope="module")
def results() -> Results:
    return run(short_plan({**MIXED, "run.runs": 2, "run.end": START + 4, "run.focus": "KEN"}), workers=1)


def test_every_dollar_that_comes_to_a_country_is_one_of_the_worlds() -> None:
    world = stepped_from_start(short_plan({**MIXED, "run.end": START + 4}), SEED)
    ledger = world.ledger
    for name in set(SOURCES) - {"donor"}:
        reached = round(ledger.received(name) * CENTS_PER_DOLLAR)  # of levies, what funds have passed on
        assert ledger.came_to[name].sum() == reached, name
    assert ledger.came_to["donor"].sum() == round(float(world.donors.outlay.sum()) * CENTS_PER_DOLLAR)
    assert ledger.given_back.sum() == ledger.outflow["returned"].sum()
    public = sum(ledger.came_to[name].sum() for name in PUBLIC) - ledger.given_back.sum()
    assert ledger.public_by_economy().sum() == public
    poor = world.facts.countries.is_recipient.astype(bool)
    assert (ledger.came_to["donor"][~poor] == 0.0).all()


@pytest.mark.parametrize("name", ACCOUNTS)
def test_countries_add_up_to_the_world(results: Results, name: str) -> None:
    activity = results.activity[(results.activity["measure"] == name) & (results.activity["group"] == "world")]
    world = activity.set_index(["run", "year"])["value"]
    summed = results.accounts.groupby(["run", "year"])[name].sum(min_count=1).reindex(world.index)
    assert len(world) == 2 * (4 if name in FLOWS else 5) and world.notna().all()
    assert summed.to_numpy() == pytest.approx(world.to_numpy(), rel=1e-12, abs=0.005)  # money: to the cent
    assert (world > 0.0).any(), name


def test_treasuries_and_levies_are_those_of_the_table_of_finance(results: Results) -> None:
    paid = results.finance[results.finance["mechanism"] != "none"]  # to initiatives
    flows = paid.groupby(["run", "year", "item"])["amount_usd"].sum().unstack().fillna(0.0)
    accounts = results.accounts.groupby(["run", "year"])[["treasury_usd", "levy_usd"]].sum().reindex(flows.index)
    cent = 0.005
    assert accounts["treasury_usd"].to_numpy() == pytest.approx(flows["government"] + flows["debt_relief"], abs=cent)
    assert accounts["levy_usd"].to_numpy() == pytest.approx(flows["levy"] + flows["solidarity"], abs=cent)


LEDGER = {"treasury_usd": ("government", "debt_relief"), "levy_usd": ("levy", "solidarity")}


def cents(dollars: pd.Series[float]) -> pd.Series[int]:
    """Whole cents of dollars that are a sum or a difference of cents."""
    return (dollars * CENTS_PER_DOLLAR).round().astype("int64")


@pytest.mark.parametrize("name", LEDGER)
def test_not_a_cent_is_lost_between_the_ledger_and_the_countries(results: Results, name: str) -> None:
    flows = results.finance[(results.finance["mechanism"] != "none") & results.finance["item"].isin(LEDGER[name])]
    world = cents(flows["amount_usd"]).groupby([flows["run"], flows["year"]]).sum()
    known = results.accounts.dropna(subset=[name])
    countries = cents(known[name]).groupby([known["run"], known["year"]]).sum()
    assert (countries == world.reindex(countries.index, fill_value=0)).all() and (countries > 0).all()


def test_not_a_cent_of_donors_is_lost_either(results: Results) -> None:
    activity = results.activity[results.activity["measure"] == "outlay_usd"].set_index(["run", "year"])["value"]
    known = results.accounts.dropna(subset=["outlay_usd"])
    countries = cents(known["outlay_usd"]).groupby([known["run"], known["year"]]).sum()
    assert (countries == cents(activity).reindex(countries.index)).all() and (countries > 0).all()
    for name in ("outlay_usd", "treasury_usd", "levy_usd", "public_usd"):
        dollars = known[name] * CENTS_PER_DOLLAR
        assert (dollars - dollars.round()).abs().max() < 1e-3, name  # what a table holds is whole cents


def test_exits_by_donor_add_up_to_the_accounts(results: Results) -> None:
    exits = results.exits.astype({"iso3": str, "donor": str})
    by_donor = exits.groupby(["run", "year", "iso3"])[["initiatives", "left_usd"]].sum()
    accounts = results.accounts[results.accounts["exited"] > 0].astype({"iso3": str})
    accounts = accounts.set_index(["run", "year", "iso3"]).sort_index()
    assert by_donor.index.equals(accounts.index) and len(by_donor) > 100
    assert (by_donor["initiatives"] == accounts["exited"]).all()
    assert by_donor["left_usd"].to_numpy() == pytest.approx(accounts["left_usd"].to_numpy(), rel=1e-9, abs=0.005)
    left = results.initiatives[(results.initiatives["ended"] >= START) & (results.initiatives["ended"] < START + 4)]
    listed = left.astype({"donor": str}).groupby("donor").agg(count=("key", "size"), people=("people", "sum"))
    first = exits[exits["run"] == 0].groupby("donor")[["initiatives", "people"]].sum()
    assert (first["initiatives"] == listed["count"]).all()
    assert first["people"].sum() == pytest.approx(listed["people"].sum(), rel=0.1)  # some grow after the exit


def test_users_added_are_those_of_the_ledger_of_people(results: Results) -> None:
    people = results.people[results.people["item"] == "additional"].groupby(["run", "year"])["people"].sum()
    added = results.accounts.groupby(["run", "year"])["users_added"].sum()
    assert added.to_numpy() == pytest.approx(people.to_numpy(), rel=1e-9)


def test_closures_are_counted_once_with_the_causes_that_the_model_has(results: Results) -> None:
    closed = results.closures.groupby(["run", "year"])["initiatives"].sum()
    assert (
        closed.equals(results.accounts.dropna().groupby(["run", "year"])["closed"].sum().astype("int64"))
        or (closed.to_numpy() == results.accounts.dropna().groupby(["run", "year"])["closed"].sum().to_numpy()).all()
    )
    assert set(results.closures["cause"]) <= {*CAUSES, BEFORE_EXIT}
    causes = closures_by_cause(results.closures, 2)
    assert causes["initiatives"].sum() == pytest.approx(results.closures["initiatives"].sum() / 2)
    stranded = results.closures.groupby(["run", "year"])["capital_usd"].sum().to_numpy()
    assert stranded == pytest.approx(
        results.accounts.dropna().groupby(["run", "year"])["stranded_usd"].sum().to_numpy()
    )


def test_exits_by_country_are_those_of_the_list_of_initiatives(results: Results) -> None:
    left = results.initiatives[(results.initiatives["ended"] >= START) & (results.initiatives["ended"] < START + 4)]
    listed = left.astype({"iso3": str}).groupby([left["ended"].astype(int), "iso3"]).size()
    first = results.accounts[(results.accounts["run"] == 0) & (results.accounts["exited"] > 0)].astype({"iso3": str})
    counted = first.set_index(["year", "iso3"])["exited"]
    assert len(listed) == len(counted) and (counted.sort_index().to_numpy() == listed.sort_index().to_numpy()).all()


def test_means_of_countries_add_up_and_so_do_additional_users(results: Results) -> None:
    table = by_country(results.accounts, results.countries, results.twin)
    assert (table["low"] <= table["mean"] + 1e-9).all() and (table["mean"] <= table["high"] + 1e-9).all()
    means = table.groupby("measure")["mean"].sum()
    world = accounts_of(results.accounts, results.countries, results.twin)
    last = world[world["year"] == world["year"].max()]
    assert means["users_served"] == pytest.approx(last["users_served"].mean())
    assert means[MORE_USERS] == pytest.approx(last[MORE_USERS].mean()) and means[MORE_USERS] > 0.0
    assert means["outlay_usd"] == pytest.approx(world.groupby("run")["outlay_usd"].sum().mean())
    countries = set(load_countries()["iso3"])
    parts = [
        additional(results.countries, results.accounts, results.twin, codes)["additional_user_years"]
        for codes in ({"KEN"}, countries - {"KEN"})
    ]
    whole = results.headlines()["additional_user_years"]
    assert (parts[0] + parts[1]).to_numpy() == pytest.approx(whole.to_numpy())


def test_a_country_in_focus_has_its_part_and_a_group_has_none(results: Results) -> None:
    (part,) = results.answer().parts
    assert part.title == "Kenya" and any("Donors pay US$" in sentence for sentence in part.sentences)
    shown = {row for table in part.tables for row in table.data.get("measure", [])}
    assert shown == set(SHOWN)
    own = accounts_of(results.accounts, results.countries, results.twin, ["KEN"])
    row = part.table("country").set_index(["measure", "year"]).loc[("outlay_usd", START)]
    assert row["median"] == pytest.approx(own.loc[own["year"] == START, "outlay_usd"].median())
    group = Results(**{**vars(results), "manifest": {**results.manifest, "focus": "LDC"}})
    assert group.answer().parts == ()


def test_a_run_without_a_twin_has_the_part_without_additional_users(results: Results) -> None:
    alone = Results(**{**vars(results), "twin": results.twin.iloc[:0]})
    part = country_part(alone, "KEN")
    assert MORE_USERS not in set(part.table("country")["measure"])
    assert not any("world without" in sentence for sentence in part.sentences)


def test_the_name_of_a_country_is_read_and_shown_and_a_typo_gets_the_nearest() -> None:
    short = ("--runs", "1", "--workers", "1", "--set", "spinup=2024", "--start", "2025", "--end", "2027", "--quiet")
    status, said, _ = ask("run", "baseline", *short, "--focus", "kenya", "--no-twin", "--full")
    assert status == 0
    assert "\nKenya\n" in said and "running cost that treasuries could carry" in said and "Cause of closure" in said
    assert "did you mean 'Kenya'" in refused("run", "baseline", *short, "--focus", "Kenia")
    assert shipped_groups().is_country("KEN") and not shipped_groups().is_country("LDC")
    assert label("KEN") == place("KEN") == "Kenya"
    assert label("LDC") == "Least developed countries" and place("LDC") == "LDC"
    assert shipped_groups().title("KEN") == "Kenya" and shipped_groups().title("LDC") == "Least developed countries"


def test_accounts_are_measures_with_a_grain_of_countries() -> None:
    for name in ACCOUNTS:
        assert CATALOGUE[name].over_countries == "sum" and CATALOGUE[name].table == "activity"


def test_a_table_without_rows_gives_none() -> None:
    empty = pd.DataFrame({name: pd.Series(dtype=float) for name in ("run", "year", *ACCOUNTS)}).assign(iso3="")
    found = accounts_of(empty, pd.DataFrame(), pd.DataFrame())
    assert found.empty and np.isin(ACCOUNTS, found.columns).all()


def test_the_portfolio_adds_up_to_the_world(results: Results) -> None:
    sums = results.portfolio.groupby(["run", "year"])[list(PORTFOLIO)].sum()
    activity = results.activity[results.activity["group"] == "world"].astype({"measure": str})
    for name in PORTFOLIO:
        whole = activity[activity["measure"] == name].set_index(["run", "year"])["value"]
        assert sums[name].to_numpy() == pytest.approx(whole.reindex(sums.index).to_numpy())
    kinds = results.portfolio.groupby("kind", observed=True)
    assert (kinds["users_added"].sum() > 0.0).any() and kinds["working_initiatives"].sum().gt(0.0).all()
    assert (results.portfolio["working_initiatives"] <= results.portfolio["living_initiatives"]).all()
