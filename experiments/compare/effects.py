"""What follows a difference: when it first shows, who gains and who loses, what it costs, and what money moves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from afteraid.simulation.measures.catalogue import CATALOGUE
from afteraid.simulation.measures.groups import shipped_groups
from afteraid.simulation.measures.headlines import additional_users, discounted
from afteraid.simulation.measures.measure import BAND
from afteraid.simulation.results.tables import Results
from afteraid.simulation.results.words.verdicts import LEAST_DRAWS, judge, smallest

YEARLY = (("use", True), ("gap", True), ("working_initiatives", False))  # of the focus, or of the world
BY_COUNTRY = ("use", "serving_after_exit")
RESAMPLES, SEED = 400, 23


def by_year(one: Results, base: Results, focus: str) -> pd.DataFrame:
    """Return paired differences by year: measure, group, year, low, median, high (missing with too few pairs)."""
    parts = []
    for name, of_focus in YEARLY:
        group = focus if of_focus else "world"
        difference = _wide(one, name, group) - _wide(base, name, group)
        if difference.empty:
            continue
        ends = difference.quantile([BAND[0], 0.5, BAND[1]]).T.set_axis(["low", "median", "high"], axis=1)
        if len(difference) < LEAST_DRAWS:
            ends[["low", "high"]] = np.nan
        parts.append(ends.rename_axis("year").reset_index().assign(measure=name, group=group))
    names = ["measure", "group", "year", "low", "median", "high"]
    return pd.concat(parts, ignore_index=True)[names] if parts else pd.DataFrame(columns=names)


def first_year(path: pd.DataFrame) -> int | None:
    """Return the first year from which the interval excludes zero, on one side, up to the end; None if there is none.

    Args:
        path: year, low, high of one measure.
    """
    ordered = path.sort_values("year")
    side = np.sign(ordered["low"].to_numpy(float)) + np.sign(ordered["high"].to_numpy(float))
    side = np.where(np.abs(side) == 2.0, side, 0.0)
    if not side.size or side[-1] == 0.0:
        return None
    others = np.flatnonzero(side != side[-1])
    return int(ordered["year"].iloc[int(others[-1]) + 1 if others.size else 0])


def by_country(one: Results, base: Results) -> pd.DataFrame:
    """Return who gains and who loses at the end, most gained first.

    Columns: measure, iso3, country, mean, median, low, high, verdict, pairs. Use is a share of people.
    """
    rows: list[dict[str, Any]] = []
    for name in BY_COUNTRY:
        difference = _at_end(one, name) - _at_end(base, name)
        level = _at_end(base, name)
        for iso3, values in difference.items():
            least = smallest(CATALOGUE[name].matters, float(level[iso3].mean()))
            found = judge(values.to_numpy(float), least)
            rows.append(
                {
                    "measure": name, "iso3": iso3, "country": shipped_groups().title(str(iso3)), "mean": found.mean,
                    "median": found.median, "low": found.low, "high": found.high, "verdict": found.verdict,
                    "pairs": found.pairs,
                }
            )  # fmt: skip
    table = pd.DataFrame(rows)
    return table.sort_values(["measure", "mean"], ascending=[False, False], kind="stable", ignore_index=True)


def cost(one: Results, base: Results) -> dict[str, float]:
    """Return extra public money, extra user-years, and dollars per extra user-year with its 90% interval.

    All are discounted to the start year; `public_share` is the extra money over the base's. The price is of the means,
    its interval of resampled pairs. The price is missing unless both differences have one sign, the same, in nearly all
    resamples: more of both, or less of both.
    """
    theirs = discounted(base.countries, base.accounts)
    extra = discounted(one.countries, one.accounts) - theirs
    pairs = extra.to_numpy(float)
    years, money = pairs[:, 0], pairs[:, 1]
    found = {"public_usd": float(money.mean()), "user_years": float(years.mean()), "price": np.nan}
    spent = float(theirs.to_numpy(float)[:, 1].mean())
    found["public_share"] = found["public_usd"] / spent if spent > 0.0 else np.nan
    found |= {"low": np.nan, "high": np.nan}
    if len(pairs) < LEAST_DRAWS:
        return found
    for name, values in (("public_usd", money), ("user_years", years)):
        found[f"{name}_low"], found[f"{name}_high"] = (float(end) for end in np.quantile(values, BAND))
    random = np.random.default_rng(SEED)
    means = pairs[random.integers(0, len(pairs), (RESAMPLES, len(pairs)))].mean(axis=1)
    side = np.sign(found["public_usd"])
    if (side * means > 0.0).all(axis=1).mean() >= BAND[1]:
        prices = means[:, 1] / np.where(side * means[:, 0] > 0.0, means[:, 0], np.nan)
        low, high = np.nanquantile(prices, BAND)
        found |= {"price": found["public_usd"] / found["user_years"], "low": float(low), "high": float(high)}
    return found


def reach(base: Results, focus: str) -> tuple[float, float]:
    """Return two shares: donors' of the money that initiatives get, and people online only since donors pay.

    The first is of all years and of the world; the second of the people online in the focus at the end, found by
    comparing with the same world without donors' money. Both are missing where nothing is known.
    """
    sources = base.finance[base.finance["direction"].astype(str) == "source"]
    money = sources.groupby(sources["item"].astype(str))["amount_usd"].sum()
    whole = float(money.drop(labels=["programmes"], errors="ignore").sum())
    share = float(money.get("donor", 0.0)) / whole if whole > 0.0 else np.nan
    if base.twin.empty:
        return share, np.nan
    users = additional_users(base.countries, base.twin)
    users = users[users["year"] == users["year"].max()]
    if focus != "world":
        users = users[users["iso3"].isin(shipped_groups().codes(focus))]
    online = float(users["users"].sum())
    return share, float(users["additional_users"].sum()) / online if online > 0.0 else np.nan


def _wide(results: Results, measure: str, group: str) -> pd.DataFrame:
    """Lay out a measure by run and year."""
    table = results.divide if CATALOGUE[measure].table == "divide" else results.activity
    names = table.get("group", pd.Series("world", index=table.index)).astype(str)
    chosen = table[(table["measure"].astype(str) == measure) & (names == group)]
    plain = chosen[["run", "year", "value"]].drop_duplicates(["run", "year"])
    return plain.pivot(index="run", columns="year", values="value").astype(float).dropna(axis="columns", how="all")


def _at_end(results: Results, measure: str) -> pd.DataFrame:
    """Lay out a measure of countries at the end by run and country."""
    table = results.countries if measure == "use" else results.accounts
    last: pd.DataFrame = table.loc[table["year"] == table["year"].max(), ["run", "iso3", measure]]
    last = last.astype({"iso3": str})
    return last.pivot(index="run", columns="iso3", values=measure).astype(float)
