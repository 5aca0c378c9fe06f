"""Observation: how well donors see what they pay for."""

from __future__ import annotations

import numpy as np

from ..basis.units import FloatArray
from .curves import halved


def observation_sd(noise: float, half_share: float, share: float) -> float:
    """Return the standard error of observed sustainability (0-1) where a share of budgets goes to monitoring.

    noise 0.5^(share / half share): `noise` where nothing is spent, and each half share halves it.
    """
    return float(noise * halved(share, half_share))


def readiness(now: FloatArray, at_founding: float, best: FloatArray) -> FloatArray:
    """Return how far sustainability has come from what it was at founding to the best of its kind, 0 to 1, (n,).

    (now - at founding) / (best - at founding); a best that is no better than the founding counts as just above it.
    """
    way = (now - at_founding) / np.maximum(best - at_founding, 1e-3)
    return np.asarray(np.minimum(np.maximum(way, 0.0), 1.0))
