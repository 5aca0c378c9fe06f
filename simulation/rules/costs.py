"""Costs: what a user costs to connect, and what an initiative costs to run."""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import FloatArray
from .curves import Number


def fallen(rate: float, years: float) -> float:
    """Return a cost over what it was, after so many years of falling at a rate a year: exp(-rate years)."""
    return float(np.exp(-rate * years))


def after_roll_out(ratio: float, speed: float, years: float) -> float:
    """Return a cost over its trend some years after a cheaper technology came: 1 - (1 - ratio)[1 - (1 - speed)^years].

    `ratio` is the cost over its trend once the technology is everywhere, `speed` the part of what is left in a year.
    """
    rolled_out = 1.0 - (1.0 - speed) ** years
    return float(1.0 - (1.0 - ratio) * rolled_out)


@compiled
def running(capital: float, missed: float, relative: float, rate: float, per_missed: float) -> float:
    """Return the running cost of an initiative, in dollars a period: rate x capital x (1 + wear) x relative.

    Args:
        capital: dollars built.
        missed: refresh cycles missed.
        relative: running cost over that of 2024.
        rate: running cost over capital, in the period.
        per_missed: rise per cycle missed.
    """
    return rate * capital * (1.0 + per_missed * missed) * relative


@compiled
def missed_cycles(vintage: float, life: float) -> float:
    """Return how many times equipment should have been replaced and was not: max(age / life - 1, 0).

    Age, `vintage`, and life are in the same unit.
    """
    return max(vintage / life - 1.0, 0.0)


def of_energy(energy: FloatArray, price: float) -> FloatArray:
    """Return running cost over that of 2024 by the price of energy, elementwise: 1 + share of energy (price - 1)."""
    return 1.0 + energy * (price - 1.0)


def solar_saving(energy: FloatArray, price: float, saving: float) -> FloatArray:
    """Return the share of running cost that a site saves which makes its own energy, elementwise.

    energy (price - (1 - saving)) / [1 + energy (price - 1)]: such a site pays 1 - saving of the energy cost of 2024.
    """
    return energy * (price - (1.0 - saving)) / of_energy(energy, price)


@compiled
def with_premium(cost: Number, premium: float, share: Number) -> Number:
    """Return a cost where a share of what is bought costs a premium more, elementwise: cost (1 + premium share)."""
    return cost * (1.0 + premium * share)
