"""The table of economies: complete, in range, honest about what was filled, and close to the published world."""

from __future__ import annotations

import importlib.util
import math
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "simulation" / "data"
COLUMNS = (
    "iso3 name region subregion income_group ldc lldc sids fragile dac_recipient bloc language neighbours population "
    "population_year urban_share urban_growth gdp_per_capita gdp_per_capita_year gdp_growth gdp_nominal gini "
    "log_income_sd government_revenue government_expenditure internet_use internet_use_year electricity "
    "electricity_urban electricity_rural mobile_subscriptions literacy governance regulatory_maturity digital_trust "
    "access_price climate_exposure conflict_exposure filled"
).split()
SHARES = (
    "urban_share gini internet_use electricity electricity_urban electricity_rural literacy regulatory_maturity "
    "digital_trust access_price climate_exposure conflict_exposure"
).split()
FLAGS = "ldc lldc sids fragile dac_recipient".split()
POSITIVE = (
    "population gdp_per_capita gdp_nominal government_revenue government_expenditure mobile_subscriptions".split()
)
CLASSES = {
    "region": {"Africa", "Americas", "Arab States", "Asia-Pacific", "CIS", "Europe"},
    "income_group": {"LIC", "LMC", "UMC", "HIC"},
    "language": {"english", "french", "spanish", "portuguese", "arabic", "russian", "chinese", "other"},
}
MAY_BE_EMPTY = {"bloc", "neighbours", "filled"}


def read(name: str) -> pd.DataFrame:
    """Read one table; "NA" is text, only an empty cell is missing."""
    return pd.read_csv(DATA / f"{name}.csv", keep_default_na=False, na_values=[""])


def weighted(values: pd.Series, weights: pd.Series) -> float:
    """Return a mean weighted by people."""
    return float((values * weights).sum() / weights.sum())


@pytest.fixture(scope="module")
def countries() -> pd.DataFrame:
    return read("countries").set_index("iso3", drop=False)


def test_columns_and_economies(countries: pd.DataFrame) -> None:
    assert list(countries.columns) == COLUMNS
    assert len(countries) >= 190
    assert countries.index.is_unique and countries.index.is_monotonic_increasing
    assert countries.index.str.fullmatch("[A-Z]{3}").all()
    empty = countries.columns[countries.isna().any()]
    assert set(empty) <= MAY_BE_EMPTY


def test_figures_are_in_range(countries: pd.DataFrame) -> None:
    for column in SHARES:
        assert countries[column].between(0.0, 1.0).all(), column
    for column in FLAGS:
        assert countries[column].isin([0, 1]).all(), column
    for column in POSITIVE:
        assert (countries[column] > 0).all(), column
    for column, classes in CLASSES.items():
        assert set(countries[column]) <= classes, column
    assert (countries["population"] >= 1000).all()
    assert countries["mobile_subscriptions"].max() < 6.0
    assert countries["urban_growth"].abs().max() < 0.1 and countries["gdp_growth"].abs().max() < 0.5
    assert countries["internet_use_year"].between(2000, 2025).all()
    assert countries["governance"].between(-3.0, 3.0).all()


def test_world_and_least_developed_are_as_published(countries: pd.DataFrame) -> None:
    least = countries[countries["ldc"] == 1]
    assert len(least) == 44
    assert 7.9e9 < countries["population"].sum() < 8.3e9
    assert 0.64 < weighted(countries["internet_use"], countries["population"]) < 0.69
    assert 0.29 < weighted(least["internet_use"], least["population"]) < 0.34


def test_price_of_access_comes_near_the_published_medians(countries: pd.DataFrame) -> None:
    middle = countries.groupby("income_group")["access_price"].median()
    published = {"LIC": 0.0736, "LMC": 0.0217, "UMC": 0.0115, "HIC": 0.0043}  # ITU, data-only basket of 2 GB, 2024
    for group, price in published.items():
        assert middle[group] == pytest.approx(price, rel=0.2), group
    assert 0.58 < (countries["access_price"] <= 0.02).mean() < 0.70


def test_regulation_is_on_the_scale_of_the_tracker(countries: pd.DataFrame) -> None:
    middle = countries.groupby("income_group")["regulatory_maturity"].median()
    assert middle["LIC"] < middle["UMC"] < middle["HIC"]
    assert 0.6 < countries["regulatory_maturity"].mean() < 0.8


def test_income_dispersion_follows_from_gini(countries: pd.DataFrame) -> None:
    gini = countries["log_income_sd"].map(lambda deviation: math.erf(deviation / 2.0))
    assert (gini - countries["gini"]).abs().max() < 1e-3


def test_urban_and_rural_electricity_agree_with_the_total(countries: pd.DataFrame) -> None:
    urban = countries["urban_share"]
    mean = urban * countries["electricity_urban"] + (1.0 - urban) * countries["electricity_rural"]
    assert (mean - countries["electricity"]).abs().max() < 0.035


def test_neighbours_are_mutual_and_in_the_table(countries: pd.DataFrame) -> None:
    pairs = {(str(iso3), other) for iso3, text in countries["neighbours"].dropna().items() for other in text.split(";")}
    assert pairs and all(first != second and (second, first) in pairs for first, second in pairs)
    assert {other for _, other in pairs} <= set(countries.index)
    assert {("KEN", "UGA"), ("PSE", "JOR"), ("COD", "COG")} <= pairs


def test_classes_of_some_economies(countries: pd.DataFrame) -> None:
    assert countries["fragile"].sum() == 39
    recipients = countries["dac_recipient"] == 1
    assert not recipients[["BGR", "ROU", "RUS", "CHL", "KOR", "BLM"]].any()
    assert recipients[["XKX", "PSE", "NRU", "KEN", "VEN", "CHN"]].all()
    expected = {"KEN": "EAC", "NGA": "ECOWAS", "MLI": "WAEMU", "DEU": "EU", "VNM": "ASEAN", "BRA": "Mercosur"}
    assert countries.loc[list(expected), "bloc"].to_dict() == expected
    assert countries["bloc"].isna()["GBR"]
    languages = {"SEN": "french", "MOZ": "portuguese", "PER": "spanish", "TUN": "arabic", "GHA": "english"}
    assert countries.loc[list(languages), "language"].to_dict() == languages


def test_what_was_filled_is_marked_reported_and_capped(countries: pd.DataFrame) -> None:
    report = read("fill_report").set_index("column")
    assert (report["share_filled"] <= report["cap"]).all()
    assert report["rule"].notna().all()
    marks = countries["filled"].fillna("").str.split(";")
    named = {column for row in marks for column in row if column}
    assert named <= set(report.index) <= set(COLUMNS)
    for column in report.index:
        share = marks.map(lambda row, name=column: name in row).mean()
        assert share == pytest.approx(report.at[column, "share_filled"], abs=1e-4), column
    assert report.at["internet_use", "cap"] == 0.0
    for column in named - {"income_group", "gdp_per_capita_year"}:
        rows = marks.map(lambda row, name=column: name in row)
        assert countries.loc[rows, column].nunique() > 1, f"{column} is filled by a constant"


def test_every_column_has_a_source() -> None:
    sources = tomllib.loads((DATA / "sources.toml").read_text(encoding="utf-8"))
    for name in ("countries", "fill_report", "proxy_coefficients"):
        described = [column for group in sources[name].values() for column in group["columns"]]
        assert sorted(described) == sorted(read(name).columns)
        for group in sources[name].values():
            assert group["standing"] in {"published", "derived", "judged", "proxy"}
            for key in ("title", "publisher", "year", "unit", "licence", "retrieved_from", "script"):
                assert group[key], (name, group["title"], key)
            assert (ROOT / group["script"]).is_file()
    proxies = {
        column for group in sources["countries"].values() if group["standing"] == "proxy" for column in group["columns"]
    }
    assert {"governance", "regulatory_maturity", "digital_trust", "access_price"} <= proxies


def test_proxies_say_how_well_they_fit() -> None:
    table = read("proxy_coefficients")
    errors = table[table["standing"] == "standard error"].set_index(["proxy", "term"])["coefficient"]
    stored = table[table["standing"] != "standard error"].set_index(["proxy", "term"])["coefficient"]
    assert stored.index.is_unique and errors.index.is_unique and set(errors.index) <= set(stored.index)
    assert stored["governance", "r_squared"] > 0.7
    assert stored["regulatory_maturity", "r_squared_left_out"] > 0.35
    assert stored["access_price", "r_squared_left_out"] > 0.75
    assert -1.0 < stored["access_price", "log_gdp_per_capita"] < -0.5
    assert (errors > 0.0).all() and errors["access_price", "log_gdp_per_capita"] < 0.2


@pytest.fixture(scope="module")
def factbook() -> ModuleType:
    """Return the reader of Factbook texts, which needs no package beside pandas until it is asked for the entries."""
    spec = importlib.util.spec_from_file_location("factbook", ROOT / "tools" / "factbook.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # A dataclass looks its module up by name while it is being made.
    sys.modules["factbook"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("text", "value", "year"),
    [
        ("35% (2023 est.)", 35.0, 2023),
        ("(2023 est.) less than 1", 0.5, 2023),
        ("$5,800 (2024 est.)", 5800.0, 2024),
        ("$1.713 trillion (2023 est.)", 1.713e12, 2023),
        ("-$4.317 billion (2023 est.)", -4.317e9, 2023),
        ("-0.03% annual rate of change (2020-25 est.)", -0.03, 2020),
        ("14% (of GDP) (2023 est.)", 14.0, 2023),
        ("652,271 (July 2020 est.)", 652271.0, 2020),
        ("98%", 98.0, 0),
        ("$2.684 trillion (2022 est.) <b>note:</b> in 1 part", 2.684e12, 2022),
    ],
)
def test_factbook_texts_are_read_as_figures(factbook: ModuleType, text: str, value: float, year: int) -> None:
    found = factbook.read_figure(text)
    assert found.value == pytest.approx(value) and found.year == year


@pytest.mark.parametrize("text", ["NA", "", "see entry for the West Bank", None])
def test_factbook_texts_without_a_figure_are_empty(factbook: ModuleType, text: object) -> None:
    assert factbook.read_figure(text) is None


def test_entries_of_one_economy_are_weighted_by_people(factbook: ModuleType) -> None:
    rows = [{"population": 3.0, "internet_use": 0.8, "gdp_nominal": 7.0}, {"population": 1.0, "internet_use": 0.4}]
    merged = factbook.merge_rows(rows)
    assert merged == pytest.approx({"population": 4.0, "internet_use": 0.7, "gdp_nominal": 7.0})
