"""Regulatory maturity: generations of it, and how reform and common rules raise it."""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from .curves import Number

GENERATION = 0.25  # regulatory maturity of one generation, on a scale of 0-1 (four generations, as the ITU counts them)


@compiled
def generations(change: Number) -> Number:
    """Return a change of regulatory maturity (0-1) in generations, elementwise."""
    return change / GENERATION


@compiled
def reformed(most: Number, so_far: Number, regulation: Number, years: float) -> Number:
    """Return a year's gain of regulatory maturity by reform, elementwise: a straight line of so many years.

    Args:
        most: what reform can gain in all (0-1).
        so_far: what it has gained.
        regulation: regulatory maturity, which ends at one.
        years: in which a reform is carried through.
    """
    left = np.maximum(most - so_far, 0.0)
    room = np.maximum(1.0 - regulation, 0.0)
    gained: Number = np.minimum(np.minimum(most / years, left), room)
    return gained


@compiled
def converged(regulation: Number, best: Number, reach: float, pace: float) -> Number:
    """Return a year's gain by common rules: the pace of the way to `reach` times the bloc's best, elementwise."""
    ahead: Number = np.maximum(reach * best - regulation, 0.0)
    return pace * ahead
