"""How far a number has to move under an alternative rule, so that survival after exit stays where it was.

    python -m afteraid.experiments.calibration.structure_levels [--runs 8]

An alternative to a rule of survival is held to the same evidence as the rule: the survival five years after exit that
the default world has. The weakest factor moves the tolerance. Under a plateau no tolerance is short enough, so the
hazard of other causes after exit moves. Both moves stand in `simulation/state/structures.py`. The index rule reads
neither: its own intercept is solved, which stands in `simulation/processes/other_causes.py`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
from scipy.optimize import root_scalar

from afteraid.simulation.basis.units import logit
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.ensemble import in_processes
from afteraid.simulation.scenario.scenario import load_scenario
from afteraid.simulation.state.parameters import REGISTRY, Values
from afteraid.simulation.state.structures import INDEX_RULE, PLATEAU, STRUCTURES

from .closure import END, LEVEL
from .closure_world import watched

RUNS, SEED = 8, 1
FIRST_MOVE, CLOSE = 0.3, 0.02  # log of years, or log a year
LARGEST = 3.0  # log: no search goes beyond a factor of 20
INTERCEPT = "closure.intercept"


def survival_moved(structure: str | None, seed: int, number: int, move: float | None, end: int = END) -> float:
    """Run one default world under an alternative, its number moved; return survival five years after exit.

    Args:
        structure: name of the alternative; None for the default.
        seed: of the world's luck.
        number: of the run.
        move: of a logarithm: the tolerance, the hazard of other causes after exit, or the intercept of the index rule
            beyond its declared value; None for what stands.
        end: last year of the run.
    """
    plan = load_scenario("baseline", {"world.structures": [structure] if structure else [], "run.end": end})
    with moved(structure, move):
        world = begin(plan, seed, number)
        if structure == INDEX_RULE and move is not None:
            world.values = Values({**world.values, INTERCEPT: REGISTRY[INTERCEPT].value + move})
        return float(watched(world, plan)[LEVEL])


@contextmanager
def moved(structure: str | None, move: float | None) -> Iterator[None]:
    """Hold the move of an alternative at a value for a while."""
    if structure is None or structure == INDEX_RULE or move is None:
        yield
        return
    before = STRUCTURES[structure]
    of_hazard = number_of(structure) == "background"
    STRUCTURES[structure] = replace(before, background=move) if of_hazard else replace(before, tolerance=move)
    try:
        yield
    finally:
        STRUCTURES[structure] = before


def number_of(structure: str) -> str:
    """Return the number that an alternative moves: a field of its record, or the intercept of the index rule."""
    return {INDEX_RULE: INTERCEPT, PLATEAU: "background"}.get(structure, "tolerance")


def level(structure: str | None, move: float | None, runs: int, workers: int | None, end: int = END) -> float:
    """Return the mean log odds of survival five years after exit over some runs, as `survival_moved` gives it."""
    found = in_processes(survival_moved, [(structure, SEED, run, move, end) for run in range(runs)], workers)
    return float(logit(np.array(found)).mean())


def solve(structure: str, aim: float, runs: int = RUNS, workers: int | None = None) -> float:
    """Return the move of a number under one alternative (log), to two digits.

    Args:
        structure: name of the alternative.
        aim: mean log odds of survival five years after exit of the default.
        runs: worlds a try.
        workers: processes to use.
    """

    def off(move: float) -> float:
        return level(structure, float(np.clip(move, -LARGEST, LARGEST)), runs, workers) - aim

    return round(float(root_scalar(off, x0=0.0, x1=FIRST_MOVE, method="secant", xtol=CLOSE).root), 2)


def main() -> None:
    """Print the moves, and the intercept of the index rule."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--workers", type=int)
    asked = parser.parse_args()
    aim = level(None, None, asked.runs, asked.workers)
    for structure, record in STRUCTURES.items():
        if record.of_survival:
            found = solve(structure, aim, asked.runs, asked.workers)
            found += REGISTRY[INTERCEPT].value if structure == INDEX_RULE else 0.0
            print(f"{structure}: {number_of(structure)} = {found:.2f}", flush=True)


if __name__ == "__main__":
    from afteraid.experiments.calibration import structure_levels  # worker processes know it by this name

    structure_levels.main()
