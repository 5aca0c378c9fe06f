"""Co-finance: what treasuries, funds, lenders and givers add to each donor dollar that arrived."""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import CENTS_PER_DOLLAR, BoolArray, FloatArray, IntArray
from ..rules.money import part_met
from ..state.ledger import add_by_row
from ..state.spending import bring, pass_on
from ..state.world import World

LOCAL = ("government", "levy", "debt_relief", "diaspora")  # sources whose money makes owners


def cofinance(world: World, rows: IntArray, left: IntArray) -> IntArray:
    """Draw in what others add to each donor dollar that arrived, source by source; returns the added cents, (n,).

    Treasuries add as far as their recurrent room goes, universal service funds and the solidarity fund as far as they
    have money to pay out; private lenders, creditors and givers come in by the mechanism's ratio.
    """
    of, traits, income = world.initiatives, world.traits, world.facts.countries.income_group
    added, places = np.zeros_like(left), np.empty_like(rows)
    places = places[: _drawing(rows, of.mechanism, traits.draws_on_any, places)]
    chosen, which, host = np.empty((3, places.size), dtype=np.int64)
    wanted = np.empty(places.size)
    for source, ratios in traits.mechanism.cofinance.items():
        count = _ask(
            places, rows, left, of.mechanism, of.country, income, traits.draws[source], ratios,
            chosen, which, host, wanted,
        )  # fmt: skip
        if count:
            given = _given(world, source, host[:count], wanted[:count])
            _come(world, source, which[:count], given)
            add_by_row(added, chosen[:count], given)
    return added


@compiled
def _drawing(rows: IntArray, mechanism: IntArray, draws: BoolArray, some: IntArray) -> int:
    """Note the places of the rows whose mechanism draws others in; return how many."""
    count = 0
    for j in range(rows.size):
        if draws[mechanism[rows[j]]]:
            some[count] = j
            count += 1
    return count


@compiled
def _ask(
    places: IntArray, rows: IntArray, left: IntArray, mechanism: IntArray, country: IntArray, income_group: IntArray,
    draws: BoolArray, ratios: FloatArray, chosen: IntArray, which: IntArray, host: IntArray, wanted: FloatArray,
) -> int:  # fmt: skip
    """Note who asks a source, where, and for how many cents; return how many do."""
    count = 0
    for j in places:
        i = rows[j]
        m, c = mechanism[i], country[i]
        if draws[m]:
            chosen[count], which[count], host[count] = j, i, c
            wanted[count] = left[j] * ratios[m, income_group[c]]
            count += 1
    return count


def _given(world: World, source: str, host: IntArray, wanted: FloatArray) -> IntArray:
    """Return what a source gives of what is wanted of it, in cents, (n,)."""
    if source == "government":
        return within_room(host, wanted, world.now.treasury_room - world.countries.recurrent_asked)
    if source == "levy":
        return within_room(host, wanted, world.countries.service_fund_room - world.now.levy_asked)
    part = 1.0
    if source == "solidarity":
        part = min(1.0, float(world.solidarity_fund[0]) / max(float(wanted.sum()), 1.0))
    return np.floor(wanted * part).astype(np.int64)


def _come(world: World, source: str, rows: IntArray, given: IntArray) -> None:
    """Bring what a source gives, cents (n,)."""
    of = world.initiatives
    if source == "levy":
        pay_from_service_funds(world, rows, given)
    elif source == "solidarity":
        pass_on(world, source, rows, given, of.other_money)
        world.solidarity_fund -= given.sum()
    else:
        bring(world, source, rows, given, of.local_money if source in LOCAL else of.other_money)


def pay_from_service_funds(world: World, rows: IntArray, given: IntArray) -> None:
    """Let the host economies' universal service funds pay cents, (n,), to some initiatives."""
    countries, of = world.countries, world.initiatives
    paid_out = np.zeros(countries.count, dtype=np.int64)
    add_by_row(paid_out, of.country[rows], given)
    pass_on(world, "levy", rows, given, of.local_money)
    countries.service_fund -= paid_out
    countries.service_fund_room -= paid_out / CENTS_PER_DOLLAR


@compiled
def within_room(country: IntArray, wanted: FloatArray, room: FloatArray) -> IntArray:
    """Return what is wanted in cents, (n,), scaled down to each economy's room in dollars, (C,)."""
    asked, given = np.zeros(room.size), np.empty(country.size, dtype=np.int64)
    for j in range(country.size):
        asked[country[j]] += wanted[j]
    for j in range(country.size):
        c = country[j]
        given[j] = int(wanted[j] * part_met(max(room[c], 0.0), asked[c] / CENTS_PER_DOLLAR))
    return given
