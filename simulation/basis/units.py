"""Units: whole cents, quarters, people and shares; how users write them: `number_text.py`."""

from __future__ import annotations

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


def cents(dollars: Any) -> IntArray:
    """Convert dollars to whole cents, rounding half to even. Shape is kept."""
    return np.rint(np.asarray(dollars, dtype=np.float64) * CENTS_PER_DOLLAR).astype(np.int64)


LEAST_SHARE, MOST_SHARE = 0.005, 0.995  # within which a share is kept before its log odds are taken


def logit(share: FloatArray) -> FloatArray:
    """Return the log-odds of a share in (0, 1)."""
    return np.log(share / (1.0 - share))


def bounded_logit(share: FloatArray) -> FloatArray:
    """Return the log-odds of a share, kept within 0.5% and 99.5%: beyond, a figure says nothing of log-odds."""
    return logit(np.minimum(np.maximum(share, LEAST_SHARE), MOST_SHARE))


def expit(log_odds: FloatArray) -> FloatArray:
    """Return the share whose log-odds are given; stable at both ends."""
    return 0.5 * (1.0 + np.tanh(0.5 * log_odds))
