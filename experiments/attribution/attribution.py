"""Attribution: what a donor, a mechanism, an exit strategy, an initiative or a lever brought about.

The impact of an item is the world with it less the world without it, run by run on the same luck. Where several items
or levers are asked about, what they bring together is also split among them (Shapley shares).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from afteraid.simulation.basis import arguments
from afteraid.simulation.basis.files import PARQUET, write_tables
from afteraid.simulation.basis.manifest import write_manifest
from afteraid.simulation.basis.short import Short
from afteraid.simulation.counterfactual import FIXED, FREE, Others
from afteraid.simulation.ensemble import Progress, manifest, run
from afteraid.simulation.measures.headlines import THOUSAND, enough
from afteraid.simulation.measures.planning import who_loses
from afteraid.simulation.scenario.given import ScenarioGiven, scenario_given
from afteraid.simulation.scenario.scenario import Scenario

from .asked import checked_items, checked_levers, chosen_scenario, with_levers
from .compared import (
    DOLLARS_BEFORE,
    NOT_OUTCOMES,
    PERSON_YEARS,
    PUBLIC,
    RATIO,
    TAKEN_OUT,
    Compared,
    compared,
    outcomes,
    summarise,
)
from .shapley import Coalition, coalitions, shapley_values

FEW_RUNS = 20  # below this a band of 90% says little: its ends are the two extreme runs
RUNS_OF_ONE_PROCESS = 8  # so few are done sooner than worker processes have started
TOGETHER = "together"


@dataclass(frozen=True)
class Attribution(Short):
    """What was found, as tidy tables with the manifest of how they came about.

    Attributes:
        effects: item, others, measure, unit, mean, low, high (90% over runs), zero_in_band, runs.
        shares: the same by item, for Shapley shares; empty where there is one item only.
        by_run: item, others, measure, run, value: the paired differences that the bands rest on.
        who_loses: item, by, name, users_lost, low, high, share: users whom each item brings by the end, other donors
            unchanged, by country, town and countryside, women and men; empty for levers.
        manifest: version, data, seed, scenario and parameters, and what was asked.
    """

    effects: pd.DataFrame
    shares: pd.DataFrame
    by_run: pd.DataFrame
    manifest: dict[str, Any]
    who_loses: pd.DataFrame = field(default_factory=pd.DataFrame)

    def to_parquet(self, folder: Path) -> None:
        """Write the tables and the manifest into a folder that exists."""
        tables = {"effects": self.effects, "shares": self.shares, "by_run": self.by_run, "who_loses": self.who_loses}
        write_tables(tables, folder, (PARQUET,))
        write_manifest(folder, self.manifest)


def attribute(
    scenario: ScenarioGiven,
    without: Sequence[str],
    *,
    runs: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    also: Sequence[str] = (),
) -> Attribution:
    """Say what up to four donors, mechanisms, exits or initiatives bring: the world with them less the world without.

    Each is taken out at the start year, its money unspent; the other donors allocate as they were (fixed) and, beside
    it, as they would (free). Several are also taken out together, and their joint impact is split, others fixed.

    Args:
        scenario: a scenario, its name, or the path of its file.
        without: such as ``["donor:USA", "mechanism:blended_finance"]``; see `counterfactual.read_item`.
        runs: how many worlds, instead of what the scenario says.
        seed: the luck of all runs, instead of what the scenario says.
        workers: processes to use; by default as many as there are cores.
        progress: called with worlds done and worlds in all.
        also: names of measures to compare beyond the standing list; `afteraid measures` lists them.

    Raises:
        InputError: an argument, or a measure in `also`, can't be used.
        ScenarioError: an item can't be used, there is none or more than four, or the scenario already leaves one out.
    """
    began = time.perf_counter()
    workers = arguments.at_work(workers, progress)
    without, also = arguments.texts("without", without), arguments.texts("also", also)
    base, wanted = chosen_scenario(scenario, runs, seed), compared(also)
    items = checked_items(base, without)
    lost, losers = _losses(base, items, wanted, workers, progress)
    named = {item: frozenset([item]) for item in items} | ({TOGETHER: frozenset(items)} if len(items) > 1 else {})
    parts = [
        _tall(lost[coalition, others], item, others) for item, coalition in named.items() for others in (FIXED, FREE)
    ]
    shares = pd.DataFrame()
    if len(items) > 1:
        zero = lost[frozenset(items), FIXED] * 0.0
        values = {coalition: lost[coalition, FIXED] if coalition else zero for coalition in coalitions(items)}
        shares = summarise(_split(values, items, FIXED), wanted, base.run.focus)
    by_run = pd.concat(parts, ignore_index=True)
    made = {**manifest(base, time.perf_counter() - began), "study": "attribution", "without": list(items)}
    made["nothing_taken_out"] = [item for item in items if not (lost[frozenset([item]), FIXED][TAKEN_OUT] > 0.0).any()]
    return Attribution(summarise(by_run, wanted, base.run.focus), shares, by_run, made, losers)


def _losses(
    base: Scenario,
    items: tuple[str, ...],
    compared_by: tuple[Compared, ...],
    workers: int | None,
    progress: Progress | None,
) -> tuple[dict[tuple[Coalition, str], pd.DataFrame], pd.DataFrame]:
    """Return what is lost without each set of items, others fixed, and without each and all of them, others free.

    Also who loses without each item, others fixed.
    """
    wanted: list[tuple[Coalition, Others]] = [(coalition, "fixed") for coalition in coalitions(items) if coalition]
    wanted += [(frozenset([item]), "free") for item in items]
    if len(items) > 1:
        wanted.append((frozenset(items), "free"))
    study = _Study(base, compared_by, workers, progress, len(wanted) + 1)
    whole, countries = study.outcomes(base), study.countries
    lost: dict[tuple[Coalition, str], pd.DataFrame] = {}
    losers = []
    for coalition, others in wanted:
        ordered = tuple(item for item in items if item in coalition)
        settings = base.run.model_copy(update={"without": ordered, "others": others})
        lost[coalition, others] = _impact(whole, study.outcomes(base.model_copy(update={"run": settings})))
        if len(coalition) == 1 and others == FIXED:
            found = who_loses(countries, study.countries)
            found.insert(0, "item", ordered[0])
            losers.append(found)
    return lost, pd.concat(losers, ignore_index=True)


def shapley(
    scenario: ScenarioGiven,
    levers: Sequence[str],
    against: ScenarioGiven = "baseline",
    *,
    runs: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    also: Sequence[str] = (),
) -> Attribution:
    """Split what up to four levers bring together when they are set as in one scenario and not as in another.

    The value of a coalition is the outcome with its levers as in `scenario` and every other lever as in `against`. The
    world and the years are those of `scenario` throughout, so that only levers differ. Effects give each lever alone,
    and several together.

    Args:
        scenario: whose levers are looked at.
        levers: names of settings of the strategy, such as ``["exits", "coordination"]``.
        against: what they are compared with.
        runs: how many worlds, instead of what the scenario says.
        seed: the luck of all runs, instead of what the scenario says.
        workers: processes to use; by default as many as there are cores.
        progress: called with worlds done and worlds in all.
        also: names of measures to compare beyond the standing list; `afteraid measures` lists them.

    Raises:
        InputError: an argument, or a measure in `also`, can't be used.
        ScenarioError: a lever is unknown or stands the same in both, there is none or more than four, or some of them
            can't be set so together.
    """
    began = time.perf_counter()
    workers = arguments.at_work(workers, progress)
    levers, also = arguments.texts("levers", levers), arguments.texts("also", also)
    chosen, wanted = chosen_scenario(scenario, runs, seed), compared(also)
    other = scenario_given(against, "against")
    players = checked_levers(chosen, other, levers)
    plans = {coalition: with_levers(chosen, other, coalition) for coalition in coalitions(players)}
    study = _Study(chosen, wanted, workers, progress, len(plans))
    found = {coalition: study.outcomes(plan) for coalition, plan in plans.items()}
    none = found[frozenset()]
    values = {coalition: _difference(outcome, none) for coalition, outcome in found.items()}
    named = {lever: frozenset([lever]) for lever in players}
    if len(players) > 1:
        named[TOGETHER] = frozenset(players)
    by_run = pd.concat([_tall(values[coalition], name, "") for name, coalition in named.items()], ignore_index=True)
    shares = summarise(_split(values, players, ""), wanted, chosen.run.focus) if len(players) > 1 else pd.DataFrame()
    made = manifest(chosen, time.perf_counter() - began)
    made |= {"study": "attribution", "levers": list(players), "against": other.model_dump(mode="json")}
    return Attribution(summarise(by_run, wanted, chosen.run.focus), shares, by_run, made)


class _Study:
    """Runs one world of the study after another, and reports progress over all of them."""

    def __init__(
        self,
        scenario: Scenario,
        wanted: tuple[Compared, ...],
        workers: int | None,
        progress: Progress | None,
        worlds: int,
    ) -> None:
        self.wanted, self.runs, self.progress = wanted, scenario.run.runs, progress
        self.workers = 1 if workers is None and self.runs <= RUNS_OF_ONE_PROCESS else workers
        self.done, self.total = 0, worlds * self.runs
        self.countries = pd.DataFrame()  # of the world that was run last, at its end

    def outcomes(self, scenario: Scenario) -> pd.DataFrame:
        """Run a scenario and keep what is compared."""
        results = run(scenario, workers=self.workers, progress=self._advance, twin=False)
        self.done += self.runs
        self.countries = results.countries[results.countries["year"] == results.countries["year"].max()]
        return outcomes(results, self.wanted)

    def _advance(self, done: int, _: int) -> None:
        if self.progress is not None:
            self.progress(self.done + done, self.total)


def _difference(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Subtract run by run, and keep the outcomes that can be shared out."""
    return (one - other).drop(columns=[name for name in (DOLLARS_BEFORE, TAKEN_OUT) if name in one])


def _impact(whole: pd.DataFrame, without: pd.DataFrame) -> pd.DataFrame:
    """Return the world with an item less the world without it; the ratio where the item takes enough public money."""
    lost = whole - without
    lost[TAKEN_OUT] = -lost[TAKEN_OUT]
    lost[RATIO] = THOUSAND * lost[PERSON_YEARS] / enough(lost[PUBLIC], whole[PUBLIC])
    return lost


def _split(values: dict[Coalition, pd.DataFrame], players: Sequence[str], others: str) -> pd.DataFrame:
    """Return the Shapley share of each player in each outcome and run, as a tall table."""
    parts = []
    whole = values[frozenset(players)]
    names = [name for name in whole.columns if name not in (*NOT_OUTCOMES, TAKEN_OUT)]
    game = {coalition: value[names].to_numpy(np.float64) for coalition, value in values.items()}
    shares = shapley_values(game)
    for player in players:
        parts.append(_tall(pd.DataFrame(shares[player], index=whole.index, columns=names), player, others))
    return pd.concat(parts, ignore_index=True)


def _tall(values: pd.DataFrame, item: str, others: str) -> pd.DataFrame:
    """Lay a table of runs by measures out as item, others, measure, run, value."""
    tall = values.rename_axis("run").reset_index().melt(id_vars="run", var_name="measure", value_name="value")
    tall.insert(0, "item", item)
    tall.insert(1, "others", others)
    return tall[["item", "others", "measure", "run", "value"]]
