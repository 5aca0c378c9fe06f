"""Signing: donors earmark what their budgets leave, and sign what has reached its size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import CENTS_PER_DOLLAR, QUARTERS_PER_YEAR, FloatArray, IntArray
from ..state.world import World
from .sizes import sizes

AHEAD = 3  # sizes drawn at once for each desk that signs; twice as many for those that sign more
AT_ONCE = 1 << 14  # desks whose sizes are drawn together: more would take memory and leave the cache


class Signed(NamedTuple):
    """What donors signed, in the order in which they did; all columns have shape (n,)."""

    donor: IntArray  # rows
    recipient: IntArray  # columns of the pairs
    sequence: IntArray  # within its pair
    dollars: FloatArray

    @classmethod
    def room(cls, count: int) -> Signed:
        """Return columns of that length to be filled."""
        donor, recipient, sequence = np.empty((3, count), dtype=np.int64)
        return cls(donor, recipient, sequence, np.empty(count))

    def part(self, first: int, last: int) -> Signed:
        """Return a part of them."""
        some = slice(first, last)
        return Signed(self.donor[some], self.recipient[some], self.sequence[some], self.dollars[some])

    def in_parts(self, most: int) -> Iterator[Signed]:
        """Yield them in order, no more than `most` at a time."""
        for first in range(0, self.donor.size, most):
            yield self.part(first, first + most)


def earmark(world: World, spend_within: float) -> IntArray:
    """Add to the envelopes of each donor's desks what the donor can sign; return the desks that are ripe.

    That is the head-room of its budget over instalments due and envelopes open, times the quarters over which it pays:
    in a steady state its instalments are its budget. What was carried over is committed so that it would be spent in
    `spend_within` quarters; what failures release is no longer due, and is committed again at once.
    """
    dyads, donors = world.dyads, world.donors
    held = dyads.envelope.reshape(donors.count, -1).sum(axis=1)
    quarters = world.facts.donors.patience * QUARTERS_PER_YEAR
    ripe = np.empty(dyads.envelope.size, dtype=np.int64)
    count = _earmark(
        donors.budget, donors.cash, donors.due, held, quarters, spend_within, dyads.share, dyads.threshold,
        dyads.envelope, ripe,
    )  # fmt: skip
    return ripe[:count]


@compiled
def _earmark(
    budget: FloatArray,
    cash: IntArray,
    due: FloatArray,
    held: FloatArray,
    quarters: FloatArray,
    spend_within: float,
    share: FloatArray,
    threshold: FloatArray,
    envelope: FloatArray,
    ripe: IntArray,
) -> int:
    """Share out what each donor can sign among its desks, list those that are ripe, and return how many they are.

    Who appropriates nothing has no envelopes.
    """
    count, (_, recipients, desks) = 0, envelope.shape
    for donor in range(budget.size):
        carried = cash[donor] / CENTS_PER_DOLLAR / spend_within
        room = budget[donor] + carried - due[donor] - held[donor] / quarters[donor]
        added = max(room, 0.0) * quarters[donor]
        if desks == 1:  # as in most worlds: a plain loop, in which a processor takes several pairs at once
            for recipient in range(recipients):
                envelope[donor, recipient, 0] += added * share[donor, recipient]
        else:
            for recipient in range(recipients):
                envelope[donor, recipient] += added * share[donor, recipient] / desks
        if not budget[donor] > 0.0:
            envelope[donor] = 0.0
    holds, asked = envelope.ravel(), threshold.ravel()
    for desk in range(asked.size):
        if holds[desk] >= asked[desk]:
            ripe[count] = desk
            count += 1
    return count


def sign(world: World, ripe: IntArray, most: int) -> Signed:
    """Sign what is ripe: the first initiative of each desk whose envelope holds enough, then the second, and so on.

    A desk signs no more than `most`. The sizes of its next few are drawn at once, for they are the identities' own
    luck.
    """
    parts = [Signed.room(0)]
    for first in range(0, ripe.size, AT_ONCE):
        _sign_turn_by_turn(world, ripe[first : first + AT_ONCE], most, parts)
    return parts[-1] if len(parts) < 3 else Signed(*map(np.concatenate, zip(*parts, strict=True)))


def _sign_turn_by_turn(world: World, ripe: IntArray, most: int, parts: list[Signed]) -> None:
    """Add to the parts what some desks sign, up to `most` each."""
    dyads, turns = world.dyads, 0
    envelope, threshold, next_size = dyads.envelope.ravel(), dyads.threshold.ravel(), dyads.next_size.ravel()
    sequence, (_, recipients, desks) = dyads.sequence.ravel(), dyads.sequence.shape
    while ripe.size and turns < most:
        ahead = min(AHEAD + turns, most - turns)
        donor, recipient, coming = np.empty((3, ahead * ripe.size), dtype=np.int64)
        _look_ahead(ripe, recipients, desks, sequence, donor, recipient, coming)
        dollars, thresholds = sizes(world, donor, recipient, coming)
        part = Signed.room(dollars.size)
        count = _sign(
            ripe, donor, recipient, desks, dollars, thresholds, envelope, threshold, next_size, sequence, *part
        )  # fmt: skip
        parts.append(part.part(0, count))
        turns += ahead
        if turns < most:
            ripe = ripe[envelope[ripe] >= threshold[ripe]]


@compiled
def _look_ahead(
    ripe: IntArray, recipients: int, desks: int, sequence: IntArray,
    donors: IntArray, columns: IntArray, sequences: IntArray,
) -> None:  # fmt: skip
    """List the next initiatives of some desks, turn by turn, after the one that is prepared."""
    for k in range(ripe.size):
        pair = ripe[k] // desks
        donor = pair // recipients
        for turn in range(sequences.size // ripe.size):
            place = turn * ripe.size + k
            donors[place], columns[place] = donor, pair - donor * recipients
            sequences[place] = sequence[ripe[k]] + desks * (1 + turn)


@compiled
def _sign(
    ripe: IntArray,
    donor: IntArray,
    recipient: IntArray,
    desks: int,
    dollars: FloatArray,
    thresholds: FloatArray,
    envelope: FloatArray,
    threshold: FloatArray,
    next_size: FloatArray,
    sequence: IntArray,
    donors: IntArray,
    columns: IntArray,
    sequences: IntArray,
    sizes_signed: FloatArray,
) -> int:
    """Sign what is prepared where the envelope holds enough, and prepare the next; return how many were signed.

    What comes next (`donor` to `thresholds`) is listed turn by turn, as `_look_ahead` does.
    """
    signed = 0
    for first in range(0, dollars.size, ripe.size):
        for k in range(ripe.size):
            desk, place = ripe[k], first + k
            if envelope[desk] >= threshold[desk]:
                donors[signed], columns[signed] = donor[place], recipient[place]
                sequences[signed], sizes_signed[signed] = sequence[desk], next_size[desk]
                envelope[desk] -= next_size[desk]
                sequence[desk] += desks
                next_size[desk], threshold[desk] = dollars[place], thresholds[place]
                signed += 1
    return signed
