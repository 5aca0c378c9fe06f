"""The index of sustainability: resources, capacity and motivation, none of which buys off another."""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.powers import power
from ..basis.units import FloatArray

LEAST_FACTOR = 0.01  # what a factor counts for where there is none of it: the index needs powers of it


@compiled
def index(resources: FloatArray, capacity: FloatArray, motivation: FloatArray, exponent: float) -> FloatArray:
    """Return the sustainability index S, in [0.01, 1], of three factors, (n,) each.

    S = (mean of f^rho over the three factors f, each at least 0.01)^(1/rho): a CES with equal weights. At an exponent
    rho far below zero S is the lowest factor, at one it would be their mean.

    Source: Rogers and Coates 2015 (the three are complements); the form is judged, and its exponent swept.
    """
    return _mean(_power_of_factor(resources, exponent), capacity, motivation, exponent)


@compiled
def people_alone(capacity: FloatArray, motivation: FloatArray, exponent: float) -> FloatArray:
    """Return the index with resources of 1, (n,): what people make of it."""
    return _mean(np.ones(capacity.size), capacity, motivation, exponent)


@compiled
def _mean(money: FloatArray, capacity: FloatArray, motivation: FloatArray, exponent: float) -> FloatArray:
    """Return the index from the power of resources, `money`, and from capacity and motivation, (n,)."""
    found, willing = _power_of_factor(capacity, exponent), _power_of_factor(motivation, exponent)
    for i in range(found.size):
        found[i] = (money[i] + (found[i] + willing[i])) / 3.0
    power(found, 1.0 / exponent, found)
    return found


@compiled
def _power_of_factor(factor: FloatArray, exponent: float) -> FloatArray:
    """Return the powers of a factor, (n,)."""
    found = np.empty(factor.size)
    for i in range(found.size):
        found[i] = max(factor[i], LEAST_FACTOR)
    power(found, exponent, found)
    return found


def power_of(base: FloatArray, exponent: float) -> FloatArray:
    """Return a positive base to a power; shape is kept."""
    found = np.array(base, order="C")
    numbers = found.reshape(-1)
    power(numbers, exponent, numbers)
    return found
