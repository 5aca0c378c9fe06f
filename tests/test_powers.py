"""Powers, exponentials and logarithms: as near to the true numbers as a library's, in the whole range of numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afteraid.simulation.basis.powers import MOST, exponential, logarithm, power
from afteraid.simulation.basis.units import FloatArray

ULP = 1.0  # units in the last place


def apart(found: FloatArray, expected: FloatArray) -> float:
    """Return the largest distance in units in the last place."""
    return float((np.abs(found - expected) / np.spacing(np.abs(expected))).max())


@pytest.mark.parametrize("width", [1e-3, 1.0, 700.0])
def test_exponentials_and_logarithms_are_right_to_the_last_place(width: float) -> None:
    numbers = np.random.default_rng(4).uniform(-width, width, 20_001)
    found = np.empty_like(numbers)
    exponential(numbers, found)
    assert apart(found, np.exp(numbers)) <= ULP
    raised = found.copy()
    logarithm(raised, found)
    assert apart(found[raised != 1.0], np.log(raised[raised != 1.0])) <= ULP


def test_exact_numbers_stay_exact() -> None:
    numbers = np.array([1.0, 2.0, 0.5, 2.0**-1000, 2.0**1000])
    found = np.empty_like(numbers)
    logarithm(numbers, found)
    assert found.tolist() == [math.log(number) for number in numbers]
    exponential(np.zeros(5), found)
    assert found.tolist() == [1.0] * 5


def test_no_exponential_is_endless_or_nothing() -> None:
    found = np.empty(4)
    exponential(np.array([-1e9, -MOST, MOST, 1e9]), found)
    assert (found > 0.0).all() and np.isfinite(found).all()
    assert found[0] == found[1] and found[2] == found[3]


@given(st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=9), st.floats(-20.0, 20.0))
def test_a_power_is_that_of_each_number_alone_and_may_take_its_place(numbers: list[float], exponent: float) -> None:
    bases = np.array(numbers)
    found = np.empty_like(bases)
    power(bases, exponent, found)
    np.testing.assert_allclose(found, bases**exponent, rtol=1e-13)
    for place in range(bases.size):
        alone = bases[place : place + 1].copy()
        power(alone, exponent, alone)
        assert alone[0] == found[place]
