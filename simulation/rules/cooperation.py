"""Cooperation: how far donors coordinate, how concentrated they are, and what dealing with many of them costs."""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import FloatArray

FIRST_COUNT, LAST_COUNT = 2004, 2023  # years in which agencies were counted
MOST_LOST = 0.4  # share of a payment that volatility takes at most


def willingness(lever: float, habit: FloatArray, budget: FloatArray, inclination: float) -> FloatArray:
    """Return how far each donor coordinates, 0 to 1: the lever, sooner followed by donors with the habit. Shape (D,).

    1 - (1 - lever)^((own habit / mean habit by budget)^inclination). At a lever of 0 nobody coordinates beyond what
    fitted herding already holds, at 1 all do.

    Args:
        lever: 0 to 1.
        habit: each donor's own habit of coordination.
        budget: each donor's budget, which weighs its habit in the mean.
        inclination: how far a donor's own habit matters; at 0 all follow the lever alike.
    """
    relative = habit * budget.sum() / (habit * budget).sum()
    exponent = relative**inclination
    return np.asarray(1.0 - (1.0 - lever) ** exponent)


def agencies(year: int, past: float, future: float) -> float:
    """Return how many agencies a donor gives through, over their number in 2004; `past` and `future` are log growth."""
    seen = min(year, LAST_COUNT) - FIRST_COUNT
    return float(np.exp(past * seen + future * max(year - LAST_COUNT, 0)))


@compiled
def concentration(paid: FloatArray, willing: FloatArray, contacts: FloatArray) -> FloatArray:
    """Return each recipient's Herfindahl-Hirschman index of agencies; those that coordinate count as one. Shape (R,).

    h + c (1 - h), with h the sum of squared shares of what was paid and c the willingness of those who paid, by what
    they paid. A donor with several contacts pays through all of them alike. A recipient that nobody paid has 1.

    Args:
        paid: dollars by donor and recipient, (D, R).
        willing: how far each donor coordinates, (D,).
        contacts: agencies of each donor in each recipient, one or more, (D, R).
    """
    total, together, index = np.zeros(paid.shape[1]), np.zeros(paid.shape[1]), np.zeros(paid.shape[1])
    for d in range(paid.shape[0]):
        for r in range(paid.shape[1]):
            total[r] += paid[d, r]
            together[r] += paid[d, r] * willing[d]
            index[r] += paid[d, r] * paid[d, r] / contacts[d, r]
    for r in range(total.size):
        least = max(total[r], 1e-9)
        alone = index[r] / (least * least) if total[r] > 0.0 else 1.0
        index[r] = alone + together[r] / least * (1.0 - alone)
    return index


def fragmentation_cost(concentration: FloatArray, whole: float) -> FloatArray:
    """Return the share of a payment that dealing with many donors takes, elementwise: whole (1 - concentration)."""
    return whole * (1.0 - concentration)


@compiled
def transaction_cost(base: float, fragmented: float, reporting: float, platform: float, coordinating: float) -> float:
    """Return the share of a payment that it costs to deal with its donor: the sum of its parts.

    base + fragmented x reporting + platform + coordinating

    Args:
        base: with a single donor in the country.
        fragmented: what many donors add (`fragmentation_cost`).
        reporting: 1 where each donor has its own reporting, 0 where they share one.
        platform: what a platform adds.
        coordinating: what it costs the donor to coordinate.
    """
    return base + fragmented * reporting + platform + coordinating


@compiled
def volatility_cost(lost: float, transmitted: float, on_platform: float, damped: float) -> float:
    """Return the share of a payment that its donor's volatility takes: lost x transmitted, at most 0.4; less together.

    Args:
        lost: by the volatility of the donor.
        transmitted: share of it that the mechanism lets through.
        on_platform: 1 where co-donors join the lead donor on a platform, else 0.
        damped: share that remains if they do.
    """
    return min(lost * transmitted, MOST_LOST) * (1.0 - (1.0 - damped) * on_platform)
