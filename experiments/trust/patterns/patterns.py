"""Patterns: does the default model show what is known of the real world? Each stylised fact with its range and verdict.

A fact holds where the median over runs lies in its range. Facts that fail are reported, not tuned away. What a fact is
worth as a test depends on its basis: one that was fitted, calibrated or put in proves nothing where it holds.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from afteraid.simulation.basis import arguments
from afteraid.simulation.basis.files import PARQUET, write_tables
from afteraid.simulation.basis.manifest import write_manifest
from afteraid.simulation.basis.short import Short
from afteraid.simulation.ensemble import Progress, in_processes, manifest
from afteraid.simulation.measures.measure import BAND
from afteraid.simulation.results.words.verdicts import LEAST_DRAWS
from afteraid.simulation.scenario.given import ScenarioGiven, scenario_given
from afteraid.simulation.scenario.scenario import Scenario

from .facts import PATTERNS, Pattern
from .worlds import gather

PASS, FAIL, UNCHECKED = "pass", "fail", "can't be checked"
SCENARIO, RUNS = "baseline", 20
RUNS_OF_ONE_PROCESS = 4  # so few are done sooner than worker processes have started


@dataclass(frozen=True)
class Check(Short):
    """What was found, as tidy tables with the manifest of how they came about.

    Attributes:
        verdicts: one row a fact: number, fact, measured, unit, value (median over runs), low, high (90% band), runs
            (with a value), range_low, range_high, range_standing, verdict, inside (share of runs in the range), basis,
            no_test (what of it was put into the model), why (why it can't be checked, or why it fails), source.
        by_run: number, run, value.
        manifest: version, data, seed, scenario and parameters.
    """

    verdicts: pd.DataFrame
    by_run: pd.DataFrame
    manifest: dict[str, Any]

    def write(self, folder: Path) -> None:
        """Write the tables (Parquet, and the verdicts as CSV too) and the manifest into a folder that exists."""
        write_tables({"verdicts": self.verdicts}, folder)
        write_tables({"by_run": self.by_run}, folder, (PARQUET,))
        write_manifest(folder, self.manifest)


def check(
    runs: int = RUNS,
    *,
    seed: int | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    scenario: ScenarioGiven = SCENARIO,
) -> Check:
    """Run the default model and check every fact.

    Args:
        runs: how many worlds, each with its own luck and draw of the parameters.
        seed: the luck of all runs, instead of the scenario's.
        workers: processes to use; the values are the same whatever their number.
        progress: called with worlds done and worlds in all.
        scenario: what to check instead of the default model.

    Raises:
        InputError: an argument can't be used.
    """
    began = time.perf_counter()
    workers = arguments.at_work(workers, progress)
    settings = {"run.runs": arguments.whole("runs", runs, 1, arguments.MOST_RUNS)}
    if seed is not None:
        settings["run.seed"] = arguments.seed(seed)
    chosen = scenario_given(scenario).with_settings(settings)
    found = _all_runs(chosen, workers, progress)
    rows = [(name, run, value) for run, values in enumerate(found) for name, value in values.items()]
    by_run = pd.DataFrame(rows, columns=["number", "run", "value"])
    made = {**manifest(chosen, time.perf_counter() - began), "study": "patterns"}
    return Check(judge(by_run), by_run, made)


def measure(scenario: Scenario, replicate: int) -> dict[str, float]:
    """Step one run and measure every fact that can be measured, by number; missing where there is nothing."""
    gathered = gather(scenario, replicate)
    return {pattern.number: pattern.measure(gathered) for pattern in PATTERNS if pattern.measure is not None}


def _all_runs(scenario: Scenario, workers: int | None, progress: Progress | None) -> list[dict[str, float]]:
    """Measure all runs, here or in worker processes, in the order of the runs."""
    runs = scenario.run.runs
    count = workers or (1 if runs <= RUNS_OF_ONE_PROCESS else None)
    return in_processes(measure, [(scenario, replicate) for replicate in range(runs)], count, progress)


def judge(by_run: pd.DataFrame, patterns: tuple[Pattern, ...] = PATTERNS) -> pd.DataFrame:
    """Return the verdict on each fact, in the order of the facts; see :class:`Check` for the columns.

    Args:
        by_run: number, run, value; a missing value says that the run had nothing to measure.
        patterns: the facts.
    """
    return pd.DataFrame([_verdict(pattern, by_run.loc[by_run["number"] == pattern.number]) for pattern in patterns])


def _verdict(pattern: Pattern, rows: pd.DataFrame) -> dict[str, Any]:
    """Judge one fact by its values over runs."""
    values = rows["value"].to_numpy(dtype=np.float64)
    total, values = values.size, values[np.isfinite(values)]
    value = low = high = inside = math.nan
    if values.size:
        value = float(np.median(values))
        if values.size >= LEAST_DRAWS:
            low, high = (float(edge) for edge in np.quantile(values, BAND))
        inside = float(((values >= pattern.low) & (values <= pattern.high)).mean())
        verdict = PASS if pattern.low <= value <= pattern.high else FAIL
        why = pattern.failure if verdict == FAIL else ""
    else:
        verdict = UNCHECKED
        why = pattern.unchecked or "No run had enough to measure"
    if 0 < values.size < total:
        few = f"{total - values.size} of {total} runs had too few to measure"
        why = f"{why}. {few}" if why else few
    return {
        "number": pattern.number, "fact": pattern.fact, "measured": pattern.measured, "unit": pattern.unit,
        "value": value, "low": low, "high": high, "runs": values.size, "range_low": pattern.low,
        "range_high": pattern.high, "range_standing": pattern.standing, "verdict": verdict, "inside": inside,
        "basis": pattern.basis, "no_test": pattern.no_test, "why": why, "source": pattern.source,
    }  # fmt: skip
