"""Cash: tills take in fees, lines and donors' money, and pay core cost, arrears, periphery and staff in that order."""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import CENTS_PER_DOLLAR, QUARTERS_PER_YEAR, YEARS_PER_QUARTER, FloatArray, IntArray
from ..rules import cash as rules
from ..rules import costs
from ..rules.curves import towards
from ..rules.money import whole_cents
from ..state.kinds import CHARGES, NETWORKS
from ..state.ledger import SOURCE, USE
from ..state.world import PRIVATE, RURAL, World
from .building import build
from .cofinance import pay_from_service_funds, within_room
from .running import CashParameters, basket

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
        build(world, rows, spent / CENTS_PER_DOLLAR)


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
    of, countries, p = world.initiatives, world.countries, CashParameters.of(world.values)
    users, fees = np.empty(of.count), np.empty(of.count, dtype=np.int64)
    _find_users(
        of.country, of.group, of.kind, of.people, of.service, of.use_at_founding, countries.use_urban,
        countries.use_rural, world.now.reach, p.demand_lost, of.market_reached, users,
    )  # fmt: skip
    _charge(
        of.country, of.kind, users, of.price_asked, of.paid_share, of.fee_luck, need, basket(world), p.collected,
        p.most_fees, p.fees_while_funded, p.fees_speed * YEARS_PER_QUARTER, of.asked_share, fees, of.revenue_share,
    )  # fmt: skip
    return fees


@compiled
def _find_users(
    country: IntArray, group: IntArray, kind: IntArray, people: FloatArray, service: FloatArray,
    use_at_founding: FloatArray, urban: FloatArray, rural: FloatArray, reach: FloatArray, lost_by_networks: float,
    market_reached: FloatArray, users: FloatArray,
) -> None:  # fmt: skip
    """Say how far the market has reached those who were offline at founding, and who of them still come."""
    for i in range(country.size):
        c, g, k = np.uint64(country[i]), np.uint64(group[i]), np.uint64(kind[i])  # no index counts from the end
        use, lost = rural[c] if group[i] == RURAL else urban[c], lost_by_networks if NETWORKS[k] else 0.0
        market_reached[i], demand = rules.demand(use, use_at_founding[i], lost)
        users[i] = service[i] * people[i] * reach[c, g, k] * demand


@compiled
def _charge(
    country: IntArray, kind: IntArray, users: FloatArray, price_asked: FloatArray, paid_share: FloatArray,
    fee_luck: FloatArray, need: IntArray, basket: FloatArray, collected: float, most: float,
    asked_while_funded: float, speed: float, asked_share: FloatArray, fees: IntArray, revenue_share: FloatArray,
) -> None:  # fmt: skip
    """Charge users for the part of the price of a basket that is asked of them, and ask more as donors pay less."""
    for i in range(country.size):
        asked = CHARGES[np.uint64(kind[i])] * price_asked[i] * asked_share[i] * fee_luck[i]
        fees[i] = rules.fees(users[i], basket[np.uint64(country[i])], asked, collected, need[i], most)
        revenue_share[i] = rules.part(fees[i], need[i], 0.0)
        goal = asked_while_funded + (1.0 - asked_while_funded) * (1.0 - paid_share[i])
        asked_share[i] = towards(asked_share[i], goal, speed)


def _collect(world: World, need: IntArray, fees: IntArray) -> None:
    """Take in what users pay and what treasuries pay of running cost."""
    of, ledger = world.initiatives, world.ledger
    lines = _take_in(
        of.country, of.kind, of.mechanism, need, of.government_share, fees, of.cash, of.local_money,
        ledger.books_in, ledger.seats, world.memory.money,
    )  # fmt: skip
    world.tally.burden += float(lines) / CENTS_PER_DOLLAR


@compiled
def _take_in(
    country: IntArray, kind: IntArray, mechanism: IntArray, need: IntArray, government_share: FloatArray,
    fees: IntArray, cash: IntArray, local_money: IntArray, books: IntArray, seats: IntArray, money: IntArray,
) -> int:  # fmt: skip
    """Put fees and treasuries' lines into tills, and book them; return the sum of lines.

    A line is rounded down to whole cents.
    """
    lines, whole = np.empty_like(need), 0
    for i in range(need.size):
        lines[i] = int(need[i] * government_share[i])
        whole += lines[i]
        cash[i] += fees[i] + lines[i]
        local_money[i] += fees[i] + lines[i]
    for i in range(need.size):
        m, c = np.uint64(mechanism[i]), np.uint64(country[i])  # no index counts from the end
        books[USERS, m] += fees[i]
        books[GOVERNMENT, m] += lines[i]
        seats[USERS, c] += fees[i]
        seats[GOVERNMENT, c] += lines[i]
        money[np.uint64(kind[i])] += fees[i] + lines[i]
    return whole


def _service_fund_lines(world: World, need: IntArray) -> None:
    """Let universal service funds pay their share of running costs, as far as they have money to pay out."""
    of = world.initiatives
    rows, wanted = np.empty(of.count, dtype=np.int64), np.empty(of.count)
    count = _find_wanted(of.levy_share, need, rows, wanted)
    if count:
        given = within_room(of.country[rows[:count]], wanted[:count], world.countries.service_fund_room)
        pay_from_service_funds(world, rows[:count], given)


@compiled
def _find_wanted(levy_share: FloatArray, need: IntArray, rows: IntArray, wanted: FloatArray) -> int:
    """Note the rows that service funds carry a share of, and the cents wanted of these; return how many there are."""
    count = 0
    for i in range(need.size):
        if levy_share[i] > 0.0:
            rows[count], wanted[count] = i, need[i] * levy_share[i]
            count += 1
    return count


def _pay(world: World, need: IntArray, staff: FloatArray) -> tuple[IntArray, IntArray]:
    """Pay in order, and note what donors really pay; return who builds with a surplus, and the cents spent on that."""
    of, p, books = world.initiatives, CashParameters.of(world.values), world.ledger.books_out
    rows, spent = np.empty((2, of.count), dtype=np.int64)
    _pay_costs(
        of.host, of.mechanism, of.participation, of.donors_money, need, staff, p.core_share, p.in_kind, p.wage,
        1.0 - p.salary_share, of.cash, of.owing, of.funded_share, books[OPERATIONS],
    )  # fmt: skip
    _note_donors(of.age, of.donors_money, need, p.memory, of.paid_share)
    count = _spend_surplus(
        of.mechanism, of.age, of.donors_money, need, p.most_till * QUARTERS_PER_YEAR,
        of.cash, books[CAPITAL], rows, spent,
    )  # fmt: skip
    return rows[:count], spent[:count]


@compiled
def _pay_costs(
    host: IntArray, mechanism: IntArray, participation: FloatArray, donors_money: IntArray, need: IntArray,
    staff: FloatArray, core_part: float, in_kind: float, wage: float, ends_with_project: float,
    cash: IntArray, owing: IntArray, funded_share: FloatArray, spent_on_operations: IntArray,
) -> None:  # fmt: skip
    """Pay core cost, arrears, the periphery, and from donors' money of this quarter the staff of the project."""
    paid_in_all = np.empty_like(need)
    for i in range(host.size):
        core = rules.core_cost(need[i], participation[i], host[i] == PRIVATE, core_part, in_kind, wage)
        paid = rules.pay_in_order(cash[i], need[i], core, owing[i])
        owing[i] += core - paid.core - paid.arrears
        running = paid.core + paid.periphery
        spare = max(cash[i] - running - paid.arrears - need[i], 0)
        project = min(min(spare, donors_money[i]), whole_cents(ends_with_project * staff[i]))
        funded_share[i] = rules.part(running, need[i], 1.0)
        paid_in_all[i] = running + paid.arrears + project
    for i in range(host.size):
        cash[i] -= paid_in_all[i]
        spent_on_operations[np.uint64(mechanism[i])] += paid_in_all[i]  # no index counts from the end


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
        rows[count] = i  # without a branch: the next one overwrites who has none
        holds_more = cash[i] > int(most_till * need[i])
        count += holds_more & (donors_money[i] > 0) & (age[i] >= QUARTERS_PER_YEAR)
    for j in range(count):
        i = rows[j]
        spent[j] = min(cash[i] - int(most_till * need[i]), donors_money[i])
        cash[i] -= spent[j]
        spent_on_capital[mechanism[i]] += spent[j]
    return count
