"""Cash: tills take in fees, lines and donors' money, and pay core cost, arrears, periphery and staff in that order."""

from __future__ import annotations

import numpy as np

from ..basis.units import CENTS_PER_DOLLAR, QUARTERS_PER_YEAR, YEARS_PER_QUARTER, IntArray, cents
from ..rules import cash as rules
from ..rules import costs
from ..state.kinds import CHARGES, NETWORKS
from ..state.spending import came
from ..state.world import PRIVATE, World
from .building import build
from .disbursement import pay_from_service_funds, within_room
from .running import CashParameters, basket
from .serving import passing, seats, use_by_place
from .technology import running_cost


def run_tills(world: World) -> None:
    """Collect fees and lines, pay in order, build with what is left above the most that a till may hold."""
    initiatives, p, ledger = world.initiatives, CashParameters.of(world.values), world.ledger
    till, mechanism = initiatives.till, initiatives.mechanism
    begun = initiatives.age >= 0
    staff = initiatives.salaries * (begun & (initiatives.outlay > 0))
    rate = p.operating_rate * YEARS_PER_QUARTER
    costs_by_use = costs.running(initiatives.capital, initiatives.missed, running_cost(world), rate, p.missed_cost)
    initiatives.operating_cost[:] = costs_by_use + p.salary_share * staff
    need = cents(initiatives.operating_cost)
    fees = _fees(world, need)
    line = np.floor(need * initiatives.government_share).astype(np.int64)
    ledger.receive("users", till, fees, mechanism)
    ledger.receive("government", till, line, mechanism)
    came(world, fees + line)
    initiatives.local_money += fees + line
    _service_fund_lines(world, need)
    private = initiatives.host == PRIVATE
    core = rules.core_cost(need, initiatives.participation, private, p.core_share, p.in_kind, p.wage)
    paid = rules.pay_in_order(initiatives.cash, need, core, initiatives.owing)
    initiatives.owing += core - paid.core - paid.arrears
    running = paid.core + paid.periphery
    spare = np.maximum(initiatives.cash - running - paid.arrears - need, 0)
    project = np.minimum(np.minimum(spare, initiatives.donors_money), cents((1.0 - p.salary_share) * staff))
    ledger.spend("operations", till, running + paid.arrears + project, mechanism)
    initiatives.core_share[:] = rules.part(paid.core, core)
    initiatives.funded_share[:] = rules.part(running, need)
    _build_with_surplus(world, need)
    now = rules.paid_by_donors(initiatives.paid_share, initiatives.donors_money, need, p.memory)
    initiatives.paid_share[:] = np.where(begun, now, initiatives.paid_share)
    world.tally.burden += float(line.sum()) / CENTS_PER_DOLLAR


def _fees(world: World, need: IntArray) -> IntArray:
    """Return what users pay this quarter, in cents, (n,), and move what is asked of them as donors pay less."""
    initiatives, p = world.initiatives, CashParameters.of(world.values)
    country, kind, seat = initiatives.country, initiatives.kind, seats(world)
    use = use_by_place(world).ravel().take(seat)
    lost = np.where(NETWORKS, p.demand_lost, 0.0).take(kind)
    reached, demand = rules.demand(use, initiatives.use_at_founding, lost)
    initiatives.market_reached[:] = reached
    users = passing(world) * demand
    asked = CHARGES.take(kind) * initiatives.price_asked * initiatives.asked_share * initiatives.fee_luck
    fees = rules.fees(users, basket(world).take(country), asked, p.collected, need, p.most_fees)
    initiatives.revenue_share[:] = np.where(need > 0, np.minimum(fees / np.maximum(need, 1), 1.0), 0.0)
    least = p.fees_while_funded
    goal = least + (1.0 - least) * (1.0 - initiatives.paid_share)
    initiatives.asked_share += p.fees_speed * YEARS_PER_QUARTER * (goal - initiatives.asked_share)
    return fees


def _service_fund_lines(world: World, need: IntArray) -> None:
    """Let universal service funds pay their share of running costs, as far as they have money to pay out."""
    initiatives = world.initiatives
    rows = np.flatnonzero(initiatives.levy_share > 0.0)
    if rows.size:
        wanted = need[rows] * initiatives.levy_share[rows]
        given = within_room(initiatives.country[rows], wanted, world.countries.service_fund_room)
        pay_from_service_funds(world, rows, given)


def _build_with_surplus(world: World, need: IntArray) -> None:
    """Build, from the second year on, with donors' money of this quarter that a till holds above its most."""
    initiatives, p = world.initiatives, CashParameters.of(world.values)
    most = (p.most_till * QUARTERS_PER_YEAR * need).astype(np.int64)
    surplus = np.minimum(np.maximum(initiatives.cash - most, 0), initiatives.donors_money)
    rows = np.flatnonzero((surplus > 0) & (initiatives.age >= QUARTERS_PER_YEAR))
    if rows.size:
        spent = surplus[rows]
        world.ledger.spend("capital", initiatives.till, spent, initiatives.mechanism[rows], rows)
        build(world, rows, spent / CENTS_PER_DOLLAR)
