"""What shows each challenge of cooperation: read off the world on 1 January, or off two of them for the year between.

Pure functions on the world's state and on what was recorded of it. Each value belongs to a group of countries: `world`,
`recipients` (the DAC list), `LDC` and the group that is looked at closely. The catalogue in
`measures` has words, units and targets.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import QUARTERS_PER_YEAR, FloatArray, IntArray
from ..data import load_countries
from ..measures.groups import group_members
from ..measures.measure import AFFORDABLE
from ..processes.closure import middle
from ..state.kept import YearRecord
from ..state.ledger import SOURCE, USES
from ..state.world import World

ORPHAN, DARLING = 0.25, 4.0  # aid per unconnected person, against the median recipient
NOT_OTHERS = ("donor", "programmes")  # sources that pay for no initiative beside donors
Values = dict[tuple[str, str], float]  # (measure, group) -> value; missing where it can't be known


def state_indicators(world: World) -> Values:
    """Measure what can be seen on one day.

    mean_price (share of monthly income, weighted by people), price_above_target (countries above 2%),
    addressable_share, coverage_share and skills_share (of people), need_usd (connecting everybody who is not, at the
    unit costs of the year), handover_shortfall (share of the running cost asked of treasuries that they can't carry),
    donor_hhi_mean, orphans and darlings (recipients with less than a quarter, or more than four times, of the median
    aid per unconnected person in the year before).
    """
    of, (names, members) = world.countries, _groups(world)
    weight = members * of.population
    weight /= weight.sum(axis=1, keepdims=True)
    means, sums = np.empty((4, of.count)), np.zeros((8, of.count))
    _describe(
        of.population, of.urban_share, of.use_urban, of.use_rural, of.price, of.addressable_urban, of.addressable_rural,
        of.coverage_urban, of.coverage_rural, of.skills_urban, of.skills_rural, of.recurrent_asked, of.recurrent_cap,
        world.now.unit_cost[0], AFFORDABLE.value, means, sums,
    )  # fmt: skip
    _look_at_attention(world, sums[4:])
    mean, total = weight @ means.T, members @ sums.T
    measured = {
        "mean_price": mean[:, 0],
        "addressable_share": mean[:, 1],
        "coverage_share": mean[:, 2],
        "skills_share": mean[:, 3],
        "price_above_target": total[:, 0],
        "need_usd": total[:, 1],
        "handover_shortfall": 1.0 - _over(total[:, 3], total[:, 2]),
        "orphans": total[:, 4],
        "darlings": total[:, 5],
        "donor_hhi_mean": _over(total[:, 7], total[:, 6]),
    }
    return {
        (measure, name): value
        for measure, values in measured.items()
        for name, value in zip(names, values.tolist(), strict=True)
    }


@compiled
def _describe(
    people: FloatArray, urban_share: FloatArray, use_urban: FloatArray, use_rural: FloatArray, price: FloatArray,
    passing_urban: FloatArray, passing_rural: FloatArray, covered_urban: FloatArray, covered_rural: FloatArray,
    skilled_urban: FloatArray, skilled_rural: FloatArray, asked: FloatArray, room: FloatArray, cost: FloatArray,
    affordable: float, means: FloatArray, sums: FloatArray,
) -> None:  # fmt: skip
    """Write what is known of each economy: price and shares, whose mean counts, and what is summed up.

    `cost` is that of access infrastructure for a person in towns and in the countryside.
    """
    for c in range(people.size):
        urban, rural = urban_share[c], 1.0 - urban_share[c]
        means[0, c] = price[c]
        means[1, c] = urban * passing_urban[c] + rural * passing_rural[c]
        means[2, c] = urban * covered_urban[c] + rural * covered_rural[c]
        means[3, c] = urban * skilled_urban[c] + rural * skilled_rural[c]
        sums[0, c] = price[c] > affordable
        needed = urban * (1.0 - use_urban[c]) * cost[0] + rural * (1.0 - use_rural[c]) * cost[1]
        sums[1, c] = people[c] * needed
        sums[2, c] = asked[c]
        sums[3, c] = min(asked[c], room[c])


def _look_at_attention(world: World, found: FloatArray) -> None:
    """Mark orphans, darlings and those with any aid, and write the last ones' concentration of donors, (4, C)."""
    of, rows, aid = world.countries, world.reference.recipients, aid_received(world)
    each = np.empty(rows.size)
    _share_out(rows, aid, of.population, of.use, each)
    half = float(middle(each[None, :].copy())[0])
    if not half > 0.0:
        found[:2] = np.nan
    _mark(rows, aid, each, half, of.fragmentation, found)


@compiled
def _share_out(rows: IntArray, aid: FloatArray, people: FloatArray, use: FloatArray, each: FloatArray) -> None:
    """Write the aid for each person who is not connected, of recipients."""
    for r in range(rows.size):
        each[r] = aid[r] / max(people[rows[r]] * (1.0 - use[rows[r]]), 1.0)


@compiled
def _mark(
    rows: IntArray, aid: FloatArray, each: FloatArray, half: float, fragmentation: FloatArray, found: FloatArray
) -> None:
    """Mark orphans and darlings, where the median recipient has aid, and all with any aid."""
    for r in range(rows.size):
        c, some = rows[r], aid[r] > 0.0
        if half > 0.0:
            found[0, c], found[1, c] = each[r] < ORPHAN * half, each[r] > DARLING * half
        found[2, c], found[3, c] = some, fragmentation[c] * some


def aid_received(world: World) -> FloatArray:
    """Return what donors paid to each recipient since January, in dollars (R,); on 1 January, in the year before."""
    return np.asarray(world.dyads.paid.sum(axis=0)) / 100.0


def running_totals(world: World) -> dict[str, float]:
    """Return sums since the beginning, in dollars and counts, whose growth :func:`flow_indicators` reads."""
    ledger, tally = world.ledger, world.tally
    spent = dict(zip(USES, ledger.books_out.sum(axis=1).tolist(), strict=True))  # cents
    return {
        "outlay": float(world.donors.outlay.sum()),
        "others": sum(dollars for name, dollars in ledger.all_received().items() if name not in NOT_OTHERS),
        "returned": spent["returned"] / 100.0,
        "transaction": (spent["transaction"] + spent["fund_fee"]) / 100.0,
        "appropriated": int(ledger.books_in[SOURCE["donor"]].sum()) / 100.0,
        "unreliable": (spent["volatility_loss"] + spent["lapsed"]) / 100.0,
        **{name: getattr(tally, name) for name in ("people_reached", "decisions", "regretted")},
        **{name: getattr(tally, name) for name in ("closed", "closed_vintage")},
        "people_connected": float(world.memory.connected.sum()),
    }


def flow_indicators(world: World, before: YearRecord, after: YearRecord) -> Values:
    """Measure the year between two records; missing where there is nothing to divide by.

    transaction_cost_share (transaction cost and fees over what donors paid), unreliability_share (loss by volatility
    and money that lapses over what donors appropriated), leverage (dollars of others for one of
    donors), money_usd (of all sources), share_of_need_met and gap_to_need_usd (against the need when the year began),
    decision_regret (decisions of adaptive exits that full sight would have turned round), technology_age_at_closure
    (years), people_reached, cost_per_user (dollars of donors for a person newly reached), people_connected,
    cost_of_connecting (dollars of all sources, less what is given back, for a person who was offline) and
    aid_volatility.
    """
    year = {name: after.totals[name] - before.totals[name] for name in after.totals}
    money = year["outlay"] + year["others"]
    need = before.indicators["need_usd", "recipients"]
    found: Values = {
        ("transaction_cost_share", "world"): _share(year["transaction"], year["outlay"]),
        ("unreliability_share", "world"): _share(year["unreliable"], year["appropriated"]),
        ("leverage", "world"): _share(year["others"], year["outlay"]),
        ("money_usd", "world"): money,
        ("share_of_need_met", "recipients"): _share(money, need),
        ("gap_to_need_usd", "recipients"): max(need - money, 0.0),
        ("decision_regret", "world"): _share(year["regretted"], year["decisions"]),
        ("technology_age_at_closure", "world"): _share(year["closed_vintage"], year["closed"]) / QUARTERS_PER_YEAR,
        ("people_reached", "world"): year["people_reached"],
        ("cost_per_user", "world"): _share(year["outlay"], year["people_reached"]),
        ("people_connected", "world"): year["people_connected"],
        ("cost_of_connecting", "world"): _share(money - year["returned"], year["people_connected"]),
    }
    return {**found, **_volatility(world, before.aid, after.aid)}


def _volatility(world: World, before: FloatArray, after: FloatArray) -> Values:
    """Return the root mean square of the change of ln aid from one year to the next, over recipients with aid in both.

    About zero and not about its mean, so that a cut which hits all of them shows too.
    """
    names, members = _groups(world)
    both = (before > 0.0) & (after > 0.0)
    change = np.log(np.where(both, after, 1.0) / np.where(both, before, 1.0))
    chosen = members[:, world.reference.recipients] * both
    spread = np.sqrt(_over(chosen @ change**2, chosen.sum(axis=1)))
    return {("aid_volatility", name): float(value) for name, value in zip(names, spread, strict=True)}


def _groups(world: World) -> tuple[list[str], FloatArray]:
    """Return the groups shown and their members, (groups, C) of 0 and 1; the same for all years of a run."""
    return _shown(world.focus)


@lru_cache(maxsize=64)
def _shown(focus: str) -> tuple[list[str], FloatArray]:
    """Return the groups shown with one that is looked at closely, and their members, (groups, C) of 0 and 1."""
    facts = load_countries()
    found = {"world": np.ones(len(facts), dtype=bool), "recipients": facts["dac_recipient"].to_numpy() == 1}
    found.update(group_members(facts, name) for name in ("LDC", focus))
    return list(found), np.array(list(found.values()), dtype=np.float64)


def _over(above: FloatArray, below: FloatArray) -> FloatArray:
    """Divide, giving a missing value where there is nothing to divide by."""
    found: FloatArray = np.divide(above, below, out=np.full(np.shape(above), np.nan), where=below > 0.0)
    return found


def _share(above: float, below: float) -> float:
    """Divide two numbers, giving a missing value where there is nothing to divide by."""
    return above / below if below > 0.0 else float("nan")
