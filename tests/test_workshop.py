"""The workshop's content: levers from declarations, verdicts, pictures that add up, and moves that are checked."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from importlib.resources import files
from xml.etree import ElementTree

import numpy as np
import pytest
from short_worlds import CENTRAL, short_plan
from starlette.testclient import TestClient

from afteraid.faces.server.crew import IDLE
from afteraid.faces.server.door import Door
from afteraid.faces.server.guard import Guard
from afteraid.faces.workshop import moves
from afteraid.faces.workshop.ahead import next_positions
from afteraid.faces.workshop.app import application
from afteraid.faces.workshop.events import events_of
from afteraid.faces.workshop.joining import Joining
from afteraid.faces.workshop.levers import MOST_LEVERS, USUAL, declared_levers, moved
from afteraid.faces.workshop.moves import Move, Workshop
from afteraid.faces.workshop.one_run import kept_outcomes, outcomes
from afteraid.faces.workshop.outcomes import ONLINE, SERVING, STRANDED, Outcomes, read_outcomes
from afteraid.faces.workshop.picture import Pairs, shown
from afteraid.faces.workshop.room import Room
from afteraid.faces.workshop.scenes import SCENES
from afteraid.faces.workshop.verdicts import UNCHANGED, judge
from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.ensemble import run
from afteraid.simulation.measures.catalogue import CATALOGUE
from afteraid.simulation.measures.headlines import HEADLINES
from afteraid.simulation.results.faces.translated import translator
from afteraid.simulation.results.words.verdicts import CLEAR, LEANING, NO_CLEAR_EFFECT, TOO_FEW, TOO_SMALL
from afteraid.simulation.scenario.settings import StrategySettings
from afteraid.simulation.state import levers as typed

PAGES = files("afteraid.faces.workshop") / "page"
HERE = "http://127.0.0.1:8050"
PLAN = short_plan()
LEVERS = declared_levers(PLAN)
RECORD = CATALOGUE["serving_5_years_after_exit"]
D = 0.02  # its smallest difference that matters


def test_every_lever_is_there_in_the_words_of_its_declaration() -> None:
    assert set(LEVERS) == set(typed.Strategy.__annotations__)
    for lever in LEVERS.values():
        said = StrategySettings.model_fields[lever.name].description or ""
        assert lever.words.lower() == said.lower().partition("; if left out")[0] and lever.title
        if not lever.options:
            assert lever.base is not None and lever.low <= lever.base <= lever.high
            steps = np.array([lever.base - lever.low, lever.high - lever.low]) / lever.step
            assert steps == pytest.approx(np.round(steps), abs=1e-6) and steps[1] <= 1000, lever.name
    assert len(USUAL) <= MOST_LEVERS and set(USUAL) <= set(LEVERS)


def test_a_moved_lever_changes_its_setting_and_nothing_else() -> None:
    plan = moved("baseline", LEVERS, {"exits": "evergreen", "funding": 0}, CENTRAL)
    assert plan.strategy.exits == {"evergreen": 1.0} and plan.strategy.funding == 0.0
    assert plan.world == PLAN.world and plan.run == PLAN.run
    same = plan.strategy.model_copy(update={"exits": PLAN.strategy.exits, "funding": 1.0})
    assert same == PLAN.strategy


def test_a_year_and_a_group_of_countries_are_levers_too() -> None:
    plan = moved("baseline", LEVERS, {"policy_year": 2021.0, "policy_countries": "LDC"}, CENTRAL)
    assert plan.strategy.policy_year == 2021 and plan.strategy.policy_countries == ("LDC",)
    year = LEVERS["strategy_year"]
    assert (year.low, year.high, year.step) == (PLAN.run.start, PLAN.run.end - 1, 1.0) and year.base == year.low


@pytest.mark.parametrize(
    "positions",
    [
        {"nothing": 1}, {"exits": "nobody"}, {"exits": 1.0}, {"funding": "1"}, {"funding": True}, {"funding": 99.0},
        {"funding": None}, {"policy_year": 2005.5}, {"policy_year": 2051}, dict.fromkeys(list(LEVERS)[:5], 0.0),
        {"policy_countries": ["LDC"]}, {"policy_countries": "LCD"},
    ],
)  # fmt: skip
def test_a_position_that_can_not_be_used_is_refused(positions: dict[str, object]) -> None:
    with pytest.raises(InputError):
        moved("baseline", LEVERS, positions, CENTRAL)


@pytest.mark.parametrize(
    ("differences", "verdict"),
    [
        (np.linspace(1.5 * D, 3 * D, 30), CLEAR),
        (-np.linspace(1.5 * D, 3 * D, 30), CLEAR),
        (np.linspace(0.1 * D, 0.9 * D, 30), TOO_SMALL),
        (np.r_[np.full(3, -D), np.full(27, 3 * D)], LEANING),
        (np.r_[np.full(13, -D), np.full(17, D)], NO_CLEAR_EFFECT),
        (np.zeros(30), UNCHANGED),
        (np.full(4, 3 * D), TOO_FEW),
        (np.full(30, np.nan), TOO_FEW),
    ],
)
def test_a_difference_is_judged_by_its_interval_and_by_what_matters(differences: np.ndarray, verdict: str) -> None:
    found = judge(differences, 0.5, RECORD, RECORD.words)
    assert found.verdict == verdict
    assert found.sentence.startswith("Initiatives serving 5 years after exit: ") and found.sentence.endswith(".")
    if verdict not in (UNCHANGED, TOO_FEW):
        low, high = np.quantile(differences, (0.05, 0.95))
        assert (found.low, found.median, found.high) == pytest.approx((low, np.median(differences), high))


def test_an_interval_that_can_not_matter_is_known_whatever_the_verdict() -> None:
    around = np.linspace(-0.5 * D, 0.6 * D, 30)
    found = judge(around, 0.5, RECORD, RECORD.words)
    assert found.verdict == NO_CLEAR_EFFECT and found.within
    assert not judge(np.append(around, np.full(5, 2 * D)), 0.5, RECORD, RECORD.words).within
    assert not judge(around[:4], 0.5, RECORD, RECORD.words).within


def test_a_threshold_may_be_a_share_of_the_level() -> None:
    record = CATALOGUE["stranded_share"]
    assert record.matters is not None and record.matters.relative
    differences = np.linspace(0.9, 1.1, 30) * 0.01
    assert judge(differences, 0.1, record, record.words).verdict == CLEAR
    assert judge(differences, 0.5, record, record.words).verdict == TOO_SMALL


def _made(seed: int, shift: float = 0.0) -> Outcomes:
    """Outcomes out of nothing: six years, and what survives falls year by year."""
    noise = np.random.default_rng(seed)
    scalars = {name: float(noise.uniform(0.3, 0.6)) + shift for name in HEADLINES}
    series = {SERVING: np.linspace(1.0, 0.5, 7), ONLINE: np.linspace(0.3, 0.6, 7), STRANDED: np.full(6, 0.1)}
    return Outcomes(scalars, {name: values + shift * (name == SERVING) for name, values in series.items()})


BASE = [_made(seed) for seed in range(30)]
AFTER = [_made(seed, 0.1) for seed in range(30)]


@pytest.mark.parametrize("name", [SERVING, ONLINE, STRANDED])
@pytest.mark.parametrize("view", ["difference", "level"])
@pytest.mark.parametrize("pairs", [0, 1, 4, 30])
def test_every_picture_is_a_whole_drawing_that_a_strict_page_takes(name: str, view: str, pairs: int) -> None:
    found = shown(Pairs(BASE, BASE[:pairs], AFTER[:pairs]), PLAN, name, view)
    json.dumps(found, allow_nan=False)
    picture = found["picture"]
    tree = ElementTree.fromstring(f"<div>{picture['svg']}</div>")
    assert len(tree) == 2 and picture["svg"].count('class="frame"') == 2  # for a wide page and for a telephone
    for element in tree.iter():
        assert "style" not in element.attrib and not element.tag.endswith(("style", "script"))
        assert not [key for key in element.attrib if key.startswith("on")] and "NaN" not in str(element.attrib)
    assert picture["view"] == (view if pairs else "level") and picture["title"] and len(picture["steps"]) >= 6
    assert ("90% interval" in picture["note"]) == (pairs >= 5 or picture["view"] == "level")
    assert bool(picture["marks"]) == (name != SERVING)


def test_levels_and_changes_add_up_and_the_interval_is_of_the_pairs() -> None:
    found = shown(Pairs(BASE, BASE, AFTER), PLAN, SERVING, "difference")
    for row in found["outcomes"]:
        assert row["verdict"] == CLEAR or not row["change"].startswith("+10 percentage points")
    first = found["outcomes"][0]
    numbers = [float(first[name].rstrip("%")) for name in ("base", "now")]
    assert numbers[1] - numbers[0] == pytest.approx(10.0, abs=0.11) and first["change"].startswith("+10 percentage")
    assert all(row[3] == "10.00" for row in found["picture"]["table"]["rows"])


def test_outcomes_that_a_lever_does_not_change_are_named() -> None:
    after = [Outcomes({**one.scalars, "use": one.scalars["use"] + 0.001, "gap": one.scalars["gap"] + 0.5}, one.series)
             for one in BASE]  # fmt: skip
    said = shown(Pairs(BASE, BASE, after), PLAN, SERVING, "difference")["unchanged"]
    unchanged, _, small = said.partition("Changed too little to matter: ")
    assert unchanged.startswith("Not changed by these levers: initiatives serving 5 years after exit; ")
    assert small == "internet use, least developed countries, 2024." and "gap" not in said
    assert shown(Pairs(BASE, [], []), PLAN, SERVING, "level")["unchanged"] == ""


def test_a_first_picture_is_the_base_and_the_difference_of_one_run() -> None:
    found = shown(Pairs(BASE, BASE[:1], AFTER[:1]), PLAN, SERVING, "level")
    levels = {row[0]: float(row[3]) for row in found["picture"]["table"]["rows"][6::7]}
    assert levels["levers"] - levels["base"] == pytest.approx(10.0)
    assert found["outcomes"][0]["verdict"] == TOO_FEW


def test_events_are_of_the_years_shown_and_in_order() -> None:
    plan = short_plan({"run.end": 2050, "world.satellite_arrival": 2030})
    found = events_of(plan)
    assert found == sorted(found) and (2030, "Satellites begin to serve rural areas") in found
    assert all(plan.run.start <= year <= plan.run.end for year, _ in found)


@pytest.mark.slow
def test_a_run_has_the_headlines_of_the_terminal(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERAID_CACHE", str(tmp_path))
    plan = moved("baseline", LEVERS, {"exits": "government_handover", "capacity_share": 0.2}, CENTRAL)
    results = run(plan, runs=1, workers=1)
    ours = outcomes(plan, 0)
    theirs = results.headlines().iloc[0]
    for name in set(HEADLINES) - {"use", "gap"}:
        assert ours.scalars[name] == pytest.approx(float(theirs[name]), rel=1e-5, nan_ok=True), name
    divide = results.divide
    for name in ("use", "gap"):
        rows = (divide["measure"] == name) & (divide["group"] == "LDC") & (divide["year"] == plan.run.end)
        assert ours.scalars[name] == pytest.approx(float(divide.loc[rows, "value"].iloc[0]), rel=1e-6)
    assert len(ours.series[ONLINE]) == plan.run.end - plan.run.start + 1 == len(ours.series[STRANDED]) + 1
    assert ours.series[SERVING][5] == ours.scalars["serving_5_years_after_exit"]
    kept = kept_outcomes(plan, 0)
    again = kept_outcomes(plan, 0)
    for one in (kept, again, read_outcomes(ours.written())):
        assert one.scalars == ours.scalars or np.isnan(list(ours.scalars.values())).any()
        assert all(np.array_equal(one.series[name], ours.series[name], equal_nan=True) for name in ours.series)


class _Crew:
    """Answers work when a test says so."""

    workers, waiting = 1, 0

    def __init__(self) -> None:
        self.asked: list[tuple[object, int, asyncio.Future[Outcomes]]] = []
        self.tickets: list[object] = []
        self.idle = 0  # calls that wait until nothing else does
        self.given = 0

    def ticket(self) -> int:
        self.given += 1
        return self.given

    async def do(self, work: object, plan: object, member: int, more: object = (), **how: object) -> Outcomes:
        answer: asyncio.Future[Outcomes] = asyncio.get_running_loop().create_future()
        self.asked.append((work, member, answer))
        self.idle += how.get("urgency") == IDLE
        self.tickets += [how.get("ticket")] if work is outcomes and member == 0 else []
        return await answer

    async def warm(self, *_: object) -> None:
        """Nothing is loaded."""

    def answer(self, work: object, *members: int) -> None:
        for asked, member, answer in self.asked:
            if asked is work and member in members and not answer.done():
                answer.set_result((BASE if work is kept_outcomes else AFTER)[member])


async def _settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def test_a_newer_move_cancels_the_older_one_and_its_runs() -> None:
    async def play() -> tuple[list[bytes], list[bool], list[object]]:
        workshop, crew = Workshop(members=3, settings=CENTRAL), _Crew()
        workshop.begin(crew)  # type: ignore[arg-type]
        stream = workshop.streams.open("tab")
        await _settle()
        crew.answer(kept_outcomes, 0, 1, 2)
        for number, value in ((1, 0.5), (2, 0.0)):
            positions: dict[str, object] = {"funding": value}
            workshop.move(stream, Move(number, positions, SERVING, "difference"), workshop.read(positions))
            await _settle()
        older = [answer.cancelled() for work, _, answer in crew.asked if work is outcomes]
        crew.answer(outcomes, 0)
        await _settle()
        crew.answer(outcomes, 1, 2)
        await _settle()
        stream.close()
        return [line async for line in stream.lines()], older, crew.tickets

    lines, older, tickets = asyncio.run(play())
    pictures = [json.loads(line.split(b"data: ")[1]) for line in lines if line.startswith(b"event: picture")]
    assert [(one["move"], one["runs"]) for one in pictures] == [(2, 1), (2, 3)]
    assert older == [True, False]  # what the older move waited for was let go
    assert tickets[0] == tickets[1] is not None  # and its place in the queue was kept


def test_a_run_that_fails_is_told_to_the_page_and_runs_are_remembered() -> None:
    async def play() -> list[bytes]:
        workshop, crew = Workshop(members=1, settings=CENTRAL), _Crew()
        workshop.begin(crew)  # type: ignore[arg-type]
        stream = workshop.streams.open("tab")
        await _settle()
        crew.answer(kept_outcomes, 0)
        plan = workshop.read({"funding": 0.0})
        workshop.move(stream, Move(1, {}, SERVING, "difference"), plan)
        await _settle()
        crew.asked[-1][2].set_exception(ValueError("x"))
        await _settle()
        task = workshop._under_way["tab"]
        assert isinstance(task.exception(), ValueError)
        for number in (2, 3):
            workshop.move(stream, Move(number, {}, SERVING, "difference"), plan)
            await _settle()
            crew.answer(outcomes, 0)
            await _settle()
        assert len([work for work, _, _ in crew.asked if work is outcomes]) == 2  # the third move runs nothing
        stream.close()
        return [line async for line in stream.lines()]

    kinds = [line.split(b"\n")[0] for line in asyncio.run(play())]
    assert [kind for kind in kinds if kind != b"event: health"][1:] == [
        b"event: trouble", b"event: picture", b"event: picture",
    ]  # fmt: skip


def test_what_is_one_move_away_is_run_ahead_and_shown_at_once() -> None:
    async def play() -> tuple[list[bytes], int, int]:
        workshop, crew = Workshop(members=2, settings=CENTRAL), _Crew()
        workshop.begin(crew)  # type: ignore[arg-type]
        stream = workshop.streams.open("tab")
        await _settle()
        crew.answer(kept_outcomes, 0, 1)
        workshop.look_ahead("tab", None, {}, ["funding"])
        await _settle()
        for _ in range(3):
            crew.answer(outcomes, 0)
            await _settle()
        ahead = len([work for work, _, _ in crew.asked if work is outcomes])  # three, and the next one under way
        assert crew.idle == ahead
        [nearest] = [at for at in list(next_positions(workshop.usual.levers, ["funding"], {}))[:1]]
        workshop.move(stream, Move(1, nearest, SERVING, "difference"), workshop.read(nearest))
        await _settle()
        workshop.forget("tab")
        crew.answer(outcomes, 0)
        await _settle()
        stopped = len([work for work, member, _ in crew.asked if work is outcomes and member == 0])
        stream.close()
        workshop.end()
        return [line async for line in stream.lines()], ahead, stopped

    lines, ahead, stopped = asyncio.run(play())
    [picture] = [json.loads(line.split(b"data: ")[1]) for line in lines if line.startswith(b"event: picture")]
    assert (picture["move"], picture["runs"]) == (1, 1)  # though no run was answered after the move
    assert ahead == stopped == 4  # a page that has gone is not run ahead for


def test_one_move_away_are_the_other_positions_of_one_lever() -> None:
    names = ["exits", "local_ownership", "transition_years"]
    now: dict[str, object] = {"exits": "abrupt", "local_ownership": 0.5}
    found = list(next_positions(LEVERS, names, now))
    assert len({json.dumps(one, sort_keys=True) for one in found}) == len(found)
    assert all(sum(one.get(name) != now.get(name) for name in names) == 1 for one in found)
    for name in names:
        lever = LEVERS[name]
        positions = len(lever.options) or round((lever.high - lever.low) / lever.step)
        changed = [one for one in found if one.get(name) != now.get(name)]
        assert len(changed) == positions, name  # with the base; without the position of now
    ownership = [one.get("local_ownership", LEVERS["local_ownership"].base) for one in found if len(one) == 2
                 and one.get("exits") == "abrupt" and "local_ownership" in one and one != now]  # fmt: skip
    distances = [abs(float(at) - 0.5) for at in ownership]
    assert distances == sorted(distances)
    for at in found:
        moved("baseline", LEVERS, at, CENTRAL)  # each can be run


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(Workshop, "begin", lambda self, crew: None)  # these tests run nothing
    door = Door(shared=False)
    app = application(Workshop(members=1, settings=CENTRAL), 1, Room(door), Joining(door, 8050))
    with TestClient(Guard(app, ["127.0.0.1:8050"]), base_url=HERE) as found:
        yield found


def test_the_pages_are_served_with_types_that_a_browser_takes(client: TestClient) -> None:
    for name, kind in (("", "text/html"), ("main.js", "text/javascript"), ("workshop.css", "text/css")):
        answer = client.get(f"/{name}")
        assert answer.status_code == 200 and answer.headers["content-type"].startswith(kind)
    for path in ("/index.py", "/../app.py", "/page/main.js", "/main.js/"):
        assert client.get(path).status_code == 404
    about = client.get("/workshop.json").json()
    assert about["most"] == MOST_LEVERS and {one["name"] for one in about["levers"]} == set(LEVERS)
    assert [one["name"] for one in about["pictures"]] == [SERVING, ONLINE, STRANDED, *SCENES]
    assert about["opens"] == SERVING


def test_a_stream_needs_a_tab_and_a_move_needs_a_stream(client: TestClient) -> None:
    assert client.get("/events").status_code == client.get("/events?tab=a%0Ab").status_code == 400
    asked = {"tab": "a-tab-of-a-test", "move": 1, "positions": {}, "picture": SERVING, "view": "level"}
    own = {"Origin": HERE, "Content-Type": "application/json"}
    assert client.post("/move", content=json.dumps(asked), headers=own).status_code == 409
    answer = client.post("/move", content=json.dumps({**asked, "positions": {"funding": 9}}), headers=own)
    assert answer.status_code == 422 and "funding" in answer.json()["reason"]
    for wrong in (b"", b"{", b"\xff", b"[" * 20_000, b"[]"):
        assert client.post("/move", content=wrong, headers=own).status_code == 400


class _Reader(HTMLParser):
    """Gathers what a page uses, and the identities of its elements."""

    def __init__(self) -> None:
        super().__init__()
        self.used: list[str] = []
        self.wrong: list[str] = []
        self.identities: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for key, value in attrs:
            if key in ("src", "href"):
                self.used.append(str(value))
            if key == "style" or key.startswith("on") or (tag in ("style", "base", "iframe")):
                self.wrong.append(f"{tag} {key}")
            if key == "id":
                self.identities.append(str(value))


HTML = sorted(file.name for file in PAGES.iterdir() if file.name.endswith(".html"))


@pytest.mark.parametrize("name", HTML)
def test_a_page_uses_its_own_files_only_and_nothing_that_the_policy_forbids(name: str) -> None:
    reader = _Reader()
    text = (PAGES / name).read_text(encoding="utf-8")
    reader.feed(text)
    assert not reader.wrong and not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert len(set(reader.identities)) == len(reader.identities)
    for used in reader.used:
        if used.startswith("#"):
            assert used[1:] in reader.identities
            continue
        assert used in ("/", "/drawing.css", "/workshop.toml") or (PAGES / used.lstrip("/")).is_file(), used


def test_scripts_and_styles_ask_no_other_machine() -> None:
    for file in PAGES.iterdir():
        text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http:" not in text and "https:" not in text and "//cdn" not in text and "@import" not in text, file.name
        assert "eval(" not in text and "new Function" not in text


def test_every_element_that_a_script_looks_for_is_on_a_page() -> None:
    pages = "".join((PAGES / name).read_text(encoding="utf-8") for name in HTML)
    for file in PAGES.iterdir():
        if file.name.endswith(".js"):
            for name in re.findall(r'(?:getElementById|here|set)\("([a-z-]+)"', file.read_text(encoding="utf-8")):
                assert f'id="{name}"' in pages, (file.name, name)


def test_the_numbers_of_pairs_at_which_a_page_hears_are_in_order() -> None:
    assert list(moves.SHOWN_AT) == sorted(moves.SHOWN_AT) and moves.SHOWN_AT[-1] < moves.MEMBERS


def test_texts_of_a_page_are_said_in_its_language(client: TestClient) -> None:
    texts = ["Undo", "Runs are being prepared: 3 of 30.", "A team of ours", "x" * 700]
    answer = client.post("/say", json={"language": "fr", "texts": texts}, headers={"Origin": HERE}).json()["said"]
    assert answer[0] == "Annuler" and answer[1] == "Des simulations sont en préparation\u00a0: 3 sur 30."
    told = {
        "5 years after exit: base 40.3% (30.5 to 52.3) and levers 42% (40 to 43).": (
            "Année 5 après la sortie\u00a0: base 40,3\u00a0% (30,5 à 52,3) et leviers 42\u00a0% (40 à 43)."
        ),
        "Initiatives serving 5 years after exit: not changed.": (
            "Initiatives en service 5 ans après la sortie\u00a0: inchangé."
        ),
    }
    said = client.post("/say", json={"language": "fr", "texts": list(told)}, headers={"Origin": HERE}).json()["said"]
    assert said == list(told.values())
    assert answer[2] == "\ue000A team of ours\ue001" and answer[3].startswith("\ue000")


@pytest.mark.parametrize(
    "given",
    [
        {"language": "en", "texts": []},
        {"language": "xx", "texts": []},
        {"language": "fr"},
        {"language": "fr", "texts": [1]},
        {"language": "fr", "texts": ["a"] * 201},
    ],
)
def test_what_no_page_asks_to_be_said_is_refused(client: TestClient, given: dict[str, object]) -> None:
    assert client.post("/say", json=given, headers={"Origin": HERE}).status_code == 400


def test_every_fixed_text_of_the_pages_has_a_translation() -> None:
    say = translator("fr")
    (notice,) = re.findall(r'said.textContent = "(.+)";', PAGES.joinpath("words.js").read_text(encoding="utf-8"))
    assert say.find(notice)
    for page in PAGES.iterdir():
        if page.name.endswith(".html"):
            plain = re.sub(r"<script.*?</script>", "", page.read_text(encoding="utf-8"), flags=re.S)
            found = [
                *re.findall(r">([^<>]+)<", plain),
                *re.findall(r'(?:aria-label|placeholder|title)="([^"]+)"', plain),
            ]
            words = {" ".join(unescape(text).split()) for text in found if re.search("[A-Za-z]{2}", text)}
            assert not [text for text in words if say.find(text) is None], page.name
