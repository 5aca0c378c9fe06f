"""Barriers to use: coverage, affordability, skills and trust, and who is stopped by none of them.

Shares of people, by country (C,); a barrier is said by the share whom it does not stop. Tables have one row a barrier,
coverage first.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from ..basis.units import FloatArray, IntArray


def affordability(affordable_share: FloatArray, price: FloatArray, spread: FloatArray) -> FloatArray:
    """Return the share of people who can afford an entry basket, elementwise: incomes are lognormal.

    Phi((ln affordable share - ln price - sd^2 / 2) / sd): the price is a share of mean income, so income cancels, and
    the mean of a lognormal lies sd^2 / 2 above its median in logs.

    Args:
        affordable_share: share of income that people spend on access at most.
        price: of an entry basket, share of mean income.
        spread: standard deviation of the logarithm of incomes.
    """
    margin = np.log(affordable_share) - np.log(price) - 0.5 * spread**2
    return np.asarray(ndtr(margin / spread))


def overlapping(shares: FloatArray, overlap: FloatArray) -> FloatArray:
    """Return the share of people whom none of some barriers stops. `shares` (barriers, C), `overlap` (C,); shape (C,).

    product^(1 - overlap) x minimum^overlap: barriers that hit people independently leave the product, those that hit
    the same people the minimum.
    """
    return np.asarray(np.prod(shares, axis=0) ** (1.0 - overlap) * shares.min(axis=0) ** overlap)


def addressable(shares: FloatArray, overlap: FloatArray) -> FloatArray:
    """Return the share of people who could use the internet: those covered whom no other barrier stops, (C,).

    Coverage, the first row of `shares` (4, C), overlaps with no other barrier: who lives outside it is no richer.
    """
    return np.asarray(shares[0] * overlapping(shares[1:], overlap))


def past_all_but_one(shares: FloatArray, overlap: FloatArray) -> FloatArray:
    """Return, for each barrier, the share of people whom none of the others stops. `shares` (4, C); shape (4, C)."""
    return np.array([overlapping(np.delete(shares, row, axis=0), overlap) for row in range(shares.shape[0])])


def binding(shares: FloatArray) -> IntArray:
    """Return the row of the barrier that stops most people. `shares` (4, C); shape (C,)."""
    return np.asarray(np.argmin(shares, axis=0))
