"""Scenes: pictures of a whole world beyond one series. Who funds what, who is offline where, and when donors leave.

A worker reads off each run what scenes are drawn from; they stand among the series of its outcomes. A scene is drawn of
the means over runs, and with levers moved it says what changes against the base.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from afteraid.experiments.planning.cliff import MILLION, by_year, calendar
from afteraid.experiments.planning.funding import funding
from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.data import load_countries, load_table
from afteraid.simulation.measures.groups import shipped_groups
from afteraid.simulation.recording.flows import Books, flows_between
from afteraid.simulation.results.charts import Chart
from afteraid.simulation.results.svg.bubbles import CODE_WITHIN, SIGNS, looks_of, wide_of
from afteraid.simulation.results.svg.picture import picture
from afteraid.simulation.results.words.names import joined
from afteraid.simulation.results.words.numbers import change, figures, level, signed
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.scenario.scenario import Scenario

from .outcomes import Outcomes, series_of

LIFE, MONEY, OFFLINE, CLIFF = "life", "money", "offline", "cliff"
SCENES = {  # name -> its title on the button, and the headline that is shown with it
    LIFE: ("One initiative's life", "serving_5_years_after_exit"),
    MONEY: ("Who funds what", "serving_5_years_after_exit"),
    OFFLINE: ("Who is offline where", "use"),
    CLIFF: ("When donors leave", "serving_5_years_after_exit"),
}
MONEY_TO, MONEY_OUT, ACCOUNTS, EXITS = "money to", "money out", "accounts", "exits"  # series that scenes are drawn from
KEPT_OF_ACCOUNTS = ("left_usd", "treasury_room_usd", "treasury_usd")
KEPT_OF_EXITS = ("initiatives", "people", "left_usd")
MOST_NAMED, MOST_ROWS = 3, 12  # economies in a title, and in a table
MEAN = "Mean of runs."
SHORT: Any = np.float32  # seven digits are enough to draw: a server remembers some thousand runs
SAY = Templates(
    "workshop.scenes",
    offline="{people} are offline in {year}, most of them in {places}.",
    fewer="The number of people offline in {year} is {people} below the base; the change is largest in {place}.",
    more="The number of people offline in {year} is {people} above the base; the change is largest in {place}.",
    alike="As many people are offline in {year} as in the base, within {share}.",
    step="{year}: {people} are offline, most of them in {places}.",
    step_change="{year}: {people} are offline, {change} against the base.",
    cliff="{place}: donors leave most in {year}, {left} of yearly running cost; in the base in {before}, {base}.",
    bubbles="The area of a bubble is the number of people offline. Bubbles lie near their places on the map.",
    signs="A sign marks a change of 1% or more.",
)


def read_scenes(tables: dict[str, pd.DataFrame], first: Books, last: Books, plan: Scenario) -> dict[str, FloatArray]:
    """Read off a run what scenes are drawn from, each as an array.

    Args:
        tables: countries, accounts and exits of the run.
        first: the books at the start year.
        last: the books at the end.
        plan: of the run.
    """
    to, out = flows_between(first, last)
    countries, codes = tables["countries"], shipped_groups().codes(plan.run.focus)
    offline = np.rint(countries["population"].to_numpy(float) * (1.0 - countries["use"].to_numpy(float)))
    ours = tables["accounts"].loc[tables["accounts"]["iso3"].astype(str).isin(codes), list(KEPT_OF_ACCOUNTS)]
    exits = tables["exits"].loc[tables["exits"]["iso3"].astype(str).isin(codes)]
    donors = {str(code): row for row, code in enumerate(load_table("donors")["code"])}
    sums = exits.astype({"donor": str}).groupby(["year", "donor"])[list(KEPT_OF_EXITS)].sum().reset_index()
    rows = sums.assign(donor=sums["donor"].map(donors)).to_numpy(float)
    return {
        MONEY_TO: to.astype(np.float64),
        MONEY_OUT: out.astype(np.float64),
        OFFLINE: offline.reshape(-1, len(_codes())).astype(SHORT),
        ACCOUNTS: ours.to_numpy(float).reshape(-1, len(codes), len(KEPT_OF_ACCOUNTS)).astype(SHORT),
        EXITS: rows.reshape(-1, 2 + len(KEPT_OF_EXITS)).astype(SHORT),
    }


def _codes() -> list[str]:
    """Return the codes of all economies, in the order of tables of results."""
    return [str(code) for code in load_countries()["iso3"]]


def scene(
    name: str, plan: Scenario, base: Sequence[Outcomes], before: Sequence[Outcomes], after: Sequence[Outcomes]
) -> dict[str, Any]:
    """Draw a scene other than a life, with the same as a table, as words and, where it has years, by year.

    Args:
        name: of the scene.
        plan: with the levers moved.
        base: all runs of the base that are ready.
        before: of the base, the members that are paired.
        after: the same members with the levers moved; empty where no lever has moved.
    """
    draw = {MONEY: _money, OFFLINE: _offline, CLIFF: _cliff}[name]
    return {"name": name, "view": "", "marks": [], "steps": [], **draw(plan, base, before, after)}


def _money(
    plan: Scenario, base: Sequence[Outcomes], before: Sequence[Outcomes], after: Sequence[Outcomes]
) -> dict[str, Any]:  # fmt: skip
    """Show who funds what through what."""

    def mean(runs: Sequence[Outcomes]) -> tuple[FloatArray, FloatArray]:
        to, out = (series_of(runs, name).mean(axis=0) for name in (MONEY_TO, MONEY_OUT))
        return to, out

    years = f"{plan.run.start} to {plan.run.end - 1}"
    chart = funding(*mean(after or base), years, mean(before) if after else None)
    said = ["From", "To", "US$ million", *(["Change against the base"] if after else [])]
    rows = [
        [str(row["source"]), str(row["target"]), f"{row['amount_usd'] / MILLION:,.1f}"]
        + ([signed((row["amount_usd"] - row["before"]) / MILLION)] if after else [])
        for _, row in chart.table.iterrows()
    ]
    return {**_drawn(chart), "table": {"caption": chart.up, "headings": said, "rows": rows}}


def _offline(
    plan: Scenario, base: Sequence[Outcomes], before: Sequence[Outcomes], after: Sequence[Outcomes]
) -> dict[str, Any]:  # fmt: skip
    """Show who is offline where, year by year."""
    people = series_of(after or base, OFFLINE).mean(axis=0, dtype=float)
    changes = people - series_of(before, OFFLINE).mean(axis=0, dtype=float) if after else np.full(people.shape, np.nan)
    years = plan.run.start + np.arange(len(people))
    table = pd.DataFrame(
        {
            "year": np.repeat(years, people.shape[1]), "iso3": np.tile(_codes(), len(people)),
            "value": people.ravel(), "change": changes.ravel(), "layout": base[0].series[OFFLINE].ravel(),
        }
    )  # fmt: skip
    chart = Chart("offline", _offline_title(people, changes, int(years[-1])), "", "People offline", table,
                  " ".join([SAY("bubbles"), *([SAY("signs")] if after else [])]), "bubbles")  # fmt: skip
    values, differ = wide_of(table, "value"), wide_of(table, "change")
    looks = looks_of(values, differ)
    order = np.argsort(-people[-1], kind="stable")[:MOST_ROWS]
    rows = [
        [_place(int(c)), figures(people[0, c]), figures(people[-1, c]), *([_change(changes[-1, c])] if after else [])]
        for c in order
    ]
    headings = ["Economy", str(years[0]), str(years[-1]), *(["Change against the base"] if after else [])]
    return {
        **_drawn(chart),
        "table": {"caption": "People offline", "headings": headings, "rows": rows},
        "steps": [_offline_step(int(year), row, diff) for year, row, diff in zip(years, people, changes, strict=True)],
        "bubbles": {
            "codes": [str(code) for code in values.columns],
            "values": values.to_numpy().astype(int).tolist(),
            "looks": looks,
            "signs": SIGNS,
            "least": CODE_WITHIN,
        },
    }


def _offline_title(people: FloatArray, changes: FloatArray, year: int) -> str:
    """Say how many are offline in the last year, or how many more or fewer than in the base."""
    last, differ = people[-1], changes[-1]
    if not np.isfinite(differ).all():
        return SAY("offline", people=level(last.sum(), "people"), year=year, places=_most(last))
    whole = float(differ.sum())
    if abs(whole) < 1e-3 * float(last.sum()):
        return SAY("alike", year=year, share="0.1%")
    furthest = int(np.argmax(differ * np.sign(whole)))
    said = {"people": figures(abs(whole)), "year": year, "place": _place(furthest)}
    return SAY("fewer", **said) if whole < 0.0 else SAY("more", **said)


def _offline_step(year: int, people: FloatArray, changes: FloatArray) -> dict[str, Any]:
    """Say what one year shows."""
    whole = level(people.sum(), "people")
    if not np.isfinite(changes).all():
        return {"at": float(year), "says": SAY("step", year=year, people=whole, places=_most(people))}
    return {"at": float(year), "says": SAY("step_change", year=year, people=whole, change=_change(changes.sum()))}


def _most(people: FloatArray) -> str:
    """Name the economies with most people."""
    return joined([_place(int(c)) for c in np.argsort(-people, kind="stable")[:MOST_NAMED]])


def _place(row: int) -> str:
    """Name an economy by its row."""
    return shipped_groups().title(_codes()[row])


def _change(value: float) -> str:
    """Write a change of a number of people."""
    return change(float(value), "people").removesuffix(" people")


@dataclass(frozen=True)
class _Tables:
    """The accounts and exits of runs, as the calendar of donor exits takes them."""

    accounts: pd.DataFrame
    exits: pd.DataFrame


def _cliff(
    plan: Scenario, base: Sequence[Outcomes], before: Sequence[Outcomes], after: Sequence[Outcomes]
) -> dict[str, Any]:  # fmt: skip
    """Show what donors leave in each year, by donor, against what treasuries can take over."""
    codes, place = shipped_groups().codes(plan.run.focus), shipped_groups().title(plan.run.focus)
    shown = _tables(after or base, codes, plan.run.start)
    chart = calendar(shown, codes, place)
    mine = by_year(shown, codes).set_index("year")
    headings = ["Year", "Initiatives left", "Running cost left, US$ million a year", "Covered by treasuries"]
    rows = [
        [str(year), figures(row["initiatives"]), figures(row["left_usd"] / MILLION), level(row["covered"], "share")]
        for year, row in mine.iterrows()
    ]
    title = chart.title
    if after:
        other = by_year(_tables(before, codes, plan.run.start), codes).set_index("year")["left_usd"]
        worst, earlier = mine["left_usd"].idxmax(), other.idxmax()
        left, then = (level(float(one), "usd") for one in (mine["left_usd"].max(), other.max()))
        title = SAY("cliff", place=place, year=worst, left=left, before=earlier, base=then)
        headings.append("Change of what is left, against the base")
        rows = [
            [*row, signed(float(now - then) / MILLION)]
            for row, now, then in zip(rows, mine["left_usd"], other, strict=True)
        ]
    drawn = Chart(chart.name, title, chart.across, chart.up, chart.table, chart.note, chart.kind)
    return {**_drawn(drawn), "table": {"caption": place, "headings": headings, "rows": rows}}


def _tables(runs: Sequence[Outcomes], codes: Sequence[str], start: int) -> _Tables:
    """Lay out the accounts and exits of runs; exits are sums over the countries of the focus."""
    accounts, exits = [], []
    names = load_table("donors")["code"].astype(str).to_numpy()
    for run, one in enumerate(runs):
        amounts = one.series[ACCOUNTS].astype(np.float64)
        years = start + np.arange(len(amounts))
        about = {"run": run, "year": np.repeat(years, len(codes)), "iso3": np.tile(list(codes), len(years))}
        money = dict(zip(KEPT_OF_ACCOUNTS, amounts.reshape(-1, len(KEPT_OF_ACCOUNTS)).T, strict=True))
        accounts.append(pd.DataFrame(about | money))
        rows = one.series[EXITS].astype(np.float64)
        about = {"run": run, "year": rows[:, 0].astype(int), "donor": names[rows[:, 1].astype(int)], "iso3": codes[0]}
        exits.append(pd.DataFrame(about | dict(zip(KEPT_OF_EXITS, rows[:, 2:].T, strict=True))))
    return _Tables(pd.concat(accounts, ignore_index=True), pd.concat(exits, ignore_index=True))


def _drawn(chart: Chart) -> dict[str, Any]:
    """Return the drawing of a chart with its finding and its note."""
    drawn = picture(chart)
    return {"title": chart.title, "svg": drawn.wide + drawn.narrow, "note": f"{MEAN} {chart.note}"}
