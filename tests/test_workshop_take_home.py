"""A step or a session to take home: one page with the numbers of the terminal, and levers that stop at runs."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import call
from starlette.testclient import TestClient
from workshop_process import PATIENCE, workshop_process

from afteraid.faces.server.door import Door
from afteraid.faces.server.guard import Guard
from afteraid.faces.workshop import beside as making
from afteraid.faces.workshop.app import application
from afteraid.faces.workshop.joining import Joining
from afteraid.faces.workshop.moves import Workshop
from afteraid.faces.workshop.room import Room
from afteraid.faces.workshop.session import Session, load_session, session_names
from afteraid.faces.workshop.take_home import page_of, parts_of, runs_of, take_home
from afteraid.simulation.ensemble import run
from afteraid.simulation.results.words.numbers import change, level
from afteraid.simulation.scenario.scenario import load_scenario

HERE = "http://127.0.0.1:8050"
MEMBERS, PAIRS = 3, 2
SHORT = '"run.spinup" = 2021, "run.start" = 2023, "run.end" = 2026'
OUTCOME = "stranded_share"
FILE = f"""
title = "A small session"
summary = "What does a small session teach?"
aims = ["Learn one thing."]
opening = "Begin."
closing = ["What remains?"]

[[steps]]
title = "Who pays?"
minutes = 5
say = "Two worlds."
levers = ["funding"]
question = "What is stranded, if less is paid?"
asks = "change"
outcome = "{OUTCOME}"
picture = "stranded"
usual = "Most people expect much."
happens = "Somebody has to pay."
debrief = ["Who pays where you work?"]
worlds = [
    {{ title = "As it is", settings = {{ {SHORT} }} }},
    {{ title = "A quarter", settings = {{ {SHORT}, "strategy.funding" = 0.25 }} }},
]
guess = {{ low = -10, high = 10, step = 1 }}

[[steps]]
title = "Which is best?"
minutes = 5
say = "Three worlds."
question = "In which world is least stranded?"
asks = "best"
outcome = "{OUTCOME}"
picture = "stranded"
usual = "Most people choose the first."
happens = "Money differs."
debrief = ["What would you choose?"]
worlds = [
    {{ title = "As it is", settings = {{ {SHORT} }} }},
    {{ title = "Double", settings = {{ {SHORT}, "strategy.funding" = 2.0 }} }},
]
"""
BASE: dict[str, object] = {"run.spinup": 2021, "run.start": 2023, "run.end": 2026}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("session") / "small.toml"
    path.write_text(FILE, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def session(file: Path) -> Session:
    return load_session(file)


@pytest.fixture(scope="module")
def page(session: Session) -> str:
    parts = parts_of(session)
    return page_of(session, take_home(session, parts, MEMBERS, PAIRS, workers=1), parts, "2026-11-28")


def _data(page: str) -> dict[str, Any]:
    told = re.findall(r'<script type="application/json" id="([^"]+)">(.*?)</script>', page)
    return {name: json.loads(text) for name, text in told}


def _rows(table: dict[str, Any]) -> list[dict[str, str]]:
    columns = [[one["of"][at] for at in one["at"]] if isinstance(one, dict) else one for one in table["values"]]
    return [dict(zip(table["columns"], row, strict=True)) for row in zip(*columns, strict=True)]


def _stranded(settings: dict[str, object], runs: int) -> np.ndarray:
    found = run(load_scenario("baseline", {**BASE, **settings}), runs=runs, workers=1)
    return found.headlines()[OUTCOME].to_numpy()


def test_a_session_is_taken_home_whole(page: str, session: Session) -> None:
    text = unescape(page)
    for step in session.steps:
        for words in (step.title, step.question, step.usual, step.happens, *step.debrief):
            assert words in text
        for world in step.worlds:
            assert world.title in text
    assert session.summary in text and session.closing[0] in text and session.aims[0] in text
    assert "default-src 'none'" in page and "src=" not in page and "http:" not in page.replace("http://www.w3.org", "")
    assert page.count('class="living-levers"') == 1 and page.count('type="range"') == 1  # the second step has no levers
    assert page.count("afteraid run baseline --seed 2025 --runs 3") == 3  # each world once


def test_the_numbers_are_those_of_the_terminal(page: str) -> None:
    settings: dict[str, object] = {"strategy.funding": 0.25}
    before, after = _stranded({}, MEMBERS), _stranded(settings, MEMBERS)
    assert f'<div class="value">{change(float(np.median(after - before)), "share")}</div>' in page
    rows = _rows(_data(page)["data"]["levers"])
    assert len(rows) == 5
    base = next(row for row in rows if row["funding"] == "1")
    assert base[OUTCOME] == level(float(before[:PAIRS].mean()), "share") and base[f"{OUTCOME} change"] == ""
    moved = next(row for row in rows if row["funding"] == "0.25")
    assert moved[OUTCOME] == level(float(after[:PAIRS].mean()), "share") != base[OUTCOME]


def test_one_step_is_taken_alone(session: Session) -> None:
    parts = parts_of(session, only=2)
    page = page_of(session, take_home(session, parts, MEMBERS, PAIRS, workers=1), parts, "2026-11-28")
    assert "A small session: Which is best?" in page and "Who pays?" not in page and 'type="range"' not in page
    assert "living-data" not in page


@pytest.mark.parametrize("name", session_names())
def test_every_shipped_step_has_a_sensible_number_of_positions(name: str) -> None:
    parts = parts_of(load_session(name))
    for part in parts:
        assert len(part.axes) == len(part.step.levers) and 9 <= len(part.points) <= 81
        assert part.points.count(part.plans[0]) == 1
        for axis in part.axes:
            assert len(set(axis.words)) == len(axis.words) >= 3
    assert runs_of(parts, 30, 8) <= 2500


def test_the_command_writes_a_page_and_refuses_what_it_can_not_use(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("afteraid.faces.workshop.moves.MEMBERS", MEMBERS)
    place = tmp_path / "home.html"
    wrong = {
        ("--session", str(file), "--take-home", str(place), "--step", "3"): "there is no step 3; expected 1 to 2",
        ("--session", str(file), "--take-home", str(place), "--pairs", "0"): "--pairs",
        ("--session", "clif", "--take-home", str(place)): "did you mean 'cliff'",
        ("--session", str(file), "--step", "1"): "--take-home FILE",
        ("--session", str(file), "--take-home", str(place), "--language", "xx"): "xx",
        ("--take-home", str(place)): "no session is named",
        ("--session", str(file), "--take-home", str(tmp_path)): "is a folder",
    }
    for words, said in wrong.items():
        done = call("workshop", *words)
        assert done.exit_code == 2 and said in " ".join(done.stderr.split()), words
    assert not list(tmp_path.iterdir())
    done = call(
        "workshop", "--session", str(file), "--take-home", str(place), "--step", "1", "--pairs", "1", "--workers", "1"
    )
    assert done.exit_code == 0, done.stderr
    assert "Who pays?" in place.read_text(encoding="utf-8")


@pytest.fixture
def room(session: Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[TestClient, Room]]:
    monkeypatch.setattr(making.Beside.__init__, "__defaults__", (PAIRS,))
    door = Door(shared=True)
    found = Room(door, {session.name: session})
    app = application(Workshop(members=MEMBERS, settings=BASE), 1, found, Joining(door, 8050))
    with TestClient(Guard(app, ["127.0.0.1:8050"]), base_url=HERE, client=("127.0.0.1", 5)) as client:
        yield client, found


@pytest.mark.slow
def test_the_page_is_made_beside_the_room(room: tuple[TestClient, Room], session: Session) -> None:
    client, found = room
    key = {"Authorization": f"Bearer {found.door.key}", "Origin": HERE, "Content-Type": "application/json"}
    said = f"of={session.name}.1"

    def state() -> dict[str, Any]:
        told: dict[str, Any] = client.get(f"/take-home.json?{said}", headers=key).json()
        return told

    def send(**content: object) -> int:
        return client.post("/take-home", json={"of": f"{session.name}.1", **content}, headers=key).status_code

    _, token = found.join("phone", found.door.code, "Blue")
    for way in (f"/take-home.html?{said}", f"/take-home.json?{said}"):
        assert client.get(way, headers={"Authorization": f"Bearer {token}"}).status_code == 403
    assert client.get(f"/take-home.html?{said}", headers=key).status_code == 409
    for wrong in ("", "small.0", "small.9", "other", "small.x", ["small"]):
        assert send(of=wrong) == 422, wrong
    assert state()["state"] == "nothing"
    assert send() == 200 and state()["state"] == "under way"
    assert send(stop=True) == 200 and state()["state"] == "nothing"
    assert send() == 200
    limit = time.monotonic() + 300.0
    while (now := state())["state"] == "under way":
        assert now["done"] <= now["of"] and time.monotonic() < limit
        time.sleep(0.05)
    assert now == {"state": "ready", "done": now["of"], "of": now["of"]}
    answer = client.get(f"/take-home.html?{said}", headers=key)
    assert answer.headers["content-disposition"] == 'attachment; filename="small-1.html"'
    french = client.get(f"/take-home.html?{said}&language=fr", headers=key).text
    assert '<html lang="fr"' in french and "Essayer d'autres choix" in unescape(french)
    assert client.get(f"/take-home.html?{said}&language=xx", headers=key).status_code == 422
    parts = parts_of(session, only=1, settings=BASE)
    alone = page_of(session, take_home(session, parts, MEMBERS, PAIRS, workers=1), parts, "2026-11-28")
    mine, theirs = (_data(one) for one in (answer.text, alone))
    assert mine["data"]["levers"] == theirs["data"]["levers"] and mine["living-data"] == theirs["living-data"]


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_page_opens_from_a_file_alone(page: str, tmp_path: Path, browser: Any, width: int, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    path = tmp_path / "home.html"
    path.write_text(page, encoding="utf-8")
    shown = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme).new_page()
    asked: list[str] = []
    wrong: list[str] = []
    shown.on("request", lambda request: asked.append(request.url))
    shown.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    shown.on("pageerror", lambda problem: wrong.append(str(problem)))
    shown.goto(path.as_uri())
    before = shown.get_attribute("#levers .living-line", "d")
    shown.focus("#levers-lever-0")
    shown.keyboard.press("Home")
    last = _rows(_data(page)["data"]["levers"])[0]
    assert shown.inner_text("#levers-lever-0-said") == last["funding"] == "0"
    values = [card.inner_text() for card in shown.query_selector_all("#levers .card .value")]
    assert values == [last[name] for name in list(last)[1::3]]
    assert shown.get_attribute("#levers .living-line", "d") != before
    assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe.Axe().run(shown).response["violations"] == []
    assert asked == [path.as_uri()] and not wrong
    shown.context.close()


@pytest.mark.browser
@pytest.mark.slow
def test_the_facilitator_begins_and_stops_a_page(browser: Any, tmp_path: Path) -> None:
    with workshop_process(tmp_path) as (_, port):
        shown = browser.new_page()
        shown.set_default_timeout(1000.0 * PATIENCE)
        wrong: list[str] = []
        shown.on("pageerror", lambda problem: wrong.append(str(problem)))
        shown.goto(f"http://127.0.0.1:{port}/facilitator.html")
        shown.click("#sessions li:has-text('The cliff') button")
        shown.wait_for_selector("#home")
        assert shown.is_disabled("#home-step")
        shown.click("#next")
        shown.click("#home-step:enabled")
        shown.wait_for_selector("#home-said:has-text('runs.')")
        shown.click("#home-stop")
        shown.wait_for_selector("#home-stop", state="hidden")
        assert shown.inner_text("#home-said") == "" and shown.is_hidden("#home-save") and not wrong
        shown.close()
