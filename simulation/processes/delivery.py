"""Delivery: running costs, service and the four factors of sustainability."""

from __future__ import annotations

import numpy as np

from ..basis.units import CENTS_PER_DOLLAR, QUARTERS_PER_YEAR, YEARS_PER_QUARTER, BoolArray, FloatArray, IntArray, cents
from ..rules import costs, factors
from ..rules.curves import saturated, towards
from ..rules.sustainability import index
from ..state.kinds import LIFE
from ..state.parameters import Parameters, parameter, triangular, uniform
from ..state.spending import came
from ..state.structures import LOWEST_FACTOR, WEAKEST
from ..state.world import FUNDED, INDEPENDENT, World
from .disbursement import pay_from_service_funds, within_room
from .partnerships import partner_linkages
from .technology import running_cost

REFRESH_COST = 0.4  # share of the capital, at today's prices; judgement


class DeliveryParameters(Parameters, process="delivery"):
    """The parameters of delivery."""

    operating_rate: float = parameter(
        value=0.125,
        unit="per year",
        meaning="Yearly running cost as a share of capital",
        source="ITU 2020: 10-15% of capital",
        standing="published",
        distribution=uniform(0.10, 0.15),
        minimum=0.0,
        maximum=1.0,
    )
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
    missed_cost: float = parameter(
        value=0.2,
        unit="ratio",
        meaning="Rise of running cost per refresh cycle missed",
        source="judgement",
        standing="judged",
        distribution=uniform(0.1, 0.3),
        minimum=0.0,
        maximum=5.0,
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
        meaning="Share of met running cost that keeps capacity up after exit",
        source="judgement",
        standing="judged",
        distribution=uniform(0.0, 0.06),
        minimum=0.0,
        maximum=1.0,
    )
    revenue_speed: float = parameter(
        value=0.7,
        unit="per year",
        meaning="Speed at which fees approach what they could be",
        source="judgement",
        standing="judged",
        distribution=uniform(0.4, 1.0),
        minimum=0.0,
        maximum=10.0,
    )
    revenue_beside_donor: float = parameter(
        value=0.3,
        unit="share",
        meaning="Share of the fees that are raised while a donor pays for all",
        source="judgement: free inputs displace fees (Rogers and Coates 2015, sign)",
        standing="judged",
        distribution=uniform(0.1, 0.5),
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
    relative = _run(world)
    _factors(world, relative)
    _index(world)


def _age_equipment(world: World) -> None:
    """Age the equipment; replace it where the till allows; count the cycles missed."""
    initiatives = world.initiatives
    life = (LIFE / world.now.obsolescence)[initiatives.kind]
    initiatives.vintage += initiatives.age >= 0
    due = np.flatnonzero(initiatives.vintage > life)
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


def _run(world: World) -> FloatArray | float:
    """Collect fees and the treasury's line, pay running costs, and move service towards what they allow.

    Returns running cost over that of 2024, shape (n,), or 1 where it is the same.
    """
    initiatives, p, ledger = world.initiatives, DeliveryParameters.of(world.values), world.ledger
    till, mechanism = initiatives.till, initiatives.mechanism
    rate = p.operating_rate * YEARS_PER_QUARTER
    relative = running_cost(world)
    initiatives.operating_cost[:] = costs.running(
        initiatives.capital, initiatives.missed, relative, rate, p.missed_cost
    )
    need = cents(initiatives.operating_cost)
    fees = np.floor(need * initiatives.revenue_share).astype(np.int64)
    line = np.floor(need * initiatives.government_share).astype(np.int64)
    ledger.receive("users", till, fees, mechanism)
    ledger.receive("government", till, line, mechanism)
    came(world, fees + line)
    _service_fund_lines(world, need)
    spent = np.minimum(initiatives.cash, need)
    ledger.spend("operations", till, spent, mechanism)
    np.divide(spent, np.maximum(need, 1), out=initiatives.funded_share)
    initiatives.funded_share[need == 0] = 1.0
    target = factors.service_target(
        initiatives.funded_share,
        initiatives.capacity,
        initiatives.missed,
        world.traits.mechanism.performance[mechanism] * (initiatives.age >= 0),
        p.missed_service,
    )
    step = saturated(YEARS_PER_QUARTER, p.service_lag)
    initiatives.service[:] = towards(initiatives.service, target, step)
    world.tally.burden += float(line.sum()) / CENTS_PER_DOLLAR
    return relative


def _service_fund_lines(world: World, need: IntArray) -> None:
    """Let universal service funds pay their share of running costs, as far as they have money to pay out."""
    initiatives = world.initiatives
    rows = np.flatnonzero(initiatives.levy_share > 0.0)
    if rows.size:
        wanted = need[rows] * initiatives.levy_share[rows]
        given = within_room(initiatives.country[rows], wanted, world.countries.service_fund_room)
        pay_from_service_funds(world, rows, given)


def _factors(world: World, relative: FloatArray | float) -> None:
    """Move resources, capacity, motivation and linkages; `relative` is running cost over that of 2024, (n,) or 1."""
    initiatives = world.initiatives
    funded, out = initiatives.phase == FUNDED, initiatives.phase == INDEPENDENT
    local = factors.local_share(
        initiatives.revenue_share,
        initiatives.government_share,
        initiatives.levy_share,
        initiatives.endowment_share,
    )
    initiatives.donor_share[:] = np.where(funded, 1.0 - local, initiatives.donor_share)
    initiatives.last_donor_share += YEARS_PER_QUARTER * (initiatives.donor_share - initiatives.last_donor_share) * ~out
    _fees(world, relative)
    _resources(world, local)
    _capacity(world, funded, out)
    _motivation(world, local, funded)
    _linkages(world, funded)


def _fees(world: World, relative: FloatArray | float) -> None:
    """Move the share of running cost that fees meet towards what they could meet beside the donor."""
    initiatives, p = world.initiatives, DeliveryParameters.of(world.values)
    reach = factors.fees_within_reach(
        initiatives.revenue_potential, relative, initiatives.donor_share, p.revenue_beside_donor
    )
    step = p.revenue_speed * YEARS_PER_QUARTER
    initiatives.revenue_share[:] = towards(initiatives.revenue_share, reach, step)


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


def _capacity(world: World, funded: BoolArray, out: BoolArray) -> None:
    """Build capacity by spending on it: the donor's while it stays, upkeep out of running cost afterwards."""
    initiatives, p, traits = world.initiatives, DeliveryParameters.of(world.values), world.traits
    while_funded = world.strategy.capacity_share + traits.mechanism.capacity[initiatives.mechanism]
    building = np.where(funded, while_funded, traits.exit.capacity_spending[initiatives.exit])
    building = np.where(out, p.upkeep * initiatives.funded_share, building * (initiatives.age >= 0))
    initiatives.capacity += YEARS_PER_QUARTER * factors.capacity_change(
        initiatives.capacity,
        building,
        world.countries.governance[initiatives.country],
        p.capacity_gain,
        p.capacity_turnover,
    )


def _motivation(world: World, local: FloatArray, funded: BoolArray) -> None:
    """Move motivation and ownership."""
    initiatives, p, traits = world.initiatives, DeliveryParameters.of(world.values), world.traits
    drive = factors.drive(
        local,
        initiatives.participation,
        initiatives.service,
        initiatives.donor_share,
        traits.mechanism.ownership[initiatives.mechanism] + traits.exit.ownership[initiatives.exit] * ~funded,
        p.donor_dominance,
    )
    step = p.motivation_speed * YEARS_PER_QUARTER
    initiatives.motivation[:] = towards(initiatives.motivation, drive, step)


def _linkages(world: World, funded: BoolArray) -> None:
    """Move linkages."""
    p = DeliveryParameters.of(world.values)
    initiatives, traits = world.initiatives, world.traits
    ties = factors.ties(
        world.countries.governance[initiatives.country],
        initiatives.participation,
        traits.mechanism.linkages[initiatives.mechanism],
        traits.exit.linkages[initiatives.exit] * ~funded,
        world.strategy.coordination,
        partner_linkages(world),
    )
    step = p.linkage_speed * YEARS_PER_QUARTER
    initiatives.linkages[:] = towards(initiatives.linkages, ties, step)


def _index(world: World) -> None:
    """Combine resources, capacity and motivation into the sustainability index (CES, equal weights, floored)."""
    initiatives = world.initiatives
    initiatives.sustainability[:] = index_in_force(
        world, initiatives.resources, initiatives.capacity, initiatives.motivation
    )


def index_in_force(world: World, resources: FloatArray, capacity: FloatArray, motivation: FloatArray) -> FloatArray:
    """Return the index of sustainability of these factors, with the exponent that holds in this world.

    Everybody who asks for an index asks here: one structural alternative makes it the lowest of the three factors.
    """
    p = DeliveryParameters.of(world.values)
    drawn = p.complementarity
    exponent = LOWEST_FACTOR if WEAKEST in world.settings.structures else drawn
    return index(resources, capacity, motivation, exponent)
