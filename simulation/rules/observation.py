"""Observation: how well donors see what they pay for."""

from __future__ import annotations

from ..basis.compiled import compiled
from .curves import halved


def observation_sd(noise: float, half_share: float, share: float) -> float:
    """Return the standard error of observed sustainability (0-1) where a share of budgets goes to monitoring.

    noise 0.5^(share / half share): `noise` where nothing is spent, and each half share halves it.
    """
    return float(noise * halved(share, half_share))


@compiled
def readiness(now: float, at_founding: float, best: float) -> float:
    """Return how far sustainability has come from what it was at founding to the best of its kind, 0 to 1.

    (now - at founding) / (best - at founding); a best that is no better than the founding counts as just above it.
    """
    way = (now - at_founding) / max(best - at_founding, 1e-3)
    return min(max(way, 0.0), 1.0)
