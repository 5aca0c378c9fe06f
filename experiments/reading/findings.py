"""What a sweep says about an outcome, in plain sentences: range, random variation, effects, enough runs or not.

The sentences are computed from the tables of `reading` and `sensitivity`; nothing in them is written beforehand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from afteraid.simulation.basis.errors import InputError, ResultsError, StudyError, nearest
from afteraid.simulation.results.tables import BAND
from afteraid.simulation.results.words.names import capitalised, joined, spoken
from afteraid.simulation.results.words.numbers import change, changes, interval, level, relative
from afteraid.simulation.results.words.verdicts import FEW_DRAWS, NO_CLEAR_EFFECT, WHY

from ..study.outcomes import Outcome
from ..study.study import Study
from .data import SweepData
from .reading import (
    TOLERANCE,
    between_scenarios,
    by_choice,
    convergence,
    draws,
    luck,
    runs_advised,
    swings,
)
from .sensitivity import Sensitivity, sensitivity

NAMED = 5  # factors that sentences name


@dataclass(frozen=True)
class Finding:
    """What a sweep says about one outcome in one scenario.

    Attributes:
        outcome, scenario, unit: what was looked at.
        sentences: the answer.
        tables: tidy tables, as far as there are: range, luck, swings, indices, convergence, choices, scenarios.
        indices: what drives it, where the sample takes it.
    """

    outcome: str
    scenario: str
    unit: str
    sentences: tuple[str, ...]
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    indices: Sensitivity | None = None


def numbers_of(study: Study, outcome: str | None = None) -> list[Outcome]:
    """Return the outcomes that are one number a run, or the one of that name.

    Raises ResultsError for a name that isn't among them, and where there is none.
    """
    known = [found for found in study.written.outcomes if found.is_number()]
    names = [found.name for found in known]
    if outcome is not None and outcome not in names:
        raise ResultsError(
            f"no outcome is called '{outcome}'", key="--outcome", expected="one of " + ", ".join(names),
            nearest=nearest(outcome, names),
        )  # fmt: skip
    if not known:
        raise ResultsError("keeps no outcome that is one number a run", file=study.name, expected="such an outcome")
    return [found for found in known if outcome in (None, found.name)]


def find(data: SweepData, outcome: str, scenario: str | None = None) -> Finding:
    """Read one outcome of a sweep.

    Raises ResultsError for a folder without a sweep, an unknown outcome or scenario, or where no run has a value.
    """
    study, chosen, values = data.study, data.scenario(scenario), data.values(outcome, scenario)
    unit = data.unit(outcome)
    known = values[np.isfinite(values)]
    if not known.size:
        raise ResultsError(f"no run has a value of {outcome}", file=str(data.folder))
    tables: dict[str, pd.DataFrame] = {}
    said = [_range(known, values.size, unit, tables)]
    if np.ptp(known) == 0.0:
        return Finding(outcome, chosen, unit, (*said, "It does not vary, so there is nothing to explain."), tables)
    said.append(luck_said(data, outcome, chosen, tables))
    said += _swings(data, outcome, chosen, unit, tables)
    indices, words = _indices(data, outcome, chosen, tables)
    said += words
    said += _scenarios(data, study, outcome, chosen, unit, tables)
    said.append(_enough(data, outcome, chosen, tables))
    for factor in study.written.factors:
        if factor.names():
            table = by_choice(data, outcome, factor.name)
            table = table[table["scenario"] == chosen].assign(
                factor=factor.name, value=lambda t: t["value"].astype(str)
            )
            tables["choices"] = pd.concat([*(tables[n] for n in ["choices"] if n in tables), table], ignore_index=True)
    return Finding(outcome, chosen, unit, tuple(filter(None, said)), tables, indices)


def _range(known: np.ndarray, asked: int, unit: str, tables: dict[str, pd.DataFrame]) -> str:
    """Say what range the outcome takes."""
    low, middle, high = (float(value) for value in np.quantile(known, (BAND[0], 0.5, BAND[1])))
    row = {"runs": known.size, "least": known.min(), "low": low, "median": middle, "high": high, "most": known.max()}
    tables["range"] = pd.DataFrame([row])
    text = f"Median {level(middle, unit)} over {known.size:,} runs (90% interval {interval(low, high, unit)})."
    missing = asked - known.size
    return text + (f" {missing:,} of {asked:,} runs have no value." if missing else "")


def luck_said(
    data: SweepData, outcome: str, scenario: str | None = None, tables: dict[str, pd.DataFrame] | None = None
) -> str:
    """Say how much of an outcome is random, or why that is unknown; the shares go into `tables`, where given."""
    try:
        found = luck(data, outcome, scenario)
    except ResultsError as problem:
        return f"The share of random variation is unknown: {problem.message}; {problem.expected}."
    parts = {"factors": found.factors, "random variation common to all points": found.luck}
    parts["random variation specific to a point"] = found.together
    if tables is not None:
        tables["luck"] = pd.DataFrame(
            {"part": list(parts), "share": list(parts.values()), "reliability": found.reliability}
        )
    return found.note


def _swings(data: SweepData, outcome: str, scenario: str, unit: str, tables: dict[str, pd.DataFrame]) -> list[str]:
    """Say which factors have a clear effect, how large it is, and which have none."""
    table = swings(data, outcome, scenario)
    if table.empty:
        return []
    tables["swings"] = table
    told, rest = table[table["told"]], table[~table["told"]]
    said = []
    for row in told.head(NAMED).itertuples():
        ends = spoken(str(row[2])), spoken(str(row.to))
        said.append(
            f"{row.factor}: {change(float(str(row.swing)), unit)} (90% interval "
            f"{changes(float(str(row.swing_low)), float(str(row.swing_high)), unit)}) from {ends[0]} to {ends[1]}. "
            f"The mean changes from {level(float(str(row.low)), unit)} to {level(float(str(row.high)), unit)}."
        )
    if len(told) > NAMED:
        said.append(f"Smaller clear effects: {joined([str(name) for name in told['factor'].iloc[NAMED:]])}.")
    if len(rest):
        lead = (
            f"{capitalised(NO_CLEAR_EFFECT)} ({WHY})" if len(told) else "With these runs no factor has a clear effect"
        )
        said.append(f"{lead}: {joined([str(name) for name in rest['factor']])}.")
    if rest["swing_low"].isna().any():
        said.append("One replicate of a grid does not measure random variation, so there is no interval.")
    return said


def _indices(
    data: SweepData, outcome: str, scenario: str, tables: dict[str, pd.DataFrame]
) -> tuple[Sensitivity | None, list[str]]:
    """Say what share of the variance is whose, where the design takes it; what stands against it is said instead."""
    try:
        found = sensitivity(data, outcome, scenario)
    except StudyError as problem:
        return None, [f"Sensitivity indices are left out: {problem}."]
    except ResultsError:  # too few factors or points, or a run is missing: the swings have to do
        return None, []
    tables["indices"] = found.table.assign(method=found.method)
    leading = {"sobol": "total", "morris": "mu_star", "delta": "delta", "pawn": "pawn"}[found.method]
    words = {
        "sobol": "Sobol' total indices",
        "morris": "Morris's mu*",
        "delta": "Delta indices",
        "pawn": "PAWN indices",
    }
    rows = found.index(leading).head(3).itertuples()
    ranked = [f"{row.factor} {row.value:.2g} ({row.low:.2g} to {row.high:.2g})" for row in rows]
    said = [f"{words[found.method]}, largest first, with 95% intervals: {', '.join(ranked)}.", *found.notes]
    lots = data.study.written.replicates
    if lots > 1:
        said.append(f"Indices use the mean of {lots} replicates; their intervals leave out variation between them.")
    return found, said


def _scenarios(
    data: SweepData, study: Study, outcome: str, scenario: str, unit: str, tables: dict[str, pd.DataFrame]
) -> list[str]:
    """Say how the other scenarios differ from this one, on the same points and random numbers."""
    if len(study.scenario_names) < 2:
        return []
    table = between_scenarios(data, outcome, scenario)
    tables["scenarios"] = table
    return [comparison(f"{row['scenario']} against {scenario}", row, unit) for _, row in table.iterrows()]


def comparison(what: str, row: pd.Series[Any], unit: str, in_percent: bool = False) -> str:
    """Say a paired difference with its interval, and whether the effect is clear."""
    mean, low, high = float(row["mean"]), float(row["low"]), float(row["high"])
    band = f"{relative(low)} to {relative(high)}" if in_percent else changes(low, high, unit)
    text = f"{what}: {relative(mean) if in_percent else change(mean, unit)} (90% interval {band})"
    if row["zero_in_band"]:
        return f"{text}: {NO_CLEAR_EFFECT}."
    if row["draws"] < FEW_DRAWS:
        return f"{text}: {NO_CLEAR_EFFECT} yet, because {row['draws']} draws are too few."
    return f"{text}."


def _enough(data: SweepData, outcome: str, scenario: str, tables: dict[str, pd.DataFrame]) -> str:
    """Say whether the interval is precise enough, and how many runs are needed if not."""
    values, what = draws(data, outcome, scenario)
    try:
        tables["convergence"] = convergence(values).assign(counted=what)
        return runs_advised(values, TOLERANCE, what)[1]
    except InputError:
        return f"Too few {what} ({len(values)}) for a precise interval: take 20 for a first look, 100 to publish."
