"""What each lever does in one country: paired runs with a lever and without it, with the same random numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from afteraid.simulation.basis.errors import InputError, nearest, one_of
from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.engine import advance_to
from afteraid.simulation.ensemble import Progress, in_processes
from afteraid.simulation.measures.catalogue import CATALOGUE
from afteraid.simulation.measures.measure import BAND, is_share
from afteraid.simulation.measures.survival import shares_serving, survival
from afteraid.simulation.past import KEPT
from afteraid.simulation.recording.recording import compile_record
from afteraid.simulation.results.answer import Answer, Table
from afteraid.simulation.results.charts import Chart
from afteraid.simulation.results.words.names import joined
from afteraid.simulation.results.words.numbers import UNKNOWN, change, counted, estimated_change
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.results.words.verdicts import CLEAR, TOO_SMALL, judge, smallest
from afteraid.simulation.scenario.scenario import Scenario

HERE = "HERE"  # stands for the country in a setting
MAIN = "main"
PAIRS = 8  # enough for a look
SERVING, RURAL, STRANDED = "serving_5_years_after_exit", "use_rural", "stranded_share"
OUTCOMES = (SERVING, RURAL, STRANDED)
YEARS_AFTER_EXIT = 5.0
PERCENT = 100.0


@dataclass(frozen=True)
class Lever:
    """A lever as it is tried in a country.

    Attributes:
        words: what is done.
        settings: of the scenario; HERE stands for the country.
        everywhere: whether donors do it in all countries; else it is done in this country alone.
    """

    words: str
    settings: dict[str, object]
    everywhere: bool = False


LEVERS: dict[str, Lever] = {
    "handover": Lever("every exit handed over to government", {"exits": {"government_handover": 1.0}}, True),
    "adaptive": Lever("donors leave when an initiative is ready", {"exits": {"adaptive": 1.0}}, True),
    "capacity": Lever("a quarter of outlays for local skills", {"capacity_share": 0.25}, True),
    "ownership": Lever("local organisations decide and run", {"local_ownership": 0.8}, True),
    "coordination": Lever("donors act together", {"coordination": 0.8}, True),
    "funding": Lever("half as much money again", {"funding": 1.5}, True),
    "room": Lever("treasury has twice the room", {"treasury_room": 2.0}, True),
    "price": Lever("price of data halved", {"policy_countries": (HERE,), "data_price": -0.5}),
    "electricity": Lever(
        "half of the people without electricity connected", {"policy_countries": (HERE,), "electricity": 0.5}
    ),
    "training": Lever(
        "a tenth of those without skills trained each year", {"policy_countries": (HERE,), "skills_training": 0.1}
    ),
}
TITLE = "{place}: what each lever adds to initiatives that serve five years after exit"
TITLE_OF_USE = "{place}: what each lever adds to internet use in the countryside in {end}"
SAY = Templates(
    "levers here",
    best="What helps initiatives last most in {place} is: {lever}, {effect}, in {k} of {n} pairs.",
    use="What raises use in the countryside most is: {lever}, {effect}, in {k} of {n} pairs.",
    harm="What costs initiatives most is: {lever}, {effect}, in {k} of {n} pairs.",
    neither="No lever has a clear effect in {place} with {pairs}.",
    small="Real in this model, and too small to matter: {items}.",
    few="{pairs} are enough for a look, and not for a decision.",
    how="Each lever is tried alone, from {start} to {end}, against the same scenario with the same random numbers. "
    "Donors' levers act in all countries, the others here alone.",
)


def read_levers(names: Sequence[str]) -> tuple[str, ...]:
    """Return the levers that a user names; `main` stands for all of them.

    Raises InputError for a name that no lever has.
    """
    found: list[str] = []
    for name in names:
        for part in filter(None, (one.strip() for one in name.split(","))):
            if part != MAIN and part not in LEVERS:
                raise InputError(
                    f"no lever of a country is called '{part}'", key="--levers", expected=one_of((MAIN, *LEVERS)),
                    nearest=nearest(part, (MAIN, *LEVERS)),
                )  # fmt: skip
            found += list(LEVERS) if part == MAIN else [part]
    return tuple(dict.fromkeys(found))


def with_lever(scenario: Scenario, name: str, code: str) -> Scenario:
    """Return a scenario with a lever turned in a country."""
    settings = {
        key: [code if one == HERE else one for one in value] if isinstance(value, tuple) else value
        for key, value in LEVERS[name].settings.items()
    }
    return scenario.with_settings(settings)


def lever_effects(
    scenario: Scenario, code: str, names: Sequence[str], pairs: int = PAIRS, workers: int | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Run each lever and the scenario without it, in pairs.

    Returns:
        lever, words, outcome, run, effect: the difference that the lever makes in the country; shares from 0 to 1.
    """
    plans = {"": scenario, **{name: with_lever(scenario, name, code) for name in names}}
    tasks = [(plan, run, code) for run in range(pairs) for plan in plans.values()]
    found = in_processes(outcomes_here, tasks, workers, progress)
    values = np.array(found).reshape(pairs, len(plans), len(OUTCOMES))
    rows = [
        (name, LEVERS[name].words, outcome, run, float(values[run, place, column] - values[run, 0, column]))
        for place, name in enumerate(plans)
        if name
        for column, outcome in enumerate(OUTCOMES)
        for run in range(pairs)
    ]
    return pd.DataFrame(rows, columns=["lever", "words", "outcome", "run", "effect"])


def outcomes_here(scenario: Scenario, run: int, code: str) -> FloatArray:
    """Run one world, and return the outcomes of a country, in the order of OUTCOMES; missing where there is none."""
    world = advance_to(KEPT.at_start(scenario, scenario.run.seed, run), scenario.run.end)
    tables = compile_record(world).tables
    own = {name: tables[name][tables[name]["iso3"].astype(str) == code] for name in ("initiatives", "countries")}
    lived = survival(own["initiatives"], scenario.run.start, scenario.run.end).assign(run=run)
    serving = shares_serving(lived, (YEARS_AFTER_EXIT,), "all", "initiatives")["survival"]
    rural = own["countries"].loc[own["countries"]["year"] == scenario.run.end, "use_rural"]
    accounts = tables["accounts"][tables["accounts"]["iso3"].astype(str) == code].dropna(subset=["stranded_usd"])
    capital = float(accounts["capital_usd"].sum())
    stranded = float(accounts["stranded_usd"].sum()) / capital if capital > 0.0 else float("nan")
    return np.array([float(serving.iloc[0]) if len(serving) else np.nan, float(rural.iloc[0]), stranded])


def summary(effects: pd.DataFrame) -> pd.DataFrame:
    """Return what each lever does to each outcome.

    Returns:
        lever, words, where (here alone, or everywhere), outcome, median, low, high, pairs, same_side (pairs on the
        median's side) and verdict.
    """
    rows = []
    for (lever, words, outcome), part in effects.groupby(["lever", "words", "outcome"], sort=False):
        values = part["effect"].dropna().to_numpy(np.float64)
        if not values.size:
            continue
        median, low, high = np.quantile(values, [0.5, *BAND])
        side = int((np.sign(values) == np.sign(median)).sum()) if median else 0
        matters = CATALOGUE[str(outcome)].matters  # a share of a level is not asked for: the level is not at hand
        least = 0.0 if matters is None or matters.relative else smallest(matters, 0.0)
        judged = judge(values, least).verdict
        where = "everywhere" if lever in LEVERS and LEVERS[str(lever)].everywhere else "here"
        rows.append((lever, words, where, outcome, median, low, high, values.size, side, judged))
    names = ["lever", "words", "where", "outcome", "median", "low", "high", "pairs", "same_side", "verdict"]
    return pd.DataFrame(rows, columns=names)


def levers_part(effects: pd.DataFrame, scenario: Scenario, place: str) -> Answer:
    """Say which levers help in a country, with a verdict on each."""
    table = summary(effects)
    pairs, start, end = int(effects["run"].nunique()), scenario.run.start, scenario.run.end
    said = []
    for outcome, key, sign in ((SERVING, "best", 1.0), (RURAL, "use", 1.0), (SERVING, "harm", -1.0)):
        rows = table[(table["outcome"] == outcome) & (table["verdict"] == CLEAR) & (sign * table["median"] > 0.0)]
        if len(rows):
            top = rows.iloc[int((sign * rows["median"]).to_numpy().argmax())]
            effect = estimated_change(float(top["median"]), float(top["low"]), float(top["high"]), "share")
            about = {"lever": top["words"], "effect": effect, "k": int(top["same_side"]), "n": int(top["pairs"])}
            said.append(SAY("best", place=place, **about) if key == "best" else SAY(key, **about))
    if not said:
        said.append(SAY("neither", place=place, pairs=counted(pairs, "pair")))
    small = table[(table["outcome"] == RURAL) & (table["verdict"] == TOO_SMALL)]["words"]
    if len(small):
        said.append(SAY("small", items=joined(list(small))))
    notes = [SAY("how", start=start, end=end), SAY("few", pairs=counted(pairs, "pair"))]
    headings = ("Lever", *(_heading(outcome, end) for outcome in OUTCOMES))
    shown = Table("levers", table, headings, tuple(_lines(table)))
    charts = tuple(
        _chart(table, outcome, title.format(place=place, end=end), name)
        for outcome, title, name in ((SERVING, TITLE, "levers"), (RURAL, TITLE_OF_USE, "levers-use"))
    )
    return Answer("What each lever does here", tuple(said), (shown,), charts, tuple(notes))


def _heading(outcome: str, end: int) -> str:
    """Write the heading of an outcome."""
    if outcome == RURAL:
        return f"Use in the countryside, {end}"
    return {SERVING: "Serving five years after exit", STRANDED: "Capital stranded in a year"}[outcome]


def _lines(table: pd.DataFrame) -> list[tuple[str, ...]]:
    """Write a line a lever: the median change of each outcome, with its verdict in brackets where it is not clear."""
    found = []
    for words, part in table.groupby("words", sort=False):
        cells = [str(words)]
        for outcome in OUTCOMES:
            rows = part[part["outcome"] == outcome]
            if rows.empty:
                cells.append(UNKNOWN)
                continue
            row = rows.iloc[0]
            said = change(float(row["median"]), "share").removesuffix(" percentage points")
            cells.append(said if row["verdict"] == CLEAR else f"{said} ({row['verdict']})")
        found.append(tuple(cells))
    return found


def _chart(table: pd.DataFrame, outcome: str, title: str, name: str) -> Chart:
    """Show the interval of each lever's effect, in percentage points, the largest first."""
    rows = table[table["outcome"] == outcome].sort_values("median", ascending=False, kind="stable")
    scale = PERCENT if is_share(CATALOGUE[outcome].unit) else 1.0
    data = pd.DataFrame({"label": rows["words"], **{end: scale * rows[end] for end in ("low", "median", "high")}})
    data = data.assign(verdict=rows["verdict"]).reset_index(drop=True)
    return Chart(name, title, "percentage points", "", data[["label", "low", "median", "high", "verdict"]], "", "spans")
