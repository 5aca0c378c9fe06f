"""Results as Parquet, CSV and Excel: the same numbers in each, explained, and never a mixture of two results."""

from __future__ import annotations

import importlib
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from afteraid import InputError, Results, load_scenario, run
from afteraid.simulation.basis.errors import ResultsError
from afteraid.simulation.measures.catalogue import CATALOGUE
from afteraid.simulation.results import workbook
from afteraid.simulation.results.tables import KINDS, TABLES
from afteraid.simulation.results.workbook import WORKBOOK, explained

SHEET = {"s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@pytest.fixture(scope="module")
def results() -> Results:
    found = run(load_scenario("baseline", {"spinup": 2022, "start": 2022, "end": 2023}), runs=2, workers=1)
    keep = found.countries["iso3"].isin(["KEN", "NAM", "UGA"])
    short = {name: getattr(found, name).head(150) for name in TABLES}
    return replace(found, **{**short, "countries": found.countries[keep].reset_index(drop=True)})


def sheets(path: Path) -> dict[str, list[list[Any]]]:
    """Read the sheets of a workbook: texts, numbers and None."""
    with zipfile.ZipFile(path) as archive:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        names = [sheet.attrib["name"] for sheet in book.iterfind("s:sheets/s:sheet", SHEET)]
        found = {}
        for number, name in enumerate(names, start=1):
            page = ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))
            assert page.find(".//s:f", SHEET) is None, "no cell is a formula"
            found[name] = [[_cell(cell) for cell in row] for row in page.iterfind("s:sheetData/s:row", SHEET)]
    return found


def _cell(cell: ElementTree.Element) -> Any:
    text = "".join(part.text or "" for part in cell.iterfind(".//s:t", SHEET))
    value = cell.find("s:v", SHEET)
    return text if cell.attrib.get("t") == "inlineStr" else None if value is None else float(value.text or "nan")


def test_a_workbook_holds_every_table_and_what_explains_it(results: Results, tmp_path: Path) -> None:
    folder = results.save(tmp_path / "all", kinds=["excel"])
    found = sheets(folder / WORKBOOK)
    assert list(found) == [*TABLES, "columns", "measures", "manifest"]
    for name in TABLES:
        table = getattr(results, name)
        assert found[name][0] == list(table.columns) and len(found[name]) == len(table) + 1
    place = found["countries"][0].index("use")
    stored = [float(str(value)) for value in results.countries["use"].to_numpy()]
    assert [row[place] for row in found["countries"][1:]] == stored
    assert {row[found["countries"][0].index("iso3")] for row in found["countries"][1:]} == {"KEN", "NAM", "UGA"}
    keys = [row[found["initiatives"][0].index("key")] for row in found["initiatives"][1:]]
    assert keys == [str(key) for key in results.initiatives["key"]]  # exact, though Excel's numbers are not
    assert ["seed", float(results.manifest["seed"])] in found["manifest"]
    assert {row[0] for row in found["measures"][1:]} == set(CATALOGUE)
    assert all(words for _, _, words, _ in explained({name: getattr(results, name) for name in TABLES}))


def test_texts_stay_texts_and_what_is_missing_stays_empty(results: Results, tmp_path: Path) -> None:
    odd = pd.DataFrame(
        {"name": ["=1+1", "http://example.org", "", "a" * 40_000, "-"], "value": [np.nan, np.inf, 0.1, 1e300, -0.0]}
    )
    path = tmp_path / "odd.xlsx"
    workbook.write_workbook({"parameters": odd}, {"title": "=2", "list": [1, 2], "empty": {}}, path)
    rows = sheets(path)["parameters"][1:]
    assert rows[0] == ["=1+1"] and rows[1] == ["http://example.org", "inf"] and rows[2][-1] == 0.1
    assert len(rows[3][0]) == workbook.MOST_LETTERS and rows[3][0].endswith("...") and rows[3][1] == 1e300
    assert ["list", "[1, 2]"] in sheets(path)["manifest"] and ["title", "=2"] in sheets(path)["manifest"]


def test_the_same_results_give_the_same_workbook(results: Results, tmp_path: Path) -> None:
    first, second = (results.save(tmp_path / name, kinds=("excel",)) / WORKBOOK for name in "ab")
    assert first.read_bytes() == second.read_bytes()


def test_each_kind_is_written_alone_or_together_and_leaves_nothing_of_the_last(
    results: Results, tmp_path: Path
) -> None:
    folder = tmp_path / "report"
    (folder).mkdir()
    (folder / "mine.txt").write_text("stays", encoding="utf-8")
    for kinds in (KINDS, ("csv",), ("parquet",), "excel", ("parquet", "csv")):
        results.save(folder, kinds)
        asked = (kinds,) if isinstance(kinds, str) else kinds
        endings = {path.suffix[1:] for path in folder.iterdir()} - {"json", "txt"}
        assert endings == {"xlsx" if kind == "excel" else kind for kind in asked}
    assert (folder / "mine.txt").exists()
    again = Results.read(folder)
    written = pd.read_csv(folder / "countries.csv", keep_default_na=False)
    assert np.allclose(written["use"], again.countries["use"]) and list(written["iso3"]) == list(
        again.countries["iso3"]
    )


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        (["exel"], "there is no kind of file called 'exel'.*did you mean 'excel'"),
        ([], "nothing would be written"),
        (5, "5 is no list"),
        ([None], "None is not a text"),
    ],
)
def test_a_kind_that_is_not_there_is_refused(results: Results, tmp_path: Path, kinds: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        results.save(tmp_path / "none", kinds)
    assert not (tmp_path / "none").exists()


def test_a_table_that_is_too_long_for_a_sheet_is_refused_before_anything_is_written(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 20)
    with pytest.raises(
        ResultsError, match=r"the table divide has .* rows; a sheet of Excel holds 19; expected parquet"
    ):
        results.save(tmp_path / "none", kinds=["parquet", "excel"])
    assert not (tmp_path / "none").exists()


def test_without_xlsxwriter_it_says_what_to_install(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importlib.import_module

    def without(name: str, *rest: Any) -> Any:
        if name == "xlsxwriter":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(importlib, "import_module", without)
    with pytest.raises(ResultsError, match=r"XlsxWriter is not installed; expected pip install 'afteraid\[excel\]'"):
        results.save(tmp_path / "none", kinds=["csv", "excel"])
    assert not (tmp_path / "none").exists()
