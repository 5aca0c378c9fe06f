"""Fit levels and paces of what people need to be online, by economy: writes simulation/data/access_paths.csv.

    python tools/fit_access.py --reference DIR

Coverage by a mobile network of the second generation or better and of the third or better, fixed broadband a head,
electricity in towns and in the countryside: a level in 2024, the pace of the years since a common bend, and one or
two earlier paces. Skills: adult literacy as years of schooling say it, with the economy's own residual drawn to zero.
Levels and paces are estimates over many years, rounded to three digits; no cell of a reference table is copied. What
all economies have in common goes to access_coefficients.csv, with the price path of price_path.py and the effective
operators of operators.py. Economies without
a series take the median of their subregion and income group and say so in `filled`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from bent_lines import BASE_YEAR, Fit, Form, errors_of, fit_paths, left_out_errors, paths, robust_spread
from operators import fit_operators
from price_path import fit_price_path
from reference_tables import (
    DATA_FOLDER,
    Floats,
    command_line,
    fill_gaps,
    inverse_logit,
    read_panel,
    read_reference,
    write_table,
)
from regression import log_odds, significant

# The fewest bends that do, by errors in years left out; --forms prints the comparison. One bend serves 3G as well in
# years left out, but misses coverage of 2024 in the least developed countries by 1.6 points, two bends by 0.8.
FORMS = {
    "coverage_2g": Form((2012,)),
    "coverage_3g": Form((2020, 2015)),
    "broadband": Form((2008,), lowest=0.0005, highest=0.6),
    "electricity_urban": Form((2014,)),
    "electricity_rural": Form((2014,)),
}
OTHER_FORMS: dict[str, tuple[tuple[int, ...], ...]] = {
    "coverage_2g": ((), (2010,), (2014,)),
    "coverage_3g": ((), (2015,), (2017,), (2019,)),
    "broadband": ((), (2010,), (2012,)),
    "electricity_urban": ((), (2010,), (2012,)),
    "electricity_rural": ((), (2010,), (2012,)),
}
SOURCES = {
    "coverage_2g": ("mobile_coverage.csv", "cov_2g_pct"),
    "coverage_3g": ("mobile_coverage.csv", "cov_3g_pct"),
    "broadband": ("country_year.csv", "fixed_bb_per100"),
    "electricity_urban": ("electricity_access.csv", "elec_urban_pct"),
    "electricity_rural": ("electricity_access.csv", "elec_rural_pct"),
}
YEARS = range(2000, BASE_YEAR + 1)
STRETCHES = ("pace", "pace_before", "pace_first")  # of the last years, and before each bend
LAST_YEARS = 5  # the pooled pace after the base year is that of so many years before it
NEARLY_ALL = 0.98  # economies above it say nothing of a pace
NEARLY_ALL_ODDS = float(np.log(NEARLY_ALL / (1.0 - NEARLY_ALL)))
ORIGINS = (2014, 2016, 2018, 2019)
SCHOOLING_YEARS = range(2000, 2018)
LEAST_LITERACY_YEAR = 2000
FEWEST_OBSERVATIONS = 4  # with fewer, a level would be a figure and not an estimate
GROUPS = ("LIC", "LMC", "UMC", "HIC")
ONLY_SECOND_GENERATION = 0.3  # of those with 2G only, in the printed check


def read_shares(reference: Path, economies: pd.Index) -> dict[str, pd.DataFrame]:
    """Return the observed shares of every series, years x economies; who has 3G is counted as having 2G or better."""
    shares = {
        name: (read_panel(reference, file, column, YEARS).astype(float) / 100.0).reindex(columns=economies)
        for name, (file, column) in SOURCES.items()
    }
    for name, table in shares.items():
        shares[name] = table.loc[:, table.notna().sum() >= FEWEST_OBSERVATIONS]
    second = shares["coverage_2g"]
    third = shares["coverage_3g"].reindex(columns=second.columns)
    shares["coverage_2g"] = second.where(~(second < third), third)
    return shares


def pace_after(shares: pd.DataFrame, fit: Fit, form: Form) -> tuple[float, float, int]:
    """Return mean pace of the last five years known, its standard error and the number of economies below 98%."""
    last = int(shares.dropna(how="all").index[-1])
    odds = paths(fit.table, form.bends, range(last - LAST_YEARS, last + 1))
    seen = form.log_odds(shares.loc[last - LAST_YEARS : last])
    inside = (odds.iloc[0] < NEARLY_ALL_ODDS) & (seen.notna().sum() >= 2)
    change = seen.ffill().iloc[-1] - seen.bfill().iloc[0]
    span = seen.apply(lambda one: (one.last_valid_index() or 0) - (one.first_valid_index() or 0))
    pace = (change / span.where(span > 0))[inside[inside].index].dropna()
    kept = pace.clip(pace.quantile(0.05), pace.quantile(0.95))
    return float(kept.mean()), float(kept.std() / np.sqrt(len(kept))), len(kept)


def fit_schooling(reference: Path, economies: pd.Index) -> pd.DataFrame:
    """Return mean years of schooling in the base year and their pace, by least absolute deviations, pace drawn half."""
    years = read_panel(reference, "country_year.csv", "school_yrs", SCHOOLING_YEARS).reindex(columns=economies)
    rows: dict[str, Floats] = {}
    for iso3 in economies:
        seen = years[iso3].dropna()
        if len(seen) >= LAST_YEARS:
            time, value = seen.index.to_numpy(dtype=np.float64), seen.to_numpy(dtype=np.float64)
            pairs = np.triu_indices(len(time), 1)
            slope = float(np.median((value[pairs[1]] - value[pairs[0]]) / (time[pairs[1]] - time[pairs[0]])))
            rows[str(iso3)] = np.array([float(np.median(value - slope * (time - BASE_YEAR))), slope, time[-1]])
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["level", "pace", "last"])
    own, pooled = table["pace"].copy(), float(table["pace"].median())
    table["pace"] = (0.5 * own + 0.5 * pooled).clip(lower=0.0)
    # The path turns to the drawn pace where the observations end.
    table["level"] += (table["pace"] - own) * (BASE_YEAR - table["last"])
    return table


def fit_skills(reference: Path, economies: pd.Index) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return level and pace of skills by economy (log odds), and the rows of what they have in common."""
    schooling = fit_schooling(reference, economies)
    literacy = read_reference(reference, "literacy.csv")
    literacy = literacy[literacy["iso3"].isin(schooling.index) & (literacy["year"] >= LEAST_LITERACY_YEAR)].dropna()
    own = schooling.loc[literacy["iso3"]]
    years = own["level"].to_numpy() + own["pace"].to_numpy() * (literacy["year"].to_numpy() - BASE_YEAR)
    odds = log_odds(literacy["literacy"] / 100.0).to_numpy()
    design = np.column_stack([np.ones(len(odds)), years])
    line = np.linalg.lstsq(design, odds, rcond=None)[0]
    for _ in range(25):  # least absolute error by reweighting; each economy counts once
        counts = literacy["iso3"].map(literacy["iso3"].value_counts()).to_numpy(dtype=np.float64)
        weight = np.sqrt(1.0 / counts / np.maximum(np.abs(odds - design @ line), 0.05))
        line = np.linalg.lstsq(design * weight[:, None], odds * weight, rcond=None)[0]
    residual = pd.Series(odds - design @ line, index=literacy["iso3"].to_numpy())
    means, sizes = residual.groupby(level=0).mean(), residual.groupby(level=0).size()
    within = float(residual.groupby(level=0).var().median())
    between = max(float(robust_spread(means.to_numpy()[:, None])[0]) ** 2 - within / float(sizes.median()), 0.01)
    drawn = (means * between / (between + within / sizes)).reindex(schooling.index).fillna(0.0)
    table = pd.DataFrame({"skills_level": line[0] + line[1] * schooling["level"] + drawn})
    table["skills_pace"] = line[1] * schooling["pace"]
    explained = 1.0 - float(np.var(residual)) / float(np.var(odds))
    print(f"skills: literacy on schooling {np.round(line, 3)}, R2 {explained:.2f}, {len(means)} economies;")
    print(f"  residual sd between {between**0.5:.2f}, within {within**0.5:.2f}; with own residual: mean error", end=" ")
    fitted = inverse_logit(odds - residual.to_numpy() + drawn.loc[literacy["iso3"]].to_numpy())
    print(f"{100 * np.abs(fitted - literacy['literacy'].to_numpy() / 100.0).mean():.1f} points")
    rows = [("skills", "intercept", line[0], np.nan, "fitted"), ("skills", "schooling", line[1], np.nan, "fitted")]
    rows.append(("skills", "residual_sd", float(np.sqrt(between)), float(np.sqrt(within)), "fitted"))
    return table, pd.DataFrame(rows, columns=["series", "term", "coefficient", "spread", "standing"])


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


def print_carried(shares: pd.DataFrame, countries: pd.DataFrame) -> None:
    """Print how coverage by 3G five years after an origin compares with its last value carried on at pooled paces."""
    form = FORMS["coverage_3g"]
    odds = form.log_odds(shares.interpolate(limit_area="inside"))
    for origin in ORIGINS:
        start, end = odds.loc[origin], shares.loc[origin + LAST_YEARS]
        change = (start - odds.loc[origin - LAST_YEARS])[odds.loc[origin - LAST_YEARS] < NEARLY_ALL_ODDS].dropna()
        pooled = float(change.clip(change.quantile(0.05), change.quantile(0.95)).mean()) / LAST_YEARS
        parts = []
        for share in (0.0, 0.5, 1.0):
            error = (100.0 * (inverse_logit((start + share * pooled * LAST_YEARS).to_numpy()) - end)).dropna()
            least = error[countries.loc[error.index, "ldc"] == 1]
            parts.append(f"{share:.1f} of it {error.abs().mean():.1f} ({least.mean():+.1f})")
        print(
            f"3G {origin + LAST_YEARS} from {origin} at {pooled:.2f} a year, mean error (LDC bias):", ", ".join(parts)
        )


def print_forms(shares: dict[str, pd.DataFrame]) -> None:
    """Print the errors of years left out for every form that was tried."""
    for name, form in FORMS.items():
        for bends in (form.bends, *OTHER_FORMS[name]):
            tried = Form(bends, form.lowest, form.highest, form.half_life, form.first_year)
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


def build(reference: Path, forms: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the table of paths, one row an economy, and the table of what economies have in common."""
    countries = read_reference(DATA_FOLDER, "countries.csv").set_index("iso3")
    shares = read_shares(reference, countries.index)
    if forms:
        print_forms(shares)
    table = countries[["region", "subregion"]].assign(income=countries["income_group"])
    common: list[pd.DataFrame] = []
    after: dict[str, float] = {}
    for name, form in FORMS.items():
        fit = fit_paths(shares[name], form)
        print_errors(name, form, shares[name], fit, countries["income_group"])
        stretches = STRETCHES[: 1 + len(form.bends)]
        columns = [f"{name}_level", *(f"{name}_{stretch}" for stretch in stretches)]
        table = table.join(fit.table.set_axis(columns, axis=1))
        after[name], error, number = pace_after(shares[name], fit, form)
        print(f"  pace of the last five years {after[name]:.3f} ({error:.3f}), {number} economies below 98%")
        rows = [
            (name, f"bend_to_{stretch}", float(bend), np.nan, "chosen by errors of years left out")
            for stretch, bend in zip(stretches[1:], form.bends, strict=True)
        ]
        rows.append((name, "pace_after", after[name], error, "fitted"))
        rows += [
            (name, f"{stretch}_pooled", *pair, "fitted")
            for stretch, pair in zip(stretches, zip(fit.pooled, fit.spread, strict=True), strict=True)
        ]
        rows.append((name, "noise", fit.noise, np.nan, "fitted"))
        common.append(pd.DataFrame(rows, columns=["series", "term", "coefficient", "spread", "standing"]))
    skills, rows_of_skills = fit_skills(reference, countries.index)
    table = table.join(skills)
    columns = [str(name) for name in table.columns if str(name).split("_")[0] not in ("region", "subregion", "income")]
    table = fill_gaps(table, columns)
    print_coverage(table, countries, after)
    print_carried(shares["coverage_3g"], countries)
    named = table["filled"].str.split(";").explode().value_counts()
    print("filled:", {name: int(named.get(name, 0)) for name in columns if name.endswith("_level")})
    prices, rivals = fit_price_path(reference, countries), fit_operators(reference, countries)
    everything = pd.concat([*common, rows_of_skills, prices, rivals], ignore_index=True)
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
