"""The fitted and typed-in tables: their columns, their ranges, and what the model relies on in them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from afteraid.simulation.exits import EXITS
from afteraid.simulation.mechanisms import MECHANISMS

DATA = Path(__file__).resolve().parent.parent / "simulation" / "data"
COLUMNS = {
    "paths": "iso3 use_2000 use_2005 use_2010 use_2015 use_2019 use_2023 use_break use_break_year use_until "
    "use_momentum use_residual_sd population_growth_past "
    "population_growth_past_change population_growth_2025 population_growth_2050 gdp_growth_past gdp_growth_2025 "
    "gdp_growth_2050 filled",
    "donors": "code name type iso3 budget currency price_year gross_national_income oda_share_of_income ict_share "
    "volatility persistence inertia herding need_weight merit_weight tie_weight residual_sd patience_years "
    "coordination preferred_mechanism preferred_exit source judged",
    "ties": "donor iso3 tie",
    "currencies": "currency year usd_per_unit",
    "deflators": "year us_gdp_deflator",
    "closure_draws": "draw cash.tolerance cash.collected cash.tolerance_spread cash.core_share cash.in_kind "
    "cash.contractors cash.most_till cash.salary_share closure.background closure.takeover revival.rate "
    "survival_five_years",
    "donor_draws": "draw allocation.population_elasticity allocation.income_elasticity allocation.inertia_shift "
    "allocation.common_noise allocation.late_herding budgets.volatility_scale",
    "outcome_draws": "draw closure.before_exit closure.before_fragility closure.before_governance "
    "closure.before_country founding.duration_spread",
    "adoption_draws_by_structure": "structure draw drift anchor_rate income_slope momentum_persistence momentum_gain "
    "noise_low noise_high noise_level noise_africa noise_americas noise_arab_states noise_asia_pacific noise_cis "
    "noise_europe",
    "adoption_draws": "draw drift anchor_rate income_slope momentum_persistence momentum_gain noise_low noise_high "
    "noise_level noise_africa noise_americas noise_arab_states noise_asia_pacific noise_cis noise_europe",
    "access_paths": "iso3 coverage_2g_level coverage_2g_pace coverage_2g_pace_before "
    "coverage_3g_level coverage_3g_pace coverage_3g_pace_before coverage_3g_pace_first "
    "broadband_level broadband_pace broadband_pace_before "
    "electricity_urban_level electricity_urban_pace electricity_urban_pace_before "
    "electricity_rural_level electricity_rural_pace electricity_rural_pace_before skills_level skills_pace filled",
    "access_coefficients": "series term coefficient spread standing",
}
BILATERAL = ["dac", "other_bilateral"]
KINDS = {*BILATERAL, "south_south", "multilateral", "foundation", "private"}


def table(name: str) -> pd.DataFrame:
    """Read one table; "NA" is text, only an empty cell is missing."""
    return pd.read_csv(DATA / f"{name}.csv", keep_default_na=False, na_values=[""])


@pytest.fixture(scope="module")
def donors() -> pd.DataFrame:
    return table("donors").set_index("code")


@pytest.mark.parametrize("name", COLUMNS)
def test_columns_and_their_sources_are_stated(name: str) -> None:
    columns = COLUMNS[name].split()
    assert list(table(name).columns) == columns
    groups = tomllib.loads((DATA / "sources.toml").read_text(encoding="utf-8"))[name]
    described = {column for group in groups.values() for column in group["columns"]}
    keys = {"iso3", "filled", "code", "name", "type", "source", "judged", "donor", "currency", "year", "draw"}
    keys |= {"series", "term", "coefficient", "spread", "standing"}
    assert described - {"currency", *keys} == set(columns) - keys
    for group in groups.values():
        assert group["standing"] in {"published", "derived", "judged", "proxy"}
        assert all(group[key] for key in ("title", "publisher", "year", "unit", "licence", "script"))


def test_paths_cover_the_world_and_stay_in_range() -> None:
    paths = table("paths")
    assert len(paths) >= 190 and paths.iso3.is_unique and paths.iso3.is_monotonic_increasing
    numbers = paths.drop(columns=["iso3", "filled"])
    assert numbers.notna().all().all()
    assert numbers.filter(like="growth").abs().max().max() < 0.15
    assert (paths.gdp_growth_2050 >= 0.005).all()
    assert (paths.filled.notna()).mean() < 0.3


def test_fitted_use_rises_over_the_years_and_ends_with_its_observations() -> None:
    paths = table("paths")
    knots = paths[[name for name in paths if re.fullmatch(r"use_\d{4}", name)]]
    assert knots.shape[1] == 6 and knots.abs().to_numpy().max() <= 7.6
    assert (knots["use_2023"] > knots["use_2000"]).all() and (knots.median().diff().dropna() > 0.2).all()
    assert paths.use_until.between(2000, 2024).all() and (paths.use_until >= 2020).mean() > 0.85
    broken = paths.set_index("iso3").query("use_break_year > 0")
    assert dict(broken.use_break_year) == {"CHN": 2023, "IND": 2020, "PAK": 2024}
    assert (broken.use_break > 0.3).all() and (paths.use_break[paths.use_break_year == 0] == 0.0).all()


@pytest.mark.parametrize("name", ["paths", "access_paths"])
def test_filled_cells_name_their_columns(name: str) -> None:
    paths = table(name)
    named = {column for cell in paths.filled.dropna() for column in cell.split(";")}
    assert named <= set(paths.columns)


def test_donors_are_many_and_named_once(donors: pd.DataFrame) -> None:
    assert len(donors) >= 50 and donors.index.is_unique and donors.name.is_unique
    assert set(donors.type) == KINDS
    assert (donors.type == "dac").sum() >= 31
    assert set(donors.preferred_exit) <= set(EXITS) and set(donors.preferred_mechanism) <= set(MECHANISMS)
    countries = donors[donors.iso3.notna()]
    assert (countries.index == countries.iso3).all()
    assert not set(donors[donors.iso3.isna()].index) & set(table("paths").iso3)


def test_donor_numbers_stay_in_range(donors: pd.DataFrame) -> None:
    assert donors.inertia.between(0.5, 0.9).all()
    assert donors.herding.between(0.0, 0.6).all() and (donors.herding[donors.type == "multilateral"] == 0.0).all()
    assert donors.ict_share.between(0.001, 0.95).all()
    assert donors.volatility.between(0.05, 0.5).all() and donors.persistence.between(0.0, 0.95).all()
    assert donors.need_weight.between(0.0, 1.5).all() and donors.merit_weight.between(0.0, 0.5).all()
    assert donors.coordination.between(0.0, 1.0).all() and donors.patience_years.between(1, 8).all()
    assert donors.residual_sd.between(0.2, 2.0).all()


def test_digital_budgets_meet_the_published_totals(donors: pd.DataFrame) -> None:
    digital = donors.budget * donors.ict_share
    assert 3e9 <= digital.sum() <= 5e9
    bilateral = donors.type.isin(BILATERAL)
    for kind, share in (
        (bilateral, 0.010),
        (donors.type == "multilateral", 0.027),
        (donors.type == "foundation", 0.046),
    ):
        assert digital[kind].sum() / donors.budget[kind].sum() == pytest.approx(share, rel=0.02)


def test_a_bilateral_budget_is_its_share_of_income(donors: pd.DataFrame) -> None:
    states = donors[donors.iso3.notna()]
    product = states.gross_national_income * states.oda_share_of_income
    assert (product / states.budget).between(0.98, 1.02).all()
    assert donors[donors.iso3.isna()].gross_national_income.isna().all()


def test_ties_belong_to_known_donors(donors: pd.DataFrame) -> None:
    ties = table("ties")
    assert set(ties.donor) == set(donors.index[donors.tie_weight > 0.0])
    assert set(ties.iso3) <= set(table("paths").iso3)
    assert not ties.duplicated(["donor", "iso3"]).any()
    assert ties.tie.abs().between(0.15, 4.0).all()
    by_donor = ties.set_index(["donor", "iso3"]).tie
    for near in (("FRA", "SEN"), ("PRT", "CPV"), ("AUS", "PNG"), ("GBR", "MWI"), ("USA", "JOR")):
        assert by_donor[near] > 1.0


def test_currencies_convert_every_donor(donors: pd.DataFrame) -> None:
    rates = table("currencies").pivot(index="year", columns="currency", values="usd_per_unit")
    assert list(rates.index) == list(range(2005, 2026)) and rates.notna().all().all()
    assert (rates.USD == 1.0).all() and rates.EUR.between(1.0, 1.6).all() and rates.JPY.between(0.006, 0.013).all()
    assert set(donors.currency) <= set(rates.columns)


def test_deflator_is_one_in_2023_and_rises() -> None:
    deflator = table("deflators").set_index("year").us_gdp_deflator
    assert deflator[2023] == 1.0 and (np.diff(deflator) > 0).all() and deflator[2005] == pytest.approx(0.66, abs=0.02)


def test_adoption_draws_lie_near_the_table_of_the_model() -> None:
    draws = table("adoption_draws").set_index("draw")
    assert len(draws) == 201 and list(draws.index) == list(range(201))
    expected = {"drift": 0.226, "anchor_rate": 0.110, "income_slope": 1.34, "momentum_persistence": 0.63}
    expected |= {"momentum_gain": 0.44, "noise_level": -2.74, "noise_low": -0.255, "noise_high": -0.395}
    for column, value in expected.items():
        assert draws[column].iloc[0] == pytest.approx(value, rel=0.25), column
        assert draws[column].median() == pytest.approx(value, rel=0.25), column
        assert draws[column].std() > 0.0
