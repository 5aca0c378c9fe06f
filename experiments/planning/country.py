"""The page of one country: barriers, use, initiatives and money, donors' exits, what keeping costs, peers, levers."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.measures.by_country import accounts_of, closures_by_cause
from afteraid.simulation.measures.groups import shipped_groups
from afteraid.simulation.measures.planning import closure_by_cooperation, keep_or_build
from afteraid.simulation.results.answer import Answer, Table
from afteraid.simulation.results.charts import Chart
from afteraid.simulation.results.country import WORDS_OF_USERS, on_initiatives
from afteraid.simulation.results.tables import Results
from afteraid.simulation.results.words.numbers import UNKNOWN, counted, figures, level
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.scenario.scenario import Scenario

from .barriers import barriers_part, today
from .cliff import by_year, cliff
from .levers import levers_part
from .path import path_part, path_table
from .peers import find_peers, peers_part

YEARS_SHOWN = (2030, 2040)  # between the first year and the last
MILLION, THOUSAND = 1e6, 1e3
SHOWN = {  # column of the accounts -> words, and by what it is divided
    "living_initiatives": ("Living initiatives", 1.0),
    "serving_after_exit": ("Of these, serving after exit", 1.0),
    "users_served": ("People served, thousands", THOUSAND),
    "additional_users": (f"Thousands of {WORDS_OF_USERS}", THOUSAND),
    "outlay_usd": ("Donors pay, US$ million a year", MILLION),
    "treasury_usd": ("Treasury pays, US$ million a year", MILLION),
    "treasury_room_usd": ("Room of the treasury, US$ million a year", MILLION),
    "running_cost_usd": ("Running cost of all, US$ million a year", MILLION),
    "exited": ("Donors' exits in the year", 1.0),
    "closed": ("Closures in the year", 1.0),
}
SAY = Templates(
    "country page",
    cooperation="Donors' money brings {users} more people online in {end}, {share} of the gap that closes.",
    users="Donors' money brings {users} more people online in {end}.",
    leaving="Up to {end} donors leave {left} of yearly running cost; the treasury's free room covers {covered} of it.",
    keep="To keep all that runs in {year} costs {cost} a year. Without that money {users} users that it adds are lost.",
    each="That is {keep} a year for each of these users. To connect a person anew costs {build} once, as the mean of "
    "the world.",
    years="So {years} years of keeping cost as much as building once.",
    keep_basis="Users added are people who would not be online without an initiative.",
    means="Numbers are means of {runs}. The means of all countries add up to the world's.",
    no_aid="{place} receives no aid in this model, so there are no initiatives of donors.",
    levers="What each lever does here takes more runs: add --levers main.",
)


def read_country(name: str) -> str:
    """Return the code of the country that a user means.

    Raises InputError, with the nearest name, where there is none, and where a group is meant.
    """
    try:
        code = shipped_groups().read(name, "NAME")
    except InputError as problem:
        said, wanted = f"no country is called '{name}'", "a country (Kenya, KEN or KE)"
        raise InputError(said, key="NAME", expected=wanted, nearest=problem.nearest) from None
    if not shipped_groups().is_country(code):
        raise InputError(f"'{name}' is a group of countries", key="NAME", expected="one country (Kenya, KEN or KE)")
    return code


def country_page(scenario: Scenario, results: Results, code: str, effects: pd.DataFrame | None = None) -> Answer:
    """Compose the page of a country.

    Args:
        scenario: that was run.
        results: of its runs.
        code: ISO 3166 code of the country.
        effects: of levers, as `lever_effects` returns them; none to leave that part out.
    """
    place = shipped_groups().title(code)
    found = today(scenario)
    peers, regional = find_peers(results, code)
    runs = int(results.accounts["run"].nunique())
    use = path_part(path_table(scenario, results, code), place, scenario.run.start, runs)
    stops = barriers_part(found, code, peers, place)
    table = accounts_of(results.accounts, results.countries, results.twin, [code])
    aided = bool((table["living_initiatives"] > 0.0).any())
    parts = [stops, use]
    if aided:
        money, leaving = initiatives_part(results, table, code), cliff(results, code)
        parts += [money, Answer("When donors leave", *_body(leaving)), keeping_part(results, code)]
    parts.append(peers_part(results, found, code, peers, regional))
    notes = [SAY("means", runs=counted(runs, "run"))]
    if effects is not None:
        parts.append(levers_part(effects, scenario, place))
    else:
        notes.append(SAY("levers"))
    first = [use.sentences[0], stops.sentences[0]]
    first += [money.sentences[0], _leaving(results, code)] if aided else [SAY("no_aid", place=place)]
    years = f"{scenario.run.start} to {scenario.run.end}"
    title = f"{place}, {years}: {scenario.title}"
    return Answer(title, tuple(first), (), (), tuple(notes), results.manifest, tuple(parts))


def _leaving(results: Results, code: str) -> str:
    """Say in one sentence what donors leave, and what the treasury can take over."""
    table = by_year(results, [code])
    left, covered = float(table["left_usd"].sum()), float(table["covered_usd"].sum())
    share = level(covered / left, "share") if left > 0.0 else UNKNOWN
    return SAY("leaving", left=level(left, "usd"), covered=share, end=int(table["year"].max()))


def _body(answer: Answer) -> tuple[tuple[str, ...], tuple[Table, ...], tuple[Chart, ...], tuple[str, ...]]:
    """Return what an answer holds but its title."""
    return answer.sentences, answer.tables, answer.charts, answer.notes[:1]


def initiatives_part(results: Results, table: pd.DataFrame, code: str) -> Answer:
    """Say how many initiatives there are, who pays, why they close, and what donors' money brings.

    Args:
        results: of a run.
        table: accounts of the country by run and year.
        code: of the country.
    """
    start, end = int(table["year"].min()), int(table["year"].max())
    means = table.drop(columns="run").groupby("year").mean()
    causes = closures_by_cause(results.closures, int(table["run"].nunique()), [code])
    said = on_initiatives(table, causes)
    more = _at(means, end, "additional_users") if "additional_users" in means else math.nan
    if math.isfinite(more):
        brought = closure_by_cooperation(results.countries, results.twin, code)
        part = float(brought.loc[brought["group"] == code, "share"].mean())
        users = figures(more)
        whole = math.isfinite(part)
        said.append(
            SAY("cooperation", users=users, end=end, share=level(part, "share")) if whole
            else SAY("users", users=users, end=end)
        )  # fmt: skip
    shown = [year for year in (start, *YEARS_SHOWN, end - 1) if start <= year < end]
    lines = []
    for name, (words, size) in SHOWN.items():
        if name in means and means[name].notna().any():
            lines.append((words, *(figures(_at(means, year, name) / size) for year in dict.fromkeys(shown))))
    data = means.reset_index()
    headings = ("Initiatives and money", *(str(year) for year in dict.fromkeys(shown)))
    tables = (Table("initiatives_and_money", data, headings, tuple(lines)), Table("closures", causes))
    return Answer("Initiatives and money", tuple(said), tables)


def keeping_part(results: Results, code: str) -> Answer:
    """Say what it costs to keep what runs, set against connecting as many people anew."""
    table = keep_or_build(results.accounts, results.activity, [code])
    first = table.iloc[0]
    year = int(first["year"])
    said = [
        SAY(
            "keep", year=year, cost=level(float(first["keep_usd"]), "usd"), users=figures(float(first["users_lost"]))
        )
    ]  # fmt: skip
    keep, build, years = (
        float(first[name]) for name in ("keep_usd_per_user", "build_usd_per_user", "years_of_keeping")
    )
    if math.isfinite(keep) and math.isfinite(build):
        said.append(SAY("each", keep=level(keep, "usd"), build=level(build, "usd")))
        said.append(SAY("years", years=figures(years)))
    shown = table[table["year"].isin([year, *YEARS_SHOWN, int(table["year"].max()) - 1])]
    lines = tuple(
        (
            str(int(row["year"])), figures(float(row["keep_usd"]) / MILLION),
            figures(float(row["users_lost"]) / THOUSAND), _dollars(float(row["keep_usd_per_user"])),
            _dollars(float(row["build_usd_per_user"])),
        )
        for _, row in shown.iterrows()
    )  # fmt: skip
    headings = (
        "Year", "Keeping, US$ million a year", "Users added, thousands", "Keeping a user, US$ a year",
        "Connecting a person, US$",
    )  # fmt: skip
    kept = Table("keep_or_build", table, headings, lines)
    return Answer("What keeping costs", tuple(said), (kept,), (), (SAY("keep_basis"),))


def _at(means: pd.DataFrame, year: int, name: str) -> float:
    """Return the mean of a column in a year."""
    return float(means[name].to_numpy(np.float64)[means.index.get_loc(year)])


def _dollars(value: float) -> str:
    """Write whole dollars under a heading that names them."""
    return f"{value:,.0f}" if math.isfinite(value) else UNKNOWN
