"""Print how much aid of one sector to a recipient moves from year to year, from lists of projects.

    python -m afteraid.experiments.trust.patterns.sector_spread PROJECTS.csv

The table is that of `tools/fit_sizes.py`: recipient, donor_type, sector_codes, commit_usd, disb_usd, tx_start, tx_end,
start, end.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.results.faces.markdown import table_of

from .statistics import yearly_spread

FIRST, LAST = 1990, 2049
WELL_COVERED = (0.15, 0.75)  # quantiles of the first and last years of a recipient's projects: inside, lists are full
FEWEST_YEARS = 6
AS_DIGITAL = (3e6, 60e6)  # dollars a year: what digital aid to most recipients comes to, in the default world
RESAMPLES, SEED = 2000, 1
INTERVAL = (0.025, 0.975)


def projects(table: pd.DataFrame) -> pd.DataFrame:
    """Return foreign projects with money and years: recipient, sector, first, last (years), dollars."""
    table = table[table["donor_type"] != "domestic"]
    paid, committed = (pd.to_numeric(table[name], errors="coerce") for name in ("disb_usd", "commit_usd"))
    years = {}
    for name, transaction, date in (("first", "tx_start", "start"), ("last", "tx_end", "end")):
        planned = pd.to_datetime(table[date], errors="coerce").dt.year
        years[name] = pd.to_numeric(table[transaction], errors="coerce").fillna(planned)
    found = pd.DataFrame(
        {
            "recipient": table["recipient"],
            "sector": table["sector_codes"].astype(str).str.extract(r"(\d{3})")[0],
            **years,
            "dollars": paid.where(paid > 0.0, committed),
        }
    ).dropna()
    found = found[(found["dollars"] > 0.0) & (found["last"] >= found["first"])]
    return found[(found["first"] >= FIRST) & (found["last"] <= LAST)].astype({"first": np.int64, "last": np.int64})


def by_year(chosen: pd.DataFrame) -> FloatArray:
    """Return dollars by year from `FIRST` to `LAST`: each project's money spread evenly over its years."""
    change = np.zeros(LAST - FIRST + 2)
    yearly = chosen["dollars"].to_numpy() / (chosen["last"] - chosen["first"] + 1).to_numpy()
    np.add.at(change, chosen["first"].to_numpy() - FIRST, yearly)
    np.add.at(change, chosen["last"].to_numpy() - FIRST + 1, -yearly)
    return np.asarray(np.cumsum(change)[:-1])


def spreads(table: pd.DataFrame) -> pd.DataFrame:
    """Return recipient, sector and the standard deviation of yearly changes of ln aid, one row a sector that counts.

    A sector counts where its aid is as much as digital aid is, in every year that the recipient's list covers well.
    """
    rows = []
    for recipient, listed in table.groupby("recipient"):
        first, last = listed["first"].quantile(WELL_COVERED[0]), listed["last"].quantile(WELL_COVERED[1])
        years = slice(int(first) - FIRST, int(last) - FIRST + 1)
        for sector, chosen in listed.groupby("sector"):
            aid = by_year(chosen)[years]
            if aid.size >= FEWEST_YEARS and aid.min() > 1.0 and AS_DIGITAL[0] <= aid.mean() <= AS_DIGITAL[1]:
                rows.append((recipient, sector, yearly_spread(aid[:, None])))
    return pd.DataFrame(rows, columns=["recipient", "sector", "spread"])


def median_with_interval(found: pd.DataFrame, resamples: int = RESAMPLES) -> tuple[float, float, float]:
    """Return the median over sectors of recipients, and its 95% interval over resampled recipients."""
    parts = [part["spread"].to_numpy() for _, part in found.groupby("recipient")]
    luck = np.random.default_rng(SEED)
    drawn = [
        float(np.median(np.concatenate([parts[place] for place in luck.integers(0, len(parts), len(parts))])))
        for _ in range(resamples)
    ]
    low, high = (float(edge) for edge in np.quantile(drawn, INTERVAL))
    return float(found["spread"].median()), low, high


def main() -> None:
    """Read, compute, print."""
    parser = argparse.ArgumentParser(description="Print how much aid of one sector moves from year to year.")
    parser.add_argument("projects", type=Path)
    found = spreads(projects(pd.read_csv(parser.parse_args().projects, low_memory=False)))
    median, low, high = median_with_interval(found)
    line = (str(len(found)), str(found["recipient"].nunique()), f"{median:.3f}", f"{low:.3f} to {high:.3f}")
    print(table_of(("sectors", "recipients", "median", "95% interval"), [line], range(4)))


if __name__ == "__main__":
    main()
