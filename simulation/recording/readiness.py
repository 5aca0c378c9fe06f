"""The price of readiness: what makes initiatives ready before donors leave, and what is lost if donors leave at once.

Everything is read off the world on 1 January, at the prices and by the rules of this world. Initiatives are those whose
donor still pays. An initiative is ready where an adaptive exit would end: readiness at the threshold in force.
"""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import QUARTERS_PER_YEAR, YEARS_PER_QUARTER, FloatArray, IntArray
from ..measures.headlines import YEARS_AFTER_EXIT
from ..processes.closure import tolerance_moved
from ..processes.delivery import DeliveryParameters, exponent_in_force
from ..processes.monitoring import index_at_founding, true_readiness
from ..processes.other_causes import log_hazards
from ..processes.running import CashParameters
from ..rules import factors, hazard, readiness
from ..rules.cash import core_cost
from ..rules.curves import saturated, towards
from ..rules.money import whole_cents
from ..state.world import INDEPENDENT, PRIVATE, World

LEVELS = np.linspace(0.0, 1.0, 5)  # parts of the running cost that is missing which lines of the public purse may take
# What readiness takes: the gaps in money, capacity and ownership; training, once; running cost that public money pays
# until the donor leaves; lines, a year, after that; and 1 where it can be made ready in the time, else all are 0.
PRICE = ("money_gap", "capacity_gap", "ownership_gap", "training_usd", "support_usd", "line_usd", "within_reach")


def readiness_columns(world: World, added: FloatArray) -> dict[str, FloatArray]:
    """Return what the portfolio sums up of readiness, (n,) each: nothing for initiatives that donors have left.

    `added` is whom each initiative adds to use, (n,).
    """
    initiatives = world.initiatives
    held = np.flatnonzero((initiatives.phase != INDEPENDENT) & (initiatives.age >= 0))
    rows = held[true_readiness(world, held) < world.strategy.adaptive_threshold]
    years = max(world.strategy.transition_years, YEARS_PER_QUARTER)
    parts = dict(zip(PRICE, price_of(world, rows, years), strict=True))
    lost = years_lost(world, rows, years + YEARS_AFTER_EXIT) * parts["within_reach"]
    parts |= {
        "user_years_lost": added[rows] * lost,
        "work_years_lost": initiatives.service[rows] * lost,
        "not_ready": np.ones(rows.size),
    }
    found = {name: np.zeros(initiatives.count) for name in ("with_donor", *parts)}
    found["with_donor"][held] = 1.0
    for name, values in parts.items():
        found[name][rows] = values
    found["price_usd"] = found["training_usd"] + found["support_usd"] + YEARS_AFTER_EXIT * found["line_usd"]
    return found


def price_of(world: World, rows: IntArray, years: float) -> FloatArray:
    """Return the cheapest way to make some rows ready in some years, (PRICE, n): lines and training.

    Own money is what users pay by then, asked for more as the donor pays less, and the lines that there are. Lines may
    take over parts of the rest. Ownership follows local money, as in every quarter. Capacity makes up what the index
    still lacks, by training at the model's own price.
    """
    p, of = DeliveryParameters.of(world.values), world.initiatives
    money, owners = np.empty((2, LEVELS.size, rows.size))
    rises = saturated(years, 1.0 / CashParameters.of(world.values).fees_speed)
    moves = saturated(years, 1.0 / p.motivation_speed)
    _find_ways(
        rows, of.participation, of.service, of.motivation, _own_money(world, rows), rises, moves, p.donor_dominance,
        money, owners,
    )  # fmt: skip
    wanted = np.empty(rows.size)
    threshold = world.strategy.adaptive_threshold
    _find_wanted(rows, of.kind, index_at_founding(world), world.memory.best, threshold, wanted)
    needed = readiness.capacity_needed(wanted, money, owners, exponent_in_force(world))
    price = np.zeros((len(PRICE), rows.size))
    _take_the_cheapest(
        rows, of.country, of.capacity, of.motivation, of.operating_cost, world.countries.governance, money, owners,
        needed, years, p.capacity_gain, p.capacity_turnover, price,
    )  # fmt: skip
    return price


@compiled
def _find_ways(
    rows: IntArray, participation: FloatArray, service: FloatArray, motivation: FloatArray, own_money: FloatArray,
    rises: float, moves: float, dominance: float, money: FloatArray, owners: FloatArray,
) -> None:  # fmt: skip
    """Write local money when lines take over more and more of what is missing, and the ownership that it brings."""
    for j in range(rows.size):
        i = rows[j]
        lines, fees, asked = own_money[0, j], own_money[1, j], own_money[2, j]
        own = min(lines + fees * towards(asked, 1.0, rises), 1.0)
        for way in range(LEVELS.size):
            local = own + LEVELS[way] * (1.0 - own)
            drive = factors.drive(local, participation[i], service[i], 1.0 - local, dominance)
            money[way, j], owners[way, j] = local, towards(motivation[i], drive, moves)


@compiled
def _find_wanted(
    rows: IntArray, kind: IntArray, at_founding: float, best: FloatArray, threshold: float, wanted: FloatArray
) -> None:
    """Write the index of sustainability at which some initiatives are ready."""
    for j in range(rows.size):
        wanted[j] = readiness.index_needed(at_founding, best[kind[rows[j]]], threshold)


@compiled
def _take_the_cheapest(
    rows: IntArray, country: IntArray, capacity: FloatArray, motivation: FloatArray, operating_cost: FloatArray,
    governance: FloatArray, money: FloatArray, owners: FloatArray, needed: FloatArray, years: float, gain: float,
    turnover: float, price: FloatArray,
) -> None:  # fmt: skip
    """Write what the cheapest way takes by PRICE; nothing where no way leads there in the time."""
    for j in range(rows.size):
        i, own, least = rows[j], money[0, j], np.inf  # lines take over nothing more in the first way
        running = operating_cost[i] * QUARTERS_PER_YEAR
        for way in range(LEVELS.size):
            wanted, place = needed[way, j], governance[country[i]]
            share = readiness.training_share(capacity[i], wanted, years, place, gain, turnover)
            training = readiness.training_cost(share, running) * years
            line = (money[way, j] - own) * running
            if training + YEARS_AFTER_EXIT * line < least:
                least = training + YEARS_AFTER_EXIT * line
                price[0, j], price[1, j] = money[way, j] - own, max(wanted - capacity[i], 0.0)
                price[2, j], price[3, j] = owners[way, j] - motivation[i], training
                price[4, j], price[5, j], price[6, j] = (1.0 - own) * running * years, line, 1.0


def years_lost(world: World, rows: IntArray, years: float) -> FloatArray:
    """Return the years of life that some rows lose in some years if their donor leaves today, (n,).

    They are lost from the time at which the operator gives up. Other causes close an initiative at the same rate with
    the donor and without, and count in both.
    """
    p, of, until = CashParameters.of(world.values), world.initiatives, np.empty(rows.size)
    times = np.arange(years, 0.0, -YEARS_PER_QUARTER)[::-1].copy()
    _find_years_solvent(
        rows, of.operating_cost, of.participation, of.host, of.tolerance, of.motivation, of.contract, of.cash, of.owing,
        _own_money(world, rows), p.core_share, p.in_kind, p.wage, tolerance_moved(world.settings.structures),
        p.no_credit, times, readiness.years_of_rise(times, p.fees_speed), until,
    )  # fmt: skip
    of_others = np.exp(log_hazards(world)[rows])
    return readiness.years_kept(np.maximum(of_others, 1e-9), until, years)


@compiled
def _find_years_solvent(
    rows: IntArray, operating_cost: FloatArray, participation: FloatArray, host: IntArray, tolerance: FloatArray,
    motivation: FloatArray, contract: IntArray, cash: IntArray, owing: IntArray, own_money: FloatArray,
    core_share: float, in_kind: float, wage: float, moved: float, no_credit: float, times: FloatArray,
    rise: FloatArray, until: FloatArray,
) -> None:  # fmt: skip
    """Write the years until some operators give up if their donor leaves today."""
    for j in range(rows.size):
        i = rows[j]
        need = whole_cents(operating_cost[i])
        core = core_cost(need, participation[i], host[i] == PRIVATE, core_share, in_kind, wage) / max(need, 1)
        tolerated = hazard.credit(tolerance[i] * moved, motivation[i], contract[i] > 0, no_credit)
        credit = tolerated + (cash[i] - owing[i]) / (max(need, 1) * QUARTERS_PER_YEAR)
        lines, fees, asked = own_money[0, j], own_money[1, j], own_money[2, j]
        until[j] = readiness.years_solvent(core, lines, fees, asked, credit, times, rise)


def _own_money(world: World, rows: IntArray) -> FloatArray:
    """Return lines, what users could pay, both over running cost, and the part of the latter asked today, (3, n)."""
    of, found = world.initiatives, np.empty((3, rows.size))
    _find_own_money(
        rows, of.government_share, of.levy_share, of.endowment_share, of.revenue_share, of.asked_share,
        CashParameters.of(world.values).most_fees, found,
    )  # fmt: skip
    return found


@compiled
def _find_own_money(
    rows: IntArray, treasury: FloatArray, levy: FloatArray, endowment: FloatArray, paid: FloatArray,
    asked_share: FloatArray, most: float, found: FloatArray,
) -> None:  # fmt: skip
    """Write lines, what users could pay, and the part that is asked."""
    for j in range(rows.size):
        i = rows[j]
        asked = max(asked_share[i], 1e-9)
        found[0, j] = factors.local_share(0.0, treasury[i], levy[i], endowment[i])
        found[1, j] = min(paid[i] / asked, most)
        found[2, j] = min(asked, 1.0)
