"""Revival: a closed network or centre is started again where somebody pays for it."""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import (
    CENTS_PER_DOLLAR,
    QUARTERS_PER_YEAR,
    BoolArray,
    FloatArray,
    IntArray,
    KeyArray,
    cents,
)
from ..rules.money import newest_left
from ..state.kinds import NETWORKS
from ..state.ledger import SOURCE
from ..state.parameters import Parameters, parameter, uniform
from ..state.randomness import exponential, mix
from ..state.world import AFTER_EXIT, BEFORE_EXIT, FIRST_LIFE, INDEPENDENT, World

AGAIN = np.uint64(0x9E3779B97F4A7C15)  # turns an identity into that of its second life
TREASURY, NEIGHBOURS, DONOR, NOBODY = range(4)  # who pays for a restart
SOURCES_OF_PAYERS = (SOURCE["government"], SOURCE["users"], SOURCE["donor"])
SHED = (  # what a second life does not take over from the first
    "arrears", "cash", "donor_share", "donors_money", "endowment", "endowment_share", "government_share", "hazard",
    "levy_share", "line_ends", "line_lapsed", "local_money", "other_money", "outlay", "owing", "paid_share",
    "refresh_fund", "training", "unpaid",
)  # fmt: skip


class RevivalParameters(Parameters, process="revival"):
    """The parameters of a second life."""

    rate: float = parameter(
        value=0.03,
        unit="per year",
        meaning="Closed networks and centres that are started again, where somebody pays",
        source="judgement: 0 to 12%; 25% in one district with one donor",
        standing="judged",
        distribution=uniform(0.0, 0.12),
        minimum=0.0,
        maximum=1.0,
    )
    longest_years: float = parameter(
        value=8.0,
        unit="years",
        meaning="Time after closure in which it can be started again",
        source="judgement: life of the equipment",
        standing="judged",
        minimum=0.0,
        maximum=50.0,
    )
    cost_years: float = parameter(
        value=0.5,
        unit="years",
        meaning="Cost of a restart, in running cost",
        source="judgement",
        standing="judged",
        distribution=uniform(0.25, 1.0),
        minimum=0.0,
        maximum=10.0,
    )
    takes_part: float = parameter(
        value=0.5,
        unit="0-1",
        meaning="Participation from which neighbours pay for a restart themselves",
        source="judgement",
        standing="judged",
        distribution=uniform(0.3, 0.7),
        minimum=0.0,
        maximum=1.0,
    )


def keep_stopped(world: World, rows: IntArray) -> None:
    """Keep the closing networks and centres, in their first life, that will start again if somebody pays, and when.

    The time until then is exponential; whose time is longer than equipment lasts are not kept.
    """
    p, initiatives = RevivalParameters.of(world.values), world.initiatives
    found, starts = np.empty((2, rows.size), dtype=np.int64)
    found = found[: _find_networks(rows, initiatives.kind, initiatives.life, found)]
    luck = world.streams.lifelong(("revival",), initiatives.key.take(found))[0]
    count = _set_starts(exponential(luck), max(p.rate, 1e-12), p.longest_years, world.year, found, starts)
    if count:
        world.stopped.take_over(initiatives, found[:count], starts=starts[:count], closed=world.quarter)


@compiled
def _find_networks(rows: IntArray, kind: IntArray, life: IntArray, found: IntArray) -> int:
    """Find the networks and centres in their first life among some rows; return how many."""
    count = 0
    for i in rows:
        if NETWORKS[kind[i]] and life[i] == FIRST_LIFE:
            found[count] = i
            count += 1
    return count


@compiled
def _set_starts(
    luck: FloatArray, rate: float, longest: float, year: int, rows: IntArray, starts: IntArray
) -> int:  # fmt: skip
    """Write the year in which each starts again, and keep the rows of those that start in time; return how many."""
    count = 0
    for k in range(rows.size):
        wait = np.ceil(luck[k] / rate)
        if wait <= longest:
            rows[count], starts[count] = rows[k], year + int(wait)
            count += 1
    return count


def second_life(keys: KeyArray) -> KeyArray:
    """Return the identities that initiatives have when they are started again. Shape is kept."""
    return mix(keys ^ AGAIN)


def revival(world: World) -> None:
    """Start closed networks again each January: the treasury pays within its room, else neighbours, else a donor.

    A second life has an identity of its own and belongs to no cohort: nobody founded it and no donor has left it.
    """
    if not world.new_year:
        return
    stopped = world.stopped
    rows = np.flatnonzero(stopped.starts == world.year)
    if rows.size == 0:
        return
    years = RevivalParameters.of(world.values).cost_years
    cost = cents(years * QUARTERS_PER_YEAR * stopped.operating_cost[rows])
    payer = _payers(world, rows, cost)
    found = payer != NOBODY
    _restart(world, rows[found], cost[found], payer[found])
    stopped.remove(rows)


def _payers(world: World, rows: IntArray, cost: IntArray) -> IntArray:
    """Say who pays to start each of some stopped initiatives again, (n,); `cost` is in cents."""
    countries, stopped, donors = world.countries, world.stopped, world.donors
    room = np.maximum(world.now.treasury_room - countries.recurrent_asked, 0.0) * CENTS_PER_DOLLAR
    payer, takes_part = np.empty(rows.size, dtype=np.int64), RevivalParameters.of(world.values).takes_part
    _find_payers(
        rows, cost, stopped.country, stopped.donor, stopped.participation, room, takes_part,
        donors.budget, donors.cash, world.now.left_pairs, payer,
    )  # fmt: skip
    return payer


@compiled
def _find_payers(
    rows: IntArray, cost: IntArray, country: IntArray, donor: IntArray, participation: FloatArray, room: FloatArray,
    takes_part: float, budget: FloatArray, cash: IntArray, left: BoolArray, payer: IntArray,
) -> None:  # fmt: skip
    """Write who pays: a treasury and a donor serve first who comes first, and nobody else once their money is over."""
    asked_of_treasury, asked_of_donor = np.zeros(room.size, dtype=np.int64), np.zeros(cash.size, dtype=np.int64)
    for k in range(rows.size):
        c, d = country[rows[k]], donor[rows[k]]
        asked_of_treasury[c] += cost[k]
        payer[k] = NOBODY
        if asked_of_treasury[c] <= room[c]:
            payer[k] = TREASURY
        elif participation[rows[k]] >= takes_part:
            payer[k] = NEIGHBOURS
        elif budget[d] > 0.0 and not left[d, c]:
            asked_of_donor[d] += cost[k]
            if asked_of_donor[d] <= cash[d]:
                payer[k] = DONOR


def _restart(world: World, gone: IntArray, cost: IntArray, payer: IntArray) -> None:
    """Let some stopped initiatives live again, with what they cost to restart in their tills."""
    new, stopped = world.initiatives, world.stopped
    if gone.size == 0:
        return
    rows = new.take_over(stopped, gone, but=SHED)
    new.key[rows] = second_life(stopped.key[gone])
    new.life[rows] = np.where(stopped.ended[gone] >= 0, AFTER_EXIT, BEFORE_EXIT)
    new.phase[rows], new.ended[rows], new.founded[rows] = INDEPENDENT, -1, -1
    new.vintage[rows] += world.quarter - stopped.closed[gone]  # equipment ages while nobody uses it
    new.fate[rows] = exponential(world.streams.lifelong(("fate",), new.key[rows])[0])
    donors, ledger, given = world.donors, world.ledger, np.zeros(world.donors.count, dtype=np.int64)
    _pay(
        rows.start, payer, cost, new.mechanism, new.country, new.donor, new.kind, new.cash, new.outlay,
        world.facts.countries.recipient_column, world.dyads.paid, ledger.books_in, ledger.seats, world.memory.money,
        given,
    )  # fmt: skip
    donors.cash -= given
    donors.outlay += given / CENTS_PER_DOLLAR
    donors.fresh[:], donors.year_old[:] = newest_left(donors.cash, donors.fresh, donors.year_old)
    world.tally.revived += cost.size


@compiled
def _pay(
    first: int, payer: IntArray, cost: IntArray, mechanism: IntArray, country: IntArray,
    donor: IntArray, kind: IntArray, cash: IntArray, outlay: IntArray, recipient: IntArray, paid: FloatArray,
    books_in: IntArray, seats: IntArray, by_kind: IntArray, given: IntArray,
) -> None:  # fmt: skip
    """Put into tills what restarts cost, from row `first` on, and book it where it comes from."""
    for k in range(payer.size):
        i = first + k
        cash[i] += cost[k]
        by_kind[kind[i]] += cost[k]
        source = SOURCES_OF_PAYERS[payer[k]]
        seats[source, country[i]] += cost[k]
        if payer[k] == DONOR:
            given[donor[i]] += cost[k]
            outlay[i] = cost[k]
            paid[donor[i], recipient[country[i]]] += cost[k]
        else:
            books_in[source, mechanism[i]] += cost[k]
