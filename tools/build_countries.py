"""Build the table of economies that the simulation ships: `simulation/data/countries.csv`, and what was filled in it.

    python tools/build_countries.py [--reference FOLDER] [--out FOLDER]

Without a reference folder the proxies come from the stored coefficients; with one these are fitted anew and stored.
Run it in an environment with `tools/requirements.txt`. Rebuilding gives the same bytes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import ndtri

from classification import classify, is_recipient, read_concordance
from factbook import read_factbook
from filling import CAPS, Filling, fill_economy, fill_income, fill_people
from proxies import apply_coefficients, fit_coefficients, print_spreads

DATA_FOLDER = Path(__file__).resolve().parent.parent / "simulation" / "data"
SMALLEST_POPULATION = 1000

TEXT = "iso3 name region subregion income_group bloc language neighbours filled".split()
WHOLE = (
    "ldc lldc sids fragile dac_recipient population population_year gdp_per_capita gdp_per_capita_year gdp_nominal "
    "government_revenue government_expenditure internet_use_year"
).split()
DECIMALS = {"governance": 3, "access_price": 5, "urban_growth": 5, "gdp_growth": 5}
COLUMNS = (
    "iso3 name region subregion income_group ldc lldc sids fragile dac_recipient bloc language neighbours population "
    "population_year urban_share urban_growth gdp_per_capita gdp_per_capita_year gdp_growth gdp_nominal gini "
    "log_income_sd government_revenue government_expenditure internet_use internet_use_year electricity "
    "electricity_urban electricity_rural mobile_subscriptions literacy governance regulatory_maturity digital_trust "
    "access_price climate_exposure conflict_exposure filled"
).split()


def published_table() -> pd.DataFrame:
    """Return figures and classes of every economy with internet use and a population of 1,000 or more."""
    concordance = read_concordance()
    figures, texts = read_factbook(dict(zip(concordance["iso2_code"], concordance.index, strict=True)))
    present = (figures["population"] >= SMALLEST_POPULATION) & figures["internet_use"].notna()
    figures = figures[present]
    return figures.join(classify(figures, texts, concordance))


def filled_table(published: pd.DataFrame) -> Filling:
    """Return the table with every gap filled by its rule, in an order in which each rule finds what it needs."""
    published_groups = published["income_group"].fillna("").to_dict()
    filling = Filling(published)
    fill_income(filling)
    fill_people(filling)
    fill_economy(filling)
    table = filling.table
    table["log_income_sd"] = np.sqrt(2.0) * ndtri((table["gini"].astype(float) + 1.0) / 2.0)
    table["dac_recipient"] = [int(is_recipient(str(iso3), group)) for iso3, group in published_groups.items()]
    marks = filling.marks[[column for column in COLUMNS if column in CAPS]]
    names = [str(column) for column in marks.columns]
    table["filled"] = [";".join(name for name in names if row[name]) for _, row in marks.iterrows()]
    return filling


def cell(column: str, value: object) -> str:
    """Return a cell as text: whole numbers whole, shares to four decimals, without trailing zeros."""
    if column in TEXT:
        return str(value)
    number = float(str(value))
    if column in WHOLE:
        return str(round(number))
    wording = f"{number:.{DECIMALS.get(column, 4)}f}".rstrip("0").rstrip(".")
    return "0" if wording == "-0" else wording


def write(table: pd.DataFrame, path: Path) -> None:
    """Write a table of texts with the same bytes on every system."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(table.to_csv(index=False, lineterminator="\n").encode("utf-8"))


def weighted(values: pd.Series, weights: pd.Series, member: pd.Series) -> float:
    """Return the mean of some economies, weighted."""
    return float((values * weights)[member].sum() / weights[member].sum())


def african_part(table: pd.DataFrame, people: pd.Series) -> float:
    """Return the part of some people who live in Africa."""
    return float(people[table["region"] == "Africa"].sum() / people.sum())


def print_checks(table: pd.DataFrame, report: pd.DataFrame, coefficients: pd.DataFrame) -> None:
    """Print what a reviewer compares with the published world: totals, use, price, fits and filled shares."""
    everyone, least = table["population"] > 0, table["ldc"] == 1
    use, people = table["internet_use"], table["population"]
    print(f"economies {len(table)}, population {people.sum() / 1e9:.3f} billion")
    print(f"internet use: world {weighted(use, people, everyone):.4f}, LDC {weighted(use, people, least):.4f}")
    for group, prices in table.groupby("income_group")["access_price"]:
        print(f"price of access, median of {group}: {prices.median():.4f}")
    price = table["access_price"]
    print(f"price of access, median of the world: {price.median():.4f}; at most 2% in {int((price <= 0.02).sum())}")
    fits = coefficients[coefficients["standing"] == "quality of fit"]
    print(fits[["proxy", "term", "coefficient"]].to_string(index=False))
    print(report[["column", "share_filled", "cap"]].to_string(index=False))


def main() -> None:
    """Build the tables and print the checks."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--reference", type=Path, help="folder of reference tables: refit the proxies and store them")
    parser.add_argument("--out", type=Path, default=DATA_FOLDER, help="folder for the tables")
    options = parser.parse_args()
    filling = filled_table(published_table())
    report = filling.report()
    stored = options.out / "proxy_coefficients.csv"
    if options.reference is not None:
        write(fit_coefficients(filling.table, options.reference), stored)
    coefficients = pd.read_csv(stored)
    table = filling.table.join(apply_coefficients(filling.table, coefficients))
    if options.reference is not None:
        print_spreads(filling.table, options.reference, table)
    table = table.reset_index(names="iso3").sort_values("iso3")[COLUMNS]
    shown = pd.DataFrame({column: [cell(column, value) for value in table[column]] for column in COLUMNS})
    write(shown, options.out / "countries.csv")
    write(report.assign(share_filled=report["share_filled"].map("{:.4f}".format)), options.out / "fill_report.csv")
    print_checks(table, report, coefficients)


if __name__ == "__main__":
    main()
