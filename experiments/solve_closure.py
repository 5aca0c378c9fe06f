"""Solve the closure hazard in simulation: intercepts that give the default world its survival after exit.

    python -m experiments.solve_closure [--runs 4]

The published and judged synthesis (evidence of the field: Best and Kumar 2008, Lemaire 2011, Banks and Furey 2016, ...)
is survival of .80, .55, .42 and .30 at 1, 3, 5 and 10 years after exit. The frailty's spread is the one whose curve
comes nearest to it; the intercept is then solved for each survival at five years from 0.25 to 0.60. What differs
between exit strategies is whatever comes out: none has a term of its own. Writes ``closure_calibration.csv``.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from simulation.beginning import begin
from simulation.metrics import kaplan_meier, survival
from simulation.model import advance
from simulation.recording import compile_record
from simulation.scenario import load_scenario
from simulation.units import FloatArray

TARGET = {1.0: 0.80, 3.0: 0.55, 5.0: 0.42, 10.0: 0.30}
INTERCEPTS = np.linspace(-3.0, 0.5, 8)
SPREADS = (0.6, 0.9, 1.2)
FILE = Path(__file__).parents[1] / "simulation" / "data" / "closure_calibration.csv"


def simulated(intercept: float, spread: float, runs: int) -> FloatArray:
    """Return survival at 1, 3, 5 and 10 years after exit in the default world, shape (4,)."""
    plain = load_scenario("baseline", {"world.parameters.closure.frailty": spread, "world.uncertain": False})
    counts = []
    for replicate in range(runs):
        world = begin(plain, plain.run.seed, replicate)
        world.scratch["intercept"] = intercept
        while world.year < plain.run.end:
            advance(world)
        initiatives = compile_record(world).tables["initiatives"]
        counts.append(survival(initiatives, plain.run.start, plain.run.end))
    table = pd.concat(counts)
    table = (
        table[table["dimension"] == "all"]
        .groupby("years_after_exit", as_index=False, sort=True)[["at_risk", "events"]]
        .sum()
    )
    curve = kaplan_meier(table["at_risk"].to_numpy(np.float64), table["events"].to_numpy(np.float64))[0]
    return np.interp(list(TARGET), table["years_after_exit"].to_numpy(np.float64), curve)


def solve(runs: int) -> pd.DataFrame:
    """Return the solved intercepts by survival at five years, with the spread of frailty that fits best."""
    wanted = np.array(list(TARGET.values()))
    best: tuple[float, float, FloatArray] | None = None
    for spread in SPREADS:
        grid = np.array([simulated(value, spread, runs) for value in INTERCEPTS])
        central = float(np.interp(-TARGET[5.0], -grid[:, 2], INTERCEPTS))
        curve = np.array([np.interp(central, INTERCEPTS, grid[:, column]) for column in range(4)])
        error = float(((curve - wanted) ** 2).sum())
        print(f"spread {spread}: intercept {central:.3f}, survival {np.round(curve, 3)}, error {error:.5f}", flush=True)
        if best is None or error < best[0]:
            best = (error, spread, grid)
    if best is None:
        raise RuntimeError("no spread was tried")
    levels = np.linspace(0.25, 0.60, 8)
    solved = np.interp(-levels, -best[2][:, 2], INTERCEPTS)
    return pd.DataFrame({"survival_five_years": levels.round(3), "intercept": solved.round(4)})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=2)
    table = solve(parser.parse_args().runs)
    table.to_csv(FILE, index=False, lineterminator="\n")
    print(table.to_string(index=False))
