"""Withdrawal: named donors end programmes in a year: all of them, or those that a deep cut takes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..basis.units import QUARTERS_PER_YEAR, BoolArray
from ..data import members
from ..state.parameters import Parameters, parameter, uniform
from ..state.world import FUNDED, INDEPENDENT, TRANSITION, World
from .leaving import cancel, leave_at_once, terminate

BILATERAL = ("dac", "other_bilateral", "south_south")


class WithdrawalParameters(Parameters, process="withdrawal"):
    """The parameters of withdrawal."""

    deep_cut: float = parameter(
        value=0.2,
        unit="share",
        meaning="Cut of its budget over which a bilateral donor ends awards",
        source="judgement: cuts of 2025; the USA ended awards, and donors that cut by less did not",
        standing="judged",
        distribution=uniform(0.1, 0.3),
        minimum=0.0,
        maximum=1.0,
    )


def withdrawal(world: World) -> None:
    """End the awards that deep cuts take; start the exit of all that a withdrawing donor pays for, within its notice.

    With less than a year's notice the exit is abrupt, whatever was planned. What was signed and not begun is cancelled.
    Money meant for countries that it leaves goes, in time, to those where it stays; where it leaves all of them, its
    budget lapses, with what it had carried over.
    """
    if world.new_year:
        _terminate(world)
    if not world.settings.withdrawals:
        return
    if world.new_year:
        left = np.zeros((world.donors.count, world.countries.count), dtype=bool)
        for plan in world.settings.withdrawals:
            if plan.year <= world.year:
                left |= world.facts.donors.named(plan.donors)[:, None] & members(plan.countries)
        world.now.left_pairs[:] = left
        for plan in world.settings.withdrawals:
            if plan.year == world.year:
                _begin_exits(world, plan)
    _close_envelopes(world, world.now.left_pairs)


def _terminate(world: World) -> None:
    """End awards for the cuts that begin this year, where a cut says so, or is deep and by a bilateral donor."""
    deep = WithdrawalParameters.of(world.values).deep_cut
    for cut in world.settings.all_cuts:
        if cut.year != world.year or cut.mode == "pro_rata":
            continue
        donors = world.facts.donors.named(cut.donors)
        if cut.mode is None:
            donors = donors & world.facts.donors.named(BILATERAL) & (cut.size > deep)
        if donors.any():
            terminate(world, donors, cut.size)


def _begin_exits(world: World, plan: Any) -> None:
    """Put every funded initiative of the plan's donors into its transition, none longer than the notice."""
    initiatives, traits = world.initiatives, world.traits
    hit = world.facts.donors.named(plan.donors)[initiatives.donor]
    hit &= members(plan.countries)[initiatives.country]
    waiting = np.flatnonzero(hit & (initiatives.age < 0))
    if waiting.size:
        cancel(world, waiting)
        hit = world.facts.donors.named(plan.donors)[initiatives.donor]
        hit &= members(plan.countries)[initiatives.country]
    notice = round(plan.notice_years * QUARTERS_PER_YEAR)
    if notice < QUARTERS_PER_YEAR:
        leave_at_once(world, np.flatnonzero(hit & (initiatives.phase != INDEPENDENT)))
        return
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
