"""Use of the internet in a place: the reference path, what levers move, and what initiatives add, each once.

Elementwise, by country; use is a share of the people of the place (town or countryside).
"""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import FloatArray, expit, logit
from .curves import Number


@compiled
def holdable(users: Number, reference: Number, most: Number | float) -> Number:
    """Return which part of the users added can be users at all on the reference path, 0 to 1.

    The stored number is a mean over runs. In a small country it can exceed the users that the base holds, though the
    base includes them; then no more of those added count, in any scenario, than a part of it.

    Args:
        users: people who use the internet on the reference path.
        reference: people whom initiatives add on it.
        most: part of these users who can be there by initiatives.
    """
    part: Number = np.minimum(most * users / np.maximum(reference, 1e-9), 1.0)
    return part


def once(served: FloatArray, people: FloatArray) -> FloatArray:
    """Return what is left of people served when everybody counts once, a share, elementwise.

    (1 - exp(-served / people)) people / served: initiatives in one place serve people independently of each other.
    """
    ratio = np.maximum(served / people, 1e-12)
    return np.asarray(-np.expm1(-ratio) / ratio)


@compiled
def picked_among(picked: Number, found: Number, network: bool) -> Number:
    """Return the share of those served who were picked among the people whom the barrier stops: picked x found.

    A network finds no more people to cover than its place has, and the others are the average of the place. Other
    kinds find all that they pick.
    """
    return picked * found if network else picked


@compiled
def offline_at_first(offline_then: Number, picked: Number | float) -> Number:
    """Return the part of people served who were offline when they were connected, elementwise.

    Those picked all were; the others are the average of their place.

    Args:
        offline_then: share of the place offline when they were connected.
        picked: share of them who were picked among the people whom the barrier stops.
    """
    return picked + (1.0 - picked) * offline_then


@compiled
def still_offline(use: Number, offline_then: Number, picked: Number | float) -> Number:
    """Return the part of people served who would be offline otherwise, elementwise.

    Those picked count in full at first, and later as far as the place is still offline; the others are the place's
    average.

    Args:
        use: share of the place online without initiatives, now.
        offline_then: share of the place offline when they were connected.
        picked: share of them who were picked among the people whom the barrier stops.
    """
    left: Number = np.minimum((1.0 - use) / np.maximum(offline_then, 1e-9), 1.0)
    return picked * left + (1.0 - picked) * (1.0 - use)


@compiled
def added(base: Number, users: Number, reference: Number, people: Number, most: Number | float) -> Number:
    """Return the share of people whom initiatives add to use, beyond those that they add on the reference path.

    (users - reference) / people x holdable.

    Args:
        base: use on the reference path.
        users: people whom initiatives add.
        reference: people whom they add on the reference path.
        people: of the place.
        most: see :func:`holdable`.
    """
    return (users - reference) / people * holdable(base * people, reference, most)


def moved(base: FloatArray, log_odds: FloatArray) -> FloatArray:
    """Return the change of use where its log odds deviate by so much from the reference path."""
    return expit(logit(np.minimum(np.maximum(base, 1e-6), 1 - 1e-6)) + log_odds) - base


@compiled
def within(base: Number, change: Number, most: Number) -> Number:
    """Return use, 0 to 1: the base and its change, which coverage alone bounds; `most` is the most that use can be."""
    use: Number = np.minimum(np.maximum(np.minimum(base + change, most), 0.0), 1.0)
    return use
