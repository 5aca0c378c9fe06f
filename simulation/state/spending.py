"""Spending: the money of all sources that comes to initiatives, by kind, less what they give back."""

from __future__ import annotations

from ..basis.units import IntArray
from .ledger import add_by_row
from .world import World


def came(world: World, cents: IntArray, rows: IntArray | slice = slice(None)) -> None:
    """Count money that came to some initiatives (by default all of them), in cents, (n,); below zero, they gave it."""
    add_by_row(world.memory.money, world.initiatives.kind[rows], cents)
