"""The embedded tables as they are stored, and the years that they cover."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

import numpy as np

from ..basis.errors import DataError
from ..basis.late import pd

FIRST_YEAR, LAST_YEAR = 2000, 2060
YEARS = np.arange(FIRST_YEAR, LAST_YEAR + 1)
FACTS_YEAR = 2024  # the embedded levels of barriers and of fiscal facts are of about this year
PROJECTED_FROM = 2025


@lru_cache(maxsize=16)
def load_table(name: str) -> pd.DataFrame:
    """Read one embedded table, such as ``"countries"``. Treat the frame as read-only: it is shared."""
    source = resources.files(__package__ or __name__).joinpath(f"{name}.csv")
    if not source.is_file():
        raise DataError("no such table", file=f"{name}.csv", expected="an embedded table")
    with source.open("rb") as stream:
        return pd.read_csv(stream, keep_default_na=False, na_values=[""])


def load_countries() -> pd.DataFrame:
    """Return the table of economies, one row each, sorted by ISO code."""
    return load_table("countries")
