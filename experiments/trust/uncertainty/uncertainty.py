"""Where the band of an answer comes from: parameters, randomness, observation and structure.

*Parameters* are numbers that aren't known: they would be the same in all worlds if they were. *Luck* is what happens by
chance in one world (the process). *Observation* is what a later edition of the figures of internet use may say of
today. *Structure* is the form of the rules: named alternatives (`simulation/state/structures.py`), each run beside the
default.

Runs are a grid of parameter draws and of luck; a two-way analysis of variance tells the two apart. Editions and
structures are run on the same draws and luck as runs of the grid, so that what differs is theirs alone.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from afteraid.simulation.basis import arguments
from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.basis.files import write_tables
from afteraid.simulation.basis.manifest import write_manifest
from afteraid.simulation.basis.short import Short
from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.ensemble import Progress, in_processes, manifest
from afteraid.simulation.measures.catalogue import CATALOGUE
from afteraid.simulation.measures.catalogue import measure as find_measure
from afteraid.simulation.measures.headlines import NEED_TWIN
from afteraid.simulation.measures.measure import BAND, Measure
from afteraid.simulation.past import KEPT
from afteraid.simulation.results.words.verdicts import LEAST_DRAWS
from afteraid.simulation.scenario.given import ScenarioGiven, scenario_given
from afteraid.simulation.scenario.scenario import Scenario
from afteraid.simulation.state.structures import STRUCTURES

from ...reading.variance import two_way
from ...study.outcomes import Outcome, run_and_read

DRAWS, REPLICATES = 12, 4
PARAMETERS, PROCESS, OBSERVATION, STRUCTURE = "parameters", "luck", "observation", "structure"
WIDTH = 3.29  # standard deviations in the 90% band of a normal distribution
AHEAD = 10  # years after the start at which some outcomes are read
WHOLE_RUNS = (
    "serving_5_years_after_exit", "serving_10_years_after_founding", "additional_user_years_per_1000_usd",
    "stranded_share",
)  # fmt: skip
TABLES = ("bands", "structures", "runs")


@dataclass(frozen=True)
class Uncertainty(Short):
    """What was found, as tidy tables with the manifest of how they came about.

    Attributes:
        bands: outcome, words, unit, source (all, parameters, luck, observation), median, width90, share (of the
            variance of all that is not structure).
        structures: outcome, words, unit, structure, title, mean, low, high (its value less the default's on the same
            draws and luck, with the 90% band over them), zero_in_band.
        runs: draw, luck, edition, structure and the outcomes.
        manifest: version, data, seed, scenario and parameters.
    """

    bands: pd.DataFrame
    structures: pd.DataFrame
    runs: pd.DataFrame
    manifest: dict[str, Any]

    def write(self, folder: Path) -> None:
        """Write the tables (Parquet, and CSV) and the manifest into a folder that exists."""
        write_tables({name: getattr(self, name) for name in TABLES}, folder)
        write_manifest(folder, self.manifest)


@dataclass(frozen=True)
class _Plan:
    """One world to run: whose parameters, whose luck, and what differs from the default."""

    draw: int
    luck: int
    edition: int | None = None
    structure: str = ""

    def settings(self) -> dict[str, object]:
        """Return what is set in the scenario."""
        set_here: dict[str, object] = {"run.parameter_draw": self.draw}
        if self.edition is not None:
            set_here["world.edition"] = self.edition
        if self.structure:
            set_here["world.structures"] = [self.structure]
        return set_here


def outcomes(scenario: Scenario, also: Sequence[str] = (), twin: bool = True) -> dict[str, tuple[Outcome, str]]:
    """Return what is looked at, by name, with how it is said in the words of the catalogue.

    Args:
        scenario: whose years are looked at.
        also: names of measures beyond the standing list: sums over all years where that is how they add up, else of
            the last year.
        twin: look also at what needs the same world without donors' money.

    Raises:
        InputError: a measure is unknown, or is no outcome of a run.
    """
    end, middle = scenario.run.end, min(scenario.run.start + AHEAD, scenario.run.end)
    wanted = (
        ("use", "world", end),
        ("use", "LDC", middle),
        ("use", "LDC", end),
        ("use_rural", "LDC", middle),
        ("closure", "LDC", end),
    )
    found = {}
    for measure, group, year in wanted:
        name = f"{measure}_{group}_{year}"
        outcome = Outcome(name=name, grain="group", measure=measure, groups=(group,), years=(year,))
        found[name] = (outcome, f"{CATALOGUE[measure].dated(year)}, {group}")
    standing = [name for name in WHOLE_RUNS if twin or name not in NEED_TWIN]
    for name in dict.fromkeys((*standing, *also)):
        found[name] = _of_whole_runs(find_measure(name, "--measure"), end)
    return found


def _of_whole_runs(record: Measure, end: int) -> tuple[Outcome, str]:
    """Return a measure as an outcome of a run, with how it is said."""
    if record.table == "attribution" or not {"world", "group"} & set(record.grains):
        raise InputError(f"{record.name} is no outcome of a run", key="--measure", expected="a measure of the world")
    if "world" not in record.grains:
        group = record.groups[0] if record.groups else "LDC"
        return Outcome(
            name=record.name, grain="group", measure=record.name, groups=(group,)
        ), f"{record.words}, {group}"
    if record.over_years == "sum":
        return Outcome(measure=record.name, years="all", over="sum"), f"{record.words}, all years together"
    said = record.words if record.kind == "whole run" else record.dated(end - (record.kind == "flow"))
    return Outcome(measure=record.name), said


def tell_apart(
    scenario: ScenarioGiven,
    *,
    against: ScenarioGiven | None = None,
    draws: int = DRAWS,
    replicates: int = REPLICATES,
    workers: int | None = None,
    progress: Progress | None = None,
    also: Sequence[str] = (),
    twin: bool = True,
) -> Uncertainty:
    """Run a scenario over parameters, luck, editions and structures, and split its bands by them.

    Args:
        scenario: what is run; with its own `uncertain`, `edition`, `structures` and `parameter_draw` left alone.
        against: another scenario; what is split is then the first less this one, on the same draws and luck.
        draws: how many draws of the parameters.
        replicates: how many replicates for each draw.
        workers: processes to use; the numbers are the same whatever their number.
        progress: called with worlds done and worlds in all.
        also: names of measures to look at beyond the standing list; `afteraid measures` lists them.
        twin: look also at what needs the same world without donors' money, run beside each world.

    Raises:
        InputError: the scenario fixes a source to be separated, a number is too small, or a measure can't be used.
    """
    began = time.perf_counter()
    draws = arguments.draws(draws, 2)
    replicates = arguments.whole("replicates", replicates, 2, arguments.MOST_RUNS)
    workers, also = arguments.at_work(workers, progress), arguments.texts("also", also)
    twin = arguments.truth("twin", twin)
    scenario = scenario_given(scenario)
    against = None if against is None else scenario_given(against, "against")
    for plan in (scenario, *([against] if against is not None else [])):
        _check(plan)
    plans = _plans(draws, replicates)
    said = {name: (words, outcome.words()) for name, (outcome, words) in outcomes(scenario, also, twin).items()}
    tasks = [(scenario, against, plan, tuple(also), twin) for plan in plans]
    values = pd.DataFrame(in_processes(measure, tasks, workers, progress))
    runs = pd.concat([pd.DataFrame([vars(plan) for plan in plans]), values], axis=1)
    made = {
        **manifest(scenario, time.perf_counter() - began),
        "study": "uncertainty",
        "draws": draws,
        "replicates": replicates,
    }
    if against is not None:
        made["against"] = against.model_dump(mode="json")
    return Uncertainty(_bands(runs, said), _structures(runs, said), runs, made)


def _check(scenario: Scenario) -> None:
    """Refuse a scenario that leaves nothing to be separated."""
    world = scenario.world
    fixed = {
        "world.uncertain": not world.uncertain, "world.edition": world.edition is not None,
        "world.structures": bool(world.structures), "run.parameter_draw": scenario.run.parameter_draw is not None,
    }  # fmt: skip
    for key, is_fixed in fixed.items():
        if is_fixed:
            raise InputError(f"{scenario.name} fixes a source that is to be separated", key=key, expected="left out")


def _plans(draws: int, replicates: int) -> list[_Plan]:
    """List the worlds: the grid of draws and luck, then one edition and each structure for every draw."""
    grid = [_Plan(draw, chance) for draw in range(draws) for chance in range(replicates)]
    beside = [_Plan(draw, draw % replicates, edition=draw + 1) for draw in range(draws)]
    for name in STRUCTURES:
        beside += [_Plan(draw, draw % replicates, structure=name) for draw in range(draws)]
    return grid + beside


def measure(
    scenario: Scenario, against: Scenario | None, plan: _Plan, also: tuple[str, ...] = (), twin: bool = True
) -> dict[str, float]:
    """Run one world and read the outcomes; with another scenario, the first less the other on the same luck."""
    found = _read(scenario, plan, also, twin)
    if against is None:
        return found
    other = _read(
        against.with_settings({"run.start": scenario.run.start, "run.end": scenario.run.end}), plan, also, twin
    )
    return {name: value - other[name] for name, value in found.items()}


def _read(scenario: Scenario, plan: _Plan, also: tuple[str, ...], twin: bool) -> dict[str, float]:
    """Run one world and read the outcomes."""
    chosen = scenario.with_settings(plan.settings())
    world = KEPT.at_start(chosen, chosen.run.seed, plan.luck)
    wanted = [outcome for outcome, _ in outcomes(scenario, also, twin).values()]
    numbers: dict[str, float] = run_and_read(world, wanted, chosen)["numbers"]
    return numbers


def _bands(runs: pd.DataFrame, said: dict[str, tuple[str, str]]) -> pd.DataFrame:
    """Split the variance of each outcome, and say how wide the 90% band would be with one source alone."""
    grid = runs[(runs["structure"] == "") & runs["edition"].isna()]
    later = runs[runs["edition"].notna()]
    rows = []
    for name, (words, unit) in said.items():
        values = grid.pivot(index="draw", columns="luck", values=name).dropna()
        if len(values) < 2:
            continue
        known: FloatArray = values.to_numpy(np.float64)
        parameters, common, rest = two_way(known)
        observation = float(_beside(later, grid, name).var(ddof=1))
        few = len(known) < LEAST_DRAWS  # no width is known of fewer draws
        low, high = (np.nan, np.nan) if few else np.quantile(known, BAND)
        parts = {PARAMETERS: parameters, PROCESS: common + rest, OBSERVATION: observation}
        whole = sum(parts.values())
        median = float(np.median(known))
        rows.append((name, words, unit, "all", median, float(high - low), 1.0))
        rows += [
            (
                name,
                words,
                unit,
                source,
                median,
                np.nan if few else WIDTH * part**0.5,
                part / whole if whole > 0.0 else np.nan,
            )
            for source, part in parts.items()
        ]
    return pd.DataFrame(rows, columns=["outcome", "words", "unit", "source", "median", "width90", "share"])


def _beside(some: pd.DataFrame, grid: pd.DataFrame, name: str) -> pd.Series[float]:
    """Return an outcome of some runs less that of the default on the same draws and luck; missing ones left out."""
    key = ["draw", "luck"]
    return (some.set_index(key)[name] - grid.set_index(key)[name]).dropna().astype(float)


def _structures(runs: pd.DataFrame, said: dict[str, tuple[str, str]]) -> pd.DataFrame:
    """Compare each alternative with the default on the same draws and luck."""
    grid = runs[(runs["structure"] == "") & runs["edition"].isna()]
    rows = []
    for name, (words, unit) in said.items():
        for structure, alternative in STRUCTURES.items():
            moved = _beside(runs[runs["structure"] == structure], grid, name)
            if moved.empty:
                continue
            few = len(moved) < LEAST_DRAWS and bool(moved.any())
            low, high = (np.nan, np.nan) if few else np.quantile(moved, BAND)
            nothing = few or bool(low <= 0.0 <= high)
            rows.append((name, words, unit, structure, alternative.title, moved.mean(), low, high, nothing))
    names = ["outcome", "words", "unit", "structure", "title", "mean", "low", "high", "zero_in_band"]
    return pd.DataFrame(rows, columns=names)


def largest_source(bands: pd.DataFrame, structures: pd.DataFrame, outcome: str) -> str:
    """Return which source moves an outcome most: the widest band, or structure where alternatives lie further apart."""
    own = bands[(bands["outcome"] == outcome) & (bands["source"] != "all")]
    widest = own.sort_values("width90", kind="stable").iloc[-1]
    moves = structures.loc[structures["outcome"] == outcome, "mean"]
    apart = max(float(moves.max()), 0.0) - min(float(moves.min()), 0.0) if len(moves) else 0.0
    return STRUCTURE if apart > float(widest["width90"]) else str(widest["source"])
