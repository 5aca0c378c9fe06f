"""Monitoring: what donors see of sustainability, and how well."""

from __future__ import annotations

import functools
from itertools import pairwise

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import QUARTERS_PER_YEAR, FloatArray, IntArray
from ..rules.factors import local_share
from ..rules.observation import readiness
from ..rules.sustainability import index
from ..state.kinds import KINDS, rows_by_kind
from ..state.parameters import Parameters, parameter, uniform
from ..state.world import FUNDED, INDEPENDENT, World
from .delivery import exponent_in_force, sustainability
from .founding import FoundingParameters

ENOUGH = 10  # initiatives of a kind that it takes to say what the best reach


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
    best: float = parameter(
        value=0.9,
        unit="share",
        meaning="Share of a kind, after exit, below the index that counts as the best of the kind",
        source="judgement",
        standing="judged",
        distribution=uniform(0.8, 0.95),
        minimum=0.0,
        maximum=1.0,
    )


def monitoring(world: World) -> None:
    """Let donors see how ready initiatives near or in an adaptive exit are to stand alone, with noise.

    What is observed is readiness: how far the sustainability index, as it would be without the donor, has come from
    what it was at founding to what the best of its kind reach. Its resources are fees and lines, nothing of a donor.
    """
    of, traits = world.initiatives, world.traits
    if world.new_year:
        _note_the_best(world)
    found = np.empty(of.count, dtype=np.int64)
    rows = found[: _near_exit(of.phase, of.age, of.duration, of.exit, traits.exit.threshold, found)]
    if rows.size == 0:
        return
    luck = world.streams.normal("monitoring", world.quarter, of.key[rows])
    ready = true_readiness(world, rows)
    _look(rows, ready, luck, world.levers.observation_sd, of.observed)
    if world.year >= world.start_year:  # what was decided before is in no table
        decided, regretted = _judge(
            rows, of.exit, of.age, of.duration, of.phase, of.transition, of.observed, traits.exit.threshold,
            traits.exit.extension, ready,
        )  # fmt: skip
        world.tally.decisions += decided
        world.tally.regretted += regretted


@compiled
def _near_exit(
    phase: IntArray, age: IntArray, duration: IntArray, leave: IntArray, threshold: FloatArray, rows: IntArray
) -> int:
    """Note the rows of initiatives near or in an adaptive exit; return their number."""
    count = 0
    for i in range(phase.size):
        adaptive = threshold[np.uint64(leave[i])] > 0.0  # no index counts from the end
        rows[count] = i  # without a branch: the next one overwrites what does not count
        count += adaptive & (phase[i] != INDEPENDENT) & (age[i] >= duration[i] - QUARTERS_PER_YEAR)
    return count


def true_readiness(world: World, rows: IntArray) -> FloatArray:
    """Return how ready some rows are to stand alone, without noise, 0 to 1, (n,)."""
    of, ready = world.initiatives, np.empty(rows.size)
    _find_readiness(
        rows, of.kind, of.revenue_share, of.government_share, of.levy_share, of.endowment_share, of.capacity,
        of.motivation, exponent_in_force(world), index_at_founding(world), world.memory.best, ready,
    )  # fmt: skip
    return ready


def index_at_founding(world: World) -> float:
    """Return sustainability without the donor at founding: no money of its own, and the skills it begins with."""
    p = FoundingParameters.of(world.values)
    return _index_at_founding(p.initial_capacity, p.initial_motivation, exponent_in_force(world))


@functools.cache
def _index_at_founding(capacity: float, motivation: float, exponent: float) -> float:
    """Return the index of sustainability without money of its own."""
    return float(index(np.zeros(1), np.array([capacity]), np.array([motivation]), exponent)[0])


@compiled
def _find_readiness(
    rows: IntArray, kind: IntArray, fees: FloatArray, treasury: FloatArray, levy: FloatArray, endowment: FloatArray,
    capacity: FloatArray, motivation: FloatArray, exponent: float, at_founding: float, best: FloatArray,
    ready: FloatArray,
) -> None:  # fmt: skip
    """Write the readiness of some initiatives, by their index with no other resources than their own."""
    own = np.empty(rows.size)
    for j in range(rows.size):
        i = rows[j]
        own[j] = local_share(fees[i], treasury[i], levy[i], endowment[i])
    now = index(own, capacity[rows], motivation[rows], exponent)
    for j in range(rows.size):
        ready[j] = readiness(now[j], at_founding, best[kind[rows[j]]])


@compiled
def _look(rows: IntArray, ready: FloatArray, luck: FloatArray, spread: float, observed: FloatArray) -> None:
    """Write what donors see of readiness, with an error of this spread."""
    for j in range(rows.size):
        observed[rows[j]] = min(max(ready[j] + spread * luck[j], 0.0), 1.0)


def _note_the_best(world: World) -> None:
    """Remember the sustainability that the best initiatives of each kind reach after their donors have left."""
    initiatives, best = world.initiatives, MonitoringParameters.of(world.values).best
    rows, ends = rows_by_kind(initiatives.kind, initiatives.phase, INDEPENDENT, len(KINDS))
    values = sustainability(world, rows)
    for kind, (first, last) in enumerate(pairwise(ends.tolist())):
        if last - first >= ENOUGH:
            place = first + int(best * (last - first - 1))
            values[first:last].partition(place - first)
            world.memory.best[kind] = values[place]


@compiled
def _judge(
    rows: IntArray, leave: IntArray, age: IntArray, duration: IntArray, phase: IntArray, transition: IntArray,
    observed: FloatArray, threshold: FloatArray, extension: IntArray, truth: FloatArray,
) -> tuple[int, int]:  # fmt: skip
    """Count the decisions that looks lead to in the next quarter, and those that a look without error would turn.

    A decision is to leave because the initiative looks ready, or to wait because it doesn't; an exit on the latest date
    decides nothing. It is regretted where true readiness, when looked at, is on the other side of the threshold.
    """
    decisions = regretted = 0
    for j in range(rows.size):
        i = rows[j]
        since = age[i] + 1 - duration[i]
        latest = extension[leave[i]] if phase[i] == FUNDED else transition[i]
        ready = observed[i] >= threshold[leave[i]]
        if since >= 0 and (ready or since < latest):
            decisions += 1
            if ready != (truth[j] >= threshold[leave[i]]):
                regretted += 1
    return decisions, regretted
