"""Allocation: how a donor's shares of recipients move. Log shares are (donors, recipients)."""

from __future__ import annotations

import numpy as np

from ..basis.units import BoolArray, FloatArray

LEAST_SHARE_OF_AID = 1e-9


def log_shares(
    last: FloatArray, target: FloatArray, noise: FloatArray, peers: FloatArray, inertia: FloatArray
) -> FloatArray:
    """Return this year's log shares before they sum to one, elementwise.

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


def partly_common(own: FloatArray, together: FloatArray, share: FloatArray) -> FloatArray:
    """Return standard normal noise that donors of a recipient have in common to a part. Shape (D, R).

    sqrt(1 - share) own + sqrt(share) together: `share` (D,) is each donor's common part of the variance.

    Args:
        own: standard normal numbers by donor and recipient, (D, R).
        together: one by recipient, (R,).
        share: 0 to 1, (D,).
    """
    return np.asarray(np.sqrt(1.0 - share)[:, None] * own + np.sqrt(share)[:, None] * together[None, :])
