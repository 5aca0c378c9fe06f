"""The tables of an answer as files: CSV with a dictionary of columns for every command, and Excel on request."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from pathlib import Path

import pandas as pd
import pytest
from command_line import call, refused
from test_workbook import sheets

from afteraid import Results, cli, load_scenario, run
from afteraid.answering import hand_over
from afteraid.simulation.results.answer import Answer, Table
from afteraid.simulation.results.answer_files import FOLDER, WORKBOOK, dictionary, safe, tables_of
from afteraid.simulation.results.plans import plans
from afteraid.simulation.results.tables import TABLES

ODD = pd.DataFrame({"name": ["=1+1", "-x", "@y", "plain"], "value": [-1.5, 2.0, 0.1, 4.0], "factor": list("abcd")})
ANSWER = Answer(
    "title", ("A sentence.",), (Table("first", ODD), Table("shown_only", pd.DataFrame(), ("a",), (("b",),))),
    parts=(Answer("one", tables=(Table("each", ODD),)), Answer("two", tables=(Table("each", ODD.head(2)),))),
    manifest={"seed": 5},
)  # fmt: skip


def write(folder: Path) -> None:
    (folder / "manifest.json").write_text("{}")


def handed_over(out: Path, excel: bool) -> Path:
    with redirect_stdout(io.StringIO()):
        hand_over(ANSWER, out=out, write=write, quiet=True, excel=excel)
    return out


def test_each_table_is_csv_and_parts_of_one_name_stand_together(tmp_path: Path) -> None:
    out = handed_over(tmp_path / "out", excel=False)
    assert {path.name for path in (out / FOLDER).iterdir()} == {"first.csv", "each.csv", "columns.csv"}
    each = pd.read_csv(out / FOLDER / "each.csv")
    assert list(each["part"]) == ["one"] * 4 + ["two"] * 2 and list(tables_of(ANSWER)) == ["first", "each"]
    said = pd.read_csv(out / FOLDER / "columns.csv")
    assert list(said.columns) == ["table", "column", "words", "unit"] and said["words"].notna().all()
    assert not (out / WORKBOOK).exists()


def test_no_text_is_a_formula_and_numbers_stay_numbers(tmp_path: Path) -> None:
    read = pd.read_csv(handed_over(tmp_path / "out", excel=False) / FOLDER / "first.csv")
    assert list(read["name"]) == ["'=1+1", "'-x", "'@y", "plain"] and read["value"].tolist() == ODD["value"].tolist()
    assert ODD["name"][0] == "=1+1" and safe(ODD)["factor"].tolist() == list("abcd")


def test_excel_holds_the_same_tables_with_their_columns_explained(tmp_path: Path) -> None:
    found = sheets(handed_over(tmp_path / "out", excel=True) / WORKBOOK)
    assert list(found) == ["first", "each", "columns", "measures", "manifest"]
    assert found["first"][1] == ["=1+1", -1.5, "a"]
    assert ["first", "factor", "name of what the study varies"] in [row[:3] for row in found["columns"]]


def test_an_answer_without_tables_writes_none(tmp_path: Path) -> None:
    with redirect_stdout(io.StringIO()):
        hand_over(Answer("title", ("A sentence.",)), out=tmp_path / "out", write=write, quiet=True, excel=True)
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"manifest.json", "answer.txt"}


def test_every_command_that_writes_tables_offers_excel_and_refuses_it_without_a_folder() -> None:
    with_answer = {"run", "attribute", "read", "discover", "hindcast", "patterns", "uncertainty", "search", "calibrate",
                   "natural-experiments", "compare", "cliff", "life", "country", "mission"}  # fmt: skip
    known = {name: cli.load(name) for names in cli.COMMANDS.values() for name in names}
    assert with_answer <= {
        name for name, command in known.items() if any(one.name == "excel" for one in command.params)
    }
    assert "--excel: has no folder to write to; expected --out FOLDER too" in refused("run", "baseline", "--excel")


@pytest.fixture(scope="module")
def results() -> Results:
    return run(load_scenario("baseline", {"spinup": 2022, "start": 2023, "end": 2026}), runs=5, workers=1)


def test_run_writes_its_answer_and_its_plans_with_what_explains_them(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("afteraid.commands.run.run_scenario", lambda *_, **__: results)
    monkeypatch.setattr("afteraid.commands.run.write_figures", lambda *_: [])
    out = tmp_path / "report"
    assert call("run", "baseline", "--excel", "--out", str(out)).exit_code == 0
    headlines = pd.read_csv(out / FOLDER / "headlines.csv")
    wanted = results.answer().table("headlines")
    assert list(headlines["measure"]) == list(wanted["measure"])
    assert headlines["median"].tolist() == pytest.approx(wanted["median"].tolist(), nan_ok=True)
    assert "headlines" in sheets(out / WORKBOOK) and "by_country" in sheets(out / "plans" / "plans.xlsx")
    for place, tables in ((out, TABLES), (out / "plans", plans(results)), (out / FOLDER, tables_of(results.answer()))):
        said = pd.read_csv(place / "columns.csv", keep_default_na=False)
        assert set(said["table"]) == set(tables) and (said["words"] != "").all()


def test_columns_of_runs_are_explained_by_the_catalogue() -> None:
    said = dictionary({"activity": pd.DataFrame(columns=["year", "value", "stranded_usd", "never_heard_of"])})
    words = dict(zip(said["column"], said["words"], strict=True))
    assert words["year"].startswith("calendar year") and words["never_heard_of"] == "Never heard of"
