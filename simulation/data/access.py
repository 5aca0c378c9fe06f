"""What people need to be online, by economy and year: fitted paths of coverage, electricity, skills and past prices.

Levels and paces come from ``access_paths.csv``, what economies have in common from ``access_coefficients.csv``. A
hindcast makes paths of the same form from what was known in an earlier year (`path_of`, `assembled`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ..basis.errors import DataError
from ..basis.late import pd
from ..basis.units import FloatArray
from .tables import FACTS_YEAR, YEARS, load_countries, load_table

# Judged: what a network of the second generation alone is worth. 0.3 counts in the index of barriers; with 0.3 a hard
# bound costs hindcasts of use 2 to 8%, with 0.7 under 1%.
INDEX_WEIGHT_OF_2G_ONLY = 0.3
BOUND_WEIGHT_OF_2G_ONLY = 0.7
# Judged: people within reach of one fixed subscription, and the most that fixed lines cover: use came before 3G.
PEOPLE_PER_FIXED_LINE = 3.0
MOST_BY_FIXED_LINES = 0.95
MIDDLE_INCOME = 15000.0  # GDP per capita at which the pooled change of prices holds
MIDDLE_SIZE = 1e7  # people
STRETCHES = ("pace", "pace_before", "pace_first")  # of the last years, and before each bend
OWN_PACE = ("electricity_urban", "electricity_rural", "skills")  # go on at each economy's own pace


@dataclass(frozen=True)
class AccessPaths:
    """Fitted paths as arrays, T years from 2000 to 2060 by C economies in the order of `countries.csv`; read-only.

    All are shares from 0 to 1 but `price_index`, the price of data over that of 2024 as shares of income, 1 from 2024
    on. Coverage, bound, electricity and skills never fall. `coverage` counts in the index of barriers, `bound` is
    what use may not pass.
    """

    coverage: FloatArray  # (T, C) national share
    bound: FloatArray  # (T, C) national share, never below coverage
    electricity_urban: FloatArray  # (T, C) share of urban people
    electricity_rural: FloatArray  # (T, C) share of rural people
    skills: FloatArray  # (T, C) national share of adults
    price_index: FloatArray  # (T, C) price over that of 2024


def _coefficients() -> dict[tuple[str, str], float]:
    """Return what economies have in common, by series and term."""
    table = load_table("access_coefficients")
    keys = zip(table["series"].astype(str), table["term"].astype(str), strict=True)
    return dict(zip(keys, table["coefficient"].astype(float), strict=True))


def _share(odds: FloatArray) -> FloatArray:
    """Return the share of log odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-odds)), dtype=np.float64)


def path_of(
    table: pd.DataFrame,
    common: Mapping[tuple[str, str], float],
    series: str,
    pace_after: float | None,
    base_year: int = FACTS_YEAR,
) -> FloatArray:
    """Return the fitted share of one series, shape (T, C).

    Args:
        table: level in the base year (log odds) and paces, one row an economy.
        common: the years of the bends, by series and term.
        series: its name.
        pace_after: log odds a year after the base year; None lets each economy keep its own pace.
        base_year: of the level.
    """
    paces = [name for name in STRETCHES if f"{series}_{name}" in table.columns]
    bends = [common[series, f"bend_to_{name}"] for name in paces[1:]]
    years = YEARS[:, None].astype(np.float64)
    odds = np.broadcast_to(table[f"{series}_level"].to_numpy(dtype=np.float64), (YEARS.size, len(table)))
    for name, top, bottom in zip(paces, [float(base_year), *bends], [*bends, -np.inf], strict=True):
        before = top - np.clip(years, bottom, top)
        odds = odds - before * table[f"{series}_{name}"].to_numpy(dtype=np.float64)
    after = table[f"{series}_pace"].to_numpy(dtype=np.float64) if pace_after is None else pace_after
    return _share(odds + np.maximum(years - base_year, 0.0) * after)


def _ahead_of(urban: FloatArray, rural: FloatArray, year: int) -> FloatArray:
    """Return the share of towns, which the countryside does not pass after a year by more than it did then, (T, C)."""
    now = year - int(YEARS[0])
    least = rural - np.maximum(rural[now] - urban[now], 0.0)
    return np.where(YEARS[:, None] > year, np.maximum(urban, least), urban)


def _price_index(income: FloatArray) -> FloatArray:
    """Return the price over that of 2024, shape (T, C): a pooled change a year, a larger fall where income is low."""
    common = _coefficients()
    pooled = np.array([common.get(("price", f"log_index_{year}"), 0.0) for year in YEARS])
    slopes = [(key[1].split("_")[-2:], value) for key, value in common.items() if key[1].startswith("income_slope_")]
    tilt = np.zeros(YEARS.size)
    for (first, last), slope in slopes:
        tilt += slope * (int(last) - np.clip(YEARS, int(first), int(last)))
    distance = np.log(income / MIDDLE_INCOME)
    return np.exp(pooled[:, None] - tilt[:, None] * distance[None, :])


def effective_operators(countries: pd.DataFrame) -> FloatArray:
    """Return effective operators (1 / Herfindahl-Hirschman index) as size and income suggest, one at least, (C,).

    exp(c + a ln(population / 10 million) + b ln(GDP per capita / 15,000)): a fit that keeps little more than the mean.
    """
    common = _coefficients()
    size = np.log(countries["population"].to_numpy(dtype=np.float64) / MIDDLE_SIZE)
    income = np.log(countries["gdp_per_capita"].to_numpy(dtype=np.float64) / MIDDLE_INCOME)
    level = common["operators", "intercept"]
    log_operators = level + common["operators", "log_population"] * size + common["operators", "log_income"] * income
    return np.maximum(np.exp(log_operators), 1.0)


@lru_cache(maxsize=4)
def load_access(
    index_weight: float = INDEX_WEIGHT_OF_2G_ONLY,
    bound_weight: float = BOUND_WEIGHT_OF_2G_ONLY,
    pace_after_2g: float | None = None,
    pace_after_3g: float | None = None,
) -> AccessPaths:
    """Return the fitted paths of access.

    Coverage is 3G or better plus `index_weight` of those with 2G only, or three times fixed broadband a head, at most
    0.95, where that is higher; `bound` the same with `bound_weight`. After 2024 coverage moves at `pace_after_...` in
    log odds a year, None for the pooled pace of the five years before. Electricity and skills keep their own pace, and
    the countryside does not overtake the town.

    Raises ValueError where the weights are not 0 <= index_weight <= bound_weight <= 1 or a pace is negative or not
    finite.
    """
    if not 0.0 <= index_weight <= bound_weight <= 1.0:
        raise ValueError(f"expected 0 <= index_weight <= bound_weight <= 1, not {index_weight} and {bound_weight}")
    for pace in (pace_after_2g, pace_after_3g):
        if pace is not None and not 0.0 <= pace < np.inf:
            raise ValueError(f"expected a pace of 0 or more, not {pace}")
    income = load_countries()["gdp_per_capita"].to_numpy(dtype=np.float64)
    paths = shipped_paths({"coverage_2g": pace_after_2g, "coverage_3g": pace_after_3g})
    return assembled(paths, _price_index(income), FACTS_YEAR, index_weight, bound_weight)


def shipped_paths(paces: Mapping[str, float | None] | None = None) -> dict[str, FloatArray]:
    """Return the shipped path of every series, a share (T, C); `paces` after 2024 replace the pooled ones."""
    countries = load_countries()
    table = load_table("access_paths").set_index("iso3").reindex(countries["iso3"])
    if bool(table["coverage_3g_level"].isna().any()):
        raise DataError("economies without a fitted path of access", file="access_paths.csv")
    common, given = _coefficients(), paces or {}
    paths = {}
    for name in ("coverage_2g", "coverage_3g", "broadband"):
        pace = given.get(name)
        paths[name] = path_of(table, common, name, common[name, "pace_after"] if pace is None else pace)
    return paths | {name: path_of(table, common, name, None) for name in OWN_PACE}


def assembled(
    paths: Mapping[str, FloatArray],
    price_index: FloatArray,
    base_year: int,
    index_weight: float = INDEX_WEIGHT_OF_2G_ONLY,
    bound_weight: float = BOUND_WEIGHT_OF_2G_ONLY,
) -> AccessPaths:
    """Return the paths of access from those of each series; see `load_access` for the weights.

    Args:
        paths: shares by series, (T, C) each.
        price_index: price of data over that of 2024, (T, C).
        base_year: after which the countryside does not overtake the town in electricity.
        index_weight: what a network of the second generation alone counts in the index.
        bound_weight: the same in the bound.
    """
    third, rural = paths["coverage_3g"], paths["electricity_rural"]
    only_second = np.maximum(paths["coverage_2g"] - third, 0.0)
    fixed = np.minimum(PEOPLE_PER_FIXED_LINE * paths["broadband"], MOST_BY_FIXED_LINES)
    result = AccessPaths(
        coverage=np.maximum(third + index_weight * only_second, fixed),
        bound=np.maximum(third + bound_weight * only_second, fixed),
        electricity_urban=_ahead_of(paths["electricity_urban"], rural, base_year),
        electricity_rural=rural,
        skills=paths["skills"],
        price_index=price_index,
    )
    for array in vars(result).values():
        array.flags.writeable = False
    return result
