"""Shapes that several rules have: gaps that close, effects that saturate, quantities that halve."""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import FloatArray

Number = TypeVar("Number", float, FloatArray)


@compiled
def closing(share: Number, pace: Number | float) -> Number:
    """Return how much of the gap between a share and one closes in a step, elementwise: pace (1 - share)."""
    return pace * (1.0 - share)


@compiled
def towards(value: Number, target: Number, step: Number | float) -> Number:
    """Return a value after a step towards its target, elementwise: value + step (target - value)."""
    return value + step * (target - value)


def saturated(amount: Number, scale: float) -> Number:
    """Return 1 - exp(-amount / scale), elementwise: 0 for nothing, 63% at the scale, never more than one."""
    found: Number = 1.0 - np.exp(-amount / scale)
    return found


def halved(amount: Number, half: float) -> Number:
    """Return 0.5^(amount / half), elementwise: what is left where each `half` of the amount halves it."""
    found: Number = 0.5 ** (amount / half)
    return found
