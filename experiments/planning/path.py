"""Internet use of one country in one line: what the past shows, and the projection of a run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from afteraid.simulation.data import load_world
from afteraid.simulation.past import Pasts
from afteraid.simulation.results.answer import Answer, Table
from afteraid.simulation.results.charts import QUANTILES, Chart
from afteraid.simulation.results.tables import Results
from afteraid.simulation.results.words.numbers import estimate, level
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.scenario.scenario import Scenario

LINES = {"Towns": "use_urban", "Country": "use", "Countryside": "use_rural"}
SHOWN = (2005, 2010, 2015, 2020, 2025, 2030, 2040, 2050)
PERCENT = 100.0
MOST_PASTS = 5  # runs whose years before the start are shown: each is made anew
TITLE = "{place}: {share} of people online in {end}, against {before} in {start}"
SAY = Templates(
    "path of use",
    use="{place}: {share} of people are online in {end} (90% interval {interval}), against {before} in {start}.",
    use_alone="{place}: {share} of people are online in {end}, against {before} in {start}.",
    gap="The countryside is {now} behind towns in {start}, and {then} in {end}.",
    data="Data on the whole country end in {until}. The model is held to them up to {start}; later it projects.",
    split="The split between towns and countryside is the model's in all years.",
)


def path_table(scenario: Scenario, results: Results, code: str) -> pd.DataFrame:
    """Return use by year: group, year, low, lower, median, upper, high (percent) and data_until.

    Years before the start are those of the first runs, which are held to the observed use of the country.
    """
    world = load_world()
    row = int(np.flatnonzero(world.countries["iso3"].to_numpy() == code)[0])
    until = min(int(world.observed_until[row]), scenario.run.start)
    pasts = [
        Pasts(on_disk=False, most=0).at_start(scenario, scenario.run.seed, run).yearly
        for run in range(min(scenario.run.runs, MOST_PASTS))
    ]
    years = [entry.year for entry in pasts[0] if entry.year < scenario.run.start]
    of_country = results.countries[results.countries["iso3"].astype(str) == code]
    parts = []
    for group, column in LINES.items():
        seen = PERCENT * np.array([[entry.countries[column][row] for entry in past[: len(years)]] for past in pasts])
        history = pd.DataFrame(
            {"year": years, **{name: np.quantile(seen, at, axis=0) for name, at in QUANTILES.items()}}
        )
        wide = of_country.groupby("year")[column].quantile(np.array(list(QUANTILES.values()))).unstack()
        projection = PERCENT * wide.astype(np.float64).set_axis(list(QUANTILES), axis=1)
        parts.append(pd.concat([history, projection.reset_index()], ignore_index=True).assign(group=group))
    table = pd.concat(parts, ignore_index=True).astype({"year": int})
    return table[["group", "year", *QUANTILES]].assign(data_until=until)


def path_part(table: pd.DataFrame, place: str, start: int, runs: int) -> Answer:
    """Say how use goes on, from what data show to the end of the run."""
    end, until = int(table["year"].max()), int(table["data_until"].iloc[0])

    def share(group: str, year: int, name: str = "median") -> float:
        rows = table[(table["group"] == group) & (table["year"] == year)]
        return float(rows[name].iloc[0]) / PERCENT

    about = {"place": place, "start": start, "end": end}
    last, before = level(share("Country", end), "share"), level(share("Country", start), "share")
    low, high = (share("Country", end, name) for name in ("low", "high"))
    whole = estimate(share("Country", end), low, high, "share", runs)
    interval = whole.partition(" (")[2].rstrip(")")
    if interval:
        said = [SAY("use", share=last, before=before, interval=interval, **about)]
    else:
        said = [SAY("use_alone", share=last, before=before, **about)]
    behind = (PERCENT * (share("Towns", year) - share("Countryside", year)) for year in (start, end))
    now, then = (f"{points:.0f} percentage points" for points in behind)
    said.append(SAY("gap", now=now, then=then, start=start, end=end))
    years = [year for year in sorted({*SHOWN, until, start, end}) if year in set(table["year"])]
    lines = tuple((str(year), *_cells(table, year, start, runs), _mark(year, until, start)) for year in years)
    title = TITLE.format(place=place, share=last, before=before, start=start, end=end)
    notes = (SAY("data", until=until, start=start), SAY("split"))
    chart = Chart("use-path", title, "", "internet use (%)", table, " ".join(notes), "fan")
    shown = Table("use_path", table, ("Year", *LINES, "Source"), lines, words=(0, 4))
    return Answer("Internet use", tuple(said), (shown,), (chart,), notes)


def _cells(table: pd.DataFrame, year: int, start: int, runs: int) -> Sequence[str]:
    """Write the use of a year in towns, the country and the countryside, with intervals where it is a projection."""
    found = []
    for group in LINES:
        row = table[(table["group"] == group) & (table["year"] == year)].iloc[0]
        median, low, high = (float(row[name]) / PERCENT for name in ("median", "low", "high"))
        found.append(estimate(median, low, high, "share", runs if year > start else 1))
    return found


def _mark(year: int, until: int, start: int) -> str:
    """Say what a year rests on."""
    if year <= until:
        return "data"
    return "model, held to data" if year <= start else "projection"
