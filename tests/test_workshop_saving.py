"""What is saved of a workshop: the log of its events, and a scenario to take home."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from short_worlds import CENTRAL
from starlette.testclient import TestClient

from afteraid.faces.server.door import TEAM, Caller, Door, hashed
from afteraid.faces.server.guard import Guard, Refused
from afteraid.faces.server.journal import Journal
from afteraid.faces.workshop.app import application
from afteraid.faces.workshop.joining import Joining
from afteraid.faces.workshop.moves import Workshop
from afteraid.faces.workshop.one_run import outcomes
from afteraid.faces.workshop.room import Room
from afteraid.faces.workshop.session import load_session, session_names
from afteraid.faces.workshop.showing import Showing
from afteraid.faces.workshop.taking import scenario_file
from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.ensemble import run
from afteraid.simulation.measures.headlines import WHOLE_RUN
from afteraid.simulation.scenario.scenario import Scenario, load_scenario

SESSIONS = {name: load_session(name) for name in session_names()}
HERE = "http://127.0.0.1:8050"


def _written(path: Path, number: int) -> None:
    journal = Journal(path)
    for place in range(number):
        journal.append({"do": "guess", "place": place, "by": "é\n\u2028"})
    journal.close()


def _read(path: Path) -> list[int]:
    journal = Journal(path)
    journal.close()
    return [event["place"] for event in journal.events]


def test_a_log_is_read_back_and_appended_to(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "a.log"
    _written(path, 3)
    first = path.read_bytes()
    _written(path, 2)
    assert _read(path) == [0, 1, 2, 0, 1] and path.read_bytes().startswith(first)
    assert path.stat().st_mode & 0o077 == 0  # nobody else of this machine reads the code


@given(cut=st.integers(0, 400))
def test_a_log_that_was_cut_off_has_all_whole_lines(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    path = tmp_path_factory.mktemp("log") / "a.log"
    _written(path, 5)
    content = path.read_bytes()
    path.write_bytes(content[:cut])
    whole = content[:cut].count(b"\n")
    assert _read(path) == list(range(whole))
    _written(path, 1)  # and it goes on where it was whole
    assert _read(path) == [*range(whole), 0]


@pytest.mark.parametrize("line", [0, 1, 3])
def test_a_log_that_was_changed_is_refused_with_its_line(tmp_path: Path, line: int) -> None:
    path = tmp_path / "a.log"
    _written(path, 5)
    rows = path.read_bytes().splitlines(keepends=True)
    for changed in (
        [*rows[:line], rows[line].replace(b'"place":', b'"place":1'), *rows[line + 1 :]],
        [*rows[:line], *rows[line + 1 :]],
        [*rows[:line], rows[line], *rows[line:]],
    ):
        path.write_bytes(b"".join(changed))
        with pytest.raises(InputError, match="the log was changed") as refused:
            Journal(path)
        assert refused.value.line in (line + 1, line + 2)
    assert path.read_bytes() == b"".join(changed)  # a refused file is left as it is


class _Full(Journal):
    full = False

    def append(self, event: object) -> None:
        if self.full:
            raise OSError(28, "No space left on device")
        super().append(event)  # type: ignore[arg-type]


def test_what_can_not_be_written_does_not_happen(tmp_path: Path) -> None:
    journal = _Full(tmp_path / "a.log")
    room = Room(Door(shared=True), SESSIONS, journal=journal)
    room.act({"do": "session", "name": "cliff"})
    journal.full = True
    with pytest.raises(Refused, match="No space left"):
        room.act({"do": "next"})
    assert room.state.where.page == 0
    journal.full = False
    room.act({"do": "next"})
    journal.close()


ACTIONS = st.lists(
    st.sampled_from(["next", "back", "reveal", "undo", "guess", "room guess", "join", "remove", "session", "reset"]),
    max_size=40,
)


@given(actions=ACTIONS)
def test_a_room_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, actions: list[str]) -> None:
    path = tmp_path_factory.mktemp("log") / "a.log"
    journal = Journal(path)
    room = Room(Door(shared=True), SESSIONS, journal=journal)
    tokens = {}
    for number, action in enumerate(actions):
        try:
            match action:
                case "join":
                    name, token = room.join("phone", room.door.code, f"Team {number}")
                    tokens[name] = token
                case "guess" if room.state.teams:
                    room.guess(Caller(TEAM, next(iter(room.state.teams))), {"place": number % 4})
                case "room guess":
                    room.guess(Caller("facilitator"), {"place": number % 3})
                case "remove":
                    room.act({"do": "remove", "team": next(iter(room.state.teams), "")})
                case "session":
                    room.act({"do": "session", "name": sorted(SESSIONS)[number % len(SESSIONS)]})
                case _:
                    room.act({"do": action})
        except Refused:
            continue
    journal.close()
    again = Journal(path)
    back = Room(Door(shared=True), SESSIONS, journal=again)
    assert back.state == room.state and back.door.code == room.door.code
    assert back.continued == any(event["do"] != "open" for event in journal.events)
    known = set(back.door._tokens)
    assert all((hashed(token) in known) == (name in back.state.teams) for name, token in tokens.items())
    text = path.read_text(encoding="utf-8")
    assert not any(token in text for token in tokens.values()) and room.door.key not in text
    back.end()
    again.close()
    last = Journal(path)
    new = Room(Door(shared=True), SESSIONS, journal=last)
    last.close()
    assert not new.continued and not new.state.teams and new.session is None


def test_a_session_that_is_not_there_any_more_is_not_continued(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "a.log")
    room = Room(Door(shared=True), SESSIONS, journal=journal)
    room.act({"do": "session", "name": "cliff"})
    journal.close()
    again = Journal(tmp_path / "a.log")
    assert Room(Door(shared=True), {}, journal=again).session is None
    again.close()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="this user may write everywhere")
def test_a_folder_that_takes_no_log_is_an_error_of_the_system(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OSError):
        Journal(tmp_path / "a.log")


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(Workshop, "begin", lambda self, crew: None)  # these tests run nothing
    door = Door(shared=False)
    app = application(Workshop(members=2, settings=CENTRAL), 1, Room(door, SESSIONS), Joining(door, 8050))
    with TestClient(Guard(app, ["127.0.0.1:8050"]), base_url=HERE) as found:
        yield found


@pytest.mark.parametrize(
    ("step", "positions"),
    [
        ("", {"exits": "community_enterprise", "funding": 0.5}),
        ("cliff.2", {"treasury_room": 0.5}),
        ("cliff.3", {"exits": "abrupt"}),
        ("ownership-first.3", {"capacity_share": 0.2}),
        ("ownership-first.3", {}),
    ],
)
def test_a_scenario_taken_home_is_the_one_of_the_page(
    client: TestClient, tmp_path: Path, step: str, positions: dict[str, object]
) -> None:
    query = {"step": step} if step else {}
    answer = client.get(
        "/workshop.toml", params=query | {f"at.{name}": str(value) for name, value in positions.items()}
    )
    assert answer.status_code == 200 and "attachment" in answer.headers["content-disposition"]
    path = tmp_path / "workshop.toml"
    path.write_bytes(answer.content)
    workshop = Workshop(members=2, settings=CENTRAL)
    showing = Showing(workshop, Room(Door(shared=False), SESSIONS))
    _same(load_scenario(path), workshop.read(positions, showing.base(step) if step else None))


def test_a_scenario_of_ones_own_file_is_taken_home_whole(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('extends = "clustered-exits"\n[strategy]\ncoordination = 0.3\n', encoding="utf-8")
    workshop = Workshop(str(own), members=2, settings=CENTRAL)
    plan = workshop.read({"funding": 0.5})
    path = tmp_path / "home" / "workshop.toml"
    path.parent.mkdir()
    path.write_text(scenario_file(workshop.usual, plan, {"funding": 0.5}, 2), encoding="utf-8")
    own.unlink()
    _same(load_scenario(path), plan)


def _same(found: Scenario, plan: Scenario) -> None:
    assert found.world == plan.world and found.strategy == plan.strategy
    assert found.run == plan.run.model_copy(update={"runs": 2})


def test_a_scenario_that_can_not_be_is_not_given(client: TestClient) -> None:
    for query in (
        {"at.funding": "9"},
        {"at.nothing": "1"},
        {"at.exits": "nobody"},
        {"at.funding": "nan"},
        {"step": "x.1"},
    ):
        assert client.get("/workshop.toml", params=query).status_code == 422


@pytest.mark.slow
def test_a_scenario_taken_home_gives_the_same_numbers(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERAID_CACHE", str(tmp_path / "cache"))
    query = {"at.exits": "government_handover", "at.capacity_share": "0.2"}
    path = tmp_path / "workshop.toml"
    path.write_bytes(client.get("/workshop.toml", params=query).content)
    plan = Workshop(members=2, settings=CENTRAL).read({"exits": "government_handover", "capacity_share": 0.2})
    theirs = run(load_scenario(path), workers=1).headlines()
    assert len(theirs) == 2
    for member in range(2):
        ours = outcomes(plan, member).scalars
        for name in set(ours) & set(WHOLE_RUN):
            assert ours[name] == pytest.approx(float(theirs.iloc[member][name]), rel=1e-5, nan_ok=True), name
