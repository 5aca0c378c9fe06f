"""Which donor leaves what in which country: exits of each year, read off the world on the next 1 January."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..basis.late import pd
from ..basis.units import QUARTERS_PER_YEAR, FloatArray
from ..state.kept import YearRecord
from ..state.world import World
from .labels import labelled

COLUMNS = ("initiatives", "people", "left_usd")


def exits_of_year(world: World) -> FloatArray:
    """Return the exits of the year that has just ended, (pairs, 5): rows of donor and country, and COLUMNS.

    What is left is yearly running cost that neither users nor an endowment meets, as in the accounts. Initiatives that
    closed within the year count with what they had when they closed.
    """
    since = world.quarter - QUARTERS_PER_YEAR
    ended = slice(int(np.searchsorted(world.closed.closed, since)), None)
    parts = []
    for of, some in ((world.initiatives, slice(None)), (world.closed, ended)):
        rows = np.flatnonzero(of.ended[some] >= since)
        met = np.minimum(of.revenue_share[some][rows] + of.endowment_share[some][rows], 1.0)
        left = of.operating_cost[some][rows] * QUARTERS_PER_YEAR * (1.0 - met)
        parts.append(np.array([of.donor[some][rows], of.country[some][rows], of.people[some][rows], left]))
    donor, country, people, left = np.concatenate(parts, axis=1)
    count = world.countries.count
    pairs, place = np.unique(donor * count + country, return_inverse=True)
    sums = [np.bincount(place, weights=values, minlength=pairs.size) for values in (np.ones(place.size), people, left)]
    return np.array([pairs // count, pairs % count, *sums]).T


def no_exits() -> FloatArray:
    """Return the exits of a year before the start: none are kept."""
    return np.zeros((0, 2 + len(COLUMNS)))


def table_of_exits(years: Sequence[YearRecord], iso3: np.ndarray, donors: Sequence[str]) -> pd.DataFrame:
    """Lay out year, iso3, donor, initiatives, people and left_usd; a year is the one in which donors leave."""
    rows = np.concatenate([no_exits(), *(entry.exits for entry in years)])
    dates = [np.full(len(entry.exits), entry.year - 1, dtype=np.int64) for entry in years]
    places = rows[:, :2].astype(np.int64)
    return pd.DataFrame(
        {
            "year": np.concatenate([np.zeros(0, dtype=np.int64), *dates]),
            "iso3": labelled(places[:, 1], tuple(iso3)),
            "donor": labelled(places[:, 0], tuple(donors)),
            **dict(zip(COLUMNS, rows[:, 2:].T, strict=True)),
        }
    )
