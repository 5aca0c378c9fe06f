"""Monitoring: what donors see of sustainability, and how well."""

from __future__ import annotations

import numpy as np

from ..basis.units import QUARTERS_PER_YEAR, FloatArray, IntArray
from ..rules.founding import MOTIVATION
from ..rules.observation import readiness
from ..state.kinds import KINDS
from ..state.parameters import Parameters, parameter, uniform
from ..state.world import FUNDED, INDEPENDENT, World
from .delivery import index_in_force
from .founding import FoundingParameters

BEST, ENOUGH = 0.9, 10  # quantile that counts as the best of a kind, and initiatives that it takes


class MonitoringParameters(Parameters, process="monitoring"):
    """The parameters of monitoring."""

    noise: float = parameter(
        value=0.25,
        unit="0-1",
        meaning="Error of observed sustainability without any spending on monitoring",
        source="judgement from IEG: self-ratings are off by some 10 points; Raimondo 2016",
        standing="judged",
        distribution=uniform(0.15, 0.35),
        minimum=0.0,
        maximum=1.0,
    )
    half_share: float = parameter(
        value=0.05,
        unit="share",
        meaning="Share of budgets that halves the error",
        source="judgement",
        standing="judged",
        distribution=uniform(0.03, 0.08),
        minimum=0.001,
        maximum=1.0,
    )


def monitoring(world: World) -> None:
    """Let donors see how ready initiatives near or in an adaptive exit are to stand alone, with noise.

    What is observed is readiness: how far the sustainability index, as it would be without the donor, has come from
    what it was at founding to what the best of its kind reach. Its resources are fees and lines, nothing of a donor.
    """
    initiatives = world.initiatives
    if world.new_year:
        _note_the_best(world)
    near = (initiatives.phase != INDEPENDENT) & (initiatives.age >= initiatives.duration - QUARTERS_PER_YEAR)
    rows = np.flatnonzero(near & (world.traits.exit.threshold[initiatives.exit] > 0.0))
    if rows.size == 0:
        return
    luck = world.streams.normal("monitoring", world.quarter, initiatives.key[rows])
    own = initiatives.revenue_share[rows] + initiatives.government_share[rows]
    own = np.minimum(own + initiatives.levy_share[rows] + initiatives.endowment_share[rows], 1.0)
    now = index_in_force(world, own, initiatives.capacity[rows], initiatives.motivation[rows])
    ready = readiness(now, _at_founding(world), world.memory.best[initiatives.kind[rows]])
    seen = ready + world.levers.observation_sd * luck
    initiatives.observed[rows] = np.clip(seen, 0.0, 1.0)
    if world.year >= world.start_year:  # what was decided before is in no table
        _judge(world, rows, ready)


def _note_the_best(world: World) -> None:
    """Remember the sustainability that one in ten initiatives of each kind reaches after its donor has left."""
    initiatives = world.initiatives
    out = initiatives.phase == INDEPENDENT
    for kind in range(len(KINDS)):
        values = initiatives.sustainability[out & (initiatives.kind == kind)]
        if values.size >= ENOUGH:
            place = int(BEST * (values.size - 1))
            world.memory.best[kind] = np.partition(values, place)[place]


def _at_founding(world: World) -> float:
    """Return sustainability without the donor at founding: no money of its own, and the skills it begins with."""
    capacity = FoundingParameters.of(world.values).initial_capacity
    return float(index_in_force(world, *np.array([[0.0], [capacity], [MOTIVATION]]))[0])


def _judge(world: World, rows: IntArray, truth: FloatArray) -> None:
    """Tally the decisions that these looks lead to in the next quarter, and those that a look without error would turn.

    A decision is to leave because the initiative looks ready, or to wait because it doesn't; an exit on the latest date
    decides nothing. It is regretted where true readiness, when looked at, is on the other side of the threshold.
    """
    initiatives, traits = world.initiatives, world.traits
    leave = initiatives.exit[rows]
    threshold = traits.exit.threshold[leave]
    since = initiatives.age[rows] + 1 - initiatives.duration[rows]
    latest = np.where(initiatives.phase[rows] == FUNDED, traits.exit.extension[leave], initiatives.transition[rows])
    ready = initiatives.observed[rows] >= threshold
    decided = (since >= 0) & (ready | (since < latest))
    wrong = decided & (ready != (truth >= threshold))
    world.tally.decisions += float(np.count_nonzero(decided))
    world.tally.regretted += float(np.count_nonzero(wrong))
