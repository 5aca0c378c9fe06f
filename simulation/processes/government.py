"""Government: treasuries take over running costs as far as their recurrent room goes, and lines of theirs end."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import CENTS_PER_DOLLAR, QUARTERS_PER_YEAR, BoolArray, FloatArray, IntArray
from ..rules import treasury
from ..rules.money import part_met
from ..state.parameters import Parameters, parameter, uniform
from ..state.world import PUBLIC, World
from .market import growth_per_head


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

    @cached_property
    def unasked(self) -> FloatArray:
        """Return the share of running cost that each host takes over of itself where governance is best, (hosts,)."""
        return np.array([self.absorption, self.public_host, 0.0])


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
    p, of, now = GovernmentParameters.of(world.values), world.initiatives, world.now
    _ask(
        of.country, of.host, of.age, of.line_lapsed, of.treasury_agreed, of.fund_agreed, of.paid_share,
        of.operating_cost, p.unasked, countries.governance, of.government_share, of.levy_share,
        countries.recurrent_asked, now.levy_asked,
    )  # fmt: skip
    _share_room(
        of.country, now.treasury_room, countries.recurrent_asked, now.service_fund_quarter, now.levy_asked,
        p.execution, of.government_share, of.levy_share,
    )  # fmt: skip
    tally_handover(world)


@compiled
def _ask(
    country: IntArray, host: IntArray, age: IntArray, line_lapsed: IntArray, treasury_agreed: FloatArray,
    fund_agreed: FloatArray, paid_share: FloatArray, operating_cost: FloatArray, unasked: FloatArray,
    governance: FloatArray, of_treasury: FloatArray, of_fund: FloatArray,
    treasuries_asked: FloatArray, funds_asked: FloatArray,
) -> None:  # fmt: skip
    """Set the shares that treasuries and service funds are asked for, and add up the dollars by economy."""
    treasuries_asked[:] = 0.0
    funds_asked[:] = 0.0
    for i in range(country.size):
        c = np.uint64(country[i])  # no index counts from the end
        own = unasked[np.uint64(host[i])] * governance[c]
        asked = treasury.asked_share(treasury_agreed[i], own, paid_share[i])
        of_treasury[i] = asked if (line_lapsed[i] == 0) & (age[i] >= 0) else 0.0
        of_fund[i] = treasury.asked_share(fund_agreed[i], 0.0, paid_share[i])
        treasuries_asked[c] += of_treasury[i] * operating_cost[i]
        funds_asked[c] += of_fund[i] * operating_cost[i]


@compiled
def _share_room(
    country: IntArray, treasury_room: FloatArray, treasuries_asked: FloatArray, fund_room: FloatArray,
    funds_asked: FloatArray, execution: float, of_treasury: FloatArray, of_fund: FloatArray,
) -> None:  # fmt: skip
    """Scale the shares asked for to what treasuries and service funds have room for."""
    treasury_part, fund_part = np.empty((2, treasury_room.size))
    for c in range(treasury_room.size):
        treasury_part[c] = part_met(treasury_room[c], treasuries_asked[c])
        fund_part[c] = part_met(fund_room[c], funds_asked[c])
    for i in range(country.size):
        here = np.uint64(country[i])  # no index counts from the end
        of_treasury[i] = of_treasury[i] * treasury_part[here] * execution
        of_fund[i] *= fund_part[here]


def _room(world: World) -> None:
    """Set what each treasury can carry in a quarter of this year."""
    p, facts, countries = GovernmentParameters.of(world.values), world.facts.countries, world.countries
    growth = growth_per_head(world) * (world.reference.population[world.year_row] / facts.population)
    users = countries.use / facts.use
    sector = growth * np.where(np.isfinite(users), users, 1.0)  # a hindcast does not know use in the year of the facts
    share = np.where(np.isfinite(facts.treasury_room), facts.treasury_room / facts.expenditure, p.recurrent_room)
    yearly = treasury.room(share, facts.expenditure, growth, sector, p.sector_weight, world.strategy.treasury_room)
    countries.recurrent_cap[:] = yearly / QUARTERS_PER_YEAR
    world.now.treasury_room[:] = countries.recurrent_cap


def _end_lines(world: World) -> None:
    """Let public contracts end on their day, and let lines lapse where the government changes.

    What aid to public bodies displaces is no longer there for lines.
    """
    p, countries, of = GovernmentParameters.of(world.values), world.countries, world.initiatives
    _displace(of.country, of.host, of.donors_money, countries.recurrent_cap, p.fungibility, world.now.treasury_room)
    if world.new_year:
        luck = world.streams.uniform("government", world.quarter, world.country_keys())
        own = world.streams.uniform("line", world.quarter, of.key)
        _lapse(of.country, luck < p.turnover, of.government_share, own, p.lapse, of.line_lapsed)
    _contracts(world)


@compiled
def _displace(
    country: IntArray, host: IntArray, donors_money: IntArray, room: FloatArray, fungibility: float, left: FloatArray
) -> None:
    """Write the room that donors' money of this quarter to public bodies leaves to treasuries."""
    aid = np.zeros(room.size)  # dollars
    for i in range(country.size):
        displacing = donors_money[i] if host[i] == PUBLIC else 0
        aid[np.uint64(country[i])] += displacing / CENTS_PER_DOLLAR  # no index counts from the end
    for c in range(room.size):
        left[c] = treasury.left_to_treasury(room[c], aid[c], fungibility)


@compiled
def _lapse(
    country: IntArray, change: BoolArray, line: FloatArray, luck: FloatArray, chance: float, line_lapsed: IntArray
) -> None:
    """Let lines lapse, or come back, where the government changes."""
    for i in range(country.size):
        if change[country[i]]:
            line_lapsed[i] = treasury.lapses(line[i], luck[i], chance)


def _contracts(world: World) -> None:
    """Begin the term of public contracts that have none under way; end those whose day has come, unless renewed."""
    p, of = GovernmentParameters.of(world.values), world.initiatives
    term = round(p.contract_years * QUARTERS_PER_YEAR)
    last_day = world.new_year and world.settings.contracts_end == world.year
    rows = np.empty(of.count, dtype=np.int64)
    count = _on_their_day(of.contract, of.government_share, world.quarter, term, last_day, of.line_ends, rows)
    if count:
        ending = rows[:count]
        luck = world.streams.uniform("contract", world.quarter, of.key[ending])
        _end_or_renew(ending, luck, p.renewal, last_day, world.quarter, term, of.line_lapsed, of.line_ends)


@compiled
def _on_their_day(
    contract: IntArray, line: FloatArray, quarter: int, term: int, last_day: bool, ends: IntArray, rows: IntArray
) -> int:
    """Begin terms of contracts that are paid; note the rows of those that end now, and return their number."""
    count = 0
    for i in range(contract.size):
        paid = (contract[i] > 0) & (line[i] > 0.0)
        ends[i] = quarter + term if paid & (ends[i] < quarter) else ends[i]
        rows[count] = i  # without a branch: the next one overwrites what does not end
        count += paid & ((ends[i] == quarter) | last_day)
    return count


@compiled
def _end_or_renew(
    rows: IntArray, luck: FloatArray, renewal: float, last_day: bool, quarter: int, term: int,
    line_lapsed: IntArray, ends: IntArray,
) -> None:  # fmt: skip
    """Renew public contracts whose day has come, by luck; the lines of the others lapse."""
    for j in range(rows.size):
        over = luck[j] >= renewal or last_day
        if over:
            line_lapsed[rows[j]] = 1
        ends[rows[j]] = quarter if over else quarter + term


def tally_handover(world: World) -> None:
    """Count the dollars of running cost that treasuries were asked to carry, and those that they carry."""
    countries, tally = world.countries, world.tally
    asked = float(countries.recurrent_asked.sum())
    carried = float(np.minimum(countries.recurrent_asked, world.now.treasury_room).sum())
    tally.handover_asked += asked
    tally.handover_carried += carried
