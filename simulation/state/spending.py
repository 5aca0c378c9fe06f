"""Spending: the money of all sources that comes to initiatives, by kind, less what they give back."""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import IntArray
from .ledger import SOURCE, add_by_row
from .world import World


def came(world: World, cents: IntArray, rows: IntArray | slice = slice(None)) -> None:
    """Count money that came to some initiatives (by default all of them), in cents, (n,); below zero, they gave it."""
    by_kind = np.zeros_like(world.memory.money)
    add_by_row(by_kind, world.initiatives.kind[rows], cents)
    world.memory.money += by_kind


def bring(world: World, source: str, rows: IntArray, amounts: IntArray, noted: IntArray) -> None:
    """Bring money of a source to the tills of some initiatives, each at most once, and count it.

    Args:
        world: the world.
        source: name of the source in the ledger.
        rows: of initiatives, (n,).
        amounts: cents, (n,).
        noted: column of initiatives that holds the money of the quarter from such sources.
    """
    of, ledger = world.initiatives, world.ledger
    _bring(
        rows, amounts, of.mechanism, of.country, of.kind, of.cash, noted,
        ledger.books_in[SOURCE[source]], ledger.seats[SOURCE[source]], world.memory.money,
    )  # fmt: skip


def pass_on(world: World, source: str, rows: IntArray, amounts: IntArray, noted: IntArray) -> None:
    """Bring money that a fund has collected, as :func:`bring` does: so far it was booked for no mechanism.

    What the fund holds is for its keeper to lower.
    """
    bring(world, source, rows, amounts, noted)
    world.ledger.books_in[SOURCE[source], -1] -= amounts.sum()


@compiled
def _bring(
    rows: IntArray, amounts: IntArray, mechanism: IntArray, country: IntArray, kind: IntArray,
    cash: IntArray, noted: IntArray, booked: IntArray, seated: IntArray, by_kind: IntArray,
) -> None:  # fmt: skip
    """Put amounts into tills; book them by mechanism, by economy and by kind."""
    for j in range(rows.size):
        i = rows[j]
        cash[i] += amounts[j]
        noted[i] += amounts[j]
        booked[mechanism[i]] += amounts[j]
        seated[country[i]] += amounts[j]
        by_kind[kind[i]] += amounts[j]
