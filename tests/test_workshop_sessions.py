"""Sessions: read strictly, played by events alone, and revealed with the numbers of the terminal."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from command_line import call
from short_worlds import CENTRAL
from starlette.testclient import TestClient

from afteraid.faces.server.door import FACILITATOR, TEAM, Caller, Door
from afteraid.faces.server.guard import Guard, Refused
from afteraid.faces.workshop.app import application
from afteraid.faces.workshop.board import ranked
from afteraid.faces.workshop.guide import printed
from afteraid.faces.workshop.joining import Joining
from afteraid.faces.workshop.moves import Workshop
from afteraid.faces.workshop.one_run import outcomes
from afteraid.faces.workshop.outcomes import Outcomes
from afteraid.faces.workshop.reveal import revealed
from afteraid.faces.workshop.room import Room
from afteraid.faces.workshop.session import Session, SessionError, Step, load_session, session_directory, session_names
from afteraid.faces.workshop.showing import MOST_BARS, bars, positions
from afteraid.simulation.ensemble import run
from afteraid.simulation.measures.catalogue import CATALOGUE
from afteraid.simulation.measures.headlines import HEADLINES

HERE = "http://127.0.0.1:8050"
SESSIONS = {name: load_session(name) for name in session_names()}
STEPS = [(name, number) for name, session in SESSIONS.items() for number in range(len(session.steps))]
BOSS, BLUE = Caller(FACILITATOR), Caller(TEAM, "Blue")
SHIPPED = (session_directory() / "cliff.toml").read_text(encoding="utf-8")


def test_the_first_sessions_are_there_and_last_an_hour() -> None:
    assert {"cliff", "four-exits", "ownership-first"} <= set(SESSIONS)
    for session in SESSIONS.values():
        assert 30 <= session.minutes <= 90 and len(session.steps) >= 3
        for step in session.steps:
            assert step.question.endswith("?") and len(step.levers) <= 4
            assert all(line.endswith("?") or line.endswith(".") for line in (*step.debrief, *session.closing))


@pytest.mark.parametrize(
    ("before", "after", "line", "said"),
    [
        ('outcome = "serving_5', 'outcom = "serving_5', 33, "did you mean 'outcome'"),
        ('"serving_5_years_after_exit"', '"serving_5_years_after_exits"', 33, "'serving_5_years_after_exit'"),
        ('picture = "serving"', 'picture = "servin"', 34, "did you mean 'serving'"),
        ('asks = "change"', 'asks = "changes"', 32, "did you mean 'change'"),
        ('"transition_years", "funding"]', '"transition_year", "funding"]', 30, "did you mean 'transition_years'"),
        ('levers = ["exits",', 'levers = ["exits", "exits", "exits", "exits",', 30, "levers"),
        ("minutes = 20", "minutes = 0", 26, "minutes"),
        ('scenario = "digital-aid-minus-30"', 'scenario = "digital-aid-minus-3"', 47, "digital-aid-minus-30"),
        ('title = "Awards are ended"', 'title = "Awards run out"', 47, "two worlds have one title"),
        ("low = -20", "low = 20", 55, "guess"),
        ("step = 1\n", "", 55, "guess"),
        ('title = "The cliff"', 'name = "x"\ntitle = "The cliff"', 2, "name of the file"),
        ('title = "The cliff"', "title = 7", 2, "title"),
        ('title = "The cliff"', "title = 'The cliff", 2, "TOML"),
        ("abrupt = 1.0", "abrubt = 1.0", 112, "abrupt"),
    ],
)
def test_a_wrong_session_is_refused_with_its_line(
    tmp_path: Path, before: str, after: str, line: int, said: str
) -> None:
    assert before in SHIPPED
    path = tmp_path / "mine.toml"
    path.write_text(SHIPPED.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(SessionError) as refused:
        load_session(path)
    told = str(refused.value)
    assert said in told and refused.value.line is not None and told.startswith(f"{path}:")
    assert abs(refused.value.line - line) <= 14, told


def test_an_unknown_session_has_a_nearest_one() -> None:
    with pytest.raises(SessionError, match="did you mean 'cliff'"):
        load_session("clif")
    with pytest.raises(SessionError, match="no such session file"):
        load_session("nowhere/mine.toml")


def _made(seed: int, shift: float) -> Outcomes:
    noise = np.random.default_rng(seed)
    scalars = {name: float(noise.uniform(0.3, 0.4)) + shift for name in HEADLINES}
    series = {"serving": np.linspace(1.0, 0.5, 16), "online": np.linspace(0.3, 0.6, 26), "stranded": np.full(25, 0.1)}
    return Outcomes(scalars, {name: values + shift for name, values in series.items()})


def _runs(step: Step, members: int = 6) -> list[list[Outcomes]]:
    return [[_made(seed, 0.1 * place) for seed in range(members)] for place in range(len(step.worlds))]


@pytest.mark.parametrize(("name", "number"), STEPS)
def test_every_step_can_be_revealed_and_fits_its_guess(name: str, number: int) -> None:
    step = SESSIONS[name].steps[number]
    found = revealed(step, [world.plan({}) for world in step.worlds], _runs(step))
    json.dumps(found, allow_nan=False)
    assert found["svg"].count("<svg") == 2 and found["sentence"].endswith(".") and found["number"]
    assert 0 <= found["place"] < len(positions(step)) and found["runs"] == 6
    assert all(len(row) == len(found["table"]["headings"]) for row in found["table"]["rows"])
    assert len(bars(step, {})) <= MOST_BARS


def test_what_is_not_known_is_said_and_no_error() -> None:
    step = SESSIONS["ownership-first"].steps[0]
    unknown = [
        [Outcomes({**one.scalars, step.outcome: float("nan")}, one.series) for one in runs] for runs in _runs(step)
    ]
    found = revealed(step, [world.plan({}) for world in step.worlds], unknown)
    assert found["place"] is None and "not known" in found["sentence"]


def test_worlds_are_ranked_and_who_can_not_be_separated_shares_a_rank() -> None:
    record = CATALOGUE["serving_5_years_after_exit"]
    near = [Outcomes({**one.scalars, record.name: one.scalars[record.name] + 0.001}, one.series) for one in _runs(
        SESSIONS["cliff"].steps[0])[0]]  # fmt: skip
    worlds = {
        "low": [_made(seed, 0.0) for seed in range(6)],
        "near": near,
        "high": [_made(seed, 0.2) for seed in range(6)],
    }
    places = ranked(worlds, record)
    assert [(one.title, one.rank) for one in places] == [("high", 1), ("near", 2), ("low", 2)]
    assert places[0].says == "Ahead of near in 6 of 6 paired runs." and places[1].says.startswith(
        "Differs too little from low"
    )
    least = ranked(worlds, CATALOGUE["stranded_share"])
    assert least[-1].title == "high"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["cliff", "four-exits", "ownership-first"])
def test_a_reveal_has_the_number_of_the_terminal(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERAID_CACHE", str(tmp_path))
    step = SESSIONS[name].steps[0]
    plans = [world.plan({**CENTRAL, "run.end": 2030}) for world in step.worlds]
    found = revealed(step, plans, [[outcomes(plan, member) for member in range(2)] for plan in plans])
    theirs = [run(plan, runs=2, workers=1).headlines()[step.outcome].to_numpy(float) for plan in plans]
    value = float(np.median(theirs[-1] - theirs[0] if step.asks == "change" else theirs[-1]))
    if np.isfinite(value):
        assert step.guess is not None and found["place"] == step.guess.place(step.scale * value)
        digits = found["number"].partition(" ")[0].rstrip("%").replace("+", "")
        assert float(digits) == pytest.approx(step.scale * value, abs=0.06 + 0.05 * abs(step.scale * value))


def _room(changed: list[int] | None = None) -> Room:
    return Room(Door(shared=True), SESSIONS, lambda: changed.append(1) if changed is not None else None)


def test_the_facilitator_leads_through_a_session_and_back() -> None:
    changed: list[int] = []
    room = _room(changed)
    changed.clear()
    for wrong in ({"do": "next"}, {"do": "reveal"}, {"do": "undo"}, {"do": "session", "name": "x"}, {"do": "x"}, {}):
        with pytest.raises(Refused):
            room.act(wrong)
    assert not changed
    room.act({"do": "session", "name": "cliff"})
    assert room.step is None and room.state.where.page == 0
    with pytest.raises(Refused):
        room.act({"do": "back"})
    room.act({"do": "next"})
    assert room.step is SESSIONS["cliff"].steps[0] and not room.is_shown
    room.act({"do": "reveal"})
    assert room.is_shown
    with pytest.raises(Refused):
        room.act({"do": "reveal"})
    room.act({"do": "undo"})
    assert not room.is_shown
    room.act({"do": "reveal"})
    room.act({"do": "next"})
    assert room.step is SESSIONS["cliff"].steps[1] and not room.is_shown
    room.act({"do": "back"})
    assert room.is_shown  # what was revealed stays so
    while room.state.where.page < SESSIONS["cliff"].last:
        room.act({"do": "next"})
        changed.pop()
    assert room.step is None and room.rivals is None
    with pytest.raises(Refused):
        room.act({"do": "next"})
    assert len(changed) == 7


def test_a_team_guesses_once_and_anew_and_never_after_the_reveal() -> None:
    room = _room()
    with pytest.raises(Refused):
        room.guess(BLUE, {"place": 1})
    room.act({"do": "session", "name": "four-exits"})
    room.act({"do": "next"})
    for wrong in (None, -1, 1.0, "1", True, 21, [1]):
        with pytest.raises(Refused):
            room.guess(BLUE, {"place": wrong})
    room.guess(BLUE, {"place": 3})
    room.guess(BLUE, {"place": 5})
    room.guess(BOSS, {"place": 3})
    room.guess(BOSS, {"place": 3})  # guesses without a device add up
    step = room.step
    assert step is not None
    found = {bar["label"]: bar["count"] for bar in bars(step, room.state.guesses[1]) if bar["count"]}
    assert found == {"10 to 15": 2, "20 to 25": 1}
    room.act({"do": "reveal"})
    with pytest.raises(Refused, match="nothing to guess"):
        room.guess(BLUE, {"place": 3})


def test_a_clock_runs_and_a_group_leaves_nothing_behind() -> None:
    room = _room()
    room.act({"do": "session", "name": "cliff"})
    room.act({"do": "next"})
    for wrong in (None, -1, "60", True, 1e9, 7201):
        with pytest.raises(Refused):
            room.act({"do": "clock", "seconds": wrong})
    room.act({"do": "clock", "seconds": 60})
    assert room.state.clock > 0
    name, token = room.join("phone", room.door.code, "Blue")
    room.guess(Caller(TEAM, name), {"place": 1})
    room.state.clock -= 61.0
    with pytest.raises(Refused, match="The time is up"):
        room.guess(Caller(TEAM, name), {"place": 2})
    room.guess(BOSS, {"place": 2})  # a sheet of paper is entered after the time
    room.act({"do": "remove", "team": "Blue"})
    assert not room.state.teams and room.state.guesses[1] == {"room 1": 2}
    room.join("phone", room.door.code, "Blue")
    room.act({"do": "reset"})
    assert room.session is None and not room.state.teams and not room.state.guesses and not room.state.before
    assert token not in str(vars(room.state))


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[TestClient, Room]]:
    monkeypatch.setattr(Workshop, "begin", lambda self, crew: None)  # these tests run nothing
    monkeypatch.setattr("afteraid.faces.workshop.moves.Ensembles.of", lambda self, plan, urgency=0: [])
    room = _room()
    app = application(Workshop(members=1, settings=CENTRAL), 1, room, Joining(room.door, 8050, "192.168.4.7"))
    with TestClient(Guard(app, ["127.0.0.1:8050"]), base_url=HERE) as found:
        yield found, room


def _post(client: TestClient, path: str, token: str, content: object) -> Any:
    own = {"Origin": HERE, "Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    return client.post(path, content=json.dumps(content), headers=own)


def test_a_team_sees_no_script_and_reaches_nothing_of_the_facilitator(client: tuple[TestClient, Room]) -> None:
    asking, room = client
    key = room.door.key
    _, token = room.join("phone", room.door.code, "Blue")
    _, other = room.join("phone", room.door.code, "Red")
    for action in ({"do": "session", "name": "cliff"}, {"do": "next"}):
        assert _post(asking, "/act", token, action).status_code == 403
        assert _post(asking, "/act", key, action).status_code == 200
    assert _post(asking, "/guess", token, {"place": 4, "by": "team Red", "team": "Red"}).status_code == 200
    assert room.state.guesses[1] == {"team Blue": 4}  # for itself, whatever it says
    mine, theirs, script = (asking.get(f"/room.json?token={one}").json() for one in (token, other, key))
    assert mine["mine"] == 4 and theirs["mine"] is None and mine["name"] == "Blue"
    text = json.dumps(mine)
    step = SESSIONS["cliff"].steps[0]
    assert "script" not in mine and "teams" not in mine and step.usual not in text and room.door.code not in text
    assert script["script"]["usual"] == step.usual and script["join"]["code"] == room.door.code
    assert [team["guessed"] for team in script["teams"]] == [True, False]
    assert asking.get(f"/workshop.json?step=cliff.1&token={token}").json()["usual"] == list(step.levers)
    for wrong in ("cliff.0", "cliff.9", "x.1", "cliff", "cliff.-1"):
        assert asking.get(f"/workshop.json?step={wrong}&token={token}").status_code == 422


def test_a_session_holds_words_and_settings_and_no_number_of_a_result() -> None:
    assert isinstance(SESSIONS["cliff"], Session)
    for session in SESSIONS.values():
        for step in session.steps:
            assert "%" not in step.happens and not any(sign.isdigit() for sign in step.happens), step.title


@pytest.mark.parametrize("name", SESSIONS)
def test_a_session_is_printed_whole_and_the_sheet_gives_no_answer_away(name: str, tmp_path: Path) -> None:
    guide, sheet = tmp_path / "guide.html", tmp_path / "sheet.html"
    done = call("workshop", "--session", name, "--guide", str(guide), "--sheet", str(sheet))
    assert done.exit_code == 0 and str(guide) in done.stderr
    texts = [unescape(path.read_text(encoding="utf-8")) for path in (guide, sheet)]
    session = SESSIONS[name]
    for text in texts:
        assert (
            "http:" not in text
            and "src=" not in text
            and text.count("<section") == len(session.steps) + (session.rivals is not None) + len(session.rounds)
        )
        assert all(step.question in text and line in text for step in session.steps for line in step.debrief)
    assert all(step.happens.strip() in texts[0] and step.say.strip() in texts[0] for step in session.steps)
    assert not any(step.happens.strip() in texts[1] or step.usual.strip() in texts[1] for step in session.steps)
    if session.rivals is not None and session.rivals.surprise is not None:
        assert session.rivals.surprise.says in texts[0] and session.rivals.surprise.says not in texts[1]


@pytest.mark.parametrize("name", session_names())
def test_a_session_is_printed_in_french_without_english(name: str, tmp_path: Path) -> None:
    guide, sheet = tmp_path / "guide.html", tmp_path / "sheet.html"
    done = call("workshop", "--session", name, "--guide", str(guide), "--sheet", str(sheet), "--language", "fr")
    assert done.exit_code == 0
    for kind, path in (("guide", guide), ("sheet", sheet)):
        text, english = path.read_text(encoding="utf-8"), printed(load_session(name), kind)
        assert '<html lang="fr" dir="ltr">' in text and 'class="english"' not in text and "maternelle" in text
        assert re.findall(r"<code>[^<]*", text) == re.findall(r"<code>[^<]*", english)
        assert text.count("<li>") == english.count("<li>") and text.count("☐") == english.count("☐")


def test_an_own_session_without_translation_stays_in_english_and_is_underlined(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    shipped = (session_directory() / "cliff.toml").read_text(encoding="utf-8")
    own.write_text(shipped.replace('title = "The cliff"', 'title = "My <own> cliff"'), encoding="utf-8")
    page = printed(load_session(own), "guide", language="fr")
    mine = '<span class="english" lang="en" dir="ltr">My &lt;own&gt; cliff</span>'
    assert page.count(mine) == page.count('class="english"') == 1 and "<title>My &lt;own&gt; cliff" in page
    spanish = printed(load_session("four-exits"), "guide", language="es")
    whole = "In your country, who could be the payer after exit: treasury, users, members or nobody?"
    assert f'<span class="english" lang="en" dir="ltr">{whole}</span>' in spanish  # and not a part of it alone
    own.write_text('language = "fr"\n' + own.read_text(encoding="utf-8"), encoding="utf-8")
    assert 'class="english"' not in printed(load_session(own), "guide", language="fr")  # is written in French
    own.write_text(own.read_text(encoding="utf-8").replace('"fr"', '"fra"'), encoding="utf-8")
    with pytest.raises(SessionError, match="there is no language 'fra'.*did you mean 'fr'"):
        load_session(own)


def test_what_can_not_be_printed_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    place = tmp_path / "guide.html"
    for words in (("--guide", str(place)), ("--session", "clif", "--guide", str(place)),
                  ("--session", "cliff", "--guide", str(place), "--language", "de"),
                  ("--session", "cliff", "--guide", str(place), "--sheet", str(tmp_path))):  # fmt: skip
        assert call("workshop", *words).exit_code == 2
    assert not list(tmp_path.iterdir())


def test_the_papers_are_for_the_facilitator(client: tuple[TestClient, Room]) -> None:
    asking, room = client
    _, token = room.join("phone", room.door.code, "Blue")
    for kind, status in (("guide", 200), ("sheet", 200), ("other", 404)):
        assert asking.get(f"/paper/{kind}?session=cliff&token={room.door.key}").status_code == status
        assert asking.get(f"/paper/{kind}?session=cliff&token={token}").status_code == 403
    french = asking.get(f"/paper/guide?session=cliff&language=fr&token={room.door.key}")
    assert french.status_code == 200 and "La falaise" in french.text
    assert asking.get(f"/paper/guide?session=cliff&language=de&token={room.door.key}").status_code == 404
    page = asking.get(f"/paper/guide?session=cliff&token={room.door.key}").text
    assert "<style" not in page and "/print.css" in page


def test_a_quiz_is_answered_before_and_after_and_saved_without_names(client: tuple[TestClient, Room]) -> None:
    asking, room = client
    key = room.door.key
    tokens = {name: room.join("phone", room.door.code, name)[1] for name in ("Blue", "Red")}
    assert _post(asking, "/quiz", tokens["Blue"], {"answers": [0, 0]}).status_code == 409
    room.act({"do": "session", "name": "cliff"})
    quiz = SESSIONS["cliff"].quiz
    right = [one.right - 1 for one in quiz]
    for wrong in ([], [0], [0, 9], [0, -2], [0, True], [0, 1.0], ["0", 0], None, "01"):
        assert _post(asking, "/quiz", tokens["Blue"], {"answers": wrong}).status_code == 422, wrong
    assert _post(asking, "/quiz", tokens["Blue"], {"answers": [0, -1]}).status_code == 200
    assert _post(asking, "/quiz", tokens["Red"], {"answers": [0, 0]}).status_code == 200
    assert _post(asking, "/quiz", key, {"answers": right}).status_code == 200  # a sheet without a name
    shown = asking.get(f"/room.json?token={tokens['Blue']}").json()["quiz"]
    assert shown["when"] == "before" and shown["mine"] == [0, -1] and shown["answered"] == 3 and shown["results"] == []
    assert "right" not in json.dumps(shown)
    room.act({"do": "next"})
    assert _post(asking, "/quiz", tokens["Blue"], {"answers": right}).status_code == 409
    while room.state.where.page < SESSIONS["cliff"].last:
        room.act({"do": "next"})
    assert _post(asking, "/quiz", tokens["Blue"], {"answers": right}).status_code == 200
    room.act({"do": "reveal"})
    assert _post(asking, "/quiz", tokens["Red"], {"answers": right}).status_code == 409
    results = asking.get(f"/room.json?token={tokens['Red']}").json()["quiz"]["results"]
    assert [one["after"] for one in results] == [{"right": 1, "of": 1}] * 2
    assert [one["before"]["of"] for one in results] == [3, 2]
    assert asking.get(f"/quiz.csv?token={tokens['Red']}").status_code == 403
    text = asking.get(f"/quiz.csv?token={key}").text
    assert "Blue" not in text and "Red" not in text and text.splitlines()[0].startswith("session,when,respondent")
    saved = pd.read_csv(io.StringIO(text))
    assert len(saved) == 2 * 4 and set(saved["respondent"]) <= {1, 2, 3}
    after = saved[saved["when"] == "after"]
    assert set(after["right"]) == {"yes"} and after["respondent"].nunique() == 1


def test_a_quiz_has_a_right_answer_among_its_choices(tmp_path: Path) -> None:
    assert all(len(session.quiz) >= 2 for session in SESSIONS.values())
    path = tmp_path / "mine.toml"
    path.write_text(SHIPPED.replace("right = 2", "right = 4"), encoding="utf-8")
    with pytest.raises(SessionError, match=r"quiz\[0\]\.right: there are 3 choices"):
        load_session(path)
