"""The accounts of economies: what initiatives, donors and treasuries do in each, read off the world on 1 January."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from ..basis.units import CENTS_PER_DOLLAR, QUARTERS_PER_YEAR, FloatArray
from ..measures.catalogue import ACCOUNTS, FLOWS
from ..processes.serving import offline_now, passing, seats
from ..state.columns import Rows
from ..state.kept import YearRecord
from ..state.world import CAUSES, INDEPENDENT, World
from .labels import labelled


def accounts(world: World) -> dict[str, FloatArray]:
    """Return the accounts by measure, each (C,): of a stock its value today, of a flow its sum since the beginning.

    The flows that are counted here (exits, closures, stranded capital, running cost that donors leave, the treasury's
    room) are summed from the start year on.
    """
    initiatives, ledger, countries = world.initiatives, world.ledger, world.countries
    out = initiatives.phase == INDEPENDENT
    served, single = passing(world), world.now.single.ravel().take(seats(world))

    def by_country(amounts: FloatArray) -> FloatArray:
        return np.bincount(initiatives.country, weights=amounts, minlength=countries.count).astype(np.float64)

    came = ledger.came_to
    found = {
        "living_initiatives": by_country(np.ones(initiatives.count)),
        "serving_after_exit": by_country(out.astype(np.float64)),
        "users_served": by_country(served),
        "users_added": by_country(served * offline_now(world) * single),
        "sustained_users": by_country(served * out),
        "capital_usd": by_country(initiatives.capital),
        "running_cost_usd": by_country(initiatives.operating_cost * QUARTERS_PER_YEAR),
        "outlay_usd": came["donor"] / CENTS_PER_DOLLAR,
        "treasury_usd": (came["government"] + came["debt_relief"]) / CENTS_PER_DOLLAR,
        "levy_usd": (came["levy"] + came["solidarity"]) / CENTS_PER_DOLLAR,
        "public_usd": ledger.public_by_economy() / CENTS_PER_DOLLAR,
        **_of_the_year(world),
    }
    return {name: found[name] for name in ACCOUNTS}


def _of_the_year(world: World) -> dict[str, FloatArray]:
    """Return what the year that has just ended adds to the flows that no process counts, on top of earlier years."""
    count = world.countries.count
    earlier = world.yearly[-1].accounts if world.yearly else {}
    flows = {name: np.zeros(count) for name in ("exited", "closed", "stranded_usd", "left_usd", "treasury_room_usd")}
    if not earlier:  # the start year begins the count
        return flows
    since = world.quarter - QUARTERS_PER_YEAR
    for rows in (_living(world), *_closed_since(world, since)):
        country, left = rows["country"], rows["ended"] >= since
        met = np.minimum(rows["revenue_share"] + rows["endowment_share"], 1.0)
        cost = rows["operating_cost"] * QUARTERS_PER_YEAR * (1.0 - met)
        flows["exited"] += np.bincount(country[left], minlength=count)
        flows["left_usd"] += np.bincount(country[left], weights=cost[left], minlength=count)
        if "closed" in rows:
            flows["closed"] += np.bincount(country, minlength=count)
            flows["stranded_usd"] += np.bincount(country, weights=rows["capital"], minlength=count)
    flows["treasury_room_usd"] += world.countries.recurrent_cap * QUARTERS_PER_YEAR
    return {name: earlier[name] + value for name, value in flows.items()}


def _living(world: World) -> Rows:
    """Return what is counted of living initiatives."""
    initiatives = world.initiatives
    names = ("country", "ended", "revenue_share", "endowment_share", "operating_cost")
    return {name: getattr(initiatives, name) for name in names}


def _closed_since(world: World, quarter: int) -> Iterator[Rows]:
    """Go through the groups of initiatives that closed in a quarter or later, the last ones first."""
    for rows in reversed(world.closed):
        if rows["closed"][0] < quarter:
            return
        yield rows


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
    closed = [rows for rows in world.closed if rows["closed"].size]

    def joined(name: str, kind: type) -> Any:
        return np.concatenate([rows[name] for rows in closed] or [np.zeros(0, dtype=kind)])

    found = pd.DataFrame(
        {
            "year": world.first_year + joined("closed", np.int64) // QUARTERS_PER_YEAR,
            "iso3": labelled(joined("country", np.int64), tuple(iso3)),
            "cause": labelled(joined("cause", np.int64), CAUSES),
            "initiatives": 1,
            "people": joined("people", np.float64),
            "capital_usd": joined("capital", np.float64),
        }
    )
    found = found[found["year"] >= world.start_year]
    return found.groupby(["year", "iso3", "cause"], sort=True, observed=True).sum().reset_index()
