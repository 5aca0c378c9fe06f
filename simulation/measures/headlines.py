"""The four headlines: what is shown first, everywhere the same, and how the numbers of a whole run are worked out.

Pure functions on recorded tables. The second headline compares a run with its twin: the same world on the same draws in
which donors pay nothing from the start year on.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from ..basis.late import pd
from ..basis.units import FloatArray
from .of_headlines import DISCOUNT_RATE, LEAST_PUBLIC_SHARE
from .survival import shares_serving

THOUSAND = 1000.0
YEARS_AFTER_EXIT, YEARS_AFTER_FOUNDING = 5.0, 10.0  # of the first headline
# measure of a run -> years, dimension of the table of survival, and what each initiative counts for
SERVING: dict[str, tuple[float, str, str]] = {
    f"{prefix}serving_{years:g}_years_after_{clock}": (years, dimension, weight)
    for prefix, weight in (("", "initiatives"), ("people_", "people"))
    for clock, dimension, years in (
        ("exit", "all", YEARS_AFTER_EXIT),
        ("founding", "all_from_founding", YEARS_AFTER_FOUNDING),
    )
}
ADDITIONAL = ("additional_user_years_per_1000_usd", "additional_user_years", "additional_public_usd")
STRANDED = "stranded_share"
WHOLE_RUN: tuple[str, ...] = (*SERVING, *ADDITIONAL, STRANDED)
AT_THE_END = ("use", "gap")  # in the focus
# what every face shows, in the order of importance; the first and the last of the four have two measures each
HEADLINES = (*list(SERVING)[:2], ADDITIONAL[0], STRANDED, *AT_THE_END)
ON_CARDS = (HEADLINES[0], ADDITIONAL[0], STRANDED, AT_THE_END[0])  # one measure of each
COOPERATION = "closure_by_cooperation"  # of a group: see `planning.closure_by_cooperation`
NEED_TWIN = frozenset((*ADDITIONAL, COOPERATION))


def discount(years: FloatArray, start: int) -> FloatArray:
    """Return what a unit in each year counts for in the start year, same shape."""
    factor: FloatArray = (1.0 + DISCOUNT_RATE) ** -(years - float(start))
    return factor


def additional_users(countries: pd.DataFrame, twin: pd.DataFrame) -> pd.DataFrame:
    """Return the people online more than in the twin: run, year, iso3, users, additional_users (on 1 January).

    Args:
        countries: run, year, iso3, population, use.
        twin: run, year, iso3, use.
    """
    keys = ["run", "year", "iso3"]
    base = countries[[*keys, "population", "use"]].astype({"iso3": str})
    other = twin[[*keys, "use"]].astype({"iso3": str}).rename(columns={"use": "use_of_twin"})
    both = base.merge(other, on=keys, validate="one_to_one")
    use, of_twin = both["use"].to_numpy(np.float64), both["use_of_twin"].to_numpy(np.float64)
    users = both["population"] * use
    return both[keys].assign(users=users, additional_users=both["population"] * (use - of_twin))


def additional(
    countries: pd.DataFrame, accounts: pd.DataFrame, twin: pd.DataFrame, codes: Collection[str] | None = None
) -> pd.DataFrame:
    """Work out the second headline and its two parts, for each run.

    User-years of a year are the mean of the users on its 1 January and on the next; dollars are those of the year. Both
    are less the twin's, and discounted to the start year.

    Args:
        countries: run, year, iso3, population, use.
        accounts: run, year, iso3, public_usd (of the year; missing in the last year).
        twin: run, year, iso3, use, public_usd; without rows where no twin was run.
        codes: of the economies that count; all of them if left out.

    Returns:
        One row a run: additional_user_years_per_1000_usd, additional_user_years, additional_public_usd. The ratio is
        missing where the additional public money is not positive, or under 1% of the run's. Missing without a twin.
    """
    runs = np.unique(countries["run"].to_numpy())
    if twin.empty:
        return pd.DataFrame(np.nan, index=pd.Index(runs, name="run"), columns=list(ADDITIONAL))
    if codes is not None:
        countries, accounts, twin = (one[one["iso3"].isin(list(codes))] for one in (countries, accounts, twin))
    person_years = _person_years(additional_users(countries, twin), "additional_users")
    money = _dollars(accounts)
    more = money - _dollars(twin)
    ratio = THOUSAND * person_years / enough(more, money)
    return pd.DataFrame(dict(zip(ADDITIONAL, (ratio, person_years, more), strict=True)))


def enough(more: pd.Series[float], money: pd.Series[float]) -> pd.Series[float]:
    """Return additional public money where it is positive and at least 1% of a run's public money, else missing."""
    return more.where((more > 0.0) & (more >= LEAST_PUBLIC_SHARE * money))


def discounted(countries: pd.DataFrame, accounts: pd.DataFrame) -> pd.DataFrame:
    """Return user-years and public money of all economies, discounted to the start year: one row a run.

    The difference of two worlds is what one adds to the other: additional_user_years, additional_public_usd.

    Args:
        countries: run, year, iso3, population, use.
        accounts: run, year, iso3, public_usd.
    """
    users = countries.assign(users=countries["population"] * countries["use"].astype(np.float64))
    return pd.DataFrame({ADDITIONAL[1]: _person_years(users, "users"), ADDITIONAL[2]: _dollars(accounts)})


def _person_years(table: pd.DataFrame, column: str) -> pd.Series[float]:
    """Return the discounted years of people counted on each 1 January, by run."""
    return person_years(_by_year(table, column))


def person_years(wide: pd.DataFrame) -> pd.Series[float]:
    """Return the discounted years of what is counted on each 1 January: one row each, one column a year."""
    people = wide.to_numpy(dtype=np.float64)
    return pd.Series(0.5 * (people[:, :-1] + people[:, 1:]) @ _weights(wide), index=wide.index)


def _dollars(table: pd.DataFrame) -> pd.Series[float]:
    """Return the discounted public money, by run; the last 1 January begins no year."""
    wide = _by_year(table, "public_usd")
    return pd.Series(wide.to_numpy()[:, :-1] @ _weights(wide), index=wide.index)


def _weights(wide: pd.DataFrame) -> FloatArray:
    """Return what each year but the last counts for in the first."""
    years = wide.columns.to_numpy(dtype=np.float64)
    return discount(years[:-1], int(years[0]))


def _by_year(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return the sums over economies of a column: one row a run, one column a year."""
    sums = table.assign(**{column: table[column].astype(np.float64)}).groupby(["run", "year"], sort=True)[column].sum()
    return sums.unstack("year")


def capital_by_year(activity: pd.DataFrame) -> pd.DataFrame:
    """Return stranded_usd (of the year) and capital_usd (on its 1 January): one row a run and year that has ended.

    Args:
        activity: run, year, measure, value; one row a run, year and measure of these two.
    """
    measures = activity["measure"]
    parts = {
        name: activity.loc[measures == name].set_index(["run", "year"])["value"]
        for name in ("stranded_usd", "capital_usd")
    }
    return pd.DataFrame(parts).dropna()  # the last 1 January begins no year


def stranded_share(activity: pd.DataFrame) -> pd.Series[float]:
    """Return, for each run, the capital stranded over the capital in place: sums of all years, so a share in a year.

    Args:
        activity: as :func:`capital_by_year` takes it.
    """
    sums = capital_by_year(activity).groupby("run").sum()
    share = sums["stranded_usd"] / sums["capital_usd"].where(sums["capital_usd"] > 0.0)
    return share.reindex(pd.Index(np.unique(activity["run"].to_numpy()), name="run"))


def headlines(
    survival: pd.DataFrame, activity: pd.DataFrame, countries: pd.DataFrame, accounts: pd.DataFrame, twin: pd.DataFrame
) -> pd.DataFrame:
    """Return the headlines that are one number of a run: one row a run, one column a measure.

    Args:
        survival: run and the columns of :func:`afteraid.simulation.measures.survival.survival`.
        activity: as :func:`stranded_share` takes it.
        countries: as :func:`additional` takes it.
        accounts: as :func:`additional` takes it.
        twin: as :func:`additional` takes it.
    """
    found = additional(countries, accounts, twin)
    found[STRANDED] = stranded_share(activity)
    for name, (years, dimension, weight) in SERVING.items():
        shares = shares_serving(survival, (years,), dimension, weight)
        found[name] = shares.set_index("run")["survival"].reindex(found.index).astype(np.float64)
    return found[list(WHOLE_RUN)]
