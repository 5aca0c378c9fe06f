"""How far the intercept of the hazard has to move under an alternative rule, so that survival stays where it was.

    python -m afteraid.experiments.calibration.structure_levels [--runs 16]

An alternative to a rule of survival is held to the same evidence as the rule: the survival five years after exit that
the default world has. The moves that this prints stand in `simulation/state/structures.py`.
"""

from __future__ import annotations

import argparse

import numpy as np
from scipy.optimize import root_scalar

from afteraid.simulation.basis.units import logit
from afteraid.simulation.ensemble import in_processes
from afteraid.simulation.scenario.scenario import Scenario, load_scenario
from afteraid.simulation.state.structures import STRUCTURES

from .closure import LEVEL, survival_of

RUNS, SEED = 16, 1
FIRST_MOVE, CLOSE = 0.3, 0.02  # log a year


def level(plan: Scenario, move: float, runs: int, workers: int | None) -> float:
    """Return the mean log odds of survival five years after exit over some runs with the intercept moved."""
    found = in_processes(survival_of, [(plan, SEED, run, None, move) for run in range(runs)], workers)
    return float(logit(np.array(found)[:, LEVEL]).mean())


def solve(name: str, runs: int = RUNS, workers: int | None = None) -> float:
    """Return the move of the intercept under one alternative (log a year), to two digits.

    What the alternative moves already is undone first, so the answer doesn't depend on it.
    """
    aim = level(load_scenario("baseline"), 0.0, runs, workers)
    plan = load_scenario("baseline", {"world.structures": [name]})
    already = STRUCTURES[name].intercept

    def off(move: float) -> float:
        return level(plan, move - already, runs, workers) - aim

    return round(float(root_scalar(off, x0=0.0, x1=FIRST_MOVE, method="secant", xtol=CLOSE).root), 2)


def main() -> None:
    """Print the moves."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--workers", type=int)
    asked = parser.parse_args()
    for name, structure in STRUCTURES.items():
        if structure.of_survival:
            print(f"{name}: {solve(name, asked.runs, asked.workers):+.2f}")


if __name__ == "__main__":
    main()
