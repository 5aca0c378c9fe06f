"""Use of the internet in a place: the reference path, what levers move, and what initiatives add, each once.

Elementwise, by country; use is a share of the people of the place (town or countryside).
"""

from __future__ import annotations

import numpy as np

from ..basis.units import FloatArray, expit, logit


def left_after(years: float, decay: float) -> float:
    """Return the part of the users of closed initiatives who are left after some years: (1 - decay)^years."""
    return float((1.0 - decay) ** years)


def holdable(users: FloatArray, reference: FloatArray) -> FloatArray:
    """Return which part of the people reached can be users at all on the reference path, 0 to 1.

    The stored service is a mean over runs. In a small country it can exceed the users that the base holds, though the
    base includes them; then no more of those reached count as users, in any scenario, than make up the base.

    Args:
        users: people who use the internet on the reference path.
        reference: people whom initiatives reach on it.
    """
    return np.asarray(np.minimum(users / np.maximum(reference, 1e-9), 1.0))


def added(base: FloatArray, reached: FloatArray, reference: FloatArray, people: FloatArray) -> FloatArray:
    """Return the share of people whom initiatives add to use, beyond those that they add on the reference path.

    (1 - base)(reached - reference) / people x holdable: of those reached, a part would be users anyway.

    Args:
        base: use on the reference path.
        reached: people whom initiatives reach.
        reference: people whom they reach on the reference path.
        people: of the place.
    """
    beyond = (1.0 - base) * (reached - reference) / people
    return beyond * holdable(base * people, reference)


def moved(base: FloatArray, log_odds: FloatArray) -> FloatArray:
    """Return the change of use where its log odds deviate by so much from the reference path."""
    return expit(logit(np.clip(base, 1e-6, 1 - 1e-6)) + log_odds) - base


def within(base: FloatArray, change: FloatArray, most: FloatArray) -> FloatArray:
    """Return use, 0 to 1: the base and its change, which coverage alone bounds; `most` is the most that use can be."""
    return np.asarray(np.clip(np.minimum(base + change, most), 0.0, 1.0))
