"""Delivery: running costs, service and the four factors of sustainability."""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import CENTS_PER_DOLLAR, QUARTERS_PER_YEAR, YEARS_PER_QUARTER, FloatArray, IntArray
from ..rules import costs, factors
from ..rules.curves import saturated, towards
from ..rules.money import whole_cents
from ..rules.sustainability import index, people_alone
from ..state.kinds import LIFE
from ..state.ledger import USE
from ..state.parameters import Parameters, parameter, triangular, uniform
from ..state.structures import LOWEST_FACTOR, WEAKEST
from ..state.world import FUNDED, INDEPENDENT, PUBLIC, World
from .cash import run_tills
from .partnerships import partner_linkages
from .running import CashParameters

CAPITAL = USE["capital"]


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
    refresh_cost: float = parameter(
        value=0.4,
        unit="share",
        meaning="Cost of new equipment over the capital that was built, at today's prices of technology",
        source="judgement: masts, sites and buildings stay",
        standing="judged",
        distribution=uniform(0.25, 0.6),
        minimum=0.0,
        maximum=2.0,
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
    of = world.initiatives
    if of.count == 0:
        return
    _age_equipment(world)
    run_tills(world)
    governance = _of_each(of.country, world.countries.governance)
    _serve(world, governance)
    _move_factors(world, governance)
    of.people_alone[:] = people_alone(of.capacity, of.motivation, exponent_in_force(world))


@compiled
def _of_each(country: IntArray, values: FloatArray) -> FloatArray:
    """Return the value of each initiative's economy, (n,): a loop without such a look-up takes several rows at a time.

    `values` are by economy, (C,).
    """
    found = np.empty(country.size)
    for i in range(country.size):
        found[i] = values[np.uint64(country[i])]  # no index counts from the end
    return found


def _age_equipment(world: World) -> None:
    """Age the equipment; replace it where the till allows and nothing is owed; count the cycles missed."""
    of = world.initiatives
    life = LIFE / world.now.obsolescence
    _age(
        of.kind, of.mechanism, of.age, of.owing, of.capital, life, DeliveryParameters.of(world.values).refresh_cost,
        world.now.technology_price,
        of.vintage, of.missed, of.cash, of.refresh_fund, world.ledger.books_out[CAPITAL],
    )  # fmt: skip


@compiled
def _age(
    kind: IntArray, mechanism: IntArray, age: IntArray, owing: IntArray, capital: FloatArray,
    life: FloatArray, refresh_cost: float, technology_price: float,
    vintage: FloatArray, missed: FloatArray, cash: IntArray, refresh_fund: IntArray, spent_on_capital: IntArray,
) -> None:  # fmt: skip
    """Age equipment by a quarter, replace what is worn out where money allows, and count the cycles missed."""
    worn, count = np.empty(kind.size, dtype=np.int64), 0
    for i in range(kind.size):
        lasts = life[np.uint64(kind[i])]  # no index counts from the end
        vintage[i] += 1.0 if age[i] >= 0 else 0.0
        missed[i] = costs.missed_cycles(vintage[i], lasts)
        worn[count] = i  # without a branch: the next one overwrites what can stay
        count += (vintage[i] > lasts) & (owing[i] == 0)
    for i in worn[:count]:
        price = whole_cents(refresh_cost * capital[i] * technology_price)
        if cash[i] + refresh_fund[i] >= price:
            reserved = min(refresh_fund[i], price)
            refresh_fund[i] -= reserved
            cash[i] -= price - reserved
            spent_on_capital[mechanism[i]] += price
            vintage[i] = missed[i] = 0.0


def _serve(world: World, governance: FloatArray) -> None:
    """Move service towards what skills, equipment and the host allow; those who are owed core cost carry on.

    `governance` is that of each initiative's economy, (n,).
    """
    of, p = world.initiatives, DeliveryParameters.of(world.values)
    _move_service(
        of.age, of.host, of.contract, of.capacity, of.missed, of.performance, governance,
        CashParameters.of(world.values).idle, p.missed_service, saturated(YEARS_PER_QUARTER, p.service_lag), of.service,
    )  # fmt: skip


@compiled
def _move_service(
    age: IntArray, host: IntArray, contract: IntArray, capacity: FloatArray, missed: FloatArray,
    performance: FloatArray, governance: FloatArray, idle: float, missed_service: float, step: float,
    service: FloatArray,
) -> None:  # fmt: skip
    """Move service towards what an initiative can give; part of it stands idle under a public host."""
    for i in range(service.size):
        under_public = 1.0 - idle * (1.0 - governance[i])
        working = under_public if (host[i] == PUBLIC) | (contract[i] > 0) else 1.0
        able = performance[i] * working if age[i] >= 0 else 0.0
        target = factors.service_target(capacity[i], missed[i], able, missed_service)
        service[i] = towards(service[i], target, step)


def _move_factors(world: World, governance: FloatArray) -> None:
    """Move resources, capacity, motivation and linkages; what decides is whose money came in this quarter.

    `governance` is that of each initiative's economy, (n,).
    """
    of, p = world.initiatives, DeliveryParameters.of(world.values)
    _move_resources(
        of.phase, of.age, of.duration, of.transition, of.cash, of.operating_cost, of.revenue_share,
        of.government_share, of.levy_share, of.endowment_share, of.paid_share, p.reserve_weight,
        of.donor_share, of.last_donor_share, of.resources,
    )  # fmt: skip
    spending = np.empty(of.count)
    _move_capacity(
        of.age, of.training, of.donors_money, of.local_money, of.other_money, of.operating_cost, of.funded_share,
        governance, p.upkeep, p.capacity_gain, p.capacity_turnover, spending, of.capacity,
    )  # fmt: skip
    _move_motivation(
        of.local_money, of.donors_money, spending, of.participation, of.service, p.donor_dominance,
        p.motivation_speed * YEARS_PER_QUARTER, of.motivation,
    )  # fmt: skip
    _move_linkages(
        of.government_share, of.levy_share, of.participation, partner_linkages(world), governance,
        p.public_linkages, world.strategy.coordination, p.linkage_speed * YEARS_PER_QUARTER, of.linkages,
    )  # fmt: skip


@compiled
def _move_resources(
    phase: IntArray, age: IntArray, duration: IntArray, transition: IntArray, cash: IntArray,
    operating_cost: FloatArray, fees: FloatArray, treasury: FloatArray, levy: FloatArray, endowment: FloatArray,
    paid_share: FloatArray, reserve_weight: float,
    donor_share: FloatArray, last_donor_share: FloatArray, resources: FloatArray,
) -> None:  # fmt: skip
    """Set resources to what is certain next year over running cost: fees, treasury, donor and a reserve."""
    for i in range(phase.size):
        local = factors.local_share(fees[i], treasury[i], levy[i], endowment[i])
        if phase[i] == FUNDED:
            donor_share[i] = 1.0 - local
        if phase[i] != INDEPENDENT:
            last_donor_share[i] += YEARS_PER_QUARTER * (paid_share[i] - last_donor_share[i])
        years_left = (duration[i] + transition[i] - age[i]) / QUARTERS_PER_YEAR
        yearly = max(operating_cost[i] * QUARTERS_PER_YEAR * CENTS_PER_DOLLAR, 1.0)
        resources[i] = factors.resources(local, donor_share[i], years_left, cash[i] / yearly, reserve_weight)


@compiled
def _move_capacity(
    age: IntArray, training: IntArray, donors: IntArray, local: IntArray, other: IntArray, operating_cost: FloatArray,
    funded_share: FloatArray, governance: FloatArray, upkeep: float, gain: float, turnover: float,
    spending: FloatArray, capacity: FloatArray,
) -> None:  # fmt: skip
    """Build capacity by the share of spending that builds it, or by what running well keeps up, if that is more.

    Spending is the money of the quarter, or running cost if that is more, in cents; it is written for motivation.
    """
    for i in range(spending.size):
        money = donors[i] + local[i] + other[i]
        spending[i] = max(max(money, operating_cost[i] * CENTS_PER_DOLLAR), 1.0)
    for i in range(capacity.size):
        building = training[i] / spending[i]
        if age[i] >= 0:
            building = max(building, upkeep * funded_share[i])
        change = factors.capacity_change(capacity[i], building, governance[i], gain, turnover)
        capacity[i] += YEARS_PER_QUARTER * change


@compiled
def _move_motivation(
    local: IntArray, donors: IntArray, spending: FloatArray, participation: FloatArray, service: FloatArray,
    dominance: float, step: float, motivation: FloatArray,
) -> None:  # fmt: skip
    """Move motivation and ownership: local money makes owners, donors' money takes ownership away."""
    for i in range(motivation.size):
        drive = factors.drive(local[i] / spending[i], participation[i], service[i], donors[i] / spending[i], dominance)
        motivation[i] = towards(motivation[i], drive, step)


@compiled
def _move_linkages(
    treasury: FloatArray, levy: FloatArray, participation: FloatArray, by_partners: FloatArray,
    governance: FloatArray, by_public_money: float, coordination: float, step: float, linkages: FloatArray,
) -> None:  # fmt: skip
    """Move linkages: partners, peers, and the public bodies that pay for it."""
    for i in range(linkages.size):
        public = by_public_money * min(treasury[i] + levy[i], 1.0)
        ties = factors.ties(governance[i], participation[i], public, coordination, by_partners[i])
        linkages[i] = towards(linkages[i], ties, step)


def sustainability(world: World, rows: IntArray) -> FloatArray:
    """Return the index of sustainability of some initiatives, (n,): resources, capacity and motivation together."""
    of = world.initiatives
    return index_in_force(world, of.resources[rows], of.capacity[rows], of.motivation[rows])


def exponent_in_force(world: World) -> float:
    """Return the exponent of the index that holds in this world.

    Everybody who asks for an index asks here: one structural alternative makes it the lowest of the three factors.
    """
    drawn = DeliveryParameters.of(world.values).complementarity
    return LOWEST_FACTOR if WEAKEST in world.settings.structures else drawn


def index_in_force(world: World, resources: FloatArray, capacity: FloatArray, motivation: FloatArray) -> FloatArray:
    """Return the index of sustainability of these factors, with the exponent that holds in this world."""
    return index(resources, capacity, motivation, exponent_in_force(world))
