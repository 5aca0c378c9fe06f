"""Figures of people: how many stay unconnected, by group over the years, and in which countries they live."""

from __future__ import annotations

import numpy as np

from ...measures.catalogue import CATALOGUE
from ...measures.measure import BAND
from ..charts import Chart, ResultTables, over_time
from ..words.names import label
from ..words.numbers import level
from ..words.templates import Templates
from ..words.verdicts import LEAST_DRAWS
from . import figure

SAY = Templates(
    "figures of people",
    falls="{then} people stay unconnected in {last}, {ldc} of them in the least developed countries.",
    where="{share} of the people who stay unconnected in {last} live in {count} countries.",
)
MOST = 12  # countries that a slide has room for


@figure("unconnected", place=1.5)
def unconnected(results: ResultTables) -> Chart:
    """Show how many people are offline, with the middle and the spread of all runs."""
    chart = over_time(CATALOGUE["unconnected"], results.divide, results.activity)
    last = int(chart.table["year"].max())
    ends = chart.table.loc[chart.table["year"] == last].set_index("group")["median"]
    if not {"world", "LDC"} <= set(ends.index) or not ends["world"] > 0.0:
        return Chart("unconnected", chart.title, "", chart.up, chart.table, chart.note)
    share = level(round(float(ends["LDC"] / ends["world"]), 2), "share")
    title = SAY("falls", then=level(float(ends["world"]), "people", noun=False), last=last, ldc=share)
    return Chart("unconnected", title.removesuffix("."), "", "People who are not online", chart.table, chart.note)


@figure("where_unconnected", place=1.7)
def where_unconnected(results: ResultTables) -> Chart:
    """Show the countries with the most people offline in the last year: label, value, low and high, in million."""
    countries = results.countries
    last = int(countries["year"].max())
    chosen = countries.loc[countries["year"] == last].astype({"iso3": str})
    offline = chosen.assign(offline=chosen["population"] * (1.0 - chosen["use"].astype(float)) / 1e6)
    spread = offline.groupby("iso3")["offline"].quantile(np.array([BAND[0], 0.5, BAND[1]])).unstack()
    spread = spread.set_axis(["low", "value", "high"], axis=1)
    largest = spread.sort_values("value", ascending=False, kind="stable").head(MOST).reset_index()
    table = largest.assign(label=[label(code) for code in largest["iso3"]])[["label", "value", "low", "high"]]
    if offline["run"].nunique() < LEAST_DRAWS:
        table = table.drop(columns=["low", "high"])
    whole = float(spread["value"].sum())
    note = f"Million people on 1 January {last}, median of runs. Black line: 90% interval."
    title = "Where people stay unconnected"
    if whole > 0.0:
        share = level(round(float(table["value"].sum()) / whole, 2), "share")
        title = SAY("where", share=share, last=last, count=len(table)).removesuffix(".")
    return Chart("where_unconnected", title, "", "Million people", table, note, kind="bars")
