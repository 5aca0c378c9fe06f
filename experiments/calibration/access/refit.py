"""Fit the paths of access to what was known in a year, in the form of the shipped ones, and put them in a world.

What a hindcast borrows from later years is listed on its page: the number of bends of each series, chosen with 2024 as
the base; before 2016 the three constants that map fixed and voice prices to that of data; weights that are judged.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from afteraid.simulation.basis.normal import normal_distribution
from afteraid.simulation.basis.short import Short
from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.data import FACTS_YEAR, FIRST_YEAR, YEARS, AccessPaths, ReferenceWorld, load_table
from afteraid.simulation.data.access import OWN_PACE, assembled, path_of, shipped_paths

from .bent_lines import fit_paths
from .panels import AccessPanels
from .prices import MIDDLE_INCOME, fit_levels, fit_price_path, level_terms
from .series import (
    BENDS,
    CARRIED,
    GROUPS,
    columns_of,
    common_rows,
    fill_gaps,
    form_of,
    pace_after,
    part_carried,
    shares_of,
    with_groups,
)
from .skills import fit_skills


@dataclass(frozen=True)
class Carried:
    """How a series goes on after an origin.

    Attributes:
        pooled: pace of the last five years known, log odds a year.
        part: of it that goes on.
        earlier: how many earlier origins say so; with fewer than three the part is judged.
    """

    pooled: float
    part: float
    earlier: int


@dataclass(frozen=True)
class Refit(Short):
    """Paths of access as known in a year.

    Attributes:
        origin: the year.
        access: the paths, with prices over that of 2024.
        price: price of data in 2024 that makes them the path, share of monthly income, (C,).
        carried: how coverage and lines go on.
        shipped: series that could not be fitted, for want of a file: they keep the shipped path.
    """

    origin: int
    access: AccessPaths
    price: FloatArray
    carried: dict[str, Carried]
    shipped: tuple[str, ...]


def refit_access(panels: AccessPanels, origin: int, world: ReferenceWorld) -> Refit:
    """Fit every series that the panels have to what they hold up to an origin.

    Args:
        panels: of access; nothing after the origin is looked at, but for the mapping of prices (see above).
        origin: the last year known.
        world: with income and population as known then.
    """
    countries, known = world.countries.set_index("iso3"), panels.known_in(origin)
    paths = shipped_paths()
    table, rows = with_groups(countries), []
    carried: dict[str, Carried] = {}
    shares = shares_of(known, countries.index, origin)
    for name, seen in shares.items():
        form = form_of(name, origin, int(seen.dropna(how="all").index[0]))
        fit = fit_paths(seen, form)
        table = table.join(fit.table.set_axis(columns_of(name, form), axis=1))
        pooled, error, _ = pace_after(seen, fit, form)
        rows += common_rows(name, form, fit, (pooled, error))
        if name in CARRIED:
            carried[name] = Carried(pooled, *part_carried(seen, form))
    if known.has("skills"):
        table = table.join(fit_skills(known, countries.index, origin).table)
    columns = [str(name) for name in table.columns if str(name) not in GROUPS]
    table = fill_gaps(table, columns)
    common = {(series, term): value for series, term, value, _ in rows}
    fitted = [*shares, *(["skills"] if known.has("skills") else [])]
    for name in fitted:
        after = None if name in OWN_PACE else carried[name].pooled * carried[name].part
        paths[name] = path_of(table, common, name, after, origin)
    index, price = world.access.price_index, world.countries["access_price"].to_numpy(dtype=np.float64)
    if known.has("price"):
        index, price = _prices(panels, origin, world, countries)
        fitted.append("price")
    shipped = tuple(name for name in (*BENDS, "skills", "price") if name not in fitted)
    return Refit(origin, assembled(paths, index, origin), price, carried, shipped)


def _prices(
    panels: AccessPanels, origin: int, world: ReferenceWorld, countries: pd.DataFrame
) -> tuple[FloatArray, FloatArray]:
    """Return the price of data over that of 2024, (T, C), and that of 2024, (C,): after the origin it goes on falling.

    It falls by the mean change of the last five years known, in every economy.
    """
    row = origin - FIRST_YEAR
    income, population = world.income[row], world.population[row]
    distance = pd.Series(np.log(income / MIDDLE_INCOME), index=countries.index)
    path = fit_price_path(panels, distance, origin)
    level = fit_levels(path, level_terms(income, population, countries)).to_numpy(dtype=np.float64)
    years = YEARS.astype(np.float64)
    ahead = np.clip(years, origin, FACTS_YEAR) - origin
    logs = path.log_index(np.minimum(years, origin), distance.to_numpy(), origin) + path.pace() * ahead[:, None]
    last = logs[FACTS_YEAR - FIRST_YEAR]
    return np.exp(logs - last), np.exp(level + last)


def digital_trust(countries: pd.DataFrame, use: FloatArray, electricity: FloatArray) -> FloatArray:
    """Return the share of people who trust the internet, by the shipped formula, (C,).

    Args:
        countries: the table of economies.
        use: share of people online, (C,).
        electricity: share of people with electricity, (C,).
    """
    table = load_table("proxy_coefficients")
    table = table[table["proxy"] == "digital_trust"]
    weight = dict(zip(table["term"].astype(str), table["coefficient"].astype(float), strict=True))
    governed = normal_distribution(countries["governance"].to_numpy(dtype=np.float64))
    shown = weight["electricity"] * electricity + weight["internet_use"] * use
    return np.asarray(weight["intercept"] + weight["governance"] * governed + shown)


def with_access(world: ReferenceWorld, refit: Refit | None, use: FloatArray, origin: int) -> ReferenceWorld:
    """Return the world with paths of access, the price of data and trust as known in a year.

    Args:
        world: with income and population as known then.
        refit: the paths; None keeps the shipped ones.
        use: share of people online in that year, (C,).
        origin: the year.
    """
    access, countries = (world.access, world.countries) if refit is None else (refit.access, world.countries)
    row, electricity = origin - FIRST_YEAR, countries["electricity"].to_numpy(dtype=np.float64)
    if refit is not None:
        town = world.urban_share[row]
        electricity = town * access.electricity_urban[row] + (1.0 - town) * access.electricity_rural[row]
        countries = countries.assign(access_price=refit.price)
    countries = countries.assign(digital_trust=digital_trust(countries, use, electricity))
    return replace(world, access=access, countries=countries)
