"""A user's table in a CSV file: every cell is read as its column is declared, or refused with file, line and column."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import pandas as pd

from afteraid.simulation.basis.errors import DataError, nearest
from afteraid.simulation.basis.number_text import parse_quantity

Kind = Literal["text", "year", "year or empty", "percent", "number", "people", "dollars", "flag"]
# a mark of missing in a column of numbers; text is left as it is
MISSING = frozenset(("", "..", "...", "…", "na", "n/a", "n.a.", "#n/a", "nan", "null", "none", "-", "--", "–", "—"))
FLAGS = {"true": 1.0, "yes": 1.0, "false": 0.0, "no": 0.0}
UNITS = {"people": "people", "dollars": "dollars"}  # of the others a comma parts no thousands
WANTED: dict[Kind, str] = {
    "year": "a whole year, such as 2010, in every row", "year or empty": "a whole year, such as 2010",
    "percent": "a percentage with a decimal point, such as 45.3", "people": "people, such as 41234567",
    "dollars": "dollars, such as 2345.60", "flag": "0 or 1", "number": "a number with a decimal point",
}  # fmt: skip
EXPECTED = "a CSV file in UTF-8, with commas between its columns"
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
MARKS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"), (b"PK\x03\x04", "a workbook"), (b"\x1f\x8b", "compressed"))


def read_columns(path: Path, columns: Mapping[str, Kind]) -> pd.DataFrame:
    """Read some columns of a CSV; other columns are left alone.

    Text is stripped. Numbers have a decimal point; a comma is of thousands where the column holds amounts, and nowhere
    else. Years are whole.

    Args:
        path: of the file.
        columns: what each column holds, by its name. A year is there in every row; others may be missing.

    Returns:
        The columns, with the lines of the file as index; a missing number is NaN, empty text is None.

    Raises:
        DataError: the file can't be read, a column is missing, or a cell isn't what its column holds.
    """
    rows = _rows(path)
    if not rows:
        raise DataError("can't be read: the file is empty", file=str(path), line=1, expected=EXPECTED)
    (first, written), rest = rows[0], rows[1:]
    header = [name.strip() for name in written]
    _check_header(header, path, first, tuple(columns))
    if not rest:
        raise DataError("has a header and no rows", file=str(path), line=first, expected="a row an observation")
    for line, cells in rest:
        if len(cells) != len(header):
            raise DataError(
                f"has {len(cells)} cells, and the header {len(header)}", file=str(path), line=line,
                expected=f"{len(header)} cells, with quotes around text that holds a comma, and decimal points",
            )  # fmt: skip
    lines = [line for line, _ in rest]
    found = {
        name: [_value(cells[header.index(name)], kind, path, line, name) for line, cells in rest]
        for name, kind in columns.items()
    }
    table = pd.DataFrame(found, index=pd.Index(lines, name="line"))
    for name, kind in columns.items():
        if kind != "text" and table[name].isna().all():
            raise DataError("holds no number", file=str(path), line=first, key=name, expected="one or more numbers")
    return table


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """Return the rows that are not blank, each with the line where it begins."""
    text = _text(path)
    reader = csv.reader(io.StringIO(text, newline=None), strict=True)
    rows, begins = [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells) or len(cells) > 1:
                rows.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error as problem:
        raise DataError(f"can't be read ({problem})", file=str(path), line=begins, expected=EXPECTED) from None
    return rows


def _text(path: Path) -> str:
    """Return the text of a file, without a byte-order mark."""
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise DataError(f"can't be read ({problem.strerror})", file=str(path), expected="a CSV file") from None
    for mark, what in MARKS:
        if content.startswith(mark):
            raise DataError(f"can't be read: the file is {what}", file=str(path), line=1, expected=EXPECTED)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content[: problem.start].count(b"\n") + 1
        raise DataError("can't be read: this is not UTF-8", file=str(path), line=line, expected=EXPECTED) from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise DataError("can't be read: a byte of zero", file=str(path), line=line, expected=EXPECTED)
    return text


def _check_header(header: list[str], path: Path, line: int, columns: tuple[str, ...]) -> None:
    """Refuse a header that is parted by other marks, names a column twice, or lacks one."""
    for mark, word in SEPARATORS.items():
        if len(header) <= header[0].count(mark):
            raise DataError(f"columns are parted by {word}", file=str(path), line=line, expected=EXPECTED)
    for name in header:
        if name and header.count(name) > 1:
            raise DataError("names a column twice", file=str(path), line=line, key=name, expected="each name once")
    for column in columns:
        if column not in header:
            forms = {name.lower().replace(" ", "_"): name for name in header}
            close = nearest(column, forms)
            raise DataError(
                "no such column", file=str(path), line=line, key=column, expected=", ".join(header),
                nearest=forms[close] if close else None,
            )  # fmt: skip


def _value(cell: str, kind: Kind, path: Path, line: int, column: str) -> str | int | float | None:
    """Read one cell as its column is declared; empty text is None."""
    text = cell.strip()
    if kind == "text":
        return text or None
    try:
        if text.lower() in MISSING:
            if kind == "year":
                raise ValueError("is empty")
            return math.nan
        if kind == "flag" and text.lower() in FLAGS:
            return FLAGS[text.lower()]
        if kind in ("year", "year or empty"):
            return _year(text)
        return _percentage(text) if kind == "percent" else parse_quantity(text, UNITS.get(kind, "1"))
    except ValueError as problem:
        raise DataError(str(problem), file=str(path), line=line, key=column, expected=WANTED[kind]) from None


def _percentage(text: str) -> float:
    """Read a percentage, with or without its sign."""
    body = text.removesuffix("%")
    if any(mark.isalpha() and mark not in "eE" for mark in body) or "%" in body:
        raise ValueError(f"'{text}' is not a number")
    value = parse_quantity(body, "share")
    if not 0.0 <= value <= 100.0:
        raise ValueError(f"{text} is outside 0 to 100")
    return value


def _year(text: str) -> int:
    """Read a year, which may have a point and zeros."""
    value = parse_quantity(text, "1")
    if value != int(value):
        raise ValueError(f"{text} is not a whole year")
    return int(value)
