"""Exiting: donors begin to withdraw, and leave."""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import FloatArray, IntArray
from ..state.traits import PROGRESS_STEPS
from ..state.world import FUNDED, INDEPENDENT, TRANSITION, World


def exiting(world: World) -> None:
    """Move initiatives from funded to transition to independent, as their exit strategy says; set the donor's share.

    Treasuries and service funds agree by and by to what an exit hands over to them.
    """
    initiatives, traits = world.initiatives, world.traits
    _grow_older(initiatives.phase, initiatives.age, initiatives.since_exit)
    _begin_transitions(
        initiatives.phase,
        initiatives.exit,
        initiatives.age,
        initiatives.duration,
        initiatives.observed,
        initiatives.transition,
        initiatives.price_asked,
        initiatives.participation,
        initiatives.people,
        initiatives.hardened,
        initiatives.solar,
        traits.exit.threshold,
        traits.exit.extension,
        traits.exit.transition,
        traits.exit.price,
        traits.exit.participation,
        traits.exit.reach,
    )
    world.tally.exited += _withdraw(
        world.quarter,
        initiatives.phase,
        initiatives.exit,
        initiatives.age,
        initiatives.duration,
        initiatives.transition,
        initiatives.observed,
        initiatives.donor_share,
        initiatives.treasury_agreed,
        initiatives.fund_agreed,
        initiatives.ended,
        initiatives.arrears,
        traits.exit.threshold,
        traits.donor_share,
        traits.government_share,
        traits.levy_share,
    )


@compiled
def _grow_older(phase: IntArray, age: IntArray, since_exit: IntArray) -> None:
    """Count a quarter of age, and one since the exit."""
    for i in range(age.size):
        age[i] += 1
        since_exit[i] += phase[i] == INDEPENDENT


@compiled
def _begin_transitions(
    phase: IntArray, strategy: IntArray, age: IntArray, duration: IntArray, observed: FloatArray, transition: IntArray,
    price_asked: FloatArray, participation: FloatArray, people: FloatArray, hardened: FloatArray, solar: FloatArray,
    threshold: FloatArray, extension: IntArray, planned: IntArray, price: FloatArray, taking_part: FloatArray,
    reach: FloatArray,
) -> None:  # fmt: skip
    """Begin withdrawals on their day: prices and those who can pay them change with the exit strategy.

    A donor that has not seen readiness takes longer.
    """
    due, count = np.empty(phase.size, dtype=np.int64), 0
    for i in range(phase.size):
        due[count] = i  # without a branch: the next one overwrites what is not due
        count += (phase[i] == FUNDED) & (age[i] >= duration[i])
    for i in due[:count]:
        x = strategy[i]
        phase[i] = TRANSITION
        transition[i] = planned[x] + (0 if observed[i] >= threshold[x] else extension[x])
        price_asked[i] *= price[x]
        participation[i] = min(participation[i] + taking_part[x], 1.0)
        people[i] *= reach[x]
        hardened[i] *= reach[x]
        solar[i] *= reach[x]


@compiled
def _withdraw(
    quarter: int, phase: IntArray, strategy: IntArray, age: IntArray, duration: IntArray, transition: IntArray,
    observed: FloatArray, donor_share: FloatArray, treasury_agreed: FloatArray, fund_agreed: FloatArray,
    ended: IntArray, arrears: IntArray, threshold: FloatArray, of_donor: FloatArray, of_treasury: FloatArray,
    of_fund: FloatArray,
) -> int:  # fmt: skip
    """Go on with withdrawals, end those whose time is over or whose initiative is ready, and return how many end."""
    gone = 0
    for i in range(phase.size):
        if phase[i] == TRANSITION:
            x, done = strategy[i], _progress(age[i], duration[i], transition[i])
            donor_share[i] = of_donor[x, done]
            ready = threshold[x] > 0.0 and observed[i] >= threshold[x]
            if ready or age[i] - duration[i] >= transition[i]:
                gone, done = gone + 1, PROGRESS_STEPS
                phase[i], ended[i], donor_share[i], arrears[i] = INDEPENDENT, quarter, 0.0, 0
            treasury_agreed[i] = max(treasury_agreed[i], of_treasury[x, done])
            fund_agreed[i] = max(fund_agreed[i], of_fund[x, done])
    return gone


@compiled
def _progress(age: int, duration: int, transition: int) -> int:
    """Return how far a transition has come, in steps of PROGRESS_STEPS; all three in quarters."""
    return min(max(age - duration, 0) * PROGRESS_STEPS // max(transition, 1), PROGRESS_STEPS)
