"""The library of scenarios: by theme, and what each one changes against the one that it extends."""

from __future__ import annotations

import os
from dataclasses import dataclass

from ..basis import arguments
from ..results.words.names import setting
from .file import find_scenario
from .scenario import Scenario, list_scenarios, load_scenario, scenario_directory
from .vocabulary import HELD_EQUAL, THEMES

_SECTIONS = ("run", "world", "strategy")


@dataclass(frozen=True)
class Change:
    """One setting that differs from the parent's, in words."""

    setting: str
    value: str
    before: str


def by_theme() -> dict[str, list[Scenario]]:
    """Return the shipped scenarios under the title of each theme, in the order of the themes; none is left out."""
    shipped = sorted(list_scenarios(), key=_in_order)
    found = {title: [one for one in shipped if one.theme == theme] for theme, title in THEMES.items()}
    found["Others"] = [one for one in shipped if one.theme is None]
    return {title: members for title, members in found.items() if members}


def _in_order(one: Scenario) -> list[tuple[bool, int, str]]:
    """Sort the baseline first, then by name, with numbers in names by their size."""
    parts = [(part.isdigit(), int(part) if part.isdigit() else 0, part) for part in one.name.split("-")]
    return [(one.extends is not None, 0, ""), *parts]


def own_sources(scenario: Scenario, parent: Scenario | None) -> tuple[str, ...]:
    """Return the sources that a scenario doesn't take over from its parent."""
    inherited = () if parent is None else parent.sources
    return tuple(source for source in scenario.sources if source not in inherited)


def parent_of(name_or_path: str | os.PathLike[str]) -> Scenario | None:
    """Return the scenario that another one extends; None where it stands on its own."""
    directory = scenario_directory()
    path = find_scenario(arguments.name_or_path("scenario", name_or_path), directory)
    extends = load_scenario(path).extends
    return None if extends is None else load_scenario(find_scenario(extends, directory, beside=path))


def changes(scenario: Scenario, parent: Scenario) -> list[Change]:
    """Return every setting in which a scenario differs from its parent, in the order in which they are declared."""
    found = []
    for section in _SECTIONS:
        mine, theirs = getattr(scenario, section), getattr(parent, section)
        for name in type(mine).model_fields:
            now, before = getattr(mine, name), getattr(theirs, name)
            if now != before:
                found.append(Change(f"{section}.{name}", setting(now), setting(before)))
    return found


def held_equal(extends: str | None, kind: str | None) -> str | None:
    """Say what a scenario holds equal, and to which one; None where it promises nothing."""
    if kind is None or extends is None:
        return None
    return f"Held equal to {extends}: {HELD_EQUAL[kind]}."
