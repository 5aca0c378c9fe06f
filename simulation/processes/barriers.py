"""Barriers to use: coverage, device, data price, electricity, skills and trust, and the index that they make.

Each has a path without levers, fitted or derived (`data/access_paths.csv`), and a state of its own that levers, events
and the pace set by a scenario move.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import FloatArray
from ..data import FACTS_YEAR, FIRST_YEAR, LAST_YEAR, ReferenceWorld
from ..rules.barriers import (
    LEAST_PASSING,
    affordability,
    gated,
    index,
    place_incomes,
    spread_within,
)
from ..rules.costs import fallen
from ..rules.curves import closing
from ..rules.split import split_all
from ..state.facts import CountryFacts
from ..state.kinds import BARRIERS
from ..state.parameters import Parameters, Values, parameter, uniform
from ..state.world import GROUPS, World
from .climate import working_coverage

MONTHS = 12.0
PHONE_YEARS, PHONE_OVER_LAST = (2008.0, 2016.0, 2020.0), (3.0, 1.2, 1.0)  # price of an entry phone; judged
DEAR_FROM, DEAR_TO = 2026, 2028


class BarrierParameters(Parameters, process="barriers"):
    """The parameters of barriers to use."""

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
    affordable_share: float = parameter(
        value=0.05,
        unit="share",
        meaning="Share of income that people spend on data at most",
        source="ITU: 2-5% of income; UN Broadband Commission target 2%; judged at the high end",
        standing="judged",
        distribution=uniform(0.03, 0.08),
        minimum=0.001,
        maximum=0.5,
    )
    device_income: float = parameter(
        value=0.72,
        unit="share",
        meaning="Share of one month's income that people spend on an entry phone at most",
        source="2% of income over 36 months: judged between smartphones and any phone",
        standing="judged",
        distribution=uniform(0.5, 1.0),
        minimum=0.01,
        maximum=5.0,
    )
    phone_price: float = parameter(
        value=50.0,
        unit="dollars",
        meaning="Price of an entry phone since 2020; it fell from 150 dollars in 2008 and 60 in 2016",
        source="judgement, after GSMA and A4AI",
        standing="judged",
        distribution=uniform(40.0, 65.0),
        minimum=1.0,
        maximum=1000.0,
    )
    handset_shock: float = parameter(
        value=0.20,
        unit="ratio",
        meaning="Rise of the price of an entry phone in 2026 to 2028, as memory becomes dear",
        source="GSMA 2026: shipments of phones under 100 dollars fall by 36%; size judged",
        standing="judged",
        distribution=uniform(0.10, 0.30),
        minimum=0.0,
        maximum=2.0,
    )
    electricity_gate: float = parameter(
        value=0.5,
        unit="share",
        meaning="Share of the people without electricity at home who can charge a phone elsewhere",
        source="judgement",
        standing="judged",
        distribution=uniform(0.2, 0.7),
        minimum=0.0,
        maximum=1.0,
    )
    trust_floor: float = parameter(
        value=0.85,
        unit="share",
        meaning="Share of people who pass the barrier of trust where digital trust is nil",
        source="judgement: no panel of trust exists",
        standing="judged",
        distribution=uniform(0.75, 0.95),
        minimum=0.0,
        maximum=1.0,
    )
    overlap: float = parameter(
        value=0.5,
        unit="0-1",
        meaning="Overlap of the barriers other than coverage: 0 where they hit people independently, 1 the same people",
        source="judgement: the panels tell 0, 0.5 and 1 apart by 0.1% of the loss",
        standing="judged",
        distribution=uniform(0.0, 1.0),
        minimum=0.0,
        maximum=1.0,
    )
    coverage_odds: float = parameter(
        value=3.0,
        unit="log-odds ratio",
        meaning="Coverage of towns over that of the countryside",
        source="ITU Facts and Figures 2025: nearly 30% of the countryside of low-income countries without; derived",
        standing="judged",
        distribution=uniform(2.0, 4.0),
        minimum=0.0,
        maximum=8.0,
    )
    income_gap: float = parameter(
        value=1.0,
        unit="ratio",
        meaning="Gap of incomes between town and countryside over its central value",
        source="judgement: log gaps of 0.8, 0.6, 0.45 and 0.15 from low to high income",
        standing="judged",
        distribution=uniform(0.5, 1.5),
        minimum=0.0,
        maximum=3.0,
    )
    headroom: float = parameter(
        value=0.3,
        unit="log-odds",
        meaning="Least distance of the addressable index above use at the newest observation",
        source="judgement: between 0.1 and 0.7 the loss of the fit moves by less than 1%",
        standing="judged",
        minimum=0.0,
        maximum=2.0,
    )
    growth_spread: float = parameter(
        value=0.0075,
        unit="per year",
        meaning="Standard deviation of an economy's growth of income beyond its projection, over a whole run",
        source="judgement: plus or minus 1.5 points a year in nineteen of twenty",
        standing="judged",
        distribution=uniform(0.004, 0.011),
        minimum=0.0,
        maximum=0.1,
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


def effective_year(world: World, barrier: str) -> float:
    """Return the year of the fitted path that a barrier has reached: this year, but for a pace that a scenario sets."""
    since = max(world.year - world.start_year, 0)
    return world.year + since * (world.settings.barrier_pace.get(barrier, 1.0) - 1.0)


def at_year(table: FloatArray, year: float) -> FloatArray:
    """Return a row of a table (T, C) of the embedded years, straight between years; (C,)."""
    place = min(max(year, FIRST_YEAR), LAST_YEAR) - FIRST_YEAR
    row = min(int(place), table.shape[0] - 2)
    return between(table[row], table[row + 1], place - row)


@compiled
def between(before: FloatArray, after: FloatArray, part: float) -> FloatArray:
    """Return what stands at a part of the way between two years, elementwise."""
    return before * (1.0 - part) + after * part


def data_price(reference: ReferenceWorld, facts: CountryFacts, values: Values, year: float) -> FloatArray:
    """Return the price of data on its path without levers, share of monthly income, (C,)."""
    if year <= FACTS_YEAR:
        return facts.data_price * at_year(reference.access.price_index, year)
    return np.asarray(facts.data_price * fallen(BarrierParameters.of(values).price_fall, year - FACTS_YEAR))


def phone_price(values: Values, year: float) -> float:
    """Return the price of an entry phone (dollars) on its path without the shock of 2026 to 2028."""
    return float(np.interp(year, PHONE_YEARS, PHONE_OVER_LAST)) * BarrierParameters.of(values).phone_price


def dearness_of_phones(world: World) -> float:
    """Return the price of an entry phone over its path: above one from 2026 to 2028."""
    dear = DEAR_FROM <= world.year <= DEAR_TO and world.year >= world.start_year
    return 1.0 + BarrierParameters.of(world.values).handset_shock if dear else 1.0


def trust_path(reference: ReferenceWorld, values: Values, year: int) -> FloatArray:
    """Return the share of people who trust the internet where no initiative and no attack moves it, (C,)."""
    trust = reference.digital_trust
    left = (1.0 - BarrierParameters.of(values).trust_growth) ** max(year - FACTS_YEAR, 0)
    return trust if left == 1.0 else np.asarray(1.0 - (1.0 - trust) * left)


def month_income(
    reference: ReferenceWorld, facts: CountryFacts, year: float, beyond: FloatArray | float = 0.0
) -> FloatArray:
    """Return mean income in dollars a month at market rates, (C,): of the year of the facts, growing as real income.

    `beyond` is the log of income over its path.
    """
    growth = at_year(reference.income, year) / facts.income * np.exp(beyond)
    return np.asarray(facts.product / facts.population * growth / MONTHS)


def barriers(world: World) -> FloatArray:
    """Return the shares that pass each barrier now, in towns and in the countryside: (2, barriers, C)."""
    countries, beyond = world.countries, world.now.income_beyond
    change = world.now.income_change
    year = effective_year(world, "device")
    income = month_income(world.reference, world.facts.countries, year, beyond + change)
    passing = Passing(
        coverage=(working_coverage(countries, GROUPS[0]), working_coverage(countries, GROUPS[1])),
        phone=phone_price(world.values, year) * dearness_of_phones(world) * world.now.phone_cost / income,
        data=countries.price * np.exp(-beyond - change),
        electricity=(countries.electricity_urban, countries.electricity_rural),
        skills=(countries.skills_urban, countries.skills_rural),
        trust=countries.trust,
        device_shift=world.memory.device_shift,
    )
    return shares_passing(world.facts.countries, world.values, countries.urban_share, passing)


def reference_barriers(
    reference: ReferenceWorld,
    facts: CountryFacts,
    values: Values,
    year: int,
    device_shift: FloatArray | float = 0.0,
    network_cover: FloatArray | None = None,
    beyond: FloatArray | float = 0.0,
) -> FloatArray:
    """Return the same on the path without levers, freezes and price shocks: (2, barriers, C).

    Args:
        reference: the reference world, with the fitted paths of barriers.
        facts: its economies.
        values: the parameters.
        year: of the path, from 2000; trust has closed as far as it does by itself.
        device_shift: added to the normal score of who can pay for a phone, (C, 2) or 0.
        network_cover: part of the coverage gap of each place that initiatives close, (C, 2).
        beyond: log of income over its path, (C,).
    """
    p, paths, row = BarrierParameters.of(values), reference.access, max(year, FIRST_YEAR) - FIRST_YEAR
    urban = reference.urban_share[row]
    coverage = split_all(paths.coverage[row], urban, np.full(urban.size, np.exp(p.coverage_odds)))
    if network_cover is not None:
        coverage = coverage + closing(coverage, network_cover.T)
    skills = split_all(paths.skills[row], urban, np.exp(facts.skills_gap))
    passing = Passing(
        coverage=(coverage[0], coverage[1]),
        phone=phone_price(values, year) / month_income(reference, facts, year, beyond),
        data=data_price(reference, facts, values, year) * np.exp(-beyond),
        electricity=(paths.electricity_urban[row], paths.electricity_rural[row]),
        skills=(skills[0], skills[1]),
        trust=trust_path(reference, values, year),
        device_shift=device_shift,
    )
    return shares_passing(facts, values, urban, passing)


def reference_index(reference: ReferenceWorld, facts: CountryFacts, values: Values, year: int) -> FloatArray:
    """Return the nation's addressable index of a year on the path without levers, before it is rescaled, (C,)."""
    p = BarrierParameters.of(values)
    urban = reference.urban_share[max(year, FIRST_YEAR) - FIRST_YEAR]
    town, countryside = index(reference_barriers(reference, facts, values, year), p.overlap)
    return np.asarray(urban * town + (1.0 - urban) * countryside)


@dataclass(frozen=True)
class Passing:
    """What decides who passes each barrier; pairs are towns and countryside, arrays (C,).

    Attributes:
        coverage: shares of people covered.
        phone: price of an entry phone over a month's mean income.
        data: price of data over mean income.
        electricity: shares with electricity.
        skills: shares with the skills.
        trust: share who trust the internet.
        device_shift: added to the normal score of who can pay for a phone, (C, 2) or 0.
    """

    coverage: tuple[FloatArray, FloatArray]
    phone: FloatArray
    data: FloatArray
    electricity: tuple[FloatArray, FloatArray]
    skills: tuple[FloatArray, FloatArray]
    trust: FloatArray
    device_shift: FloatArray | float = 0.0


def shares_passing(facts: CountryFacts, values: Values, urban: FloatArray, passing: Passing) -> FloatArray:
    """Return who passes each barrier in both places, in the order of BARRIERS: (2, barriers, C).

    The prices of a phone and of data weigh more in the place where incomes are lower.
    """
    p, shares = BarrierParameters.of(values), np.empty((len(GROUPS), len(BARRIERS), urban.size))
    gap, shift = p.income_gap * facts.income_gap, passing.device_shift
    prices = _in_places(passing.phone, passing.data, urban, np.exp(gap))
    shift = np.zeros((urban.size, len(GROUPS))) if isinstance(shift, float) else shift
    _say_who_pays(
        np.log(np.array([p.device_income, p.affordable_share])), np.log(prices), facts.log_income_sd, urban, gap, shift,
        shares,
    )  # fmt: skip
    _say_who_passes(
        *passing.coverage, *passing.electricity, p.electricity_gate, *passing.skills, passing.trust, p.trust_floor,
        shares,
    )  # fmt: skip
    return shares


@compiled
def _in_places(phone: FloatArray, data: FloatArray, urban: FloatArray, ratio: FloatArray) -> FloatArray:
    """Return the prices of a phone and of data over incomes of towns and of the countryside, (2, 2, C)."""
    found = np.empty((2, 2, urban.size))
    for c in range(urban.size):
        town, countryside = place_incomes(urban[c], ratio[c])
        found[0, 0, c], found[0, 1, c] = phone[c] / town, data[c] / town
        found[1, 0, c], found[1, 1, c] = phone[c] / countryside, data[c] / countryside
    return found


@compiled
def _say_who_pays(
    log_outlay: FloatArray, log_price: FloatArray, log_income_sd: FloatArray, urban: FloatArray, gap: FloatArray,
    device_shift: FloatArray, shares: FloatArray,
) -> None:  # fmt: skip
    """Set who can pay for a phone and for data in both places."""
    for c in range(urban.size):
        spread = spread_within(log_income_sd[c], urban[c], gap[c])
        for g in range(2):
            shares[g, 1, c] = affordability(log_outlay[0], log_price[g, 0, c], spread, device_shift[c, g])
            shares[g, 2, c] = affordability(log_outlay[1], log_price[g, 1, c], spread, 0.0)


@compiled
def _say_who_passes(
    coverage: FloatArray, coverage_rural: FloatArray, electricity: FloatArray, electricity_rural: FloatArray,
    gate: float, skills: FloatArray, skills_rural: FloatArray, trust: FloatArray, floor: float, shares: FloatArray,
) -> None:  # fmt: skip
    """Set who passes the barriers that cost nothing, in both places."""
    for c in range(trust.size):
        shares[0, 0, c], shares[1, 0, c] = coverage[c], coverage_rural[c]
        shares[0, 3, c], shares[1, 3, c] = gated(electricity[c], gate), gated(electricity_rural[c], gate)
        shares[0, 4, c], shares[1, 4, c] = max(skills[c], LEAST_PASSING), max(skills_rural[c], LEAST_PASSING)
        shares[0, 5, c] = shares[1, 5, c] = gated(trust[c], floor)
