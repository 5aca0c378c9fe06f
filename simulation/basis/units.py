"""Units: whole cents, quarters, people and shares, and the words a user may write them in."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
KeyArray = npt.NDArray[np.uint64]
BoolArray = npt.NDArray[np.bool_]

QUARTERS_PER_YEAR = 4
YEARS_PER_QUARTER = 0.25
CENTS_PER_DOLLAR = 100

_QUANTITY = re.compile(r"^\s*([-+]?[0-9][0-9_,]*\.?[0-9]*(?:[eE][-+]?[0-9]+)?)\s*([%A-Za-z $./-]*)\s*$")

# unit as written -> (dimension, factor to the dimension's base unit)
_UNITS: dict[str, tuple[str, float]] = {
    "%": ("share", 0.01),
    "percent": ("share", 0.01),
    "share": ("share", 1.0),
    "year": ("years", 1.0),
    "years": ("years", 1.0),
    "quarter": ("years", 0.25),
    "quarters": ("years", 0.25),
    "month": ("years", 1 / 12),
    "months": ("years", 1 / 12),
    "usd": ("dollars", 1.0),
    "dollars": ("dollars", 1.0),
    "million usd": ("dollars", 1e6),
    "million dollars": ("dollars", 1e6),
    "billion usd": ("dollars", 1e9),
    "billion dollars": ("dollars", 1e9),
    "people": ("people", 1.0),
    "per year": ("per year", 1.0),
    "%/year": ("per year", 0.01),
    "% per year": ("per year", 0.01),
}


def parse_quantity(text: str, dimension: str) -> float:
    """Read a quantity that carries its unit, such as ``"4 years"`` or ``"9%"``.

    Returns the value in the base unit of `dimension` (share as 0-1, years, dollars, people, per year).
    Raises ValueError saying what was expected when the text has no number or a unit of another dimension.
    """
    match = _QUANTITY.match(text)
    if match is None:
        raise ValueError(f"'{text}' is not a quantity")
    number = float(match.group(1).replace("_", "").replace(",", ""))
    unit = " ".join(match.group(2).lower().split())
    if not unit:
        return number
    if unit not in _UNITS:
        raise ValueError(f"unknown unit '{unit}' in '{text}'")
    found, factor = _UNITS[unit]
    if found != dimension:
        raise ValueError(f"'{text}' is in {found}, not in {dimension}")
    return number * factor


def cents(dollars: Any) -> IntArray:
    """Convert dollars to whole cents, rounding half to even. Shape is kept."""
    return np.rint(np.asarray(dollars, dtype=np.float64) * CENTS_PER_DOLLAR).astype(np.int64)


def scale_cents(amounts: IntArray, factor: FloatArray | float) -> IntArray:
    """Take a share (zero or more) of each amount, rounded down to whole cents, at most all of it. Shape is kept."""
    scaled: IntArray = (amounts * factor).astype(np.int64)
    return np.minimum(scaled, amounts)


LEAST_SHARE, MOST_SHARE = 0.005, 0.995  # within which a share is kept before its log odds are taken


def logit(share: FloatArray) -> FloatArray:
    """Return the log-odds of a share in (0, 1)."""
    return np.log(share / (1.0 - share))


def bounded_logit(share: FloatArray) -> FloatArray:
    """Return the log-odds of a share, kept within 0.5% and 99.5%: beyond, a figure says nothing of log-odds."""
    return logit(np.clip(share, LEAST_SHARE, MOST_SHARE))


def expit(log_odds: FloatArray) -> FloatArray:
    """Return the share whose log-odds are given; stable at both ends."""
    return 0.5 * (1.0 + np.tanh(0.5 * log_odds))
