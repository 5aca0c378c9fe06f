"""Access: barriers move, whom initiatives can reach follows, and so does what a user costs to connect."""

from __future__ import annotations

import numpy as np

from ..basis.units import FloatArray, expit
from ..data import FACTS_YEAR
from ..rules.barriers import binding, headroom, index, lifted, past_all_but_one, score_shift, shifted
from ..rules.costs import fallen
from ..rules.curves import closing
from ..rules.split import split
from ..state.kinds import BARRIER_OF_KIND, BARRIERS, KINDS
from ..state.parameters import Parameters, parameter, triangular, uniform
from ..state.structures import DEVICE_BY_USE
from ..state.world import GROUPS, World
from .barriers import BarrierParameters, at_year, barriers, data_price, effective_year, reference_barriers
from .technology import learning, satellite_price

DEVICE = BARRIERS.index("device")


class AccessParameters(Parameters, process="access"):
    """The parameters of access."""

    cost_fall: float = parameter(
        value=0.07,
        unit="per year",
        meaning="Fall of the cost of connecting a user",
        source="equipment and satellite-kit trend, 3-12%",
        standing="judged",
        distribution=uniform(0.03, 0.10),
        minimum=0.0,
        maximum=0.3,
    )
    cost_urban: float = parameter(
        value=65.0,
        unit="dollars",
        meaning="Cost per new urban user",
        source="split of ITU 2020 (143 dollars): 50-80",
        standing="judged",
        distribution=uniform(50.0, 80.0),
        minimum=1.0,
        maximum=5000.0,
    )
    cost_rural: float = parameter(
        value=225.0,
        unit="dollars",
        meaning="Cost per new rural user",
        source="split of ITU 2020 (143 dollars): 150-300",
        standing="judged",
        distribution=uniform(150.0, 300.0),
        minimum=1.0,
        maximum=5000.0,
    )
    cost_remote: float = parameter(
        value=550.0,
        unit="dollars",
        meaning="Cost per new user by emerging technology",
        source="split of ITU 2020 (143 dollars): 300-800",
        standing="judged",
        distribution=uniform(300.0, 800.0),
        minimum=1.0,
        maximum=5000.0,
    )
    cost_skills: float = parameter(
        value=60.0,
        unit="dollars",
        meaning="Cost of digital skills per person",
        source="ITU/CST 2025: 60-75, range 20-100",
        standing="derived",
        distribution=triangular(20.0, 100.0),
        minimum=1.0,
        maximum=5000.0,
    )
    cost_indirect: float = parameter(
        value=400.0,
        unit="dollars",
        meaning="Cost per user reached through policy, content or trust",
        source="judgement: all-in cost of 140-1,040 dollars",
        standing="judged",
        distribution=uniform(140.0, 1040.0),
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
    countries.income[:] = world.reference.income[rows]
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
        for place, share in zip(GROUPS, split(nation, countries.urban_share, odds), strict=True):
            closed = getattr(countries, f"coverage_closed_{place}")
            getattr(countries, f"{name}_{place}")[:] = share + closed * (1.0 - share)
    powered = effective_year(world, "electricity")
    countries.electricity_urban[:] = at_year(paths.electricity_urban, powered)
    countries.electricity_rural[:] = at_year(paths.electricity_rural, powered)
    skilled = at_year(paths.skills, effective_year(world, "skills"))
    skills = split(skilled, countries.urban_share, np.exp(facts.skills_gap))
    countries.skills_urban[:], countries.skills_rural[:] = skills
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
    facts = world.facts.countries
    _place_index(world, reference_barriers(world.reference, facts, world.values, world.year))
    here = barriers(world)
    reference = reference_barriers(world.reference, facts, world.values, world.year, memory.device_shift)
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
    """Set the dollars per new user by kind and group, and the price of technology relative to 2024."""
    p = AccessParameters.of(world.values)
    fall = fallen(p.cost_fall, world.year - FACTS_YEAR + learning(world))
    costs = {
        "urban": p.cost_urban, "rural": p.cost_rural, "remote": p.cost_remote, "skills": p.cost_skills,
        "indirect": p.cost_indirect,
    }  # fmt: skip
    table = np.array([[costs[name] for name in kind.cost] for kind in KINDS])
    world.now.unit_cost[:] = table * fall * satellite_price(world)
    world.now.technology_price = fall
