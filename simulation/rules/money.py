"""Money: how donors' budgets move, and what each gets where there is too little for all."""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import CENTS_PER_DOLLAR, FloatArray, IntArray
from .curves import Number

BASE_YEAR = 2023  # year of the embedded budgets
LEAST_ASKED = 1e-9  # dollars: what is asked below it counts as that


@compiled
def whole_cents(dollars: float) -> int:
    """Return dollars as whole cents, rounded half to even; `units.cents` does the same to an array."""
    return int(np.rint(dollars * CENTS_PER_DOLLAR))


@compiled
def part_of(amount: int, share: float) -> int:
    """Return a share (zero or more) of an amount, rounded down to whole cents, at most all of it."""
    return min(int(amount * share), amount)


def next_deviation(
    deviation: FloatArray, luck: FloatArray, persistence: FloatArray, volatility: FloatArray
) -> FloatArray:
    """Return next year's deviation of the log budget, elementwise by donor: an AR(1), persistence d + volatility z."""
    return persistence * deviation + volatility * luck


def aid_level(year: int, past: float, future: float) -> float:
    """Return aid before luck and cuts over that of the base year; real growth differs before and after it."""
    since = year - BASE_YEAR
    return float(np.exp((past if since < 0 else future) * since))


def budget(
    base: FloatArray,
    level: float,
    deviation: FloatArray,
    persistence: FloatArray,
    volatility: FloatArray,
) -> FloatArray:
    """Return a year's budget before cuts, elementwise by donor: base x level x exp(deviation - variance / 2).

    The variance is that of the AR(1), volatility^2 / (1 - persistence^2), so that the mean over luck has no part of it.

    Args:
        base: budget of the base year, dollars.
        level: of aid over that of the base year (`aid_level`).
        deviation: of the log budget.
        persistence: of the deviation, below one.
        volatility: standard deviation of a year's luck, log.
    """
    variance = volatility**2 / (1.0 - persistence**2)
    return np.asarray(base * level * np.exp(deviation - variance / 2.0))


def newest_left(cash: IntArray, fresh: IntArray, year_old: IntArray) -> tuple[IntArray, IntArray]:
    """Return what is left of this year's and of last year's appropriations where the oldest money is spent first.

    Args:
        cash: cents in the accounts after what was spent, (D,).
        fresh: cents appropriated this year that were there before.
        year_old: the same of the year before; older money is the rest.
    """
    fresh_left = np.minimum(fresh, cash)
    return fresh_left, np.minimum(year_old, cash - fresh_left)


@compiled
def part_met(room: Number, asked: Number) -> Number:
    """Return the part of what is asked that can be met, elementwise: room / asked, at most 1; all get it."""
    part: Number = np.minimum(1.0, room / np.maximum(asked, LEAST_ASKED))
    return part
