"""What a planner asks of a run: which exits to move, what it costs to keep what exists or make it ready, who loses.

Pure functions on the tables of results. Dollars are constant 2023 US dollars, and numbers are means over runs.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from ..basis.late import pd
from ..basis.units import BoolArray
from .columns import READINESS_NAMES
from .groups import shipped_groups
from .measure import BAND

MOST_YEARS_MOVED = 5  # that an exit may be moved by (judged)
PLACES = {"towns": "use_urban", "countryside": "use_rural"}
SEXES = {"women": "use_women", "men": "use_men"}


def donor_cliff(accounts: pd.DataFrame) -> pd.DataFrame:
    """Set the running cost that donors leave in each year against what the treasury could carry, by country.

    Args:
        accounts: run, year, iso3, left_usd, treasury_usd, treasury_room_usd.

    Returns:
        iso3, year, left_usd (yearly running cost), room_usd (of the treasury), free_usd (of the room, less what the
        treasury pays already), over_room (left over room; missing where there is no room), beyond_usd (what is left
        beyond the free room), covered_usd (what is left within the free room of each run, mean over runs) and
        runs_beyond (share of the runs in which something is beyond). Rows without anything left are left out.
    """
    names = ["left_usd", "treasury_usd", "treasury_room_usd"]
    plain = accounts.dropna(subset=names).astype({"iso3": str})
    free = (plain["treasury_room_usd"] - plain["treasury_usd"]).clip(lower=0.0)
    by_run = {"covered_usd": np.minimum(plain["left_usd"], free), "runs_beyond": (plain["left_usd"] > free) * 1.0}
    table = plain.assign(**by_run).groupby(["iso3", "year"], sort=True)[[*names, *by_run]].mean()
    found = pd.DataFrame({"left_usd": table["left_usd"], "room_usd": table["treasury_room_usd"]})
    found["free_usd"] = (table["treasury_room_usd"] - table["treasury_usd"]).clip(lower=0.0)
    found["over_room"] = found["left_usd"] / found["room_usd"].where(found["room_usd"] > 0.0)
    found["beyond_usd"] = (found["left_usd"] - found["free_usd"]).clip(lower=0.0)
    found[list(by_run)] = table[list(by_run)]
    return found[found["left_usd"] > 0.0].reset_index()


def exits_to_move(cliff: pd.DataFrame, most_years: int = MOST_YEARS_MOVED) -> pd.DataFrame:
    """Say how much running cost should be left in another year, so that no year leaves more than the free room.

    The years with the most beyond their room come first. Each moves what is beyond to the nearest year with room to
    spare, the later one of two, and no further than a few years.

    Args:
        cliff: what :func:`donor_cliff` returns.
        most_years: that an exit may be moved by.

    Returns:
        iso3, year, to_year (missing for what finds no room), moved_usd (yearly running cost).
    """
    rows: list[tuple[str, int, float, float]] = []
    for iso3, part in cliff.groupby("iso3", sort=True):
        spare = (part["free_usd"] - part["left_usd"]).clip(lower=0.0)
        room = dict(zip(part["year"].astype(int), spare.astype(float), strict=True))
        beyond = part[part["beyond_usd"] > 0.0].sort_values("beyond_usd", ascending=False, kind="stable")
        for year, rest in zip(beyond["year"].astype(int), beyond["beyond_usd"].astype(float), strict=True):
            near = [one for one in room if room[one] > 0.0 and abs(one - year) <= most_years]
            for to_year in sorted(near, key=lambda one: (abs(one - year), -one)):
                moved = min(rest, room[to_year])
                room[to_year] -= moved
                rest -= moved
                if moved > 0.0:
                    rows.append((str(iso3), year, float(to_year), moved))
            if rest > 0.0:
                rows.append((str(iso3), year, np.nan, rest))
    return pd.DataFrame(rows, columns=["iso3", "year", "to_year", "moved_usd"])


def initiatives_to_move(initiatives: pd.DataFrame, moves: pd.DataFrame) -> pd.DataFrame:
    """Name the initiatives of the first run whose exits make up what is to be moved, the most costly ones first.

    Args:
        initiatives: key, iso3, donor, kind, exit_strategy, ended, running_cost_usd.
        moves: what :func:`exits_to_move` returns.

    Returns:
        key, iso3, donor, kind, exit_strategy, year, running_cost_usd: enough of them to cover each year's moves, as far
        as the first run has that many.
    """
    columns = ["key", "iso3", "donor", "kind", "exit_strategy", "year", "running_cost_usd"]
    listed = initiatives.dropna(subset=["ended"]).assign(year=lambda table: np.floor(table["ended"]).astype(int))
    listed = listed.astype({"iso3": str}).sort_values("running_cost_usd", ascending=False, kind="stable")
    asked = moves.groupby(["iso3", "year"], sort=True)["moved_usd"].sum()
    keys = pd.MultiIndex.from_frame(listed[["iso3", "year"]])
    place = asked.index.get_indexer(keys)  # of the moves that an exit is among; below zero where nothing moves
    costs = listed["running_cost_usd"].to_numpy(np.float64)
    before = pd.Series(costs).groupby(place).cumsum().to_numpy() - costs
    wanted = np.append(asked.to_numpy(np.float64), -np.inf)[place]
    chosen = np.flatnonzero(before < wanted)
    return listed.iloc[chosen[np.argsort(place[chosen], kind="stable")]][columns].reset_index(drop=True)


def keep_or_build(accounts: pd.DataFrame, activity: pd.DataFrame, codes: Collection[str] | None = None) -> pd.DataFrame:
    """Compare what it costs to keep the users of living initiatives with what it costs to connect as many anew.

    Args:
        accounts: run, year, iso3, running_cost_usd, users_added.
        activity: run, year, group, measure, value with cost_of_connecting of the world.
        codes: of the economies; all of them if left out.

    Returns:
        year, keep_usd (a year, to run all that exists on 1 January), users_lost (if that is not paid: those added by it
        then), keep_usd_per_user (a year), build_usd_per_user (once: dollars of all sources for a person connected, in
        the world in that year) and years_of_keeping (that building one anew would pay for).
    """
    chosen = accounts if codes is None else accounts[accounts["iso3"].isin(list(codes))]
    sums = chosen.groupby(["run", "year"], sort=True)[["running_cost_usd", "users_added"]].sum()
    means = sums.groupby("year").mean()
    build = activity[(activity["measure"] == "cost_of_connecting") & (activity["group"] == "world")]
    found = pd.DataFrame({"keep_usd": means["running_cost_usd"], "users_lost": means["users_added"]})
    found["keep_usd_per_user"] = found["keep_usd"] / found["users_lost"].where(found["users_lost"] > 0.0)
    found["build_usd_per_user"] = build.groupby("year")["value"].mean().reindex(found.index)
    found["years_of_keeping"] = found["build_usd_per_user"] / found["keep_usd_per_user"]
    return found.reset_index()


def price_of_readiness(portfolio: pd.DataFrame) -> pd.DataFrame:
    """Set what it costs to make initiatives ready before donors leave against what is lost if donors leave at once.

    Args:
        portfolio: run, year, kind, income_group and the columns of `READINESS`.

    Returns:
        year, kind, income_group (`all` for sums over them), with_donor, not_ready, within_reach, the gaps of those
        within reach (means, 0 to 1), the dollars of `READINESS`, user_years_lost, work_years_lost,
        usd_per_user_year_kept and usd_per_work_year_kept (price over loss; missing where nothing is lost). Numbers are
        means over runs, in years in which readiness was looked at.
    """
    names = list(READINESS_NAMES)
    plain = portfolio.dropna(subset=names).astype({"kind": str, "income_group": str})
    runs = max(int(plain["run"].nunique()), 1)
    keys = ["year", "kind", "income_group"]
    sums = [
        plain.assign(**dict.fromkeys(over, "all")).groupby(keys, sort=False)[names].sum()
        for over in ([], ["kind"], ["income_group"], ["kind", "income_group"])
    ]
    found = pd.concat(sums) / runs
    within = found["within_reach"].where(found["within_reach"] > 0.0)
    for name in ("money_gap", "capacity_gap", "ownership_gap"):
        found[name] = found[name] / within
    for name, lost in (("usd_per_user_year_kept", "user_years_lost"), ("usd_per_work_year_kept", "work_years_lost")):
        found[name] = found["price_usd"] / found[lost].where(found[lost] > 0.0)
    return found[found["with_donor"] > 0.0].reset_index()


def who_loses(countries: pd.DataFrame, without: pd.DataFrame) -> pd.DataFrame:
    """Say who is offline because something has gone: by country, by town and countryside, by women and men.

    Args:
        countries: run, year, iso3, population, urban_share, use and its parts, with it.
        without: the same without it, of the same runs.

    Returns:
        by (country, place or sex), name, users_lost, low, high (mean and 90% interval over runs, in the last year) and
        share (of all users lost; missing where none are).
    """
    keys = ["run", "iso3"]
    last = int(countries["year"].max())
    pair = [
        table[table["year"] == last].astype({"iso3": str}).set_index(keys).sort_index()
        for table in (countries, without)
    ]
    people, urban = (pair[0][name].astype(np.float64) for name in ("population", "urban_share"))
    lost = {
        name: people * (pair[0][name].astype(np.float64) - pair[1][name].astype(np.float64))
        for name in ("use", *PLACES.values(), *SEXES.values())
    }
    half = 0.0 * urban + 0.5
    weights = {"use_urban": urban, "use_rural": 1.0 - urban, "use_women": half, "use_men": half}
    parts = {("country", str(iso3)): part for iso3, part in lost["use"].groupby("iso3", sort=True)}
    parts |= {("place", name): lost[column] * weights[column] for name, column in PLACES.items()}
    parts |= {("sex", name): lost[column] * weights[column] for name, column in SEXES.items()}
    whole = float(lost["use"].groupby("run").sum().mean())
    rows = []
    for (by, name), values in parts.items():
        each = values.groupby("run").sum()
        low, high = each.quantile(BAND[0]), each.quantile(BAND[1])
        share = float(each.mean()) / whole if whole else np.nan
        rows.append((by, name, float(each.mean()), float(low), float(high), share))
    return pd.DataFrame(rows, columns=["by", "name", "users_lost", "low", "high", "share"])


def closure_by_cooperation(countries: pd.DataFrame, twin: pd.DataFrame, focus: str = "LDC") -> pd.DataFrame:
    """Say how much of the closure of the divide donors' money brings: the gap closed in a run less that in its twin.

    Args:
        countries: run, year, iso3, population, use.
        twin: run, year, iso3, use; without rows where no twin was run.
        focus: a group or country shown beside the standing groups, by the name that tables have.

    Returns:
        run, group, closed, closed_in_twin (points of use by which the gap to high income narrows from the first year to
        the last), brought (their difference) and share (brought over closed; missing where the gap does not narrow).
        No rows without a twin.
    """
    names = ["run", "group", "closed", "closed_in_twin", "brought", "share"]
    if twin.empty:
        return pd.DataFrame(columns=names)
    keys = ["run", "year", "iso3"]
    ends = (twin["year"].min(), twin["year"].max())
    base, other = (table[table["year"].isin(ends)].astype({"iso3": str}) for table in (countries, twin))
    base, other = base[[*keys, "population", "use"]], other[[*keys, "use"]]
    both = base.merge(other, on=keys, suffixes=("", "_of_twin"))
    order = {code: row for row, code in enumerate(shipped_groups().codes("world"))}
    both = both[both["iso3"].isin(order)]
    row_of = both["iso3"].map(order).to_numpy(dtype=np.int64)
    groups = {name: mask for name, mask in shipped_groups().shown(focus).items() if name not in ("world", "HIC")}
    rich = _means(both, shipped_groups().members("HIC")[row_of])
    rows = []
    for name, mask in groups.items():
        gap = rich - _means(both, mask[row_of])
        closed = gap.groupby("run").first() - gap.groupby("run").last()
        for run, (own, other) in zip(closed.index, closed.to_numpy(), strict=True):
            share = (own - other) / own if own > 0.0 else np.nan
            rows.append((run, name, own, other, own - other, share))
    return pd.DataFrame(rows, columns=names)


def _means(both: pd.DataFrame, chosen: BoolArray) -> pd.DataFrame:
    """Return use in a run and in its twin over the people of some rows, by run and year in their order."""
    part = both[chosen]
    users = part[["use", "use_of_twin"]].astype(np.float64).mul(part["population"], axis=0)
    sums = users.assign(population=part["population"], run=part["run"], year=part["year"])
    total = sums.groupby(["run", "year"], sort=True).sum()
    return total[["use", "use_of_twin"]].div(total["population"], axis=0)
