"""The reference world: small embedded tables, their sources, and their loader.

Every table is a CSV beside this file; ``sources.toml`` says where each column comes from and under which licence.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from ..basis.errors import DataError, InputError, nearest
from ..basis.late import pd
from ..basis.short import Short
from ..basis.units import LEAST_SHARE, MOST_SHARE, BoolArray, FloatArray, IntArray, expit, logit
from ..measures.groups import Groups, plain, shipped_groups
from .access import AccessPaths, load_access
from .tables import FACTS_YEAR, FIRST_YEAR, LAST_YEAR, PROJECTED_FROM, YEARS, load_countries, load_table

__all__ = [
    "AccessPaths",
    "DONOR_TYPES",
    "FACTS_YEAR",
    "FIRST_YEAR",
    "LAST_YEAR",
    "PROJECTED_FROM",
    "ReferenceWorld",
    "YEARS",
    "constant_dollars",
    "exchange_volatility",
    "known_groups",
    "load_access",
    "load_countries",
    "load_table",
    "load_world",
    "members",
    "read_donor",
]

DONOR_TYPES = ("dac", "other_bilateral", "south_south", "multilateral", "foundation", "private")


def known_groups() -> Groups:
    """Return the groups of economies and the economies by every name that a user may write."""
    return shipped_groups()


@lru_cache(maxsize=1)
def _donor_names() -> dict[str, str]:
    """Return the code or type that each name of donors means, by the name's plain form."""
    donors = load_table("donors")
    found = {plain(name): name for name in ("all", *sorted(set(donors["type"])), *donors["code"])}
    for name, code in zip(donors["name"], donors["code"], strict=True):
        found.setdefault(plain(str(name)), str(code))
    return found


def read_donor(written: str, key: str | None = None) -> str:
    """Return the code, or the type of donors, that a user means: ``USA``, ``usa``, ``US``, ``United States``, ``dac``.

    Raises InputError for an unknown one, with the nearest name.
    """
    names = _donor_names()
    if plain(written) in names:
        return names[plain(written)]
    donors = load_table("donors")
    try:
        country = known_groups().read(written)
    except InputError:
        country = ""
    found = [str(code) for code in donors["code"][donors["iso3"] == country]] if country else []
    if len(found) == 1:
        return found[0]
    close = nearest(plain(written), names)
    raise InputError(
        f"no donor or type of donor is called '{written}'",
        key=key,
        expected="a donor's code or name, a type, or all",
        nearest=names[close] if close else None,
    )


@lru_cache(maxsize=64)
def members(names: tuple[str, ...]) -> BoolArray:
    """Say which economies some names cover: groups and ISO codes as tables write them, or `all`; do not write to it."""
    chosen = np.zeros(len(load_countries()), dtype=bool)
    for name in names:
        chosen |= known_groups().members(name)
    return chosen


@lru_cache(maxsize=256)
def constant_dollars(amount: float, currency: str, year: int) -> float:
    """Convert an amount of a year's money into constant 2023 US dollars.

    The amount is exchanged at that year's average market rate, then brought to 2023 prices with the US GDP deflator.
    """
    rates = load_table("currencies").set_index(["currency", "year"])["usd_per_unit"]
    if (currency, year) not in rates.index:
        known = sorted(set(load_table("currencies")["currency"]))
        raise DataError(
            f"no exchange rate for {currency} in {year}", file="currencies.csv", nearest=nearest(currency, known)
        )
    deflator = load_table("deflators").set_index("year")["us_gdp_deflator"]
    return amount * float(rates.loc[(currency, year)]) / float(deflator.loc[year])


@lru_cache(maxsize=1)
def exchange_volatility() -> dict[str, float]:
    """Return the standard deviation of yearly log changes of each currency against the US dollar."""
    table = load_table("currencies").pivot(index="year", columns="currency", values="usd_per_unit")
    changes = np.diff(np.log(table.to_numpy(dtype=np.float64)), axis=0)
    return {str(name): float(spread) for name, spread in zip(table.columns, changes.std(axis=0, ddof=1), strict=True)}


@dataclass(frozen=True, eq=False)  # one is itself, so that what follows from it can be remembered
class ReferenceWorld(Short):
    """The embedded world as arrays: C economies, D donors, T years from 2000 to 2060."""

    countries: pd.DataFrame
    donors: pd.DataFrame
    population: FloatArray  # (T, C) people
    income: FloatArray  # (T, C) GDP per capita, 2021 international dollars
    urban_share: FloatArray  # (T, C)
    use_path: FloatArray  # (T, C) log-odds of internet use, fitted past up to the last observation
    observed_until: IntArray  # (C,) year of the last observation
    recipients: IntArray  # (R,) rows of economies on the DAC list
    ties: FloatArray  # (D, R) log-share deviations
    reference_service: FloatArray | None  # (T, C, 2) people reached by initiatives on the reference path
    fragile: BoolArray  # (C,)
    barrier_use: FloatArray  # (C,) share online against which the barriers are placed: the last observed
    first_momentum: FloatArray  # (C,) log-odds per year, momentum of use at the first year of the spin-up
    adoption_draws: pd.DataFrame  # the law of adoption: row 0 the point estimate, the others refits
    access: AccessPaths  # fitted paths of coverage, electricity, skills and the price of data

    @cached_property
    def digital_trust(self) -> FloatArray:
        """Return the share of people who trust the internet in the year of the facts, (C,)."""
        return self.countries["digital_trust"].to_numpy(dtype=np.float64)


def _levels(
    base: FloatArray, base_year: IntArray, past: FloatArray, change: FloatArray, now: FloatArray, later: FloatArray
) -> FloatArray:
    """Grow a level forwards and backwards from its year at fitted log rates, shape (T, C)."""
    years = YEARS[:, None]
    fraction = np.clip((years - PROJECTED_FROM) / 25.0, 0.0, 1.0)
    rate = np.where(years < PROJECTED_FROM, past + change * (years - 2015), now + fraction * (later - now))
    cumulative = np.vstack([np.zeros(base.size), np.cumsum(rate[:-1], axis=0)])
    anchor = cumulative[np.clip(base_year, FIRST_YEAR, LAST_YEAR) - FIRST_YEAR, np.arange(base.size)]
    return np.asarray(base * np.exp(cumulative - anchor))


def _use_path(paths: pd.DataFrame) -> FloatArray:
    """Return the fitted log odds of use, shape (T, C): straight between the fitted years, with breaks of the series."""
    fitted = {int(name.removeprefix("use_")): paths[name].to_numpy() for name in paths.columns if _is_fitted_year(name)}
    knots = np.array(sorted(fitted))
    levels = np.array([fitted[year] for year in sorted(fitted)])
    weights = np.array([np.interp(YEARS, knots, row) for row in np.eye(knots.size)]).T  # (T, knots)
    begun = (paths["use_break_year"].to_numpy() > 0) & (YEARS[:, None] >= paths["use_break_year"].to_numpy())
    path = weights @ levels + begun * paths["use_break"].to_numpy()
    return np.asarray(np.clip(path, logit(np.array(0.0005)), logit(np.array(MOST_SHARE))))


def _is_fitted_year(name: str) -> bool:
    return name.startswith("use_") and name.removeprefix("use_").isdigit()


def _urban_path(countries: pd.DataFrame, paths: pd.DataFrame) -> FloatArray:
    """Move the urban share at a constant rate of log-odds: the urban less the national growth rate, shape (T, C)."""
    share = np.clip(countries["urban_share"].to_numpy(dtype=np.float64), 0.02, 0.98)
    national = paths["population_growth_2025"].to_numpy()
    drift = np.clip((countries["urban_growth"].to_numpy() - national) / (1.0 - share), -0.02, 0.05)
    path = 1.0 / (1.0 + np.exp(-(logit(share) + drift * (YEARS[:, None] - 2023))))
    return np.asarray(np.clip(path, 0.02, 0.98), dtype=np.float64)


def _reference_service(countries: pd.DataFrame) -> FloatArray:
    """Return the people whom initiatives reach on the reference path, by year, economy and group; ends are held."""
    table = load_table("reference_service").set_index(["iso3", "group"])
    years = np.array([int(name) for name in table.columns])
    columns = np.clip(YEARS, years[0], years[-1]) - years[0]
    groups = [table.xs(group, level="group").reindex(countries["iso3"]).fillna(0.0) for group in ("urban", "rural")]
    return np.stack([group.to_numpy(dtype=np.float64)[:, columns].T for group in groups], axis=2)


@lru_cache(maxsize=2)
def load_world(with_reference: bool = True) -> ReferenceWorld:
    """Return the embedded world. `with_reference` False leaves out the stored service of the reference path."""
    countries = load_countries()
    paths = load_table("paths").set_index("iso3").reindex(countries["iso3"])
    if bool(paths["use_until"].isna().any()):
        raise DataError("economies without a fitted path", file="paths.csv")
    use_path, until = _use_path(paths), paths["use_until"].to_numpy().astype(np.int64)
    donors = load_table("donors")
    zero = np.zeros(len(countries))
    recipients = np.flatnonzero(countries["dac_recipient"].to_numpy() == 1)
    column = {iso3: index for index, iso3 in enumerate(countries["iso3"].to_numpy()[recipients])}
    row = {code: index for index, code in enumerate(donors["code"])}
    ties = np.zeros((len(donors), recipients.size))
    for tie in load_table("ties").itertuples():
        if tie.iso3 in column and tie.donor in row:
            ties[row[str(tie.donor)], column[str(tie.iso3)]] = float(str(tie.tie))
    reference = None
    if with_reference:
        reference = _reference_service(countries)
    return ReferenceWorld(
        countries=countries,
        donors=donors,
        population=_levels(
            countries["population"].to_numpy(dtype=np.float64),
            countries["population_year"].to_numpy(),
            paths["population_growth_past"].to_numpy(),
            paths["population_growth_past_change"].to_numpy(),
            paths["population_growth_2025"].to_numpy(),
            paths["population_growth_2050"].to_numpy(),
        ),
        income=_levels(
            countries["gdp_per_capita"].to_numpy(dtype=np.float64),
            countries["gdp_per_capita_year"].to_numpy(),
            paths["gdp_growth_past"].to_numpy(),
            zero,
            paths["gdp_growth_2025"].to_numpy(),
            paths["gdp_growth_2050"].to_numpy(),
        ),
        urban_share=_urban_path(countries, paths),
        use_path=use_path,
        observed_until=until,
        recipients=recipients,
        ties=ties,
        reference_service=reference,
        fragile=countries["fragile"].to_numpy() == 1,
        barrier_use=np.clip(expit(use_path[until - FIRST_YEAR, np.arange(until.size)]), LEAST_SHARE, MOST_SHARE),
        first_momentum=paths["use_momentum"].to_numpy(dtype=np.float64),
        adoption_draws=load_table("adoption_draws"),
        access=load_access(),
    )
