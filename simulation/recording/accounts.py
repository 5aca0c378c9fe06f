"""The accounts of economies: what initiatives, donors and treasuries do in each, read off the world on 1 January."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..basis.compiled import compiled
from ..basis.late import pd
from ..basis.units import CENTS_PER_DOLLAR, QUARTERS_PER_YEAR, FloatArray, IntArray
from ..measures.catalogue import ACCOUNTS, FLOWS
from ..state.kept import YearRecord
from ..state.world import CAUSES, INDEPENDENT, World
from .labels import labelled

STOCKS = (
    "living_initiatives",
    "serving_after_exit",
    "users_served",
    "users_added",
    "sustained_users",
    "capital_usd",
    "running_cost_usd",
)
YEARLY = ("exited", "closed", "stranded_usd", "left_usd", "treasury_room_usd")  # flows that no process counts


def accounts(world: World, served: FloatArray, added: FloatArray) -> dict[str, FloatArray]:
    """Return the accounts by measure, each (C,): of a stock its value today, of a flow its sum since the beginning.

    The flows that are counted here (exits, closures, stranded capital, running cost that donors leave, the treasury's
    room) are summed from the start year on. `served` and `added` are the people whom each initiative serves, and those
    whom it adds to use, (n,).
    """
    of, ledger = world.initiatives, world.ledger
    stocks = np.zeros((len(STOCKS), world.countries.count))
    _add_stocks(of.country, of.phase, of.capital, of.operating_cost, served, added, stocks)
    came = ledger.came_to
    found = {
        **dict(zip(STOCKS, stocks, strict=True)),
        "outlay_usd": came["donor"] / CENTS_PER_DOLLAR,
        "treasury_usd": (came["government"] + came["debt_relief"]) / CENTS_PER_DOLLAR,
        "levy_usd": (came["levy"] + came["solidarity"]) / CENTS_PER_DOLLAR,
        "public_usd": ledger.public_by_economy() / CENTS_PER_DOLLAR,
        **_of_the_year(world),
    }
    return {name: found[name] for name in ACCOUNTS}


@compiled
def _add_stocks(
    country: IntArray, phase: IntArray, capital: FloatArray, operating_cost: FloatArray, served: FloatArray,
    added: FloatArray, stocks: FloatArray,
) -> None:  # fmt: skip
    """Add every initiative to the stocks of its country, in the order of STOCKS."""
    for i in range(country.size):
        c = country[i]
        stocks[0, c] += 1.0
        stocks[2, c] += served[i]
        stocks[3, c] += added[i]
        left = phase[i] == INDEPENDENT
        stocks[1, c] += left
        stocks[4, c] += left * served[i]
        stocks[5, c] += capital[i]
        stocks[6, c] += operating_cost[i] * QUARTERS_PER_YEAR


def _of_the_year(world: World) -> dict[str, FloatArray]:
    """Return what the year that has just ended adds to the flows that no process counts, on top of earlier years."""
    count = world.countries.count
    earlier = world.yearly[-1].accounts if world.yearly else {}
    flows = np.zeros((len(YEARLY), count))
    if not earlier:  # the start year begins the count
        return dict(zip(YEARLY, flows, strict=True))
    since = world.quarter - QUARTERS_PER_YEAR
    ends = np.searchsorted(world.closed.closed, np.arange(since, world.quarter + 1))
    for of, places in ((world.initiatives, np.array([0, world.initiatives.count])), (world.closed, ends)):
        _add_flows(
            places, of.country, of.ended, of.revenue_share, of.endowment_share, of.operating_cost, of.capital, since,
            of is world.closed, flows,
        )  # fmt: skip
    flows[4] += world.countries.recurrent_cap * QUARTERS_PER_YEAR
    return {name: earlier[name] + value for name, value in zip(YEARLY, flows, strict=True)}


@compiled
def _add_flows(
    places: IntArray, country: IntArray, ended: IntArray, revenue_share: FloatArray, endowment_share: FloatArray,
    operating_cost: FloatArray, capital: FloatArray, since: int, closed: bool, flows: FloatArray,
) -> None:  # fmt: skip
    """Add initiatives to the flows of their countries, in the order of YEARLY; `ended` and `since` in quarters.

    Rows from one of `places` up to the next are summed up by themselves: those that closed in one quarter.
    """
    for part in range(places.size - 1, 0, -1):
        added = np.zeros(flows.shape)
        for i in range(places[part - 1], places[part]):
            c = country[i]
            if ended[i] >= since:
                met = min(revenue_share[i] + endowment_share[i], 1.0)
                added[0, c] += 1.0
                added[3, c] += operating_cost[i] * QUARTERS_PER_YEAR * (1.0 - met)
            if closed:
                added[1, c] += 1.0
                added[2, c] += capital[i]
        flows += added


def table_of_accounts(years: list[YearRecord], iso3: np.ndarray) -> pd.DataFrame:
    """Lay out year, iso3 and the accounts; a flow is of the year that begins then, and missing in the last one."""
    columns: dict[str, Any] = {
        "year": np.repeat(np.array([entry.year for entry in years], dtype=np.int64), iso3.size),
        "iso3": labelled(np.tile(np.arange(iso3.size), len(years)), tuple(iso3)),
    }
    for name in ACCOUNTS:
        values = np.array([entry.accounts[name] for entry in years]).reshape(len(years), iso3.size)
        if name in FLOWS:
            values = np.concatenate([np.diff(values, axis=0), np.full((min(1, len(years)), iso3.size), np.nan)])
        columns[name] = values.ravel()
    return pd.DataFrame(columns)


def table_of_closures(world: World, iso3: np.ndarray) -> pd.DataFrame:
    """Count what closed from the start year on: year, iso3, cause, initiatives, people, capital_usd."""
    closed = world.closed
    found = pd.DataFrame(
        {
            "year": world.first_year + closed.closed // QUARTERS_PER_YEAR,
            "iso3": labelled(closed.country, tuple(iso3)),
            "cause": labelled(closed.cause, CAUSES),
            "initiatives": 1,
            "people": closed.people,
            "capital_usd": closed.capital,
        }
    )
    found = found[found["year"] >= world.start_year]
    return found.groupby(["year", "iso3", "cause"], sort=True, observed=True).sum().reset_index()
