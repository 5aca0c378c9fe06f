"""Fit the sizes of initiatives to project lists, by who gives: prints what `sizes` declares as its parameters.

    python tools/fit_sizes.py --reference DIR

The lists are national aid-management systems of 13 recipients (AidData, all sectors) and China's official finance for
communications. Amounts are brought to 2023 prices by the year in which a project starts; where no year is known, by the
list's median year. The spread is that of the middle 80%, so that neither gifts in kind nor single loans set it. Errors
come from resampling recipients. No row of a list goes into the project.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from reference_tables import command_line

ROOT = Path(__file__).resolve().parents[1]
REFITS = 400
TENTHS = 2.5631  # standard normal units between the first and the last tenth
LISTS = {"bilateral": "bilateral", "multilateral": "multilateral", "private": "private_ngo", "several": "several"}


def main() -> None:
    """Read the lists and print one row a kind of giver."""
    folder = command_line(__doc__ or "").parse_args().reference
    aims = _read(folder / "aid_projects_aims.csv", "commit_usd", "start")
    other = _read(folder / "aid_projects_ict.csv", "amount_usd", "year")
    found = {name: _fit(aims[aims["donor_type"] == kind]) for name, kind in LISTS.items()}
    found["lender"] = _fit(other[other["source"] == "aiddata_china_v1"])
    digital = aims[(aims["ict_sector"] == 1)]
    found["digital, all givers"] = _fit(digital)
    print(pd.DataFrame(found).T.round(3).to_string())
    known = aims["donor_type"].isin(LISTS.values())
    share = [float((part["donor_type"] == "several").mean()) for _, part in aims[known].groupby("recipient")]
    whole = float((aims.loc[known, "donor_type"] == "several").mean())
    print(f"share of several donors {whole:.3f}, by recipient {min(share):.3f}-{max(share):.3f}")


def _read(file: Path, amount: str, date: str) -> pd.DataFrame:
    """Return a list with the log of each amount in million dollars of 2023."""
    table = pd.read_csv(file, keep_default_na=False, na_values=[""], low_memory=False)
    table = table[table[amount] > 0.0].copy()
    year = pd.to_numeric(table[date].astype(str).str[:4], errors="coerce")
    year = year.fillna(year.median()).clip(2005, 2023).round().astype(int)
    level = pd.read_csv(ROOT / "simulation" / "data" / "deflators.csv").set_index("year")["us_gdp_deflator"]
    table["log"] = np.log(table[amount] / level.loc[year].to_numpy() / 1e6)
    return table


def _fit(table: pd.DataFrame) -> dict[str, float]:
    """Return the median, the spread and the mean with their errors over resampled recipients."""
    median, spread = _shape(table["log"].to_numpy())
    luck = np.random.default_rng(1)
    groups = [part["log"].to_numpy() for _, part in table.groupby("recipient")]
    draws = np.array(
        [_shape(np.concatenate([groups[row] for row in luck.integers(len(groups), size=len(groups))]))
         for _ in range(REFITS)]
    )  # fmt: skip
    errors = draws.std(axis=0)
    return {
        "n": float(len(table)), "median": float(np.exp(median)), "error_of_log_median": float(errors[0]),
        "spread": spread, "error_of_spread": float(errors[1]), "sd": float(table["log"].std()),
        "mean": float(np.exp(table["log"]).mean()),
    }  # fmt: skip


def _shape(logs: np.ndarray) -> tuple[float, float]:
    """Return the median of logs and the spread of their middle 80%."""
    low, middle, high = np.quantile(logs, [0.1, 0.5, 0.9])
    return float(middle), float((high - low) / TENTHS)


if __name__ == "__main__":
    main()
