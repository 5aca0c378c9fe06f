"""Labels: whether an initiative's phase, exit or mechanism moves anything where money and factors are the same.

A world is taken after the payments of a quarter. In a copy the labels are exchanged among all initiatives that donors
have ever paid, with flows and factors as they are. Then both run on to the end of closure. Nothing may differ: what a
label brings has to come as money, skills or people.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from afteraid.simulation.basis.units import FloatArray, IntArray, KeyArray
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.engine import advance
from afteraid.simulation.processes import STEP
from afteraid.simulation.processes.closure import closure
from afteraid.simulation.processes.delivery import delivery
from afteraid.simulation.processes.disbursement import disbursement
from afteraid.simulation.processes.government import government
from afteraid.simulation.scenario.scenario import Scenario
from afteraid.simulation.state.world import World

LABELS = ("phase", "exit", "mechanism", "since_exit", "last_donor_share", "donor_share", "duration", "transition")
KEPT = ("hazard", "owing", "government_share", "levy_share", "revenue_share", "service")


@dataclass(frozen=True)
class Quarter:
    """What one quarter has done to initiatives, in the order of their identities.

    Attributes:
        keys: who lives on.
        closed: who has closed.
        columns: of those who live on: the cumulative hazard, arrears and who carries running cost, by name.
    """

    keys: KeyArray
    closed: KeyArray
    columns: dict[str, FloatArray | IntArray]


def paid_world(plan: Scenario, seed: int, number: int, quarters: int) -> World:
    """Return a world after the payments of a quarter: whole quarters since the spin-up, then all up to disbursement."""
    world = begin(plan, seed, number)
    for _ in range(quarters):
        advance(world)
    for process in STEP[: STEP.index(disbursement) + 1]:
        process(world)
    return world


def exchanged(world: World, seed: int) -> World:
    """Return a copy of a world in which the labels of the initiatives that were ever paid are exchanged."""
    other = world.snapshot()
    initiatives = other.initiatives
    rows = np.flatnonzero(initiatives.outlay > 0)
    order = rows[np.random.default_rng(seed).permutation(rows.size)]
    for name in LABELS:
        column = getattr(initiatives, name)
        column[rows] = column[order]
    return other


def rest_of_quarter(world: World) -> Quarter:
    """Run delivery, government and closure in place; return what they did. Exits are left out: they move labels."""
    before = world.initiatives.key.copy()
    for process in (delivery, government, closure):
        process(world)
    initiatives = world.initiatives
    order = np.argsort(initiatives.key)
    return Quarter(
        keys=initiatives.key[order],
        closed=np.setdiff1d(before, initiatives.key),
        columns={name: getattr(initiatives, name)[order] for name in KEPT},
    )


def differing(one: Quarter, other: Quarter) -> list[str]:
    """Return the names of what differs between two quarters, to the bit."""
    found = [name for name in ("keys", "closed") if not np.array_equal(getattr(one, name), getattr(other, name))]
    if found:
        return found
    return [name for name in KEPT if not np.array_equal(one.columns[name], other.columns[name])]
