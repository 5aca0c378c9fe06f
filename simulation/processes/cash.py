"""Cash: tills take in fees, lines and donors' money, and pay core cost, arrears, periphery and staff in that order."""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import CENTS_PER_DOLLAR, QUARTERS_PER_YEAR, YEARS_PER_QUARTER, FloatArray, IntArray
from ..rules import cash as rules
from ..rules import costs
from ..rules.curves import towards
from ..rules.money import whole_cents
from ..state.kinds import ALL_IN, CHARGES, NETWORKS
from ..state.ledger import SOURCE, USE, add_by_row
from ..state.world import PRIVATE, World
from .building import build
from .cofinance import pay_from_service_funds, within_room
from .running import CashParameters, basket
from .serving import use_by_place

USERS, GOVERNMENT = SOURCE["users"], SOURCE["government"]
OPERATIONS, CAPITAL = USE["operations"], USE["capital"]


def run_tills(world: World) -> None:
    """Collect fees and lines, pay in order, build with what is left above the most that a till may hold."""
    need, staff = _running_cost(world)
    fees = _fees(world, need)
    _collect(world, need, fees)
    _service_fund_lines(world, need)
    rows, spent = _pay(world, need, staff)
    if rows.size:
        dollars = spent / CENTS_PER_DOLLAR
        build(world, rows, dollars, np.where(ALL_IN[world.initiatives.kind[rows]], 0.0, dollars))


def _running_cost(world: World) -> tuple[IntArray, FloatArray]:
    """Set operating cost; return it in cents, and the dollars of salaries that are paid this quarter, (n,) each."""
    of, now, p = world.initiatives, world.now, CashParameters.of(world.values)
    need, staff = np.empty(of.count, dtype=np.int64), np.empty(of.count)
    _cost(
        of.country, of.kind, of.age, of.outlay, of.capital, of.missed, of.salaries, of.solar, of.people,
        now.running_cost, now.solar_saves, p.operating_rate * YEARS_PER_QUARTER, p.missed_cost, p.salary_share,
        staff, of.operating_cost, need,
    )  # fmt: skip
    return need, staff


@compiled
def _cost(
    country: IntArray, kind: IntArray, age: IntArray, outlay: IntArray, capital: FloatArray, missed: FloatArray,
    salaries: FloatArray, solar: FloatArray, people: FloatArray, over_2024: FloatArray, solar_saves: FloatArray,
    rate: float, missed_cost: float, salary_share: float, staff: FloatArray, cost: FloatArray, need: IntArray,
) -> None:  # fmt: skip
    """Add up what equipment costs to run, and the part of salaries without which there is no service."""
    for i in range(country.size):
        staff[i] = salaries[i] if age[i] >= 0 and outlay[i] > 0 else 0.0
        c, k = np.uint64(country[i]), np.uint64(kind[i])  # no index counts from the end
        relative = over_2024[c, k]
        if solar[i] > 0.0:
            relative *= 1.0 - solar[i] / max(people[i], 1e-9) * solar_saves[k]
        cost[i] = costs.running(capital[i], missed[i], relative, rate, missed_cost) + salary_share * staff[i]
        need[i] = whole_cents(cost[i])


def _fees(world: World, need: IntArray) -> IntArray:
    """Return what users pay this quarter, in cents, (n,), and move what is asked of them as donors pay less."""
    of, now, p = world.initiatives, world.now, CashParameters.of(world.values)
    users, fees = np.empty(of.count), np.empty(of.count, dtype=np.int64)
    _find_users(
        of.country, of.group, of.kind, of.people, of.service, of.use_at_founding, use_by_place(world), now.reach,
        np.where(NETWORKS, p.demand_lost, 0.0), of.market_reached, users,
    )  # fmt: skip
    _charge(
        of.country, of.kind, users, of.price_asked, of.asked_share, of.fee_luck, need, basket(world), p.collected,
        p.most_fees, fees, of.revenue_share,
    )  # fmt: skip
    _ask_more(of.paid_share, p.fees_while_funded, p.fees_speed * YEARS_PER_QUARTER, of.asked_share)
    return fees


@compiled
def _find_users(
    country: IntArray, group: IntArray, kind: IntArray, people: FloatArray, service: FloatArray,
    use_at_founding: FloatArray, use: FloatArray, reach: FloatArray, lost: FloatArray,
    market_reached: FloatArray, users: FloatArray,
) -> None:  # fmt: skip
    """Say how far the market has reached those who were offline at founding, and who of them still come."""
    for i in range(country.size):
        c, g, k = np.uint64(country[i]), np.uint64(group[i]), np.uint64(kind[i])  # no index counts from the end
        market_reached[i], demand = rules.demand(use[c, g], use_at_founding[i], lost[k])
        users[i] = service[i] * people[i] * reach[c, g, k] * demand


@compiled
def _charge(
    country: IntArray, kind: IntArray, users: FloatArray, price_asked: FloatArray, asked_share: FloatArray,
    fee_luck: FloatArray, need: IntArray, basket: FloatArray, collected: float, most: float,
    fees: IntArray, revenue_share: FloatArray,
) -> None:  # fmt: skip
    """Charge users for the price of a basket, or for the part of it that is asked of them."""
    for i in range(country.size):
        asked = CHARGES[np.uint64(kind[i])] * price_asked[i] * asked_share[i] * fee_luck[i]
        fees[i] = rules.fees(users[i], basket[np.uint64(country[i])], asked, collected, need[i], most)
        revenue_share[i] = rules.part(fees[i], need[i], 0.0)


@compiled
def _ask_more(paid_share: FloatArray, least: float, speed: float, asked_share: FloatArray) -> None:
    """Ask users for more as donors pay less."""
    for i in range(asked_share.size):
        goal = least + (1.0 - least) * (1.0 - paid_share[i])
        asked_share[i] = towards(asked_share[i], goal, speed)


def _collect(world: World, need: IntArray, fees: IntArray) -> None:
    """Take in what users pay and what treasuries pay of running cost."""
    of, ledger, lines = world.initiatives, world.ledger, np.empty_like(need)
    world.tally.burden += float(_find_lines(need, of.government_share, lines)) / CENTS_PER_DOLLAR
    _take_in(
        of.country, of.kind, of.mechanism, fees, lines, of.cash, of.local_money,
        ledger.books_in, ledger.seats, world.memory.money,
    )  # fmt: skip


@compiled
def _find_lines(need: IntArray, government_share: FloatArray, lines: IntArray) -> int:
    """Write what treasuries pay, rounded down to whole cents, and return its sum."""
    whole = 0
    for i in range(need.size):
        lines[i] = int(need[i] * government_share[i])
        whole += lines[i]
    return whole


@compiled
def _take_in(
    country: IntArray, kind: IntArray, mechanism: IntArray, fees: IntArray, lines: IntArray,
    cash: IntArray, local_money: IntArray, books: IntArray, seats: IntArray, money: IntArray,
) -> None:  # fmt: skip
    """Put fees and lines into tills, and book them."""
    for i in range(country.size):
        cash[i] += fees[i] + lines[i]
        local_money[i] += fees[i] + lines[i]
    for i in range(country.size):
        m, c = np.uint64(mechanism[i]), np.uint64(country[i])  # no index counts from the end
        books[USERS, m] += fees[i]
        books[GOVERNMENT, m] += lines[i]
        seats[USERS, c] += fees[i]
        seats[GOVERNMENT, c] += lines[i]
        money[np.uint64(kind[i])] += fees[i] + lines[i]


def _service_fund_lines(world: World, need: IntArray) -> None:
    """Let universal service funds pay their share of running costs, as far as they have money to pay out."""
    initiatives = world.initiatives
    rows = np.flatnonzero(initiatives.levy_share > 0.0)
    if rows.size:
        wanted = need[rows] * initiatives.levy_share[rows]
        given = within_room(initiatives.country[rows], wanted, world.countries.service_fund_room)
        pay_from_service_funds(world, rows, given)


def _pay(world: World, need: IntArray, staff: FloatArray) -> tuple[IntArray, IntArray]:
    """Pay in order, and note what donors really pay; return who builds with a surplus, and the cents spent on that."""
    of, p, books = world.initiatives, CashParameters.of(world.values), world.ledger.books_out
    paid, rows, spent = np.empty((3, of.count), dtype=np.int64)
    _pay_costs(
        of.host, of.participation, of.donors_money, of.cash, need, staff, p.core_share, p.in_kind, p.wage,
        1.0 - p.salary_share, of.owing, of.funded_share, paid,
    )  # fmt: skip
    of.cash[:] -= paid
    add_by_row(books[OPERATIONS], of.mechanism, paid)
    _note_donors(of.age, of.donors_money, need, p.memory, of.paid_share)
    count = _spend_surplus(
        of.mechanism, of.age, of.donors_money, need, p.most_till * QUARTERS_PER_YEAR,
        of.cash, books[CAPITAL], rows, spent,
    )  # fmt: skip
    return rows[:count], spent[:count]


@compiled
def _pay_costs(
    host: IntArray, participation: FloatArray, donors_money: IntArray, cash: IntArray, need: IntArray,
    staff: FloatArray, core_part: float, in_kind: float, wage: float, ends_with_project: float,
    owing: IntArray, funded_share: FloatArray, paid_in_all: IntArray,
) -> None:  # fmt: skip
    """Pay core cost, arrears, the periphery, and from donors' money of this quarter the staff of the project."""
    for i in range(host.size):
        core = rules.core_cost(need[i], participation[i], host[i] == PRIVATE, core_part, in_kind, wage)
        paid = rules.pay_in_order(cash[i], need[i], core, owing[i])
        owing[i] += core - paid.core - paid.arrears
        running = paid.core + paid.periphery
        spare = max(cash[i] - running - paid.arrears - need[i], 0)
        project = min(min(spare, donors_money[i]), whole_cents(ends_with_project * staff[i]))
        funded_share[i] = rules.part(running, need[i], 1.0)
        paid_in_all[i] = running + paid.arrears + project


@compiled
def _note_donors(age: IntArray, donors_money: IntArray, need: IntArray, memory: float, paid_share: FloatArray) -> None:
    """Note the share of running cost that donors really pay, of those that have begun."""
    for i in range(age.size):
        if age[i] >= 0:
            paid_share[i] = rules.paid_by_donors(paid_share[i], donors_money[i], need[i], memory)


@compiled
def _spend_surplus(
    mechanism: IntArray, age: IntArray, donors_money: IntArray, need: IntArray, most_till: float,
    cash: IntArray, spent_on_capital: IntArray, rows: IntArray, spent: IntArray,
) -> int:  # fmt: skip
    """Build, from the second year on, with donors' money of this quarter that a till holds above its most."""
    count = 0
    for i in range(mechanism.size):
        rows[count] = i
        spent[count] = min(max(cash[i] - int(most_till * need[i]), 0), donors_money[i])
        count += spent[count] > 0 and age[i] >= QUARTERS_PER_YEAR  # who has none is written over by the next
    for j in range(count):
        cash[rows[j]] -= spent[j]
        spent_on_capital[mechanism[rows[j]]] += spent[j]
    return count
