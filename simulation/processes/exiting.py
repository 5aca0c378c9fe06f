"""Exiting: donors begin to withdraw, and leave."""

from __future__ import annotations

import numpy as np

from ..basis.units import IntArray
from ..state.traits import PROGRESS_STEPS
from ..state.world import FUNDED, INDEPENDENT, TRANSITION, World


def exiting(world: World) -> None:
    """Move initiatives from funded to transition to independent, as their exit strategy says; set the donor's share."""
    initiatives, traits = world.initiatives, world.traits
    initiatives.age += 1
    initiatives.since_exit += initiatives.phase == INDEPENDENT
    over = np.flatnonzero((initiatives.phase == FUNDED) & (initiatives.age >= initiatives.duration))
    if over.size:
        waits = traits.exit.extension[initiatives.exit[over]]
        waits = np.where(initiatives.observed[over] >= traits.exit.threshold[initiatives.exit[over]], 0, waits)
        initiatives.transition[over] = traits.exit.transition[initiatives.exit[over]] + waits
        begin_transition(world, over)
    moving = np.flatnonzero(initiatives.phase == TRANSITION)
    if moving.size == 0:
        return
    strategy = initiatives.exit[moving]
    since = initiatives.age[moving] - initiatives.duration[moving]
    ready = (traits.exit.threshold[strategy] > 0.0) & (initiatives.observed[moving] >= traits.exit.threshold[strategy])
    leaves = (since >= initiatives.transition[moving]) | ready
    initiatives.donor_share[moving] = traits.donor_share[strategy, progress(world, moving)]
    gone = moving[leaves]
    initiatives.phase[gone] = INDEPENDENT
    _agree(world, moving)
    initiatives.ended[gone] = world.quarter
    initiatives.donor_share[gone] = 0.0
    initiatives.arrears[gone] = 0
    world.tally.exited += gone.size


def _agree(world: World, rows: IntArray) -> None:
    """Let treasuries and service funds agree to what the exits of some rows hand over to them by now."""
    initiatives, traits = world.initiatives, world.traits
    strategy, done = initiatives.exit[rows], progress(world, rows)
    for agreed, share in (
        (initiatives.treasury_agreed, traits.government_share),
        (initiatives.fund_agreed, traits.levy_share),
    ):
        agreed[rows] = np.maximum(agreed[rows], share[strategy, done])


def progress(world: World, rows: IntArray) -> IntArray:
    """Return how far the transition of some rows has come, in steps of PROGRESS_STEPS (all of it once independent)."""
    initiatives = world.initiatives
    since = np.maximum(initiatives.age[rows] - initiatives.duration[rows], 0)
    total = np.maximum(initiatives.transition[rows], 1)
    steps = np.minimum(since * PROGRESS_STEPS // total, PROGRESS_STEPS)
    return np.where(initiatives.phase[rows] == INDEPENDENT, PROGRESS_STEPS, steps)


def begin_transition(world: World, rows: IntArray) -> None:
    """Begin the donor's withdrawal from some rows: prices and those who can pay them change with the exit strategy."""
    initiatives, traits = world.initiatives, world.traits
    strategy = initiatives.exit[rows]
    initiatives.phase[rows] = TRANSITION
    initiatives.price_asked[rows] *= traits.exit.price[strategy]
    taking_part = initiatives.participation[rows] + traits.exit.participation[strategy]
    initiatives.participation[rows] = np.minimum(taking_part, 1.0)
    for served in (initiatives.people, initiatives.hardened, initiatives.solar):
        served[rows] *= traits.exit.reach[strategy]
