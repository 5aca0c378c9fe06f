"""Read the shared reference tables, and write the small fitted tables that the project ships.

The reference folder is given on the command line and is used to fit parameters only: no series of it is copied.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DATA_FOLDER = Path(__file__).resolve().parent.parent / "simulation" / "data"

LOWEST_USE = 0.005
HIGHEST_USE = 0.995


def command_line(description: str) -> argparse.ArgumentParser:
    """Return the options that every fitting script shares: where the reference is, where the tables go."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--reference", type=Path, required=True, help="folder of the shared reference tables")
    parser.add_argument("--out", type=Path, default=DATA_FOLDER, help="folder for the fitted tables")
    return parser


def read_reference(folder: Path, name: str) -> pd.DataFrame:
    """Read one reference table; "NA" is Namibia's ISO2 code and text, only an empty cell is missing."""
    return pd.read_csv(folder / name, keep_default_na=False, na_values=[""])


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table so that a rebuild gives the same bytes on every platform."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(table.to_csv(index=False, lineterminator="\n").encode("utf-8"))


def logit(share: Floats) -> Floats:
    """Return the log odds of a share in 0..1, kept within 0.5% and 99.5%."""
    kept = np.clip(share, LOWEST_USE, HIGHEST_USE)
    return np.asarray(np.log(kept / (1.0 - kept)), dtype=np.float64)


def inverse_logit(log_odds: Floats) -> Floats:
    """Return the share in 0..1 that has these log odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)), dtype=np.float64)


def read_panel(folder: Path, name: str, column: str, years: range) -> pd.DataFrame:
    """Return one variable as a table of years (rows) by economies (columns), empty where not observed."""
    table = read_reference(folder, name)
    wide = table.pivot(index="year", columns="iso3", values=column)
    return wide.reindex(index=pd.Index(list(years), name="year"))
