"""Technology: artificial intelligence and satellites arrive, equipment ages, energy changes its price."""

from __future__ import annotations

import numpy as np

from ..basis.units import FloatArray
from ..rules.costs import after_roll_out, of_energy, solar_saving
from ..rules.curves import closing
from ..rules.split import mean_of_places
from ..state.kinds import BY_SATELLITE, KINDS, SITES
from ..state.parameters import Parameters, parameter, uniform
from ..state.world import World


class TechnologyParameters(Parameters, process="technology"):
    """The parameters of technology."""

    ai_saving: float = parameter(
        value=0.10,
        unit="share",
        meaning="Share of running cost that artificial intelligence saves in full use",
        source="Brynjolfsson, Li and Raymond 2023: productivity +14%, range 5-25%; 5-15% of delivery cost judged",
        standing="judged",
        distribution=uniform(0.05, 0.15),
        minimum=0.0,
        maximum=1.0,
    )
    ai_speed: float = parameter(
        value=0.3,
        unit="per year",
        meaning="Speed at which artificial intelligence spreads with complete skills and regulation",
        source="judgement",
        standing="judged",
        distribution=uniform(0.15, 0.45),
        minimum=0.0,
        maximum=1.0,
    )
    satellite_speed: float = parameter(
        value=0.2,
        unit="per year",
        meaning="Speed at which satellites close the rural coverage gap and are rolled out",
        source="judgement: supply of low orbits and of direct-to-device service",
        standing="judged",
        distribution=uniform(0.1, 0.3),
        minimum=0.0,
        maximum=1.0,
    )
    satellite_cost: float = parameter(
        value=0.6,
        unit="ratio",
        meaning="Cost per user of emerging technology after roll-out, relative to its trend",
        source="judged from kit prices in Africa: some 628 dollars in 2023, 178-381 in 2025 (Rest of World 2025)",
        standing="judged",
        distribution=uniform(0.4, 0.8),
        minimum=0.05,
        maximum=1.0,
    )
    energy_share: float = parameter(
        value=0.3,
        unit="share",
        meaning="Share of energy in the running cost of sites",
        source="judgement: practice of operators of rural sites",
        standing="judged",
        distribution=uniform(0.2, 0.4),
        minimum=0.0,
        maximum=1.0,
    )
    solar_saving: float = parameter(
        value=0.6,
        unit="share",
        meaning="Share of energy cost that a solar site saves",
        source="judgement: no fuel, but batteries",
        standing="judged",
        distribution=uniform(0.4, 0.8),
        minimum=0.0,
        maximum=1.0,
    )


def technology(world: World) -> None:
    """Spread what has arrived and set this year's running cost, ageing and price of energy; each January."""
    p = TechnologyParameters.of(world.values)
    if not world.new_year:
        return
    settings = world.settings
    since = max(world.year - world.start_year, 0)
    world.now.obsolescence = settings.technology_speed if world.year >= world.start_year else 1.0
    arrived = settings.ai_arrival is not None and world.year >= settings.ai_arrival
    _spread(world, p.ai_speed * arrived)
    if settings.satellite_arrival is not None and world.year >= settings.satellite_arrival:
        rural = world.countries.coverage_closed_rural
        rural += closing(rural, p.satellite_speed)
    _running_cost(world, float(np.exp(settings.energy_cost_growth * since)))


def _spread(world: World, speed: float) -> None:
    """Spread artificial intelligence: faster where skills and regulation are high, up to the share who trust it."""
    countries = world.countries
    urban = countries.urban_share
    skills = mean_of_places(urban, countries.skills_urban, countries.skills_rural)
    ready = 0.5 * (skills + countries.regulation)
    spread = countries.ai_spread
    spread += speed * ready * np.maximum(countries.trust - spread, 0.0)


def _running_cost(world: World, price: float) -> None:
    """Set running cost over that of 2024 by country and kind, and what a solar site saves, at a price of energy."""
    p, now = TechnologyParameters.of(world.values), world.now
    energy = p.energy_share * SITES
    kinds = of_energy(energy, price)
    spread = 1.0 - p.ai_saving * world.countries.ai_spread
    # 0 for a site that buys energy, this for one that makes it
    now.solar_saves[:] = solar_saving(energy, price, p.solar_saving)
    now.running_cost[:] = spread[:, None] * kinds[None, :]


def learning(world: World) -> float:
    """Return the years of learning that the speed of technology adds (below zero: takes away) up to this year."""
    return float((world.settings.technology_speed - 1.0) * max(world.year - world.start_year, 0))


def satellite_price(world: World) -> FloatArray:
    """Return the cost per user over its trend by kind, shape (K, 1): satellites make emerging technology cheaper."""
    p = TechnologyParameters.of(world.values)
    arrival = world.settings.satellite_arrival
    years = max(world.year - arrival, 0) if arrival is not None else 0
    price = np.ones((len(KINDS), 1))
    price[BY_SATELLITE] = after_roll_out(p.satellite_cost, p.satellite_speed, years)
    return price
