"""Barriers to use: who is covered, who can pay for a device and for data, who has power, skills and trust.

Shares of people of a place, by country (C,); a barrier is said by the share whom it does not stop. Tables are (places,
barriers, C), coverage first. Sources: docs/model.md, Access.
"""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.normal import normal_distribution, normal_quantile, share_below
from ..basis.units import FloatArray, IntArray, expit, logit
from .curves import Number

LEAST_INDEX, MOST_INDEX = 0.004, 0.998  # between which the index lies; it never stands still at either end
LOW = 0.006  # share below which a normal score says nothing
LEAST_PASSING = 0.005  # share that passes the cost of a device or of data whatever it costs
COVERAGE: IntArray = np.array([0])  # row of the barrier that overlaps with no other


@compiled
def affordability(log_outlay: float, log_price: float, spread: float, shift: float) -> float:
    """Return the share of people whose income makes a price bearable: incomes are lognormal.

    Phi((ln outlay share - ln price - sd^2 / 2) / sd): the price is a share of mean income, and the mean of a lognormal
    lies sd^2 / 2 above its median in logs.

    Args:
        log_outlay: log of the share of income that people can spend on it at most.
        log_price: log of the price as a share of the place's mean income.
        spread: standard deviation of the logarithm of incomes within the place.
        shift: added to the normal score.
    """
    margin = log_outlay - log_price - 0.5 * (spread * spread)
    return LEAST_PASSING + (1.0 - LEAST_PASSING) * share_below(margin / spread + shift)


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


@compiled
def place_incomes(urban_share: float, ratio: float) -> tuple[float, float]:
    """Return the mean incomes of town and countryside over the nation's; their weighted mean is one.

    `ratio` is that of the town over that of the countryside.
    """
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
    """Return the addressable index A, (places, C): those covered whom no other barrier stops, as far as these overlap.

    Coverage, the first row of `shares` (places, barriers, C), overlaps with no other: who lives outside it is no
    richer. An index and not a bound: use exceeds it in many economies as it is measured.
    """
    return index_from(shares[:, 0], past_all_but_one(shares, overlap, COVERAGE)[:, 0])


def index_from(coverage: FloatArray, past_others: FloatArray) -> FloatArray:
    """Return the index from the share of people covered, and that of people whom no other one stops; elementwise."""
    return LEAST_INDEX + (MOST_INDEX - LEAST_INDEX) * (coverage * past_others)


def headroom(use: FloatArray, index_now: FloatArray, room: float) -> FloatArray:
    """Return the shift of an index's log odds that puts it `room` above those of use, never below 0; elementwise."""
    kept = np.minimum(np.maximum(use, LEAST_INDEX), MOST_INDEX)
    return np.maximum(0.0, logit(kept) + room - logit(index_now))


def shifted(index_now: FloatArray, shift: FloatArray) -> FloatArray:
    """Return the log odds of an index after its shift, elementwise."""
    return logit(index_now) + shift


def past_all_but_one(shares: FloatArray, overlap: float, barriers: IntArray) -> FloatArray:
    """Return, for some barriers, the share of people whom none of the others stops, (places, rows, C).

    `shares` (places, all barriers, C); `barriers` are rows of them, coverage first.
    """
    product, least = others(shares, barriers)
    found = overlapping(product, least, overlap)
    found[:, 1:] *= shares[:, :1]
    return found


@compiled
def others(shares: FloatArray, barriers: IntArray) -> FloatArray:
    """Return product and minimum of the shares of all barriers but coverage and one more each, (2, places, rows, C)."""
    found = np.empty((2, shares.shape[0], barriers.size, shares.shape[2]))
    for place in range(shares.shape[0]):
        for row in range(barriers.size):
            for c in range(shares.shape[2]):
                product, least = 1.0, np.inf
                for other in range(1, shares.shape[1]):
                    share = shares[place, other, c]
                    product = product if other == barriers[row] else product * share
                    least = least if other == barriers[row] else min(least, share)
                found[0, place, row, c], found[1, place, row, c] = product, least
    return found


def binding(shares: FloatArray) -> IntArray:
    """Return the row of the barrier that stops most people. `shares` (barriers, C); shape (C,)."""
    return np.asarray(np.argmin(shares, axis=0))
