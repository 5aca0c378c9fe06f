"""What keeps people of a country offline today: each barrier with its size, and how many people it stops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.past import KEPT
from afteraid.simulation.processes.barriers import barriers, month_income, phone_price
from afteraid.simulation.results.answer import Answer, Table
from afteraid.simulation.results.charts import Chart
from afteraid.simulation.results.words.names import capitalised
from afteraid.simulation.results.words.numbers import level
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.scenario.scenario import Scenario
from afteraid.simulation.state.facts import TextArray
from afteraid.simulation.state.kinds import BARRIERS
from afteraid.simulation.state.world import World

MOST_WORLDS = 8  # whose draws of what is uncertain are looked at
STOPPED = {"towns": 0, "countryside": 1}  # place -> row
SIZES = {  # barrier -> what is said of its size today
    "coverage": "{0} of people covered",
    "device": "a phone costs {0} of a month's income",
    "data price": "a basket costs {0} of income",
    "electricity": "{0} of towns, {1} of countryside",
    "skills": "{0} of adults with basic skills",
    "trust": "{0} of people trust the internet",
}
PERCENT = 100.0
TITLE = "{place}: {barrier} stops {share} of people in the countryside"
SAY = Templates(
    "barriers",
    largest="In the countryside {barrier} stops most people: {share} in {year}, against {peers} in the median peer.",
    towns="In towns it is {barrier}: {share}.",
    worse="Worse than the median peer, in the countryside: {barriers}.",
    how="A barrier stops the people who do not pass it, whatever the other barriers do; one person may meet several.",
)


@dataclass(frozen=True)
class Today:
    """The barriers of all economies at the start year: means over draws, in the order of `BARRIERS`.

    Attributes:
        year: of the start.
        codes: ISO 3166 codes, (C,).
        stopped: share of people who do not pass, (2, barriers, C): towns and countryside.
        sizes: barrier -> levels, each (C,), as `SIZES` names them.
    """

    year: int
    codes: TextArray
    stopped: FloatArray
    sizes: dict[str, list[FloatArray]]


def today(scenario: Scenario) -> Today:
    """Read the barriers off the first worlds of a scenario, as they stand at its start."""
    worlds = [KEPT.at_start(scenario, scenario.run.seed, run) for run in range(min(scenario.run.runs, MOST_WORLDS))]
    stopped = np.mean([1.0 - barriers(world) for world in worlds], axis=0)
    each = [_sizes(world) for world in worlds]
    sizes = {
        name: [np.mean([one[name][place] for one in each], axis=0) for place in range(len(each[0][name]))]
        for name in BARRIERS
    }
    return Today(scenario.run.start, worlds[0].facts.countries.iso3, stopped, sizes)


def _sizes(world: World) -> dict[str, list[FloatArray]]:
    """Return what each barrier is today, of each economy."""
    of, urban = world.countries, world.countries.urban_share
    income = month_income(world.reference, world.facts.countries, world.year, world.now.income_beyond)
    return {
        "coverage": [urban * of.coverage_urban + (1.0 - urban) * of.coverage_rural],
        "device": [phone_price(world.values, world.year) * world.now.phone_cost / income],
        "data price": [of.price],
        "electricity": [of.electricity_urban, of.electricity_rural],
        "skills": [urban * of.skills_urban + (1.0 - urban) * of.skills_rural],
        "trust": [of.trust],
    }


def barriers_part(found: Today, code: str, peers: Sequence[str], place: str) -> Answer:
    """Say which barrier stops most people of a country, set against its peers.

    Args:
        found: what :func:`today` returns.
        code: of the country.
        peers: codes of its peers.
        place: name of the country.
    """
    table = barriers_table(found, code, peers)
    rural = table.sort_values("countryside", ascending=False, kind="stable").iloc[0]
    urban = table.sort_values("towns", ascending=False, kind="stable").iloc[0]
    share, median = level(float(rural["countryside"]), "share"), level(float(rural["peers_countryside"]), "share")
    said = [SAY("largest", barrier=_the(rural["barrier"]), share=share, peers=median, year=found.year)]
    said.append(SAY("towns", barrier=_the(urban["barrier"]), share=level(float(urban["towns"]), "share")))
    worse = table[table["countryside"] > table["peers_countryside"] + 0.005]
    if len(worse):
        said.append(SAY("worse", barriers=", ".join(map(_the, worse["barrier"]))))
    lines = tuple(
        (capitalised(str(name)), str(size), *(level(float(one), "share") for one in stops))
        for name, size, *stops in table[["barrier", "size", "towns", "countryside", "peers_countryside"]].itertuples(
            index=False
        )
    )
    headings = ("Barrier", f"In {found.year}", "Stopped, towns", "Stopped, countryside", "Peers, countryside")
    data = pd.DataFrame({"label": table["barrier"].map(capitalised), "value": PERCENT * table["countryside"]})
    title = TITLE.format(place=place, barrier=_the(rural["barrier"]), share=share)
    ordered = data.sort_values("value", ascending=False, kind="stable", ignore_index=True)
    chart = Chart("barriers", title, "% of people in the countryside", "", ordered, SAY("how"), "bars")
    shown = Table("barriers", table, headings, lines, words=(0, 1))
    return Answer("What keeps people offline", tuple(said), (shown,), (chart,), (SAY("how"),))


def barriers_table(found: Today, code: str, peers: Sequence[str]) -> pd.DataFrame:
    """Return barrier, size (in words), towns, countryside (shares stopped), and the peers' medians of these."""
    row = int(np.flatnonzero(found.codes == code)[0])
    others = np.flatnonzero(np.isin(found.codes, list(peers)))
    rows = []
    for number, name in enumerate(BARRIERS):
        levels = [level(float(values[row]), "share") for values in found.sizes[name]]
        own = (float(found.stopped[place, number, row]) for place in STOPPED.values())
        theirs = (_median(found.stopped[place, number, others]) for place in STOPPED.values())
        rows.append((name, SIZES[name].format(*levels), *own, *theirs))
    return pd.DataFrame(rows, columns=["barrier", "size", *STOPPED, *(f"peers_{place}" for place in STOPPED)])


def _median(values: FloatArray) -> float:
    """Return the median; missing where there are no values."""
    return float(np.median(values)) if values.size else float("nan")


def _the(barrier: object) -> str:
    """Name a barrier within a sentence."""
    names = {"device": "the price of a phone", "data price": "the price of data", "electricity": "lack of electricity"}
    names |= {"coverage": "lack of coverage", "skills": "lack of skills", "trust": "lack of trust"}
    return names[str(barrier)]
