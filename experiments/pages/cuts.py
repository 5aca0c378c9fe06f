"""Print what each scenario of the library takes of all digital aid against the baseline, replenishments included.

    python -m afteraid.experiments.pages.cuts

Every parameter is at its central value, and budgets have no luck. A test compares the figure of the last year with the
title of each scenario that states one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from afteraid.simulation.basis.units import QUARTERS_PER_YEAR, FloatArray
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.beginning.levers import apply_strategy
from afteraid.simulation.processes.budgets import budgets
from afteraid.simulation.processes.shocks import shocks
from afteraid.simulation.results.faces.markdown import table_of
from afteraid.simulation.scenario.scenario import Scenario, list_scenarios, load_scenario, settings_of_budgets

BASE = "baseline"
WITHOUT_LUCK: dict[str, object] = {"world.uncertain": False, "budgets.volatility_scale": 0.0}


@dataclass(frozen=True)
class Taken:
    """What a scenario takes of all digital aid, as shares of what donors appropriate in the baseline.

    Attributes:
        whole: over all years of the run.
        later: in the last year of the run, when replenishments have followed.
    """

    whole: float
    later: float


def taken(name: str) -> Taken:
    """Return what a shipped scenario takes of all digital aid against the baseline."""
    base, mine = (appropriated(load_scenario(each, WITHOUT_LUCK)) for each in (BASE, name))
    return Taken(1.0 - float(mine.sum() / base.sum()), 1.0 - float(mine[-1] / base[-1]))


def appropriated(plan: Scenario) -> FloatArray:
    """Return what donors appropriate in each year of a run, dollars, shape (Y,). Only shocks and budgets are stepped.

    Who has withdrawn is counted as before: its budget is appropriated and lapses.
    """
    world = begin(plan, plan.run.seed, 0)
    found = []
    while world.year < plan.run.end:
        if world.strategy_begins_now:
            apply_strategy(world, world.planned)
        shocks(world)
        budgets(world)
        if world.year >= plan.run.start:
            found.append(float(world.donors.budget.sum()))
        world.quarter += 1
    by_quarter: FloatArray = np.array(found).reshape(-1, QUARTERS_PER_YEAR)
    return np.asarray(by_quarter.sum(axis=1))


def that_cut() -> list[Scenario]:
    """Return the scenarios in which donors' budgets are not those of the baseline."""
    base = settings_of_budgets(load_scenario(BASE))
    others = [one for one in list_scenarios() if one.name != BASE]
    return [one for one in others if settings_of_budgets(one) != base and not one.world.withdrawals]


if __name__ == "__main__":
    rows = [(one.name, one.title, taken(one.name)) for one in that_cut()]
    lines = [[name, title, f"{share.whole:.1%}", f"{share.later:.1%}"] for name, title, share in rows]
    print(table_of(["scenario", "title", "taken, all years", "taken, last year"], lines, range(4)))
