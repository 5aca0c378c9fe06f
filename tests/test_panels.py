"""Panels and other tables of a user: economies by any spelling, what is none left out by name, wrong cells refused."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthetic_panel import made_panel, write_files
from wrong_inputs import of_a_kind

from afteraid.experiments.calibration.adoption_law import BOUNDS, COLUMNS, fit
from afteraid.experiments.calibration.bounds import at_bounds, cases_at_bounds
from afteraid.experiments.calibration.calibration import adoption_part, over_refits
from afteraid.experiments.calibration.given_tables import read_given
from afteraid.experiments.calibration.panel import read_panel
from afteraid.simulation.basis.errors import DataError

HEADER = "iso3,year,internet_pct\n"
# what people write -> the economy that it is; an independent list
SPELLED = {
    "KEN": "KEN", "KE": "KEN", "Kenya": "KEN", "NAM": "NAM", "Namibia": "NAM", "SWZ": "SWZ", "Eswatini": "SWZ",
    "Swaziland": "SWZ", "OWID_KOS": "XKX", "XKX": "XKX", "KSV": "XKX", "Kosovo": "XKX", "CIV": "CIV", "CI": "CIV",
    "Cote d'Ivoire": "CIV", "Egypt, Arab Rep.": "EGY", "EG": "EGY", "KOR": "KOR", "Korea, Rep.": "KOR",
    "PRK": "PRK", "North Korea": "PRK", "ASM": "ASM", "ROM": "ROU", "ROU": "ROU", "ZAR": "COD",
    "Congo, Dem. Rep.": "COD", "COG": "COG", "Congo, Rep.": "COG", "WBG": "PSE", "West Bank and Gaza": "PSE",
    "TMP": "TLS", "Turkey": "TUR", "Turkiye": "TUR", "Micronesia (country)": "FSM", "Gambia, The": "GMB",
    "Viet Nam": "VNM", "UK": "GBR",
}  # fmt: skip
GROUPS = ["OWID_WRL", "World", "WLD", "AFE", "LDC", "HIC", "SSF", "EUU", "IDA", "OWID_EUR", "OWID_HIC", "Africa"]
MADE_UP = ["ZZZ", "KEX", "Q1", "Atlantis", "404", "K", "KENYAN", "DZZ"]


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    """Write a file and return its path."""
    file = folder / "panel.csv"
    file.write_bytes(text.encode(encoding))
    return file


def rows(*codes: str) -> str:
    """Write a panel with one row for each code, in years that differ, and quotes where they are needed."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows((code, 2000 + place, 40.0) for place, code in enumerate(codes))
    return HEADER + text.getvalue()


@st.composite
def spellings(draw: st.DrawFn) -> tuple[list[str], set[str], set[str]]:
    """Codes as people write them: what is written, the economies that they are, and what is no economy."""
    chosen = draw(st.lists(st.sampled_from([*SPELLED, *GROUPS, *MADE_UP]), min_size=1, max_size=8))
    mangled, economies, others = [], set(), set()
    for code in chosen:
        text = draw(st.sampled_from([str, str.lower, str.upper, str.title]))(code)
        text = draw(st.sampled_from(["", " ", "\t"])) + text + draw(st.sampled_from(["", " ", "\xa0"]))
        mangled.append(text)
        if code in SPELLED:
            economies.add(SPELLED[code])
        else:
            others.add(text.strip())
    return mangled, economies, others


@of_a_kind
@given(spellings())
def test_codes_are_economies_or_are_left_out_by_name(
    tmp_path_factory: pytest.TempPathFactory, drawn: tuple[list[str], set[str], set[str]]
) -> None:
    mangled, economies, others = drawn
    file = written(tmp_path_factory.mktemp("codes"), rows(*mangled))
    try:
        panel = read_panel(file)
    except DataError as problem:
        assert not economies and problem.file == str(file) and problem.line and "alpha-3" in str(problem)
        return
    assert set(panel.use.columns) == economies
    for other in others:
        assert any(other in said for said in panel.left_out), other
    assert others or not any("Left out" in said for said in panel.left_out)


BAD_CELLS = [
    "0,5",
    "12,345",
    "1.5.2",
    "101",
    "-1",
    "inf",
    "-inf",
    "1e400",
    "many",
    "5 years",
    "12;5",
    "1/2",
    "0x10",
    "٣",
]
GOOD_CELLS = {"50": 50.0, " 50 ": 50.0, "50.5": 50.5, "5e1": 50.0, "45%": 45.0, "100": 100.0, "..": None, "": None,
              "NA": None, "0": 0.0, "n/a": None, "NaN": None}  # fmt: skip
BAD_YEARS = ["2010.5", "", "2,010", "2010-01-01", "n/a", "2010/11", "next", "inf"]


@of_a_kind
@given(
    cell=st.one_of(st.sampled_from(BAD_CELLS), st.sampled_from(list(GOOD_CELLS)), st.text(max_size=6)),
    year=st.one_of(st.just("2010"), st.just("2010.0"), st.sampled_from(BAD_YEARS)),
    separator=st.sampled_from([",", ",", ",", ";", "\t", "|"]),
    extra=st.sampled_from(["", "", "", ",", ",7", "short"]),
    header=st.sampled_from(
        ["iso3,year,internet_pct"] * 3 + ["iso3,year,internet", "iso3,year,internet_pct,year", "KEN,2009,3"]
    ),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-8", "utf-16", "utf-16-le", "cp1252"]),
    ends=st.sampled_from(["\n", "\r\n", "\r"]),
)  # fmt: skip
def test_cells_and_shapes_are_read_as_written_or_refused_with_their_line(
    tmp_path_factory: pytest.TempPathFactory, cell: str, year: str, separator: str, extra: str, header: str,
    encoding: str, ends: str,
) -> None:  # fmt: skip
    text = io.StringIO()
    lines = csv.writer(text, delimiter=separator, lineterminator="\n")
    lines.writerows([header.split(","), ["KEN", "2009", "60"], ["KEN", year, cell][: 2 if extra == "short" else 3]])
    content = text.getvalue().rstrip("\n") + (extra if extra != "short" else "") + "\n"
    try:
        content.encode(encoding)
    except UnicodeEncodeError:
        encoding = "utf-8"
    file = tmp_path_factory.mktemp("cells") / "panel.csv"
    file.write_bytes(content.replace("\n", ends).encode(encoding))
    right = (
        header == "iso3,year,internet_pct" and separator == "," and not extra and year in ("2010", "2010.0")
        and encoding in ("utf-8", "utf-8-sig", "cp1252")
    )  # fmt: skip
    try:
        panel = read_panel(file)
    except DataError as problem:
        assert problem.file == str(file) and problem.line is not None and 1 <= problem.line <= 9, problem
        assert not (right and cell in GOOD_CELLS), problem
        return
    assert right and cell not in BAD_CELLS, cell
    found = panel.use.loc[2010, "KEN"] if 2010 in panel.use.index else float("nan")
    wanted = GOOD_CELLS[cell] if cell in GOOD_CELLS else _plain_number(cell)
    assert pd.isna(found) if wanted is None else found == pytest.approx(wanted / 100.0)


def _plain_number(cell: str) -> float | None:
    """The number that a made-up cell holds; None for a mark of missing."""
    marks = ("", "-", "--", "..", "...", "…", "–", "—", "na", "n/a", "n.a.", "#n/a", "nan", "null", "none")
    stripped = cell.strip()
    return None if stripped.lower() in marks else float(stripped.removesuffix("%").replace("_", ""))


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        (HEADER + "KEN,2009,0.2\nUGA,2009,0.9\n", 3, "shares; expected percentages"),
        (HEADER + "KEN,2009,20\nKEN,2009.5,21\n", 3, "2009.5 is not a whole year"),
        (HEADER + "KEN,2009,20\n,2010,21\n", 3, "iso3: is empty"),
        (HEADER + "KEN,2009,20\nNA,2010,21\n", 3, "'NA' is no code"),
        (HEADER + "KEN,2009,\nUGA,2010,..\n", 1, "internet_pct: holds no number"),
        (HEADER + "KEN,2009,20,\n", 2, "4 cells, and the header 3"),
        (HEADER + "KEN,2009\n", 2, "2 cells, and the header 3"),
        (HEADER + "KEN,2009,0,5\n", 2, "4 cells"),
        (HEADER + 'KEN,2009,"0,5"\n', 2, "'0,5' can't be read as one number: write 0.5"),
        (HEADER.replace(",", ";") + "KEN;2009;0,5\n", 1, "parted by semicolons"),
        (HEADER, 1, "a header and no rows"),
        ("iso3,year,year,internet_pct\nKEN,1,2,3\n", 1, "year: names a column twice"),
        ("ISO3,year,internet_pct\nKEN,2009,3\n", 1, "did you mean 'ISO3'"),
        (HEADER + "KEN,2009,3\nken ,2009,4\n", 3, "KEN in 2009 twice, in line 2 too"),
        (HEADER + "KEN,2009,3\nKenya,2009,4\n", 3, "twice, in line 2 too"),
        (HEADER + "ZZZ,2009,3\nWLD,2009,4\n", 2, "holds no economy, but WLD, ZZZ; expected ISO 3166 alpha-3"),
        (HEADER + 'KEN,2009,"3\n', 2, "can't be read"),
    ],
)
def test_a_wrong_table_is_refused_with_file_and_line(tmp_path: Path, content: str, line: int, said: str) -> None:
    file = written(tmp_path, content)
    with pytest.raises(DataError, match="panel.csv") as problem:
        read_panel(file)
    assert problem.value.line == line and said in str(problem.value)


def test_namibia_is_na_among_codes_of_two_letters(tmp_path: Path) -> None:
    panel = read_panel(written(tmp_path, rows("NA", "KE")))
    assert list(panel.use.columns) == ["KEN", "NAM"]


def test_economies_without_covariates_and_years_outside_are_named(tmp_path: Path) -> None:
    panel = read_panel(written(tmp_path, HEADER + "KEN,2009,3\nASM,2009,4\nPRK,2009,4\nKEN,1960,0\n"))
    assert "1 rows of years before 1990" in panel.left_out[0]
    assert panel.left_out[1].endswith("ASM and PRK.")


@pytest.mark.parametrize(("column", "value"), [("pop", "0"), ("gdppc_ppp", "-3"), ("pop", "0,5")])
def test_covariates_that_cannot_be_are_refused(tmp_path: Path, column: str, value: str) -> None:
    file = written(tmp_path, HEADER + "KEN,2009,30\n")
    covariates = tmp_path / "covariates.csv"
    cells = {"pop": "1000000", "gdppc_ppp": "2000"} | {column: value}
    covariates.write_text(f'iso3,year,pop,gdppc_ppp\nKEN,2009,"{cells["pop"]}","{cells["gdppc_ppp"]}"\n')
    with pytest.raises(DataError, match="covariates.csv") as problem:
        read_panel(file, covariates)
    assert problem.value.line == 2 and problem.value.key == column


def test_thousands_in_covariates_are_read(tmp_path: Path) -> None:
    file = written(tmp_path, HEADER + "KEN,2009,30\n")
    covariates = tmp_path / "covariates.csv"
    covariates.write_text('iso3,year,pop,gdppc_ppp\nKEN,2009,"41,234,567","2,345.5"\n')
    panel = read_panel(file, covariates)
    assert panel.population.loc[2009, "KEN"] == 41234567.0 and panel.income.loc[2009, "KEN"] == 2345.5


def test_aggregates_change_no_fit_and_are_named_in_the_answer(tmp_path: Path) -> None:
    made = made_panel(economies=14, last=2010)
    panel, covariates = write_files(made, tmp_path)
    plain = adoption_part(read_panel(panel, covariates), 2010, 0, 1, 1, None)
    for path in (panel, covariates):
        table = pd.read_csv(path)
        first = table[table["iso3"] == table["iso3"].iloc[0]]
        pd.concat([table, first.assign(iso3="WLD"), first.assign(iso3="OWID_AFR")]).to_csv(path, index=False)
    with_aggregates = adoption_part(read_panel(panel, covariates), 2010, 0, 1, 1, None)
    assert with_aggregates.tables["adoption_draws"].equals(plain.tables["adoption_draws"])
    assert "14 economies" in with_aggregates.title
    said = [note for note in with_aggregates.notes if "groups of economies: WLD; OWID_AFR" in note]
    assert len(said) == 2 and not any("groups" in note for note in plain.notes)


def test_a_table_of_aid_says_what_was_left_out(tmp_path: Path) -> None:
    file = tmp_path / "flows.csv"
    file.write_text("donor,recipient,year,oda_gross\nUSA,ken,2010,1\nUSA,Africa,2010,2\n,UGA,2010,3\n")
    table, left_out = read_given(file, "flows")
    assert list(table["recipient"]) == ["KEN"]
    assert "Africa" in left_out[0] and "1 rows without a donor" in left_out[1]


def test_a_fit_that_ends_at_its_bounds_says_so() -> None:
    found = fit(made_panel(economies=40), 2018, draws=0).draws
    ended = pd.concat([found, found, found], ignore_index=True)
    assert not at_bounds(ended, BOUNDS)
    ended.loc[0, "momentum_gain"] = ended.loc[2, "momentum_gain"] = 1.0
    ended.loc[1, "anchor_rate"] = 0.3999
    said = at_bounds(ended, BOUNDS)
    assert said[0].startswith("The estimate of momentum_gain ends at its bound, 1")
    assert said[1:] == [
        "1 of 2 refits of anchor_rate end at its bound, 0.4.",
        "1 of 2 refits of momentum_gain end at its bound, 1.",
    ]
    donors = pd.DataFrame({"inertia": [0.5, 0.7, 0.9, 0.9]})
    assert cases_at_bounds(donors, {"inertia": (0.5, 0.9)}, "donors")[1].startswith("For 2 of 4 donors, inertia")


def test_a_law_that_the_bounds_hold_back_is_named_in_the_answer() -> None:
    """In a panel whose changes persist more than the bound allows, the estimate ends there."""
    made = made_panel(economies=14, last=2010)
    steep = made.use.copy()
    for place, code in enumerate(steep.columns):
        steep[code] = [None if year < 1994 else 1e-4 * 1.4 ** min(year - 1994, 14 + place) for year in steep.index]
    part = adoption_part(type(made)(steep, made.income, made.population, "made", {}), 2010, 0, 1, 1, None)
    assert any("ends at its bound" in note for note in part.notes)


@pytest.mark.parametrize("draws", [0, 2, 4, 5])
def test_fewer_refits_than_an_interval_needs_are_a_dash(draws: int) -> None:
    table = pd.DataFrame({name: [0.1 + 0.01 * row for row in range(draws + 1)] for name in COLUMNS})
    found = over_refits(table, COLUMNS)
    assert found["low"].isna().all() == found["high"].isna().all() == (draws < 5)
    assert (found["estimate"] == 0.1).all()
