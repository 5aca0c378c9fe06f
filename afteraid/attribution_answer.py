"""The answer of an attribution as a person reads it: a few sentences, and the tables that they rest on."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from afteraid.experiments.attribution.attribution import FEW_RUNS, TOGETHER, Attribution
from afteraid.simulation.counterfactual import FIXED, FREE
from afteraid.simulation.results.summary import people_in_words

from .answer import WIDE
from .terminal import plain_rows

HEADINGS = {FIXED: "others as they were", FREE: "others free to react", "": "effect"}
SAID = ("sustained_users", "use_rural_LDC", "closure_LDC")  # what the sentences are about
NOT_FOUND = "not a finding"


def number(value: float, unit: str) -> str:
    """Write a number in the unit that a reader expects; a dash where it is not known."""
    if not math.isfinite(value):
        return "-"
    if unit == "points":
        return f"{value:+.3f}" if abs(value) >= 0.01 else f"{value:+.4f}"
    if unit == "user-years per dollar":
        return f"{value:.3g}"
    return people_in_words(value)


def cell(row: pd.Series[Any]) -> str:
    """Write a mean with its band, and say so where the band holds zero."""
    if not math.isfinite(row["mean"]):
        return "-"
    low, high, unit = row["low"], row["high"], str(row["unit"])
    text = f"{number(row['mean'], unit)} ({number(low, unit)} to {number(high, unit)})"
    nothing = row["mean"] == low == high == 0.0
    return ("none" if nothing else f"{text} {NOT_FOUND}") if row["zero_in_band"] else text


def sentences(found: Attribution) -> list[str]:
    """Answer in plain language: what each item brings, and what of it is not a finding."""
    effects, run = found.effects, found.manifest["scenario"]["run"]
    said = []
    for item in dict.fromkeys(effects["item"]):
        rows = effects[(effects["item"] == item) & effects["others"].isin([FIXED, ""])].set_index("measure")
        said.append(_sentence(found, str(item), rows, run["end"]))
    idle = [item for item in found.manifest.get("nothing_taken_out", [])]
    if idle:
        said.append(f"In none of the runs was there anything of {', '.join(idle)} to leave out.")
    said.append(
        "A difference whose band holds zero is not a finding: these runs can't tell it from nothing."
        if effects["zero_in_band"].any()
        else "Every band lies on one side of zero."
    )
    if run["runs"] < FEW_RUNS:
        said.append(f"With {run['runs']} runs the bands are rough: enough for a look, not for a decision.")
    return said


def _sentence(found: Attribution, item: str, rows: pd.DataFrame, end: int) -> str:
    """Say what one item brings, others as they were."""
    clear, unclear = [], []
    for measure in (name for name in SAID if name in rows.index):
        words, unit = str(rows.at[measure, "words"]).replace(" at the end", f" in {end}"), str(rows.at[measure, "unit"])
        mean, low, high = (number(rows[name].astype(float)[measure], unit) for name in ("mean", "low", "high"))
        if rows.at[measure, "zero_in_band"]:
            unclear.append(words)
        else:
            clear.append(f"{words}: {mean} {unit} (90% of runs: {low} to {high})")
    subject = _subject(found, item)
    text = f"{subject}: " + ("; ".join(clear) if clear else "nothing that these runs can show")
    return text + (f". {NOT_FOUND.capitalize()}: {', '.join(unclear)}." if unclear else ".")


def _subject(found: Attribution, item: str) -> str:
    """Name what a sentence is about."""
    levers = "levers" in found.manifest
    if item == TOGETHER:
        return "All levers together add" if levers else "All of them together bring"
    return f"{item} alone adds" if levers else f"{item} brings"


def print_attribution(found: Attribution, console: Console) -> None:
    """Print the answer in plain language and the tables with 90% bands."""
    manifest = found.manifest
    end, start = manifest["scenario"]["run"]["end"], manifest["scenario"]["run"]["start"]
    title = f"{manifest.get('title') or manifest.get('name', '')}, {start} to {end}"
    console.print(Text(title, style="bold"))
    for sentence in sentences(found):
        console.print(Text(sentence))
    for item in dict.fromkeys(found.effects["item"]):
        part = found.effects[found.effects["item"] == item]
        columns = {HEADINGS[str(others)]: part[part["others"] == others] for others in dict.fromkeys(part["others"])}
        _print_table(str(item), columns, console)
    if len(found.shares):
        _print_shares(found.shares, "" if "levers" in manifest else ", others as they were", console)
    note = "Mean of {} paired runs; in brackets the band of 90% of them. Money: constant 2023 US dollars."
    console.print(Text(note.format(manifest.get("runs", 1))))


def _print_shares(shares: pd.DataFrame, how: str, console: Console) -> None:
    """Print how what all bring together is split among them: under each measure, a line for each."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(Text("What each adds to the whole", style="bold"))
    table.add_column(Text(f"Shapley share{how}"), justify="right", no_wrap=True)
    narrow = console.width < WIDE
    for _, part in shares.groupby("measure", sort=False):
        words, unit = str(part["words"].iloc[0]), str(part["unit"].iloc[0])
        table.add_row(Text(_heading(words, unit)), "")
        for _, row in part.iterrows():
            table.add_row(Text(f"  {row['item']}"), Text(_broken(cell(row)) if narrow else cell(row)))
    console.print()
    console.print(table)


def _heading(words: str, unit: str) -> str:
    """Name a line of a table; points are not seen from the number."""
    return f"{words} (points)" if unit == "points" else words


def _print_table(title: str, columns: dict[str, pd.DataFrame], console: Console) -> None:
    """Print one table: a line a measure, a column for each way of looking at it."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(Text(title, style="bold"))
    for heading in columns:
        table.add_column(Text(heading), justify="right", no_wrap=True)
    narrow = console.width < WIDE
    first = next(iter(columns.values()))
    indexed = [part.set_index("measure") for part in columns.values()]
    for measure, words, unit in zip(first["measure"], first["words"], first["unit"], strict=True):
        cells = [cell(part.loc[measure]) if measure in part.index else "" for part in indexed]
        table.add_row(
            Text(_heading(str(words), str(unit))), *(Text(_broken(text) if narrow else text) for text in cells)
        )
    console.print()
    console.print(table)


def _broken(text: str) -> str:
    """Break a cell before its band and before what is said of it, for a narrow terminal."""
    return text.replace(" (", "\n(").replace(f" {NOT_FOUND}", f"\n{NOT_FOUND}")


def to_dict(found: Attribution) -> dict[str, Any]:
    """Return the answer as plain lists and numbers, for JSON; what is not known is None."""
    return {
        "scenario": found.manifest["scenario"],
        "answer": sentences(found),
        "effects": plain_rows(found.effects),
        "shapley_shares": plain_rows(found.shares),
    }
