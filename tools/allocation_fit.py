"""Estimate how bilateral donors share their aid among recipients: inertia, herding, need, merit and ties.

The estimated equation (docs/model.md, Allocation), for donor d, recipient i, year t:

    ln share(t) = inertia ln share(t-1) + (1 - inertia) [0.5 ln population - 0.5 ln income + need (1 - use)
                  + merit governance + tie(d,i)] + herding (mean change of the other donors' ln share) + noise

A lagged outcome with dyad effects is biased in short panels, so inertia and herding come from the half-panel
jackknife (Dhaene and Jochmans 2015, Review of Economic Studies) on all donors together. A single donor is too short
for it: its own fixed-effects value takes the pooled correction and is drawn towards the pooled value by its sampling
variance. Need comes out negative beside income's fixed elasticity (aid follows neighbours and crises more than the
unconnected), which no planner could read as a weight: need and merit are kept in a judged range, and the ties take up
what that leaves, so the fitted shares stay those of the data.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from reference_tables import Floats, read_reference

GOVERNANCE = ["wgi_goveff", "wgi_regqual", "wgi_corruption", "wgi_rulelaw", "wgi_stability", "wgi_voice"]
DYAD, DONOR_YEAR = ["donor", "recipient"], ["donor", "year"]
FEWEST_DYAD_YEARS = 200
LARGEST_TIE, SMALLEST_TIE = 4.0, 0.15
INERTIA_RANGE, HERDING_RANGE = (0.5, 0.9), (0.0, 0.6)
NEED_RANGE, MERIT_RANGE = (0.2, 1.5), (0.0, 0.5)  # judged, after the signs that evidence section 2 reports


@dataclass(frozen=True)
class AllocationFit:
    """What the estimation found: pooled numbers, one row a donor, and the ties."""

    pooled: dict[str, float]
    donors: pd.DataFrame  # index donor: inertia, herding, need_weight, merit_weight, residual_sd
    ties: pd.DataFrame  # donor, iso3, tie


def shrink(estimate: Floats, variance: Floats, centre: float | None = None) -> Floats:
    """Draw estimates towards their precision-weighted mean, by the share of variance that is sampling noise."""
    weight = 1.0 / variance
    middle = float(np.sum(weight * estimate) / np.sum(weight)) if centre is None else centre
    between = max(float(np.median((estimate - middle) ** 2) / 0.455 - np.median(variance)), 1e-6)
    kept = between / (between + variance)
    return np.asarray(middle + kept * (estimate - middle), dtype=np.float64)


def recipient_years(reference: Path) -> pd.DataFrame:
    """Return size, need and governance of every recipient and year: the part of the rule that isn't a tie."""
    table = read_reference(reference, "country_year.csv")
    table = table[table.year.between(2008, 2022)].copy()
    table["size"] = 0.5 * np.log(table["pop"]) - 0.5 * np.log(table.gdppc_ppp)
    scores = table.groupby("year")[GOVERNANCE].transform(lambda score: (score - score.mean()) / score.std())
    table["governance"] = scores.mean(axis=1)
    use = read_reference(reference, "internet_use.csv").pivot(index="year", columns="iso3", values="internet_pct")
    use = use.reindex(range(2000, 2023)).interpolate(limit_direction="both")
    need = (1.0 - use / 100.0).reset_index().melt(id_vars="year", var_name="iso3", value_name="need")
    table = table.merge(need, on=["iso3", "year"], how="left")
    return table[["iso3", "year", "size", "need", "governance"]].rename(columns={"iso3": "recipient"})


def shares(reference: Path) -> pd.DataFrame:
    """Return ln share of every positive flow, less the size of the recipient and the donor's mean of the year."""
    flows = read_reference(reference, "oda_donor_recipient.csv")
    flows = flows[flows.oda_gross > 0][["donor", "recipient", "year", "oda_gross"]]
    total = flows.groupby(DONOR_YEAR).oda_gross.transform("sum")
    flows["log_share"] = np.log(flows.oda_gross / total)
    flows = flows.merge(recipient_years(reference), on=["recipient", "year"]).dropna()
    flows["share"] = flows.log_share - flows["size"]
    flows["share"] -= flows.groupby(DONOR_YEAR).share.transform("mean")
    return flows


def with_changes(flows: pd.DataFrame) -> pd.DataFrame:
    """Add the last share and the mean change of the other donors in the same recipient and year."""
    last = flows[["donor", "recipient", "year", "share"]].rename(columns={"share": "last"})
    moved = flows.merge(last.assign(year=last.year + 1), on=["donor", "recipient", "year"])
    change = moved.share - moved["last"]
    groups = change.groupby([moved.recipient, moved.year])
    others = groups.transform("count") - 1
    moved["peers"] = (groups.transform("sum") - change) / others.where(others > 0)
    return moved.dropna(subset=["peers"])


def within(moved: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return the regressors and the outcome less their dyad means."""
    columns = ["last", "peers", "share"]
    centred = (moved[columns] - moved.groupby(DYAD)[columns].transform("mean")).to_numpy(dtype=np.float64)
    return centred[:, :2], centred[:, 2]


def fixed_effects(moved: pd.DataFrame) -> tuple[Floats, Floats, float]:
    """Return (inertia, herding) within dyads, their variances and the residual sd."""
    regressors, outcome = within(moved)
    value = np.asarray(np.linalg.lstsq(regressors, outcome, rcond=None)[0], dtype=np.float64)
    residual = outcome - regressors @ value
    freedom = len(moved) - len(moved.groupby(DYAD)) - 2
    spread = float(np.sqrt(residual @ residual / freedom))
    variance = spread**2 * np.diag(np.linalg.inv(regressors.T @ regressors))
    return value, np.asarray(variance, dtype=np.float64), spread


def jackknife(moved: pd.DataFrame) -> Floats:
    """Return (inertia, herding) by the half-panel jackknife: twice the whole less the mean of the two halves."""
    middle = int(moved.year.median())
    halves = [fixed_effects(moved[moved.year <= middle])[0], fixed_effects(moved[moved.year > middle])[0]]
    return np.asarray(2.0 * fixed_effects(moved)[0] - (halves[0] + halves[1]) / 2.0, dtype=np.float64)


def fit_dynamics(flows: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, float]]:
    """Return inertia, herding and residual sd of every donor with enough data, drawn to the pooled values."""
    moved = with_changes(flows)
    pooled, (fixed, _, spread) = jackknife(moved), fixed_effects(moved)
    rows = {}
    for donor, part in moved.groupby("donor"):
        if len(part) >= FEWEST_DYAD_YEARS and part.year.nunique() >= 8:
            value, variance, sd = fixed_effects(part)
            rows[donor] = [*(value + pooled - fixed), *variance, sd]
    names = ["inertia", "herding", "inertia_variance", "herding_variance", "residual_sd"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=names)
    for place, (name, limits) in enumerate((("inertia", INERTIA_RANGE), ("herding", HERDING_RANGE))):
        drawn = shrink(table[name].to_numpy(), table[f"{name}_variance"].to_numpy(), float(pooled[place]))
        table[name] = drawn.clip(*limits)
    found = {"inertia": float(pooled[0]), "herding": float(pooled[1]), "residual_sd": spread}
    found |= {"inertia_fixed_effects": float(fixed[0]), "herding_last_year": lagged_herding(moved), "flows": len(moved)}
    return table[["inertia", "herding", "residual_sd"]], found


def lagged_herding(moved: pd.DataFrame) -> float:
    """Return the response to the other donors' change of the year before (jackknife): how much comes late."""
    before = moved[["donor", "recipient", "year", "peers"]].assign(year=moved.year + 1)
    later = moved.drop(columns="peers").merge(before, on=["donor", "recipient", "year"])
    return float(jackknife(later)[1])


def dyad_means(flows: pd.DataFrame) -> pd.DataFrame:
    """Return each dyad's mean share; a year without a flow counts as half the donor's 5th percentile share.

    The reference drops nil flows, so an absent year within the donor's span is a nil one.
    """
    floor = flows.groupby(DONOR_YEAR).log_share.quantile(0.05) - np.log(2.0)
    centre = (flows.log_share - flows["size"]).groupby([flows.donor, flows.year]).mean()
    recent = flows[flows.year >= 2018].recipient.unique()
    sizes = flows.groupby("recipient")[["size", "need", "governance"]].mean().loc[recent]
    means = (floor - centre).groupby("donor").mean()
    grid = pd.MultiIndex.from_product([means.index, sizes.index.sort_values()], names=DYAD)
    dyads = flows.groupby(DYAD).share.agg(["sum", "count"]).reindex(grid, fill_value=0.0).reset_index()
    dyads = dyads.merge(sizes.reset_index(), on="recipient")
    span = dyads.donor.map(flows.groupby("donor").year.nunique())
    nil = dyads.donor.map(means) - dyads["size"]
    dyads["years"] = span
    dyads["share"] = (dyads["sum"] + (span - dyads["count"]).clip(lower=0) * nil) / span
    return dyads


def fit_weights(dyads: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, float]]:
    """Return need and merit weights of every donor, drawn to the pooled ones and kept in range, and raw medians."""
    rows = {}
    for donor, part in dyads.groupby("donor"):
        design = np.column_stack([np.ones(len(part)), part.need, part.governance])
        outcome = part.share.to_numpy(dtype=np.float64)
        value = np.linalg.lstsq(design, outcome, rcond=None)[0]
        residual = outcome - design @ value
        variance = residual @ residual / (len(part) - 3) * np.diag(np.linalg.inv(design.T @ design))
        rows[donor] = [value[1], value[2], variance[1], variance[2]]
    raw = pd.DataFrame.from_dict(rows, orient="index", columns=["need", "merit", "need_variance", "merit_variance"])
    table = pd.DataFrame(index=raw.index)
    for name in ("need", "merit"):
        limits = NEED_RANGE if name == "need" else MERIT_RANGE
        drawn = shrink(raw[name].to_numpy(), raw[f"{name}_variance"].to_numpy())
        table[f"{name}_weight"] = drawn.clip(*limits)
        table[f"{name}_judged"] = (drawn <= limits[0]) | (drawn >= limits[1])
    return table, {f"{name}_median": float(raw[name].median()) for name in ("need", "merit")}


def fit_ties(dyads: pd.DataFrame, weights: pd.DataFrame, residual_sd: float, inertia: float) -> pd.DataFrame:
    """Return the ties: what is left of a dyad's mean share, shrunk by the noise of a mean over its years."""
    need, merit = dyads.donor.map(weights.need_weight), dyads.donor.map(weights.merit_weight)
    tie = dyads.share - need * dyads.need - merit * dyads.governance
    tie -= tie.groupby(dyads.donor).transform("mean")
    noise = residual_sd**2 / (1.0 - inertia) ** 2 / dyads.years
    total = tie.groupby(dyads.donor).transform("var")
    kept = (1.0 - noise / total).clip(lower=0.1, upper=1.0)
    ties = pd.DataFrame({"donor": dyads.donor, "iso3": dyads.recipient})
    ties["tie"] = (kept * tie).clip(-LARGEST_TIE, LARGEST_TIE).round(3)
    return ties[ties.tie.abs() >= SMALLEST_TIE].sort_values(["donor", "iso3"])


def fit_allocation(reference: Path) -> AllocationFit:
    """Estimate the allocation equation on the flows of the reference (DAC table 2a, 2009-2022)."""
    flows = shares(reference)
    dynamics, pooled = fit_dynamics(flows)
    dyads = dyad_means(flows)
    weights, medians = fit_weights(dyads)
    ties = fit_ties(dyads, weights, pooled["residual_sd"], pooled["inertia"])
    return AllocationFit(pooled | medians, dynamics.join(weights, how="outer"), ties)
