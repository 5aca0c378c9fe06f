"""The package and an agent-by-agent program of the same rules give the same aggregates, within luck."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from afteraid import Scenario, load_scenario
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.model import advance

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
REPLICATES, START, END = 3, 2019, 2020  # the last year runs freely, by the levers and the law of adoption
BEFORE_EXIT = 9
# relative or absolute differences of three-run means allowed for different luck: about three standard errors; the sizes
# of initiatives are heavy-tailed (log spread 2.3), which makes numbers per dollar the widest
TOLERANCES = {"alive_per_million": 0.12, "survival_1": 0.04, "survival_3": 0.05, "survival_5": 0.06}
# The shocks of the world and of regions spread the use of a free year by 1.3 points from run to run.
TOLERANCES |= {"failed_before_exit": 0.04, "use_2020": 0.033}


def _aggregates(ended, closed, before_exit: int, alive: float, budgeted: float, use: float, last: int):
    """Reduce a world to the numbers compared; times in quarters, `closed` is infinite for the living."""
    left = ended >= 0
    ended, lived = ended[left], (closed - ended)[left]
    found = {"alive_per_million": alive / budgeted * 1e6, "use_2020": use}
    for years in (1, 3, 5):
        watched = ended <= last - 4 * years
        found[f"survival_{years}"] = float((lived[watched] >= 4 * years).mean())
    found["failed_before_exit"] = before_exit / (before_exit + left.sum())
    return found


def _package(scenario: Scenario, replicate: int):
    world = begin(scenario, scenario.run.seed, replicate)
    world.stories_from = world.first_year
    last = 4 * (scenario.run.end - world.first_year)
    alive, budgeted = 0.0, 0.0
    for _ in range(last):
        advance(world)
        alive += world.initiatives.count
        budgeted += float(world.donors.budget.sum())
    closed = [*(part["closed"] for part in world.closed), np.full(world.initiatives.count, np.inf)]
    ended = np.concatenate([*(part["ended"] for part in world.closed), world.initiatives.ended])
    early = sum(int((part["cause"] == BEFORE_EXIT).sum()) for part in world.closed)
    entry = next(entry for entry in world.yearly if entry.year == 2020)
    kept = entry.countries
    use = float((kept["use"] * kept["population"]).sum() / kept["population"].sum())
    return _aggregates(ended, np.concatenate(closed), early, alive, budgeted, use, last)


def _yardstick(scenario: Scenario, replicate: int):
    from yardstick import Initiative, YardstickModel

    model = YardstickModel(begin(scenario, scenario.run.seed, replicate), seed=replicate)
    last = 4 * (scenario.run.end - model.first_year)
    for _ in range(last):
        model.step()
    living = [one.ended for one in model.agents_by_type[Initiative]]
    ended = np.array([entry[1] for entry in model.closed] + living)
    closed = np.array([float(entry[2]) for entry in model.closed] + [np.inf] * len(living))
    early = sum(entry[3] == BEFORE_EXIT for entry in model.closed)
    use = model.use_by_year[2020]
    found = _aggregates(ended, closed, early, float(model.initiative_steps), model.budgeted, use, last)
    model.close()
    return found


@pytest.mark.slow
def test_the_package_agrees_with_an_agent_by_agent_program(monkeypatch) -> None:
    monkeypatch.setattr(sys, "path", [str(BENCHMARKS), *sys.path])
    rules = BENCHMARKS / "rules_of_the_yardstick.toml"
    monkeypatch.setattr("afteraid.simulation.beginning.begin.PAST", rules)
    scenario = load_scenario(rules, {"run.start": START, "run.end": END})
    pairs = [(_package(scenario, replicate), _yardstick(scenario, replicate)) for replicate in range(REPLICATES)]
    for name, tolerance in TOLERANCES.items():
        ours = np.mean([package[name] for package, _ in pairs])
        theirs = np.mean([yardstick[name] for _, yardstick in pairs])
        if name == "alive_per_million":
            ours, theirs = ours / theirs, 1.0
        print(f"{name}: package {ours:.4f}, yardstick {theirs:.4f}")
        assert abs(ours - theirs) <= tolerance, f"{name}: package {ours:.4f}, yardstick {theirs:.4f}"
