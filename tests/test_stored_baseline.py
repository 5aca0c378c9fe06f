"""Results never change silently: the numbers of a small run, stored, and refreshed on purpose.

python tests/test_stored_baseline.py --refresh     (then say in CHANGELOG.md what moved and why)
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from afteraid.simulation.model import FinancingModel
from afteraid.simulation.processes.delivery import sustainability
from afteraid.simulation.scenario.scenario import load_scenario

FILE = Path(__file__).parent / "stored_baseline.json"
# the baseline, and what moves it most in other ways; a new scenario in the library needs no storing
STORED = ("baseline", "clustered-exits", "terminations-as-in-2025", "phased-handover", "staggered-exits")


def measured() -> dict[str, dict[str, float]]:
    """A handful of numbers of each stored scenario, from one short run each."""
    found = {}
    for name in STORED:
        model = FinancingModel(load_scenario(name, {"run.spinup": 2018, "run.end": 2029}), seed=11)
        model.run_model()
        world = model.world
        people = world.countries.population
        found[name] = {
            "use": float((world.countries.use * people).sum() / people.sum()),
            "living": float(world.initiatives.count),
            "sustainability": float(sustainability(world, np.arange(world.initiatives.count)).mean()),
            "outlay": float(world.donors.outlay.sum()),
            "cents_in": float(world.ledger.total_in),
        }
        model.close()
    return found


def test_results_are_those_that_were_stored() -> None:
    stored, now = json.loads(FILE.read_text()), measured()
    assert stored.keys() == now.keys()
    for name, numbers in stored.items():
        # another processor's elementary functions may differ in the last bits, and no more than that is forgiven
        assert now[name] == pytest.approx(numbers, rel=1e-6), f"{name}: refresh on purpose, with a changelog line"


if __name__ == "__main__" and "--refresh" in sys.argv:
    FILE.write_text(json.dumps(measured(), indent=1, sort_keys=True) + "\n")
