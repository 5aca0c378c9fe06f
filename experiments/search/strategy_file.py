"""Strategies as scenario files: what a search has found, ready to be checked, run and changed by hand."""

from __future__ import annotations

from typing import Any

from afteraid.simulation.basis.toml_text import toml_text
from afteraid.simulation.scenario.scenario import Scenario, load_scenario, settings_of_budgets
from afteraid.simulation.scenario.settings import NEVER

PARENT = "baseline"
BY_ITSELF = {"run": ("seed", "runs")}  # a scenario that is run has its own random numbers
ORDER = ("run", "world", "strategy")


def strategy_file(scenario: Scenario, title: str, story: str) -> str:
    """Return the text of a scenario file that extends the baseline and is the scenario given.

    Args:
        scenario: with the strategy, and the search's own settings.
        title: a few words for headings.
        story: how it was found, in sentences.
    """
    parent = load_scenario(PARENT)
    content: dict[str, Any] = {"extends": PARENT, "title": title}
    alone = {"run": scenario.run.model_copy(update={"seed": parent.run.seed, "runs": parent.run.runs})}
    if settings_of_budgets(scenario.model_copy(update=alone)) == settings_of_budgets(parent):
        content["holds_equal"] = "appropriations"
    content["story"] = story
    for section in ORDER:
        own, theirs = getattr(scenario, section).model_dump(), getattr(parent, section).model_dump()
        skipped = BY_ITSELF.get(section, ())
        changed = {key: value for key, value in own.items() if value != theirs[key] and key not in skipped}
        if changed:
            content[section] = {key: NEVER if value is None else value for key, value in changed.items()}
    return toml_text(content)
