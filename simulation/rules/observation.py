"""Observation: how well donors see what they pay for."""

from __future__ import annotations

from .curves import halved


def observation_sd(noise: float, half_share: float, share: float) -> float:
    """Return the standard error of observed sustainability (0-1) where a share of budgets goes to monitoring.

    noise 0.5^(share / half share): `noise` where nothing is spent, and each half share halves it.
    """
    return float(noise * halved(share, half_share))
