"""Cash: what users pay, in which order a till pays, and what its money and its debts amount to.

Of one initiative where nothing else is said; arrays are initiatives, (n,). Money is in whole cents where it is paid.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import CENTS_PER_DOLLAR, YEARS_PER_QUARTER, FloatArray
from .curves import Number


class Payments(NamedTuple):
    """What a till pays in one quarter, in cents, in the order in which it pays."""

    core: int  # of the core cost of this quarter
    arrears: int  # of core cost that earlier quarters left unpaid
    periphery: int  # of the rest of running cost


@compiled
def core_cost(need: int, participation: float, private: bool, core: float, in_kind: float, wage: float) -> int:
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
    share = 1.0 + wage if private else core * (1.0 - in_kind * participation)
    return int(need * share)


@compiled
def pay_in_order(cash: int, need: int, core: int, owing: int) -> Payments:
    """Return what a till pays: core cost first, then arrears, then the periphery; never more than it holds."""
    paid = min(cash, core)
    back = min(cash - paid, owing)
    rest = min(cash - paid - back, max(need - core, 0))
    return Payments(paid, back, rest)


@compiled
def part(paid: int, due: int, otherwise: float) -> float:
    """Return the part of what was due that was paid, at most 1; where nothing was due, what it is `otherwise`."""
    return min(paid / due, 1.0) if due > 0 else otherwise


@compiled
def paid_by_donors(before: float, money: int, need: int, memory: float) -> float:
    """Return the share of running cost that donors really paid: before + memory (min(money / need, 1) - before).

    Where nothing is needed any money counts as all.
    """
    now = part(money, need, 1.0 if money > 0 else 0.0)
    return before + memory * (now - before)


@compiled
def years_owed(owing: int, need: int, quarters: int) -> float:
    """Return arrears in years of full running cost; 0 where nothing runs. `need` is the cost of one quarter, cents."""
    return owing / (need * quarters) if need > 0 else 0.0


@compiled
def demand(use: float, use_at_founding: float, lost: float) -> tuple[float, float]:
    """Return how far the market has reached those who were offline at founding, and the demand that is left (0-1).

    reached = (use - use at founding) / (1 - use at founding), within 0 and 1; left = 1 - lost x reached.
    """
    reached = (use - use_at_founding) / max(1.0 - use_at_founding, 0.05)
    reached = min(max(reached, 0.0), 1.0)
    return reached, 1.0 - lost * reached


@compiled
def price_of_basket(price: float, product: float, population: float) -> float:
    """Return the market's price of a basket for a quarter, cents a person: its share of income times income.

    Args:
        price: share of income.
        product: gross domestic product, dollars a year.
        population: people.
    """
    income = product / max(population, 1.0) * YEARS_PER_QUARTER
    return price * income * CENTS_PER_DOLLAR


def luck_of_fees(normal: FloatArray, spread: float) -> FloatArray:
    """Return fees over those of like initiatives: lognormal with mean one."""
    return np.asarray(np.exp(spread * normal - 0.5 * spread**2))


@compiled
def fees(users: float, basket: float, asked: float, collected: float, need: int, most: float) -> int:
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
    return int(min(users * basket * asked * collected, most * need))


@compiled
def set_aside(running: Number, draw: float, cover: Number) -> Number:
    """Return the share of what arrives to be invested, so that its yearly draw carries running cost, elementwise.

    cover x running / (draw + cover x running): the invested share s earns draw x s, and what is built of the rest
    costs running x (1 - s) a year.

    Args:
        running: yearly running cost of what one dollar spent leaves behind.
        draw: share of the endowment that is spent in a year.
        cover: share of running cost that the draw is to carry.
    """
    wanted = cover * running
    share: Number = wanted / np.maximum(draw + wanted, 1e-9)
    return share


@compiled
def tolerance(median: float, relative: float, private: bool, of_private: float) -> float:
    """Return the arrears at which an operator gives up, in years of running cost; less for a private owner.

    Args:
        median: years.
        relative: the operator's own over the median, lognormal.
        private: whether a private owner runs it.
        of_private: factor on the tolerance of a private owner.
    """
    return median * relative * (of_private if private else 1.0)
