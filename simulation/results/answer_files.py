"""The tables of an answer as files: CSV with a dictionary of columns, and on request an Excel workbook.

One shared way for every command, so that whoever has a spreadsheet and nothing else can go on with the numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..basis.files import CSV, write_tables
from ..basis.late import pd
from .answer import Answer
from .words.names import capitalised, spaced
from .workbook import explained, write_workbook

FOLDER = "answer"  # within the folder of a command
DICTIONARY = "columns"
WORKBOOK = "answer.xlsx"
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")  # a text that begins with one is a formula to a spreadsheet
TAKEN = (DICTIONARY, "measures", "manifest")  # sheets that explain the others
MOST_LETTERS = 31  # of the name of a sheet

# What columns of answers hold, where neither the catalogue of measures nor the workbook explains them.
EXPLAINED: Mapping[str, tuple[str, str]] = {
    "part": ("what the row is about, where several things were studied", ""),
    "unit": ("unit of the numbers in the row", ""),
    "median": ("median of runs", "as the row says"),
    "mean": ("mean of runs", "as the row says"),
    "low": ("lower end of the 90% interval", "as the row says"),
    "high": ("upper end of the 90% interval", "as the row says"),
    "runs": ("number of runs that have a value", "runs"),
    "outcome": ("name of the outcome of the study", ""),
    "factor": ("name of what the study varies", ""),
    "item": ("what is left out, or the source or use of money", ""),
    "verdict": ("whether the effect is clear", ""),
    "correlation": ("correlation of both scenarios over runs", ""),
    "zero_in_band": ("whether the 90% interval includes zero", ""),
    "of_the_year": ("whether the number is of a whole year and not of 1 January", ""),
}


def tables_of(answer: Answer) -> dict[str, pd.DataFrame]:
    """Return the tables of an answer and of its parts by name; those of one name stand below each other."""
    found: dict[str, list[pd.DataFrame]] = {}
    for owner in (answer, *answer.parts):
        for table in owner.tables if owner is answer else owner.all_tables():
            if len(table.data.columns):
                one = table.data if owner is answer else table.data.assign(part=owner.title)
                found.setdefault(table.name, []).append(one)
    return {name: pd.concat(parts, ignore_index=True) for name, parts in found.items()}


def dictionary(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Say what every column of every table holds: table, column, words, unit."""
    rows = []
    for table, column, words, unit in explained(tables):
        said, of = (words, unit) if words else EXPLAINED.get(column, (capitalised(spaced(column)), ""))
        rows.append((table, column, said, of))
    return pd.DataFrame(rows, columns=["table", "column", "words", "unit"])


def safe(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table in which no text is a formula to a spreadsheet: an apostrophe goes before its first sign."""
    changed = table.copy()
    for name in table.columns:
        if not pd.api.types.is_numeric_dtype(table[name]) and not pd.api.types.is_bool_dtype(table[name]):
            changed[name] = table[name].astype(object).map(_quoted)
    return changed


def _quoted(value: Any) -> Any:
    """Return a text that is no formula; anything else as it is."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_SIGNS) else value


def write_answer_tables(answer: Answer, folder: Path, excel: bool = False) -> None:
    """Write the tables of an answer with what explains them.

    Args:
        answer: with tables; nothing is written where it has none.
        folder: that exists; CSV files go into its folder `answer`, the workbook next to that.
        excel: write a workbook too.

    Raises ResultsError where a table has no room in a sheet, or XlsxWriter is missing; OSError where nothing can be
    written.
    """
    tables = tables_of(answer)
    if not tables:
        return
    place = folder / FOLDER
    place.mkdir(exist_ok=True)
    named = {**tables, DICTIONARY: dictionary(tables)}
    write_tables({name: safe(table) for name, table in named.items()}, place, (CSV,))
    if excel:
        sheets = {_sheet(name): table for name, table in tables.items()}
        write_workbook(sheets, answer.manifest, folder / WORKBOOK, named[DICTIONARY])


def _sheet(name: str) -> str:
    """Return the name of a sheet: short enough, and none that is taken."""
    short = name[: MOST_LETTERS - 2]
    return f"{short}_1" if short in TAKEN else short
