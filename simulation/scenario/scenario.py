"""Scenarios: what the world does (`[world]`), what donors choose (`[strategy]`), and what is run (`[run]`).

A scenario is read from a TOML file, merged with its parents, checked, and frozen. Whatever can't be used is a
`ScenarioError` that names the file, the line, the key, what was expected, and the nearest
valid name.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field, ValidationError

from ..basis import arguments
from ..basis.errors import ScenarioError
from ..basis.frozen import Frozen
from ..basis.renamed import successor, unknown
from ..results.words.names import place, setting, spaced
from .country_numbers import PLACE, CountryNumbers, range_of, with_code
from .explaining import explain
from .file import Draft, Place, find_scenario, read_draft
from .quantities import Quantity
from .settings import (
    DonorCut,
    HazardSpell,
    RunSettings,
    StrategySettings,
    Withdrawal,
    WorldSettings,
    check_word,
)
from .toml_file import ONE_WAY, KeyPath, dotted, full_names
from .vocabulary import HELD_EQUAL, THEMES, parameters


class Scenario(Frozen):
    """One question to the model, checked and frozen."""

    name: str = Field(min_length=1, description="short name, that of the file")
    title: str = Field(default="", description="a few words for headings")
    extends: str | None = Field(default=None, description="the scenario that supplies all values not set here")
    question: str = Field(default="", description="the question that the scenario answers")
    story: str = Field(default="", description="the story in a few sentences")
    theme: Annotated[str | None, check_word(THEMES, "theme")] = Field(
        default=None, description="its topic: whole, money, exits, mechanisms, cooperation or world"
    )
    holds_equal: Annotated[str | None, check_word(HELD_EQUAL, "thing to hold equal")] = Field(
        default=None, description="what equals the scenario that it extends: appropriations, or nothing"
    )
    sources: tuple[str, ...] = Field(default=(), description="the sources of its figures")
    run: RunSettings = Field(default_factory=RunSettings)
    world: WorldSettings = Field(default_factory=WorldSettings)
    strategy: StrategySettings = Field(default_factory=StrategySettings)

    def __repr__(self) -> str:
        """Name the scenario and what is run in one line."""
        return f"<Scenario {self.name}: {self.run.start} to {self.run.end}, runs {self.run.runs}, seed {self.run.seed}>"

    def with_settings(self, settings: Mapping[str, object]) -> Scenario:
        """Return the same scenario with some settings changed, under the names that ``--set`` takes.

        Raises ScenarioError for an unknown key or a value that can't be used.
        """
        draft = Draft(copy.deepcopy(self.model_dump()))
        _set_all(draft, settings)
        return _check(draft)


NO_SETTING = "no such setting"
_LISTED: dict[KeyPath, type[BaseModel]] = {
    ("world", "cuts"): DonorCut,
    ("world", "further_cuts"): DonorCut,
    ("world", "spells"): HazardSpell,
    ("world", "withdrawals"): Withdrawal,
}
OF_BUDGETS = ("budgets.", "shocks.replenish")  # parameters on which appropriations depend
_OF_PARTS = ("mechanisms", "exits", "parameters", "countries")
_SAID_ELSEWHERE = (("run", "runs"), ("run", "focus"))
_SECTIONS: dict[str, type[BaseModel]] = {"run": RunSettings, "world": WorldSettings, "strategy": StrategySettings}


def scenario_directory() -> Path:
    """Return the folder of the shipped scenarios: within the installed package, or else in the source tree."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "scenarios", package.parent / "scenarios"):
        if folder.is_dir():
            return folder
    raise ScenarioError("the shipped scenarios are missing; is the installation complete?")


def load_scenario(name_or_path: str | os.PathLike[str], overrides: Mapping[str, object] | None = None) -> Scenario:
    """Read and check a scenario, by the name of a shipped one or the path of a TOML file.

    Args:
        name_or_path: such as ``"baseline"`` or ``"my/what-if.toml"``.
        overrides: settings to change, by dotted key (``strategy.coordination``), by lever (``coordination``) or by
            parameter (``closure.shape``).

    Raises ScenarioError, with file, line and key, for whatever can't be used.
    """
    directory = scenario_directory()
    path = find_scenario(arguments.name_or_path("scenario", name_or_path), directory)
    draft = read_draft(path, directory)
    draft.content.setdefault("name", path.stem)
    draft.content.setdefault("title", path.stem)
    _set_all(draft, overrides or {})
    scenario = _check(draft)
    if scenario.holds_equal is not None:
        parent = find_scenario(scenario.extends, directory, beside=path) if scenario.extends else None
        _check_equal(draft, scenario, load_scenario(parent, overrides) if parent else None)
    said = _changes_in_words(overrides or {})
    return scenario.model_copy(update={"title": f"{scenario.title} (changed: {said})"}) if said else scenario


def _changes_in_words(overrides: Mapping[str, object]) -> str:
    """Say which settings were changed, for the title: a changed world must not bear the name of the unchanged one.

    The number of runs and the focus are said elsewhere in every answer.
    """
    paths = {_full_path(key): value for key, value in overrides.items()}
    told = {path: value for path, value in paths.items() if path[0] in _SECTIONS and path not in _SAID_ELSEWHERE}
    return "; ".join(f"{_short_name(path)} {setting(value)}" for path, value in told.items())


def _short_name(path: tuple[str, ...]) -> str:
    """Name a setting in a title: a parameter in full, any other setting without its section."""
    if path[:2] == PLACE and len(path) > 2:
        return " ".join([place(path[2]), *map(spaced, path[3:])])
    return path[2] if path[:2] == ("world", "parameters") and len(path) > 2 else spaced(".".join(path[1:]))


def _check_equal(draft: Draft, scenario: Scenario, parent: Scenario | None) -> None:
    """Refuse a promise of equal money where a setting that decides on donors' budgets isn't the parent's."""
    if parent is None:
        raise draft.error(("holds_equal",), "there is nothing to be equal to", expected="extends, with a scenario")
    theirs = settings_of_budgets(parent)
    for key, value in settings_of_budgets(scenario).items():
        if value != theirs[key]:
            said = f"promises equal {scenario.holds_equal}, but {key} is not that of '{parent.name}'"
            raise draft.error(("holds_equal",), said, expected="the same donors' money, or no such promise")


def settings_of_budgets(scenario: Scenario) -> dict[str, object]:
    """Return all settings on which donors' appropriations depend, by key."""
    run, world = scenario.run, scenario.world
    return {
        "strategy.funding": scenario.strategy.funding,
        "world.cuts": world.cuts,
        "world.further_cuts": world.further_cuts,
        "world.withdrawals": world.withdrawals,
        "world.parameters": {name: value for name, value in world.parameters.items() if name.startswith(OF_BUDGETS)},
        "world.uncertain": world.uncertain,
        "run": (run.start, run.end, run.spinup, run.seed, run.without, run.others),
    }


def list_scenarios() -> list[Scenario]:
    """Return the shipped scenarios, by name, the baseline first."""
    names = sorted(path.stem for path in scenario_directory().glob("*.toml"))
    return [load_scenario(name) for name in sorted(names, key=lambda name: (name != "baseline", name))]


def _set_all(draft: Draft, settings: Mapping[str, object]) -> None:
    known: dict[tuple[str, ...], str] = {}
    for key, value in settings.items():
        path = _full_path(key)
        for other, name in known.items():
            if other[: len(path)] == path or (path[: len(other)] == other and _holds(settings[name], other, path)):
                said = f"is set twice, as {name} and as {key}"
                raise ScenarioError(said, file="--set", key=dotted(path), expected=ONE_WAY)
        known[path] = key
        if path[0] in ("extends", "holds_equal"):
            raise ScenarioError("can be set in a scenario file only", file="--set", key=key)
        draft.put(path, copy.deepcopy(value), Place("--set"))


def _holds(value: object, at: tuple[str, ...], path: tuple[str, ...]) -> bool:
    """Say whether a value that is set at a place sets what stands at a path below that place, too."""
    inner = full_names(value) if at == ("world", "parameters") else value
    for part in path[len(at) :]:
        if not isinstance(inner, Mapping) or part not in inner:
            return False
        inner = inner[part]
    return True


def _full_path(key: str) -> tuple[str, ...]:
    """Find what a setting's short or dotted name stands for."""
    parts = tuple(key.split("."))
    if key.startswith("world.parameters."):
        return ("world", "parameters", key.removeprefix("world.parameters."))
    if parts[0] in Scenario.model_fields and not (parts[0] in _SECTIONS and len(parts) == 1):
        return with_code(parts)
    for section, model in _SECTIONS.items():
        if parts[0] in model.model_fields and (len(parts) == 1 or parts[0] in _OF_PARTS):
            return with_code((section, *parts))
    if key in parameters():
        return ("world", "parameters", key)
    short = [name for model in _SECTIONS.values() for name in model.model_fields]
    dotted = [f"{section}.{name}" for section, model in _SECTIONS.items() for name in model.model_fields]
    kind = "setting" if successor("setting", key) else "parameter"
    message, close = unknown(kind, key, NO_SETTING, [*short, *dotted, *parameters()])
    raise ScenarioError(message, file="--set", key=key, nearest=close)


def full_key(key: str) -> str:
    """Return a setting's key in full: ``run.start`` for ``start``; raises ScenarioError for an unknown one."""
    return dotted(_full_path(key))


def is_setting(key: str) -> bool:
    """Say whether a key, short or in full, is that of a setting or parameter."""
    try:
        _full_path(key)
    except ScenarioError:
        return False
    return True


def unit_of(key: str) -> str | None:
    """Return the declared unit of a setting or parameter; None for one that is no quantity, or is unknown."""
    if not is_setting(key):
        return None
    path = _full_path(key)
    if path[:2] == ("world", "parameters"):
        name = ".".join(path[2:])
        return parameters()[name].unit if name in parameters() else None
    if path[1:2] in (("mechanisms",), ("exits",)) and len(path) == 3:
        return "share"
    if path[:2] == PLACE and len(path) == 4:
        own = range_of(path[3])
        return own.dimension if own is not None else None
    field = _SECTIONS[path[0]].model_fields.get(path[1]) if path[0] in _SECTIONS and len(path) == 2 else None
    found = [one.dimension for one in field.metadata if isinstance(one, Quantity)] if field is not None else []
    return found[0] if found else None


def _check(draft: Draft) -> Scenario:
    try:
        return Scenario.model_validate(draft.content)
    except ValidationError as problem:
        found = explain(problem, _fields_at)
        raise draft.error(found.path, found.message, expected=found.expected, nearest=found.nearest) from None


def _fields_at(path: KeyPath) -> list[str]:
    """List the valid keys of a table."""
    if not path:
        return [name for name in Scenario.model_fields if name != "name"]
    if path[:2] in _LISTED:
        return list(_LISTED[path[:2]].model_fields)
    if path[:2] == PLACE and len(path) == 3:
        return list(CountryNumbers.model_fields)
    model = _SECTIONS.get(str(path[0]))
    return list(model.model_fields) if model is not None and len(path) == 1 else []
