"""Exiting: donors begin to withdraw, and leave."""

from __future__ import annotations

import numpy as np

from ..units import BoolArray, IntArray
from ..world import FUNDED, INDEPENDENT, PROGRESS_STEPS, TRANSITION, World


def exiting(world: World) -> None:
    """Move initiatives from funded to transition to independent, as their exit strategy says; set the donor's share."""
    initiatives, traits = world.initiatives, world.traits
    initiatives.age += 1
    initiatives.since_exit += initiatives.phase == INDEPENDENT
    over = np.flatnonzero((initiatives.phase == FUNDED) & (initiatives.age >= initiatives.duration))
    if over.size:
        waits = traits.extension[initiatives.exit[over]]
        waits = np.where(initiatives.observed[over] >= traits.threshold[initiatives.exit[over]], 0, waits)
        initiatives.transition[over] = traits.transition[initiatives.exit[over]] + waits
        initiatives.phase[over] = TRANSITION
    moving = np.flatnonzero(initiatives.phase == TRANSITION)
    if moving.size == 0:
        return
    strategy = initiatives.exit[moving]
    since = initiatives.age[moving] - initiatives.duration[moving]
    ready = (traits.threshold[strategy] > 0.0) & (initiatives.observed[moving] >= traits.threshold[strategy])
    leaves = (since >= initiatives.transition[moving]) | ready
    _judge(world, moving, ready, leaves)
    initiatives.donor_share[moving] = traits.donor_share[strategy, progress(world, moving)]
    gone = moving[leaves]
    initiatives.phase[gone] = INDEPENDENT
    initiatives.ended[gone] = world.quarter
    initiatives.donor_share[gone] = 0.0
    initiatives.arrears[gone] = 0
    world.tally["exited"] = world.tally.get("exited", 0.0) + gone.size


def _judge(world: World, rows: IntArray, ready: BoolArray, leaves: BoolArray) -> None:
    """Tally the decisions of adaptive exits, and those that full sight would have turned round.

    A decision is to leave because the initiative looks ready, or to wait because it doesn't; an exit on the latest date
    decides nothing. It is regretted where true sustainability lies on the other side of the threshold.
    """
    threshold = world.traits.threshold[world.initiatives.exit[rows]]
    decided = (threshold > 0.0) & (ready | ~leaves)
    wrong = decided & (ready != (world.initiatives.sustainability[rows] >= threshold))
    tally = world.tally
    tally["decisions"] = tally.get("decisions", 0.0) + float(np.count_nonzero(decided))
    tally["regretted"] = tally.get("regretted", 0.0) + float(np.count_nonzero(wrong))


def progress(world: World, rows: IntArray) -> IntArray:
    """Return how far the transition of some rows has come, in steps of PROGRESS_STEPS (all of it once independent)."""
    initiatives = world.initiatives
    since = np.maximum(initiatives.age[rows] - initiatives.duration[rows], 0)
    total = np.maximum(initiatives.transition[rows], 1)
    steps = np.minimum(since * PROGRESS_STEPS // total, PROGRESS_STEPS)
    return np.where(initiatives.phase[rows] == INDEPENDENT, PROGRESS_STEPS, steps)
