"""Sensitivity: which factors move an outcome, and how surely that is known.

Sobol' indices and Morris's elementary effects need the designs of these names; delta and PAWN take any sample. They are
computed by SALib (``pip install 'afteraid[study]'``). Random variation, and how many runs are enough: see `reading.py`.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from afteraid.simulation.basis.errors import ResultsError, StudyError, nearest
from afteraid.simulation.basis.optional import library
from afteraid.simulation.basis.units import BoolArray, FloatArray
from afteraid.simulation.results.words.templates import Templates

from ..study.design import INDICES
from ..study.design import LEAST_POINTS as LEAST_OF_DESIGN
from ..study.study import Study
from .data import SweepData

Method = Literal["sobol", "morris", "delta", "pawn"]
METHODS: tuple[Method, ...] = ("sobol", "morris", "delta", "pawn")
LEADING: dict[Method, str] = {"sobol": "total", "morris": "mu_star", "delta": "delta", "pawn": "pawn"}
CONFIDENCE, RESAMPLES, SEED = 0.95, 1000, 1
TOO_WIDE = 0.10  # half-width of an index's interval above which its factors can hardly be ranked
TOO_NEGATIVE = -0.02  # an index is a share of variance: below this it is noise, and shows how much there is
FEW_POINTS, LEAST_POINTS, SLICES = 100, 30, 10  # of given data
DELTA_RESAMPLES = 20  # each one estimates densities anew, which takes long
Laid = tuple[pd.DataFrame, list[str], list[str]]  # table, notes, and the note that the sample is too small
SAY = Templates(
    "sensitivity",
    wide="The sample is too small: intervals are up to ±{now} wide. "
    "A base sample of {points} instead of {base} would bring the intervals to about ±{width}.",
    negative="The sample is too small: the {index} index of {factor} is {value}. "
    "A base sample of {points} instead of {base} would bring the intervals to about ±{width}.",
    trajectories="The sample is too small: an interval is more than half as wide as the largest effect. "
    "Take {more} trajectories instead of {now}.",
    few_points="The sample is too small: {points} design points for {factors} factors. At least {least} are needed.",
    interactions="Interactions of factors explain about {share} of the variance.",
)


@dataclass(frozen=True)
class Sensitivity:
    """How much each factor moves an outcome.

    Attributes:
        outcome, scenario, method: what was looked at, and how.
        table: factor, other (of a pair), index, value, low, high (95%).
        notes: what a reader has to know, in sentences; the sample being too small comes first.
        points: how many points of the design went in.
        small: whether the sample is too small for these indices.
    """

    outcome: str
    scenario: str
    method: Method
    table: pd.DataFrame
    notes: tuple[str, ...]
    points: int
    small: bool = False

    def index(self, name: str) -> pd.DataFrame:
        """Return one index, largest first: factor, other, value, low, high."""
        chosen = self.table[self.table["index"] == name].drop(columns="index")
        return chosen.sort_values("value", ascending=False, kind="stable").reset_index(drop=True)

    def leading(self) -> pd.DataFrame:
        """Return the index by which factors are ranked, largest first."""
        return self.index(LEADING[self.method])


def sensitivity(
    data: SweepData, outcome: str, scenario: str | None = None, method: Method | None = None
) -> Sensitivity:
    """Say how much each factor moves an outcome, by its mean over replicates.

    Args:
        data: of the sweep.
        outcome: one that is a column of the table of runs.
        scenario: the first of the study if left out.
        method: that of the design if left out; delta for a Latin hypercube or a grid.

    Raises:
        ResultsError: runs are missing, an outcome does not vary, or the method does not fit the design.
    """
    study, chosen, values = data.study, data.scenario(scenario), data.values(outcome, scenario)
    kind = study.written.design.kind
    used: Method = method or (kind if kind == "sobol" or kind == "morris" else "delta")
    if used not in METHODS:
        raise ResultsError(
            f"no method is called '{used}'", expected="one of " + ", ".join(METHODS), nearest=nearest(used, METHODS)
        )
    if used in ("sobol", "morris") and used != kind:
        raise ResultsError(f"{used} needs a design of its own, not a {kind}", expected=f'kind = "{used}", or delta')
    if len(study.written.factors) < 2:
        raise ResultsError("there are fewer than two factors, so there is nothing to rank", file=str(data.folder))
    check_points(study, used)
    known: BoolArray = np.asarray(np.isfinite(values).any(axis=1))
    sums = np.where(np.isfinite(values), values, 0.0).sum(axis=1)
    means = np.divide(sums, np.isfinite(values).sum(axis=1), out=np.full(len(known), np.nan), where=known)
    if used in ("sobol", "morris") and not known.all():
        raise ResultsError(
            f"{(~known).sum()} of {known.size} points have no value of {outcome}, but {used} needs all of them",
            file=str(data.folder), expected="a finished sweep without failed runs, or the method delta",
        )  # fmt: skip
    if not known.any() or np.ptp(means[known]) == 0.0:
        raise ResultsError(f"{outcome} does not vary", file=str(data.folder))
    if used in ("delta", "pawn") and known.sum() < LEAST_POINTS:
        raise ResultsError(
            f"{known.sum()} points are too few for {used} indices",
            file=str(data.folder),
            key="points",
            expected=f"{LEAST_POINTS} or more",
        )
    at = np.asarray(study.places())
    table, notes, small = _analyse(used, study, at[known], means[known])
    return Sensitivity(outcome, chosen, used, table, (*small, *notes), int(known.sum()), bool(small))


def check_points(study: Study, method: Method) -> None:
    """Refuse a design that is too small for the indices of its own method; raises ResultsError with the least size."""
    points, least = study.written.design.points, LEAST_OF_DESIGN.get(method, 1)
    if points < least:
        raise ResultsError(
            f"{points} points are too few for {INDICES[method]}", key="points", expected=f"{least} or more"
        )


def _analyse(method: Method, study: Study, at: FloatArray, means: FloatArray) -> Laid:
    """Hand the sample to SALib, and lay its answer out."""
    names = [factor.name for factor in study.written.factors]
    plain = [f"x{number}" for number in range(len(names))]  # SALib refuses some names
    problem = {"num_vars": len(names), "names": plain, "bounds": [[0.0, 1.0]] * len(names)}
    options: dict[str, Any] = {"num_resamples": RESAMPLES, "conf_level": CONFIDENCE, "seed": SEED}
    analyse = _salib(method)
    scaled = (means - means.mean()) / means.std()  # all of these are free of scale but Morris's
    with _left_as_it_was():
        if method == "sobol":
            second = study.written.design.second_order
            found = analyse(problem, scaled, calc_second_order=second, **options)
            return _sobol(names, found, second, study.written.design.points)
        if method == "morris":
            found = analyse(problem, at, means, num_levels=study.written.design.levels, **options)
            return _morris(names, found, study.written.design.points)
        if method == "pawn":
            found = analyse(problem, at, scaled, S=SLICES, seed=SEED)
            rows = [
                (name, "", "pawn", float(value), math.nan, math.nan)
                for name, value in zip(names, found["median"], strict=True)
            ]
            return _rows(rows), [], _few_points(len(means), len(names))
        found = analyse(problem, at, scaled, **{**options, "num_resamples": DELTA_RESAMPLES})
        key = "delta_raw" if "delta_raw" in found else "delta"  # renamed in SALib 1.6
        rows = _with_intervals(names, "delta", found[key], found[f"{key}_conf"])
        rows += _with_intervals(names, "first", found["S1"], found["S1_conf"])
        return _rows(rows), [], _few_points(len(means), len(names))


@contextmanager
def _left_as_it_was() -> Iterator[None]:
    """Undo what SALib does to warnings and to numpy's common generator; divisions by nothing are no news."""
    state, written = np.random.get_state(), warnings.formatwarning
    try:
        with warnings.catch_warnings(record=True):  # recorded and not ignored: SALib sets a filter of its own
            yield
    finally:
        np.random.set_state(state)
        warnings.formatwarning = written


def _salib(method: Method) -> Any:
    """Return SALib's function for a method."""
    return library(f"SALib.analyze.{method}", "SALib", "study", method, StudyError).analyze


def _sobol(names: list[str], found: dict[str, Any], second: bool, base: int) -> Laid:
    """Lay Sobol' indices out, and say when the sample is too small for them."""
    rows = _with_intervals(names, "first", found["S1"], found["S1_conf"])
    rows += _with_intervals(names, "total", found["ST"], found["ST_conf"])
    small = _small_base(_rows(rows), base)
    rest = 1.0 - float(np.clip(found["S1"], 0.0, 1.0).sum())
    notes = [SAY("interactions", share=f"{rest:.0%}")] if rest > 0.1 else []
    if second:
        for one in range(len(names)):
            for other in range(one + 1, len(names)):
                value, half = float(found["S2"][one, other]), float(found["S2_conf"][one, other])
                rows.append((names[one], names[other], "second", value, value - half, value + half))
    return _rows(rows), notes, small


def _small_base(singles: pd.DataFrame, base: int) -> list[str]:
    """Say when the base sample is too small, and how many more points would bring the intervals down."""
    negative = bool((singles["value"] < TOO_NEGATIVE).any())
    width = float((singles["high"] - singles["value"]).max())
    if not negative and width <= TOO_WIDE:
        return []
    times = 1 << max(1, math.ceil(2.0 * math.log2(max(width / TOO_WIDE, 1.0))))
    larger = {"points": base * times, "base": base, "width": f"{width / math.sqrt(times):.2f}"}
    if width > TOO_WIDE:
        return [SAY("wide", now=f"{width:.2f}", **larger)]
    worst = singles.sort_values("value").iloc[0]
    return [SAY("negative", index=worst["index"], factor=worst["factor"], value=f"{worst['value']:.2f}", **larger)]


def _morris(names: list[str], found: dict[str, Any], trajectories: int) -> Laid:
    """Lay elementary effects out: mu_star (size), mu (direction), sigma (curvature and interplay)."""
    rows = _with_intervals(names, "mu_star", found["mu_star"], found["mu_star_conf"])
    for index in ("mu", "sigma"):
        rows += [(n, "", index, float(v), math.nan, math.nan) for n, v in zip(names, found[index], strict=True)]
    size, half = np.asarray(found["mu_star"], float), np.asarray(found["mu_star_conf"], float)
    wide = bool((half > 0.5 * size.max()).any())
    small = [SAY("trajectories", more=4 * trajectories, now=trajectories)] if wide else []
    return _rows(rows), [], small


def _few_points(points: int, factors: int) -> list[str]:
    """Say when given data are too few."""
    least = max(FEW_POINTS, 10 * SLICES, 20 * factors)
    return [] if points >= least else [SAY("few_points", points=points, factors=factors, least=least)]


def _with_intervals(names: list[str], index: str, values: Any, halves: Any) -> list[tuple[Any, ...]]:
    return [
        (name, "", index, float(value), float(value) - float(half), float(value) + float(half))
        for name, value, half in zip(names, values, halves, strict=True)
    ]


def _rows(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["factor", "other", "index", "value", "low", "high"])
