"""Fit the past and the population and income paths of every economy: writes simulation/data/paths.csv.

    python tools/fit_paths.py --reference DIR

Use: log odds that are straight between six years, by robust least squares on the panel and, where this has no later
figure, on the World Factbook's; a break of the series is a step of its own. Population and
income: mean log growth and its trend over 2005-2025, then a growth rate that moves in a straight line from its
2025 to its 2050 value, fitted to the logarithm. Two corrections to the reference's income after 2024, which is a
convention and not a forecast of record: every economy's rate jumps by some two points in 2025-2030 (prices, by the
look of it), so the common excess is taken out; and no 2050 rate is below 0.5% a year. Economies without data take
the median of their subregion and income group (else subregion, region, world) and say so in `filled`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import least_squares, lsq_linear

from afteraid.experiments.calibration.access.series import fill_gaps
from afteraid.experiments.calibration.adoption_law import (
    BEGINNING,
    FILTER_FROM,
    adoption_panel,
    filter_observations,
)
from afteraid.experiments.calibration.panel import read_panel as read_panel_files
from reference_tables import (
    DATA_FOLDER,
    HIGHEST_USE,
    LOWEST_USE,
    Floats,
    command_line,
    inverse_logit,
    logit,
    read_panel,
    read_reference,
    write_table,
)

FIRST_YEAR, LAST_YEAR, END_YEAR = 2000, 2024, 2025
KNOTS = np.array([2000.0, 2005.0, 2010.0, 2015.0, 2019.0, 2023.0])  # six estimates stand for up to 25 observations
KNOT_COLUMNS = [f"use_{year:.0f}" for year in KNOTS]
HUBER_SCALE = 0.15  # log odds: about the size of a one-year innovation
BEND_WEIGHT = 0.3
FARTHEST = 7.6  # log odds: a knot beyond the observations is not carried past 0.05% and 99.95%
# Years in which a figure changed because its source did, not because use did: another survey or another population
# asked (China 75.6 to 90.6, Pakistan 18.9 in 2020 to 57.3, India +14 points).
BREAKS = {"CHN": 2023, "IND": 2020, "PAK": 2024}
FEWEST_OBSERVATIONS = 4
LOWEST_INCOME_GROWTH_2050 = 0.005  # judged: the reference lets rich economies shrink for decades

USE_COLUMNS = [*KNOT_COLUMNS, "use_break", "use_break_year", "use_until", "use_momentum", "use_residual_sd"]
POPULATION_COLUMNS = [
    "population_growth_past",
    "population_growth_past_change",
    "population_growth_2025",
    "population_growth_2050",
]
GDP_COLUMNS = ["gdp_growth_past", "gdp_growth_2025", "gdp_growth_2050"]


def piecewise(years: Floats) -> Floats:
    """Return what each knot weighs in the path of each year, shape (years, knots): straight between knots."""
    return np.array([np.interp(years, KNOTS, row) for row in np.eye(len(KNOTS))]).T


def bends() -> Floats:
    """Return the matrix that takes values at the knots to the changes of slope at the inner ones."""
    slopes = np.diff(np.eye(len(KNOTS)), axis=0) / np.diff(KNOTS)[:, None]
    return np.diff(slopes, axis=0)


def fit_use_path(years: Floats, log_odds: Floats, break_year: int) -> Floats:
    """Return the log odds at the knots, the size of a break of the series, and the residual sd of one economy.

    Robust least squares (Huber) with a weak pull towards a straight line, so that a gap between surveys is bridged.
    A break (year above zero) is a step of the figure that is no growth: the path before it is that of the old series.
    """
    weights, matrix = piecewise(years), bends()
    after = (years >= break_year).astype(np.float64) if break_year else np.zeros_like(years)
    start = np.append(np.interp(KNOTS, years, log_odds), 0.0)

    def misfit(free: Floats) -> Floats:
        residual = weights @ free[:-1] + after * free[-1] - log_odds
        return np.concatenate([residual, BEND_WEIGHT * (matrix @ free[:-1]), [0.01 * free[-1]]])

    found = least_squares(misfit, start, loss="huber", f_scale=HUBER_SCALE, xtol=1e-12, ftol=1e-12)
    spread = 1.4826 * float(np.median(np.abs(misfit(found.x)[: len(years)])))
    return np.append(found.x, max(spread, 0.01))


def with_factbook(use: pd.DataFrame, newest: pd.DataFrame) -> pd.DataFrame:
    """Return the panel (%) with the World Factbook's figure of an economy where that is later than the panel's last."""
    joined = use.reindex(columns=use.columns.union(newest.index)).copy()
    for iso3, level, year in newest[["internet_use", "internet_use_year"]].itertuples():
        last = joined[iso3].last_valid_index()
        if (last is None or last < year) and year in joined.index:
            joined.loc[year, iso3] = 100.0 * level
    return joined


def fit_use_paths(use: pd.DataFrame) -> pd.DataFrame:
    """Return the fitted use path of every economy with enough observations (index: iso3)."""
    fits: dict[str, Floats] = {}
    until: dict[str, int] = {}
    for iso3 in use.columns:
        seen = use[iso3].loc[FIRST_YEAR:LAST_YEAR].dropna()
        if len(seen) < FEWEST_OBSERVATIONS:
            continue
        years = seen.index.to_numpy(dtype=np.float64)
        fits[iso3] = fit_use_path(years, logit(seen.to_numpy(dtype=np.float64) / 100.0), BREAKS.get(iso3, 0))
        until[iso3] = int(years[-1])
    print(f"use: {len(fits)} economies, median residual {np.median([fit[-1] for fit in fits.values()]):.3f}")
    table = pd.DataFrame.from_dict(fits, orient="index", columns=[*KNOT_COLUMNS, "use_break", "use_residual_sd"])
    table["use_break_year"] = pd.Series(BREAKS).reindex(table.index).fillna(0).astype(int)
    table["use_until"] = pd.Series(until)
    return table


def placed_by_factbook(table: pd.DataFrame, newest: pd.DataFrame) -> pd.DataFrame:
    """Bring the path of an economy without a panel, of its peers' shape, to the World Factbook's figure."""
    for iso3 in table.index[table["use_until"].isna()]:
        level, year = newest.loc[iso3, ["internet_use", "internet_use_year"]].to_numpy(dtype=np.float64)
        at = float((piecewise(np.array([year])) @ table.loc[iso3, KNOT_COLUMNS].to_numpy(dtype=np.float64))[0])
        table.loc[iso3, KNOT_COLUMNS] += float(logit(np.array([level]))[0]) - at
        table.loc[iso3, "use_until"] = min(int(year), LAST_YEAR)
    return table


def momentum_in_2005(reference: Path) -> pd.Series[float]:
    """Return each economy's momentum at 2005, filtered over its observations up to then."""
    known = read_panel_files(reference / "internet_use.csv", reference / "country_year.csv")
    panel = adoption_panel(known, FILTER_FROM, 2005)
    momentum = filter_observations(BEGINNING, panel)[1][-1]
    observed = (~np.isnan(panel.log_odds)).sum(axis=0) >= 2
    return pd.Series(np.where(observed, momentum, np.nan), index=list(panel.economies), name="use_momentum")


def without_common_excess(income: pd.DataFrame) -> pd.DataFrame:
    """Take the excess of 2025-2030 that all economies share out of GDP per capita (years x economies).

    The excess of a year is its median growth less the straight line from the median of ordinary years (2015-2019
    and 2022-2024) to that of 2031. It is the same for all, so who is richer than whom doesn't change.
    """
    logs = pd.DataFrame(np.log(income.to_numpy(dtype=np.float64)), index=income.index)
    middle = logs.diff().median(axis=1)
    ordinary = float(middle.loc[[*range(2015, 2020), *range(2022, 2025)]].median())
    years = np.arange(2025, 2031)
    line = ordinary + (float(middle.loc[2031]) - ordinary) * (years - 2024) / 7.0
    excess = middle.loc[2025:2030].to_numpy() - line
    print("GDP per capita, common excess removed 2025-2030:", np.round(excess, 4))
    removed = pd.Series(0.0, index=income.index)
    removed.loc[2025:2030] = excess
    return income.div(np.exp(removed.cumsum()), axis=0)


def growth_parameters(past: Floats, future: Floats, lowest_end: float) -> Floats:
    """Return mean log growth 2005-2025, its change a year, and the growth rates of 2025 and 2050.

    `past` holds the logarithm for 2005..2025, `future` for 2026..2050. The rate moves in a straight line between
    2025 and 2050, so the logarithm is a quadratic through the 2025 value; the last rate is at least `lowest_end`,
    and so is the first unless the next five years are slower themselves.
    """
    mean = (past[-1] - past[0]) / (len(past) - 1)
    growth = np.diff(past)
    middle = np.arange(len(growth)) - (len(growth) - 1) / 2.0
    change = float(middle @ growth / (middle @ middle))
    ahead = np.arange(1, len(future) + 1, dtype=np.float64)
    square = ahead**2 / (2.0 * len(future))
    basis = np.column_stack([ahead - square, square])
    lowest_start = min(lowest_end, float(future[4] - past[-1]) / 5.0)
    rates = lsq_linear(basis, future - past[-1], bounds=([lowest_start, lowest_end], np.inf), tol=1e-14).x
    return np.array([mean, change, rates[0], rates[1]])


def projected(last: float, rates: Floats, steps: int = 25) -> Floats:
    """Return the logarithm for each year after 2025 under the linear rate."""
    ahead = np.arange(1, steps + 1, dtype=np.float64)
    square = ahead**2 / (2.0 * steps)
    return np.asarray(last + rates[0] * (ahead - square) + rates[1] * square, dtype=np.float64)


def fit_growth(past: pd.DataFrame, future: pd.DataFrame, label: str, lowest_end: float) -> pd.DataFrame:
    """Return the four growth parameters of every economy with complete data, and print the errors they make."""
    fits: dict[str, Floats] = {}
    errors: list[Floats] = []
    for iso3 in past.columns.intersection(future.columns):
        before, after = np.log(past[iso3].to_numpy(dtype=float)), np.log(future[iso3].to_numpy(dtype=float))
        if np.isnan(before).any() or np.isnan(after).any():
            continue
        fits[iso3] = growth_parameters(before, after, lowest_end)
        middle = before[0] + past_growth(fits[iso3], 10)
        error = np.append(projected(before[-1], fits[iso3][2:]) - after, middle - before[10])
        errors.append(np.abs(np.expm1(error)))
    table = np.array(errors)
    print(f"{label}: {sum(fit[3] <= lowest_end + 1e-9 for fit in fits.values())} economies at the lowest 2050 rate")
    for name, column in (("2050", table[:, 24]), ("2035", table[:, 9]), ("all years", table[:, :25].mean(axis=1))):
        print(f"{label} {name}: mean error {column.mean():.2%}, 90th percentile {np.quantile(column, 0.9):.2%}")
    print(f"{label} 2015 by the past path: mean error {table[:, 25].mean():.2%} ({len(fits)} economies)")
    return pd.DataFrame.from_dict(fits, orient="index", columns=POPULATION_COLUMNS)


def past_growth(parameters: Floats, steps: int) -> float:
    """Return the log growth from 2005 over so many years: the mean rate and its trend around 2015."""
    rate = parameters[0] + parameters[1] * (np.arange(steps) - 9.5)
    return float(rate.sum())


def report_use_errors(table: pd.DataFrame, use: pd.DataFrame, people: pd.Series[float]) -> None:
    """Print how far the fitted paths lie from the observations, in points of use, by economies and by people."""
    for year in (2005, 2010, 2015, 2018, 2021, 2022, 2023):
        seen = use.loc[year].dropna()
        fit = table.set_index("iso3").loc[seen.index]
        path = (piecewise(np.array([float(year)])) @ fit[KNOT_COLUMNS].to_numpy(dtype=np.float64).T)[0]
        path += fit["use_break"].to_numpy() * ((fit["use_break_year"] > 0) & (fit["use_break_year"] <= year)).to_numpy()
        error = np.abs(np.clip(inverse_logit(path), LOWEST_USE, HIGHEST_USE) * 100.0 - seen.to_numpy())
        weight = people.reindex(seen.index).fillna(0.0).to_numpy()
        print(f"use {year}: mean error {error.mean():.2f} points, by people {np.average(error, weights=weight):.2f}")


def build(reference: Path) -> pd.DataFrame:
    """Return the table of fitted paths, one row an economy, sorted by code."""
    years, ahead = range(FIRST_YEAR, END_YEAR + 1), range(2026, 2051)
    use = read_panel(reference, "internet_use.csv", "internet_pct", range(FIRST_YEAR, LAST_YEAR + 1))
    population = read_panel(reference, "country_year.csv", "pop", years)
    income = read_panel(reference, "country_year.csv", "gdppc_ppp", years)
    future_population = read_panel(reference, "country_projection.csv", "pop", ahead)
    future_income = read_panel(reference, "country_projection.csv", "gdppc_ppp", ahead)
    real = without_common_excess(pd.concat([income, future_income]))
    people = fit_growth(population.loc[2005:], future_population, "population", -np.inf)
    gdp = fit_growth(real.loc[2005:2025], real.loc[2026:], "GDP per capita", LOWEST_INCOME_GROWTH_2050)
    gdp = gdp.drop(columns="population_growth_past_change")
    gdp.columns = pd.Index(GDP_COLUMNS)
    table = read_reference(reference, "country_meta.csv")[["iso3", "region", "subregion", "income"]]
    table = table.sort_values("iso3").set_index("iso3")
    newest = read_reference(DATA_FOLDER, "countries.csv").set_index("iso3")
    momentum = momentum_in_2005(reference)
    for part in (fit_use_paths(with_factbook(use, newest)), momentum.to_frame(), people, gdp):
        table = table.join(part)
    until, breaks = table["use_until"], table[["use_break", "use_break_year"]].fillna(0.0)
    columns = [name for name in USE_COLUMNS if not name.startswith(("use_break", "use_until"))]
    columns += POPULATION_COLUMNS + GDP_COLUMNS
    table = fill_gaps(table, columns).assign(use_until=until, **breaks)
    table = placed_by_factbook(table.loc[table.index.isin(newest.index)], newest).reset_index()
    report_use_errors(table, use.loc[:, use.columns.isin(newest.index)], newest["population"])
    columns = [*USE_COLUMNS, *POPULATION_COLUMNS, *GDP_COLUMNS]
    digits = {name: 4 if name in USE_COLUMNS else 6 for name in columns}
    table[KNOT_COLUMNS] = table[KNOT_COLUMNS].clip(-FARTHEST, FARTHEST)
    whole = table.astype({"use_break_year": int, "use_until": int})
    return whole[["iso3", *columns, "filled"]].round(digits)


def main() -> None:
    """Fit and write paths.csv."""
    options = command_line(__doc__ or "").parse_args()
    table = build(options.reference)
    write_table(table, options.out / "paths.csv")
    print(f"paths.csv: {len(table)} economies, {(table.filled != '').sum()} with a filled cell")


if __name__ == "__main__":
    main()
