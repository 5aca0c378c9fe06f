"""The package and an agent-by-agent program of the same rules give the same aggregates, within luck."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import numpy as np
import pytest

from afteraid import Scenario, load_scenario
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.engine import advance
from afteraid.simulation.state.world import CAUSES

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
REPLICATES, START, END = 3, 2019, 2020  # the last year runs freely, by the levers and the law of adoption
# relative or absolute differences of three-run means allowed for different luck: two to three times what was measured;
# sizes of initiatives are heavy-tailed, which makes numbers per dollar and shares of money the widest
TOLERANCES = {"alive_per_million": 0.08, "survival_1": 0.025, "survival_3": 0.025, "survival_5": 0.025}
# The shocks of the world and of regions spread the use of a free year by 1.3 points from run to run.
TOLERANCES |= {"failed_before_exit": 0.02, "use_2020": 0.033}
# Whose money runs what there is, and which rule closes it, as parts of operating cost and of closures.
TOLERANCES |= {"by_users": 0.03, "by_treasuries": 0.025, "insolvency": 0.02, "contract": 0.005, "market": 0.01}
TOLERANCES |= {"second_lives": 0.01}
NAMES_OF_DONORS = {"processes.shocks.AT_ONCE", "processes.shocks.OTHERS_TREASURIES", "processes.shocks.UNION"}
PAYERS = {"users": "users", "treasuries": "government"}


def _aggregates(lives, alive: float, budgeted: float, use: float, last: int):
    """Reduce a world to the numbers compared.

    `lives` has a row for each initiative: quarter of founding (below zero for a second life), of exit (below zero
    before) and of closing (infinite for the living), and the cause.
    """
    founded, ended, closed = (np.array([row[column] for row in lives], dtype=float) for column in range(3))
    causes = np.array([row[3] for row in lives])
    first, left, over = founded >= 0, ended >= 0, np.isfinite(closed)
    found = {"alive_per_million": alive / budgeted * 1e6, "use_2020": use}
    for years in (1, 3, 5):
        watched = left & (ended <= last - 4 * years)
        found[f"survival_{years}"] = float(((closed - ended)[watched] >= 4 * years).mean())
    early = int((first & over & ~left).sum())
    found["failed_before_exit"] = early / (early + left.sum())
    found |= {name: float((causes[over] == name).mean()) for name in ("insolvency", "contract", "market")}
    found["second_lives"] = float((~first).sum() / over.sum())
    return found


def _flows(income, spent):
    """Return who pays for running what there is, as parts of operating cost; money by source and by use."""
    return {f"by_{payer}": income[source] / spent["operations"] for payer, source in PAYERS.items()}


def _package(scenario: Scenario, replicate: int):
    world = begin(scenario, scenario.run.seed, replicate)
    world.stories_from = world.first_year
    last = 4 * (scenario.run.end - world.first_year)
    alive, budgeted = 0.0, 0.0
    for _ in range(last):
        advance(world)
        alive += world.initiatives.count
        budgeted += float(world.donors.budget.sum())
    living = world.initiatives
    lives = [(*row, np.inf, "") for row in zip(living.founded, living.ended, strict=True)]
    gone = world.closed
    lives += zip(gone.founded, gone.ended, gone.closed, [CAUSES[cause] for cause in gone.cause], strict=True)
    entry = next(entry for entry in world.yearly if entry.year == 2020)
    kept = entry.countries
    use = float((kept["use"] * kept["population"]).sum() / kept["population"].sum())
    ledger = world.ledger
    income = {name: float(column.sum()) for name, column in ledger.inflow.items()}
    spent = {name: float(column.sum()) for name, column in ledger.outflow.items()}
    return _aggregates(lives, alive, budgeted, use, last) | _flows(income, spent)


def _yardstick(scenario: Scenario, replicate: int):
    from yardstick import Initiative, YardstickModel

    model = YardstickModel(begin(scenario, scenario.run.seed, replicate), seed=replicate)
    last = 4 * (scenario.run.end - model.first_year)
    for _ in range(last):
        model.step()
    lives = [(one.founded, one.ended, np.inf, "") for one in model.agents_by_type[Initiative]]
    lives += [entry[:4] for entry in model.closed]
    use, alive = model.use_by_year[2020], float(model.initiative_steps)
    books = (model.ledger_in, model.ledger_out)
    income, spent = ({name: sum(column) for name, column in book.items()} for book in books)
    found = _aggregates(lives, alive, model.budgeted, use, last) | _flows(income, spent)
    model.close()
    return found


@pytest.fixture
def scenario(monkeypatch) -> Scenario:
    """The yardstick's own scenario, before its start too, with the benchmarks where they can be imported."""
    monkeypatch.setattr(sys, "path", [str(BENCHMARKS), *sys.path])
    rules = BENCHMARKS / "rules_of_the_yardstick.toml"
    monkeypatch.setattr("afteraid.simulation.beginning.begin.PAST", rules)
    return load_scenario(rules, {"run.start": START, "run.end": END})


@pytest.mark.parametrize("path", sorted(BENCHMARKS.glob("yardstick*.py")), ids=lambda path: path.stem)
def test_the_yardstick_is_an_implementation_of_its_own(path: Path) -> None:
    """Facts and tables come from the package, and so do the names of donors; rules, processes and arrays don't."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{each.name}" for each in node.names}
        elif isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
    taken = {name.removeprefix("afteraid.simulation.") for name in found if name.startswith("afteraid")}
    rooms = {name.partition(".")[0] for name in taken - NAMES_OF_DONORS}
    assert rooms <= {"data", "state"} and not any(name.startswith("numpy") for name in found)


def test_the_books_of_the_yardstick_balance(scenario: Scenario) -> None:
    from yardstick import Initiative, YardstickModel

    model = YardstickModel(begin(scenario, scenario.run.seed, 0), seed=0)
    for _ in range(3):
        model.step()  # which checks the books to the cent
    living = list(model.agents_by_type[Initiative])
    assert living and sum(model.ledger_out["capital"]) > 0
    assert all(one.cash >= 0 and one.owing >= 0 and 0.0 <= one.service <= 1.0 for one in living)
    model.close()


@pytest.mark.slow
def test_the_package_agrees_with_an_agent_by_agent_program(scenario: Scenario) -> None:
    pairs = [(_package(scenario, replicate), _yardstick(scenario, replicate)) for replicate in range(REPLICATES)]
    apart = []
    for name, tolerance in TOLERANCES.items():
        ours, theirs = (np.array([pair[side][name] for pair in pairs]) for side in (0, 1))
        if name == "alive_per_million":
            ours, theirs = ours / theirs.mean(), theirs / theirs.mean()
        line = f"{name}: package {ours.mean():.4f} {ours.round(4)}, yardstick {theirs.mean():.4f} {theirs.round(4)}"
        print(line)
        if abs(ours.mean() - theirs.mean()) > tolerance:
            apart.append(line)
    assert not apart, "\n".join(apart)
