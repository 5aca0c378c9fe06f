"""The answer of an attribution: what each item brings, with the tables that the sentences rest on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from afteraid.simulation.counterfactual import FIXED, FREE
from afteraid.simulation.measures.catalogue import CATALOGUE
from afteraid.simulation.measures.groups import shipped_groups
from afteraid.simulation.measures.measure import is_share
from afteraid.simulation.results.answer import Answer, Table
from afteraid.simulation.results.words.names import capitalised, listed
from afteraid.simulation.results.words.numbers import UNKNOWN, change, changes, counted, level, width
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.results.words.verdicts import LEAST_DRAWS, NO_CLEAR_EFFECT, smallest

from .attribution import FEW_RUNS, TOGETHER, Attribution
from .compared import COMPARED, POINTS
from .wording import words_of

MOST_COUNTRIES = 5  # shown of those that lose most
HEADINGS = {FIXED: "Other donors unchanged", FREE: "Other donors react", "": "Effect"}
# what the sentences are about, and the tables begin with: the headlines
SAID = (
    "serving_5_years_after_exit",
    "serving_10_years_after_founding",
    "additional_user_years_per_1000_usd",
    "additional_user_years",
    "stranded_share",
    "use_focus",
    "use_LDC",
    "use_rural_LDC",
)
PARTS = ("users_served", "users_after_exit", "user_years", "user_years_after_exit")  # wholes, each with its part
TITLE = "{title}, {start} to {end}: what each item brings"
SAY = Templates(
    "attribution",
    effect="{item}: {measure}, {effect} (90% interval {interval}).",
    small="{item}: {measure}, {effect}, real in this model, too small to matter (threshold {least}).",
    small_together="All items together: {measure}, {effect}, real in this model, too small to matter "
    "(threshold {least}).",
    same="Other donors that react do as they would anyway here, so one column stands for both.",
    part="People after exit are a part of the people served. Fewer of them can mean that donors stayed longer.",
    together="All items together: {measure}, {effect} (90% interval {interval}).",
    none="{item}: no clear effect on {measures} ({why}).",
    none_together="All items together: no clear effect on {measures} ({why}).",
    few_for_any="{runs} are too few for a 90% interval, so no effect is clear: {least} or more are needed.",
    idle="In none of the runs was there anything to leave out: {items}.",
    few="With {runs} runs the intervals are rough: enough for a first look, not for a decision.",
    how="Numbers are means of {runs} paired runs; the 90% interval is in brackets. "
    "Money is in constant 2023 US dollars.",
)


def answer_of(found: Attribution) -> Answer:
    """Return what was found as sentences and tables: one table an item, and one of Shapley shares."""
    manifest = found.manifest
    run = manifest["scenario"]["run"]
    title = TITLE.format(title=manifest.get("title") or manifest.get("name", ""), start=run["start"], end=run["end"])
    tables = [Table("effects", found.effects), Table("shapley_shares", found.shares)]
    for item in dict.fromkeys(found.effects["item"]):
        part = found.effects[found.effects["item"] == item]
        tables.append(_of_item(str(item), part))
    if len(found.shares):
        tables.append(_of_shares(found.shares))
    if len(found.who_loses):
        tables += [Table("who_loses", found.who_loses), _of_losers(found.who_loses)]
    notes = [SAY("how", runs=manifest.get("runs", 1)), SAY("part")]
    if any(react_alike(part) for _, part in found.effects.groupby("item", sort=False)):
        notes.append(SAY("same"))
    if run["runs"] < LEAST_DRAWS:
        notes.append(SAY("few_for_any", runs=counted(int(run["runs"]), "run"), least=LEAST_DRAWS))
    elif run["runs"] < FEW_RUNS:
        notes.append(SAY("few", runs=run["runs"]))
    return Answer(title, tuple(_sentences(found)), tuple(tables), (), tuple(notes), manifest)


def _sentences(found: Attribution) -> list[str]:
    """Say what each item brings, other donors unchanged, and what has no clear effect."""
    effects = found.effects[found.effects["others"].isin([FIXED, ""])]
    end = str(found.manifest["scenario"]["run"]["end"])
    said = []
    runs = int(found.manifest["scenario"]["run"]["runs"])
    why = "the 90% interval includes zero" if runs >= LEAST_DRAWS else f"too few runs: {runs}"
    for item, rows in effects.groupby("item", sort=False):
        together = "_together" if item == TOGETHER else ""
        named: dict[str, object] = {} if together else {"item": words_of(str(item))}
        shown = rows[rows["measure"].isin(SAID)].set_index("measure").loc[lambda part: _in_order(part.index)]
        unclear = []
        for measure, row in shown.iterrows():
            words = str(row["words"]).replace("at the end", f"in {end}")
            if row["zero_in_band"]:
                unclear.append(words)
                continue
            least = _least(str(measure))
            if abs(float(row["mean"])) < least:
                effect, threshold = change(row["mean"], row["unit"]), width(least, row["unit"])
                said.append(SAY(f"small{together}", measure=words, effect=effect, least=threshold, **named))
                continue
            effect, interval = change(row["mean"], row["unit"]), changes(row["low"], row["high"], row["unit"])
            key = "together" if together else "effect"
            said.append(SAY(key, measure=words, effect=effect, interval=interval, **named))
        if unclear:
            said.append(SAY(f"none{together}", measures=listed(unclear), why=why, **named))
    idle = found.manifest.get("nothing_taken_out", [])
    return [*said, *([SAY("idle", items=listed([words_of(item) for item in idle]))] if idle else [])]


def _least(name: str) -> float:
    """Return the smallest effect that matters, in the unit of the table; zero where that depends on the level."""
    record = CATALOGUE[next(one.measure for one in COMPARED if one.name == name)]
    if record.matters is None or record.matters.relative:
        return 0.0
    return smallest(record.matters, 0.0) * (POINTS if is_share(record.unit) else 1.0)


def _in_order(measures: pd.Index[str]) -> list[str]:
    """Return the measures that sentences are about, most important first."""
    return [name for name in SAID if name in measures]


def _of_item(item: str, part: pd.DataFrame) -> Table:
    """Lay out the effects of one item: a line a measure, a column for each way in which other donors behave."""
    columns = {HEADINGS[str(others)]: rows for others, rows in part.groupby("others", sort=False)}
    if react_alike(part):
        columns = {HEADINGS[""]: next(iter(columns.values()))}
    cells = [dict(zip(rows["measure"], map(cell, rows.to_dict("records")), strict=True)) for rows in columns.values()]
    first = next(iter(columns.values()))
    words = dict(zip(first["measure"], first["words"], strict=True))
    ordered = [*_in_order(pd.Index(words)), *(name for name in words if name not in (*SAID, *PARTS))]
    lines = tuple(
        (str(words[name]), *(found.get(name, "") for found in cells))
        for name in (*ordered, *(part for part in PARTS if part in words))
    )
    return Table(f"effects of {item}", part, (words_of(item), *columns), lines)


def react_alike(part: pd.DataFrame) -> bool:
    """Say whether an item has the same effects whether other donors react or not."""
    ways = [rows.set_index("measure")[["mean", "low", "high"]] for _, rows in part.groupby("others", sort=False)]
    return len(ways) > 1 and all(way.equals(ways[0]) for way in ways[1:])


def _of_shares(shares: pd.DataFrame) -> Table:
    """Lay out how the joint effect is split: under each measure, a line for each item."""
    lines: list[tuple[str, str]] = []
    for words, part in shares.groupby("words", sort=False):
        lines.append((str(words), ""))
        lines += [(f"  {words_of(str(row['item']))}", cell(row)) for row in part.to_dict("records")]
    return Table("shapley_shares by measure", shares, ("Share of the joint effect", "Shapley share"), tuple(lines))


def _of_losers(losers: pd.DataFrame) -> Table:
    """Lay out the users that each item brings: by place, by sex, and in the countries with most of them."""
    items = list(dict.fromkeys(losers["item"]))
    lines = []
    for by, most in (("place", None), ("sex", None), ("country", MOST_COUNTRIES)):
        part = losers[losers["by"] == by]
        ordered = part.groupby("name", sort=False)["users_lost"].sum().sort_values(ascending=False, kind="stable")
        for name in list(ordered.index)[:most]:
            rows = part[part["name"] == name].set_index("item")
            cells = [_users(float(rows.at[item, "users_lost"]), float(rows.at[item, "share"])) for item in items]
            lines.append((shipped_groups().title(str(name)) if by == "country" else capitalised(str(name)), *cells))
    return Table("who_loses by name", losers, ("Users brought by the end (share)", *map(words_of, items)), tuple(lines))


def _users(number: float, share: float) -> str:
    """Write users with their share of all that an item brings; none where it brings nobody."""
    return "none" if number == 0.0 else f"{change(number, 'people')} ({level(share, 'share')})"


def cell(row: Mapping[Any, Any]) -> str:
    """Write a mean with its interval, and say so where the effect is not clear."""
    mean, low, high, unit = float(row["mean"]), float(row["low"]), float(row["high"]), str(row["unit"])
    if not math.isfinite(mean):
        return UNKNOWN
    if mean == 0.0 and (low == high == 0.0 or not math.isfinite(low)):
        return "none"
    if not math.isfinite(low):  # too few runs for an interval
        return f"{change(mean, unit)} ({UNKNOWN}), {NO_CLEAR_EFFECT}"
    text = f"{change(mean, unit)} ({changes(low, high, unit)})"
    return f"{text}, {NO_CLEAR_EFFECT}" if row["zero_in_band"] else text
