"""The peers of a country: those of the same income group and region, nearest in internet use today."""

from __future__ import annotations

import numpy as np
import pandas as pd

from afteraid.simulation.data import load_countries
from afteraid.simulation.measures.groups import shipped_groups
from afteraid.simulation.results.answer import Answer, Table
from afteraid.simulation.results.tables import Results
from afteraid.simulation.results.words.names import label
from afteraid.simulation.results.words.numbers import UNKNOWN, figures, level
from afteraid.simulation.results.words.templates import Templates

from .barriers import Today

MOST_PEERS, FEWEST = 5, 3  # shown; fewer than three of one region, and the whole income group is looked at
PER_PEOPLE = 1e6
SAY = Templates(
    "peers",
    of_region="Peers are the {count} countries of the same income group ({income}) and region ({region}) with the "
    "nearest internet use in {year}.",
    of_income="Peers are the {count} countries of the same income group ({income}) with the nearest use in {year}.",
    rank="{place} is number {rank} of {count} by use in {start}, and number {then} in {end}.",
)


def find_peers(results: Results, code: str) -> tuple[list[str], bool]:
    """Return the codes of the peers, the nearest first, and whether all are of the country's region."""
    facts = load_countries().set_index("iso3")
    use = _use(results, int(results.countries["year"].min()))
    same = facts["income_group"] == facts.at[code, "income_group"]
    near = same & (facts["region"] == facts.at[code, "region"])
    regional = int(near.sum()) > FEWEST
    distance = (use - use[code]).abs().reindex(facts.index[near if regional else same]).drop(code)
    return [str(one) for one in distance.sort_values(kind="stable").index[:MOST_PEERS]], regional


def peers_part(results: Results, found: Today, code: str, peers: list[str], regional: bool) -> Answer:
    """Set a country against its peers: use today and at the end, price, initiatives, money and the treasury's room."""
    table = peers_table(results, found, [code, *peers])
    start, end = int(results.countries["year"].min()), int(results.countries["year"].max())
    facts = load_countries().set_index("iso3")
    about = {"income": label(str(facts.at[code, "income_group"])).lower(), "year": start, "count": len(peers)}
    said = [SAY("of_region", region=facts.at[code, "region"], **about) if regional else SAY("of_income", **about)]
    ranks = (int(table[name].rank(ascending=False, method="min").iloc[0]) for name in ("use_start", "use_end"))
    now, then = ranks
    place = str(table["name"].iloc[0])
    said.append(SAY("rank", place=place, rank=now, then=then, count=len(table), start=start, end=end))
    lines = tuple(
        (
            str(row["name"]), *(level(float(row[name]), "share") for name in ("use_start", "use_end", "data_price")),
            figures(float(row["per_million"])), _money(float(row["outlay_per_head"])), _times(float(row["room_over"])),
        )
        for _, row in table.iterrows()
    )  # fmt: skip
    headings = (
        "Country", f"Online {start}", f"Online {end}", "Price of data",
        "Living for a million people", "Donors pay, US$ a head", "Room over running cost",
    )  # fmt: skip
    return Answer("Peers", tuple(said), (Table("peers", table, headings, lines),))


def peers_table(results: Results, found: Today, codes: list[str]) -> pd.DataFrame:
    """Return iso3, name, use_start, use_end, data_price, per_million (initiatives), outlay_per_head and room_over.

    Means over runs (of use, medians), in the first year unless the name says otherwise. room_over is the treasury's
    room over the yearly running cost of initiatives (missing where there are none).
    """
    start, end = int(results.countries["year"].min()), int(results.countries["year"].max())
    first = results.accounts[results.accounts["year"] == start].astype({"iso3": str})
    means = first.groupby("iso3")[["living_initiatives", "outlay_usd", "treasury_room_usd", "running_cost_usd"]].mean()
    people = results.countries[results.countries["year"] == start].astype({"iso3": str})
    population = people.groupby("iso3")["population"].mean().reindex(codes)
    use, later = _use(results, start), _use(results, end)
    means = means.reindex(codes)
    row_of = {str(code): row for row, code in enumerate(found.codes)}
    cost = means["running_cost_usd"]
    return pd.DataFrame(
        {
            "iso3": codes,
            "name": [shipped_groups().title(code) for code in codes],
            "use_start": use.reindex(codes).to_numpy(),
            "use_end": later.reindex(codes).to_numpy(),
            "data_price": [float(found.sizes["data price"][0][row_of[code]]) for code in codes],
            "per_million": (PER_PEOPLE * means["living_initiatives"] / population).to_numpy(),
            "outlay_per_head": (means["outlay_usd"] / population).to_numpy(),
            "room_over": (means["treasury_room_usd"] / cost.where(cost > 0.0)).to_numpy(),
        }
    )


def _use(results: Results, year: int) -> pd.Series[float]:
    """Return the median use over runs in a year, by code."""
    rows = results.countries[results.countries["year"] == year].astype({"iso3": str, "use": float})
    return rows.groupby("iso3")["use"].median()


def _money(value: float) -> str:
    """Write a few dollars a head."""
    return f"{value:.2f}" if np.isfinite(value) else UNKNOWN


def _times(value: float) -> str:
    """Write a ratio."""
    return f"{value:.2f}" if np.isfinite(value) else UNKNOWN
