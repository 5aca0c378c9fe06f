"""Figure of who pays, year by year."""

from __future__ import annotations

from typing import Any

from ...basis.late import pd
from ..charts import Chart, ResultTables
from ..words.names import label
from ..words.numbers import level
from ..words.templates import Templates
from . import figure

SAY = Templates(
    "figure of funding",
    pays="{who} pay {share} of the {whole} a year that initiatives cost.",
)
LEVIES = ("levy", "solidarity")  # sources that funds collect, and pass on to initiatives


@figure("funding", place=3, choices=("most",))
def funding(results: ResultTables, **choices: Any) -> Chart:
    """Show the sources of money, the largest ones by name."""
    return funding_by_source(results.finance, **choices)


def funding_by_source(finance: pd.DataFrame, most: int = 3) -> Chart:
    """Show where the money comes from, year by year.

    The table has year, item and amount_usd, the mean over runs; the smallest sources are added up as `other`. Levies
    that stand in a fund have paid for nothing yet, and are not shown.
    """
    runs = max(1, finance["run"].nunique()) if "run" in finance else 1
    sources = finance.loc[finance["direction"] == "source"].astype({"item": str})
    if "mechanism" in sources:
        sources = sources[~(sources["item"].isin(LEVIES) & (sources["mechanism"].astype(str) == "none"))]
    amounts = sources.groupby(["year", "item"])["amount_usd"].sum().unstack(fill_value=0) / runs
    largest = list(amounts.sum().sort_values(ascending=False, kind="stable").index)
    largest = [name for name in largest if amounts[name].abs().sum() > 0.0]
    kept = largest if len(largest) <= most + 1 else largest[:most]
    table = amounts[kept].copy()
    if len(kept) < len(largest):
        table["other"] = amounts[largest[most:]].sum(axis=1)
    tidy = table.reset_index().melt(id_vars="year", var_name="item", value_name="amount_usd")
    up = "Billion US dollars a year (constant 2023)"
    note = (
        "Mean of all runs. At the right: billions in the last year. Users pay fees; treasuries what donors hand over."
    )
    return Chart("funding_by_source", _finding(tidy), "", up, tidy, note, kind="stack")


def _finding(tidy: pd.DataFrame) -> str:
    """Say how much the largest source pays of all, over all years."""
    sums = tidy.groupby("item", sort=False)["amount_usd"].sum().sort_values(ascending=False, kind="stable")
    years = tidy["year"].nunique()
    if not years or not sums.sum() > 0.0:
        return "Who pays for digital development"
    part, whole = float(sums.iloc[0]) / years, float(sums.sum()) / years
    share, money = level(round(part / whole, 2), "share"), level(whole, "usd")
    return SAY("pays", who=label(str(sums.index[0])), share=share, whole=money).removesuffix(".")
