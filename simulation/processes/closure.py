"""Closure: initiatives close when nobody tolerates their arrears, by other causes, or as the market takes over."""

from __future__ import annotations

import numpy as np

from ..basis.units import QUARTERS_PER_YEAR, YEARS_PER_QUARTER, BoolArray, IntArray, cents
from ..rules import hazard
from ..rules.cash import years_owed
from ..state.kinds import NETWORKS
from ..state.spending import came
from ..state.structures import INDEX_RULE, PLATEAU, STRUCTURES
from ..state.world import CAUSES, FACTORS, INDEPENDENT, World
from .index_rule import causes_by_index, closing_by_index, index_terms
from .other_causes import ClosureParameters, background, institutionalised, main_causes
from .revival import keep_stopped
from .running import CashParameters
from .serving import leave_users, offline_now, passing

INSOLVENCY, CONTRACT, MARKET = (CAUSES.index(name) for name in ("insolvency", "contract", "market"))
BY_LINE = 4  # quarters after the end of a public contract in which insolvency is called its end


def closure(world: World) -> None:
    """Close what is insolvent, what its cumulative hazard takes, and what an operator takes over; note the rule.

    A hazard is written as a cumulative one that meets one Exp(1) draw (complementary log-log).
    """
    initiatives = world.initiatives
    if initiatives.count == 0:
        return
    if INDEX_RULE in world.settings.structures:
        closing = closing_by_index(world)
        if closing.size:
            _close(world, closing, causes_by_index(world, closing))
        return
    p = ClosureParameters.of(world.values)
    begun = initiatives.age > 0
    other = np.exp(sum(background(world).values())) * begun
    taken = p.takeover * initiatives.market_reached * NETWORKS[initiatives.kind] * begun
    broke = begun & _insolvent(world)
    if PLATEAU in world.settings.structures:
        out = initiatives.phase == INDEPENDENT
        stays = institutionalised(world, slice(None)) & out
        other = other * np.exp(STRUCTURES[PLATEAU].background * out)
        other, taken, broke = other * ~stays, taken * ~stays, broke & ~stays
    initiatives.hazard += (other + taken) * YEARS_PER_QUARTER
    closing = np.flatnonzero((initiatives.hazard >= initiatives.fate) | broke)
    if closing.size:
        luck = world.streams.uniform("which cause", world.quarter, initiatives.key[closing])
        causes = main_causes(world, closing)
        causes = np.where(luck * (other + taken)[closing] < taken[closing], MARKET, causes)
        _close(world, closing, np.where(broke[closing], _of_money(world, closing), causes))


def _insolvent(world: World) -> BoolArray:
    """Say which operators give up over what is owed to them, (n,)."""
    initiatives = world.initiatives
    owed = years_owed(initiatives.owing, cents(initiatives.operating_cost), QUARTERS_PER_YEAR)
    no_credit = CashParameters.of(world.values).no_credit
    moved = np.exp(sum(STRUCTURES[name].tolerance for name in world.settings.structures))
    tolerance = initiatives.tolerance * moved
    return hazard.insolvent(owed, tolerance, initiatives.motivation, initiatives.contract > 0, no_credit)


def _of_money(world: World, rows: IntArray) -> IntArray:
    """Return the end of a public contract for operators whose line has just ended on its day, insolvency otherwise."""
    initiatives = world.initiatives
    ended = (initiatives.line_lapsed[rows] > 0) & (initiatives.contract[rows] > 0)
    since = world.quarter - initiatives.line_ends[rows]
    ended &= (since >= 0) & (since <= BY_LINE)
    return np.where(ended, CONTRACT, INSOLVENCY)


def medians(world: World) -> None:
    """Remember each kind's median factors and terms among initiatives after exit, every fifth year, to name causes."""
    initiatives = world.initiatives
    if not world.new_year or world.year % 5:
        return
    rows = np.flatnonzero(initiatives.phase == INDEPENDENT)
    terms = index_terms(world, rows) if INDEX_RULE in world.settings.structures else background(world, rows)
    terms |= {name: getattr(initiatives, name)[rows] for name in FACTORS}
    kinds = initiatives.kind[rows]
    for name, values in terms.items():
        if name in CAUSES:
            for kind in np.unique(kinds):
                world.memory.medians[CAUSES.index(name), kind] = np.median(values[kinds == kind])


def _close(world: World, rows: IntArray, causes: IntArray) -> None:
    """Take closing initiatives out of the columns: write off their cash, keep their story, leave some users behind."""
    initiatives = world.initiatives
    chest, mechanism = initiatives.chest, initiatives.mechanism[rows]
    for pot in (initiatives.till, initiatives.reserve):
        world.ledger.spend("write_off", pot, pot.balance[rows].copy(), mechanism, rows)
    came(world, -chest.balance[rows], rows)
    world.ledger.spend("returned", chest, chest.balance[rows].copy(), mechanism, rows)
    country, group = initiatives.country[rows], initiatives.group[rows]
    reached = passing(world, rows) * offline_now(world, rows) * world.now.single[country, group]
    leave_users(world, country, group, initiatives.kind[rows], reached)
    if world.year >= world.stories_from:  # what closed before is in no table
        record = initiatives.take(rows)
        record["closed"] = np.full(rows.size, world.quarter)
        record["cause"] = causes
        world.closed.append(record)
    world.tally.closed += rows.size
    world.tally.stranded += float(initiatives.capital[rows].sum())
    world.tally.closed_vintage += float(initiatives.vintage[rows].sum())
    keep_stopped(world, rows)
    initiatives.remove(rows)
