"""The scenario of a command: its name or file, ``--set``, and the options that stand for settings of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from afteraid.simulation.basis.errors import InputError, ScenarioError
from afteraid.simulation.scenario.scenario import Scenario, full_key, is_setting, load_scenario
from afteraid.simulation.scenario.toml_file import ONE_WAY, parse_setting


@dataclass(frozen=True)
class Given:
    """A setting that a command was given.

    Attributes:
        option: as the user wrote it, such as ``--set`` or ``--focus``.
        key: of the setting, as the user wrote it.
        value: to set.
    """

    option: str
    key: str
    value: object

    @property
    def full_key(self) -> str:
        """Return the setting's key in full, or as it was written where there is no such setting."""
        return full_key(self.key) if is_setting(self.key) else self.key

    @property
    def words(self) -> str:
        """Return what the user wrote, for a message."""
        return f"{self.option} {self.key}" if self.option == "--set" else self.option


def choose_scenario(scenario: str, texts: Sequence[str] | None, options: Mapping[str, object]) -> Scenario:
    """Read the scenario of a command with its settings.

    Args:
        scenario: its name, or the path of its file.
        texts: of ``--set``, each KEY=VALUE.
        options: values of options that set a key of ``[run]``, by that key; None where one was left out.

    Raises ScenarioError, with the option that was used, for what can't be used or is given twice.
    """
    given = [Given("--set", *parse_setting(text)) for text in texts or ()]
    given += [Given(f"--{name}", f"run.{name}", value) for name, value in options.items() if value is not None]
    known: dict[str, Given] = {}
    for one in given:
        other = known.setdefault(one.full_key, one)
        if other is not one:
            raise ScenarioError(
                f"is set twice, by {other.words} and by {one.words}", key=one.full_key, expected=ONE_WAY
            )
    try:
        return load_scenario(scenario, {one.key: one.value for one in given})
    except ScenarioError as problem:
        raise _at_the_option(problem, scenario, given) from None


def choose_other(option: str, scenario: str, texts: Sequence[str] | None = None) -> Scenario:
    """Read another scenario that an option names; the error names the option where it names no file."""
    try:
        return choose_scenario(scenario, texts, {})
    except InputError as problem:
        if problem.file is None and problem.key is None:
            problem.key = option
        raise


def _at_the_option(problem: ScenarioError, scenario: str, given: Sequence[Given]) -> ScenarioError:
    """Return the same error at the option that brought it about, where one did."""
    at = problem.key or ""
    if problem.file == "--set":
        blamed = [one for one in given if one.option != "--set" and f"{at}.".startswith(f"{one.full_key}.")]
        key = at
    else:  # a value of the file is no longer possible with what an option sets
        blamed = [one for one in given if _can_be_read(scenario, [other for other in given if other is not one])][:1]
        key = "" if problem.file is None else at
    if not blamed:
        return problem
    message = f"{key}: {problem.message}" if key and key != blamed[0].full_key else problem.message
    return ScenarioError(message, key=blamed[0].words, expected=problem.expected, nearest=problem.nearest)


def _can_be_read(scenario: str, given: Sequence[Given]) -> bool:
    """Say whether a scenario can be used with some settings."""
    try:
        load_scenario(scenario, {one.key: one.value for one in given})
    except InputError:
        return False
    return True
