"""Markets: what rivalry, taxes, finance and public works do to prices and to coverage, elementwise by economy."""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import FloatArray
from .curves import Number

LOWEST_PRICE = 0.02  # of its path: no order makes data free
RIVALS_MATTER_TO = 4.0  # effective operators beyond which one more does not move prices
DAYS_PER_MONTH = 365.0 / 12.0


def entry_log_price(before: FloatArray, after: FloatArray, second: float, later: float) -> FloatArray:
    """Return the change of the log price of data where the number of effective operators changes.

    The price falls by `second` from one operator to two, and by `later` with each more up to four; between whole
    numbers in proportion, in logs. Where operators merge it rises by the same law.
    """
    return log_price(after, second, later) - log_price(before, second, later)


def log_price(operators: FloatArray, second: float, later: float) -> FloatArray:
    """Return the log price of data over that of a monopoly, for some effective operators."""
    return _by_rivals(operators, float(np.log1p(-second)), float(np.log1p(-later)))


@compiled
def _by_rivals(operators: Number, second: float, later: float) -> Number:
    """Return that log price, from the logs of what the second operator and each later one leave of it."""
    first = np.minimum(np.maximum(operators - 1.0, 0.0), 1.0)
    more = np.minimum(np.maximum(operators - 2.0, 0.0), RIVALS_MATTER_TO - 2.0)
    price: Number = first * second + more * later
    return price


def investment(before: FloatArray, after: FloatArray, fall: float) -> FloatArray:
    """Return what all operators invest over what they did: each invests `fall` less for every rival more."""
    return np.asarray(after / before * (1.0 - fall) ** (after - before))


@compiled
def rivalry(operators: Number) -> Number:
    """Return the part of a fall of wholesale cost that rivals pass on: 1 - 1 / effective operators."""
    return 1.0 - 1.0 / operators


@compiled
def with_charge(price: Number, ratio: Number, dollars_a_day: Number, income: Number) -> Number:
    """Return the price of data over its path where a fixed charge a day comes on top.

    Args:
        price: on its path, share of monthly income.
        ratio: what other levers make of it.
        dollars_a_day: the charge.
        income: mean, dollars a month.
    """
    least: Number = np.maximum(ratio, LOWEST_PRICE)
    return least + dollars_a_day * DAYS_PER_MONTH / income / price


@compiled
def gap_left(*closed: Number) -> Number:
    """Return the part of a gap that is left where several works each close a part of it, independently."""
    left = 1.0 - closed[0]
    for part in closed[1:]:
        left = left * (1.0 - part)
    return left


def part_of_gap(people: FloatArray, gap: FloatArray) -> FloatArray:
    """Return the part of a gap that a gain in people closes where the last are ever harder: 1 - exp(-gain / gap)."""
    return -np.expm1(-people / np.maximum(gap, 1e-6))


@compiled
def outlay(capital: Number, level: Number, before: Number, running: float) -> Number:
    """Return a year's dollars of works: capital of what is added, and running cost of what stands.

    Args:
        capital: dollars of the whole work.
        level: part of it that stands now.
        before: part that stood a year before.
        running: yearly cost of what stands, over its capital.
    """
    grown: Number = np.maximum(level - before, 0.0)
    return capital * (grown + running * level)
