"""Government: treasuries take over running costs as far as their recurrent room goes, and lines of theirs end."""

from __future__ import annotations

import numpy as np

from ..basis.units import CENTS_PER_DOLLAR, QUARTERS_PER_YEAR, FloatArray
from ..rules import treasury
from ..rules.money import part_met
from ..state.parameters import Parameters, parameter, uniform
from ..state.world import PUBLIC, World
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
    sector_weight: float = parameter(
        value=0.5,
        unit="share",
        meaning="Part of that room which grows with the revenue of the digital sector",
        source="judgement: taxes and fees of operators",
        standing="judged",
        distribution=uniform(0.0, 1.0),
        minimum=0.0,
        maximum=1.0,
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
    public_host: float = parameter(
        value=1.0,
        unit="share",
        meaning="The same where a public body runs the initiative: policy, content and e-government",
        source="judgement: such work has a place in a budget",
        standing="judged",
        distribution=uniform(0.5, 1.5),
        minimum=0.0,
        maximum=3.0,
    )
    execution: float = parameter(
        value=0.9,
        unit="share",
        meaning="Part of its line that a treasury really pays",
        source="judgement: execution of recurrent budgets",
        standing="judged",
        distribution=uniform(0.8, 1.0),
        minimum=0.0,
        maximum=1.0,
    )
    fungibility: float = parameter(
        value=0.2,
        unit="ratio",
        meaning="Own money that a treasury withdraws for each dollar of aid to public bodies, within its room",
        source="Lu 2010 (health, 0.43-1.14), Batniji and Bendavid 2012 (not robust), van de Sijpe 2013 (little): 0-0.5",
        standing="judged",
        distribution=uniform(0.0, 0.5),
        minimum=0.0,
        maximum=1.0,
    )
    turnover: float = parameter(
        value=0.15,
        unit="per year",
        meaning="Chance that the government changes in a year",
        source="judgement: elections every four to five years, of which more than half return another party",
        standing="judged",
        distribution=uniform(0.08, 0.25),
        minimum=0.0,
        maximum=1.0,
    )
    lapse: float = parameter(
        value=0.3,
        unit="share",
        meaning="Treasury lines that lapse when the government changes",
        source="judgement from Mexico 2018-19: 47% of public sites without service after contracts ended",
        standing="judged",
        distribution=uniform(0.1, 0.5),
        minimum=0.0,
        maximum=1.0,
    )
    contract_years: float = parameter(
        value=4.0,
        unit="years",
        meaning="Term of a public contract by which a treasury buys service",
        source="Mexico and Colombia: operators had been paid for three to five years",
        standing="published",
        distribution=uniform(3.0, 5.0),
        minimum=0.25,
        maximum=30.0,
    )
    renewal: float = parameter(
        value=0.5,
        unit="share",
        meaning="Public contracts that are renewed when their term ends",
        source="Mexico 2018-19: 53% of 101,000 sites went on; Colombia 2019: none of 6,878",
        standing="judged",
        distribution=uniform(0.2, 0.8),
        minimum=0.0,
        maximum=1.0,
    )


def government(world: World) -> None:
    """Ask each treasury for the running cost that no donor pays; short of room, all get the same part.

    When many donors leave one country in the same years, the room is shared by more and each line is thinner.
    """
    countries, initiatives = world.countries, world.initiatives
    if world.new_year:
        _room(world)
    if initiatives.count == 0:
        countries.recurrent_asked[:] = 0.0
        world.now.levy_asked[:] = 0.0
        return
    _end_lines(world)
    p, country = GovernmentParameters.of(world.values), initiatives.country
    unasked = np.array([p.absorption, p.public_host, 0.0])[initiatives.host] * countries.governance[country]
    asked = treasury.asked_share(initiatives.treasury_agreed, unasked, initiatives.paid_share)
    asked *= (initiatives.line_lapsed == 0) & (initiatives.age >= 0)
    dollars = asked * initiatives.operating_cost
    countries.recurrent_asked[:] = np.bincount(country, weights=dollars, minlength=countries.count)
    part = part_met(world.now.treasury_room, countries.recurrent_asked)
    initiatives.government_share[:] = asked * part[country] * p.execution
    tally_handover(world)
    _service_fund(world)


def _room(world: World) -> None:
    """Set what each treasury can carry in a quarter of this year."""
    p, facts, countries = GovernmentParameters.of(world.values), world.facts.countries, world.countries
    growth = world.reference.income[world.year_row] / facts.income * np.exp(income_beyond(world))
    growth = growth * (world.reference.population[world.year_row] / facts.population)
    users = countries.use / facts.use
    sector = growth * np.where(np.isfinite(users), users, 1.0)  # a hindcast does not know use in the year of the facts
    yearly = treasury.room(
        p.recurrent_room, facts.expenditure, growth, sector, p.sector_weight, world.strategy.treasury_room
    )
    countries.recurrent_cap[:] = yearly / QUARTERS_PER_YEAR
    world.now.treasury_room[:] = countries.recurrent_cap


def _end_lines(world: World) -> None:
    """Let public contracts end on their day, and let lines lapse where the government changes.

    What aid to public bodies displaces is no longer there for lines.
    """
    p, countries, initiatives = GovernmentParameters.of(world.values), world.countries, world.initiatives
    aid = initiatives.donors_money * (initiatives.host == PUBLIC) / CENTS_PER_DOLLAR
    displaced: FloatArray = np.bincount(initiatives.country, weights=aid, minlength=countries.count).astype(np.float64)
    world.now.treasury_room[:] = treasury.left_to_treasury(countries.recurrent_cap, displaced, p.fungibility)
    if world.new_year:
        luck = world.streams.uniform("government", world.quarter, world.country_keys())
        change = (luck < p.turnover)[initiatives.country]
        own = world.streams.uniform("line", world.quarter, initiatives.key)
        lapsed = treasury.lapses(initiatives.government_share, change, own, p.lapse)
        initiatives.line_lapsed[:] = np.where(change, lapsed, initiatives.line_lapsed)
    _contracts(world)


def _contracts(world: World) -> None:
    """Begin the term of public contracts that have none under way; end those whose day has come, unless renewed."""
    p, initiatives = GovernmentParameters.of(world.values), world.initiatives
    term = round(p.contract_years * QUARTERS_PER_YEAR)
    bought = (initiatives.contract > 0) & (initiatives.government_share > 0.0)
    new = np.flatnonzero(bought & (initiatives.line_ends < world.quarter))
    initiatives.line_ends[new] = world.quarter + term
    last_day = world.new_year and world.settings.contracts_end == world.year
    ending = np.flatnonzero(bought & ((initiatives.line_ends == world.quarter) | last_day))
    if ending.size:
        luck = world.streams.uniform("contract", world.quarter, initiatives.key[ending])
        over = (luck >= p.renewal) | last_day
        initiatives.line_lapsed[ending] |= over
        initiatives.line_ends[ending] = np.where(over, world.quarter, world.quarter + term)


def _service_fund(world: World) -> None:
    """Ask each universal service fund for what was handed over to it; short of room, all get the same part."""
    countries, initiatives = world.countries, world.initiatives
    asked = treasury.asked_share(initiatives.fund_agreed, np.zeros(initiatives.count), initiatives.paid_share)
    dollars = asked * initiatives.operating_cost
    world.now.levy_asked[:] = np.bincount(initiatives.country, weights=dollars, minlength=countries.count)
    part = part_met(world.now.service_fund_quarter, world.now.levy_asked)
    initiatives.levy_share[:] = asked * part[initiatives.country]


def tally_handover(world: World) -> None:
    """Count the dollars of running cost that treasuries were asked to carry, and those that they carry."""
    countries, tally = world.countries, world.tally
    asked = float(countries.recurrent_asked.sum())
    carried = float(np.minimum(countries.recurrent_asked, world.now.treasury_room).sum())
    tally.handover_asked += asked
    tally.handover_carried += carried
