"""What a run does in each country: initiatives, people, money, exits, closures and the users that it adds to its twin.

Pure functions on the tables of results. Means over runs are shown, since the means of countries add up to the world's.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from ..basis.late import pd
from .catalogue import ACCOUNTS, FLOWS
from .headlines import additional_users
from .measure import BAND

MORE_USERS = "additional_users"  # on 1 January; only where a twin was run


def accounts_of(
    accounts: pd.DataFrame, countries: pd.DataFrame, twin: pd.DataFrame, codes: Collection[str] | None = None
) -> pd.DataFrame:
    """Return the accounts of some economies together, by run and year: sums of stocks on 1 January and flows of a year.

    Args:
        accounts: run, year, iso3 and the measures of `ACCOUNTS`.
        countries: run, year, iso3, population, use.
        twin: run, year, iso3, use; without rows where no twin was run.
        codes: of the economies; all of them if left out.

    Returns:
        run, year, the measures, and additional_users (missing without a twin). Flows are missing in the last year.
    """
    merged = with_more_users(accounts, countries, twin)
    if codes is not None:
        merged = merged[merged["iso3"].isin(list(codes))]
    names = [name for name in (*ACCOUNTS, MORE_USERS) if name in merged]
    return merged.groupby(["run", "year"], sort=True)[names].sum(min_count=1).reset_index()


def with_more_users(accounts: pd.DataFrame, countries: pd.DataFrame, twin: pd.DataFrame) -> pd.DataFrame:
    """Return the accounts with the users that a run adds to its twin by then, by run, year and iso3."""
    plain = accounts.astype({"iso3": str})
    if twin.empty:
        return plain.assign(**{MORE_USERS: np.nan})
    more = additional_users(countries, twin)[["run", "year", "iso3", MORE_USERS]]
    return plain.merge(more, on=["run", "year", "iso3"], how="left", validate="one_to_one")


def by_country(accounts: pd.DataFrame, countries: pd.DataFrame, twin: pd.DataFrame) -> pd.DataFrame:
    """Return each country's stocks at the end and its flows summed over the years: mean and 90% interval over runs.

    Args:
        accounts: as :func:`accounts_of` takes it.
        countries: as :func:`accounts_of` takes it.
        twin: as :func:`accounts_of` takes it.

    Returns:
        iso3, measure, mean, low, high. The means of all countries add up to the mean of the world.
    """
    merged = with_more_users(accounts, countries, twin)
    names = [name for name in (*ACCOUNTS, MORE_USERS) if name in merged]
    grouped = merged.groupby(["iso3", "run"], sort=True)
    last = merged[merged["year"] == merged["year"].max()].set_index(["iso3", "run"])
    found = pd.DataFrame({name: grouped[name].sum() if name in FLOWS else last[name] for name in names})
    tall = found.reset_index().melt(id_vars=["iso3", "run"], var_name="measure").dropna(subset=["value"])
    over_runs = tall.groupby(["iso3", "measure"], sort=True)["value"]
    ends = over_runs.quantile(np.array(BAND)).unstack().set_axis(["low", "high"], axis=1)
    table: pd.DataFrame = pd.concat([over_runs.mean().rename("mean"), ends], axis=1).reset_index()
    return table


def closures_by_cause(closures: pd.DataFrame, runs: int, codes: Collection[str] | None = None) -> pd.DataFrame:
    """Return how many initiatives close for each cause, by country: iso3, cause, initiatives, people, capital_usd.

    Args:
        closures: run, year, iso3, cause, initiatives, people, capital_usd.
        runs: how many runs there are; the numbers are means over them.
        codes: of the economies; all of them if left out.
    """
    plain = closures.astype({"iso3": str, "cause": str})
    if codes is not None:
        plain = plain[plain["iso3"].isin(list(codes))]
    sums = plain.groupby(["iso3", "cause"], sort=True)[["initiatives", "people", "capital_usd"]].sum()
    return (sums / max(runs, 1)).reset_index()
