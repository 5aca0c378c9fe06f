"""Delivery: running costs, service and the four factors of sustainability."""

from __future__ import annotations

import numpy as np

from ..basis.units import CENTS_PER_DOLLAR, QUARTERS_PER_YEAR, YEARS_PER_QUARTER, FloatArray, cents
from ..rules import costs, factors
from ..rules.curves import saturated, towards
from ..rules.sustainability import index, index_and_people
from ..state.kinds import LIFE
from ..state.parameters import Parameters, parameter, triangular, uniform
from ..state.structures import LOWEST_FACTOR, WEAKEST
from ..state.world import FUNDED, INDEPENDENT, World
from .cash import run_tills
from .partnerships import partner_linkages
from .running import CashParameters, public_hosts

REFRESH_COST = 0.4  # share of the capital, at today's prices; judgement


class DeliveryParameters(Parameters, process="delivery"):
    """The parameters of delivery."""

    service_lag: float = parameter(
        value=1.0,
        unit="years",
        meaning="Time in which service adjusts to its causes",
        source="judgement",
        standing="judged",
        distribution=uniform(0.5, 1.5),
        minimum=0.1,
        maximum=10.0,
    )
    missed_service: float = parameter(
        value=0.15,
        unit="ratio",
        meaning="Loss of service per refresh cycle missed",
        source="judgement",
        standing="judged",
        distribution=uniform(0.05, 0.25),
        minimum=0.0,
        maximum=5.0,
    )
    capacity_gain: float = parameter(
        value=2.0,
        unit="per year",
        meaning="Growth of capacity where all spending builds it",
        source="judgement, so that five funded years reach the PSAT mean of 0.62",
        standing="judged",
        distribution=uniform(1.2, 2.8),
        minimum=0.0,
        maximum=20.0,
    )
    capacity_turnover: float = parameter(
        value=0.09,
        unit="per year",
        meaning="Capacity lost as trained people leave",
        source="Abbey 2014 in Iwelunmor 2016: 21% in 30 months, derived",
        standing="derived",
        distribution=uniform(0.06, 0.12),
        minimum=0.0,
        maximum=1.0,
    )
    upkeep: float = parameter(
        value=0.03,
        unit="share",
        meaning="Share of met running cost that keeps capacity up",
        source="judgement",
        standing="judged",
        distribution=uniform(0.0, 0.06),
        minimum=0.0,
        maximum=1.0,
    )
    motivation_speed: float = parameter(
        value=0.8,
        unit="per year",
        meaning="Speed of motivation and ownership",
        source="judgement",
        standing="judged",
        distribution=uniform(0.4, 1.2),
        minimum=0.0,
        maximum=10.0,
    )
    linkage_speed: float = parameter(
        value=0.4,
        unit="per year",
        meaning="Speed of linkages",
        source="judgement",
        standing="judged",
        distribution=uniform(0.2, 0.6),
        minimum=0.0,
        maximum=10.0,
    )
    public_linkages: float = parameter(
        value=0.2,
        unit="0-1",
        meaning="Linkages that a treasury or a service fund brings which pays for all",
        source="judgement from Ozawa et al. 2016 (Avahan)",
        standing="judged",
        distribution=uniform(0.1, 0.3),
        minimum=0.0,
        maximum=1.0,
    )
    donor_dominance: float = parameter(
        value=0.3,
        unit="0-1",
        meaning="Motivation lost where a donor pays for all",
        source="judgement",
        standing="judged",
        distribution=uniform(0.15, 0.45),
        minimum=0.0,
        maximum=1.0,
    )
    complementarity: float = parameter(
        value=-0.5,
        unit="exponent",
        meaning="Exponent of the index of resources, capacity and motivation (rho)",
        source="Rogers and Coates 2015: none of the three can be missing; form judged",
        standing="judged",
        distribution=uniform(-2.0, -0.05),
        minimum=-10.0,
        maximum=-0.01,
    )
    reserve_weight: float = parameter(
        value=0.5,
        unit="share",
        meaning="Most that a cash reserve counts as certain money",
        source="judgement",
        standing="judged",
        distribution=triangular(0.2, 0.8),
        minimum=0.0,
        maximum=1.0,
    )


def delivery(world: World) -> None:
    """Run every initiative for a quarter: meet running costs, age the equipment, move service and the four factors."""
    if world.initiatives.count == 0:
        return
    _age_equipment(world)
    run_tills(world)
    _serve(world)
    _factors(world)
    _index(world)


def _age_equipment(world: World) -> None:
    """Age the equipment; replace it where the till allows and nothing is owed; count the cycles missed."""
    initiatives = world.initiatives
    life = (LIFE / world.now.obsolescence)[initiatives.kind]
    initiatives.vintage += initiatives.age >= 0
    due = np.flatnonzero((initiatives.vintage > life) & (initiatives.owing == 0))
    if due.size:
        price = cents(REFRESH_COST * initiatives.capital[due] * world.now.technology_price)
        fund, till = initiatives.reserve, initiatives.till
        enough = initiatives.cash[due] + initiatives.refresh_fund[due] >= price
        able, price = due[enough], price[enough]
        reserved = np.minimum(initiatives.refresh_fund[able], price)
        world.ledger.spend("capital", fund, reserved, initiatives.mechanism[able], able)
        world.ledger.spend("capital", till, price - reserved, initiatives.mechanism[able], able)
        initiatives.vintage[able] = 0.0
    initiatives.missed[:] = costs.missed_cycles(initiatives.vintage, life)


def _serve(world: World) -> None:
    """Move service towards what paid core cost, skills, equipment and the host allow."""
    initiatives, p = world.initiatives, DeliveryParameters.of(world.values)
    idle = CashParameters.of(world.values).idle * public_hosts(world)
    working = 1.0 - idle * (1.0 - world.countries.governance[initiatives.country])
    target = factors.service_target(
        initiatives.core_share,
        initiatives.capacity,
        initiatives.missed,
        initiatives.performance * working * (initiatives.age >= 0),
        p.missed_service,
    )
    step = saturated(YEARS_PER_QUARTER, p.service_lag)
    initiatives.service[:] = towards(initiatives.service, target, step)


def _factors(world: World) -> None:
    """Move resources, capacity, motivation and linkages; what decides is whose money came in this quarter."""
    initiatives = world.initiatives
    carried = factors.local_share(
        initiatives.revenue_share,
        initiatives.government_share,
        initiatives.levy_share,
        initiatives.endowment_share,
    )
    funded, out = initiatives.phase == FUNDED, initiatives.phase == INDEPENDENT
    initiatives.donor_share[:] = np.where(funded, 1.0 - carried, initiatives.donor_share)
    initiatives.last_donor_share += YEARS_PER_QUARTER * (initiatives.paid_share - initiatives.last_donor_share) * ~out
    _resources(world, carried)
    need = initiatives.operating_cost * CENTS_PER_DOLLAR
    money = initiatives.donors_money + initiatives.local_money + initiatives.other_money
    spending = np.maximum(np.maximum(money, need), 1.0)
    _capacity(world, initiatives.training / spending)
    _motivation(world, initiatives.local_money / spending, initiatives.donors_money / spending)
    _linkages(world)


def _resources(world: World, local: FloatArray) -> None:
    """Set resources to what is certain next year over running cost: fees, treasury, donor and a reserve."""
    p = DeliveryParameters.of(world.values)
    initiatives = world.initiatives
    left = initiatives.duration + initiatives.transition - initiatives.age
    yearly = np.maximum(initiatives.operating_cost * QUARTERS_PER_YEAR * CENTS_PER_DOLLAR, 1.0)
    initiatives.resources[:] = factors.resources(
        local,
        initiatives.donor_share,
        left / QUARTERS_PER_YEAR,
        initiatives.cash / yearly,
        p.reserve_weight,
    )


def _capacity(world: World, spent: FloatArray) -> None:
    """Build capacity by the share of spending that builds it, or by what running well keeps up, if that is more."""
    initiatives, p = world.initiatives, DeliveryParameters.of(world.values)
    building = np.maximum(spent, p.upkeep * initiatives.funded_share * (initiatives.age >= 0))
    initiatives.capacity += YEARS_PER_QUARTER * factors.capacity_change(
        initiatives.capacity,
        building,
        world.countries.governance[initiatives.country],
        p.capacity_gain,
        p.capacity_turnover,
    )


def _motivation(world: World, local: FloatArray, donors: FloatArray) -> None:
    """Move motivation and ownership: local money makes owners, donors' money takes ownership away."""
    initiatives, p = world.initiatives, DeliveryParameters.of(world.values)
    drive = factors.drive(local, initiatives.participation, initiatives.service, donors, p.donor_dominance)
    step = p.motivation_speed * YEARS_PER_QUARTER
    initiatives.motivation[:] = towards(initiatives.motivation, drive, step)


def _linkages(world: World) -> None:
    """Move linkages: partners, peers, and the public bodies that pay for it."""
    p = DeliveryParameters.of(world.values)
    initiatives = world.initiatives
    ties = factors.ties(
        world.countries.governance[initiatives.country],
        initiatives.participation,
        p.public_linkages * np.minimum(initiatives.government_share + initiatives.levy_share, 1.0),
        world.strategy.coordination,
        partner_linkages(world),
    )
    step = p.linkage_speed * YEARS_PER_QUARTER
    initiatives.linkages[:] = towards(initiatives.linkages, ties, step)


def _index(world: World) -> None:
    """Combine resources, capacity and motivation into the sustainability index (CES, equal weights, floored)."""
    initiatives = world.initiatives
    initiatives.sustainability[:], initiatives.people_alone[:] = index_and_people(
        initiatives.resources, initiatives.capacity, initiatives.motivation, exponent_in_force(world)
    )


def exponent_in_force(world: World) -> float:
    """Return the exponent of the index that holds in this world.

    Everybody who asks for an index asks here: one structural alternative makes it the lowest of the three factors.
    """
    drawn = DeliveryParameters.of(world.values).complementarity
    return LOWEST_FACTOR if WEAKEST in world.settings.structures else drawn


def index_in_force(world: World, resources: FloatArray, capacity: FloatArray, motivation: FloatArray) -> FloatArray:
    """Return the index of sustainability of these factors, with the exponent that holds in this world."""
    return index(resources, capacity, motivation, exponent_in_force(world))
