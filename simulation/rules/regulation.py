"""Regulatory maturity: generations of it, and how reform and common rules raise it."""

from __future__ import annotations

import numpy as np

from ..basis.units import FloatArray

GENERATION = 0.25  # regulatory maturity of one generation, on a scale of 0-1 (four generations, as the ITU counts them)


def generations(change: FloatArray) -> FloatArray:
    """Return a change of regulatory maturity (0-1) in generations, elementwise."""
    return change / GENERATION


def reformed(most: FloatArray, so_far: FloatArray, regulation: FloatArray, years: float) -> FloatArray:
    """Return a year's gain of regulatory maturity by reform, elementwise: a straight line of so many years.

    Args:
        most: what reform can gain in all (0-1).
        so_far: what it has gained.
        regulation: regulatory maturity, which ends at one.
        years: in which a reform is carried through.
    """
    left = np.maximum(most - so_far, 0.0)
    room = np.maximum(1.0 - regulation, 0.0)
    return np.asarray(np.minimum(np.minimum(most / years, left), room))


def converged(regulation: FloatArray, best: FloatArray, reach: float, pace: float) -> FloatArray:
    """Return a year's gain by common rules: the pace of the way to `reach` times the bloc's best, elementwise."""
    return np.asarray(pace * np.maximum(reach * best - regulation, 0.0))
