"""Co-finance: what treasuries, funds, lenders and givers add to each donor dollar that arrived."""

from __future__ import annotations

from itertools import pairwise

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
    of, traits = world.initiatives, world.traits
    added = np.zeros(left.size, dtype=np.int64)
    chosen, which, host, wanted, ends = _ask(
        rows, left, of.mechanism, of.country, world.facts.countries.income_group, traits.draws, traits.draws_on_any,
        traits.ratios,
    )  # fmt: skip
    for source, (first, last) in zip(traits.mechanism.cofinance, pairwise(ends.tolist()), strict=True):
        if last > first:
            given = _given(world, source, host[first:last], wanted[first:last])
            _come(world, source, which[first:last], given)
            add_by_row(added, chosen[first:last], given)
    return added


@compiled
def _ask(
    rows: IntArray, left: IntArray, mechanism: IntArray, country: IntArray, income_group: IntArray,
    draws: BoolArray, draws_on_any: BoolArray, ratios: FloatArray,
) -> tuple[IntArray, IntArray, IntArray, FloatArray, IntArray]:  # fmt: skip
    """Return who asks, source after source: places among the rows, rows, economies and cents wanted; and the ends.

    Those who ask the s-th source stand from the s-th of the ends up to the next.
    """
    sources, places, some = draws.shape[0], np.empty(rows.size, dtype=np.int64), 0
    for j in range(rows.size):
        places[some] = j  # without a branch: the next one overwrites who asks nobody
        some += draws_on_any[mechanism[rows[j]]]
    chosen, which, host = np.empty((3, some * sources), dtype=np.int64)
    wanted, ends, count = np.empty(some * sources), np.zeros(sources + 1, dtype=np.int64), 0
    for source in range(sources):
        for j in places[:some]:
            i = rows[j]
            m, c = mechanism[i], country[i]
            if draws[source, m]:
                chosen[count], which[count], host[count] = j, i, c
                wanted[count] = left[j] * ratios[source, m, income_group[c]]
                count += 1
        ends[source + 1] = count
    return chosen, which, host, wanted, ends


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
