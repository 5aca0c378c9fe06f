"""Teams: each has a world of its own within a budget, nobody acts for another one, and a team needs no device."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from short_worlds import CENTRAL
from workshop_room import MEMBERS, Client, at_the_round

from afteraid.faces.server.door import Door
from afteraid.faces.server.guard import Refused
from afteraid.faces.workshop.contest import Contest
from afteraid.faces.workshop.moves import Ensembles, Workshop
from afteraid.faces.workshop.outcomes import ONLINE, SERVING, STRANDED, Outcomes
from afteraid.faces.workshop.room import Room
from afteraid.faces.workshop.session import Rivals, SessionError, load_session, session_directory
from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.measures.headlines import HEADLINES, ON_CARDS
from afteraid.simulation.scenario.scenario import Scenario

SESSION = load_session("four-exits")


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    with at_the_round(SESSION, _made, monkeypatch) as found:
        assert found.room.rivals is SESSION.rivals
        yield found


def _made(self: Ensembles, plan: Scenario, more: object = ()) -> dict[int, Outcomes]:
    """Outcomes out of nothing: more of all the more is spent on capacity."""
    shift = plan.strategy.capacity_share
    found = {}
    for member in range(MEMBERS):
        noise = np.random.default_rng(member)
        scalars = {name: float(noise.uniform(0.3, 0.4)) + shift for name in HEADLINES}
        series = {SERVING: np.linspace(1.0, 0.5, 7) * (0.5 + shift), ONLINE: np.full(7, 0.3), STRANDED: np.full(6, 0.1)}
        found[member] = Outcomes(scalars, series)
    return found


def test_a_team_chooses_within_its_budget_and_once_it_is_final_no_more(client: Client) -> None:
    _, blue = client.room.join("phone", client.room.door.code, "Blue")
    good = {"exits": "community_enterprise", "capacity_share": 0.2}
    for wrong in (
        {"funding": 2.0}, {"capacity_share": 0.2, "refresh_share": 0.2}, {"exits": "nobody"}, {"capacity_share": "x"},
        {"capacity_share": -0.1}, {"refresh_share": float("nan")}, {"__class__": 1},
    ):  # fmt: skip
        assert client.post("/choose", blue, {"positions": wrong}).status_code in (400, 422), wrong
    over = client.post("/choose", blue, {"positions": {"capacity_share": 0.31}}).json()["reason"]
    assert "spends 31% of the money, and the budget is 30%" in over
    for wrong_body in ({}, {"positions": []}, {"positions": None}, []):
        assert client.post("/choose", blue, wrong_body).status_code in (400, 422)
    assert client.post("/choose", blue, {"positions": good}).status_code == 200 and not client.asked
    assert client.shown(blue)["round"]["mine"] == good
    assert client.post("/choose", blue, {"positions": good, "lock": True}).status_code == 200
    assert [plan.strategy.exits for plan in client.asked] == [{"community_enterprise": 1.0}]  # its runs begin at once
    assert client.post("/choose", blue, {"positions": {}}).status_code == 409
    client.room.act({"do": "unlock", "team": "Blue"})
    assert client.post("/choose", blue, {"positions": {}}).status_code == 200


def test_nobody_acts_for_another_team(client: Client) -> None:
    _, blue = client.room.join("phone", client.room.door.code, "Blue")
    _, red = client.room.join("phone", client.room.door.code, "Red")
    asked = {"team": "Red", "positions": {"capacity_share": 0.2}, "lock": True, "name": "Red"}
    assert client.post("/choose", blue, asked).status_code == 200
    assert client.room.state.locked == {"Blue"} and set(client.room.state.choices) == {"Blue"}
    assert client.post("/choose", client.room.door.key, asked).status_code == 403  # not even the facilitator
    mine = client.shown(red)["round"]
    assert mine["mine"] == {} and not mine["locked"] and "0.2" not in json.dumps(mine["mine"])
    assert "positions" not in json.dumps(client.shown(red)) and "teams" not in client.shown(red)
    assert client.post("/act", blue, {"do": "unlock", "team": "Blue"}).status_code == 403
    assert client.post("/choose", "a-wrong-token", asked).status_code == 401
    client.room.act({"do": "remove", "team": "Blue"})
    assert client.post("/choose", blue, asked).status_code == 401 and "Blue" not in client.room.state.choices


def test_a_team_without_a_device_plays_the_same(client: Client) -> None:
    key = client.room.door.key
    assert client.post("/act", key, {"do": "team", "name": "Cards"}).status_code == 200
    assert client.post("/act", key, {"do": "team", "name": "cards"}).status_code == 409
    client.asked.clear()
    asked = {"team": "Cards", "positions": {"capacity_share": 0.25}, "lock": True}
    for wrong in ({**asked, "team": "Nobody"}, {**asked, "team": None}):
        assert client.post("/choose", key, wrong).status_code == 422
    assert client.post("/choose", key, asked).status_code == 200
    assert len(client.asked) == 1 and client.asked[0].strategy.capacity_share == 0.25
    told = next(one for one in client.shown(key)["script"]["cards"] if one["name"] == "Cards")
    assert told["locked"] and not told["device"] and told["mine"] == {"capacity_share": 0.25}


def test_the_clock_closes_the_choice_and_all_worlds_are_run(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    _, blue = client.room.join("phone", client.room.door.code, "Blue")
    client.room.act({"do": "team", "name": "Cards"})
    client.post("/choose", blue, {"positions": {"capacity_share": 0.2}})
    client.room.act({"do": "clock", "seconds": 60})
    assert not client.room.is_closed and not client.asked
    client.room.state.clock -= 60.0
    assert client.room.is_closed and client.post("/choose", blue, {"positions": {}}).status_code == 409
    client.shown(blue)
    assert sorted(plan.strategy.capacity_share for plan in client.asked) == [0.12, 0.2]


def test_the_board_ranks_every_headline_and_says_who_can_not_be_separated(client: Client) -> None:
    tokens = {}
    for name, share in (("Blue", 0.3), ("Red", 0.12), ("Green", 0.12)):
        _, tokens[name] = client.room.join("phone", client.room.door.code, name)
        client.post("/choose", tokens[name], {"positions": {"capacity_share": share}, "lock": True})
    before = client.shown(tokens["Red"])["round"]
    assert before["board"] is None and before["surprise"] == ""
    client.room.act({"do": "reveal"})
    board = client.shown(tokens["Red"])["round"]["board"]
    assert len(board["tables"]) == len(board["sentences"]) == len(ON_CARDS) and board["svg"].count("<svg") == 2
    surprise = SESSION.rivals.surprise if SESSION.rivals else None
    assert surprise is not None and client.shown(tokens["Red"])["round"]["surprise"] == surprise.says
    first = board["tables"][0]["rows"]
    assert [row[:2] for row in first] == [["1", "Blue"], ["2", "Red"], ["2", "Green"]]
    assert "Ahead of Red in 6 of 6" in first[0][3] and "Can't be separated from Green" in first[1][3]
    assert board["sentences"][0].startswith("Initiatives serving 5 years after exit: Blue is first.")
    assert client.post("/choose", tokens["Red"], {"positions": {}}).status_code == 409


def test_a_board_of_one_team_and_of_none(client: Client) -> None:
    client.room.act({"do": "reveal"})
    assert client.shown(client.room.door.key)["round"]["board"] is None
    client.room.act({"do": "undo"})
    client.room.act({"do": "team", "name": "Alone"})
    client.room.act({"do": "reveal"})
    board = client.shown(client.room.door.key)["round"]["board"]
    assert "Alone is alone on the board" in board["sentences"][0] and len(board["tables"][0]["rows"]) == 1


def test_nothing_is_chosen_on_another_page(client: Client) -> None:
    _, blue = client.room.join("phone", client.room.door.code, "Blue")
    client.room.act({"do": "back"})
    assert client.post("/choose", blue, {"positions": {}}).status_code == 409
    with pytest.raises(Refused):
        client.room.act({"do": "unlock", "team": "Blue"})


def test_a_round_is_read_strictly(tmp_path: Any) -> None:
    text = (session_directory() / "four-exits.toml").read_text(encoding="utf-8")
    path = tmp_path / "mine.toml"
    for before, after, said in (
        ('spend = ["capacity_share", ', 'spend = ["capacity_shar", ', "did you mean 'capacity_share'"),
        ('spend = ["capacity_share", ', 'spend = ["exits", ', "no share of money"),
        ("budget = 0.3", "budget = 0.1", "already spends 0.12"),
        ("budget = 0.3", "budget = 3", "rivals.budget"),
        ("seconds = 300", "secons = 300", "did you mean 'seconds'"),
        ("year = 2030", "yaer = 2030", "did you mean 'year'"),
        ("says = ", "say = ", "did you mean 'says'"),
        ('levers = ["mechanisms", "exits"', 'levers = ["mechanism", "exits"', "did you mean 'mechanisms'"),
    ):
        assert before in text
        path.write_text(text.replace(before, after), encoding="utf-8")
        with pytest.raises(SessionError) as refused:
            load_session(path)
        assert said in str(refused.value) and refused.value.line is not None, said


def test_every_shipped_round_can_be_begun() -> None:
    for name in ("cliff", "four-exits", "ownership-first"):
        rivals = load_session(name).rivals
        assert isinstance(rivals, Rivals)
        contest = Contest(Workshop(settings=CENTRAL), Room(Door(shared=True)), rivals)
        contest.check({})
        with pytest.raises(InputError, match="budget"):
            contest.check({name: 0.5 for name in rivals.spend})
