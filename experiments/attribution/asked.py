"""What an attribution was asked: the scenario, the items or levers, and the scenario with some of the levers."""

from __future__ import annotations

from collections.abc import Sequence

from afteraid.simulation.basis import arguments
from afteraid.simulation.basis.errors import ScenarioError, nearest, one_of
from afteraid.simulation.counterfactual import read_items
from afteraid.simulation.scenario.given import ScenarioGiven, scenario_given
from afteraid.simulation.scenario.scenario import Scenario
from afteraid.simulation.scenario.settings import StrategySettings

from .shapley import Coalition

MOST_PLAYERS = 4


def chosen_scenario(scenario: ScenarioGiven, runs: int | None, seed: int | None) -> Scenario:
    """Return the checked scenario with the runs and the seed that are used."""
    given = {"runs": arguments.runs_or_none(runs), "seed": arguments.seed_or_none(seed)}
    found = scenario_given(scenario)
    changes = {f"run.{name}": value for name, value in given.items() if value is not None}
    return found.with_settings(changes) if changes else found


def checked_items(scenario: Scenario, without: Sequence[str]) -> tuple[str, ...]:
    """Return the items in full, or say why they can't be attributed."""
    if scenario.run.without:
        raise ScenarioError(
            f"{scenario.name} already leaves out {', '.join(scenario.run.without)}",
            key="run.without", expected="a scenario that leaves out nothing",
        )  # fmt: skip
    return _few(read_items(without, "--without"), "--without", "item")


def checked_levers(scenario: Scenario, against: Scenario, levers: Sequence[str]) -> tuple[str, ...]:
    """Return the levers, each once, or say why they can't be compared."""
    known = tuple(StrategySettings.model_fields)
    names = tuple(dict.fromkeys(name.strip().removeprefix("strategy.") for name in levers))
    for name in names:
        if name not in known:
            raise ScenarioError(
                f"no lever is called '{name}'", key="--lever", expected=one_of(known, name),
                nearest=nearest(name, known),
            )  # fmt: skip
        if getattr(scenario.strategy, name) == getattr(against.strategy, name):
            raise ScenarioError(
                f"{name} stands the same in {scenario.name} and {against.name}", key="--lever",
                expected="a lever that differs: " + (", ".join(_differing(scenario, against)) or "none does"),
            )  # fmt: skip
    return _few(names, "--lever", "lever")


def _differing(one: Scenario, other: Scenario) -> list[str]:
    """List the levers that stand differently in two scenarios."""
    fields = StrategySettings.model_fields
    return [name for name in fields if getattr(one.strategy, name) != getattr(other.strategy, name)]


def _few(names: tuple[str, ...], key: str, what: str) -> tuple[str, ...]:
    """Return the names where there are one to four of them."""
    if not 1 <= len(names) <= MOST_PLAYERS:
        raise ScenarioError(
            f"{len(names)} are named", key=key, expected=f"one to {MOST_PLAYERS}, each a different {what}"
        )
    return names


def with_levers(scenario: Scenario, against: Scenario, coalition: Coalition) -> Scenario:
    """Return `against`'s strategy with some levers as in `scenario`, in the world and the years of `scenario`."""
    settings = against.strategy.model_dump()
    settings |= {name: value for name, value in scenario.strategy.model_dump().items() if name in coalition}
    return scenario.with_settings({f"strategy.{name}": value for name, value in settings.items()})
