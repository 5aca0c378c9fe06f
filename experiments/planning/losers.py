"""Who loses when a donor goes: the countries with most users that the donor brings, from an attribution."""

from __future__ import annotations

import pandas as pd

from afteraid.simulation.ensemble import Progress
from afteraid.simulation.measures.groups import shipped_groups
from afteraid.simulation.results.answer import Answer, Table
from afteraid.simulation.results.charts import Chart
from afteraid.simulation.results.words.numbers import UNKNOWN, counted, figures, level
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.results.words.verdicts import CLEAR, FEW_DRAWS, NO_CLEAR_EFFECT, TOO_FEW, includes_zero
from afteraid.simulation.scenario.scenario import Scenario

from ..attribution.attribution import attribute
from ..study.donors import donor_names, in_sentence

COUNTRY = "country"  # what users lost are counted by
ENDS = {"low": "high", "median": "users_lost", "high": "low"}  # a loss is a change below zero
MOST = 12  # countries shown
THOUSAND = 1e3
TITLE = "Without {donor}, {country} loses most: {users} users by {end}"
SAY = Templates(
    "who loses",
    whole="Without {donor}, {users} people fewer are online in {end}: the mean of {runs}.",
    most="{country} loses most: {users} users (90% interval {low} to {high}), {share} of the loss.",
    most_unclear="In the mean {country} loses most, {users} users, {share} of the loss. The 90% interval includes "
    "zero: {low} to {high}.",
    most_alone="In the mean {country} loses most: {users} users, {share} of the loss.",
    clear="The loss is clear in {count} of {all} countries.",
    rural="The countryside bears {share} of the loss, and women {women}.",
    nobody="Without {donor} nobody fewer is online in {end}.",
    how="The donor is taken out at the start, and the others allocate as before. Users are those of the last year.",
)


def losers(
    scenario: Scenario, donor: str, runs: int, workers: int | None = None, progress: Progress | None = None
) -> pd.DataFrame:
    """Return who loses without a donor: by, name, users_lost, low, high and share, as `who_loses` has them."""
    return attribute(scenario, [f"donor:{donor}"], runs=runs, workers=workers, progress=progress).who_loses


def losers_part(table: pd.DataFrame, donor: str, end: int, runs: int) -> Answer:
    """Say which countries lose most users when a donor goes.

    Args:
        table: what :func:`losers` returns.
        donor: code of the donor.
        end: the last year.
        runs: how many pairs there are.
    """
    said_donor = in_sentence(donor_names().get(donor, donor))
    places = table[table["by"] == COUNTRY].sort_values("users_lost", ascending=False, kind="stable")
    places = places.assign(name_of=[shipped_groups().title(str(code)) for code in places["name"]])
    places = places.assign(verdict=_verdicts(places, runs)).reset_index(drop=True)
    whole = float(places["users_lost"].sum())
    if not whole > 0.0:
        return Answer(f"Who loses without {said_donor}", (SAY("nobody", donor=said_donor, end=end),))
    top = places.iloc[0]
    about = {"country": top["name_of"], "users": figures(float(top["users_lost"]))}
    about["share"] = level(float(top["users_lost"]) / whole, "share")
    ends = {name: figures(float(top[name])) for name in ("low", "high")}
    most = "most" if top["verdict"] == CLEAR else "most_unclear"
    clear = int((places["verdict"] == CLEAR).sum())
    shares = table[table["by"] != COUNTRY].set_index("name")["share"].astype(float)
    rural, women = (level(float(shares[name]), "share") for name in ("countryside", "women"))
    said = (
        SAY("whole", donor=said_donor, users=figures(whole), end=end, runs=counted(runs, "paired run")),
        SAY("most_alone", **about) if runs < FEW_DRAWS else SAY(most, **about, **ends),
        SAY("clear", count=clear, all=len(places)),
        SAY("rural", share=rural, women=women),
    )
    shown = places.head(MOST)
    lines = tuple(
        (str(row["name_of"]), figures(float(row["users_lost"]) / THOUSAND), _interval(row, runs), _share(row, whole),
         str(row["verdict"]))
        for _, row in shown.iterrows()
    )  # fmt: skip
    headings = ("Country", f"Users lost by {end}, thousands", "90% interval", "Share of the loss", "Verdict")
    data = pd.DataFrame({"label": shown["name_of"], **{end_: -shown[of] / THOUSAND for end_, of in ENDS.items()}})
    title = TITLE.format(donor=said_donor, country=about["country"], users=about["users"], end=end)
    chart = Chart("who-loses", title, "thousand users", "", data.assign(verdict=shown["verdict"]), SAY("how"), "spans")
    tables = (Table("who_loses", places, headings, lines, words=(0, 4)), Table("who_loses_by_place", table))
    return Answer(f"Who loses without {said_donor}", said, tables, (chart,), (SAY("how"),))


def _verdicts(places: pd.DataFrame, runs: int) -> list[str]:
    """Return a verdict on each country's loss."""
    if runs < FEW_DRAWS:
        return [TOO_FEW] * len(places)
    pairs = zip(places["low"], places["high"], strict=True)
    return [NO_CLEAR_EFFECT if includes_zero(float(low), float(high)) else CLEAR for low, high in pairs]


def _interval(row: pd.Series[float], runs: int) -> str:
    """Write an interval in thousands, where there are enough pairs for one."""
    if runs < FEW_DRAWS:
        return UNKNOWN
    return f"{figures(float(row['low']) / THOUSAND)} to {figures(float(row['high']) / THOUSAND)}"


def _share(row: pd.Series[float], whole: float) -> str:
    """Write a country's part of the loss."""
    return level(float(row["users_lost"]) / whole, "share")
