"""Access: the four barriers - coverage, affordability, skills and trust - and what a user costs to connect."""

from __future__ import annotations

import numpy as np

from ..basis.units import FloatArray, IntArray
from ..data import FACTS_YEAR
from ..rules.barriers import addressable, affordability, binding, past_all_but_one
from ..rules.costs import fallen
from ..rules.curves import closing
from ..state.kinds import BARRIER_OF_KIND, KINDS
from ..state.parameters import Parameters, parameter, triangular, uniform
from ..state.world import Countries, World
from .climate import working_coverage
from .technology import learning, satellite_price


class AccessParameters(Parameters, process="access"):
    """The parameters of access."""

    price_fall: float = parameter(
        value=0.06,
        unit="per year",
        meaning="Fall of the price of an entry data basket",
        source="ITU Facts and Figures 2025; A4AI: 5-18% a year, 5-7% central",
        standing="published",
        distribution=uniform(0.03, 0.09),
        minimum=-0.1,
        maximum=0.3,
    )
    coverage_urban: float = parameter(
        value=0.15,
        unit="per year",
        meaning="Closing of the urban coverage gap where viable",
        source="ITU Facts and Figures 2024 and 2025, derived",
        standing="derived",
        distribution=uniform(0.10, 0.20),
        minimum=0.0,
        maximum=1.0,
    )
    coverage_rural: float = parameter(
        value=0.10,
        unit="per year",
        meaning="Closing of the rural coverage gap where viable",
        source="ITU: LDC gap -3 points a year, part revision; derived",
        standing="derived",
        distribution=uniform(0.06, 0.16),
        minimum=0.0,
        maximum=1.0,
    )
    skills_growth: float = parameter(
        value=0.03,
        unit="per year",
        meaning="Closing of the skills gap",
        source="judgement: cohort replacement",
        standing="judged",
        distribution=uniform(0.02, 0.05),
        minimum=0.0,
        maximum=1.0,
    )
    trust_growth: float = parameter(
        value=0.02,
        unit="per year",
        meaning="Closing of the trust gap",
        source="judgement",
        standing="judged",
        distribution=uniform(0.0, 0.04),
        minimum=0.0,
        maximum=1.0,
    )
    head_room: float = parameter(
        value=1.05,
        unit="ratio",
        meaning="Smallest addressable share relative to observed use",
        source="judgement",
        standing="judged",
        minimum=1.0,
        maximum=2.0,
    )
    affordable_low: float = parameter(
        value=0.02,
        unit="share",
        meaning="Smallest share of income that people spend on access",
        source="UN Broadband Commission target: 2% of income",
        standing="published",
        minimum=0.001,
        maximum=0.2,
    )
    affordable_high: float = parameter(
        value=0.05,
        unit="share",
        meaning="Largest share of income that people spend on access",
        source="ITU: 2-5% of income",
        standing="published",
        minimum=0.001,
        maximum=0.5,
    )
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
    """Move coverage, prices, skills and trust by a year, and say whom an initiative can reach; each January."""
    if not world.new_year:
        return
    countries, p, rows = world.countries, AccessParameters.of(world.values), world.year_row
    countries.population[:] = world.reference.population[rows]
    countries.urban_share[:] = world.reference.urban_share[rows]
    countries.income[:] = world.reference.income[rows]
    if world.year > FACTS_YEAR:
        fall = fallen(p.price_fall, 1.0)
        countries.price *= fall
        world.memory.price_path *= fall
        viable = able_to_pay(countries, world.facts.countries.log_income_sd)
        for place, pace in (("urban", p.coverage_urban), ("rural", p.coverage_rural)):
            coverage = getattr(countries, f"coverage_{place}")
            coverage += closing(coverage, pace * viable)
            skills = getattr(countries, f"skills_{place}")
            skills += closing(skills, p.skills_growth)
        growth = p.trust_growth
        countries.trust += closing(countries.trust, growth)
        countries.trust_gain *= 1.0 - growth
        world.memory.trust_path += closing(world.memory.trust_path, growth)
    set_reach(world)
    unit_costs(world)


def able_to_pay(countries: Countries, spread: FloatArray) -> FloatArray:
    """Return the share of people who can afford an entry basket; incomes have a spread (C,). Shape (C,)."""
    return affordability(countries.affordable_share, countries.price, spread)


def set_reach(world: World) -> None:
    """Set whom an initiative can reach, and the barrier that binds, in every economy."""
    world.now.reach[:], world.now.binding_barrier[:] = barriers(world.countries, world.facts.countries.log_income_sd)


def barriers(countries: Countries, spread: FloatArray) -> tuple[FloatArray, IntArray]:
    """Set the addressable shares; `spread` is the standard deviation of the logarithm of incomes, (C,).

    Returns:
        The share of people who pass all barriers but the one that a kind removes, by economy, group and kind (C, G, K),
        and the barrier that stops most rural people, (C,).
    """
    able = able_to_pay(countries, spread)
    reach = np.empty((countries.count, 2, BARRIER_OF_KIND.size))
    for group, place in enumerate(("urban", "rural")):
        coverage, skills = working_coverage(countries, place), getattr(countries, f"skills_{place}")
        shares = np.array([coverage, able, skills, countries.trust])
        getattr(countries, f"addressable_{place}")[:] = addressable(shares, countries.overlap)
        reach[:, group] = past_all_but_one(shares, countries.overlap)[BARRIER_OF_KIND].T
        if place == "rural":
            most = binding(shares)
    return reach, most


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
