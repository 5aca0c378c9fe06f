"""The part of an answer that is on one country: initiatives, people, money, the treasury, exits and closures."""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np

from ..basis.late import pd
from ..measures.by_country import MORE_USERS, accounts_of, closures_by_cause
from ..measures.catalogue import CATALOGUE, FLOWS
from ..measures.groups import shipped_groups
from ..measures.measure import BAND
from ..measures.planning import donor_cliff
from .answer import Answer, Table
from .words.names import capitalised
from .words.numbers import estimate, figures, level
from .words.templates import Templates
from .words.verdicts import LEAST_DRAWS

SHOWN = (
    "living_initiatives", "serving_after_exit", "users_served", MORE_USERS, "outlay_usd", "treasury_usd", "levy_usd",
    "treasury_room_usd", "running_cost_usd", "exited", "left_usd", "closed", "stranded_usd",
)  # fmt: skip
YEARS = (2030, 2040)  # shown between the first year and the last
WORDS_OF_USERS = "additional users, beyond the world without donors' money"
SAY = Templates(
    "country",
    initiatives="On average over the runs, {first} initiatives live in {start} and {last} in {end}. In these years "
    "donors leave {exited}, and {closed} close.",
    money="Donors pay {donors} from {start} to {end}, and the treasury {treasury}, {share} of its room.",
    money_alone="Donors pay {donors} from {start} to {end}, and the treasury {treasury}.",
    cause="The most frequent cause of closure is {cause}: {share} of closures.",
    cliff="In {year} donors leave most: {left} of yearly running cost, {share} of the treasury's room.",
    users="{users} people more are online in {end} than in the world without donors' money.",
)


class HasAccounts(Protocol):
    """Results with the tables that a country's part is made of."""

    @property
    def accounts(self) -> pd.DataFrame:
        """Return the accounts by country."""

    @property
    def countries(self) -> pd.DataFrame:
        """Return use by country."""

    @property
    def closures(self) -> pd.DataFrame:
        """Return what closed, by country and cause."""

    @property
    def twin(self) -> pd.DataFrame:
        """Return the world without donors' money."""


def country_part(results: HasAccounts, code: str) -> Answer:
    """Say what happens in one country, with its accounts by year and its closures by cause.

    Args:
        results: of a run.
        code: ISO 3166 code of the country.
    """
    table = accounts_of(results.accounts, results.countries, results.twin, [code])
    causes = closures_by_cause(results.closures, int(table["run"].nunique()), [code])
    title = shipped_groups().title(code)
    if table.empty:
        return Answer(title)
    tables = [_by_year(table, title)]
    if len(causes):
        tables.append(_causes(causes))
    return Answer(title, tuple(_sentences(table, causes)), tuple(tables))


def on_initiatives(table: pd.DataFrame, causes: pd.DataFrame) -> list[str]:
    """Say how many initiatives there are, who pays, and why they close: means over the runs, so that countries add up.

    Args:
        table: accounts of a country by run and year.
        causes: what closes there, by cause.
    """
    start, end = int(table["year"].min()), int(table["year"].max())
    means = table.drop(columns="run").groupby("year").mean(numeric_only=True)
    living, total, years = means["living_initiatives"], means.sum(), {"start": start, "end": end}
    said = [
        SAY(
            "initiatives", first=figures(float(living[start])), last=figures(float(living[end])),
            exited=figures(float(total["exited"])), closed=figures(float(total["closed"])), **years,
        )
    ]  # fmt: skip
    paid = {"donors": level(float(total["outlay_usd"]), "usd"), "treasury": level(float(total["treasury_usd"]), "usd")}
    room = float(total["treasury_room_usd"])
    share = level(float(total["treasury_usd"]) / room, "share") if room > 0.0 else ""
    said.append(SAY("money", share=share, **paid, **years) if share else SAY("money_alone", **paid, **years))
    if len(causes):
        most = causes.sort_values("initiatives", ascending=False, kind="stable").iloc[0]
        part = float(most["initiatives"]) / float(causes["initiatives"].sum())
        said.append(SAY("cause", cause=str(most["cause"]), share=level(part, "share")))
    return said


def _sentences(table: pd.DataFrame, causes: pd.DataFrame) -> list[str]:
    """Say how many initiatives there are, who pays, why they close, and how many users are additional."""
    said = on_initiatives(table, causes)
    cliff = donor_cliff(table.assign(iso3=""))
    if len(cliff) and np.isfinite(cliff["over_room"]).any():
        worst = cliff.sort_values("left_usd", ascending=False, kind="stable").iloc[0]
        left, share = level(float(worst["left_usd"]), "usd"), level(float(worst["over_room"]), "share")
        said.append(SAY("cliff", left=left, year=int(worst["year"]), share=share))
    end = int(table["year"].max())
    users = float(table.loc[table["year"] == end, MORE_USERS].mean())
    return [*said, *([SAY("users", users=figures(users), end=end)] if math.isfinite(users) else [])]


def _by_year(table: pd.DataFrame, title: str) -> Table:
    """Lay out a line a measure and a column a year: stocks on 1 January, flows of the year that begins then."""
    first, last = int(table["year"].min()), int(table["year"].max()) - 1
    years = [first, *(year for year in YEARS if first < year < last), *([last] if last > first else [])]
    runs = int(table["run"].nunique())
    rows, lines = [], []
    for name in SHOWN:
        if name not in table or table[name].isna().all():
            continue
        unit = "people" if name == MORE_USERS else CATALOGUE[name].short_unit
        words = WORDS_OF_USERS if name == MORE_USERS else CATALOGUE[name].words
        cells = []
        for year in years:
            values = table.loc[table["year"] == year, name].to_numpy(np.float64)
            median, low, high = np.quantile(values, [0.5, *BAND])
            low, high = (low, high) if values.size >= LEAST_DRAWS else (math.nan, math.nan)
            rows.append((name, year, unit, name in FLOWS, float(median), float(low), float(high)))
            cells.append(estimate(float(median), float(low), float(high), unit, runs))
        lines.append((words, *cells))
    data = pd.DataFrame(rows, columns=["measure", "year", "unit", "of_the_year", "median", "low", "high"])
    return Table("country", data, (title, *map(str, years)), tuple(lines))


def _causes(causes: pd.DataFrame) -> Table:
    """Lay out what closes by cause, the most frequent first: mean of runs, and share of all closures."""
    ordered = causes.sort_values("initiatives", ascending=False, kind="stable")
    whole = float(ordered["initiatives"].sum())
    counts = [float(number) for number in ordered["initiatives"].to_numpy()]
    lines = tuple(
        (capitalised(str(cause)), figures(number), level(number / whole, "share"))
        for cause, number in zip(ordered["cause"], counts, strict=True)
    )
    return Table("closures", ordered, ("Cause of closure", "Initiatives closed, mean of runs", "Share"), lines)
