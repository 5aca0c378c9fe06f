"""The science of AfterAid: what is still running after the donors leave, and whether the digital divide closes."""

from __future__ import annotations

from .ensemble import run
from .model import FinancingModel
from .results import Results
from .scenario import Scenario, list_scenarios, load_scenario

__all__ = ["FinancingModel", "Results", "Scenario", "list_scenarios", "load_scenario", "run"]
