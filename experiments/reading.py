"""Reading a sweep: tidy tables of what its runs say, how much of it is luck, and how many runs are enough."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from simulation.errors import ResultsError, nearest
from simulation.results import BAND
from simulation.scenario import Scenario
from simulation.units import FloatArray

from .dataset import read_manifest, read_table
from .factors import Factor
from .study import Study, StudyFile

SEED = 1  # of resampling, so that the same sweep always says the same
RELIABLE = 0.8  # share of the variance of points' means that has to be the factors' own


@dataclass(frozen=True)
class Luck:
    """Where the variance of an outcome comes from: shares of it, which sum to one, and what that means.

    Attributes:
        factors: between points, beyond what luck makes of them.
        luck: between replicates, the same at all points.
        together: luck that differs from point to point.
        reliability: share of the variance of the points' means that is the factors' own.
        note: in a sentence.
    """

    factors: float
    luck: float
    together: float
    reliability: float
    note: str


def study_of(folder: str | Path) -> Study:
    """Return the study that a sweep was made of, from its manifest."""
    manifest = read_manifest(folder)
    scenarios = {name: Scenario.model_validate(plan) for name, plan in manifest["scenarios"].items()}
    return Study(str(manifest["name"]), StudyFile.model_validate(manifest["study"]), scenarios)


def by_point(folder: str | Path, outcome: str, scenario: str | None = None) -> tuple[Study, str, FloatArray]:
    """Return the study, the scenario's name, and an outcome by point and replicate; missing where a run failed.

    Raises ResultsError for an unknown outcome or scenario, with the nearest name.
    """
    study = study_of(folder)
    outcomes = [found.name for found in study.written.outcomes if found.is_number()]
    chosen = study.scenario_names[0] if scenario is None else scenario
    for what, name, names in (("outcome", outcome, outcomes), ("scenario", chosen, list(study.scenario_names))):
        if name not in names:
            raise ResultsError(
                f"no {what} is called '{name}'", file=str(folder), expected="one of " + ", ".join(names),
                nearest=nearest(name, names),
            )  # fmt: skip
    runs = read_table(folder, columns=["point", "scenario", "replicate", outcome])
    runs = runs[runs["scenario"] == chosen]
    values = np.full((study.points, study.written.replicates), np.nan)
    values[runs["point"], runs["replicate"]] = runs[outcome].to_numpy(np.float64)
    return study, chosen, values


def luck(folder: str | Path, outcome: str, scenario: str | None = None) -> Luck:
    """Separate luck from the factors: a two-way analysis of variance over points and replicates.

    Points with a failed run are left out. Parameters that are not factors are drawn with the luck of a replicate.

    Raises ResultsError with fewer than two points or replicates.
    """
    _, _, values = by_point(folder, outcome, scenario)
    values = values[np.isfinite(values).all(axis=1)]
    points, replicates = values.shape
    if points < 2 or replicates < 2:
        raise ResultsError(
            "luck can't be told from the factors", file=str(folder), key="replicates",
            expected="two or more replicates, and points",
        )  # fmt: skip
    grand, rows, columns = values.mean(), values.mean(axis=1), values.mean(axis=0)
    rest = values - rows[:, None] - columns[None, :] + grand
    together = float((rest**2).sum() / ((points - 1) * (replicates - 1)))
    own = max(0.0, float(replicates * rows.var(ddof=1) - together) / replicates)
    common = max(0.0, float(points * columns.var(ddof=1) - together) / points)
    whole = own + common + together
    if whole == 0.0:
        raise ResultsError(f"{outcome} does not vary", file=str(folder))
    reliable = own / (own + together / replicates) if own + together > 0.0 else 0.0
    note = (
        f"The factors account for {own / whole:.0%} of the variance of {outcome}, luck that is the same at all points "
        f"for {common / whole:.0%}, and luck that differs between points for {together / whole:.0%}."
    )
    if reliable < RELIABLE:
        need = math.ceil(4.0 * together / own) if own > 0.0 else 0
        more = f"take {need} replicates" if need else "no number of replicates would show the factors"
        note += f" With {replicates} replicates, a point's mean is mostly luck: {more}."
    return Luck(own / whole, common / whole, together / whole, reliable, note)


def convergence(values: FloatArray, sizes: tuple[int, ...] = (), resamples: int = 400) -> pd.DataFrame:
    """Say how sure the mean and the 90% band of an outcome are with fewer runs: runs, mean, low, high and their errors.

    Args:
        values: of one outcome over runs, shape (runs,).
        sizes: numbers of runs to look at; doubling from 5 if left out.
        resamples: draws of the bootstrap.
    """
    known = values[np.isfinite(values)]
    if known.size < 5:
        raise ResultsError(f"{known.size} runs are too few to say anything", expected="5 or more")
    wanted = sizes or tuple(size for size in (5 * 2**step for step in range(20)) if size < known.size) + (known.size,)
    generator = np.random.default_rng(SEED)
    rows = []
    for size in wanted:
        drawn = generator.choice(known, (resamples, size))
        low, high = np.quantile(drawn, BAND, axis=1)
        mean = drawn.mean(axis=1)
        rows.append((size, mean.mean(), low.mean(), high.mean(), mean.std(), low.std(), high.std()))
    names = ["runs", "mean", "low", "high", "mean_error", "low_error", "high_error"]
    return pd.DataFrame(rows, columns=names)


def runs_advised(values: FloatArray, tolerance: float = 0.05) -> tuple[int, str]:
    """Return how many runs bring the error of the band's ends under a share of its width, and that in a sentence."""
    last = convergence(values).iloc[-1]
    width = last["high"] - last["low"]
    if width <= 0.0:
        return int(last["runs"]), "It does not vary."
    error = max(last["low_error"], last["high_error"]) / width
    need = math.ceil(last["runs"] * (error / tolerance) ** 2)
    now = f"With {last['runs']:.0f} runs, the ends of the 90% band are known to {error:.0%} of its width"
    return (
        need,
        f"{now}; {need} runs bring that to {tolerance:.0%}." if error > tolerance else f"{now}, which is enough.",
    )


def swings(folder: str | Path, outcome: str, scenario: str | None = None) -> pd.DataFrame:
    """Return what a tornado shows: factor, from, to (values), low, high (mean outcome there), swing; largest first.

    For a range, its lowest and its highest third; for choices, the ones with the least and the most.
    """
    study, _, values = by_point(folder, outcome, scenario)
    means = pd.Series(values.mean(axis=1))
    rows = []
    for number, factor in enumerate(study.written.factors):
        at = np.asarray(study.places())[:, number]
        labels, group = _thirds(factor, at)
        found = means.groupby(group).mean().dropna()
        if factor.is_categorical():
            found = found.sort_values()
        if len(found) > 1:
            rows.append((factor.name, labels[found.index[0]], labels[found.index[-1]], found.iloc[0], found.iloc[-1]))
    table = pd.DataFrame(rows, columns=["factor", "from", "to", "low", "high"])
    table["swing"] = table["high"] - table["low"]
    return table.sort_values("swing", key=np.abs, ascending=False, kind="stable").reset_index(drop=True)


def _thirds(factor: Factor, at: FloatArray) -> tuple[list[str], np.ndarray]:
    """Return words for the parts of a factor's range, and the part that each point is in."""
    names = factor.names()
    if names:
        return [str(name) for name in names], np.minimum((at * len(names)).astype(int), len(names) - 1)
    ends = [f"{float(factor.value(place)):.3g}" for place in (1 / 6, 1 / 2, 5 / 6)]
    return ends, np.minimum((at * 3).astype(int), 2)


def by_choice(folder: str | Path, outcome: str, factor: str) -> pd.DataFrame:
    """Return an outcome by the values of one factor: scenario, value, mean, low, high (90% over runs), runs.

    Raises ResultsError for an unknown outcome or factor.
    """
    by_point(folder, outcome)
    runs = _with_factor(folder, outcome, factor)
    groups = runs.dropna(subset=[outcome]).groupby(["scenario", factor], sort=False)[outcome]
    table = groups.agg(
        mean="mean", low=lambda found: found.quantile(BAND[0]), high=lambda found: found.quantile(BAND[1]), runs="size"
    )
    return table.reset_index().rename(columns={factor: "value"})


def paired(folder: str | Path, outcome: str, factor: str, against: float | str) -> pd.DataFrame:
    """Compare the values of one factor of a grid with one of them, on the same luck and all else the same.

    Returns:
        scenario, value, mean, low, high (90% of the paired differences), zero_in_band, pairs.

    Raises ResultsError for an unknown outcome, factor or value, and for a design that is no grid.
    """
    study, _, _ = by_point(folder, outcome)
    if study.written.design.kind != "grid":
        raise ResultsError("only a grid has points that differ in one factor alone", expected='kind = "grid"')
    runs = _with_factor(folder, outcome, factor)
    others = [found.name for found in study.written.factors if found.name != factor]
    wide = runs.pivot_table(index=["scenario", "replicate", *others], columns=factor, values=outcome, sort=False)
    if against not in wide.columns:
        raise ResultsError(f"{factor} is never {against!r}", expected="one of " + ", ".join(map(str, wide.columns)))
    rows = []
    for value in wide.columns:
        if value == against:
            continue
        for scenario, part in (wide[value] - wide[against]).dropna().groupby(level="scenario", sort=False):
            low, high = part.quantile(BAND[0]), part.quantile(BAND[1])
            rows.append((scenario, value, part.mean(), low, high, bool(low <= 0.0 <= high), len(part)))
    return pd.DataFrame(rows, columns=["scenario", "value", "mean", "low", "high", "zero_in_band", "pairs"])


def _with_factor(folder: str | Path, outcome: str, factor: str) -> pd.DataFrame:
    """Return the runs with all factors and one outcome; refuse a factor that there is not."""
    names = [found.name for found in study_of(folder).written.factors]
    if factor not in names:
        raise ResultsError(
            f"no factor is called '{factor}'", file=str(folder), expected="one of " + ", ".join(names),
            nearest=nearest(factor, names),
        )  # fmt: skip
    return read_table(folder, columns=["scenario", "replicate", *names, outcome])
