"""Strategies as scenario files: what a search has found, ready to be checked, run and changed by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from afteraid.simulation.scenario.scenario import Scenario, load_scenario, settings_of_budgets
from afteraid.simulation.scenario.settings import NEVER

PARENT = "baseline"
BY_ITSELF = {"run": ("seed", "runs")}  # a scenario that is run has luck of its own
ORDER = ("run", "world", "strategy")


def strategy_file(scenario: Scenario, title: str, story: str) -> str:
    """Return the text of a scenario file that extends the baseline and is the scenario given.

    Args:
        scenario: with the strategy, and the search's own settings.
        title: a few words for headings.
        story: how it was found, in sentences.
    """
    parent = load_scenario(PARENT)
    lines = [f'extends = "{PARENT}"', f"title = {_text(title)}"]
    alone = {"run": scenario.run.model_copy(update={"seed": parent.run.seed, "runs": parent.run.runs})}
    if settings_of_budgets(scenario.model_copy(update=alone)) == settings_of_budgets(parent):
        lines.append('holds_equal = "appropriations"')
    lines.append(f"story = {_text(story)}")
    for section in ORDER:
        own, theirs = getattr(scenario, section).model_dump(), getattr(parent, section).model_dump()
        skipped = BY_ITSELF.get(section, ())
        changed = {key: value for key, value in own.items() if value != theirs[key] and key not in skipped}
        lines += _section(section, changed)
    return "\n".join(lines) + "\n"


def _section(name: str, values: Mapping[str, Any]) -> list[str]:
    """Write a table: its plain values first, then the tables within it."""
    if not values:
        return []
    plain = {key: value for key, value in values.items() if not isinstance(value, dict)}
    lines = ["", f"[{name}]"] if plain else []
    lines += [f"{_key(key)} = {_value(value)}" for key, value in plain.items()]
    for key, value in values.items():
        if isinstance(value, dict):
            lines += _section(f"{name}.{_key(key)}", value)
    return lines


def _key(name: str) -> str:
    return name if name.replace("_", "").replace("-", "").isalnum() and name.isascii() else _text(name)


def _value(value: Any) -> str:
    """Write a value as TOML."""
    if value is None:
        return _text(NEVER)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_value(entry) for entry in value)}]"
    if isinstance(value, Mapping):  # nothing is said by leaving a key of an entry out
        entries = ", ".join(f"{_key(key)} = {_value(entry)}" for key, entry in value.items() if entry is not None)
        return f"{{ {entries} }}"
    return repr(value)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
