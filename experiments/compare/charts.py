"""The charts of a comparison: what survives, the difference over time, who gains and who loses, and what it costs."""

from __future__ import annotations

import math

import pandas as pd

from afteraid.simulation.measures.catalogue import CATALOGUE
from afteraid.simulation.results.charts import Chart
from afteraid.simulation.results.words.names import capitalised, place
from afteraid.simulation.results.words.numbers import POINTS, change, is_share, scale, unit_of_change
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.results.words.verdicts import CLEAR

from .comparison import Comparison
from .sentences import row_of

MOST_COUNTRIES = 8  # at each end
NOTE = "Line: 90% interval of the paired differences. Mark: median."
SAY = Templates(
    "compare_charts",
    headlines="{option}: a clear difference on {clear} of {all} headlines.",
    by_option="{measure}: {option} differs by {effect}.",
    path="{measure}: {effect} by {year}.",
    countries="{measure}: {clear} of {all} countries clearly differ.",
    cost="Public money: {option} differs by {effect}.",
)


def charts(found: Comparison) -> tuple[Chart, ...]:
    """Return the charts of all options, the difference in what survives first."""
    made = _of_one(found) if len(found.labels) == 2 else [_by_option(found, name) for name in found.measures()]
    for option in found.options:
        made += _over_time(found, option)
        made += _countries(found, option)
    return (*made, _cost(found))


def _of_one(found: Comparison) -> list[Chart]:
    """Show one option: all headlines that are shares in one figure, the others in one each."""
    shares = [name for name in found.measures() if is_share(CATALOGUE[name].unit)]
    others = [_by_option(found, name) for name in found.measures() if name not in shares]
    if not shares:
        return others
    judged = [found.judged(1, name) for name in shares]
    rows = [
        (row_of(name, found.focus), *(100.0 * value for value in (one.low, one.median, one.high)), one.verdict)
        for name, one in zip(shares, judged, strict=True)
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["label", "low", "median", "high", "verdict"])
    title = SAY("headlines", option=found.labels[1], clear=sum(one.clear for one in judged), all=len(shares))
    return [Chart("differences", title.rstrip("."), POINTS, "", table, NOTE, kind="spans"), *others]


def _by_option(found: Comparison, name: str) -> Chart:
    """Show the difference of a headline, a row for each option."""
    unit = CATALOGUE[name].unit
    rows = []
    for option in found.options:
        one = found.judged(option, name)
        ends = [scale(unit) * value for value in (one.low, one.median, one.high)]
        rows.append((found.labels[option], *ends, one.verdict))
    table = pd.DataFrame(rows, columns=["label", "low", "median", "high", "verdict"])
    largest = table["median"].abs().fillna(-1.0).argmax()
    effect = change(found.judged(int(largest) + 1, name).median, unit)
    title = SAY("by_option", measure=capitalised(_words(found, name)), option=table["label"][largest], effect=effect)
    return Chart(f"difference-{name}", title.rstrip("."), unit_of_change(unit), "", table, NOTE, kind="spans")


def _over_time(found: Comparison, option: int) -> list[Chart]:
    """Show each difference by year."""
    paths = found.paths(option)
    made = []
    for name, path in paths.groupby("measure", sort=False):
        record = CATALOGUE[str(name)]
        table = path[["year", "low", "median", "high"]].copy()
        effect = change(float(table["median"].iloc[-1]), record.unit)
        table[["low", "median", "high"]] *= scale(record.unit)
        table.insert(0, "group", found.labels[option])
        title = SAY("path", measure=capitalised(_words(found, str(name))), effect=effect, year=int(table["year"].max()))
        up = unit_of_change(record.unit)
        made.append(Chart(f"path-{name}-{option}", title.rstrip("."), "", up, table, NOTE, kind="difference"))
    return made


def _countries(found: Comparison, option: int) -> list[Chart]:
    """Show who gains and who loses: the countries at both ends."""
    table = found.countries(option)
    made = []
    for name, part in table.groupby("measure", sort=False):
        unit = CATALOGUE[str(name)].unit
        gained, lost = part[part["mean"] > 0.0], part[part["mean"] < 0.0]
        ends = pd.concat([gained.head(MOST_COUNTRIES), lost.tail(MOST_COUNTRIES)])
        shown = ends.rename(columns={"country": "label"})[["label", "low", "median", "high", "verdict"]].copy()
        shown[["low", "median", "high"]] *= scale(unit)
        clear = int((part["verdict"] == CLEAR).sum())
        words = capitalised(CATALOGUE[str(name)].words)
        title = SAY("countries", measure=words, clear=clear, all=len(part)).rstrip(".")
        across = unit_of_change(unit)
        made.append(
            Chart(f"countries-{name}-{option}", title, across, "", shown.reset_index(drop=True), NOTE, kind="spans")
        )
    return made


def _cost(found: Comparison) -> Chart:
    """Show how much more or less public money each option takes, in billions of dollars."""
    costs = [found.cost(option) for option in found.options]
    rows = [
        (label, *(one.get(name, math.nan) / 1e9 for name in ("public_usd_low", "public_usd", "public_usd_high")), "")
        for label, one in zip(found.labels[1:], costs, strict=True)
    ]
    table = pd.DataFrame(rows, columns=["label", "low", "median", "high", "verdict"])
    title = SAY("cost", option=found.labels[1], effect=change(costs[0]["public_usd"], "usd")).rstrip(".")
    return Chart("cost", title, "billion US dollars of 2023, discounted", "", table, NOTE, kind="spans")


def _words(found: Comparison, name: str) -> str:
    """Return a measure's words, with the focus where it is the focus's."""
    words = CATALOGUE[name].words
    return f"{words}, {place(found.focus)}" if name in ("use", "gap") else words
