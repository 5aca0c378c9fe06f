"""Readiness: what makes an initiative ready to stand alone, what that takes, and when it fails if left at once.

Of one initiative where nothing else is said; shares and factors are 0 to 1.
"""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import FloatArray
from .curves import saturated
from .sustainability import LEAST_FACTOR, power_of


@compiled
def index_needed(at_founding: float, best: float, threshold: float) -> float:
    """Return the index of sustainability at which readiness is the threshold: at founding + threshold (best - it)."""
    return at_founding + threshold * max(best - at_founding, 1e-3)


def capacity_needed(index: FloatArray, money: FloatArray, motivation: FloatArray, exponent: float) -> FloatArray:
    """Return the capacity that brings the index to a level, with these other two factors; arrays that broadcast.

    (3 index^rho - money^rho - motivation^rho)^(1/rho); infinite where no capacity is enough. rho is negative.
    One or more is out of reach.
    """
    wanted, own, owners = (power_of(np.maximum(one, LEAST_FACTOR), exponent) for one in (index, money, motivation))
    left = 3.0 * wanted - own - owners
    return np.where(left > 0.0, power_of(np.where(left > 0.0, left, 1.0), 1.0 / exponent), np.inf)


@compiled
def training_share(
    capacity: float, needed: float, years: float, governance: float, gain: float, turnover: float
) -> float:
    """Return the share of spending that has to build capacity, so that it rises to what is needed in some years.

    The change of capacity (`factors.capacity_change`) solved for that share, at the capacity half way:
    ((needed - capacity) / years + turnover x half way) / (gain (0.5 + governance) (1 - half way)). Zero where
    capacity is enough; infinite where one or more is needed. A share of one or more cannot be had in the time.
    """
    half_way = 0.5 * (capacity + needed)
    speed = gain * (0.5 + governance) * max(1.0 - half_way, 1e-9)
    share = ((needed - capacity) / max(years, 1e-9) + turnover * half_way) / speed
    possible = share if needed < 1.0 else np.inf
    return possible if needed > capacity else 0.0


@compiled
def training_cost(share: float, running: float) -> float:
    """Return the dollars a year of training that are a share of running cost and training; infinite for one or more.

    running x share / (1 - share).
    """
    return running * share / (1.0 - share) if share < 1.0 else np.inf


def years_of_rise(years: FloatArray, speed: float) -> FloatArray:
    """Return the years of fees that are lost by some times while users are asked for more: (1 - exp(-speed t)) / speed.

    Args:
        years: times from now, (T,).
        speed: at which the part that users are asked for approaches all, per year; at zero it does not rise.
    """
    return np.asarray(saturated(years, 1.0 / speed) / speed if speed > 0.0 else years)


@compiled
def years_solvent(
    core: float, lines: float, fees: float, asked: float, credit: float, years: FloatArray, rise: FloatArray
) -> float:
    """Return the first of some times at which an operator has given up whose donor leaves today, or else the last.

    What is missing by a time t is (core - lines - fees) t + fees (1 - asked) (years of rise by t), as users are asked
    for more and more of what they could pay. The operator gives up when this passes cash and credit.

    Args:
        core: core cost, over running cost.
        lines: what treasury, service fund and endowment pay, over running cost.
        fees: what users pay when asked for all, over running cost.
        asked: part of that which users are asked for today.
        credit: cash and the arrears that the operator tolerates, less those that there are, in years of running cost.
        years: times from now, rising, (T,); after the last nobody looks.
        rise: what :func:`years_of_rise` gives for them, (T,).
    """
    first: float = years[-1]
    for step in range(years.size - 1, -1, -1):  # what is found last is the first time
        missing = (core - lines - fees) * years[step] + fees * (1.0 - asked) * rise[step]
        first = years[step] if missing > max(credit, 0.0) else first
    return first


def years_kept(hazard: FloatArray, first: FloatArray, last: float) -> FloatArray:
    """Return the years of life between two times that are expected at a constant hazard, (n,).

    The integral of exp(-h t): (exp(-h first) - exp(-h last)) / h.

    Args:
        hazard: per year, above zero, (n,).
        first: years from now, (n,).
        last: years from now, not before the first.
    """
    return np.asarray((np.exp(-hazard * first) - np.exp(-hazard * last)) / hazard)
