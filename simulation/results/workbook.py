"""Results as an Excel workbook: a sheet for each table, and sheets that explain columns, measures and the manifest.

Needs XlsxWriter (``pip install 'afteraid[excel]'``), which needs no other package. Texts are written as texts: a cell
that begins with an equals sign is no formula. The same results give the same bytes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from ..basis.errors import ResultsError
from ..basis.late import pd
from ..basis.optional import library
from ..measures.catalogue import CATALOGUE
from ..measures.columns import COLUMNS, READINESS

WORKBOOK = "results.xlsx"
MOST_ROWS = 1_048_576  # of a sheet, with its header
MOST_LETTERS = 32_767  # of a cell
LARGEST_WHOLE = 2**53  # Excel's numbers are exact up to here; the identities of initiatives are larger
MADE = datetime(2000, 1, 1)  # of every workbook, so that the same results give the same bytes

# What the columns hold that no catalogue explains: words and unit.
GENERAL: Mapping[str, tuple[str, str]] = {
    "scenario": ("name of the scenario", ""),
    "run": ("number of the run, which stands for its random numbers", ""),
    "year": ("calendar year; a stock is of 1 January, a flow of the year that begins then", "year"),
    "group": ("group of countries", ""),
    "measure": ("name of the measure, see the sheet measures", ""),
    "value": ("value of the measure, in its unit", ""),
    "iso3": ("ISO 3166 code of the country", ""),
    "urban_share": ("share of people in towns", "share of people"),
    "reference_use": ("internet use without the initiatives and levers of the run", "share of people"),
    "dimension": ("what survival is counted by; some dimensions count from founding", ""),
    "years_after_exit": ("years after the donor left, or after founding", "years"),
    "at_risk": ("initiatives observed at that age", "initiatives"),
    "events": ("of these, initiatives that closed", "initiatives"),
    "people_at_risk": ("people served by the initiatives observed", "people"),
    "people_events": ("people served by the initiatives that closed", "people"),
    "followed": ("initiatives that began early enough to be observed that long", "initiatives"),
    "followed_people": ("people served by these initiatives", "people"),
    "followed_usd": ("amount that donors paid for these initiatives", "US dollars of 2023"),
    "direction": ("source or use of the money", ""),
    "item": ("name of the source or use", ""),
    "mechanism": ("financing mechanism, or none", ""),
    "amount_usd": ("amount in the year", "US dollars of 2023"),
    "cause": ("rule that closed the initiatives, or before exit", ""),
    "initiatives": ("number of initiatives", "initiatives"),
    "name": ("name, as scenarios and studies write it", ""),
}
OF_TABLE: Mapping[tuple[str, str], tuple[str, str]] = {
    ("survival", "value"): ("name within the dimension", ""),
    ("parameters", "name"): ("name of the parameter, see afteraid parameters", ""),
    ("parameters", "value"): ("value that the run drew", ""),
    ("people", "item"): ("stage of the ledger of people, or the channel that users come through", ""),
    ("people", "kind"): ("kind of initiative; all of them for a channel", ""),
    ("people", "people"): ("people at this stage, or users through this channel", "people"),
    ("closures", "people"): ("people that the closed initiatives could serve", "people"),
    ("exits", "donor"): ("code of the lead donor that leaves", ""),
    ("exits", "people"): ("people that the initiatives can serve", "people"),
    ("closures", "capital_usd"): ("capital of the closed initiatives", "US dollars of 2023"),
    **{("portfolio", column.name): (column.words, column.unit) for column in READINESS},
    **{
        ("twin", name): (f"{CATALOGUE[name].words}, without donors' money from the start year on", CATALOGUE[name].unit)
        for name in ("use", "use_urban", "use_rural", "use_women", "public_usd", "treasury_usd")
    },
}


def writer(key: str = "kinds") -> Any:
    """Return the library that writes workbooks.

    Raises ResultsError, with the extra to install, where it is missing.
    """
    return library("xlsxwriter", "XlsxWriter", "excel", key, ResultsError)


def check_sizes(tables: Mapping[str, pd.DataFrame]) -> None:
    """Refuse tables that are longer than a sheet, before anything is written."""
    for name, table in tables.items():
        if len(table) >= MOST_ROWS:
            raise ResultsError(
                f"the table {name} has {len(table):,} rows; a sheet of Excel holds {MOST_ROWS - 1:,}",
                key="kinds",
                expected="parquet or csv, or fewer runs",
            )


def write_workbook(
    tables: Mapping[str, pd.DataFrame],
    manifest: Mapping[str, Any],
    path: Path,
    columns: pd.DataFrame | None = None,
) -> None:
    """Write tables and the manifest as one workbook.

    Args:
        tables: by name, which is that of the sheet.
        manifest: how the results came about.
        path: of the workbook.
        columns: what columns hold, instead of what :func:`explained` says: table, column, words, unit.

    Raises ResultsError where a table has no room in a sheet, or XlsxWriter is missing.
    """
    library = writer()
    check_sizes(tables)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with library.Workbook(str(path), options) as book:
        book.set_properties({"title": str(manifest.get("title", "")), "created": MADE})
        bold = book.add_format({"bold": True})
        for name, table in tables.items():
            _write_sheet(book, bold, name, list(table.columns), _rows(table))
        said = explained(tables) if columns is None else _rows(columns)
        _write_sheet(book, bold, "columns", ["table", "column", "words", "unit"], said)
        measures = ["measure", "words", "unit", "table", "kind", "better", "over years", "over countries", "target"]
        _write_sheet(book, bold, "measures", measures, _measures())
        _write_sheet(book, bold, "manifest", ["key", "value"], flattened(manifest))


def explained(tables: Mapping[str, pd.DataFrame]) -> list[tuple[str, str, str, str]]:
    """Return what every column of every table holds: table, column, words and unit."""
    own = {column.name: (column.words, column.unit) for column in COLUMNS}
    recorded = {one.name: (one.words, one.unit) for one in CATALOGUE.values()}
    found = []
    for table, frame in tables.items():
        known = {**recorded, **GENERAL, **(own if table in ("initiatives", "portfolio") else {})}
        for column in map(str, frame.columns):
            words, unit = OF_TABLE.get((table, column)) or known.get(column, ("", ""))
            found.append((table, column, words, unit))
    return found


def flattened(content: object, key: str = "") -> Iterator[tuple[str, object]]:
    """List every value of a manifest under its dotted key; a list of records is listed by their names."""
    if isinstance(content, Mapping) and content:
        for name, value in content.items():
            yield from flattened(value, f"{key}.{name}" if key else str(name))
    elif isinstance(content, (list, tuple)) and content and all(isinstance(one, Mapping) for one in content):
        for place, record in enumerate(content):
            yield from flattened(record, f"{key}.{record.get('name', place)}")
    elif isinstance(content, (list, tuple, Mapping)):
        yield key, json.dumps(content, ensure_ascii=False)
    else:
        yield key, content


def _measures() -> Iterator[tuple[object, ...]]:
    """Return a row for each measure of the catalogue."""
    for one in CATALOGUE.values():
        target = one.target.words if one.target else ""
        yield (
            one.name, one.words, one.unit, one.table, one.kind, one.better, one.over_years, one.over_countries, target,
        )  # fmt: skip


def _rows(table: pd.DataFrame) -> Iterator[tuple[object, ...]]:
    """Return the rows of a table as Python's texts and numbers."""
    columns: list[Iterable[object]] = []
    for name in table.columns:
        values = table[name]
        if isinstance(values.dtype, np.dtype) and values.dtype == np.float32:
            columns.append([float(str(value)) for value in values.to_numpy()])  # as short as it is stored
        elif isinstance(values.dtype, np.dtype) and values.dtype == np.uint64:
            columns.append([str(value) for value in values.tolist()])  # identities: all texts, small ones too
        else:
            columns.append(values.tolist())
    return zip(*columns, strict=True)


def _write_sheet(book: Any, bold: Any, name: str, header: list[str], rows: Iterable[tuple[object, ...]]) -> None:
    """Write one sheet, its first row in view while it is scrolled."""
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(len(header) - 1, 0), 16)
    for column, text in enumerate(header):
        sheet.write_string(0, column, str(text), bold)
    for row, values in enumerate(rows, start=1):
        for column, value in enumerate(values):
            _write_cell(sheet, row, column, value)


def _write_cell(sheet: Any, row: int, column: int, value: object) -> None:
    """Write a value: a number where Excel holds it exactly, nothing where it is missing, else a text."""
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int) and abs(value) <= LARGEST_WHOLE or isinstance(value, float) and math.isfinite(value):
        sheet.write_number(row, column, value)
    elif value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return
    else:
        text = str(value)
        sheet.write_string(row, column, text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 3]}...")
