"""Access: barriers move, whom initiatives can reach follows, and so does what a user costs to connect."""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import FloatArray, IntArray, expit
from ..data import FACTS_YEAR
from ..rules.barriers import (
    binding,
    headroom,
    index,
    index_from,
    lifted,
    past_all_but_one,
    score_shift,
    shifted,
)
from ..rules.costs import fallen
from ..rules.curves import closing
from ..rules.split import split
from ..state.kinds import BARRIER_OF_KIND, BARRIERS, KINDS, NETWORKS
from ..state.parameters import Parameters, parameter, triangular, uniform
from ..state.structures import DEVICE_BY_USE
from ..state.world import World
from .barriers import BarrierParameters, at_year, barriers, data_price, effective_year, reference_barriers
from .market import income_beyond
from .technology import learning, satellite_price

DEVICE = BARRIERS.index("device")
ALONE: IntArray = np.unique(np.append(BARRIER_OF_KIND, 0))  # barriers that some kind removes, coverage first
ALONE_OF_KIND: IntArray = np.searchsorted(ALONE, BARRIER_OF_KIND)  # (K,) rows of these
COSTS = ("urban", "rural", "remote", "skills", None)
COST_OF_KIND: IntArray = np.array([[COSTS.index(name) for name in kind.cost or (None, None)] for kind in KINDS])


class AccessParameters(Parameters, process="access"):
    """The parameters of access."""

    cost_fall: float = parameter(
        value=0.03,
        unit="per year",
        meaning="Fall of the capital that a network needs for a person",
        source="equipment and satellite kits; judged, since salaries do not fall",
        standing="judged",
        distribution=uniform(0.0, 0.07),
        minimum=0.0,
        maximum=0.3,
    )
    cost_urban: float = parameter(
        value=27.0,
        unit="dollars",
        meaning="Capital of a network for a person in a town",
        source="40% of the ITU's 143 dollars a user (2020) is capital; split judged",
        standing="judged",
        distribution=uniform(20.0, 34.0),
        minimum=1.0,
        maximum=5000.0,
    )
    cost_rural: float = parameter(
        value=95.0,
        unit="dollars",
        meaning="Capital of a network for a person in the countryside",
        source="40% of the ITU's 143 dollars a user (2020) is capital; split judged",
        standing="judged",
        distribution=uniform(63.0, 127.0),
        minimum=1.0,
        maximum=5000.0,
    )
    cost_remote: float = parameter(
        value=230.0,
        unit="dollars",
        meaning="Capital of emerging technology for a person",
        source="40% of the ITU's 143 dollars a user (2020) is capital; split judged",
        standing="judged",
        distribution=uniform(126.0, 335.0),
        minimum=1.0,
        maximum=5000.0,
    )
    cost_skills: float = parameter(
        value=60.0,
        unit="dollars",
        meaning="Cost of digital skills per person, everything in it; salaries do not fall",
        source="ITU/CST 2025: 60-75, range 20-100",
        standing="derived",
        distribution=triangular(20.0, 100.0),
        minimum=1.0,
        maximum=5000.0,
    )


def access(world: World) -> None:
    """Move the barriers by a year, and say whom an initiative can reach; each January."""
    if not world.new_year:
        return
    countries, rows = world.countries, world.year_row
    countries.population[:] = world.reference.population[rows]
    countries.urban_share[:] = world.reference.urban_share[rows]
    world.now.income_beyond[:] = income_beyond(world)
    countries.income[:] = world.reference.income[rows] * np.exp(world.now.income_beyond)
    move_barriers(world)
    set_index(world)
    unit_costs(world)


def move_barriers(world: World) -> None:
    """Set coverage, electricity, skills, the price of data and trust of this year, as far as their pace has gone."""
    countries, memory, p = world.countries, world.memory, BarrierParameters.of(world.values)
    paths, reference, facts, now = world.reference.access, world.reference, world.facts.countries, world.now
    odds, year = float(np.exp(p.coverage_odds)), effective_year(world, "coverage")
    closed = now.network_cover, now.lever_cover, countries.coverage_closed_rural
    urban = countries.urban_share
    covered = (countries.coverage_urban, countries.coverage_rural), (countries.bound_urban, countries.bound_rural)
    left, left_bound = np.empty((2, *now.uncovered.shape))
    _cover(at_year(paths.coverage, year), urban, odds, *closed, left, *covered[0])
    _cover(at_year(paths.bound, year), urban, odds, *closed, left_bound, *covered[1])
    now.uncovered[:] = left
    powered = effective_year(world, "electricity")
    town, countryside = (at_year(table, powered) for table in (paths.electricity_urban, paths.electricity_rural))
    skilled = at_year(paths.skills, effective_year(world, "skills"))
    _power_and_teach(
        town, countryside, now.lever_electricity, skilled, urban, np.exp(facts.skills_gap), countries.skills_gain,
        now.lever_skills, countries.electricity_urban, countries.electricity_rural, countries.skills_urban,
        countries.skills_rural,
    )  # fmt: skip
    moved = data_price(reference, facts, world.values, effective_year(world, "data price"))
    countries.price *= moved / memory.price_moved
    memory.price_moved[:] = moved
    if world.year > FACTS_YEAR:
        pace = world.settings.barrier_pace.get("trust", 1.0) if world.year >= world.start_year else 1.0
        growth = p.trust_growth * pace
        countries.trust += closing(countries.trust, growth)
        countries.trust_gain *= 1.0 - growth


@compiled
def _cover(
    nation: FloatArray, urban: FloatArray, odds: float, networks: FloatArray, levers: FloatArray,
    satellites: FloatArray, uncovered: FloatArray, town: FloatArray, countryside: FloatArray,
) -> None:  # fmt: skip
    """Set the shares covered in both places: the path's, and the parts of the gap that others close, networks last."""
    for c in range(nation.size):
        here, there = split(nation[c], urban[c], odds)
        uncovered[c, 0] = (1.0 - here) * (1.0 - levers[c])
        uncovered[c, 1] = (1.0 - there) * ((1.0 - levers[c]) * (1.0 - satellites[c]))
        town[c] = 1.0 - uncovered[c, 0] * (1.0 - networks[c, 0])
        countryside[c] = 1.0 - uncovered[c, 1] * (1.0 - networks[c, 1])


@compiled
def _power_and_teach(
    powered: FloatArray, powered_rural: FloatArray, levers: FloatArray, skilled: FloatArray, urban: FloatArray,
    odds: FloatArray, by_work: FloatArray, by_levers: FloatArray, electricity: FloatArray,
    electricity_rural: FloatArray, skills: FloatArray, skills_rural: FloatArray,
) -> None:  # fmt: skip
    """Set the shares with electricity and with the skills: the path's, and what levers and initiatives close."""
    for c in range(urban.size):
        electricity[c] = powered[c] + closing(powered[c], levers[c])
        electricity_rural[c] = powered_rural[c] + closing(powered_rural[c], levers[c])
        town, countryside = split(skilled[c], urban[c], odds[c])
        town += closing(town, by_work[c])
        countryside += closing(countryside, by_work[c])
        skills[c] = town + closing(town, by_levers[c])
        skills_rural[c] = countryside + closing(countryside, by_levers[c])


def set_index(world: World) -> None:
    """Set the addressable index of both places, here and on the path without levers, and whom initiatives can reach."""
    countries, memory, now = world.countries, world.memory, world.now
    overlap = BarrierParameters.of(world.values).overlap
    path = _path_index(world, overlap)
    here = barriers(world)
    past = past_all_but_one(here, overlap, ALONE)
    shift = memory.index_shift.T
    log_odds = shifted(index_from(here[:, 0], past[:, 0]), shift)
    now.index_before[:] = now.index_log_odds if memory.index_known else log_odds.T
    now.gap_before[:] = now.index_gap
    now.index_log_odds[:] = log_odds.T
    now.index_gap[:] = (log_odds - shifted(path, shift)).T
    countries.addressable_urban[:], countries.addressable_rural[:] = expit(log_odds)
    now.reach[:] = past[:, ALONE_OF_KIND].transpose(2, 0, 1)
    memory.index_known = True
    now.binding_barrier[:] = binding(here[1])


def _path_index(world: World, overlap: float) -> FloatArray:
    """Return the index on the path without levers, (2, C), as it is before the shift that puts it above use.

    The shift is set at each economy's newest observation, and held from then on.
    """
    countries, memory, p = world.countries, world.memory, BarrierParameters.of(world.values)
    reference, facts, now = world.reference, world.facts.countries, world.now
    given = reference, facts, world.values, world.year
    shares = reference_barriers(*given, 0.0, now.network_cover, now.income_beyond)
    fresh = (world.year <= reference.observed_until) & (world.year <= world.start_year)
    fresh |= not memory.index_known
    use = np.array([countries.use_urban, countries.use_rural])
    by_use = DEVICE_BY_USE in world.settings.structures
    if by_use:
        lift = score_shift(use, shares[:, DEVICE], p.headroom)
        memory.device_shift[fresh] = lift.T[fresh]
        shares[:, DEVICE] = lifted(shares[:, DEVICE], memory.device_shift.T)
    path = index(shares, overlap)
    if fresh.any():
        memory.index_shift[fresh] = headroom(use, path, p.headroom).T[fresh]
        memory.use_observed[fresh] = use.T[fresh]
    if not by_use:
        return path
    shares = reference_barriers(*given, memory.device_shift, now.network_cover, now.income_beyond)
    return index(shares, overlap)


def unit_costs(world: World) -> None:
    """Set the dollars per person by kind and group, and the price of technology relative to 2024.

    A kind that serves nobody itself has an infinite cost; what networks need falls, what teachers need does not.
    """
    p = AccessParameters.of(world.values)
    fall = fallen(p.cost_fall, world.year - FACTS_YEAR + learning(world))
    table = np.array([p.cost_urban, p.cost_rural, p.cost_remote, p.cost_skills, np.inf])[COST_OF_KIND]
    table[NETWORKS] *= fall
    world.now.unit_cost[:] = table * satellite_price(world)
    world.now.technology_price = fall
