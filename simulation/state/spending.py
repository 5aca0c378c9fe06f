"""Spending: the money of all sources that comes to initiatives, by kind, less what they give back."""

from __future__ import annotations

import numpy as np

from ..basis.units import CENTS_PER_DOLLAR, IntArray
from .world import World


def came(world: World, cents: IntArray, rows: IntArray | slice = slice(None)) -> None:
    """Count money that came to some initiatives (by default all of them), in cents, (n,); below zero, they gave it."""
    kind = world.initiatives.kind[rows]
    by_kind = np.bincount(kind, weights=cents, minlength=world.memory.money.size)
    world.memory.money += by_kind / CENTS_PER_DOLLAR
