"""Reading a sweep: tidy tables of what its runs say, and how much of it is luck."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from afteraid.simulation.basis.errors import ResultsError
from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.measures.measure import BAND

from ..study.factors import Factor
from .data import SweepData
from .intervals import blocks_of, difference
from .variance import two_way

COMPARED = ("mean", "low", "high", "zero_in_band", "pairs", "draws")
RELIABLE = 0.8  # share of the variance of points' means that has to be the factors' own


@dataclass(frozen=True)
class Luck:
    """Where the variance of an outcome comes from: shares of it, which sum to one, and what more replicates would do.

    Attributes:
        factors: between points, beyond what luck makes of them.
        luck: between replicates, the same at all points.
        together: luck that differs from point to point.
        reliability: share of the variance of the points' means that is the factors' own.
        replicates: how many there are.
        needed: how many make the points' means reliable; None where no number does.
    """

    factors: float
    luck: float
    together: float
    reliability: float
    replicates: int
    needed: int | None


def luck(data: SweepData, outcome: str, scenario: str | None = None) -> Luck:
    """Separate luck from the factors: a two-way analysis of variance over points and replicates.

    Points with a failed run are left out. Parameters that are not factors are drawn with the luck of a replicate,
    unless the study sets ``uncertain = false``.

    Raises ResultsError with fewer than two points or replicates.
    """
    values = data.values(outcome, scenario)
    values = values[np.isfinite(values).all(axis=1)]
    points, replicates = values.shape
    if points < 2 or replicates < 2:
        raise ResultsError(
            "random variation cannot be separated from the factors", file=str(data.folder), key="replicates",
            expected="two or more replicates, and points",
        )  # fmt: skip
    own, common, together = two_way(values)
    whole = own + common + together
    if whole == 0.0:
        raise ResultsError(f"{outcome} does not vary", file=str(data.folder))
    reliable = own / (own + together / replicates) if own + together > 0.0 else 0.0
    needed = math.ceil(4.0 * together / own) if own > 0.0 else None
    return Luck(own / whole, common / whole, together / whole, reliable, replicates, needed)


def swings(data: SweepData, outcome: str, scenario: str | None = None) -> pd.DataFrame:
    """Return what a tornado shows, largest swing first.

    For a range, its lowest and its highest third; for choices with an order, the first and the last; for those without,
    the ones with the least and the most.

    Returns:
        factor, from, to (values), low, high (mean outcome there), swing, swing_low, swing_high (its 90% interval, see
        `intervals`; missing where random variation is unknown), clear (whether the interval leaves zero out).
    """
    study, values = data.study, data.values(outcome, scenario)
    means = pd.Series(values.mean(axis=1))
    blocks = blocks_of(study)
    rows: list[tuple[object, ...]] = []
    for number, factor in enumerate(study.written.factors):
        at = np.asarray(study.places())[:, number]
        labels, group = _thirds(factor, at)
        found = means.groupby(group).mean().dropna()
        pairs = 1
        if factor.is_categorical():
            found = found.sort_values()
            pairs = len(found) * (len(found) - 1) // 2
        if len(found) > 1:
            first, last = int(found.index[0]), int(found.index[-1])
            gap = difference(values, np.asarray(group == last), np.asarray(group == first), blocks, pairs)
            rows.append((factor.name, labels[first], labels[last], found.iloc[0], found.iloc[-1], *gap))
    names = ["factor", "from", "to", "low", "high", "swing", "swing_low", "swing_high"]
    table = pd.DataFrame(rows, columns=names)
    table["clear"] = (table["swing_low"] > 0.0) | (table["swing_high"] < 0.0)
    return table.sort_values("swing", key=np.abs, ascending=False, kind="stable").reset_index(drop=True)


def _thirds(factor: Factor, at: FloatArray) -> tuple[list[str], np.ndarray]:
    """Return words for the parts of a factor's range, and the part that each point is in."""
    names = factor.names()
    if names:
        return [str(name) for name in names], np.minimum((at * len(names)).astype(int), len(names) - 1)
    ends = [f"{float(factor.value(place)):.3g}" for place in (1 / 6, 1 / 2, 5 / 6)]
    return ends, np.minimum((at * 3).astype(int), 2)


def by_choice(data: SweepData, outcome: str, factor: str) -> pd.DataFrame:
    """Return an outcome by the values of one factor: scenario, value, mean, low, high (90% over runs), runs.

    Raises ResultsError for an unknown outcome or factor.
    """
    runs = _with_factor(data, outcome, factor)
    groups = runs.dropna(subset=[outcome]).groupby(["scenario", factor], sort=False)[outcome]
    table = groups.agg(
        mean="mean", low=lambda found: found.quantile(BAND[0]), high=lambda found: found.quantile(BAND[1]), runs="size"
    )
    return table.reset_index().rename(columns={factor: "value"})


def paired(
    data: SweepData, outcome: str, factor: str, against: float | str, relative: bool = False,
    where: Mapping[str, float | str] | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Compare the values of one factor of a grid with one of them, on the same luck and all else the same.

    Args:
        data: of the sweep.
        outcome: which.
        factor: the one that differs between the two of a pair.
        against: the value that the others are compared with.
        relative: differences as shares of what is compared with, where worlds differ widely in level.
        where: other factors, held at a value.

    Returns:
        scenario, value, mean, low, high (90% of the paired differences), zero_in_band, pairs, draws (lots of luck).

    Raises ResultsError for an unknown outcome, factor or value, and for a design that is no grid.
    """
    study = data.study
    if study.written.design.kind != "grid":
        raise ResultsError("only a grid has points that differ in one factor alone", expected='kind = "grid"')
    runs = _with_factor(data, outcome, factor)
    others = [found.name for found in study.written.factors if found.name != factor]
    for name, value in (where or {}).items():
        runs = runs[runs[name] == value]
    wide = runs.pivot_table(index=["scenario", "replicate", *others], columns=factor, values=outcome, sort=False)
    if against not in wide.columns:
        raise ResultsError(f"{factor} is never {against!r}", expected="one of " + ", ".join(map(str, wide.columns)))
    tables = []
    for value in wide.columns:
        if value != against:
            apart = _apart(wide[value], wide[against], relative)
            tables += [
                _compared(part, {"scenario": scenario, "value": value}, "replicate")
                for scenario, part in apart.groupby(level="scenario", sort=False)
            ]
    return pd.DataFrame(tables, columns=["scenario", "value", *COMPARED])


def between_scenarios(
    data: SweepData, outcome: str, against: str | None = None, relative: bool = False
) -> pd.DataFrame:
    """Compare the scenarios of a study with one of them, at the same points and on the same luck.

    Returns:
        scenario, mean, low, high (90% of the paired differences), zero_in_band, pairs, draws (replicates of a grid,
        points of other designs), better (share of the pairs in which the outcome is higher).

    Raises ResultsError for an unknown outcome or scenario.
    """
    study, base = data.study, data.scenario(against)
    runs = data.runs(["point", "scenario", "replicate", data.outcome(outcome).name])
    wide = runs.pivot_table(index=["point", "replicate"], columns="scenario", values=outcome, sort=False)
    drawn = "replicate" if blocks_of(study) is None else "point"
    tables = []
    for name in study.scenario_names:
        if name != base and name in wide:
            apart = _apart(wide[name], wide[base], relative)
            tables.append({**_compared(apart, {"scenario": name}, drawn), "better": float((apart > 0.0).mean())})
    return pd.DataFrame(tables, columns=["scenario", *COMPARED, "better"])


def _apart(one: pd.Series[float], other: pd.Series[float], relative: bool) -> pd.Series[float]:
    """Return the differences of pairs, or these as shares of the other's size."""
    apart = one - other
    return (apart / other.abs().where(other != 0.0) if relative else apart).dropna()


def _compared(part: pd.Series[float], row: dict[str, object], drawn: str) -> dict[str, object]:
    """Return the mean of paired differences with its band, beside what they are of."""
    low, high = part.quantile(BAND[0]), part.quantile(BAND[1])
    return {
        **row, "mean": part.mean(), "low": low, "high": high, "zero_in_band": bool(low <= 0.0 <= high),
        "pairs": len(part), "draws": int(part.index.get_level_values(drawn).nunique()),
    }  # fmt: skip


def _with_factor(data: SweepData, outcome: str, factor: str) -> pd.DataFrame:
    """Return the runs with all factors and one outcome; refuse an outcome or a factor that there is not."""
    data.outcome(outcome), data.factor(factor)
    return data.runs(["scenario", "replicate", *(found.name for found in data.study.written.factors), outcome])
