"""A scenario as an argument: itself, the name of a shipped one, or the path of its file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

import numpy as np

from ..basis.errors import InputError, nearest, shown
from .scenario import NO_SETTING, Scenario, full_key, load_scenario

ScenarioGiven = Scenario | str | os.PathLike[str]
_GIVEN_OTHERWISE = {"run.seed": "the argument seed", "run.runs": "one model for each run, or afteraid.run"}


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


def with_levers(
    scenario: Scenario, settings: Mapping[str, object] | None, levers: Mapping[str, object], known: Iterable[str] = ()
) -> Scenario:
    """Return a scenario with levers and settings given as arguments.

    Args:
        scenario: a checked scenario.
        settings: by the names that ``load_scenario`` takes as overrides; parameters too.
        levers: the same, as arguments by name.
        known: names of other arguments, for the nearest name of an unknown one.

    Raises:
        InputError: a name is unknown or given twice, or a value can't be used.
    """
    if settings is not None and not isinstance(settings, Mapping):
        expected = 'a mapping, such as {"closure.shape": 1.2}'
        raise InputError(f"{shown(settings)} is no mapping", key="settings", expected=expected)
    given: dict[str, object] = {}
    for name, value in (*(settings or {}).items(), *levers.items()):
        key = _full(name, known)
        if key in given:
            raise InputError("is given twice", key=name, expected="one value")
        given[key] = value.item() if isinstance(value, np.generic) else value
    if not given:
        return scenario
    try:
        return scenario.with_settings(given)
    except InputError as problem:
        raise _without_place(problem) from None


def _full(name: object, known: Iterable[str]) -> str:
    """Return the full key of a setting."""
    if not isinstance(name, str):
        raise InputError(f"{shown(name)} is not a text", key="settings", expected="names of settings")
    try:
        key = full_key(name)
    except InputError as problem:
        if problem.message.startswith(NO_SETTING):
            close = nearest(name, known) or problem.nearest
            expected = "an argument, a lever, a setting or a parameter"
            raise InputError("there is no such argument", key=name, expected=expected, nearest=close) from None
        raise _without_place(problem) from None
    if key in _GIVEN_OTHERWISE:
        raise InputError("can't be set here", key=name, expected=_GIVEN_OTHERWISE[key])
    return key


def _without_place(problem: InputError) -> InputError:
    """Return an error without the file that stands for the option of a command."""
    return type(problem)(problem.message, key=problem.key, expected=problem.expected, nearest=problem.nearest)
