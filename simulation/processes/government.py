"""Government: treasuries take over running costs as far as their recurrent room goes."""

from __future__ import annotations

import numpy as np

from ..basis.units import QUARTERS_PER_YEAR, IntArray
from ..rules.money import part_met
from ..state.parameters import Parameters, parameter, uniform
from ..state.world import FUNDED, World
from .exiting import progress
from .market import income_beyond


class GovernmentParameters(Parameters, process="government"):
    """The parameters of government."""

    recurrent_room: float = parameter(
        value=0.0005,
        unit="share",
        meaning="Government expenditure that can carry former donor initiatives",
        source="judgement: swept over a factor of four",
        standing="judged",
        distribution=uniform(0.00025, 0.001),
        minimum=0.0,
        maximum=0.1,
    )
    absorption: float = parameter(
        value=0.20,
        unit="share",
        meaning="Share of running cost that a treasury with the best governance takes over without a request",
        source="judgement",
        standing="judged",
        distribution=uniform(0.1, 0.3),
        minimum=0.0,
        maximum=1.0,
    )


def government(world: World) -> None:
    """Ask each treasury for what exits have handed over; where it is more than it can carry, all get the same part.

    When many donors leave one country in the same years, the room is shared by more and each line is thinner.
    """
    p = GovernmentParameters.of(world.values)
    countries, initiatives = world.countries, world.initiatives
    if world.new_year:
        growth = world.reference.income[world.year_row] / world.facts.countries.income * np.exp(income_beyond(world))
        people = world.reference.population[world.year_row] / world.facts.countries.population
        room = p.recurrent_room * world.facts.countries.expenditure * growth * people
        countries.recurrent_cap[:] = room / QUARTERS_PER_YEAR
    rows = np.flatnonzero(initiatives.phase != FUNDED)
    initiatives.government_share[:] = 0.0
    initiatives.levy_share[:] = 0.0
    if rows.size == 0:
        countries.recurrent_asked[:] = 0.0
        world.now.levy_asked[:] = 0.0
        return
    country = initiatives.country[rows]
    unasked = p.absorption * countries.governance[country]
    done = progress(world, rows)
    asked = np.minimum(world.traits.government_share[initiatives.exit[rows], done] + unasked, 1.0)
    asked = np.minimum(asked, 1.0 - initiatives.donor_share[rows])
    dollars = asked * initiatives.operating_cost[rows]
    countries.recurrent_asked[:] = np.bincount(country, weights=dollars, minlength=countries.count)
    part = part_met(countries.recurrent_cap, countries.recurrent_asked)
    initiatives.government_share[rows] = asked * part[country]
    tally_handover(world)
    _service_fund(world, rows, done)


def _service_fund(world: World, rows: IntArray, done: IntArray) -> None:
    """Ask each universal service fund for what was handed over to it; short of room, all get the same part."""
    countries, initiatives = world.countries, world.initiatives
    asked = world.traits.levy_share[initiatives.exit[rows], done]
    asking = np.flatnonzero(asked > 0.0)
    rows, asked = rows[asking], asked[asking]
    asked = np.minimum(asked, 1.0 - initiatives.donor_share[rows])
    country = initiatives.country[rows]
    dollars = asked * initiatives.operating_cost[rows]
    world.now.levy_asked[:] = np.bincount(country, weights=dollars, minlength=countries.count)
    part = part_met(world.now.service_fund_quarter, world.now.levy_asked)
    initiatives.levy_share[rows] = asked * part[country]


def tally_handover(world: World) -> None:
    """Count the dollars of running cost that treasuries were asked to carry, and those that they carry."""
    countries, tally = world.countries, world.tally
    asked = float(countries.recurrent_asked.sum())
    carried = float(np.minimum(countries.recurrent_asked, countries.recurrent_cap).sum())
    tally.handover_asked += asked
    tally.handover_carried += carried
