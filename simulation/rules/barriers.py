"""Barriers to use: who is covered, who can pay for a device and for data, who has power, skills and trust.

Shares of people of a place, by country (C,); a barrier is said by the share whom it does not stop. Tables have one row
a barrier, coverage first. Sources: docs/model.md, Access.
"""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.normal import normal_distribution, normal_quantile
from ..basis.units import FloatArray, IntArray, expit, logit
from .curves import Number

LEAST_INDEX, MOST_INDEX = 0.004, 0.998  # between which the index lies; it never stands still at either end
LOW = 0.006  # share below which a normal score says nothing
LEAST_PASSING = 0.005  # share that passes the cost of a device or of data whatever it costs
COVERAGE: IntArray = np.array([0])  # row of the barrier that overlaps with no other


def affordability(
    outlay_share: FloatArray | float, price: FloatArray, spread: FloatArray, shift: FloatArray | float = 0.0
) -> FloatArray:
    """Return the share of people whose income makes a price bearable, elementwise: incomes are lognormal.

    Phi((ln outlay share - ln price - sd^2 / 2) / sd): the price is a share of mean income, and the mean of a lognormal
    lies sd^2 / 2 above its median in logs.

    Args:
        outlay_share: share of income that people can spend on it at most.
        price: share of the place's mean income.
        spread: standard deviation of the logarithm of incomes within the place.
        shift: added to the normal score.
    """
    margin = np.log(outlay_share) - np.log(price) - 0.5 * spread**2
    return np.asarray(LEAST_PASSING + (1.0 - LEAST_PASSING) * normal_distribution(margin / spread + shift))


def score_shift(use: FloatArray, passing: FloatArray, room: float) -> FloatArray:
    """Return what lifts the normal score of a barrier so that the log odds of passing it are `room` above those of use.

    Never below 0; elementwise, shares within 0.4% and 99.8%.
    """
    wanted = expit(logit(np.minimum(np.maximum(use, LEAST_INDEX), MOST_INDEX)) + room)
    scores = [
        normal_quantile((share - LEAST_PASSING) / (1.0 - LEAST_PASSING))
        for share in (np.maximum(wanted, LOW), np.maximum(passing, LOW))
    ]
    return np.maximum(0.0, scores[0] - scores[1])


def lifted(passing: FloatArray, shift: FloatArray) -> FloatArray:
    """Return the share that passes a cost after its normal score has been lifted, elementwise."""
    score = normal_quantile(np.clip((passing - LEAST_PASSING) / (1.0 - LEAST_PASSING), 1e-9, 1.0 - 1e-9))
    return np.asarray(LEAST_PASSING + (1.0 - LEAST_PASSING) * normal_distribution(score + shift))


def place_incomes(urban_share: FloatArray, gap: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the mean incomes of town and countryside over the nation's, elementwise; their weighted mean is one.

    `gap` is the difference of their logarithms, town less countryside.
    """
    ratio = np.exp(gap)
    rural = 1.0 / (urban_share * ratio + 1.0 - urban_share)
    return rural * ratio, rural


@compiled
def spread_within(spread: Number, urban_share: Number, gap: Number) -> Number:
    """Return the standard deviation of log incomes within a place: the nation's less that between places; 0.3 at least.

    sqrt(sd^2 - w (1 - w) gap^2).
    """
    between = urban_share * (1.0 - urban_share) * (gap * gap)
    within: Number = np.sqrt(np.maximum(spread * spread - between, 0.3 * 0.3))
    return within


@compiled
def gated(share: Number, gate: float) -> Number:
    """Return the part that passes a barrier which stops only some of those whom it hits: gate + (1 - gate) share."""
    return gate + (1.0 - gate) * share


def overlapping(product: FloatArray, least: FloatArray, overlap: float) -> FloatArray:
    """Return the share of people whom none of some barriers stops, elementwise.

    product^(1 - overlap) x minimum^overlap: barriers that hit people independently leave the product of their shares,
    those that hit the same people the minimum.
    """
    return np.asarray(product ** (1.0 - overlap) * least**overlap)


def index(shares: FloatArray, overlap: float) -> FloatArray:
    """Return the addressable index A, (C,): those covered whom no other barrier stops, as far as barriers overlap.

    Coverage, the first row of `shares` (barriers, C), overlaps with no other: who lives outside it is no richer.
    An index and not a bound: use exceeds it in many economies as it is measured.
    """
    return index_from(shares[0], past_all_but_one(shares, overlap, COVERAGE)[0])


def index_from(coverage: FloatArray, past_others: FloatArray) -> FloatArray:
    """Return the index from the share of people covered, and that of people whom no other barrier stops, (C,)."""
    return LEAST_INDEX + (MOST_INDEX - LEAST_INDEX) * (coverage * past_others)


def headroom(use: FloatArray, index_now: FloatArray, room: float) -> FloatArray:
    """Return the shift of an index's log odds that puts it `room` above those of use, never below 0; elementwise."""
    kept = np.minimum(np.maximum(use, LEAST_INDEX), MOST_INDEX)
    return np.maximum(0.0, logit(kept) + room - logit(index_now))


def shifted(index_now: FloatArray, shift: FloatArray) -> FloatArray:
    """Return the log odds of an index after its shift, elementwise."""
    return logit(index_now) + shift


def past_all_but_one(shares: FloatArray, overlap: float, barriers: IntArray) -> FloatArray:
    """Return, for some barriers, the share of people whom none of the others stops, (rows, C).

    `shares` (all barriers, C); `barriers` are rows of them, coverage first.
    """
    product, least = others(shares, barriers)
    found = overlapping(product, least, overlap)
    found[1:] *= shares[0]
    return found


@compiled
def others(shares: FloatArray, barriers: IntArray) -> FloatArray:
    """Return product and minimum of the shares of all barriers but coverage and one more each, (2, rows, C)."""
    found = np.empty((2, barriers.size, shares.shape[1]))
    for row in range(barriers.size):
        for c in range(shares.shape[1]):
            product, least = 1.0, np.inf
            for other in range(1, shares.shape[0]):
                share = shares[other, c]
                product = product if other == barriers[row] else product * share
                least = least if other == barriers[row] else min(least, share)
            found[0, row, c], found[1, row, c] = product, least
    return found


def binding(shares: FloatArray) -> IntArray:
    """Return the row of the barrier that stops most people. `shares` (barriers, C); shape (C,)."""
    return np.asarray(np.argmin(shares, axis=0))
