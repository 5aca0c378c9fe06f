"""Fit the law of internet adoption and refit it on resampled countries: writes simulation/data/adoption_draws.csv.

    python -m pip install -e . && python tools/fit_adoption.py --reference DIR [--until 2018] [--refits 200] [--seed 1]

The fit itself is experiments/calibration/adoption_law.py; `afteraid calibrate` does the same for any panel.
"""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path

import numpy as np
import pandas as pd

from afteraid.experiments.calibration.adoption_law import BEGINNING, COLUMNS, Fit, Held, fit, path_errors
from afteraid.experiments.calibration.panel import read_panel
from afteraid.simulation.state.structures import BRAKE_ONLY, COUPLINGS, LAW_ALONE
from reference_tables import command_line, write_table


def report(found: Fit) -> None:
    """Print the estimates beside those where the search began, and the errors of both in log odds."""
    table = found.draws
    print(f"fitted up to {found.until} on {len(found.panel.economies)} economies; draws {len(table)}")
    for name, first in zip(COLUMNS, astuple(BEGINNING), strict=True):
        low, high = table[name].quantile([0.05, 0.95])
        print(f"{name}: {table[name].iloc[0]:.4f} (90% {low:.4f} to {high:.4f}), began at {first:.3f}")
    for label, law in (("point estimate", found.point), ("beginning", BEGINNING)):
        errors = path_errors(law, found.panel)
        print(f"{label}: mean error {np.concatenate(errors).mean():.4f},", [round(float(e.mean()), 3) for e in errors])


def build(reference: Path, until: int, refits: int, seed: int, held: Held) -> pd.DataFrame:
    """Return the draws, one row each, with draw 0 the point estimate."""
    panel = read_panel(reference / "internet_use.csv", reference / "country_year.csv")
    found = fit(panel, until, refits, seed, workers=None, held=held)
    report(found)
    return found.draws


def main() -> None:
    """Fit and write adoption_draws.csv, and the refits of the structures that take a part of the law away."""
    parser = command_line(__doc__ or "")
    parser.add_argument("--until", type=int, default=2021, help="last year whose observations are used")
    parser.add_argument("--refits", type=int, default=200, help="number of bootstrap refits")
    parser.add_argument("--seed", type=int, default=1, help="seed of the resampling")
    options = parser.parse_args()
    asked = options.reference, options.until
    write_table(build(*asked, options.refits, options.seed, Held()), options.out / "adoption_draws.csv")
    others = []
    for name in (LAW_ALONE, BRAKE_ONLY):
        coupling = COUPLINGS[name]
        held = Held(brake_of_use=coupling.saturation, brake_of_barriers=coupling.brake)
        table = build(*asked, options.refits // 10, options.seed, held)
        table.insert(0, "structure", name)
        others.append(table)
    write_table(pd.concat(others), options.out / "adoption_draws_by_structure.csv")


if __name__ == "__main__":
    main()
