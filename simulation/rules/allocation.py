"""Allocation: how a donor's shares of recipients move. Log shares are (donors, recipients)."""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import BoolArray, FloatArray
from .curves import Number

LEAST_SHARE_OF_AID = 1e-9


@compiled
def log_shares(last: Number, target: Number, noise: Number, peers: Number, inertia: Number) -> Number:
    """Return this year's log share before shares sum to one, elementwise.

    inertia x last + (1 - inertia) x target + noise + answer to peers

    Source: fitted to the OECD's aid by donor and recipient (`experiments/calibration/donor_law.py`).
    """
    return inertia * last + (1.0 - inertia) * target + noise + peers


def shares(log_share: FloatArray) -> FloatArray:
    """Return shares that sum to one for each donor, in proportion to exp(log share)."""
    weight = np.exp(log_share - log_share.max(axis=1, keepdims=True))
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))


def with_events(share: FloatArray, event: FloatArray, heeds: BoolArray) -> FloatArray:
    """Return the year's shares after freezes and surges: what one recipient loses goes to the others. Shape (D, R).

    Args:
        share: lasting shares, which sum to one for each donor, (D, R).
        event: ratio to the usual aid of each recipient, above zero, (R,).
        heeds: which donors answer, (D,).
    """
    moved = share * np.where(heeds[:, None], event, 1.0)
    return np.asarray(moved / moved.sum(axis=1, keepdims=True))


def log_of_shares(share: FloatArray) -> FloatArray:
    """Return the logarithm of shares, elementwise; a share below one in a billion counts as that."""
    return np.asarray(np.log(np.maximum(share, LEAST_SHARE_OF_AID)))


def normalised(score: FloatArray) -> FloatArray:
    """Return log shares in proportion to exp(score), which sum to one for each donor."""
    top = score.max(axis=1, keepdims=True)
    return np.asarray(score - top - np.log(np.exp(score - top).sum(axis=1, keepdims=True)))


@compiled
def partly_common(own: Number, together: Number, share: Number) -> Number:
    """Return standard normal noise that donors of a recipient have in common to a part, elementwise.

    sqrt(1 - share) own + sqrt(share) together

    Args:
        own: a standard normal number of donor and recipient.
        together: one of the recipient.
        share: the donor's common part of the variance, 0 to 1.
    """
    noise: Number = np.sqrt(1.0 - share) * own + np.sqrt(share) * together
    return noise
