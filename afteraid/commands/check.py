"""The command ``afteraid check``: whether a scenario can be run, without running it."""

from __future__ import annotations

from ..choosing import choose_scenario
from ..terminal import for_people, print_json
from .options import AsJson, ScenarioName, Settings


@for_people
def check(
    file: ScenarioName,
    settings: Settings = None,
    as_json: AsJson = False,
) -> None:
    """Check a scenario without running it: every key, unit, range and name.

    Example: `afteraid check my/what-if.toml`
    """
    scenario = choose_scenario(file, settings, {})
    if as_json:
        print_json(scenario.model_dump(mode="json"))
        return
    run_settings = scenario.run
    print(f"{file}: can be run: {scenario.title} ({run_settings.start}-{run_settings.end}, {run_settings.runs} runs)")
