"""Withdrawal: named donors end all their programmes in a year, everywhere or in named countries."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..basis.units import QUARTERS_PER_YEAR, BoolArray
from ..data import members
from ..state.world import FUNDED, TRANSITION, World
from .closure import _close
from .shocks import _hit


def withdrawal(world: World) -> None:
    """Start the exit of all that a withdrawing donor pays for, within its notice, and let it sign nothing new.

    What it has signed but not begun is given up. Money meant for countries that it leaves goes, in time, to those where
    it stays; where it leaves all of them, its budget lapses.
    """
    if not world.settings.withdrawals:
        return
    if world.new_year:
        left = np.zeros((world.donors.count, world.countries.count), dtype=bool)
        for plan in world.settings.withdrawals:
            if plan.year <= world.year:
                left |= _hit(world, plan.donors)[:, None] & members(plan.countries)
        world.now.left_pairs[:] = left
        for plan in world.settings.withdrawals:
            if plan.year == world.year:
                _begin_exits(world, plan)
    _close_envelopes(world, world.now.left_pairs)


def _begin_exits(world: World, plan: Any) -> None:
    """Put every funded initiative of the plan's donors into its transition, none longer than the notice."""
    initiatives, traits = world.initiatives, world.traits
    hit = _hit(world, plan.donors)[initiatives.donor]
    hit &= members(plan.countries)[initiatives.country]
    waiting = np.flatnonzero(hit & (initiatives.age < 0))
    if waiting.size:
        _close(world, waiting)
        hit = _hit(world, plan.donors)[initiatives.donor]
        hit &= members(plan.countries)[initiatives.country]
    notice = round(plan.notice_years * QUARTERS_PER_YEAR)
    rows = np.flatnonzero(hit & (initiatives.phase == FUNDED))
    initiatives.duration[rows] = initiatives.age[rows] + 1  # exiting ages it next: its transition begins now
    longest = traits.exit.transition[initiatives.exit[rows]] + traits.exit.extension[initiatives.exit[rows]]
    initiatives.transition[rows] = np.minimum(longest, notice)
    initiatives.phase[rows] = TRANSITION
    rows = np.flatnonzero(hit & (initiatives.phase == TRANSITION))
    since = initiatives.age[rows] + 1 - initiatives.duration[rows]
    initiatives.transition[rows] = np.minimum(initiatives.transition[rows], since + notice)


def _close_envelopes(world: World, left: BoolArray) -> None:
    """Take the pairs that a donor has left out of its allocation; what it has left over is shared among the others."""
    dyads = world.dyads
    gone = left[:, world.reference.recipients]
    if not gone.any():
        return
    share = np.where(gone, 0.0, dyads.share)
    total = share.sum(axis=1, keepdims=True)
    dyads.share = share / np.where(total > 0.0, total, 1.0)
    dyads.change = np.where(gone, 0.0, dyads.change)  # who has left no longer leads the herd
    dyads.envelope[gone] = 0.0
