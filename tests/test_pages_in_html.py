"""Pages in HTML: drawings of every kind, the same numbers as the tables, nothing from outside, readable colours."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afteraid import run
from afteraid.simulation.data.tables import load_table
from afteraid.simulation.results.answer import Answer, Card, Table
from afteraid.simulation.results.charts import Chart
from afteraid.simulation.results.faces.html import html
from afteraid.simulation.results.looks import places
from afteraid.simulation.results.svg.axes import NARROW, around, numbered, ticks
from afteraid.simulation.results.svg.marks import LINE_OF_TEXT, apart, width_of
from afteraid.simulation.results.svg.picture import DRAWERS, is_drawn, paper_of, picture
from afteraid.simulation.results.svg.tokens import DARK, LEAST_CONTRAST, LIGHT, STEPS, contrast, ink_on
from afteraid.simulation.results.tables import Results
from afteraid.simulation.results.words.glossary import glossary
from afteraid.simulation.scenario.scenario import load_scenario

LEAST_OF_STROKES = 3.0  # WCAG 2.2, graphical objects
MOST_BYTES = 300_000
LONG = "A group of countries with a name that is longer than any drawing has room for at its right side"
BANDS = {"low": 1.0, "lower": 2.0, "median": 3.0, "upper": 4.0, "high": 5.0}


def by_year(groups: list[str], years: list[int], scale: float = 1.0) -> pd.DataFrame:
    rows = [
        {"group": group, "year": year, **{name: scale * (value + place) for name, value in BANDS.items()}}
        for place, group in enumerate(groups)
        for year in years
    ]
    return pd.DataFrame(rows)


def spans(labels: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"label": labels, "median": [-2.0, 3.0][: len(labels)], "low": -4.0, "high": 5.0})


CHARTS = {
    "fan": by_year(["world", "LDC", LONG], [2025, 2026, 2027]),
    "difference": by_year(["one"], [2025, 2026]).assign(low=-3.0),
    "use": by_year(["world", "LDC"], [2025, 2050], 0.1),
    "curves": by_year(["a", "b", "c", "d", "e"], [0, 5]).rename(columns={"year": "years"}),
    "survival": pd.DataFrame(
        {"value": "abrupt", "years_after_exit": [1.0, 2.0], "survival": [0.8, 0.5], "low": 0.4, "high": [0.9, 0.6]}
    ),
    "stack": pd.DataFrame({"year": [2025, 2025, 2026, 2026], "item": ["a", "b"] * 2, "amount_usd": [1e9, 2e9, 3e9, 0]}),
    "calendar": pd.DataFrame(
        {"year": [2025, 2026] * 2, "part": ["a", "a", "room", "room"], "value": [1.0, 2.0, 3.0, np.nan],
         "role": ["bar", "bar", "line", "line"]}
    ),
    "spans": spans([LONG, "short"]),
    "tiles": pd.DataFrame({"iso3": ["KEN", "BEN", "FRA"], "value": [-3.5, np.nan, 12.0], "verdict": ["clear", "", ""]}),
    "bars": pd.DataFrame({"label": ["a", "b"], "value": [3e6, -1e6]}),
    "life": pd.DataFrame(
        {"world": ["base", "base", LONG, LONG], "year": 2025, "quarter": [1, 2] * 2, "donors_usd": [3e5, 0.0, 2e5, 1e5],
         "users_usd": [0.0, 1e4, 0.0, 5e4], "treasury_usd": 0.0, "others_usd": 0.0, "running_cost_usd": 1e5,
         "people": [100.0, 0.0, 100.0, 120.0], "phase": ["funded", "closed", "funded", "independent"],
         "events": ["is founded", "is closed; runs out of money", "is founded", ""]}
    ),
    "sankey": pd.DataFrame(
        {"stage": [1, 1, 2, 2], "source": ["Donors", "Treasuries", "Grants", "Loans"],
         "target": ["Grants", "Loans", LONG, "Running cost"], "amount_usd": [3e9, 1e9, 3e9, 1e9],
         "look": ["f1", "f2", "rest", "rest"], "before": [2e9, np.nan, 3e9, 1e9]}
    ),
    "bubbles": pd.DataFrame(
        {"iso3": ["KEN", "FRA"] * 2, "year": [2025, 2025, 2026, 2026], "value": [3e7, 2e6, 2e7, 1e6],
         "change": [0.0, np.nan, -1e6, np.nan], "layout": [3e7, 2e6, 2e7, 1e6]}
    ),
    "challenges": by_year(["world"], [2025, 2026]).assign(panel="1 A\nB", unit="share", target=np.nan, target_words=""),
    "sdg": by_year(["world"], [2025, 2026]).assign(panel="5.b", unit="ratio", target=4.0, target_words="four"),
}  # fmt: skip


def chart(kind: str, table: pd.DataFrame | None = None) -> Chart:
    shown = CHARTS[kind] if table is None else table
    across = "Who pays | In which way | For what" if kind == "sankey" else ""
    return Chart(f"{kind}-1", f"The {kind} <finding> & more", across, "Points", shown, kind=kind)


class Texts(HTMLParser):
    """The places and words of all texts of a drawing."""

    def __init__(self, drawing: str) -> None:
        super().__init__()
        self.found: list[tuple[dict[str, str | None], str]] = []
        self._at: dict[str, str | None] | None = None
        self.feed(drawing)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._at = dict(attrs) if tag == "text" else None

    def handle_data(self, data: str) -> None:
        if self._at is not None:
            self.found.append((self._at, data))


def test_every_kind_has_a_chart_here() -> None:
    assert set(CHARTS) == set(DRAWERS)


@pytest.mark.parametrize("kind", DRAWERS)
def test_every_kind_is_drawn_for_pages_and_telephones_with_words_for_who_can_not_see(kind: str) -> None:
    made = picture(chart(kind))
    for drawing in (made.wide, made.narrow):
        assert drawing.startswith("<svg") and drawing.endswith("</svg>") and 'role="img"' in drawing
        assert "&lt;finding&gt; &amp; more" in drawing and "nan" not in drawing and "inf" not in drawing
    assert made.words and str(made.words).endswith(".")


@pytest.mark.parametrize("kind", [kind for kind in DRAWERS if kind not in ("challenges", "sdg")])
def test_no_words_leave_the_drawing(kind: str) -> None:
    made = picture(chart(kind))
    for drawing, paper in ((made.wide, paper_of(chart(kind))), (made.narrow, NARROW)):
        for at, words in Texts(drawing).found:
            size = 12.0 if at.get("class") == "note" else 14.0
            size = float(at.get("font-size") or size)
            wide, anchor, left = width_of(words, size), at.get("text-anchor", "start"), float(str(at["x"]))
            first = left - {"start": 0.0, "middle": wide / 2.0, "end": wide}[str(anchor)]
            assert first >= -1.0 and first + wide <= paper.width + 1.0, words


@pytest.mark.parametrize("kind", ["fan", "difference", "use"])
def test_one_year_and_unknown_values_are_drawn(kind: str) -> None:
    table = CHARTS[kind].iloc[:1].assign(median=np.nan)
    assert picture(chart(kind, table)).wide.endswith("</svg>")
    assert picture(chart(kind, CHARTS[kind].iloc[:0])).wide == ""


def test_at_most_four_series_are_drawn_the_highest_and_the_lowest_among_them() -> None:
    words = picture(chart("curves")).words
    assert words.count(" to ") == 4 and "E:" in words and "A:" in words


def test_a_small_difference_is_not_written_as_none() -> None:
    table = CHARTS["difference"].assign(low=-0.02, median=0.0099, high=0.03, lower=np.nan, upper=np.nan)
    assert any(words.endswith("+0.0099") for _, words in Texts(picture(chart("difference", table)).wide).found)


def test_a_chart_without_a_drawing_is_shown_as_its_table() -> None:
    page = html(Answer("A title", charts=(chart("fan"), Chart("odd", "Odd", "", "", CHARTS["bars"], kind="odd"))))
    assert not is_drawn(Chart("odd", "Odd", "", "", CHARTS["bars"], kind="odd"))
    assert page.count("<figure") == 2 and page.count('class="drawing on-pages"') == 1


def test_one_thing_has_one_look_in_all_figures() -> None:
    assert places(["LDC"])["LDC"] == places(["a", "b", "LDC"])["LDC"]
    looks = list(places(["world", "x", "LDC", "y"]).values())
    assert len(set(looks)) == 4


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
def test_colours_can_be_read(scheme: object) -> None:
    inks = (scheme.text, scheme.note, *scheme.inks)  # type: ignore[attr-defined]
    assert min(contrast(ink, scheme.ground) for ink in inks) >= LEAST_CONTRAST  # type: ignore[attr-defined]
    assert min(contrast(stroke, scheme.ground) for stroke in scheme.strokes) >= LEAST_OF_STROKES  # type: ignore[attr-defined]


def test_codes_on_tiles_can_be_read() -> None:
    assert min(contrast(ink_on(colour), colour) for colour in STEPS) >= LEAST_CONTRAST


def test_every_economy_has_one_tile_and_neighbours_lie_near() -> None:
    grid, economies = load_table("tiles"), load_table("countries")
    assert sorted(grid["iso3"]) == sorted(economies["iso3"])
    assert not grid.duplicated(["column", "row"]).any()
    at = grid.set_index("iso3")[["column", "row"]]
    links = economies.dropna(subset="neighbours").set_index("iso3")["neighbours"].str.split(";").explode()
    apart = at.loc[links.index].to_numpy() - at.loc[links].to_numpy()
    assert np.quantile(np.abs(apart).max(axis=1), 0.9) <= 3.0


def test_a_tile_says_its_economy_and_value_and_a_clear_one_is_framed() -> None:
    made = picture(chart("tiles"))
    assert "<title>Kenya: -3.5</title>" in made.wide and "<title>Benin: not known</title>" in made.wide
    assert made.wide.count("marked") == 1 and "Highest: France 12" in made.words
    same = picture(chart("tiles", CHARTS["tiles"].assign(value=4.0)))
    assert "nan" not in same.wide


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_round_numbers_hold_the_data() -> None:
    for low, high in ((0.0, 97.3), (-3.2, 0.4), (5.0, 5.0), (0.0, 1e-4), (1e6, 3e9)):
        first, last = around(low, high)
        assert first <= low <= high <= last and len(ticks(first, last)) <= 7


@given(middle=st.floats(-100.0, 100.0), wide=st.floats(1e-6, 1e3))
def test_no_two_numbers_of_an_axis_are_written_alike(middle: float, wide: float) -> None:
    marks = numbered(middle - wide / 2.0, middle + wide / 2.0)
    written = [number for _, number in marks]
    assert len(set(written)) == len(written) > 1
    for value, number in marks:
        assert float(number.replace(",", "")) == pytest.approx(value, abs=1e-9)


def test_labels_are_moved_apart_within_their_room() -> None:
    moved = apart([50.0, 51.0, 52.0, 10.0], [LINE_OF_TEXT] * 4, 0.0, 100.0)
    ordered = sorted(moved)
    assert min(np.diff(ordered)) >= LINE_OF_TEXT - 1e-9 and ordered[-1] <= 100.0 - LINE_OF_TEXT / 2.0
    assert moved[3] == ordered[0]


@pytest.fixture(scope="module")
def results() -> Results:
    plan = load_scenario("baseline", {"run.spinup": 2020, "run.start": 2025, "run.end": 2028})
    return run(plan, runs=5, workers=1)


@pytest.fixture(scope="module")
def page(results: Results) -> str:
    return html(results.answer(), "afteraid run baseline --runs 5")


def data_of(page: str) -> dict[str, pd.DataFrame]:
    """Read the numbers back that a page holds."""
    (text,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)
    tables = {}
    for name, one in json.loads(text).items():
        values = [
            column if isinstance(column, list) else [column["of"][at] for at in column["at"]]
            for column in one["values"]
        ]
        tables[name] = pd.DataFrame(dict(zip(one["columns"], values, strict=True)))
    return tables


def test_the_numbers_of_a_page_are_those_of_its_figures(page: str, results: Results) -> None:
    held = data_of(page)
    for shown in results.answer().charts:
        name = re.sub(r"[^a-z0-9]", "-", shown.name.lower())
        for column in shown.table.select_dtypes("number"):
            numbers = held[name][column].astype(float).to_numpy()
            np.testing.assert_allclose(numbers, shown.table[column].to_numpy(float), rtol=1e-4)


def test_headlines_and_sentences_are_on_the_page(page: str, results: Results) -> None:
    answer = results.answer()
    assert len(answer.cards) == 3  # five years after an exit lie beyond so short a run
    text = page.replace("&#x27;", "'")
    for card in answer.cards:
        assert card.value in text and f"90% interval {card.interval}" in text
    assert all(sentence in text for sentence in answer.sentences)
    assert answer.question and answer.question in text and "How sure?" in text


def test_a_page_asks_for_nothing_from_outside_and_is_small(page: str) -> None:
    assert "default-src 'none'" in page and "sha256-" in page
    assert not re.search(r'(src|href)="(?!#)', page) and "@import" not in page and "url(" not in page
    assert re.findall(r"https?://[^\s\"]+", page.replace("http://www.w3.org/2000/svg", "")) == [] or "source" in page
    assert ' style="' not in page and " onclick" not in page
    assert len(page.encode()) <= MOST_BYTES


def test_headings_go_down_by_one_level(page: str) -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", page)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in zip(levels, levels[1:], strict=False))


def test_words_of_users_can_not_become_markup() -> None:
    odd = "</script><b>&\"'"
    table = Table("t", pd.DataFrame({"a": [odd]}), (odd,), ((odd,),))
    made = html(Answer(odd, (odd,), (table,), (), (odd,), cards=(Card(odd, odd, odd, odd, odd),), question=odd), odd)
    assert "<b>" not in made and made.count("</script>") == 2
    assert data_of(made)["t"]["a"].iloc[0] == odd


def test_names_of_the_program_are_set_as_code_in_sentences() -> None:
    text = html(Answer("Title", ("The effect leans on `cash.tolerance` and on <b>.",), notes=("Set `end`.",)))
    assert "leans on <code>cash.tolerance</code> and on &lt;b&gt;." in text and "Set <code>end</code>." in text


def test_the_terms_of_a_page_are_explained_in_the_appendix() -> None:
    text = html(Answer("Title", ("Treasuries face a donor cliff.",), notes=("LDC: a list.",)))
    terms = re.findall(r"<dt>(.*?)</dt>", text)
    assert {"donor cliff", "treasury", "least developed country (LDC)"} <= set(terms) and "endowment" not in terms
    assert terms == sorted(terms, key=str.casefold) and "<strong>free room</strong>" in text
    assert set(glossary()) >= set(terms) and "<!--" not in text
    assert "<dl>" not in html(Answer("Nothing here"))


def test_what_was_changed_and_assumed_is_in_the_appendix() -> None:
    plan = load_scenario("baseline", {"strategy.funding": 0.7, "run.spinup": 2023, "run.start": 2025, "run.end": 2026})
    made = html(run(plan, runs=1, workers=1, twin=False).answer())
    assert "strategy.funding" in made and "Settings that differ from the baseline" in made
    assumed = data_of(made)["assumptions"]
    assert {"judged", "derived", "published"} == set(assumed["standing"]) and assumed["source"].str.len().min() > 0
