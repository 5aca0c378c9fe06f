"""Climate: storms, floods and heat destroy sites and set economies back; sites may be hardened, and run on the sun."""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import FloatArray, IntArray
from ..state.kinds import SITES
from ..state.parameters import Parameters, parameter, uniform
from ..state.world import Countries, World
from .shocks import ShocksParameters, spell_times


class ClimateParameters(Parameters, process="climate"):
    """The parameters of climate."""

    event_rate: float = parameter(
        value=0.09,
        unit="per year",
        meaning="Probability of a damaging event in a country at full exposure",
        source=(
            "set so that networks lose 0.5-1% of their assets a year on average (UNCTAD; EM-DAT); 0 switches it off"
        ),
        standing="derived",
        distribution=uniform(0.06, 0.12),
        minimum=0.0,
        maximum=1.0,
    )
    loss_low: float = parameter(
        value=0.05,
        unit="share",
        meaning="Smallest share of network assets that an event destroys",
        source="judgement: 5-30% in the year of an event",
        standing="judged",
        minimum=0.0,
        maximum=1.0,
    )
    loss_high: float = parameter(
        value=0.30,
        unit="share",
        meaning="Largest share of network assets that an event destroys",
        source="judgement: 5-30% in the year of an event",
        standing="judged",
        minimum=0.0,
        maximum=1.0,
    )
    outage: float = parameter(
        value=0.5,
        unit="ratio",
        meaning="Coverage lost over network assets destroyed",
        source="judgement: neighbouring cells cover part of what is lost",
        standing="judged",
        distribution=uniform(0.25, 0.75),
        minimum=0.0,
        maximum=1.0,
    )
    repair: float = parameter(
        value=0.7,
        unit="per year",
        meaning="Share of lost coverage that operators restore each year",
        source="judgement",
        standing="judged",
        distribution=uniform(0.5, 0.9),
        minimum=0.0,
        maximum=1.0,
    )
    income_loss: float = parameter(
        value=0.03,
        unit="log",
        meaning="Fall of GDP per capita in an event of mean strength",
        source=(
            "UNCTAD; EM-DAT: damage of 0.2-0.5% of GDP a year in low-income countries, some 2% in small "
            "islands, over the rate of events. Less than half of damage counts as lost output"
        ),
        standing="judged",
        distribution=uniform(0.01, 0.06),
        minimum=0.0,
        maximum=1.0,
    )
    recovery: float = parameter(
        value=0.3,
        unit="per year",
        meaning="Share of lost GDP that comes back each year",
        source="judgement",
        standing="judged",
        distribution=uniform(0.15, 0.5),
        minimum=0.0,
        maximum=1.0,
    )
    hardening_cost: float = parameter(
        value=0.10,
        unit="ratio",
        meaning="Extra cost of a hardened site per person served",
        source="judgement",
        standing="judged",
        distribution=uniform(0.05, 0.15),
        minimum=0.0,
        maximum=2.0,
    )
    hardening_effect: float = parameter(
        value=0.5,
        unit="share",
        meaning="Share of an event's loss that a hardened site avoids",
        source="judgement",
        standing="judged",
        distribution=uniform(0.3, 0.7),
        minimum=0.0,
        maximum=1.0,
    )
    solar_cost: float = parameter(
        value=0.05,
        unit="ratio",
        meaning="Extra cost of a solar site per person served",
        source="judgement",
        standing="judged",
        distribution=uniform(0.0, 0.10),
        minimum=0.0,
        maximum=2.0,
    )


def climate(world: World) -> None:
    """Let events strike countries, and let coverage and GDP recover from earlier ones; each January.

    What an economy usually loses, by its exposure and without luck or spells, is kept beside what it has lost: observed
    coverage and income hold the usual loss already, so only the difference counts further on.
    """
    if not world.new_year:
        return
    countries, p = world.countries, ClimateParameters.of(world.values)
    usual = np.minimum(p.event_rate * world.facts.countries.climate_exposure, 1.0)
    luck = world.streams.uniform("climate event", world.quarter, world.country_keys())
    strength = world.streams.uniform("climate strength", world.quarter, world.country_keys())
    low, high = p.loss_low, p.loss_high
    struck = luck < usual * spell_times(world, "climate")
    destroyed = np.where(struck, low + (high - low) * strength, 0.0)
    mean = max(0.5 * (low + high), 1e-9)
    for name, back, size in (
        ("outage", p.repair, p.outage),
        ("income_loss", p.recovery, p.income_loss / mean),
    ):
        for column, share in ((name, destroyed), (f"{name}_usual", usual * mean)):
            lost = getattr(countries, column)
            lost *= 1.0 - back
            lost += size * share
    world.now.aid_surge[:] = ShocksParameters.of(world.values).surge * struck
    world.tally.climate_events += float(struck.sum())
    _strike(world, destroyed)


def _strike(world: World, destroyed: FloatArray) -> None:
    """Destroy what stands on the sites of initiatives where an event struck. `destroyed` is the share lost, (C,).

    Nothing is booked: capital counts what was built, and money is no part of it.
    """
    initiatives, tally = world.initiatives, world.tally
    lost = np.empty((2, initiatives.count))
    struck = _destroy(
        initiatives.country,
        initiatives.kind,
        destroyed,
        ClimateParameters.of(world.values).hardening_effect,
        initiatives.capital,
        initiatives.people,
        initiatives.hardened,
        initiatives.solar,
        initiatives.service,
        lost,
    )
    tally.climate_loss_people += float(lost[0, :struck].sum())
    tally.climate_loss_usd += float(lost[1, :struck].sum())


@compiled
def _destroy(
    country: IntArray, kind: IntArray, destroyed: FloatArray, spared: float, capital: FloatArray, people: FloatArray,
    hardened: FloatArray, solar: FloatArray, service: FloatArray, lost: FloatArray,
) -> int:  # fmt: skip
    """Take a share off what stands on sites; note the people and the capital lost, and return at how many initiatives.

    A hardened site is spared a part.
    """
    struck = 0
    for i in range(country.size):
        share = destroyed[country[i]]
        if share * SITES[kind[i]] > 0.0:
            gone = share * (1.0 - spared * (hardened[i] / max(people[i], 1e-9)))
            lost[0, struck], lost[1, struck] = people[i] * gone, capital[i] * gone
            people[i] -= lost[0, struck]
            capital[i] -= lost[1, struck]
            hardened[i] *= 1.0 - share * (1.0 - spared)
            solar[i] *= 1.0 - gone
            service[i] *= 1.0 - gone
            struck += 1
    return struck


def working_coverage(countries: Countries, place: str) -> FloatArray:
    """Return the share of people covered by what stands ("urban" or "rural"), net of unusual outages, shape (C,)."""
    working = np.empty(countries.count)
    _leave_working(getattr(countries, f"coverage_{place}"), countries.outage_usual, countries.outage, working)
    return working


@compiled
def _leave_working(coverage: FloatArray, usual: FloatArray, outage: FloatArray, working: FloatArray) -> None:
    """Set what is left of coverage, 0 to 1, where more is out than usual."""
    for c in range(working.size):
        working[c] = min(max(coverage[c] * (1.0 + (usual[c] - outage[c])), 0.0), 1.0)


def premium_of_sites(world: World) -> float:
    """Return what a site costs more where some are hardened and some run on solar power, as a share."""
    p, strategy = ClimateParameters.of(world.values), world.strategy
    return p.hardening_cost * strategy.climate_resilience + p.solar_cost * strategy.green_energy


def note_sites(world: World, rows: IntArray, people: FloatArray) -> None:
    """Note how many of the people newly served in some rows are served by hardened and by solar sites."""
    if world.strategy.climate_resilience > 0.0:
        world.initiatives.hardened[rows] += world.strategy.climate_resilience * people
    if world.strategy.green_energy > 0.0:
        world.initiatives.solar[rows] += world.strategy.green_energy * people
