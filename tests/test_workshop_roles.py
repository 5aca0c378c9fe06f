"""Roles: one world of all choices, a score for each aim, nobody acts for another role, and no device is needed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from command_line import call
from short_worlds import CENTRAL
from workshop_room import MEMBERS, Client, at_the_round

from afteraid.experiments.study.outcomes import Outcome
from afteraid.faces.server.door import Door
from afteraid.faces.server.journal import Journal
from afteraid.faces.workshop.moves import Ensembles, Workshop
from afteraid.faces.workshop.one_run import outcomes
from afteraid.faces.workshop.outcomes import ONLINE, SERVING, STRANDED, Outcomes
from afteraid.faces.workshop.play import Play
from afteraid.faces.workshop.roles import Roles, together
from afteraid.faces.workshop.room import Room
from afteraid.faces.workshop.session import SessionError, load_session, session_directory
from afteraid.simulation.ensemble import run
from afteraid.simulation.measures.headlines import HEADLINES
from afteraid.simulation.results.words.verdicts import CLEARLY_BETTER, CLEARLY_WORSE
from afteraid.simulation.scenario.scenario import Scenario, load_scenario

SESSION = load_session("six-aims")
BILATERAL, MULTILATERAL, MINISTRY, REGULATOR, OPERATOR, NGO = (
    "Bilateral donors", "Multilateral donors", "Ministry of finance", "Regulator", "Operator", "NGO",
)  # fmt: skip
LEAVE = {"programmes": "3"}


def _roles() -> Roles:
    assert SESSION.roles is not None
    return SESSION.roles


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    with at_the_round(SESSION, _made, monkeypatch) as found:
        assert found.room.roles is SESSION.roles and found.room.round == 0 and found.room.rivals is None
        yield found


def _made(self: Ensembles, plan: Scenario, more: tuple[Outcome, ...] = ()) -> dict[int, Outcomes]:
    """Outcomes out of nothing: donors who leave gain and harm the NGO, and ownership helps the NGO alone."""
    left = 0.5 * bool(plan.world.withdrawals)
    shift = {
        "additional_user_years_per_1000_usd world": left,
        "users_served world": plan.strategy.local_ownership - left,
        "mean_price recipients": plan.strategy.data_price,
        "policy_operators_usd world": -plan.strategy.data_price,
    }
    found = {}
    for member in range(MEMBERS):
        noise = float(np.random.default_rng(member).uniform(0.3, 0.4))
        scalars = {name: noise for name in HEADLINES}
        scalars |= {one.name: 2.0 + noise + shift.get(one.name, 0.0) for one in more}
        series = {SERVING: np.linspace(1.0, 0.5, 7), ONLINE: np.full(7, 0.3), STRANDED: np.full(6, 0.1)}
        found[member] = Outcomes(scalars, series)
    return found


def test_a_team_takes_one_free_role_and_may_change_it_until_its_choice_is_final(client: Client) -> None:
    blue, red = client.join("Blue", NGO), client.join("Red")
    assert client.post("/part", red, {"role": NGO}).status_code == 409  # another team has it
    for wrong in ("No such role", None, 7, [NGO], {"role": NGO}):
        assert client.post("/part", red, {"role": wrong}).status_code == 422, wrong
    assert client.post("/part", red, {"role": OPERATOR, "team": "Blue"}).status_code == 200
    assert client.room.state.parts == {NGO: "Blue", OPERATOR: "Red"}  # the name in the body counts for nothing
    assert client.post("/part", red, {"role": REGULATOR}).status_code == 200
    assert client.room.state.parts == {NGO: "Blue", REGULATOR: "Red"}
    assert client.post("/choose", red, {"positions": {}, "lock": True}).status_code == 200
    assert client.post("/part", red, {"role": OPERATOR}).status_code == 409  # its choice is final
    assert client.post("/part", blue, {"role": ""}).status_code == 200 and NGO not in client.room.state.parts
    client.room.act({"do": "back"})
    assert client.post("/part", blue, {"role": NGO}).status_code == 409


def test_the_facilitator_deals_the_free_roles_and_gives_any(client: Client) -> None:
    client.join("Blue", REGULATOR)
    for name in ("Red", "Green"):
        client.join(name)
    client.room.act({"do": "team", "name": "Cards"})
    assert client.post("/act", client.key, {"do": "deal"}).status_code == 200
    dealt = {REGULATOR: "Blue", BILATERAL: "Red", MULTILATERAL: "Green", MINISTRY: "Cards"}
    assert client.room.state.parts == dealt
    assert client.post("/part", client.key, {"team": "Cards", "role": NGO}).status_code == 200
    assert client.room.part_of("Cards") == NGO and MINISTRY not in client.room.state.parts
    for wrong in ({"team": "Nobody", "role": NGO}, {"role": NGO}, {"team": ["Red"], "role": NGO}):
        assert client.post("/part", client.key, wrong).status_code == 422
    client.room.act({"do": "remove", "team": "Red"})
    assert BILATERAL not in client.room.state.parts
    assert client.shown(client.key)["teams"][0]["role"] == REGULATOR


def test_nobody_acts_for_another_role(client: Client) -> None:
    blue, red, late = client.join("Blue", NGO), client.join("Red", REGULATOR), client.join("Late")
    mine = {"role": REGULATOR, "team": "Red", "positions": {"local_ownership": 0.9}, "lock": True}
    assert client.post("/choose", blue, mine).status_code == 200
    assert client.room.is_final == {NGO} and client.room.decided_by(REGULATOR) == {}
    for wrong in (
        {"data_price": -0.2}, {"exits": "abrupt"}, {"programmes": "1"}, {"device_tax": 0.1}, {"__class__": 1},
        {"data_price": -0.2, "local_ownership": 0.5},
    ):  # fmt: skip
        assert client.post("/choose", late, {"positions": wrong}).status_code == 409  # has no role
        if "data_price" not in wrong:
            assert client.post("/choose", red, {"positions": wrong}).status_code == 422, wrong
    assert client.post("/choose", red, {"positions": {"data_price": -0.2, "local_ownership": 0.5}}).status_code == 422
    entered = {"role": REGULATOR, "positions": {"data_price": -0.2}}
    assert client.post("/choose", client.key, entered).status_code == 403  # not even the facilitator
    assert client.post("/choose", "a-wrong-token", entered).status_code == 401
    for path, content in (("/act", {"do": "deal"}), ("/act", {"do": "reopen", "role": NGO})):
        assert client.post(path, blue, content).status_code == 403
    shown = client.shown(red)["round"]
    assert shown["part"]["title"] == REGULATOR and shown["mine"] == {} and "script" not in client.shown(red)
    assert "0.9" not in json.dumps(shown)  # what another role chose stays with that role until the board


@pytest.mark.parametrize(
    ("role", "positions", "said"),
    [
        (REGULATOR, {"data_price": -0.5}, "-0.4 to 0.4"),
        (REGULATOR, {"data_price": float("nan")}, "out of reach"),
        (REGULATOR, {"data_price": "low"}, "not a number"),
        (REGULATOR, {"data_price": True}, "not a number"),
        (REGULATOR, {"data_price": 10**400}, "out of reach"),
        (NGO, {"capacity_share": 0.25, "refresh_share": 0.2}, "spends 45% of the money, and the budget is 32%"),
        (BILATERAL, {"programmes": "5"}, "no such choice"),
        (BILATERAL, {"programmes": 1}, "no such choice"),
        (BILATERAL, {"programmes": ["1"]}, "no such choice"),
        (MULTILATERAL, {"exits": "nobody"}, "no such choice"),
        (MULTILATERAL, {"exits": {"abrupt": 1.0}}, "no such choice"),
    ],
)
def test_a_choice_stays_within_the_limits_of_its_role(
    client: Client, role: str, positions: dict[str, object], said: str
) -> None:
    token = client.join("Blue", role)
    refused = client.post("/choose", token, {"positions": positions})
    assert refused.status_code in (400, 422) and (said in refused.text or refused.status_code == 400), refused.text
    assert client.room.decided_by(role) == {}
    for wrong in ({}, {"positions": None}, {"positions": []}, [], 7):
        assert client.post("/choose", token, wrong).status_code in (400, 422)


def test_all_choices_make_one_world_and_each_adds_to_cuts_and_withdrawals(client: Client) -> None:
    choices = {
        BILATERAL: LEAVE, MULTILATERAL: {"exits": "government_handover", "leaving": "1"},
        MINISTRY: {"treasury_room": 0.5}, NGO: {"local_ownership": 0.9},
    }  # fmt: skip
    for role, positions in choices.items():
        answer = client.post("/choose", client.key, {"role": role, "positions": positions, "lock": True})
        assert answer.status_code == 200  # roles without a device: the facilitator enters their cards
    client.room.act({"do": "next"})  # the second round has a cut, and what was chosen holds
    client.asked.clear()
    client.room.act({"do": "clock", "seconds": 60})
    client.room.state.clock -= 60.0
    client.shown(client.key)
    world = client.asked[1]  # the base, then all together, then each alone
    assert [one.year for one in world.world.withdrawals] == [2030, 2035]
    assert [(one.year, one.size) for one in world.world.further_cuts] == [(2028, 0.3)]
    assert world.strategy.exits == {"government_handover": 1.0} and world.strategy.treasury_room == 0.5
    assert world.strategy.local_ownership == 0.9 and world.strategy.device_finance == 0.3
    base = client.asked[0]
    assert base.world.further_cuts == world.world.further_cuts and not base.world.withdrawals
    assert all(plan.world.further_cuts == base.world.further_cuts for plan in client.asked)


def test_runs_begin_when_a_choice_is_final_and_all_together_when_the_clock_ends(client: Client) -> None:
    blue = client.join("Blue", NGO)
    client.post("/choose", blue, {"positions": {"local_ownership": 0.9}})
    assert {plan.strategy.local_ownership for plan in client.asked} == {0.3}  # the base of the round
    client.post("/choose", blue, {"positions": {"local_ownership": 0.9}, "lock": True})
    assert client.asked[-1].strategy.local_ownership == 0.9
    assert client.post("/choose", blue, {"positions": {}}).status_code == 409
    client.room.act({"do": "reopen", "role": NGO})
    assert client.post("/choose", blue, {"positions": {}}).status_code == 200
    client.room.act({"do": "clock", "seconds": 30})
    client.room.state.clock -= 30.0
    assert client.post("/choose", blue, {"positions": {"local_ownership": 0.9}}).status_code == 409


def test_the_board_says_how_each_aim_stands_and_whose_choice_harms_whom(client: Client) -> None:
    tokens = {role: client.join(role, role) for role in (BILATERAL, NGO, REGULATOR, OPERATOR)}
    chosen = {BILATERAL: LEAVE, NGO: {"local_ownership": 0.4}, REGULATOR: {"data_price": -0.4}}
    for role, positions in chosen.items():
        assert client.post("/choose", tokens[role], {"positions": positions, "lock": True}).status_code == 200
    assert client.shown(tokens[NGO])["round"]["board"] is None
    assert client.asking.get(f"/together.toml?token={tokens[NGO]}").status_code == 409
    client.room.act({"do": "reveal"})
    board = client.shown(tokens[NGO])["round"]["board"]
    verdicts = {row[0]: row[4] for row in board["tables"][0]["rows"] if "taxes" not in row[1]}
    assert verdicts == {
        BILATERAL: CLEARLY_BETTER, MULTILATERAL: "not changed", MINISTRY: "not changed",
        REGULATOR: CLEARLY_BETTER, OPERATOR: CLEARLY_WORSE, NGO: CLEARLY_WORSE,
    }  # fmt: skip
    said = board["sentences"]
    assert said[0] == "2 of 7 aims are clearly better than without these choices, and 2 are clearly worse."
    assert f"{BILATERAL}: this choice alone clearly serves the role's own aim, and clearly harms {NGO}." in said
    assert f"{NGO}: this choice alone clearly harms no aim." in said
    assert board["complete"] and board["tables"][0]["tones"][-1][-1] == "worse"
    assert [row[0] for row in board["tables"][1]["rows"]] == [BILATERAL, REGULATOR, NGO]  # who chose something
    assert board["tables"][2]["rows"][0][2] == "Your programmes: Leave in 2030 with four years' notice"


def test_roles_that_harm_each_other_are_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Ensembles.ready

    def both(self: Ensembles, plan: Scenario, more: tuple[Outcome, ...] = ()) -> dict[int, Outcomes]:
        found = made(self, plan, more)
        for one in found.values():
            one.scalars["mean_price recipients"] -= plan.strategy.competition
        return found

    monkeypatch.setattr(Ensembles, "ready", both)
    for role, positions in ((REGULATOR, {"data_price": -0.4}), (OPERATOR, {"competition": -1.0})):
        client.post("/choose", client.key, {"role": role, "positions": positions, "lock": True})
    client.room.act({"do": "reveal"})
    said = client.shown(client.key)["round"]["board"]["sentences"]
    assert f"{REGULATOR} and {OPERATOR} collide: each choice alone clearly harms the other one's aim." in said


def test_the_board_comes_before_what_each_choice_does_alone(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.post("/choose", client.key, {"role": NGO, "positions": {"local_ownership": 0.9}, "lock": True})
    client.post("/choose", client.key, {"role": BILATERAL, "positions": LEAVE, "lock": True})
    made = Ensembles.ready

    def late(self: Ensembles, plan: Scenario, more: tuple[Outcome, ...] = ()) -> dict[int, Outcomes]:
        alone = bool(plan.world.withdrawals) != (plan.strategy.local_ownership > 0.3)
        return {} if alone else made(self, plan, more)

    monkeypatch.setattr(Ensembles, "ready", late)
    client.room.act({"do": "reveal"})
    found = client.shown(client.key)["round"]
    assert not found["complete"] and "What each choice does alone is being worked out." in found["board"]["sentences"]
    monkeypatch.setattr(Ensembles, "ready", made)
    assert client.shown(client.key)["round"]["complete"]


def test_a_surprise_is_told_as_the_round_begins_or_with_the_board(client: Client, tmp_path: Path) -> None:
    blue = client.join("Blue", NGO)
    assert client.shown(blue)["round"]["surprise"] == ""
    client.room.act({"do": "next"})
    surprise = _roles().rounds[1].surprise
    assert surprise is not None and client.shown(blue)["round"]["surprise"] == surprise.says
    assert client.shown(client.key)["script"]["surprise"] == ""  # no secret
    text = (session_directory() / "six-aims.toml").read_text(encoding="utf-8")
    path = tmp_path / "mine.toml"
    path.write_text(text.replace('told = "begin", ', ""), encoding="utf-8")
    session = load_session(path)
    assert session.roles is not None
    play = Play(Workshop(members=MEMBERS, settings=CENTRAL), client.room, session.roles)
    assert play.plain("Blue")["surprise"] == "" and play.script()["surprise"] == surprise.says
    client.room.act({"do": "reveal"})
    assert play.plain("Blue")["surprise"] == surprise.says


def test_the_room_comes_back_with_its_roles_and_choices(client: Client, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "room.log")
    room = Room(Door(shared=True), {SESSION.name: SESSION}, journal=journal)
    room.act({"do": "session", "name": SESSION.name})
    for _ in range(len(SESSION.steps) + 1):
        room.act({"do": "next"})
    room.act({"do": "team", "name": "Cards"})
    room.act({"do": "deal"})
    room.do({"do": "decide", "role": BILATERAL, "positions": LEAVE, "lock": True})
    journal.close()
    again = Journal(tmp_path / "room.log")
    back = Room(Door(shared=True), {SESSION.name: SESSION}, journal=again)
    assert back.continued and back.part_of("Cards") == BILATERAL
    assert back.decided_by(BILATERAL) == LEAVE and back.is_final == {BILATERAL}
    again.close()


def test_the_downloaded_world_gives_the_numbers_of_the_board(client: Client, tmp_path: Path) -> None:
    chosen = {BILATERAL: LEAVE, NGO: {"local_ownership": 0.9}, MULTILATERAL: {"exits": "community_enterprise"}}
    for role, positions in chosen.items():
        client.post("/choose", client.key, {"role": role, "positions": positions, "lock": True})
    client.room.act({"do": "reveal"})
    taken = client.asking.get(f"/together.toml?token={client.key}")
    assert taken.status_code == 200 and "attachment" in taken.headers["content-disposition"]
    path = tmp_path / "together.toml"
    path.write_text(taken.text, encoding="utf-8")
    plan = load_scenario(path)
    room, roles = client.room, _roles()
    play = Play(Workshop(members=MEMBERS, settings=CENTRAL), room, roles)
    played = play._plan({role.title: room.decided_by(role.title) for role in roles.cast})
    assert plan.world == played.world and plan.strategy == played.strategy
    assert plan.run == played.run.model_copy(update={"runs": MEMBERS})
    short = load_scenario(path, {"run.runs": 1})
    more = tuple(aim.outcome for _, aim in roles.aims)
    ours = outcomes(short, 0, more).scalars
    terminal = run(short)
    carried = terminal.activity.query("measure == 'recurrent_burden_usd' and year < @short.run.end")["value"].sum()
    assert ours["recurrent_burden_usd world"] == pytest.approx(carried, rel=1e-12)
    price = terminal.activity.query("measure == 'mean_price' and group == 'recipients' and year == @short.run.end")[
        "value"
    ]
    assert ours["mean_price recipients"] == price.iloc[0]


def test_lists_of_several_choices_are_added_to_those_of_the_scenario() -> None:
    start = load_scenario("clustered-exits", CENTRAL)
    leave = {"world.withdrawals": [{"year": 2033, "donors": ["USA"]}]}
    again = {"world.withdrawals": [{"year": 2034, "donors": ["GBR"]}], "strategy.funding": 0.5}
    plan = load_scenario("clustered-exits", {**CENTRAL, **together(start, leave, again)})
    assert [one.year for one in plan.world.withdrawals] == [2030, 2033, 2034] and plan.strategy.funding == 0.5


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('"policy_forgone_usd" }', '"policy_forgone_us" }', "did you mean 'policy_forgone_usd'"),
        ('measure = "users_served"', 'measure = "founded"', "more or less of founded is better"),
        ('group = "recipients"', 'group = "recipient"', "recipients"),
        ('levers = ["data_driven"]', 'levers = ["data_drive"]', "did you mean 'data_driven'"),
        ('levers = ["data_driven"]', 'levers = ["device_tax"]', "decides on strategy.device_tax too"),
        ("data_price = [-0.4, 0.4]", "data_price = [0.1, 0.4]", "within -0.95 to 2, around 0"),
        ("data_price = [-0.4, 0.4]", "exits = [0.1, 0.4]", "no lever of this role with a range"),
        ("budget = 0.32", "budget = 0.1", "already spends 0.12"),
        ("budget = 0.32", "budget = 0.9", "too little is left for equipment"),
        ('spend = ["capacity_share", ', 'spend = ["exits", ', "no share of money"),
        ('title = "NGO"', 'title = "Operator"', "two roles have one title"),
        ("notice_years = 4 }] } },", "notice_year = 4 }] } },", "did you mean 'notice_years'"),
        ('told = "begin"', 'told = "beginning"', "rounds"),
        ("size = 0.3 }", "sise = 0.3 }", "did you mean 'size'"),
        ('name = "leaving"', 'name = "exits"', "each once"),
    ],
)  # fmt: skip
def test_roles_are_read_strictly(tmp_path: Path, before: str, after: str, said: str) -> None:
    text = (session_directory() / "six-aims.toml").read_text(encoding="utf-8")
    assert before in text
    path = tmp_path / "mine.toml"
    path.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(SessionError) as refused:
        load_session(path)
    assert said in str(refused.value) and refused.value.line is not None, str(refused.value)


def test_every_role_has_a_card_on_paper(tmp_path: Path) -> None:
    guide, sheet = tmp_path / "guide.html", tmp_path / "sheet.html"
    assert call("workshop", "--session", "six-aims", "--guide", str(guide), "--sheet", str(sheet)).exit_code == 0
    text = sheet.read_text(encoding="utf-8")
    assert text.count('<article class="card">') == len(_roles().cast)
    for role in _roles().cast:
        card = re.search(rf'<article class="card"><h2>{role.title}</h2>.*?</article>', text, re.S)
        assert card is not None and card[0].count('class="line"') == len(_roles().rounds) * (
            len(role.levers) + len(role.decisions)
        )
    assert "32% of the money" in text and "As in the base" in text
