"""Delivery: running costs, service and the four factors of sustainability."""

from __future__ import annotations

import numpy as np

from ..basis.units import CENTS_PER_DOLLAR, QUARTERS_PER_YEAR, YEARS_PER_QUARTER, FloatArray, IntArray, cents
from ..state.kinds import LIFE
from ..state.parameters import Parameter, declare, triangular, uniform
from ..state.structures import LOWEST_FACTOR, WEAKEST
from ..state.world import FUNDED, INDEPENDENT, World
from .disbursement import pay_from_service_funds, within_room
from .partnerships import partner_linkages
from .technology import running_cost

REFRESH_COST = 0.4  # share of the capital, at today's prices; judgement

declare(
    "delivery",
    Parameter(
        name="operating_rate",
        value=0.125,
        unit="per year",
        meaning="Yearly running cost as a share of capital",
        source="ITU 2020: 10-15% of capital",
        standing="published",
        distribution=uniform(0.10, 0.15),
        minimum=0.0,
        maximum=1.0,
    ),
    Parameter(
        name="service_lag",
        value=1.0,
        unit="years",
        meaning="Time in which service adjusts to its causes",
        source="judgement",
        standing="judged",
        distribution=uniform(0.5, 1.5),
        minimum=0.1,
        maximum=10.0,
    ),
    Parameter(
        name="missed_cost",
        value=0.2,
        unit="ratio",
        meaning="Rise of running cost per refresh cycle missed",
        source="judgement",
        standing="judged",
        distribution=uniform(0.1, 0.3),
        minimum=0.0,
        maximum=5.0,
    ),
    Parameter(
        name="missed_service",
        value=0.15,
        unit="ratio",
        meaning="Loss of service per refresh cycle missed",
        source="judgement",
        standing="judged",
        distribution=uniform(0.05, 0.25),
        minimum=0.0,
        maximum=5.0,
    ),
    Parameter(
        name="capacity_gain",
        value=2.0,
        unit="per year",
        meaning="Growth of capacity where all spending builds it",
        source="judgement, so that five funded years reach the PSAT mean of 0.62",
        standing="judged",
        distribution=uniform(1.2, 2.8),
        minimum=0.0,
        maximum=20.0,
    ),
    Parameter(
        name="capacity_turnover",
        value=0.09,
        unit="per year",
        meaning="Capacity lost as trained people leave",
        source="Abbey 2014 in Iwelunmor 2016: 21% in 30 months, derived",
        standing="derived",
        distribution=uniform(0.06, 0.12),
        minimum=0.0,
        maximum=1.0,
    ),
    Parameter(
        name="upkeep",
        value=0.03,
        unit="share",
        meaning="Share of met running cost that keeps capacity up after exit",
        source="judgement",
        standing="judged",
        distribution=uniform(0.0, 0.06),
        minimum=0.0,
        maximum=1.0,
    ),
    Parameter(
        name="revenue_speed",
        value=0.7,
        unit="per year",
        meaning="Speed at which fees approach what they could be",
        source="judgement",
        standing="judged",
        distribution=uniform(0.4, 1.0),
        minimum=0.0,
        maximum=10.0,
    ),
    Parameter(
        name="revenue_beside_donor",
        value=0.3,
        unit="share",
        meaning="Share of the fees that are raised while a donor pays for all",
        source="judgement: free inputs displace fees (Rogers and Coates 2015, sign)",
        standing="judged",
        distribution=uniform(0.1, 0.5),
        minimum=0.0,
        maximum=1.0,
    ),
    Parameter(
        name="motivation_speed",
        value=0.8,
        unit="per year",
        meaning="Speed of motivation and ownership",
        source="judgement",
        standing="judged",
        distribution=uniform(0.4, 1.2),
        minimum=0.0,
        maximum=10.0,
    ),
    Parameter(
        name="linkage_speed",
        value=0.4,
        unit="per year",
        meaning="Speed of linkages",
        source="judgement",
        standing="judged",
        distribution=uniform(0.2, 0.6),
        minimum=0.0,
        maximum=10.0,
    ),
    Parameter(
        name="donor_dominance",
        value=0.3,
        unit="0-1",
        meaning="Motivation lost where a donor pays for all",
        source="judgement",
        standing="judged",
        distribution=uniform(0.15, 0.45),
        minimum=0.0,
        maximum=1.0,
    ),
    Parameter(
        name="complementarity",
        value=-0.5,
        unit="exponent",
        meaning="Exponent of the index of resources, capacity and motivation (rho)",
        source="Rogers and Coates 2015: none of the three can be missing; form judged",
        standing="judged",
        distribution=uniform(-2.0, -0.05),
        minimum=-10.0,
        maximum=-0.01,
    ),
    Parameter(
        name="reserve_weight",
        value=0.5,
        unit="share",
        meaning="Most that a cash reserve counts as certain money",
        source="judgement",
        standing="judged",
        distribution=triangular(0.2, 0.8),
        minimum=0.0,
        maximum=1.0,
    ),
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
    np.maximum(initiatives.vintage / life - 1.0, 0.0, out=initiatives.missed)


def _run(world: World) -> FloatArray | float:
    """Collect fees and the treasury's line, pay running costs, and move service towards what they allow.

    Returns running cost over that of 2024, shape (n,), or 1 where it is the same.
    """
    initiatives, values, ledger = world.initiatives, world.values, world.ledger
    till, mechanism = initiatives.till, initiatives.mechanism
    rate = values["delivery.operating_rate"] * YEARS_PER_QUARTER
    wear = 1.0 + values["delivery.missed_cost"] * initiatives.missed
    relative = running_cost(world)
    initiatives.operating_cost[:] = rate * initiatives.capital * wear * relative
    need = cents(initiatives.operating_cost)
    fees = np.floor(need * initiatives.revenue_share).astype(np.int64)
    line = np.floor(need * initiatives.government_share).astype(np.int64)
    ledger.receive("users", till, fees, mechanism)
    ledger.receive("government", till, line, mechanism)
    _service_fund_lines(world, need)
    spent = np.minimum(initiatives.cash, need)
    ledger.spend("operations", till, spent, mechanism)
    np.divide(spent, np.maximum(need, 1), out=initiatives.funded_share)
    initiatives.funded_share[need == 0] = 1.0
    worn = 1.0 + values["delivery.missed_service"] * initiatives.missed
    target = initiatives.funded_share * (0.5 + 0.5 * initiatives.capacity) / worn
    target *= world.traits.mechanism.performance[mechanism] * (initiatives.age >= 0)
    np.minimum(target, 1.0, out=target)
    step = 1.0 - np.exp(-YEARS_PER_QUARTER / values["delivery.service_lag"])
    initiatives.service += step * (target - initiatives.service)
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
    initiatives, values, traits = world.initiatives, world.values, world.traits
    governance = world.countries.governance[initiatives.country]
    funded, out = initiatives.phase == FUNDED, initiatives.phase == INDEPENDENT
    local = initiatives.revenue_share + initiatives.government_share
    local += initiatives.levy_share
    local += initiatives.endowment_share
    np.minimum(local, 1.0, out=local)
    initiatives.donor_share[:] = np.where(funded, 1.0 - local, initiatives.donor_share)
    initiatives.last_donor_share += YEARS_PER_QUARTER * (initiatives.donor_share - initiatives.last_donor_share) * ~out
    beside = values["delivery.revenue_beside_donor"]
    # fees don't follow running cost: where that falls they meet more of it, up to all
    potential = np.minimum(initiatives.revenue_potential / relative, 1.0)
    reach = potential * (beside + (1.0 - beside) * (1.0 - initiatives.donor_share))
    step = values["delivery.revenue_speed"] * YEARS_PER_QUARTER
    initiatives.revenue_share += step * (reach - initiatives.revenue_share)
    _resources(world, local)
    while_funded = world.strategy.capacity_share + traits.mechanism.capacity[initiatives.mechanism]
    building = np.where(funded, while_funded, traits.exit.capacity_spending[initiatives.exit])
    building = np.where(out, values["delivery.upkeep"] * initiatives.funded_share, building * (initiatives.age >= 0))
    gain = values["delivery.capacity_gain"] * building * (0.5 + governance) * (1.0 - initiatives.capacity)
    loss = values["delivery.capacity_turnover"] * initiatives.capacity
    initiatives.capacity += YEARS_PER_QUARTER * (gain - loss)
    drive = 0.25 + 0.4 * local + 0.3 * initiatives.participation + 0.25 * initiatives.service
    drive -= values["delivery.donor_dominance"] * initiatives.donor_share
    drive += traits.mechanism.ownership[initiatives.mechanism] + traits.exit.ownership[initiatives.exit] * ~funded
    step = values["delivery.motivation_speed"] * YEARS_PER_QUARTER
    initiatives.motivation += step * (np.clip(drive, 0.0, 1.0) - initiatives.motivation)
    ties = 0.15 + 0.4 * governance + 0.15 * initiatives.participation + traits.mechanism.linkages[initiatives.mechanism]
    ties += traits.exit.linkages[initiatives.exit] * ~funded + 0.1 * world.strategy.coordination
    ties += partner_linkages(world)
    step = values["delivery.linkage_speed"] * YEARS_PER_QUARTER
    initiatives.linkages += step * (np.clip(ties, 0.0, 1.0) - initiatives.linkages)


def _resources(world: World, local: FloatArray) -> None:
    """Set resources to what is certain next year over running cost: fees, treasury, donor and a reserve."""
    initiatives = world.initiatives
    left = initiatives.duration + initiatives.transition - initiatives.age
    certain = initiatives.donor_share * np.clip(left / QUARTERS_PER_YEAR, 0.0, 1.0)
    yearly = np.maximum(initiatives.operating_cost * QUARTERS_PER_YEAR * CENTS_PER_DOLLAR, 1.0)
    reserve = np.minimum(initiatives.cash / yearly, 1.0) * world.values["delivery.reserve_weight"]
    np.clip(local + certain + reserve * (1.0 - certain), 0.0, 1.0, out=initiatives.resources)


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
    drawn = world.values["delivery.complementarity"]
    exponent = LOWEST_FACTOR if WEAKEST in world.settings.structures else drawn
    return index(resources, capacity, motivation, exponent)


def index(resources: FloatArray, capacity: FloatArray, motivation: FloatArray, exponent: float) -> FloatArray:
    """Return the sustainability index S in [0.01, 1]: CES with a negative exponent, so that no factor buys another off.

    Each factor is floored at 0.01. Shapes broadcast. Source: Rogers and Coates 2015 (the three are complements); the
    functional form is judged, and its exponent swept.
    """
    powered = (
        np.maximum(resources, 0.01) ** exponent
        + np.maximum(capacity, 0.01) ** exponent
        + np.maximum(motivation, 0.01) ** exponent
    )
    return np.asarray((powered / 3.0) ** (1.0 / exponent))
