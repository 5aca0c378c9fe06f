"""Run every shipped scenario against the baseline and write the page of the library.

    python -m afteraid.experiments.pages.scenarios [--runs 16] [--workers 2] [--stories] [--out docs/scenarios.md]

The page has the story of each scenario, what it changes, and what came out; a test checks that it has all of them, and
that the stories are those of the files. `--stories` writes these anew and leaves the numbers, which take some minutes.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from afteraid.simulation.ensemble import run
from afteraid.simulation.measures.catalogue import CATALOGUE
from afteraid.simulation.results.faces.markdown import table_of
from afteraid.simulation.results.tables import Results
from afteraid.simulation.results.words.verdicts import EQUAL_MONEY, LEAST_DRAWS
from afteraid.simulation.scenario.library import by_theme, changes, held_equal, own_sources, parent_of
from afteraid.simulation.scenario.scenario import Scenario, list_scenarios

from .layout import wrapped

FILE = Path(__file__).parents[2] / "docs" / "scenarios.md"
BASE = "baseline"
RUNS = 16
LAST = 2050
NOT_FOUND = "no clear effect"


@dataclass(frozen=True)
class Column:
    """One column of the tables of effects: where the number stands, and how it is written."""

    heading: str
    group: str
    measure: str
    year: int | None
    factor: float = 1.0
    digits: int = 2


COLUMNS = (
    Column("serving 5 years after exit, points", "initiatives", "serving_5_years_after_exit", None, 100.0, 1),
    Column("the same by people", "initiatives", "people_serving_5_years_after_exit", None, 100.0, 1),
    Column("serving 10 years after founding, points", "initiatives", "serving_10_years_after_founding", None, 100.0, 1),
    Column("the same by people", "initiatives", "people_serving_10_years_after_founding", None, 100.0, 1),
    Column("additional user-years per 1,000 dollars", "initiatives", "additional_user_years_per_1000_usd", None),
    Column("capital stranded in a year, points", "initiatives", "stranded_share", None, 100.0),
    Column(f"LDC use {LAST}, points", "LDC", "use", LAST, 100.0),
    Column(f"LDC gap to high income {LAST}, points", "LDC", "gap", LAST, 100.0),
    Column(f"rural LDC use {LAST}, points", "LDC", "use_rural", LAST, 100.0),
    Column(f"world use {LAST}, points", "world", "use", LAST, 100.0),
)
# The verdict counts these, each where it has a column: what a scenario is judged by, in this order.
HEADLINES = (
    "serving_5_years_after_exit", "serving_10_years_after_founding", "additional_user_years_per_1000_usd",
    "stranded_share", "use", "gap",
)  # fmt: skip
HEADLINE_GROUPS = ("initiatives", "LDC")
OPENING = """# Scenarios

Generated; do not edit. Change a scenario's file in `scenarios/`, then run
`python -m afteraid.experiments.pages.scenarios`.

Each scenario extends another one and changes only the topic of its question. `afteraid scenarios` lists them,
`afteraid scenarios NAME` shows one, and `afteraid run NAME` runs it.

A scenario that compares strategies states what it holds equal. This promise is refused if a setting of donors' budgets
differs. A test compares the ledger with that of the scenario that it extends, to the cent. Donors may appropriate the
same sum and spend different sums, because money unspent for two fiscal years lapses. Money of treasuries, levies
and private lenders may be additional.

All scenarios keep the cuts of 2025 and 2026 that have happened. A percentage in a title is what a scenario takes of all
digital aid against the baseline, in the last year and with replenishments. `python -m afteraid.experiments.pages.cuts`
prints these shares.

These are answers to "what if", with their uncertainty; they are not forecasts. Most parameters are judged (see
[parameters.md](parameters.md) and the limits in [model.md](model.md)).
"""
READING = """The tables show the mean of {runs} paired runs from {start} to {end} (seed {seed}), with the 90% interval
in brackets. Each pair is this scenario minus the other one, with the same random numbers and the same parameter draw.
"{not_found}" means that the 90% interval includes zero. Points are percentage points. LDC: the least developed
countries.

- "Serving after exit" counts initiatives that a donor has left, so an exit that waits also selects initiatives. "After
  founding" counts all initiatives founded from {start} on.
- Additional user-years are those beyond the same world without donors' money from {start} on. The dollars are public:
  of donors, treasuries and levies, less those of the same world. Both are discounted at 3% a year.
- Capital stranded is that of initiatives that close in a year, over the capital in place when the year begins.
- The verdict comes first. It counts headlines of which the 90% interval excludes zero, and the mean is at least the
  smallest difference that matters ([measures.md](measures.md)). Headlines: {headlines}.
- Where donors spend over {equal:.0%} more or less than in the other scenario, the verdict says so first. It then counts
  headlines, and does not call the scenario better or worse.
- The last columns compare donors' money from {start} to {end}, as appropriated and as spent.
"""
SMALL = """- This is a small run of {runs} pairs: intervals are hardly more than its smallest and largest difference.
  The page is made again with {whole} pairs or more.
"""


def study(runs: int, workers: int | None, progress: Callable[[str], None] = print) -> dict[str, list[list[str]]]:
    """Run the library; return the lines of the two tables of effects, under ``baseline`` and ``parent``."""
    scenarios = {one.name: one for one in list_scenarios()}
    parents = {one.extends for one in scenarios.values()} - {None}
    kept: dict[str, Results] = {}
    lines: dict[str, list[list[str]]] = {"baseline": [], "parent": []}
    for name in _parents_first(scenarios):
        progress(name)
        found = run(scenarios[name], runs=runs, workers=workers)
        if name in parents:
            kept[name] = found
        extends = scenarios[name].extends
        if name != BASE:
            lines["baseline"].append([f"`{name}`", *_effects(found, kept[BASE], runs)])
        if extends not in (None, BASE):
            lines["parent"].append([f"`{name}`", f"`{extends}`", *_effects(found, kept[str(extends)], runs)])
    order = {f"`{one.name}`": place for place, one in enumerate(_in_themes())}
    return {table: sorted(rows, key=lambda row: order[row[0]]) for table, rows in lines.items()}


def _in_themes() -> list[Scenario]:
    """Return the library as it is listed."""
    return [one for members in by_theme().values() for one in members]


def _parents_first(scenarios: dict[str, Scenario]) -> list[str]:
    """Order the names so that each scenario comes after the one that it extends."""
    done: list[str] = []
    while len(done) < len(scenarios):
        ready = [name for name, one in scenarios.items() if name not in done and one.extends in (None, *done)]
        if not ready:
            raise ValueError(f"no shipped parent for {sorted(set(scenarios) - set(done))}")
        done += ready
    return done


def _effects(one: Results, other: Results, runs: int) -> list[str]:
    """Write the cells of one line: the verdict, each effect with its 90% interval, then donors' money."""
    table, money = one.against(other), spent(one)
    cells = [_cell(table, column) for column in COLUMNS]
    more = float(money.sum()) / float(spent(other).sum()) - 1.0
    return [
        verdict(table, runs, more),
        *cells,
        _ratio(appropriated(one), appropriated(other)),
        _ratio(money, spent(other)),
    ]


def headlines() -> list[Column]:
    """Return the columns that the verdict counts, in the order of the table."""
    return [one for one in COLUMNS if one.measure in HEADLINES and one.group in HEADLINE_GROUPS]


def verdict(table: pd.DataFrame, runs: int, more: float = 0.0) -> str:
    """Say in how many headlines a scenario is clearly better and worse, and by enough to matter.

    Where donors do not spend equal money, this comes first, and no word says which scenario is better.

    Args:
        table: the comparison with the other scenario, as `Results.against` returns it.
        runs: pairs; fewer than five have no verdict.
        more: what donors spend more, over what they spend in the other scenario.
    """
    if runs < LEAST_DRAWS:
        return "too few runs"
    signs = [_sign(_rows(table, column), column.measure) for column in headlines()]
    better, worse = signs.count(1), signs.count(-1)
    if not better and not worse:
        return NOT_FOUND
    if abs(more) > EQUAL_MONEY:
        return f"unequal money ({more:+.1%}): {better} better, {worse} worse of {len(signs)}"
    word = "mixed" if better and worse else "better" if better else "worse"
    return f"{word}: {better} better, {worse} worse of {len(signs)}"


def _sign(rows: pd.DataFrame, name: str) -> int:
    """Return 1 for better, -1 for worse, and 0 where nothing is clear, or it is too little to matter."""
    record = CATALOGUE[name]
    if rows.empty or record.better == "neither" or bool(rows["zero_in_band"].iloc[0]):
        return 0
    mean, matters = float(rows["mean"].iloc[0]), record.matters
    least = matters.size if matters is not None and not matters.relative else 0.0
    if not math.isfinite(mean) or mean == 0.0 or abs(mean) < least:
        return 0
    return 1 if (mean > 0.0) == (record.better == "more") else -1


def _rows(table: pd.DataFrame, column: Column) -> pd.DataFrame:
    """Return the row of a comparison that a column shows; none where nothing was compared."""
    years = table["year"].isna() if column.year is None else table["year"] == column.year
    return table[years & (table["group"] == column.group) & (table["measure"] == column.measure)]


def _cell(table: pd.DataFrame, column: Column) -> str:
    """Write a mean with its 90% interval, and say so where that includes zero; a dash where nothing can be compared."""
    rows = _rows(table, column)
    if rows.empty or not math.isfinite(float(rows["mean"].iloc[0])):
        return "-"
    mean, low, high = (float(rows[name].iloc[0]) * column.factor for name in ("mean", "low", "high"))
    if mean == low == high == 0.0:
        return "none"
    text = f"{mean:+.{column.digits}f} ({low:+.{column.digits}f} to {high:+.{column.digits}f})"
    return f"{text} {NOT_FOUND}" if bool(rows["zero_in_band"].iloc[0]) else text


def appropriated(results: Results) -> pd.Series[float]:
    """Return what donors appropriated, by run and year, in constant 2023 US dollars: the ledger's source `donor`."""
    finance = results.finance
    rows = finance[(finance["direction"] == "source") & (finance["item"] == "donor")]
    return rows.groupby(["run", "year"])["amount_usd"].sum()


def spent(results: Results) -> pd.Series[float]:
    """Return what donors spent on initiatives, by run and year, in constant 2023 US dollars."""
    activity = results.activity
    return activity[activity["measure"] == "outlay_usd"].groupby(["run", "year"])["value"].sum()


def _ratio(one: pd.Series[float], other: pd.Series[float]) -> str:
    """Write how much more or less money there is in all runs and years."""
    change = float(one.sum()) / float(other.sum()) - 1.0
    return "equal" if one.equals(other) else f"{change:+.1%}"


def page(lines: dict[str, list[list[str]]], runs: int) -> str:
    """Return the whole page as Markdown: effects, then each scenario with its story."""
    base = next(one for one in _in_themes() if one.name == BASE).run
    reading = READING.format(
        runs=runs, start=base.start, end=base.end, seed=base.seed, not_found=NOT_FOUND, equal=EQUAL_MONEY,
        headlines=", ".join(column.heading.partition(", points")[0] for column in headlines()),
    )  # fmt: skip
    reading += SMALL.format(runs=runs, whole=RUNS) if runs < RUNS else ""
    headings = ["verdict", *(column.heading for column in COLUMNS), "appropriated", "spent"]
    parts = [OPENING, "## Effects against the baseline\n", reading, _table(["scenario", *headings], lines["baseline"])]
    parts += ["## Effects against the scenario that each one extends\n"]
    parts += ["Only scenarios that do not extend the baseline. The columns are those of the first table.\n"]
    parts += [_table(["scenario", "against", *headings], lines["parent"])]
    return wrapped("\n".join([*parts, stories()]))


def stories() -> str:
    """Return the second half of the page: each scenario with its story, under the title of its theme."""
    parts: list[str] = []
    for title, members in by_theme().items():
        parts += [f"## {title}\n", *(_story(one) for one in members)]
    return wrapped("\n".join(parts).rstrip("\n") + "\n")


def with_stories(written: str) -> str:
    """Return a page as written before with its numbers, and the stories as they are now."""
    return written[: written.index(f"## {next(iter(by_theme()))}\n")] + stories()


def _story(one: Scenario) -> str:
    """Write one scenario: title, question, story, what it changes, what it holds equal, sources."""
    parent = parent_of(one.name)
    parts = [f"### {one.title} (`{one.name}`)\n", f"**{one.question}**\n", one.story.strip() + "\n"]
    if parent is not None:
        rows = [[f"`{change.setting}`", change.value, change.before] for change in changes(one, parent)]
        parts.append(_table(["setting", "here", f"in `{parent.name}`"], rows))
    promise = held_equal(one.extends, one.holds_equal)
    if promise is not None:
        parts.append(promise + "\n")
    inherited = [] if parent is None else [f"and those of `{parent.name}`"]
    sources = [f"- {source}" for source in (*own_sources(one, parent), *inherited)]
    return "\n".join([*parts, "Sources:\n", *sources, ""])


def _table(headings: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table with all columns to the left."""
    return table_of(headings, rows, range(len(headings))) + "\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--workers", type=int, default=None)
    parser.add_argument("--out", type=Path, default=FILE)
    parser.add_argument("--stories", action="store_true", help="leave the numbers as they stand")
    options = parser.parse_args()
    if options.stories:
        written = with_stories(options.out.read_text(encoding="utf-8"))
    else:
        written = page(study(options.runs, options.workers), options.runs)
    options.out.write_text(written, encoding="utf-8", newline="\n")
