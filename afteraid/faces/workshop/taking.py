"""Taking a scenario home: the world of a step with levers moved, as a file that `afteraid run` takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from afteraid.simulation.basis.text_file import is_path
from afteraid.simulation.basis.toml_text import toml_text
from afteraid.simulation.scenario.scenario import Scenario

from .moves import Base

HEAD = "# Made in a workshop of AfterAid. Run it: afteraid run FILE\n"


def scenario_file(base: Base, plan: Scenario, positions: Mapping[str, object], members: int) -> str:
    """Return a scenario as TOML whose runs are those of the workshop.

    Args:
        base: from which levers were moved.
        plan: with the levers moved.
        positions: of the levers.
        members: runs of the workshop.
    """
    levers = {f"strategy.{name}": base.levers[name].read(value) for name, value in positions.items()}
    return file_of(base.scenario, {**base.settings, **levers}, plan, plan.title, members)


def file_of(scenario: str, changed: Mapping[str, object], plan: Scenario, title: str, members: int) -> str:
    """Return a scenario as TOML whose runs are those of the workshop.

    Args:
        scenario: name or path of the one that is changed.
        changed: settings by their full names.
        plan: what they make together.
        title: of the file.
        members: runs of the workshop.
    """
    content: dict[str, Any] = {"title": title}
    if is_path(scenario):  # a file of this machine: others have to do without it
        settings = plan.model_dump(mode="json", include={"run", "world", "strategy"}, exclude_defaults=True)
    else:
        content["extends"] = scenario
        settings = _nested(changed)
    run = {**settings.pop("run", {}), "runs": members}
    return HEAD + toml_text({**content, "run": run, **settings})


def _nested(settings: Mapping[str, object]) -> dict[str, Any]:
    """Return settings with dotted keys as tables; a parameter keeps the dots of its name."""
    found: dict[str, Any] = {}
    for key, value in settings.items():
        section, _, name = key.partition(".")
        table = found.setdefault(section, {})
        if name.startswith("parameters."):
            table, name = table.setdefault("parameters", {}), name.removeprefix("parameters.")
        table[name] = value
    return found
