"""The index of sustainability: resources, capacity and motivation, none of which buys off another."""

from __future__ import annotations

import numpy as np

from ..basis.powers import power
from ..basis.units import FloatArray

LEAST_FACTOR = 0.01  # what a factor counts for where there is none of it: the index needs powers of it


def index(resources: FloatArray, capacity: FloatArray, motivation: FloatArray, exponent: float) -> FloatArray:
    """Return the sustainability index S, in [0.01, 1], of arrays that broadcast.

    S = (mean of f^rho over the three factors f, each at least 0.01)^(1/rho): a CES with equal weights. At an exponent
    rho far below zero S is the lowest factor, at one it would be their mean.

    Source: Rogers and Coates 2015 (the three are complements); the form is judged, and its exponent swept.
    """
    money = _to_power(np.maximum(resources, LEAST_FACTOR), exponent)
    return _mean(money + _powers_of_people(capacity, motivation, exponent), exponent)


def people_alone(capacity: FloatArray, motivation: FloatArray, exponent: float) -> FloatArray:
    """Return the index with resources of 1: what people make of it."""
    return _mean(1.0 + _powers_of_people(capacity, motivation, exponent), exponent)


def _mean(powers: FloatArray, exponent: float) -> FloatArray:
    """Return the index from the sum of the three powers."""
    return _to_power(powers / 3.0, 1.0 / exponent)


def _powers_of_people(capacity: FloatArray, motivation: FloatArray, exponent: float) -> FloatArray:
    """Return the sum of the powers of capacity and motivation."""
    powers = _to_power(np.maximum(capacity, LEAST_FACTOR), exponent)
    return powers + _to_power(np.maximum(motivation, LEAST_FACTOR), exponent)


def power_of(base: FloatArray, exponent: float) -> FloatArray:
    """Return a positive base to a power; shape is kept."""
    found = np.array(base, order="C")
    numbers = found.reshape(-1)
    power(numbers, exponent, numbers)
    return found


def _to_power(base: FloatArray, exponent: float) -> FloatArray:
    """Return numbers that nobody else reads to a power, in their own place where they are an array; shape is kept."""
    found = np.asarray(base, order="C")
    numbers = found.reshape(-1)
    power(numbers, exponent, numbers)
    return found
