"""How bilateral donors share their aid among recipients: elasticities, inertia, herding, need, merit and ties.

The estimated equation (docs/model.md, Allocation), for donor d, recipient i, year t:

    ln share(t) = inertia ln share(t-1) + (1 - inertia) [size + need (1 - use) + merit governance + tie(d,i)]
                  + herding (mean change of the other donors' ln share in the same year) + noise

with size = population elasticity x ln population + income elasticity x ln GDP per capita. A lagged outcome with dyad
effects is biased in short panels, so inertia and herding come from the half-panel jackknife (Dhaene and Jochmans 2015,
Review of Economic Studies 82) on all donors together. A single donor is too short for it: its own fixed-effects value
takes the pooled correction and is drawn towards the pooled value by its sampling variance.

Draws are refits on resampled recipients. No draw depends on another, so the number of workers changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from afteraid.simulation.basis import arguments
from afteraid.simulation.basis.errors import DataError
from afteraid.simulation.basis.short import Short
from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.data import load_countries
from afteraid.simulation.ensemble import Progress, in_processes

from .panel import Panel

DYAD, DONOR_YEAR, RECIPIENT_YEAR = ["donor", "recipient"], ["donor", "year"], ["recipient", "year"]
FEWEST_FLOWS, FEWEST_YEARS, FEWEST_DYAD_YEARS = 200, 5, 200
LARGEST_TIE, SMALLEST_TIE = 4.0, 0.15
INERTIA_RANGE, HERDING_RANGE = (0.5, 0.9), (0.0, 0.6)
NEED_RANGE, MERIT_RANGE = (
    (0.2, 1.5),
    (0.0, 0.5),
)  # judged: need comes out negative, as aid follows neighbours and crises
LARGEST_CHANGE = 2.0  # of ln share, beyond which a single gift would set what donors have in common
LARGEST_VOLATILITY = 0.5  # judged: short series with one-off gifts say more than that
COMMON_RANGE, LATE_RANGE = (0.0, 0.9), (0.0, 1.0)
VOLATILITY_RANGE, PERSISTENCE_RANGE = (0.05, LARGEST_VOLATILITY), (0.2, 0.95)
REFITS_IN_A_TASK = 10
DRAWN = (
    "allocation.population_elasticity", "allocation.income_elasticity", "allocation.inertia_shift",
    "allocation.common_noise", "allocation.late_herding", "budgets.volatility_scale",
)  # fmt: skip


BOUNDS = {"allocation.common_noise": COMMON_RANGE, "allocation.late_herding": LATE_RANGE}  # of all donors together
DONOR_BOUNDS = {
    "inertia": INERTIA_RANGE, "herding": HERDING_RANGE, "need_weight": NEED_RANGE, "merit_weight": MERIT_RANGE,
}  # fmt: skip
BUDGET_BOUNDS = {"persistence": PERSISTENCE_RANGE, "volatility": VOLATILITY_RANGE}
TIE_BOUNDS = {"tie": (-LARGEST_TIE, LARGEST_TIE)}


@dataclass(frozen=True)
class DonorFit(Short):
    """What was found.

    Attributes:
        draws: draw and the numbers of DRAWN; row 0 the estimate, the others refits on resampled recipients (and donors,
            for volatility).
        pooled: other pooled numbers, by name.
        donors: by donor code: inertia, herding, residual_sd, need_weight, merit_weight, and whether these are judged.
        ties: donor, iso3, tie: what a donor's mean ln share has beyond size, need and merit.
        budgets: by donor code: persistence and volatility of ln budgets.
    """

    draws: pd.DataFrame
    pooled: dict[str, float]
    donors: pd.DataFrame
    ties: pd.DataFrame
    budgets: pd.DataFrame


def fit_donors(
    flows: pd.DataFrame,
    budgets: pd.DataFrame,
    panel: Panel,
    until: int,
    draws: int = 200,
    seed: int = 1,
    workers: int | None = None,
    progress: Progress | None = None,
) -> DonorFit:
    """Estimate the allocation equation and the volatility of budgets.

    Args:
        flows: donor, recipient, year, oda_gross (any constant dollars); a missing row is a nil flow.
        budgets: donor, year, oda_given_usd2023.
        panel: use, GDP per capita and population by year and economy.
        until: last year whose flows, budgets and covariates are used.
        draws: refits.
        seed: of the resampling.
        workers: processes to use.
        progress: called with refits done and in all.

    Raises:
        DataError: too few flows or years.
    """
    draws, seed = arguments.draws(draws), arguments.seed(seed)
    until, workers = arguments.year("until", until), arguments.at_work(workers, progress)
    known = panel.known_in(until)
    table = prepared(flows[flows["year"] <= until], known)
    if len(table) < FEWEST_FLOWS or table["year"].nunique() < FEWEST_YEARS:
        raise DataError(
            f"holds {len(table)} flows in {table['year'].nunique()} years with covariates up to {until}",
            file="--flows", expected=f"{FEWEST_FLOWS} or more, in {FEWEST_YEARS} or more years",
        )  # fmt: skip
    series = budget_series(budgets[budgets["year"] <= until])
    volatility = fit_volatility(series.values())
    first, pooled = estimate(table)
    tasks = [
        (table, series, seed, range(start, min(start + REFITS_IN_A_TASK, draws)))
        for start in range(0, draws, REFITS_IN_A_TASK)
    ]
    found = in_processes(_refits, tasks, workers, progress, [len(task[3]) for task in tasks])
    mean = float(np.log(volatility["volatility"]).mean())
    numbers = pd.DataFrame([{**first, "log_volatility": mean}, *(row for part in found for row in part)])
    numbers["allocation.inertia_shift"] = numbers["inertia"] - numbers["inertia"].iloc[0]
    numbers["budgets.volatility_scale"] = np.exp(numbers["log_volatility"] - mean)
    numbers["allocation.common_noise"] = numbers["common"].clip(*COMMON_RANGE)
    numbers["allocation.late_herding"] = (numbers["late"] / numbers["herding"]).clip(*LATE_RANGE)
    out = numbers[list(DRAWN)].round(4)
    out.insert(0, "draw", range(len(out)))
    weights, ties = dyad_fits(table, first, pooled["residual_sd"])
    dynamics = by_donor(table)
    budget_table = pd.DataFrame(volatility, index=list(series)).round(3)
    return DonorFit(out, pooled, dynamics.join(weights, how="outer"), ties, budget_table)


def prepared(flows: pd.DataFrame, panel: Panel) -> pd.DataFrame:
    """Return positive flows with ln share, ln population, ln income, need, governance and the block of resampling."""
    flows = flows[flows["oda_gross"] > 0.0][["donor", "recipient", "year", "oda_gross"]].copy()
    total = flows.groupby(DONOR_YEAR)["oda_gross"].transform("sum")
    flows["log_share"] = np.log(flows["oda_gross"] / total)
    years = range(int(flows["year"].min()), int(flows["year"].max()) + 1)
    use = panel.use.reindex(range(int(panel.use.index[0]), years.stop)).interpolate(limit_direction="both")
    score = load_countries().set_index("iso3")["governance"]
    columns = {"population": panel.population.reindex(years), "income": panel.income.reindex(years)}
    columns = {name: wide.map(np.log) for name, wide in columns.items()} | {"need": 1.0 - use.reindex(years)}
    for name, wide in columns.items():
        wide = wide.rename_axis(index="year", columns="recipient")
        long = pd.DataFrame({name: wide.unstack()}).reset_index()
        flows = flows.merge(long, on=RECIPIENT_YEAR, how="left")
    flows["governance"] = flows["recipient"].map((score - score.mean()) / score.std())
    flows = flows.dropna().sort_values(["donor", "recipient", "year"]).reset_index(drop=True)
    flows["block"] = flows["recipient"]  # what is resampled; a recipient drawn twice counts as two
    return flows


def estimate(flows: pd.DataFrame) -> tuple[dict[str, float], dict[str, float]]:
    """Return the pooled numbers of one sample: those that are drawn, and the others."""
    population, income = elasticities(flows)
    moved = with_changes(flows, population, income)
    value, fixed, spread = jackknife(moved), *fixed_effects(moved)[::2]
    first = {
        "allocation.population_elasticity": population, "allocation.income_elasticity": income,
        "inertia": float(value[0]), "herding": float(value[1]), "common": common_part(moved),
        "late": late_herding(moved),
    }  # fmt: skip
    others = {
        "inertia": first["inertia"], "inertia_fixed_effects": float(fixed[0]), "herding": first["herding"],
        "herding_last_year": first["late"], "residual_sd": spread, "flows": float(len(moved)),
    }  # fmt: skip
    return first, others


def elasticities(flows: pd.DataFrame) -> tuple[float, float]:
    """Return the elasticities of a donor's share to population and to income, between recipients.

    Least squares on each dyad's means, less the donor's own; a dyad counts once. What need and merit add is told apart
    by donor, and kept in a judged range.
    """
    means = flows.groupby(["donor", "block"])[["log_share", "population", "income"]].mean()
    centred = means - means.groupby("donor").transform("mean")
    value = np.linalg.lstsq(centred[["population", "income"]].to_numpy(), centred["log_share"].to_numpy(), rcond=None)[
        0
    ]
    return float(value[0]), float(value[1])


def with_changes(flows: pd.DataFrame, population: float, income: float) -> pd.DataFrame:
    """Add share (ln share less size and the donor's mean of the year), last year's, and the others' mean change."""
    flows = flows.copy()
    flows["share"] = flows["log_share"] - population * flows["population"] - income * flows["income"]
    flows["share"] -= flows.groupby(DONOR_YEAR)["share"].transform("mean")
    before = flows[["donor", "block", "year", "share"]].rename(columns={"share": "last"})
    moved = flows.merge(before.assign(year=before["year"] + 1), on=["donor", "block", "year"])
    moved["change"] = moved["share"] - moved["last"]
    groups = moved.groupby(["block", "year"])["change"]
    others = groups.transform("count") - 1
    moved["peers"] = (groups.transform("sum") - moved["change"]) / others.where(others > 0)
    return moved.dropna(subset=["peers"])


def fixed_effects(moved: pd.DataFrame) -> tuple[FloatArray, FloatArray, float]:
    """Return (inertia, herding) within dyads, their variances and the residual sd."""
    columns = ["last", "peers", "share"]
    dyads = moved.groupby(["donor", "block"])[columns]
    centred = (moved[columns] - dyads.transform("mean")).to_numpy(dtype=np.float64)
    regressors, outcome = centred[:, :2], centred[:, 2]
    value = np.asarray(np.linalg.lstsq(regressors, outcome, rcond=None)[0], dtype=np.float64)
    residual = outcome - regressors @ value
    freedom = max(len(moved) - dyads.ngroups - 2, 1)
    spread = float(np.sqrt(residual @ residual / freedom))
    variance = spread**2 * np.diag(np.linalg.inv(regressors.T @ regressors))
    return value, np.asarray(variance, dtype=np.float64), spread


def jackknife(moved: pd.DataFrame) -> FloatArray:
    """Return (inertia, herding) by the half-panel jackknife: twice the whole less the mean of the two halves."""
    middle = int(moved["year"].median())
    halves = [fixed_effects(part)[0] for part in (moved[moved["year"] <= middle], moved[moved["year"] > middle])]
    return np.asarray(2.0 * fixed_effects(moved)[0] - (halves[0] + halves[1]) / 2.0, dtype=np.float64)


def late_herding(moved: pd.DataFrame) -> float:
    """Return the response to the other donors' change of the year before: how much of herding comes late."""
    before = moved[["donor", "block", "year", "peers"]].assign(year=moved["year"] + 1)
    return float(jackknife(moved.drop(columns="peers").merge(before, on=["donor", "block", "year"]))[1])


def common_part(moved: pd.DataFrame) -> float:
    """Return the share of the variance of yearly changes that donors of one recipient have in common.

    The covariance of a donor's change with the mean of the others', over the variance: an intraclass correlation.
    Changes are cut at two on the log scale. It holds answers to the same crisis as well as imitation.
    """
    change = moved["change"].clip(-LARGEST_CHANGE, LARGEST_CHANGE)
    groups = change.groupby([moved["block"], moved["year"]])
    count = groups.transform("count")
    others = (groups.transform("sum") - change) / (count - 1).where(count > 1)
    chosen = count >= 3
    return float((change * others)[chosen].mean() / change[chosen].var())


def shrink(estimate: FloatArray, variance: FloatArray, centre: float | None = None) -> FloatArray:
    """Draw estimates towards their precision-weighted mean, by the share of variance that is sampling noise."""
    weight = 1.0 / variance
    middle = float(np.sum(weight * estimate) / np.sum(weight)) if centre is None else centre
    between = max(float(np.median((estimate - middle) ** 2) / 0.455 - np.median(variance)), 1e-6)
    return np.asarray(middle + between / (between + variance) * (estimate - middle), dtype=np.float64)


def by_donor(flows: pd.DataFrame) -> pd.DataFrame:
    """Return inertia, herding and residual sd of every donor with enough data, drawn to the pooled values."""
    moved = with_changes(flows, *elasticities(flows))
    pooled, fixed = jackknife(moved), fixed_effects(moved)[0]
    rows = {}
    for donor, part in moved.groupby("donor"):
        if len(part) >= FEWEST_DYAD_YEARS and part["year"].nunique() >= 8:
            value, variance, sd = fixed_effects(part)
            rows[donor] = [*(value + pooled - fixed), *variance, sd]
    names = ["inertia", "herding", "inertia_variance", "herding_variance", "residual_sd"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=names)
    for place, (name, limits) in enumerate((("inertia", INERTIA_RANGE), ("herding", HERDING_RANGE))):
        if len(table):
            drawn = shrink(table[name].to_numpy(), table[f"{name}_variance"].to_numpy(), float(pooled[place]))
            table[name] = drawn.clip(*limits)
    return table[["inertia", "herding", "residual_sd"]]


def dyad_fits(flows: pd.DataFrame, first: dict[str, float], residual_sd: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return each donor's weights of need and merit, and the ties.

    A year without a flow, within the donor's span, counts as half the donor's 5th percentile share.
    """
    dyads = _dyad_means(flows, first["allocation.population_elasticity"], first["allocation.income_elasticity"])
    weights = _weights(dyads)
    need, merit = dyads["donor"].map(weights["need_weight"]), dyads["donor"].map(weights["merit_weight"])
    tie = dyads["share"] - need * dyads["need"] - merit * dyads["governance"]
    tie -= tie.groupby(dyads["donor"]).transform("mean")
    noise = residual_sd**2 / (1.0 - first["inertia"]) ** 2 / dyads["years"]
    kept = (1.0 - noise / tie.groupby(dyads["donor"]).transform("var")).clip(lower=0.1, upper=1.0)
    ties = pd.DataFrame({"donor": dyads["donor"], "iso3": dyads["recipient"]})
    ties["tie"] = (kept * tie).clip(-LARGEST_TIE, LARGEST_TIE).round(3)
    return weights, ties[ties["tie"].abs() >= SMALLEST_TIE].sort_values(["donor", "iso3"])


def _dyad_means(flows: pd.DataFrame, population: float, income: float) -> pd.DataFrame:
    """Return each dyad's mean share, with need and governance, nil years counted."""
    size = population * flows["population"] + income * flows["income"]
    share = flows["log_share"] - size
    centre = share.groupby([flows["donor"], flows["year"]]).mean()
    flows = flows.assign(size=size, share=share - share.groupby([flows["donor"], flows["year"]]).transform("mean"))
    floor = flows.groupby(DONOR_YEAR)["log_share"].quantile(0.05) - np.log(2.0)
    recent = flows[flows["year"] >= flows["year"].max() - 4]["recipient"].unique()
    facts = flows.groupby("recipient")[["size", "need", "governance"]].mean().loc[recent]
    means = (floor - centre).groupby("donor").mean()
    grid = pd.MultiIndex.from_product([means.index, facts.index.sort_values()], names=DYAD)
    dyads = flows.groupby(DYAD)["share"].agg(["sum", "count"]).reindex(grid, fill_value=0.0).reset_index()
    dyads = dyads.merge(facts.reset_index(), on="recipient")
    span = dyads["donor"].map(flows.groupby("donor")["year"].nunique())
    nil = dyads["donor"].map(means) - dyads["size"]
    dyads["years"] = span
    dyads["share"] = (dyads["sum"] + (span - dyads["count"]).clip(lower=0) * nil) / span
    return dyads


def _weights(dyads: pd.DataFrame) -> pd.DataFrame:
    """Return need and merit weights of every donor, drawn to the pooled ones and kept in their judged ranges."""
    rows = {}
    for donor, part in dyads.groupby("donor"):
        design = np.column_stack([np.ones(len(part)), part["need"], part["governance"]])
        outcome = part["share"].to_numpy(dtype=np.float64)
        value = np.linalg.lstsq(design, outcome, rcond=None)[0]
        residual = outcome - design @ value
        variance = residual @ residual / (len(part) - 3) * np.diag(np.linalg.inv(design.T @ design))
        rows[donor] = [value[1], value[2], variance[1], variance[2]]
    raw = pd.DataFrame.from_dict(rows, orient="index", columns=["need", "merit", "need_variance", "merit_variance"])
    table = pd.DataFrame(index=raw.index)
    for name, limits in (("need", NEED_RANGE), ("merit", MERIT_RANGE)):
        drawn = shrink(raw[name].to_numpy(), raw[f"{name}_variance"].to_numpy())
        table[f"{name}_weight"] = drawn.clip(*limits)
        table[f"{name}_judged"] = (drawn <= limits[0]) | (drawn >= limits[1])
    return table


def budget_series(budgets: pd.DataFrame) -> dict[str, pd.Series[float]]:
    """Return each donor's aid by year since 1995, for those with six years or more of it."""
    recent = budgets[(budgets["year"] >= 1995) & (budgets["oda_given_usd2023"] > 0.0)].dropna(subset=["donor"])
    series = {str(donor): part.set_index("year")["oda_given_usd2023"].sort_index()
              for donor, part in recent.groupby("donor")}  # fmt: skip
    return {donor: part for donor, part in series.items() if autoregression(part)[2] >= 5}


def autoregression(amounts: pd.Series[float]) -> tuple[float, float, int]:
    """Return persistence, sd of yearly innovations of detrended ln amounts, and the number of pairs of years."""
    positive = amounts[amounts > 0]
    if len(positive) < 6:
        return np.nan, np.nan, 0
    years = positive.index.to_numpy(dtype=np.float64)
    logs: FloatArray = np.log(positive.to_numpy(dtype=np.float64))
    design = np.column_stack([np.ones(len(years)), years - years[0]])
    logs = logs - design @ np.linalg.lstsq(design, logs, rcond=None)[0]
    pairs = np.diff(years) == 1
    last, now = logs[:-1][pairs], logs[1:][pairs]
    persistence = float(last @ now / (last @ last))
    innovation = now - persistence * last
    robust = 1.4826 * float(np.median(np.abs(innovation)))  # one year of debt relief must not set the sd
    return persistence, max(robust, 0.02), int(pairs.sum())


def fit_volatility(series: Iterable[pd.Series[float]]) -> dict[str, FloatArray]:
    """Return persistence and volatility of each series, drawn towards the mean of all.

    Persistence has Kendall's correction for short series. The median absolute deviation has 37% of the efficiency of
    the sd, so the variance of its log is 1.36 / n.
    """
    raw, volatility, pairs = np.array([autoregression(amounts) for amounts in series]).T
    corrected = raw + (1.0 + 3.0 * raw) / pairs
    persistence = shrink(corrected, (1.0 - np.clip(corrected, 0.0, 0.9) ** 2) / pairs).clip(*PERSISTENCE_RANGE)
    drawn = np.exp(shrink(np.log(volatility), 1.36 / pairs)).clip(*VOLATILITY_RANGE)
    return {"persistence": persistence, "volatility": drawn}


def _refits(
    flows: pd.DataFrame, series: dict[str, pd.Series[float]], seed: int, numbers: range
) -> list[dict[str, float]]:
    """Refit on resampled recipients, and volatility on resampled donors."""
    parts = {name: part for name, part in flows.groupby("recipient")}
    names, amounts = list(parts), list(series.values())
    rows = []
    for number in numbers:
        generator = np.random.default_rng([seed, number])
        chosen = generator.integers(len(names), size=len(names))
        sample = pd.concat([parts[names[place]].assign(block=turn) for turn, place in enumerate(chosen)])
        sample = sample.assign(log_share=sample["log_share"])
        found = estimate(sample)[0]
        drawn = fit_volatility([amounts[place] for place in generator.integers(len(amounts), size=len(amounts))])
        rows.append({**found, "log_volatility": float(np.log(drawn["volatility"]).mean())})
    return rows
