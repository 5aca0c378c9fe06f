"""How often funded projects fail, and how long they take: from the ratings of two development banks.

A project that is rated below "moderately satisfactory" (World Bank) or "successful" (Asian Development Bank) counts as
failed by its completion. With a constant hazard over the years from approval to closing, the complementary log-log of
failure is linear, with ln years as offset (Prentice and Gloeckler 1978, Biometrics 34):

    ln(-ln(1 - failed)) = ln years + level + fragile + governance score + bank + digital

so the coefficients are log hazards a year. What countries have in common beyond that is the excess of their summed
residuals. Draws are refits on resampled countries. statsmodels fits (extra `calibration`).

What experts rate at completion isn't what lives on after it: sustainability ratings are reported and set nothing.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from afteraid.simulation.basis import arguments
from afteraid.simulation.basis.errors import DataError, InputError
from afteraid.simulation.basis.short import Short
from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.data import load_countries
from afteraid.simulation.ensemble import Progress, in_processes
from afteraid.simulation.results.words.verdicts import LEAST_DRAWS

FIRST_APPROVAL = 1995  # ratings before are of another definition, and of state telephone networks
LONGEST_YEARS = 20
FEWEST_PROJECTS, FEWEST_COUNTRIES = 200, 20
REFITS_IN_A_TASK = 10
TERMS = ("level", "fragile", "governance", "adb", "digital")
DRAWN = (
    "closure.before_exit", "closure.before_fragility", "closure.before_governance", "closure.before_country",
    "founding.duration_spread",
)  # fmt: skip

BOUNDS = {"closure.before_country": (0.0, float("inf"))}


@dataclass(frozen=True)
class OutcomeFit(Short):
    """What was found.

    Attributes:
        draws: draw and the numbers of DRAWN; row 0 the estimate, the others refits on resampled countries.
        terms: every coefficient with its standard error over refits; missing of too few refits.
        rates: shares of projects rated a success, or likely to be sustained, by bank, region, fragility and sector.
        delays: planned and actual years, their ratio, and its spread, by bank.
    """

    draws: pd.DataFrame
    terms: pd.DataFrame
    rates: pd.DataFrame
    delays: pd.DataFrame


def fit_outcomes(
    world_bank: pd.DataFrame | None,
    adb: pd.DataFrame | None,
    until: int,
    draws: int = 200,
    seed: int = 1,
    workers: int | None = None,
    progress: Progress | None = None,
) -> OutcomeFit:
    """Estimate the hazard of failure before exit and the spread of lengths.

    Args:
        world_bank: iso3, outcome (6 to 1), fcs (0 or 1), ict, practice, instrument, approval_fy, closing_fy. Investment
            projects ("IPF") only: budget support funds no initiative.
        adb: iso3, overall and sustainability (4 to 1), fcas, sector, modality, approval_year, close_est, close_act;
            "Project" only.
        until: last year of closing that is used.
        draws: refits.
        seed: of the resampling.
        workers: processes to use.
        progress: called with refits done and in all.

    Raises:
        DataError: too few projects or countries.
        InputError: statsmodels isn't installed.
    """
    draws, seed = arguments.draws(draws), arguments.seed(seed)
    until, workers = arguments.year("until", until), arguments.at_work(workers, progress)
    _statsmodels()
    projects = gathered(world_bank, adb, until)
    if len(projects) < FEWEST_PROJECTS or projects["iso3"].nunique() < FEWEST_COUNTRIES:
        raise DataError(
            f"hold {len(projects)} rated projects in {projects['iso3'].nunique()} countries, closed by {until}",
            file="--world-bank-projects, --adb-projects",
            expected=f"{FEWEST_PROJECTS} or more, in {FEWEST_COUNTRIES} or more",
        )  # fmt: skip
    tasks = [
        (projects, seed, range(start, min(start + REFITS_IN_A_TASK, draws)))
        for start in range(0, draws, REFITS_IN_A_TASK)
    ]
    found = in_processes(_refits, tasks, workers, progress, [len(task[2]) for task in tasks])
    every = pd.DataFrame([estimate(projects), *(row for part in found for row in part)])
    table = pd.DataFrame({
        "closure.before_exit": np.exp(every["level"]), "closure.before_fragility": every["fragile"],
        "closure.before_governance": -every["governance"], "closure.before_country": every["between"],
        "founding.duration_spread": every["length_spread"],
    })[list(DRAWN)].round(4)  # fmt: skip
    table.insert(0, "draw", range(len(table)))
    spread = every.iloc[1:].std(ddof=0) if draws >= LEAST_DRAWS else np.nan
    terms = pd.DataFrame({"estimate": every.iloc[0], "standard_error": spread}).rename_axis("term")
    return OutcomeFit(table, terms.reset_index(), rates(projects), delays(projects))


def gathered(world_bank: pd.DataFrame | None, adb: pd.DataFrame | None, until: int) -> pd.DataFrame:
    """Return rated projects of both banks, one row each, with the country's governance score (standard deviations)."""
    parts = []
    if world_bank is not None:
        parts.append(pd.DataFrame({
            "iso3": world_bank["iso3"], "bank": "World Bank", "failed": world_bank["outcome"] < 4,
            "rated": world_bank["outcome"].notna() & (world_bank["instrument"] == "IPF"),
            "fragile": world_bank["fcs"], "digital": world_bank["ict"] > 0,
            "approved": world_bank["approval_fy"], "closed": world_bank["closing_fy"],
            "planned": np.nan, "sustained": np.nan, "sector": world_bank["practice"],
        }))  # fmt: skip
    if adb is not None:
        parts.append(pd.DataFrame({
            "iso3": adb["iso3"], "bank": "Asian Development Bank", "failed": adb["overall"] < 3,
            "rated": adb["overall"].notna() & (adb["modality"] == "Project"),
            "fragile": adb["fcas"], "digital": adb["sector"] == "ICT",
            "approved": adb["approval_year"], "closed": adb["close_act"],
            "planned": adb["close_est"] - adb["approval_year"],
            "sustained": (adb["sustainability"] >= 3).where(adb["sustainability"].notna()).astype("float64"),
            "sector": adb["sector"],
        }))  # fmt: skip
    if not parts:
        return pd.DataFrame({"iso3": []})
    projects = pd.concat(parts, ignore_index=True)
    facts = load_countries().set_index("iso3")
    score = (facts["governance"] - facts["governance"].mean()) / facts["governance"].std()
    projects["governance"] = projects["iso3"].map(score)
    projects["region"] = projects["iso3"].map(facts["region"])
    projects["years"] = projects["closed"] - projects["approved"]
    chosen = projects["rated"] & (projects["approved"] >= FIRST_APPROVAL) & (projects["closed"] <= until)
    chosen &= projects["years"].between(1, LONGEST_YEARS) & projects["governance"].notna()
    kept = projects[chosen].drop(columns="rated").reset_index(drop=True)
    kept["adb"] = (kept["bank"] != "World Bank").astype(float)
    return kept.astype({"failed": float, "fragile": float, "digital": float})


def estimate(projects: pd.DataFrame) -> dict[str, float]:
    """Return the log hazards of one sample, the spread between countries, and that of lengths (log)."""
    names = [name for name in TERMS[1:] if projects[name].nunique() > 1]
    design = np.column_stack([np.ones(len(projects)), projects[names].to_numpy(dtype=np.float64)])
    years, failed = projects["years"].to_numpy(dtype=np.float64), projects["failed"].to_numpy(dtype=np.float64)
    value = _log_hazards(design, failed, np.log(years))
    rate = np.exp(design @ value) * years
    between = spread_between(failed, rate, projects["iso3"].to_numpy(dtype=str))
    found = dict.fromkeys(TERMS, 0.0) | dict(zip(("level", *names), map(float, value), strict=True))
    lengths = np.log(years) - projects.assign(length=np.log(years)).groupby("bank")["length"].transform("mean")
    return {**found, "between": between, "length_spread": float(lengths.std())}


def _log_hazards(design: FloatArray, failed: FloatArray, log_years: FloatArray) -> FloatArray:
    """Fit the complementary log-log regression."""
    models, families = _statsmodels()
    family = families.Binomial(link=families.links.CLogLog())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.asarray(models.GLM(failed, design, family=family, offset=log_years).fit().params, dtype=np.float64)


def spread_between(failed: FloatArray, cumulated: FloatArray, groups: Any) -> float:
    """Return the standard deviation of countries' log hazard beyond the regressors, by moments; 0 where none shows.

    The squared sum of a country's residuals is the binomial variance plus sd^2 times its squared sensitivity.
    """
    expected = 1.0 - np.exp(-cumulated)
    sensitivity = cumulated * np.exp(-cumulated)
    _, place = np.unique(groups, return_inverse=True)
    residual = np.bincount(place, failed - expected)
    chance = np.bincount(place, expected * (1.0 - expected))
    return float(np.sqrt(max((residual**2 - chance).sum() / (np.bincount(place, sensitivity) ** 2).sum(), 0.0)))


def _refits(projects: pd.DataFrame, seed: int, numbers: range) -> list[dict[str, float]]:
    """Refit on resampled countries; one drawn twice counts as two."""
    parts = {name: part for name, part in projects.groupby("iso3")}
    names = list(parts)
    rows = []
    for number in numbers:
        chosen = np.random.default_rng([seed, number]).integers(len(names), size=len(names))
        sample = [parts[names[place]].assign(iso3=str(turn)) for turn, place in enumerate(chosen)]
        rows.append(estimate(pd.concat(sample, ignore_index=True)))
    return rows


def rates(projects: pd.DataFrame) -> pd.DataFrame:
    """Return shares of success and of likely sustainability: bank, dimension, value, projects, success, sustained."""
    labelled = projects.assign(
        everywhere="all", fragility=np.where(projects["fragile"] > 0, "fragile", "other"),
        kind=np.where(projects["digital"] > 0, "digital", "other"),
    )  # fmt: skip
    rows = []
    for dimension in ("everywhere", "fragility", "kind", "region", "sector"):
        for (bank, value), part in labelled.groupby(["bank", dimension], sort=True):
            sustained = part["sustained"].mean() if part["sustained"].notna().any() else np.nan
            rows.append((bank, dimension, value, len(part), 1.0 - part["failed"].mean(), sustained))
    names = ["bank", "dimension", "value", "projects", "rated_success", "rated_sustained"]
    return pd.DataFrame(rows, columns=names).round(4)


def delays(projects: pd.DataFrame) -> pd.DataFrame:
    """Return, by bank, median years planned and taken, their median ratio and the spread of its logarithm."""
    rows = []
    for bank, part in projects.groupby("bank", sort=True):
        known = part[part["planned"] > 0]
        ratio = pd.Series(np.log((known["years"] / known["planned"]).to_numpy(np.float64)), dtype="float64")
        row = (known["planned"].median(), part["years"].median(), float(np.exp(ratio.median())), ratio.std())
        rows.append((bank, len(part), *row, np.log(part["years"]).std()))
    names = ["bank", "projects", "years_planned", "years_taken", "ratio", "ratio_spread", "length_spread"]
    return pd.DataFrame(rows, columns=names).round(4)


def _statsmodels() -> tuple[Any, Any]:
    """Import statsmodels, or say how to get it."""
    try:
        import statsmodels.api as models
    except ImportError:
        raise InputError("this fit needs statsmodels", expected="pip install 'afteraid[calibration]'") from None
    return models, models.families
