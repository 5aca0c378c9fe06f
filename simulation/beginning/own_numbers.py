"""Numbers of single countries that a scenario sets take the place of the published or fitted ones.

A path moves as a whole: a share by one distance of log-odds in all years, an amount by one factor. So the level of 2024
is the one that is set, and the economy goes on at its own pace. Observed use stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

import numpy as np

from ..basis.units import FloatArray, expit, logit
from ..data import FACTS_YEAR, FIRST_YEAR, ReferenceWorld
from ..scenario.country_numbers import CountryNumbers

Given = tuple[tuple[str, tuple[tuple[str, float], ...]], ...]  # country -> key -> number
TREASURY_ROOM = "treasury_room"  # column of the reference table where a scenario sets it, dollars a year in 2024
COLUMNS = {"data_price": "access_price", "trust": "digital_trust", TREASURY_ROOM: TREASURY_ROOM}
PATHS = {  # key -> paths of access that it moves, the first to the number that is set
    "coverage": ("coverage", "bound"),
    "electricity_urban": ("electricity_urban",),
    "electricity_rural": ("electricity_rural",),
    "skills": ("skills",),
}
ROW = FACTS_YEAR - FIRST_YEAR
LEAST = 1e-9  # distance of a share from 0 and 1, where log-odds end


def with_own_numbers(reference: ReferenceWorld, countries: Mapping[str, CountryNumbers]) -> ReferenceWorld:
    """Return the reference world with what a scenario sets of single countries; itself where nothing is set."""
    given = tuple((code, tuple(numbers.given().items())) for code, numbers in sorted(countries.items()))
    return _changed(reference, given) if any(numbers for _, numbers in given) else reference


@lru_cache(maxsize=4)
def _changed(reference: ReferenceWorld, given: Given) -> ReferenceWorld:
    """Return the changed world, the same object for the same numbers, so that what follows from it is made once."""
    table, income = reference.countries.copy(), reference.income.copy()
    paths = {name: getattr(reference.access, name).copy() for names in PATHS.values() for name in names}
    table[TREASURY_ROOM] = np.nan
    row_of = {str(code): row for row, code in enumerate(table["iso3"])}
    for code, numbers in given:
        row = row_of[code]
        for key, number in numbers:
            if key in COLUMNS:
                table.loc[table.index[row], COLUMNS[key]] = number
            elif key == "gdp_per_head":
                factor = number / income[ROW, row]
                income[:, row] *= factor
                for column in ("gdp_per_capita", "gdp_nominal"):
                    table[column] = table[column].astype(np.float64)
                    table.loc[table.index[row], column] *= factor
            else:
                _move([paths[name] for name in PATHS[key]], row, number)
    for path in paths.values():
        path.flags.writeable = False
    access = replace(reference.access, **paths)
    return replace(reference, countries=table, income=income, access=access)


def _move(paths: list[FloatArray], row: int, level: float) -> None:
    """Move the paths of one economy, (T, C) each, so that the first has a level in the year of the facts."""
    distance = float(logit(np.array(level)) - logit(_inside(paths[0][ROW, row])))
    for path in paths:
        path[:, row] = expit(logit(_inside(path[:, row])) + distance)


def _inside(shares: FloatArray) -> FloatArray:
    """Return shares a little off 0 and 1."""
    return np.clip(shares, LEAST, 1.0 - LEAST)
