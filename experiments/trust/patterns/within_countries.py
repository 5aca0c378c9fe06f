"""Print the share of the variance of project ratings that lies within countries, from a table of the World Bank.

    python -m afteraid.experiments.trust.patterns.within_countries RATINGS.csv

The table is that of `afteraid calibrate --world-bank-projects`: iso3, outcome (6 to 1), instrument, approval_fy.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from afteraid.simulation.basis.units import FloatArray, IntArray
from afteraid.simulation.results.faces.markdown import table_of

from .statistics import within_share

FIRST_APPROVAL = 1995  # as in the fit of failure before exit
SATISFACTORY = 4  # moderately satisfactory or better, of six points
RESAMPLES, SEED = 500, 1
INTERVAL = (0.025, 0.975)
OUTCOMES = {"satisfactory or not": "passed", "six points": "outcome"}


def rated(table: pd.DataFrame, instrument: str | None = "IPF") -> pd.DataFrame:
    """Return the rated projects: iso3, outcome (1 to 6), passed (0 or 1); investment projects unless told otherwise."""
    chosen = table[(table["approval_fy"] >= FIRST_APPROVAL) & table["outcome"].notna() & table["iso3"].notna()]
    if instrument is not None:
        chosen = chosen[chosen["instrument"] == instrument]
    return chosen[["iso3", "outcome"]].assign(passed=(chosen["outcome"] >= SATISFACTORY).astype(np.float64))


def share_with_interval(outcome: FloatArray, country: IntArray, resamples: int = RESAMPLES) -> tuple[float, ...]:
    """Return the share within countries, and its 95% interval over resampled countries.

    Args:
        outcome: one a project, (n,).
        country: of each project, (n,).
        resamples: how often countries are drawn anew.
    """
    rows = [np.flatnonzero(country == one) for one in np.unique(country)]
    luck, found = np.random.default_rng(SEED), []
    for _ in range(resamples):
        chosen = [rows[place] for place in luck.integers(0, len(rows), len(rows))]
        anew = np.repeat(np.arange(len(chosen)), [part.size for part in chosen])
        found.append(within_share(outcome[np.concatenate(chosen)], anew))
    return within_share(outcome, country), *(float(edge) for edge in np.quantile(found, INTERVAL))


def main() -> None:
    """Read, compute, print."""
    parser = argparse.ArgumentParser(description="Print the share of the variance of ratings within countries.")
    parser.add_argument("ratings", type=Path)
    table = pd.read_csv(parser.parse_args().ratings)
    lines = []
    for which, instrument in (("investment projects", "IPF"), ("all projects", None)):
        projects = rated(table, instrument)
        country = np.asarray(pd.factorize(projects["iso3"])[0], dtype=np.int64)
        for name, column in OUTCOMES.items():
            share, low, high = share_with_interval(projects[column].to_numpy(dtype=np.float64), country)
            lines.append((which, str(len(projects)), name, f"{share:.3f}", f"{low:.3f} to {high:.3f}"))
    print(table_of(("projects", "number", "outcome", "share", "95% interval"), lines, range(5)))


if __name__ == "__main__":
    main()
