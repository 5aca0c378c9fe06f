"""Revival: a closed network or centre is started again where somebody pays for it."""

from __future__ import annotations

import numpy as np

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
from ..state.ledger import add_by_row
from ..state.parameters import Parameters, parameter, uniform
from ..state.randomness import exponential, mix
from ..state.spending import came
from ..state.world import AFTER_EXIT, BEFORE_EXIT, FIRST_LIFE, INDEPENDENT, World

AGAIN = np.uint64(0x9E3779B97F4A7C15)  # turns an identity into that of its second life
TREASURY, NEIGHBOURS, DONOR, NOBODY = range(4)  # who pays for a restart
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
    rows = rows[NETWORKS[initiatives.kind[rows]] & (initiatives.life[rows] == FIRST_LIFE)]
    luck = world.streams.lifelong(("revival",), initiatives.key[rows])[0]
    wait = np.ceil(exponential(luck) / max(p.rate, 1e-12))
    some = wait <= p.longest_years
    here = world.stopped.take_over(initiatives, rows[some])
    world.stopped.starts[here] = world.year + wait[some].astype(np.int64)
    world.stopped.closed[here] = world.quarter


def second_life(keys: KeyArray) -> KeyArray:
    """Return the identities that initiatives have when they are started again. Shape is kept."""
    return mix(keys ^ AGAIN)


def revival(world: World) -> None:
    """Start closed networks again each January: the treasury pays within its room, else neighbours, else a donor.

    A second life has an identity of its own and belongs to no cohort: nobody founded it and no donor has left it.
    """
    stopped = world.stopped
    rows = np.flatnonzero(stopped.starts == world.year) if world.new_year else np.zeros(0, dtype=np.int64)
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
    countries, stopped = world.countries, world.stopped
    country, donor = stopped.country[rows], stopped.donor[rows]
    room = np.maximum(world.now.treasury_room - countries.recurrent_asked, 0.0) * CENTS_PER_DOLLAR
    treasury = _within(country, cost, room)
    neighbours = ~treasury & (stopped.participation[rows] >= RevivalParameters.of(world.values).takes_part)
    gives = (world.donors.budget[donor] > 0.0) & ~world.now.left_pairs[donor, country]
    asked = np.where(treasury | neighbours | ~gives, 0, cost)
    donors = gives & ~treasury & ~neighbours & _within(donor, asked, world.donors.cash.astype(np.float64))
    return np.select([treasury, neighbours, donors], [TREASURY, NEIGHBOURS, DONOR], NOBODY)


def _within(payer: IntArray, cost: IntArray, room: FloatArray) -> BoolArray:
    """Say whose cost still fits into the room of its payer, first come first served, (n,)."""
    order = np.argsort(payer, kind="stable")
    running = np.cumsum(cost[order])
    first = np.searchsorted(payer[order], payer[order])
    before = running[first] - cost[order][first]
    fits = np.zeros(payer.size, dtype=bool)
    fits[order] = running - before <= room[payer[order]]
    return fits


def _restart(world: World, gone: IntArray, cost: IntArray, payer: IntArray) -> None:
    """Let some stopped initiatives live again, with what they cost to restart in their tills."""
    new, stopped = world.initiatives, world.stopped
    if gone.size == 0:
        return
    rows = new.take_over(stopped, gone)
    for name in SHED:
        getattr(new, name)[rows] = 0
    new.key[rows] = second_life(stopped.key[gone])
    new.life[rows] = np.where(stopped.ended[gone] >= 0, AFTER_EXIT, BEFORE_EXIT)
    new.phase[rows], new.ended[rows], new.founded[rows] = INDEPENDENT, -1, -1
    new.vintage[rows] += world.quarter - stopped.closed[gone]  # equipment ages while nobody uses it
    new.fate[rows] = exponential(world.streams.lifelong(("fate",), new.key[rows])[0])
    here = np.arange(rows.start, rows.stop)
    mechanism = new.mechanism[rows]
    for source, who in (("government", TREASURY), ("users", NEIGHBOURS)):
        paid = np.where(payer == who, cost, 0)
        world.ledger.receive(source, new.till, paid, mechanism, here)
    paid = np.where(payer == DONOR, cost, 0)
    given = np.zeros(world.donors.count, dtype=np.int64)
    add_by_row(given, stopped.donor[gone], paid)
    world.ledger.move(world.donors.purse, given, new.till, paid, here)
    new.outlay[rows] = paid
    recipient = world.facts.countries.recipient_column[new.country[rows]]
    np.add.at(world.dyads.paid, (new.donor[rows], recipient), paid)
    donors = world.donors
    donors.outlay += given / CENTS_PER_DOLLAR
    donors.fresh[:], donors.year_old[:] = newest_left(donors.cash, donors.fresh, donors.year_old)
    came(world, cost, here)
    world.tally.revived += cost.size
