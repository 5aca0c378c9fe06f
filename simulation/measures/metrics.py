"""What a run is judged by: who uses the internet, how unequal that is, and what survives after donors leave.

Pure functions on recorded tables. Shares and gaps run from 0 to 1, money is constant 2023 US dollars, time is years.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from ..basis.errors import InputError
from ..basis.late import pd
from ..basis.units import BoolArray, FloatArray
from .catalogue import MEANS
from .groups import groups_shown
from .measure import UNIVERSAL_USE
from .survival import HORIZONS as HORIZONS
from .survival import kaplan_meier as kaplan_meier
from .survival import survival as survival

# what a year of use costs donors, and the years that it is over
COSTS = {"usd_per_sustained_user_year": "user_years_after_exit", "usd_per_user_year": "user_years"}

# Share of the world's people using the internet, 2005 to 2025 (ITU, Facts and Figures 2025). Only `years_behind` reads
# it: a group that is behind is at a level that the world passed before a projection starts.
WORLD_USE_2005_TO_2025 = (
    (0.156, 0.172, 0.202, 0.228, 0.253, 0.284, 0.309, 0.333, 0.353, 0.374, 0.399)
    + (0.436, 0.463, 0.494, 0.539, 0.601, 0.638, 0.670, 0.692, 0.712, 0.736)
)  # fmt: skip


def gini(use: FloatArray, weight: FloatArray) -> float:
    """Return how unequal use is between groups of people: 0 if all are alike, near 1 if one group has everything.

    Args:
        use: share of each group that uses the internet, shape (n,).
        weight: people in each group, shape (n,); the sum must be positive.

    Returns:
        The population-weighted Gini index; 0 where nobody uses the internet.
    """
    order = np.argsort(use, kind="stable")
    share = weight[order] / weight.sum()
    mean = float(share @ use[order])
    if mean <= 0.0:
        return 0.0
    middle = np.cumsum(share) - share / 2.0  # the population share below the middle of each group
    return max(0.0, float(2.0 * (share * use[order] / mean) @ middle - 1.0))


def theil(use: FloatArray, weight: FloatArray) -> float:
    """Return the Theil T index of use between groups of people; 0 if all are alike. Arguments as for :func:`gini`."""
    return float(_theil(use, weight))


def _theil(use: FloatArray, weight: FloatArray) -> FloatArray:
    """Return the Theil T index along the last axis; 0 where nobody uses the internet or nobody lives."""
    people = weight.sum(axis=-1, keepdims=True)
    share = np.divide(weight, people, out=np.zeros_like(weight), where=people > 0.0)
    mean = (share * use).sum(axis=-1, keepdims=True)
    relative = np.divide(use, mean, out=np.zeros_like(use), where=mean > 0.0)
    term = np.zeros_like(relative)
    np.log(relative, out=term, where=relative > 0.0)
    index: FloatArray = np.maximum(0.0, (share * relative * term).sum(axis=-1))
    return index


def theil_parts(use: FloatArray, people: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Split inequality into what lies between countries and what lies between town and countryside within them.

    Args:
        use: share of users by country and cell (urban, rural), shape (..., countries, cells).
        people: people in each, same shape.

    Returns:
        Total, between and within, each of shape (...); the last two add up to the first.
    """
    size = people.sum(axis=-1)
    users = (use * people).sum(axis=-1)
    mean = np.divide(users, size, out=np.zeros_like(users), where=size > 0.0)
    between = _theil(mean, size)
    everyone = users.sum(axis=-1, keepdims=True)
    part = np.divide(users, everyone, out=np.zeros_like(users), where=everyone > 0.0)
    within: FloatArray = (part * _theil(use, people)).sum(axis=-1)
    return between + within, between, within


def divide(
    countries: pd.DataFrame,
    country_facts: pd.DataFrame,
    focus: str = "LDC",
    groups: Mapping[str, BoolArray] | None = None,
) -> pd.DataFrame:
    """Measure the digital divide of one run, by year and group of countries.

    Args:
        countries: year, iso3, population (people), urban_share, use, use_urban, use_rural (shares) and what else is
            recorded of countries; every country in every year. A column that the catalogue says to average over people
            is averaged over the members of each group.
        country_facts: the countries table of the reference world.
        focus: a group or country of the user's choice, shown with the standing groups.
        groups: what :func:`members_shown` returns for these facts and this focus, where many runs are measured.

    Returns:
        year, group, measure, value; the catalogue has their units. A value that can't be known is missing.
    """
    ordered = countries.sort_values(["year", "iso3"], kind="stable")
    years = np.unique(ordered["year"].to_numpy(dtype=np.int64))
    codes = np.unique(ordered["iso3"].to_numpy(dtype=str))
    if len(ordered) != years.size * codes.size:
        raise InputError("the table of countries does not have every country once in every year")
    cells = {
        name: ordered[name].to_numpy(dtype=np.float64).reshape(years.size, codes.size)
        for name in ("population", "urban_share", *MEANS)
        if name in ordered
    }
    if groups is None or len(country_facts) != codes.size:
        groups = members_shown(country_facts, focus, codes)
    shares = {name: _group_shares(cells, mask) for name, mask in groups.items()}
    measured: list[tuple[str, str, FloatArray]] = []
    world_use = shares["world"]["use"]
    ahead = shares["HIC"]["use"] if "HIC" in shares else np.full(years.size, np.nan)
    for name, values in shares.items():
        measured += [(name, measure, series) for measure, series in values.items()]
        gap = ahead - values["use"]
        # a group that starts level with the high-income economies has no gap to close
        first = gap[0] if np.isfinite(gap[0]) and abs(gap[0]) > 1e-9 else np.nan
        measured += [(name, "gap", gap), (name, "closure", 1.0 - gap / first)]
        if name != "world":
            measured.append((name, "years_behind", years_behind(years, values["use"], world_use)))
    measured += [("world", name, series) for name, series in _inequality(cells).items()]
    return _tidy(years, measured)


def members_shown(country_facts: pd.DataFrame, focus: str, codes: np.ndarray | None = None) -> dict[str, BoolArray]:
    """Return the members of every group shown, over countries by their codes in alphabetical order, by default all."""
    facts = country_facts.set_index("iso3")
    return groups_shown((facts.sort_index() if codes is None else facts.loc[codes]).reset_index(), focus)


def _group_shares(cells: dict[str, FloatArray], members: BoolArray) -> dict[str, FloatArray]:
    """Average over the people of the members of a group; each series has shape (years,)."""
    people = cells["population"][:, members]
    urban = people * cells["urban_share"][:, members]
    weights = {"people": people, "urban people": urban, "rural people": people - urban}
    found = {
        name: _ratio((cells[name][:, members] * weights[over]).sum(axis=1), weights[over].sum(axis=1))
        for name, over in MEANS.items()
        if name in cells
    }
    found["urban_rural_ratio"] = _ratio(found["use_urban"], found["use_rural"])
    if "use_women" in found and "use_men" in found:
        found["parity"] = _ratio(found["use_women"], found["use_men"])
    found["unconnected"] = (people * (1.0 - cells["use"][:, members])).sum(axis=1)
    return found


def _ratio(above: FloatArray, below: FloatArray) -> FloatArray:
    """Divide, giving a missing value where there is nothing to divide by."""
    quotient: FloatArray = np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0.0)
    return quotient


def _inequality(cells: dict[str, FloatArray]) -> dict[str, FloatArray]:
    """Measure inequality of use in the world; each series has shape (years,)."""
    people, use = cells["population"], cells["use"]
    urban = people * cells["urban_share"]
    total, between, within = theil_parts(
        np.stack([cells["use_urban"], cells["use_rural"]], axis=-1), np.stack([urban, people - urban], axis=-1)
    )
    index = np.array([gini(now, weight) for now, weight in zip(use, people, strict=True)])
    return {"gini": index, "theil": total, "theil_between": between, "theil_within": within}


def years_behind(years: Iterable[int], use: FloatArray, world_use: FloatArray) -> FloatArray:
    """Say how many years ago the world was where a group is now; negative if the group is ahead.

    Before the first year the world's past is the published one (ITU); a level that the world has not yet reached in
    the years known, or passed before 2005, gives a missing value. Shape (years,).
    """
    when = np.asarray(list(years), dtype=np.float64)
    past = np.arange(2005, 2005 + len(WORLD_USE_2005_TO_2025), dtype=np.float64)
    before = past < when[0]
    # accumulate: a dip in one year must not make a level look reached later than it was
    path = np.maximum.accumulate(np.concatenate([np.array(WORLD_USE_2005_TO_2025)[before], world_use]))
    reached = np.interp(use, path, np.concatenate([past[before], when]), left=np.nan, right=np.nan)
    behind: FloatArray = when - reached
    return behind


def year_reached(divide: pd.DataFrame, level: float = UNIVERSAL_USE.value) -> pd.DataFrame:
    """Say in which year each group of countries first has that share of its people online.

    Args:
        divide: run, year, group, measure, value.
        level: share of people.

    Returns:
        run, group, year; the year is missing where the level is not reached by the end.
    """
    use = divide.loc[divide["measure"] == "use"].astype({"group": str, "measure": str})
    reached = use["year"].where(use["value"] >= level)
    first = use.assign(reached=reached.astype(float)).groupby(["run", "group"], sort=True)["reached"].min()
    return first.rename("year").reset_index()


def _tidy(years: np.ndarray, measured: list[tuple[str, str, FloatArray]]) -> pd.DataFrame:
    """Lay series under each other as year, group, measure, value."""
    count = years.size
    return pd.DataFrame(
        {
            "year": np.tile(years.astype(np.int16), len(measured)),
            "group": pd.Categorical(np.repeat([group for group, _, _ in measured], count)),
            "measure": pd.Categorical(np.repeat([measure for _, measure, _ in measured], count)),
            "value": np.concatenate([series for _, _, series in measured]),
        }
    )


def dollars_per_user_year(activity: pd.DataFrame, years: str = "user_years_after_exit") -> pd.Series[float]:
    """Return, for each run, what donors spent for every year that a user was served after the donor left.

    Missing where nothing was spent or nobody was served: users whom earlier money left behind aren't free.

    Args:
        activity: run, measure, value with the measures outlay_usd and the one named by `years`.
        years: `user_years_after_exit`, or `user_years` for the funded years and the withdrawal too, which is fair to
            exits that take their time.
    """
    wanted = activity.loc[activity["measure"].isin(["outlay_usd", years])]
    totals = wanted.assign(measure=wanted["measure"].astype(str)).pivot_table(
        index="run", columns="measure", values="value", aggfunc="sum"
    )
    totals = totals.reindex(columns=["outlay_usd", years])
    spent = totals["outlay_usd"].where(totals["outlay_usd"] > 0.0)
    return spent / totals[years].where(totals[years] > 0.0)
