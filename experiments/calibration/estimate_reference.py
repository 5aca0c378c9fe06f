"""Estimate what initiatives do on the reference path: aid of 2015-24 going on, and no cuts.

    python -m afteraid.experiments.calibration.estimate_reference [--runs 20]

Writes ``reference_service.csv``: users whom initiatives add, by economy, group and year, mean over runs. The
initiatives of a scenario enter use as the difference from these, once. It is stored, and no scenario recomputes it;
run it again, after `afteraid calibrate --closure`, when the model's rules change.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.engine import advance
from afteraid.simulation.scenario.scenario import load_scenario

FILE = Path(__file__).parents[2] / "simulation" / "data" / "reference_service.csv"


def estimate(runs: int) -> pd.DataFrame:
    """Return the table of users added: one row an economy and group, one column a year."""
    plan = load_scenario("baseline", {"world.cuts": ()})
    total: dict[int, np.ndarray] = {}
    for replicate in range(runs):
        world = begin(plan, plan.run.seed, replicate, with_reference=False)
        while world.year < plan.run.end:
            advance(world)
        for entry in world.yearly:
            total[entry.year] = total.get(entry.year, 0.0) + entry.effective / runs
        iso3 = list(world.reference.countries["iso3"])
    rows = [
        {"iso3": code, "group": group, **{str(year): round(float(total[year][row, column])) for year in sorted(total)}}
        for row, code in enumerate(iso3)
        for column, group in enumerate(("urban", "rural"))
    ]
    table = pd.DataFrame(rows)
    return table[(table.drop(columns=["iso3", "group"]) > 0).any(axis=1)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20)
    estimate(parser.parse_args().runs).to_csv(FILE, index=False, lineterminator="\n")
