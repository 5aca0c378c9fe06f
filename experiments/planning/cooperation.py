"""What cooperation brings: the share of the closure of the divide, and the price of making initiatives ready."""

from __future__ import annotations

import numpy as np
import pandas as pd

from afteraid.simulation.measures.measure import BAND
from afteraid.simulation.measures.planning import closure_by_cooperation, price_of_readiness
from afteraid.simulation.results.answer import Answer, Table
from afteraid.simulation.results.charts import Chart
from afteraid.simulation.results.tables import Results
from afteraid.simulation.results.words.names import capitalised, label
from afteraid.simulation.results.words.numbers import estimate, figures, level
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.results.words.verdicts import CLEAR, LEAST_DRAWS, NO_CLEAR_EFFECT, TOO_FEW, includes_zero

ALL = "all"
PERCENT, MILLION = 100.0, 1e6
GROUPS = ("LDC", "LLDC", "SIDS", "FRAGILE", "LIC", "LMC", "UMC")
TITLE = "{place}: donors' money brings {share} of the gap that closes"
TITLE_OF_PRICE = "Making initiatives ready costs {price} for each user-year kept"
SAY = Templates(
    "cooperation",
    share="{place}: donors' money brings {share} of the gap to high income that closes by {end}.",
    share_interval="{place}: donors' money brings {share} of the gap to high income that closes by {end} (90% interval "
    "{interval}).",
    rest="The rest closes in the same world without donors' money too: incomes, coverage, prices and skills move on.",
    open="{place}: the gap to high income does not close, so there is no share.",
    price="{not_ready} initiatives are not ready for the exit of their donor. {within} can be made ready, for {price}.",
    price_of_all="{not_ready} initiatives are not ready for the exit of their donor. All can be made ready, for "
    "{price}.",
    lost="If donors left at once instead, {lost} user-years would be lost within five years of the exit.",
    each="So readiness costs {each} for each user-year kept.",
    cheapest="It is cheapest for {kind}: {each} for each user-year kept.",
    basis="Readiness is looked at in {year}, for initiatives whose donor still pays. The price is public money: "
    "training, running cost until the exit, and lines of treasuries for five years after it.",
)


def cooperation_part(results: Results, focus: str) -> Answer:
    """Say which share of the closure of the divide donors' money brings, by group."""
    table = closure_by_cooperation(results.countries, results.twin, focus)
    end = int(results.countries["year"].max())
    summed = shares(table, tuple(dict.fromkeys((focus, *GROUPS))))
    own = summed[summed["group"] == focus]
    if own.empty:
        return Answer("What cooperation brings", (SAY("open", place=label(focus)),), (Table("closure", table),))
    row = own.iloc[0]
    about = {"place": label(focus), "share": level(float(row["median"]), "share"), "end": end}
    ends = f"{PERCENT * float(row['low']):.2g} to {PERCENT * float(row['high']):.2g}%"
    few = int(row["runs"]) < LEAST_DRAWS
    said = (SAY("share", **about) if few else SAY("share_interval", interval=ends, **about), SAY("rest"))
    columns = (summed[name] for name in ("group", "median", "low", "high", "runs"))
    lines = tuple(
        (label(str(group)), estimate(float(median), float(low), float(high), "share", int(runs)))
        for group, median, low, high, runs in zip(*columns, strict=True)
    )
    data = pd.DataFrame(
        {"label": summed["group"].map(label), **{name: PERCENT * summed[name] for name in ("low", "median", "high")}}
    )
    title = TITLE.format(place=label(focus), share=about["share"])
    chart = Chart(
        "closure-by-cooperation", title, "% of the gap that closes", "", data.assign(verdict=summed["verdict"]),
        SAY("rest"), "spans",
    )  # fmt: skip
    headings = ("Share of the gap that donors' money closes", f"Start to {end}")
    shown = (Table("cooperation", summed, headings, lines), Table("closure", table))
    return Answer("What cooperation brings", said, shown, (chart,))


def shares(table: pd.DataFrame, groups: tuple[str, ...]) -> pd.DataFrame:
    """Return the share of closure that donors' money brings: group, median, low, high, runs and verdict."""
    rows = []
    for group in groups:
        values = table.loc[table["group"] == group, "share"].dropna().to_numpy(np.float64)
        if not values.size:
            continue
        median, low, high = (float(one) for one in np.quantile(values, [0.5, *BAND]))
        verdict = TOO_FEW if values.size < LEAST_DRAWS else NO_CLEAR_EFFECT if includes_zero(low, high) else CLEAR
        rows.append((group, median, low, high, values.size, verdict))
    return pd.DataFrame(rows, columns=["group", "median", "low", "high", "runs", "verdict"])


def readiness_part(results: Results) -> Answer:
    """Say what it costs to make initiatives ready before donors leave, against what is lost otherwise."""
    table = price_of_readiness(results.portfolio)
    year = int(table["year"].min())
    first = table[(table["year"] == year) & (table["income_group"] == ALL)]
    row = first[first["kind"] == ALL].iloc[0]
    each = level(float(row["usd_per_user_year_kept"]), "usd")
    within, not_ready = figures(float(row["within_reach"])), figures(float(row["not_ready"]))
    counts = {"not_ready": not_ready, "price": level(float(row["price_usd"]), "usd")}
    said = [
        SAY("price_of_all", **counts) if within == not_ready else SAY("price", within=within, **counts),
        SAY("lost", lost=figures(float(row["user_years_lost"]))),
        SAY("each", each=each),
    ]  # fmt: skip
    kinds = first[(first["kind"] != ALL) & first["usd_per_user_year_kept"].notna()]
    kinds = kinds.sort_values("usd_per_user_year_kept", kind="stable")
    if len(kinds):
        top = kinds.iloc[0]
        said.append(SAY("cheapest", kind=top["kind"], each=level(float(top["usd_per_user_year_kept"]), "usd")))
    shown = pd.concat([first[first["kind"] == ALL], kinds, first[first["usd_per_user_year_kept"].isna()]])
    names = ("kind", "not_ready", "price_usd", "user_years_lost", "usd_per_user_year_kept")
    lines = tuple(
        (
            "All kinds" if kind == ALL else capitalised(str(kind)), figures(ready), figures(price / MILLION),
            figures(lost / MILLION), level(kept, "usd"),
        )
        for kind, ready, price, lost, kept in zip(*(shown[name] for name in names), strict=True)
    )  # fmt: skip
    headings = ("Kind", "Not ready", "Price, US$ million", "User-years lost, millions", "For a user-year kept")
    data = pd.DataFrame({"label": kinds["kind"].map(capitalised), "value": kinds["usd_per_user_year_kept"]})
    title = TITLE_OF_PRICE.format(price=each)
    chart = Chart("readiness", title, "US dollars for a user-year kept", "", data, SAY("basis", year=year), "bars")
    tables = (Table("price_of_readiness", table, headings, lines),)
    return Answer("The price of readiness", tuple(said), tables, (chart,), (SAY("basis", year=year),))
