"""A scenario as an argument: itself, the name of a shipped one, or the path of its file."""

from __future__ import annotations

import os

from ..basis.errors import InputError, shown
from .scenario import Scenario, load_scenario

ScenarioGiven = Scenario | str | os.PathLike[str]


def scenario_given(scenario: ScenarioGiven, key: str = "scenario") -> Scenario:
    """Return a checked scenario.

    Args:
        scenario: a scenario, its name, or the path of its file.
        key: name of the argument, for the error.

    Raises:
        InputError: it is none of these.
        ScenarioError: there is none of that name, or its file can't be used.
    """
    if isinstance(scenario, Scenario):
        return scenario
    if not isinstance(scenario, (str, os.PathLike)):
        raise InputError(f"{shown(scenario)} is no scenario", key=key, expected="a scenario, its name, or its file")
    return load_scenario(scenario)
