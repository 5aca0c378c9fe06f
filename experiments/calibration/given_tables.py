"""Tables of aid and of rated projects that a calibration is given: what their columns hold, and how they are read."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from afteraid.simulation.results.words.templates import Templates

from .csv_table import Kind, read_columns
from .panel import with_economies

HOLDS: dict[str, dict[str, Kind]] = {
    "flows": {"donor": "text", "recipient": "text", "year": "year", "oda_gross": "dollars"},
    "donors": {"donor": "text", "year": "year", "oda_given_usd2023": "dollars"},
    "world-bank-projects": {
        "iso3": "text", "outcome": "number", "fcs": "flag", "ict": "number", "practice": "text", "instrument": "text",
        "approval_fy": "year or empty", "closing_fy": "year or empty",
    },
    "adb-projects": {
        "iso3": "text", "overall": "number", "sustainability": "number", "fcas": "flag", "sector": "text",
        "modality": "text", "approval_year": "year or empty", "close_est": "number", "close_act": "number",
    },
}  # fmt: skip
ECONOMIES = ("recipient", "iso3")
SAY = Templates("given_tables", no_donor="Left out of {file}: {rows} rows without a donor.")


def read_given(path: Path, name: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Read one of the tables, and say by name what of it was left out.

    Args:
        path: of the file.
        name: of the table, as in `HOLDS`.

    Raises:
        DataError: as :func:`read_columns` and :func:`read_economies` do.
    """
    table = read_columns(path, HOLDS[name])
    left_out: tuple[str, ...] = ()
    for column in ECONOMIES:
        if column in table:
            rows, left_out = with_economies(table, path, column)
            table = rows.set_index("line")
    if "donor" in table and table["donor"].isna().any():
        said = SAY("no_donor", file=path.name, rows=int(table["donor"].isna().sum()))
        table, left_out = table[table["donor"].notna()], (*left_out, said)
    return table.reset_index(drop=True), left_out
