"""Pages in a browser, from a file: nothing leaves, no error, no label is clipped, and axe finds nothing serious."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from test_pages_in_html import CHARTS, chart

from afteraid import compare, run
from afteraid.experiments.planning.country import country_page
from afteraid.paging import print_page
from afteraid.simulation.results.answer import Answer, Card, Table
from afteraid.simulation.results.faces.html import html
from afteraid.simulation.results.living import Living, Slider
from afteraid.simulation.results.tables import Results
from afteraid.simulation.scenario.scenario import load_scenario

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
pytestmark = [pytest.mark.browser, pytest.mark.slow]
LAPTOP, PHONE = {"width": 1280, "height": 720}, {"width": 390, "height": 844}
LOOKS = [(LAPTOP, "light"), (LAPTOP, "dark"), (PHONE, "light"), (PHONE, "dark")]
CLIPPED = """() => [...document.querySelectorAll('svg text')].filter((one) => {
  const drawing = one.ownerSVGElement.getBoundingClientRect(), own = one.getBoundingClientRect();
  return drawing.width > 0 && (own.left < drawing.left - 1 || own.right > drawing.right + 1
    || own.top < drawing.top - 1 || own.bottom > drawing.bottom + 1);
}).map((one) => one.textContent)"""
OVERLAPPING = """() => [...document.querySelectorAll('svg')].flatMap((drawing) => {
  const texts = [...drawing.querySelectorAll('text')].map((one) => [one.textContent, one.getBoundingClientRect()]);
  return texts.flatMap(([words, a], place) => texts.slice(place + 1).filter(([, b]) => a.width > 0 && b.width > 0
    && Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 5).map(([other]) => words + ' / ' + other));
})"""


@pytest.fixture(scope="module")
def answer() -> Answer:
    table = Table("headlines", CHARTS["bars"], ("Headlines", "Value"), (("a", "3"), ("b", "-1")))
    sentences = tuple(f"Sentence {number} of the answer is whole." for number in range(5))
    cards = tuple(Card(f"outcome {number}", "45.6%", "40 to 50", "+3 points", "clear") for number in range(4))
    return Answer(
        "What is asked", sentences, (table,), tuple(chart(kind) for kind in CHARTS), ("A note.",), cards=cards,
        question="Where do initiatives stand?", sure=("Most parameters are judged.",),
    )  # fmt: skip


@pytest.fixture(scope="module")
def place(answer: Answer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "page.html"
    path.write_text(html(answer, "afteraid run baseline"), encoding="utf-8")
    return path


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_a_page_opens_from_a_file_alone_and_reads_well(
    browser: Any, place: Path, size: dict[str, int], scheme: str
) -> None:
    context = browser.new_context(viewport=size, color_scheme=scheme)
    page = context.new_page()
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda problem: wrong.append(str(problem)))
    page.goto(place.as_uri())
    for summary in page.query_selector_all("details.numbers summary"):
        summary.click()
    assert asked == [place.as_uri()] and not wrong
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(CLIPPED) == []
    assert page.evaluate(OVERLAPPING) == []
    violations = axe.Axe().run(page).response["violations"]
    assert [one["id"] for one in violations if one["impact"] in ("serious", "critical")] == []
    context.close()


@pytest.fixture(scope="module")
def levers() -> Living:
    rng = np.random.default_rng(3)
    words = (("as in the base", "abrupt exit"), ("0.5", "1", "2"))
    rows = [
        (*names, *(f"{10 * place + outcome}.5%" if part == 0 else f"+{place} points (+{outcome} to +{place + 9})"
                   if part == 1 else "clearly better" for outcome in range(6) for part in range(3)))
        for place, names in enumerate(itertools.product(*words))
    ]  # fmt: skip
    columns = ["exits", "funding", *(f"{name}{part}" for name in "abcdef" for part in range(3))]
    curves = np.sort(rng.uniform(0.2, 0.9, size=(6, 3, 4)), axis=1)
    sliders = (Slider("Exit strategy", words[0], 0), Slider("Donors' funding", words[1], 1))
    names = tuple(f"Outcome {number}" for number in range(6))
    times = (0.0, 1.0, 5.0, 10.0)
    return Living(sliders, names, pd.DataFrame(rows, columns=columns), times, curves, ("Every position was run.",))


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_levers_move_by_keys_and_stop_at_what_was_run(
    browser: Any, answer: Answer, levers: Living, tmp_path: Path, size: dict[str, int], scheme: str
) -> None:
    path = tmp_path / "page.html"
    path.write_text(html(replace(answer, levers=levers)), encoding="utf-8")
    context = browser.new_context(viewport=size, color_scheme=scheme)
    page = context.new_page()
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda problem: wrong.append(str(problem)))
    page.goto(path.as_uri())
    cards = [f".living .card:nth-child({number})" for number in range(1, 7)]
    shown = [page.inner_text(f"{card} .value") for card in cards]
    assert shown == levers.table.iloc[levers.at_base].tolist()[2::3]
    before = page.get_attribute(".living-line", "d")
    page.focus("#levers-lever-0")
    page.keyboard.press("ArrowRight")
    page.focus("#levers-lever-1")
    page.keyboard.press("End")
    row = levers.table.iloc[5].tolist()
    for number, card in enumerate(cards):
        inside = [page.inner_text(f"{card} .{part}") for part in ("value", "change", "verdict")]
        assert inside == row[2 + 3 * number : 5 + 3 * number]
    assert page.get_attribute("#levers-lever-1", "aria-valuetext") == "2"
    assert page.get_attribute(".living-line", "d") != before
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(CLIPPED) == [] and page.evaluate(OVERLAPPING) == []
    violations = axe.Axe().run(page).response["violations"]
    assert [one["id"] for one in violations if one["impact"] in ("serious", "critical")] == []
    page.click(".living-back")
    assert page.get_attribute(".living-line", "d") == before
    assert asked == [path.as_uri()] and not wrong
    context.close()


@pytest.fixture(scope="module")
def results() -> Results:
    return run(load_scenario("baseline", {"end": 2036, "focus": "KEN"}), runs=2, workers=1)


@pytest.fixture(scope="module")
def answers(results: Results) -> list[Answer]:
    scenario = load_scenario("baseline", {"end": 2036, "focus": "KEN"})
    compared = compare("baseline", "phased-handover", runs=2, end=2030, workers=1)
    return [results.answer(), country_page(scenario, results, "KEN"), compared.answer()]


@pytest.mark.parametrize("language", ["fr", "es", "ar", "pseudo"])
@pytest.mark.parametrize(("size", "scheme"), [(LAPTOP, "light"), (PHONE, "dark")])
def test_pages_in_other_languages_fit_too(
    browser: Any,
    answers: list[Answer],
    levers: Living,
    tmp_path: Path,
    size: dict[str, int],
    scheme: str,
    language: str,
) -> None:
    path = tmp_path / "page.html"
    page = browser.new_context(viewport=size, color_scheme=scheme).new_page()
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    for place, answer in enumerate(answers):
        path.write_text(html(replace(answer, levers=None if place else levers), language=language), encoding="utf-8")
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate(CLIPPED) == [] and not wrong
        assert language == "pseudo" or page.evaluate(OVERLAPPING) == []
        violations = axe.Axe().run(page).response["violations"]
        assert [one["id"] for one in violations if one["impact"] in ("serious", "critical")] == []
    page.context.close()


def test_a_table_is_saved_as_a_file_whose_cells_are_no_formulas(browser: Any, tmp_path: Path) -> None:
    table = CHARTS["bars"].assign(label=["=1+1", "@x"])
    path = tmp_path / "page.html"
    path.write_text(html(Answer("A title", charts=(chart("bars", table),))), encoding="utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    page.click("details.numbers summary")
    with page.expect_download() as saved:
        page.click("button[data-csv]")
    lines = Path(saved.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "label,value" and lines[1].startswith("'=1+1,3000000") and lines[2].startswith("'@x,-1000000")
    page.close()


def test_the_first_page_of_the_print_holds_the_first_screen(answer: Answer, tmp_path: Path, browser: Any) -> None:
    printed = tmp_path / "page.pdf"
    print_page(answer, printed, "afteraid run baseline")
    assert printed.read_bytes().startswith(b"%PDF")
    path = tmp_path / "page.html"
    path.write_text(html(answer), encoding="utf-8")
    page = browser.new_page(viewport={"width": 718, "height": 1047})  # A4 at 96 dots an inch, less the margins
    page.emulate_media(media="print")
    page.goto(path.as_uri())
    assert page.evaluate("document.querySelector('.first').getBoundingClientRect().bottom") <= 1047
    assert page.evaluate("getComputedStyle(document.querySelector('#evidence')).breakBefore") == "page"
    assert len(re.findall(rb"/Type\s*/Page\b", printed.read_bytes())) >= 2
    page.close()
