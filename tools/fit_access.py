"""Fit levels and paces of what people need to be online, by economy: writes simulation/data/access_paths.csv.

    python -m pip install -e . && python tools/fit_access.py --reference DIR

Coverage by a mobile network of the second generation or better and of the third or better, fixed broadband a head,
electricity in towns and in the countryside: a level in 2024, the pace of the years since a common bend, and one or
two earlier paces. Skills: adult literacy as years of schooling say it, with the economy's own residual drawn to zero.
Levels and paces are estimates over many years, rounded to three digits; no cell of a reference table is copied. What
all economies have in common goes to access_coefficients.csv, with the price path and the effective operators of
operators.py. Economies without a series take the median of their subregion and income group and say so in `filled`.
The fits themselves are in experiments/calibration/access/; a hindcast fits the same ones up to its origins.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from afteraid.experiments.calibration.access.bent_lines import Fit, Form, errors_of, fit_paths, left_out_errors
from afteraid.experiments.calibration.access.panels import FILES, AccessPanels, read_access
from afteraid.experiments.calibration.access.prices import (
    FIRST_BASKET,
    MIDDLE_INCOME,
    PricePath,
    fit_price_path,
    trimmed,
)
from afteraid.experiments.calibration.access.series import (
    BENDS,
    columns_of,
    common_rows,
    fill_gaps,
    form_of,
    pace_after,
    part_carried,
    shares_of,
    with_groups,
)
from afteraid.experiments.calibration.access.skills import Skills, fit_skills
from operators import fit_operators
from reference_tables import DATA_FOLDER, command_line, inverse_logit, read_reference, write_table
from regression import significant

BASE_YEAR = 2024
OTHER_BENDS: dict[str, tuple[tuple[int, ...], ...]] = {
    "coverage_2g": ((), (2010,), (2014,)),
    "coverage_3g": ((), (2015,), (2017,), (2019,)),
    "broadband": ((), (2010,), (2012,)),
    "electricity_urban": ((), (2010,), (2012,)),
    "electricity_rural": ((), (2010,), (2012,)),
}
FEWEST_OBSERVATIONS = 4  # with fewer, a level would be a figure and not an estimate
GROUPS = ("LIC", "LMC", "UMC", "HIC")
ONLY_SECOND_GENERATION = 0.3  # of those with 2G only, in the printed check
COLUMNS = ["series", "term", "coefficient", "spread"]


def print_errors(name: str, form: Form, shares: pd.DataFrame, fit: Fit, groups: pd.Series) -> None:
    """Print mean errors in points by year (in the fit / years left out) and by income group."""
    inside, outside = errors_of(fit.table, shares, form).abs(), left_out_errors(shares, form).abs()
    shown = [year for year in (2002, 2005, *range(2008, 2025, 2), 2021, 2023) if inside.loc[year].notna().sum() >= 30]
    parts = [f"{year} {inside.loc[year].mean():.1f}/{outside.loc[year].mean():.1f}" for year in sorted(shown)]
    print(f"{name}, bends {form.bends}: mean {np.nanmean(inside):.2f}/{np.nanmean(outside):.2f}; " + ", ".join(parts))
    recent, left = inside.loc[2018:], outside.loc[2018:]
    rows = [
        f"{group} {np.nanmean(recent[of(groups, group, recent)]):.2f}/{np.nanmean(left[of(groups, group, left)]):.2f}"
        for group in GROUPS
    ]
    print("  by income, from 2018:", ", ".join(rows), f"; pooled pace {np.round(fit.pooled, 3)}, noise {fit.noise:.2f}")


def of(groups: pd.Series, group: str, table: pd.DataFrame) -> list[str]:
    """Return the columns of a table that belong to an income group."""
    return [str(iso3) for iso3 in table.columns if groups[iso3] == group]


def print_carried(panels: AccessPanels, economies: pd.Index) -> None:
    """Print what part of the pooled pace of coverage went on, as it could have been known in earlier years."""
    for origin in range(2012, BASE_YEAR + 1):
        form = form_of("coverage_3g", origin)
        part, earlier = part_carried(shares_of(panels.known_in(origin), economies, origin)["coverage_3g"], form)
        print(f"3G from {origin}: {part:.2f} of the pooled pace goes on, by {earlier} earlier origins")


def print_forms(shares: dict[str, pd.DataFrame]) -> None:
    """Print the errors of years left out for every form that was tried."""
    for name in BENDS:
        form = form_of(name, BASE_YEAR)
        for bends in (form.bends, *OTHER_BENDS[name]):
            tried = Form(BASE_YEAR, bends, form.lowest, form.highest, form.half_life, form.first_year)
            outside = left_out_errors(shares[name], tried).abs()
            print(f"{name} {bends}: left out {np.nanmean(outside):.2f}, from 2018 {np.nanmean(outside.loc[2018:]):.2f}")


def print_coverage(table: pd.DataFrame, countries: pd.DataFrame, after: dict[str, float]) -> None:
    """Print coverage by people in 2024 and 2050, of the groups that a reviewer compares with published figures."""
    people = countries["population"]
    least = countries["ldc"] == 1
    members = {"world": people > 0, "LDC": least, **{group: countries["income_group"] == group for group in GROUPS}}
    for year in (BASE_YEAR, 2050):
        ahead = year - BASE_YEAR
        second = inverse_logit((table["coverage_2g_level"] + ahead * after["coverage_2g"]).to_numpy(dtype=np.float64))
        third = inverse_logit((table["coverage_3g_level"] + ahead * after["coverage_3g"]).to_numpy(dtype=np.float64))
        covered = third + ONLY_SECOND_GENERATION * np.maximum(second - third, 0.0)
        parts = [
            f"{name} {100 * np.average(covered[member], weights=people[member]):.1f}"
            f" ({100 * np.average(third[member], weights=people[member]):.1f})"
            for name, member in members.items()
        ]
        print(f"coverage {year}, by people, 3G + 0.3 of 2G only (3G alone):", ", ".join(parts))


def standing_of(term: str) -> str:
    """Say where a coefficient of a series comes from."""
    return "chosen by errors of years left out" if term.startswith("bend_to_") else "fitted"


def skills_rows(skills: Skills) -> list[tuple[str, str, float, float]]:
    """Return what economies have in common in skills, and print how well schooling explains literacy."""
    print(f"skills: literacy on schooling {np.round(skills.line, 3)}, R2 {skills.explained:.2f}, ", end="")
    print(
        f"{skills.economies} economies; residual sd between {skills.between:.2f}, within {skills.within:.2f}; ", end=""
    )
    print(f"with own residual: mean error {skills.error:.1f} points")
    return [
        ("skills", "intercept", float(skills.line[0]), np.nan),
        ("skills", "schooling", float(skills.line[1]), np.nan),
        ("skills", "residual_sd", skills.between, skills.within),
    ]


def price_rows(path: PricePath, groups: pd.Series, distance: pd.Series) -> pd.DataFrame:
    """Return the rows of the price path: for each year ln price over that of 2024, and the slopes on ln income."""
    index = path.yearly[::-1].cumsum()[::-1].mul(-1.0)  # ln price at the start of each change
    rows: list[tuple[str, str, float, float, str]] = []
    for year, value in index.items():
        start = int(str(year)) - 1
        rows.append(
            ("price", f"log_index_{start}", float(value), np.nan, "judged" if start < FIRST_BASKET else "fitted")
        )
    rows += [
        ("price", f"income_slope_{first}_{last}", slope, error, "fitted") for first, last, slope, error in path.slopes
    ]
    print(f"price mapped from fixed and voice baskets: {np.round(path.line, 3)}, R2 {path.explained:.2f}")
    print("price, change by year:", {int(str(year)): round(float(value), 3) for year, value in path.yearly.items()})
    print("price, slopes of the change on ln income:", path.slopes)
    late, slope = path.late, path.slopes[-1][2]
    steps = path.yearly.reindex(late.index).to_numpy()[:, None] + slope * distance.to_numpy()[None, :]
    fitted = pd.DataFrame(steps, index=late.index, columns=late.columns).where(late.notna())
    for group in GROUPS:
        member = groups[groups == group].index
        seen, said = trimmed(late)[member].stack().mean(), fitted[member].stack().mean()
        print(f"price, mean change a year within a basket, {group}: observed {seen:.3f}, fitted {said:.3f}")
    return pd.DataFrame(rows, columns=[*COLUMNS, "standing"])


def build(reference: Path, forms: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the table of paths, one row an economy, and the table of what economies have in common."""
    countries = read_reference(DATA_FOLDER, "countries.csv").set_index("iso3")
    panels = read_access(reference, FILES)
    shares = shares_of(panels, countries.index, BASE_YEAR, FEWEST_OBSERVATIONS)
    if forms:
        print_forms(shares)
    table, after = with_groups(countries), {}
    rows: list[tuple[str, str, float, float]] = []
    for name in BENDS:
        form = form_of(name, BASE_YEAR)
        fit = fit_paths(shares[name], form)
        print_errors(name, form, shares[name], fit, countries["income_group"])
        table = table.join(fit.table.set_axis(columns_of(name, form), axis=1))
        after[name], error, number = pace_after(shares[name], fit, form)
        print(f"  pace of the last five years {after[name]:.3f} ({error:.3f}), {number} economies below 98%")
        rows += common_rows(name, form, fit, (after[name], error))
    skills = fit_skills(panels, countries.index, BASE_YEAR)
    table = table.join(skills.table)
    columns = [str(name) for name in table.columns if str(name).split("_")[0] not in ("region", "subregion", "income")]
    table = fill_gaps(table, columns)
    print_coverage(table, countries, after)
    print_carried(panels, countries.index)
    named = table["filled"].str.split(";").explode().value_counts()
    print("filled:", {name: int(named.get(name, 0)) for name in columns if name.endswith("_level")})
    common = pd.DataFrame([*rows, *skills_rows(skills)], columns=COLUMNS)
    common["standing"] = [standing_of(str(term)) for term in common["term"]]
    distance = np.log(countries["gdp_per_capita"] / MIDDLE_INCOME)
    price = price_rows(fit_price_path(panels, distance, BASE_YEAR), countries["income_group"], distance)
    everything = pd.concat([common, price, fit_operators(reference, countries)], ignore_index=True)
    for column in ("coefficient", "spread"):
        everything[column] = [significant(value, 4) if value == value else value for value in everything[column]]
    return table[[*columns, "filled"]].round(3).reset_index(), everything


def main() -> None:
    """Fit and write access_paths.csv and access_coefficients.csv."""
    parser: argparse.ArgumentParser = command_line(__doc__ or "")
    parser.add_argument("--forms", action="store_true", help="compare forms with other bends")
    options = parser.parse_args()
    table, common = build(options.reference, options.forms)
    write_table(table, options.out / "access_paths.csv")
    write_table(common, options.out / "access_coefficients.csv")
    print(f"access_paths.csv: {len(table)} economies, {(table['filled'] != '').sum()} with a filled cell")


if __name__ == "__main__":
    main()
