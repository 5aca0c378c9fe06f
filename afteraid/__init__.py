"""AfterAid: what is left of a digital inclusion initiative when its donor has gone.

::

    from afteraid import load_scenario, run

    baseline = run(load_scenario("baseline"), runs=20)
    planned = run(load_scenario("phased-handover"), runs=20)
    planned.against(baseline)
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from simulation.ensemble import run
from simulation.errors import AfterAidError, InputError, ScenarioError
from simulation.model import FinancingModel
from simulation.results import Results
from simulation.scenario import Scenario, list_scenarios, load_scenario

try:
    __version__ = version("afteraid")
except PackageNotFoundError:  # read from a source tree that is not installed
    __version__ = "0.1.0"

__all__ = [
    "AfterAidError",
    "FinancingModel",
    "InputError",
    "Results",
    "Scenario",
    "ScenarioError",
    "__version__",
    "list_scenarios",
    "load_scenario",
    "run",
]
