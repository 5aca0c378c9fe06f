"""Fit the past and the population and income paths of every economy: writes simulation/data/paths.csv.

    python tools/fit_paths.py --reference DIR

Use: a robust quadratic of the log odds in time whose slope stays non-negative from 2000 to 2025. Population and
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

from afteraid.experiments.calibration.adoption_law import (
    FILTER_FROM,
    LAW_TO_2018,
    adoption_panel,
    filter_observations,
)
from afteraid.experiments.calibration.panel import read_panel as read_panel_files
from afteraid.simulation.state.facts import AdoptionLaw
from reference_tables import (
    HIGHEST_USE,
    LOWEST_USE,
    Floats,
    command_line,
    fill_gaps,
    inverse_logit,
    logit,
    read_panel,
    read_reference,
    write_table,
)

MIDDLE_YEAR, FIRST_YEAR, LAST_YEAR, END_YEAR = 2010, 2000, 2018, 2025
HUBER_SCALE = 0.15  # log odds: about the size of a one-year innovation
FEWEST_OBSERVATIONS = 6
LOWEST_INCOME_GROWTH_2050 = 0.005  # judged: the reference lets rich economies shrink for decades

USE_COLUMNS = ["use_level", "use_slope", "use_curvature", "use_residual_sd"]
POPULATION_COLUMNS = [
    "population_growth_past",
    "population_growth_past_change",
    "population_growth_2025",
    "population_growth_2050",
]
GDP_COLUMNS = ["gdp_growth_past", "gdp_growth_2025", "gdp_growth_2050"]


def quadratic(slopes: Floats, years: Floats) -> tuple[Floats, Floats]:
    """Return (path less its constant, curvature) for slopes at 2000 and 2025 of a quadratic path."""
    span = END_YEAR - FIRST_YEAR
    curvature = (slopes[1] - slopes[0]) / (2.0 * span)
    slope = slopes[0] + 2.0 * curvature * (MIDDLE_YEAR - FIRST_YEAR)
    return slope * years + curvature * years**2, np.asarray([slope, curvature])


def fit_use_path(years: Floats, log_odds: Floats, pooled: float, weight: float) -> Floats:
    """Return level, slope, curvature and residual sd of one economy; `weight` draws curvature to the pooled one.

    The two free slopes (2000 and 2025) are kept non-negative: use never falls on the fitted path, however noisy
    the surveys.
    """
    start = np.array([float(np.median(log_odds)), 0.15, 0.10])

    def misfit(free: Floats) -> Floats:
        path, shape = quadratic(free[1:], years)
        return np.append(free[0] + path - log_odds, weight * (shape[1] - pooled))

    bounds = ([-np.inf, 0.0, 0.0], [np.inf, 1.5, 1.0])
    found = least_squares(misfit, start, bounds=bounds, loss="huber", f_scale=HUBER_SCALE, xtol=1e-12, ftol=1e-12)
    slope, curvature = quadratic(found.x[1:], years)[1]
    spread = 1.4826 * float(np.median(np.abs(misfit(found.x)[:-1])))
    return np.array([found.x[0], slope, curvature, max(spread, 0.01)])


def informative_years(log_odds: Floats) -> Floats:
    """Return the rows from the last value at the floor on: earlier ones only say that use was below 0.5%."""
    low = np.flatnonzero(log_odds <= logit(np.array([LOWEST_USE]))[0] + 1e-9)
    return np.arange(low[-1] if len(low) else 0, len(log_odds))


def fit_use_paths(use: pd.DataFrame) -> pd.DataFrame:
    """Return the fitted use path of every economy with enough observations (index: iso3)."""
    series: dict[str, tuple[Floats, Floats]] = {}
    for iso3 in use.columns:
        seen = use[iso3].loc[FIRST_YEAR:LAST_YEAR].dropna()
        log_odds = logit(seen.to_numpy(dtype=np.float64) / 100.0)
        kept = informative_years(log_odds) if len(log_odds) else np.arange(0)
        years = seen.index.to_numpy(dtype=np.float64)[kept] - MIDDLE_YEAR
        if len(seen) >= FEWEST_OBSERVATIONS and len(kept) >= 3:
            series[iso3] = (years, log_odds[kept])
    free = {iso3: fit_use_path(*pair, 0.0, 0.0) for iso3, pair in series.items() if len(pair[0]) >= 12}
    curvatures = np.array([fit[2] for fit in free.values()])
    pooled = float(np.median(curvatures))
    spread = 1.4826 * float(np.median(np.abs(curvatures - pooled)))
    noise = float(np.median([fit[3] for fit in free.values()]))
    print(f"use: {len(series)} economies; pooled curvature {pooled:.5f}, sd {spread:.5f}, noise {noise:.3f}")
    fits = {iso3: fit_use_path(*pair, pooled, noise / spread) for iso3, pair in series.items()}
    return pd.DataFrame.from_dict(fits, orient="index", columns=USE_COLUMNS)


def momentum_in_2005(reference: Path) -> pd.Series[float]:
    """Return each economy's momentum at 2005, filtered over its observations up to then."""
    known = read_panel_files(reference / "internet_use.csv", reference / "country_year.csv")
    panel = adoption_panel(known, FILTER_FROM, 2005)
    momentum = filter_observations(AdoptionLaw(*LAW_TO_2018), panel)[1][-1]
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


def report_use_errors(table: pd.DataFrame, use: pd.DataFrame) -> None:
    """Print how far the fitted paths lie from the observations, in points of use."""
    for year in (2005, 2010, 2015, 2018):
        seen = use.loc[year].dropna()
        fit = table.set_index("iso3").loc[seen.index]
        ahead = year - MIDDLE_YEAR
        path = inverse_logit((fit.use_level + fit.use_slope * ahead + fit.use_curvature * ahead**2).to_numpy())
        error = np.abs(np.clip(path, LOWEST_USE, HIGHEST_USE) * 100.0 - seen.to_numpy())
        print(f"use {year}: mean error {error.mean():.2f} points, median {np.median(error):.2f}")


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
    momentum = momentum_in_2005(reference)
    for part in (fit_use_paths(use), momentum.to_frame(), people, gdp):
        table = table.join(part)
    columns = ["use_level", "use_slope", "use_curvature", "use_momentum", "use_residual_sd"]
    columns += POPULATION_COLUMNS + GDP_COLUMNS
    table = fill_gaps(table, columns).reset_index()
    report_use_errors(table, use)
    digits = {
        name: 4 if name in ("use_level", "use_slope", "use_momentum", "use_residual_sd") else 6 for name in columns
    }
    return table[["iso3", *columns, "filled"]].round(digits)


def main() -> None:
    """Fit and write paths.csv."""
    options = command_line(__doc__ or "").parse_args()
    table = build(options.reference)
    write_table(table, options.out / "paths.csv")
    print(f"paths.csv: {len(table)} economies, {(table.filled != '').sum()} with a filled cell")


if __name__ == "__main__":
    main()
