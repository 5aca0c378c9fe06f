"""What a run is judged by: who uses the internet, how unequal that is, and what survives after donors leave.

Pure functions on recorded tables. Shares and gaps run from 0 to 1, money is constant 2023 US dollars, time is years.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from .errors import InputError, nearest
from .units import QUARTERS_PER_YEAR, BoolArray, FloatArray

# measure -> its unit, in the words that figures and tables show
MEASURES: dict[str, str] = {
    "use": "share of people",
    "use_urban": "share of urban people",
    "use_rural": "share of rural people",
    "reference_use": "share of people",
    "urban_rural_ratio": "ratio",
    "unconnected": "people",
    "gap": "share of people",
    "closure": "share of the gap at the start",
    "years_behind": "years",
    "gini": "index 0 to 1",
    "theil": "index",
    "theil_between": "index",
    "theil_within": "index",
}
FLAGS = {"LDC": "ldc", "LLDC": "lldc", "SIDS": "sids", "FRAGILE": "fragile"}
INCOME_GROUPS = ("LIC", "LMC", "UMC", "HIC")
HORIZONS = (1.0, 3.0, 5.0, 10.0)
DIMENSIONS = ("exit_strategy", "mechanism", "kind", "income_group")
LONGEST_YEARS = 25
Z_90 = 1.6448536269514722

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


def group_members(facts: pd.DataFrame, group: str) -> tuple[str, BoolArray]:
    """Say which countries a group has: a country code, LDC, an income group, a region, or the world.

    Args:
        facts: one row per country with iso3, region, income_group and the flags.
        group: as a user writes it, in any case.

    Returns:
        The group's name as tables show it, and a mask over the rows of `facts`.

    Raises:
        InputError: no such group; carries the nearest valid name.
    """
    wanted = group.strip().upper()
    if wanted == "WORLD":
        return "world", np.ones(len(facts), dtype=bool)
    if wanted in FLAGS:
        return wanted, facts[FLAGS[wanted]].to_numpy(dtype=float) > 0.5
    if wanted in INCOME_GROUPS:
        return wanted, (facts["income_group"] == wanted).to_numpy(dtype=bool)
    for column in ("region", "subregion"):
        for name in sorted(set(facts.get(column, pd.Series(dtype=str)))):
            if str(name).upper() == wanted:
                return str(name), (facts[column] == name).to_numpy(dtype=bool)
    codes = facts["iso3"].astype(str)
    if wanted in set(codes):
        return wanted, (codes == wanted).to_numpy(dtype=bool)
    valid = ["WORLD", *FLAGS, *INCOME_GROUPS, *sorted({str(name).upper() for name in facts["region"]}), *codes]
    raise InputError(
        f"no such country or group '{group}'",
        key="focus",
        expected="a country code such as KEN, or one of " + ", ".join(valid[: -len(codes)]),
        nearest=nearest(wanted, valid),
    )


def groups_shown(facts: pd.DataFrame, focus: str) -> dict[str, BoolArray]:
    """List the groups that every result shows, world first and the user's focus last, with their members."""
    regions = sorted({str(name) for name in facts["region"]})
    shown = [group_members(facts, name) for name in ("world", *FLAGS, *INCOME_GROUPS, *regions, focus)]
    return {name: mask for name, mask in shown if mask.any()}


def divide(countries: pd.DataFrame, country_facts: pd.DataFrame, focus: str = "LDC") -> pd.DataFrame:
    """Measure the digital divide of one run, by year and group of countries.

    Args:
        countries: year, iso3, population (people), urban_share, use, use_urban, use_rural (shares) and, if recorded,
            reference_use; every country in every year.
        country_facts: the countries table of the reference world.
        focus: a group or country of the user's choice, shown beside the standing groups.

    Returns:
        year, group, measure, value; the units are in :data:`MEASURES`. A value that can't be known is missing.
    """
    ordered = countries.sort_values(["year", "iso3"], kind="stable")
    years = np.unique(ordered["year"].to_numpy(dtype=np.int64))
    codes = np.unique(ordered["iso3"].to_numpy(dtype=str))
    if len(ordered) != years.size * codes.size:
        raise InputError("the table of countries does not have every country once in every year")
    facts = country_facts.set_index("iso3").loc[codes].reset_index()
    names = ("population", "urban_share", "use", "use_urban", "use_rural", "reference_use")
    cells = {
        name: ordered[name].to_numpy(dtype=np.float64).reshape(years.size, codes.size)
        for name in names
        if name in ordered
    }
    groups = groups_shown(facts, focus)
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


def _group_shares(cells: dict[str, FloatArray], members: BoolArray) -> dict[str, FloatArray]:
    """Weight use by people over the members of a group; each series has shape (years,)."""
    people = cells["population"][:, members]
    urban = people * cells["urban_share"][:, members]
    rural = people - urban
    weights = {"use": people, "use_urban": urban, "use_rural": rural, "reference_use": people}
    found = {
        name: _ratio((cells[name][:, members] * weight).sum(axis=1), weight.sum(axis=1))
        for name, weight in weights.items()
        if name in cells
    }
    found["urban_rural_ratio"] = _ratio(found["use_urban"], found["use_rural"])
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


def survival(initiatives: pd.DataFrame, start: float, end: float) -> pd.DataFrame:
    """Count, quarter by quarter after the donor left, how many initiatives were still serving and how many closed.

    Args:
        initiatives: one row per initiative with ended (year funding ended, missing if still funded or closed before),
            closed (missing if alive), people, and the dimensions exit_strategy, mechanism, kind, income_group.
        start: exits before this year are left out.
        end: the year at which watching stops; what is alive then is censored, not counted as a survivor for ever.

    Returns:
        dimension (all or one of the above), value, years_after_exit (0.25, 0.5, ...), at_risk and events
        (initiatives), people_at_risk and people_events (the same, weighted by the people served). Counts of several
        runs may be summed.
    """
    ended = initiatives["ended"].to_numpy(dtype=np.float64)
    left = np.isfinite(ended) & (ended >= start) & (ended <= end)
    chosen = initiatives.loc[left]
    ended = ended[left]
    closed = chosen["closed"].to_numpy(dtype=np.float64)
    event = np.isfinite(closed) & (closed < end)
    watched = (np.where(event, closed, end) - ended) * QUARTERS_PER_YEAR
    # A date names the quarter that begins on it. An exit takes effect at the start of its quarter and a closure at the
    # end of its own, so who closes in the quarter of the exit has lived through one quarter of risk.
    quarter = np.floor(watched + 1e-6).astype(np.int64) + event
    length = int(min(LONGEST_YEARS, max(end - start, 1)) * QUARTERS_PER_YEAR)
    people = chosen["people"].to_numpy(dtype=np.float64)
    parts = [("all", "all", np.ones(ended.size, dtype=bool))]
    for dimension in DIMENSIONS:
        labels = chosen[dimension].to_numpy(dtype=str)
        parts += [(dimension, str(value), labels == value) for value in np.unique(labels)]
    tables = [
        _survival_counts(dimension, value, quarter[mask], event[mask], people[mask], length)
        for dimension, value, mask in parts
    ]
    counts = pd.concat(tables, ignore_index=True)
    return counts.astype({"dimension": "category", "value": "category"})


def _survival_counts(
    dimension: str, value: str, quarter: np.ndarray, event: BoolArray, people: FloatArray, length: int
) -> pd.DataFrame:
    """Count those at risk and those that closed in each quarter after exit, up to `length` quarters."""
    clipped = np.minimum(quarter, length + 1)
    bins = length + 2

    def at_risk(weight: FloatArray) -> FloatArray:
        """Add up from the far end: all that were watched to this quarter or longer."""
        watched: FloatArray = np.bincount(clipped, weight, bins)[::-1].cumsum()[::-1][1 : length + 1]
        return watched

    def closing(weight: FloatArray) -> FloatArray:
        """Add up those that closed in each quarter."""
        ending = np.bincount(clipped[event], weight[event], bins)[1 : length + 1]
        return ending.astype(np.float64)

    ones = np.ones(quarter.size)
    return pd.DataFrame(
        {
            "dimension": dimension,
            "value": value,
            "years_after_exit": np.arange(1, length + 1, dtype=np.float32) / QUARTERS_PER_YEAR,
            "at_risk": at_risk(ones).astype(np.int32),
            "events": closing(ones).astype(np.int32),
            "people_at_risk": at_risk(people),
            "people_events": closing(people),
        }
    )


def kaplan_meier(at_risk: FloatArray, events: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Estimate the share still serving after each interval, with Greenwood's 90% band on the log-log scale.

    Args:
        at_risk: initiatives alive and watched at each time, in order of time along the last axis.
        events: those that closed at that time, same shape.

    Returns:
        Survival, low and high, each of the same shape; missing from where nobody is left to watch.
        Source: Kaplan and Meier (1958), JASA 53; Greenwood (1926); Kalbfleisch and Prentice (1980) for the band.
    """
    risk = np.asarray(at_risk, dtype=np.float64)
    died = np.asarray(events, dtype=np.float64)
    share = np.divide(died, risk, out=np.zeros_like(risk), where=risk > 0.0)
    lasting = np.cumprod(1.0 - share, axis=-1)
    alive: FloatArray = np.where((risk > 0.0) | (lasting == 0.0), lasting, np.nan)
    spare = risk * (risk - died)
    variance = np.cumsum(np.divide(died, spare, out=np.zeros_like(risk), where=spare > 0.0), axis=-1)
    inside = (alive > 0.0) & (alive < 1.0)
    log_alive = np.log(alive, out=np.full_like(alive, np.nan), where=inside)
    width = np.divide(Z_90 * np.sqrt(variance), -log_alive, out=np.zeros_like(alive), where=inside)
    low: FloatArray = np.where(inside, np.exp(log_alive * np.exp(width)), alive)
    high: FloatArray = np.where(inside, np.exp(log_alive * np.exp(-width)), alive)
    return alive, low, high


def dollars_per_user_year(activity: pd.DataFrame) -> pd.Series[float]:
    """Return, for each run, what donors spent for every year that a user stayed served after the donor left.

    Args:
        activity: run, measure, value with the measures outlay_usd and user_years_after_exit.
    """
    wanted = activity.loc[activity["measure"].isin(["outlay_usd", "user_years_after_exit"])]
    totals = wanted.assign(measure=wanted["measure"].astype(str)).pivot_table(
        index="run", columns="measure", values="value", aggfunc="sum"
    )
    totals = totals.reindex(columns=["outlay_usd", "user_years_after_exit"])
    return totals["outlay_usd"] / totals["user_years_after_exit"].where(totals["user_years_after_exit"] > 0.0)
