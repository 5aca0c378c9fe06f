"""Access: barriers move, whom initiatives can reach follows, and so does what a user costs to connect."""

from __future__ import annotations

import numpy as np

from ..basis.units import FloatArray, expit
from ..data import FACTS_YEAR
from ..rules.barriers import binding, headroom, index, lifted, past_all_but_one, score_shift, shifted
from ..rules.costs import fallen
from ..rules.curves import closing
from ..rules.split import split_all
from ..state.kinds import BARRIER_OF_KIND, BARRIERS, KINDS, NETWORKS
from ..state.parameters import Parameters, parameter, triangular, uniform
from ..state.structures import DEVICE_BY_USE
from ..state.world import GROUPS, World
from .barriers import BarrierParameters, at_year, barriers, data_price, effective_year, reference_barriers
from .market import income_beyond
from .technology import learning, satellite_price

DEVICE = BARRIERS.index("device")


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
    paths, reference, facts = world.reference.access, world.reference, world.facts.countries
    odds = np.full(countries.count, np.exp(p.coverage_odds))
    for name, table in (("coverage", paths.coverage), ("bound", paths.bound)):
        nation = at_year(table, effective_year(world, "coverage"))
        for place, share in zip(GROUPS, split_all(nation, countries.urban_share, odds), strict=True):
            left = (1.0 - world.now.network_cover[:, GROUPS.index(place)]) * (1.0 - world.now.lever_cover)
            if place == "rural":
                left *= 1.0 - countries.coverage_closed_rural  # satellites
            getattr(countries, f"{name}_{place}")[:] = 1.0 - (1.0 - share) * left
    powered = effective_year(world, "electricity")
    for place in GROUPS:
        share = at_year(getattr(paths, f"electricity_{place}"), powered)
        getattr(countries, f"electricity_{place}")[:] = share + closing(share, world.now.lever_electricity)
    skilled = at_year(paths.skills, effective_year(world, "skills"))
    skills = split_all(skilled, countries.urban_share, np.exp(facts.skills_gap))
    for place, share in zip(GROUPS, skills, strict=True):
        known = share + closing(share, countries.skills_gain)
        getattr(countries, f"skills_{place}")[:] = known + closing(known, world.now.lever_skills)
    moved = data_price(reference, facts, world.values, effective_year(world, "data price"))
    countries.price *= moved / memory.price_moved
    memory.price_moved[:] = moved
    if world.year > FACTS_YEAR:
        pace = world.settings.barrier_pace.get("trust", 1.0) if world.year >= world.start_year else 1.0
        growth = p.trust_growth * pace
        countries.trust += closing(countries.trust, growth)
        countries.trust_gain *= 1.0 - growth


def set_index(world: World) -> None:
    """Set the addressable index of both places, here and on the path without levers, and whom initiatives can reach."""
    countries, memory, now = world.countries, world.memory, world.now
    overlap = BarrierParameters.of(world.values).overlap
    facts, cover, beyond = world.facts.countries, now.network_cover, now.income_beyond
    bare = reference_barriers(world.reference, facts, world.values, world.year, 0.0, cover, beyond)
    _place_index(world, bare)
    here = barriers(world)
    reference = reference_barriers(world.reference, facts, world.values, world.year, memory.device_shift, cover, beyond)
    for group, place in enumerate(GROUPS):
        shift = memory.index_shift[:, group]
        log_odds = shifted(index(here[group], overlap), shift)
        now.index_before[:, group] = now.index_log_odds[:, group] if memory.index_known else log_odds
        now.gap_before[:, group] = now.index_gap[:, group]
        now.index_log_odds[:, group] = log_odds
        now.index_gap[:, group] = log_odds - shifted(index(reference[group], overlap), shift)
        getattr(countries, f"addressable_{place}")[:] = expit(log_odds)
        now.reach[:, group] = past_all_but_one(here[group], overlap)[BARRIER_OF_KIND].T
    memory.index_known = True
    now.binding_barrier[:] = binding(here[1])


def _place_index(world: World, reference: FloatArray) -> None:
    """Put the index above use at each economy's newest observation; the shift is held from then on.

    `reference` has who passes each barrier on the path without levers, (2, barriers, C).
    """
    countries, memory, p = world.countries, world.memory, BarrierParameters.of(world.values)
    fresh = (world.year <= world.reference.observed_until) & (world.year <= world.start_year)
    fresh |= not memory.index_known
    for group, place in enumerate(GROUPS):
        use = getattr(countries, f"use_{place}")
        if DEVICE_BY_USE in world.settings.structures:
            lift = score_shift(use, reference[group, DEVICE], p.headroom)
            memory.device_shift[fresh, group] = lift[fresh]
            reference[group, DEVICE] = lifted(reference[group, DEVICE], memory.device_shift[:, group])
        shift = headroom(use, index(reference[group], p.overlap), p.headroom)
        memory.index_shift[fresh, group] = shift[fresh]
        memory.use_observed[fresh, group] = use[fresh]


def unit_costs(world: World) -> None:
    """Set the dollars per person by kind and group, and the price of technology relative to 2024.

    A kind that serves nobody itself has an infinite cost; what networks need falls, what teachers need does not.
    """
    p = AccessParameters.of(world.values)
    fall = fallen(p.cost_fall, world.year - FACTS_YEAR + learning(world))
    costs = {"urban": p.cost_urban, "rural": p.cost_rural, "remote": p.cost_remote, "skills": p.cost_skills}
    table = np.array([[costs[name] for name in kind.cost] if kind.cost else [np.inf, np.inf] for kind in KINDS])
    table[NETWORKS] *= fall
    world.now.unit_cost[:] = table * satellite_price(world)
    world.now.technology_price = fall
