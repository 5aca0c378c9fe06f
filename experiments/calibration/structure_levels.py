"""How far a number has to move under an alternative rule, so that survival after exit stays where it was.

    python -m afteraid.experiments.calibration.structure_levels [--runs 8]

An alternative to a rule of survival is held to the same evidence as the rule: the survival five years after exit that
the default world has. The weakest factor moves the tolerance. Under a plateau no tolerance is short enough, so the
hazard of other causes moves. Both moves stand in `simulation/state/structures.py`. The index rule reads neither: its
own intercept is solved, which stands in `simulation/processes/other_causes.py`.
"""

from __future__ import annotations

import argparse

import numpy as np
from scipy.optimize import root_scalar

from afteraid.simulation.basis.units import logit
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.ensemble import in_processes
from afteraid.simulation.scenario.scenario import Scenario, load_scenario
from afteraid.simulation.state.parameters import REGISTRY, Values
from afteraid.simulation.state.structures import INDEX_RULE, PLATEAU, STRUCTURES

from .closure import CALIBRATED, END, LEVEL
from .closure_world import watched

RUNS, SEED = 8, 1
FIRST_MOVE, CLOSE = 0.3, 0.02  # log of years, or log a year
LARGEST = 3.0  # log: no search goes beyond a factor of 20
INTERCEPT, BACKGROUND = "closure.intercept", "closure.background"
LOGARITHMS = (INTERCEPT, BACKGROUND)


def survival_moved(plan: Scenario, seed: int, number: int, name: str, move: float) -> float:
    """Run one world with the logarithm of one of its numbers moved; return survival five years after exit.

    Args:
        plan: what is run.
        seed: of its luck.
        number: of the run.
        name: of the tolerance (years), or of one of LOGARITHMS.
        move: of the logarithm.
    """
    world = begin(plan, seed, number)
    drawn = world.values[name]
    moved = drawn + move if name in LOGARITHMS else drawn * float(np.exp(move))
    low, high = REGISTRY[name].minimum, REGISTRY[name].maximum
    world.values = Values({**world.values, name: min(max(moved, low), high)})
    return float(watched(world, plan)[LEVEL])


def level(plan: Scenario, name: str, move: float, runs: int, workers: int | None) -> float:
    """Return the mean log odds of survival five years after exit over some runs with a number moved."""
    found = in_processes(survival_moved, [(plan, SEED, run, name, move) for run in range(runs)], workers)
    return float(logit(np.array(found)).mean())


def number_of(structure: str) -> tuple[str, float]:
    """Return the number that an alternative moves, and by how much it is moved already (log)."""
    if structure == INDEX_RULE:
        return INTERCEPT, 0.0
    if structure == PLATEAU:
        return BACKGROUND, STRUCTURES[structure].background
    return CALIBRATED, STRUCTURES[structure].tolerance


def solve(structure: str, aim: float, runs: int = RUNS, workers: int | None = None) -> float:
    """Return the move of a number under one alternative (log), to two digits.

    What the alternative moves already is undone first, so the answer doesn't depend on it.

    Args:
        structure: name of the alternative.
        aim: mean log odds of survival five years after exit of the default.
        runs: worlds a try.
        workers: processes to use.
    """
    plan = load_scenario("baseline", {"world.structures": [structure], "run.end": END})
    name, already = number_of(structure)

    def off(move: float) -> float:
        return level(plan, name, float(np.clip(move, -LARGEST, LARGEST)) - already, runs, workers) - aim

    return round(float(root_scalar(off, x0=0.0, x1=FIRST_MOVE, method="secant", xtol=CLOSE).root), 2)


def main() -> None:
    """Print the moves, and the intercept of the index rule."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--workers", type=int)
    asked = parser.parse_args()
    aim = level(load_scenario("baseline", {"run.end": END}), CALIBRATED, 0.0, asked.runs, asked.workers)
    for structure, record in STRUCTURES.items():
        if record.of_survival:
            move = solve(structure, aim, asked.runs, asked.workers)
            name, _ = number_of(structure)
            value = REGISTRY[name].value + move
            said = f"{name} = {value:.2f}" if structure == INDEX_RULE else f"{name} moves by {move:+.2f} (log)"
            print(f"{structure}: {said}", flush=True)


if __name__ == "__main__":
    main()
