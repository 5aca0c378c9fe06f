"""Signing: donors earmark what their budgets leave, and sign what has reached its size."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import CENTS_PER_DOLLAR, QUARTERS_PER_YEAR, FloatArray, IntArray
from ..state.world import World
from .sizes import sizes

AHEAD = 3  # sizes drawn at once for each pair that signs; twice as many for those that sign more


class Signed(NamedTuple):
    """What donors signed, in the order in which they did; all columns have shape (n,)."""

    donor: IntArray  # rows
    recipient: IntArray  # columns of the pairs
    sequence: IntArray  # of each pair
    dollars: FloatArray

    @classmethod
    def room(cls, count: int) -> Signed:
        """Return columns of that length to be filled."""
        donor, recipient, sequence = np.empty((3, count), dtype=np.int64)
        return cls(donor, recipient, sequence, np.empty(count))

    def first(self, count: int) -> Signed:
        """Return the first so many."""
        return Signed(self.donor[:count], self.recipient[:count], self.sequence[:count], self.dollars[:count])


def earmark(world: World, spend_within: float) -> IntArray:
    """Add to the envelopes of each donor's pairs what the donor can sign; return the pairs that are ripe.

    That is the head-room of its budget over instalments due and envelopes open, times the quarters over which it pays:
    in a steady state its instalments are its budget. What was carried over is committed so that it would be spent in
    `spend_within` quarters; what failures release is no longer due, and is committed again at once.
    """
    dyads, donors = world.dyads, world.donors
    held, quarters = dyads.envelope.sum(axis=1), world.facts.donors.patience * QUARTERS_PER_YEAR
    ripe = np.empty(dyads.share.size, dtype=np.int64)
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
    """Share out what each donor can sign among its pairs, list those that are ripe, and return how many they are.

    Who appropriates nothing has no envelopes.
    """
    count, columns = 0, share.shape[1]
    for donor in range(budget.size):
        carried = cash[donor] / CENTS_PER_DOLLAR / spend_within
        room = budget[donor] + carried - due[donor] - held[donor] / quarters[donor]
        added = max(room, 0.0) * quarters[donor]
        for recipient in range(columns):
            if budget[donor] > 0.0:
                envelope[donor, recipient] += added * share[donor, recipient]
            else:
                envelope[donor, recipient] = 0.0
            if envelope[donor, recipient] >= threshold[donor, recipient]:
                ripe[count] = donor * columns + recipient
                count += 1
    return count


def sign(world: World, ripe: IntArray, most: int) -> Signed:
    """Sign what is ripe: the first initiative of each pair whose envelope holds enough, then the second, and so on.

    A pair signs no more than `most`. The sizes of its next few are drawn at once, for they are the identities' own
    luck.
    """
    dyads, columns, turns = world.dyads, world.dyads.share.shape[1], 0
    envelope, threshold, next_size = dyads.envelope.ravel(), dyads.threshold.ravel(), dyads.next_size.ravel()
    sequence, parts = dyads.sequence.ravel(), [Signed.room(0)]
    while ripe.size and turns < most:
        ahead = min(AHEAD + turns, most - turns)
        donor, recipient, coming = np.empty((3, ahead * ripe.size), dtype=np.int64)
        _look_ahead(ripe, columns, sequence, donor, recipient, coming)
        dollars, thresholds = sizes(world, donor, recipient, coming)
        part = Signed.room(dollars.size)
        count = _sign(ripe, columns, dollars, thresholds, envelope, threshold, next_size, sequence, *part)
        parts.append(part.first(count))
        turns += ahead
        if turns < most:
            ripe = ripe[envelope[ripe] >= threshold[ripe]]
    if len(parts) < 3:
        return parts[-1]
    donors, recipients, sequences, sizes_signed = zip(*parts, strict=True)
    return Signed(
        np.concatenate(donors), np.concatenate(recipients), np.concatenate(sequences), np.concatenate(sizes_signed)
    )


@compiled
def _look_ahead(
    ripe: IntArray, columns: int, sequence: IntArray, donors: IntArray, recipients: IntArray, sequences: IntArray
) -> None:
    """List the next initiatives of some pairs, turn by turn, after the one that is prepared."""
    for place in range(sequences.size):
        pair = ripe[place % ripe.size]
        donors[place], recipients[place] = pair // columns, pair % columns
        sequences[place] = sequence[pair] + 1 + place // ripe.size


@compiled
def _sign(
    ripe: IntArray,
    columns: int,
    dollars: FloatArray,
    thresholds: FloatArray,
    envelope: FloatArray,
    threshold: FloatArray,
    next_size: FloatArray,
    sequence: IntArray,
    donors: IntArray,
    recipients: IntArray,
    sequences: IntArray,
    sizes_signed: FloatArray,
) -> int:
    """Sign what is prepared where the envelope holds enough, and prepare the next; return how many were signed."""
    signed = 0
    for place in range(dollars.size):
        pair = ripe[place % ripe.size]
        if envelope[pair] >= threshold[pair]:
            donors[signed], recipients[signed] = pair // columns, pair % columns
            sequences[signed], sizes_signed[signed] = sequence[pair], next_size[pair]
            envelope[pair] -= next_size[pair]
            sequence[pair] += 1
            next_size[pair], threshold[pair] = dollars[place], thresholds[place]
            signed += 1
    return signed
