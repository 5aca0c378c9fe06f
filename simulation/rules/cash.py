"""Cash: what users pay, in which order a till pays, and what its money and its debts amount to.

Arrays are initiatives, (n,), and formulas are elementwise; money is in whole cents where it is paid.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..basis.units import BoolArray, FloatArray, IntArray


class Payments(NamedTuple):
    """What a till pays in one quarter, in cents, in the order in which it pays."""

    core: IntArray  # of the core cost of this quarter
    arrears: IntArray  # of core cost that earlier quarters left unpaid
    periphery: IntArray  # of the rest of running cost


def core_cost(
    need: IntArray, participation: FloatArray, private: BoolArray, core: float, in_kind: float, wage: float
) -> IntArray:
    """Return the core of running cost that must be paid in money, in cents.

    need x core (1 - in_kind x participation); for a private owner, who has no periphery to drop, need x (1 + wage).

    Args:
        need: running cost of the quarter, cents.
        participation: of local people, 0-1.
        private: whether a private owner runs it.
        core: share of running cost without which there is no service.
        in_kind: share of the core that neighbours give by work, site and power where all take part.
        wage: what a private owner wants to earn, over running cost.
    """
    share = np.where(private, 1.0 + wage, core * (1.0 - in_kind * participation))
    return np.floor(need * share).astype(np.int64)


def pay_in_order(cash: IntArray, need: IntArray, core: IntArray, owing: IntArray) -> Payments:
    """Return what a till pays: core cost first, then arrears, then the periphery; never more than it holds."""
    paid = np.minimum(cash, core)
    back = np.minimum(cash - paid, owing)
    rest = np.minimum(cash - paid - back, np.maximum(need - core, 0))
    return Payments(paid, back, rest)


def part(paid: IntArray, due: IntArray) -> FloatArray:
    """Return the part of what was due that was paid, at most 1; 1 where nothing was due."""
    found = np.minimum(paid / np.maximum(due, 1), 1.0)
    return np.where(due > 0, found, 1.0)


def paid_by_donors(before: FloatArray, money: IntArray, need: IntArray, memory: float) -> FloatArray:
    """Return the share of running cost that donors really paid: before + memory (min(money / need, 1) - before).

    Where nothing is needed any money counts as all.
    """
    now = np.where(need > 0, np.minimum(money / np.maximum(need, 1), 1.0), money > 0)
    return np.asarray(before + memory * (now - before))


def years_owed(owing: IntArray, need: IntArray, quarters: int) -> FloatArray:
    """Return arrears in years of full running cost; 0 where nothing runs. `need` is the cost of one quarter, cents."""
    return np.where(need > 0, owing / np.maximum(need * quarters, 1), 0.0)


def demand(use: FloatArray, use_at_founding: FloatArray, lost: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return how far the market has reached those who were offline at founding, and the demand that is left (0-1).

    reached = (use - use at founding) / (1 - use at founding), within 0 and 1; left = 1 - lost x reached.
    """
    reached = (use - use_at_founding) / np.maximum(1.0 - use_at_founding, 0.05)
    reached = np.minimum(np.maximum(reached, 0.0), 1.0)
    return np.asarray(reached), np.asarray(1.0 - lost * reached)


def luck_of_fees(normal: FloatArray, spread: float) -> FloatArray:
    """Return fees over those of like initiatives: lognormal with mean one."""
    return np.asarray(np.exp(spread * normal - 0.5 * spread**2))


def fees(
    users: FloatArray, basket: FloatArray, asked: FloatArray, collected: float, need: IntArray, most: float
) -> IntArray:
    """Return what users pay in a quarter, cents: users x basket x asked x collected, at most `most` x running cost.

    Nobody prices far above cost. The price is the market's, so fees fall as it does.

    Args:
        users: people served and able to pay.
        basket: the market's price of a basket for the quarter, cents a person.
        asked: part of it that is asked of them: kind, exit and luck.
        collected: part of what is asked that comes in.
        need: running cost, cents.
        most: fees over running cost, at most.
    """
    paid: IntArray = np.minimum(np.floor(users * basket * asked * collected), most * need).astype(np.int64)
    return paid


def set_aside(running: FloatArray, draw: float, cover: FloatArray) -> FloatArray:
    """Return the share of what arrives to be invested, so that its yearly draw carries running cost.

    cover x running / (draw + cover x running): the invested share s earns draw x s, and what is built of the rest
    costs running x (1 - s) a year.

    Args:
        running: yearly running cost of what one dollar spent leaves behind.
        draw: share of the endowment that is spent in a year.
        cover: share of running cost that the draw is to carry.
    """
    wanted = cover * running
    return np.asarray(wanted / np.maximum(draw + wanted, 1e-9))


def tolerance(median: float, spread: float, luck: FloatArray, private: BoolArray, of_private: float) -> FloatArray:
    """Return the arrears at which operators give up, in years of running cost: lognormal; less for a private owner.

    Args:
        median: years.
        spread: standard deviation of the logarithm.
        luck: standard normal numbers.
        private: whether a private owner runs it.
        of_private: factor on the tolerance of a private owner.
    """
    years = median * np.exp(spread * luck)
    return np.asarray(years * np.where(private, of_private, 1.0))
