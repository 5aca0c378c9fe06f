"""Sharing the workshop: an address of the network, a code with few tries, tokens, and the facilitator apart."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from command_line import call
from short_worlds import CENTRAL
from starlette.testclient import TestClient
from workshop_process import PATIENCE, running_workshop

from afteraid.faces.server import network
from afteraid.faces.server.door import CODE_LENGTH, FACILITATOR, LIVES, MOST_WRONG, SPAN, TEAM, Caller, Door, hashed
from afteraid.faces.server.guard import Guard, Refused
from afteraid.faces.server.network import Adapter, adapters, chosen, usable
from afteraid.faces.server.serve import bind
from afteraid.faces.workshop import joining as joining_module
from afteraid.faces.workshop import opening
from afteraid.faces.workshop.app import application
from afteraid.faces.workshop.joining import Joining, battery, qr, wifi_qr
from afteraid.faces.workshop.moves import Workshop
from afteraid.faces.workshop.room import MOST_TEAMS, Room
from afteraid.simulation.basis.errors import InputError

OUTSIDE = "127.0.0.2"  # stands for an address of a network: Linux answers there too
HERE, THERE = "http://127.0.0.1:8050", f"http://{OUTSIDE}:8050"
ROOM, HOTSPOT, VIRTUAL = Adapter("wlan0", "192.168.4.7"), Adapter("eth0", "10.1.2.3"), Adapter("docker0", "172.17.0.1")


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_no_address_of_this_machine_alone_is_given_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    for address in ("127.0.0.1", "127.5.5.5", "0.0.0.0", "224.0.0.1", "localhost", "", "::1"):
        assert not usable(address), address
    assert all(usable(one.address) for one in adapters())
    sources = {"_by_name": [Adapter("lo", "127.0.0.1"), VIRTUAL, ROOM], "_by_host": [Adapter("", "192.168.4.7")],
               "_by_route": [Adapter("", "8.8.4.4")]}  # fmt: skip
    for name, found in sources.items():
        monkeypatch.setattr(network, name, lambda found=found: iter(found))
    assert adapters() == [ROOM, Adapter("", "8.8.4.4"), VIRTUAL]


def test_the_adapter_is_the_likeliest_or_the_one_asked_for() -> None:
    assert chosen([ROOM, HOTSPOT], None) == ROOM
    assert chosen([ROOM, HOTSPOT], "10.1.2.3") == chosen([ROOM, HOTSPOT], "eth0") == HOTSPOT
    with pytest.raises(InputError, match=r"10\.1\.2\.4.*did you mean '10\.1\.2\.3'"):
        chosen([ROOM, HOTSPOT], "10.1.2.4")
    with pytest.raises(InputError, match="in no network"):
        chosen([], None)


def test_a_shared_server_has_one_port_at_two_addresses() -> None:
    address = bind(0, OUTSIDE)
    try:
        assert [one.getsockname() for one in address.sockets] == [("127.0.0.1", address.port), (OUTSIDE, address.port)]
        assert (
            address.url_outside == f"http://{OUTSIDE}:{address.port}/" and f"{OUTSIDE}:{address.port}" in address.hosts
        )
    finally:
        address.close()
    alone = bind(0)
    alone.close()
    assert alone.url_outside is None and len(alone.sockets) == 1 and not network.answers("127.0.0.1", alone.port, "/")


def test_a_code_has_few_tries_and_then_a_wait() -> None:
    clock = Clock()
    door = Door(shared=True, clock=clock)
    assert len(door.code) == CODE_LENGTH and door.code != Door(shared=True).code
    door.try_code("phone", f" {door.code[:3].lower()}-{door.code[3:]} ")
    for wrong in ("", None, 7, "000000", door.code + "A", ["x"], door.code[:-1])[:MOST_WRONG]:
        with pytest.raises(Refused, match="wrong"):
            door.try_code("phone", wrong)
    door.try_code("phone", door.code)  # the right one forgives the wrong ones
    for _ in range(MOST_WRONG):
        with pytest.raises(Refused, match="wrong"):
            door.try_code("phone", "nothing")
    with pytest.raises(Refused) as refused:
        door.try_code("phone", door.code)
    assert refused.value.status == 429
    door.try_code("another phone", door.code)
    clock.now += SPAN
    door.try_code("phone", door.code)


def test_many_devices_together_have_a_limit_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("afteraid.faces.server.door.MOST_WRONG_OF_ALL", 20)
    door = Door(shared=True, clock=Clock())
    for number in range(20):
        with pytest.raises(Refused):
            door.try_code(f"phone {number}", "nothing")
    with pytest.raises(Refused) as refused:
        door.try_code("a new phone", door.code)
    assert refused.value.status == 429


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Room, Joining, Any]]:
    """A shared room, and what makes a client: `client(base_url)`."""
    monkeypatch.setattr(Workshop, "begin", lambda self, crew: None)  # these tests run nothing
    door = Door(shared=True)
    joining = Joining(door, 8050, OUTSIDE, [Adapter("wlan0", OUTSIDE), HOTSPOT])
    found = Room(door)
    app = application(Workshop(members=1, settings=CENTRAL), 1, found, joining)
    guarded = Guard(joining_module.Seen(app, joining), ["127.0.0.1:8050", f"{OUTSIDE}:8050"])
    with TestClient(guarded, base_url=HERE):
        yield found, joining, lambda base, device="192.168.4.9": TestClient(guarded, base_url=base, client=(device, 1))


def _own(base: str, token: str | None = None) -> dict[str, str]:
    said = {"Origin": base, "Content-Type": "application/json"}
    return said if token is None else {**said, "Authorization": f"Bearer {token}"}


def _join(client: TestClient, code: str, name: object) -> Any:
    return client.post("/join", content=json.dumps({"code": code, "name": name}), headers=_own(THERE))


PLACES = ("/workshop.json", "/me.json", "/checks.json", "/events?tab=a-tab-of-a-test")


def test_nobody_is_answered_before_joining(room: tuple[Room, Joining, Any]) -> None:
    for base in (HERE, THERE):
        client = room[2](base)
        assert [client.get(path).status_code for path in PLACES] == [401] * len(PLACES)
        assert client.post("/move", content="{}", headers=_own(base)).status_code == 401
        assert client.get("/team.html").status_code == client.get("/hello").status_code == 200
        assert client.get("/hello").json() == {"shared": True, "language": "en"}


def test_a_team_joins_once_and_its_token_lets_it_do_what_teams_do(room: tuple[Room, Joining, Any]) -> None:
    found, _, make = room
    client = make(THERE)
    assert _join(client, "000000", "Red").status_code == 403
    answer = _join(client, found.door.code, "  Red   team ").json()
    assert answer["name"] == "Red team"
    assert _join(client, found.door.code, "red TEAM").status_code == 409  # nobody claims a team by its name
    for name in ("", "x" * 25, None, 7, ["a"]):
        assert _join(client, found.door.code, name).status_code == 422
    team = _own(THERE, answer["token"])
    assert client.get("/me.json", headers=team).json() == {"role": "team", "name": "Red team"}
    assert client.get(f"/me.json?token={answer['token']}").status_code == 200
    assert client.get("/workshop.json", headers=team).status_code == 200
    assert client.get("/checks.json", headers=team).status_code == 403
    assert client.post("/wifi", content="{}", headers=team).status_code == 403
    for wrong in (answer["token"][:-1], "", hashed(answer["token"])):
        assert client.get("/me.json", headers={"Authorization": f"Bearer {wrong}"}).status_code == 401


def test_a_token_expires_and_the_room_is_full_some_time(room: tuple[Room, Joining, Any]) -> None:
    found, _, make = room
    clock = Clock()
    found.door.clock = clock
    caller = Caller(TEAM, "Old")
    found.door.know(hashed("old"), caller, clock.now + LIVES)
    client = make(THERE)
    assert client.get("/me.json?token=old").status_code == 200
    clock.now += LIVES + 1.0
    assert client.get("/me.json?token=old").status_code == 401
    found.door.know(hashed("new"), caller, clock.now + LIVES)
    found.door.forget(caller)
    assert client.get("/me.json?token=new").status_code == 401
    found.state.teams.update({str(number): ("", 0.0) for number in range(MOST_TEAMS)})
    assert _join(client, found.door.code, "Late").status_code == 503


def test_the_facilitator_is_at_this_machine_only(room: tuple[Room, Joining, Any]) -> None:
    found, _, make = room
    key = {"Authorization": f"Bearer {found.door.key}"}
    assert make(HERE).get("/me.json", headers=key).json()["role"] == FACILITATOR
    assert make(THERE).get("/me.json", headers=key).status_code == 403
    assert make("http://192.168.4.7:8050").get("/hello").status_code == 421  # no name of this server


def test_the_page_before_people_arrive_checks_what_it_says(room: tuple[Room, Joining, Any]) -> None:
    found, joining, make = room
    key = {"Authorization": f"Bearer {found.door.key}"}
    client = make(HERE, "127.0.0.1")

    def checks() -> dict[str, dict[str, str]]:
        return {one["title"]: one for one in client.get("/checks.json", headers=key).json()["checks"]}

    before = checks()
    assert before["Address"]["state"] == before["A telephone"]["state"] == before["Firewall"]["state"] == "look"
    assert "10.1.2.3" in before["Address"]["says"] and "0 of 1 runs" in before["Stored runs"]["says"]
    make(THERE, OUTSIDE).get("/hello")  # the machine asks itself: that is no telephone
    assert not joining.seen
    joining.verified = True
    make(THERE).get("/team.html")
    after = checks()
    assert after["Address"]["state"] == after["A telephone"]["state"] == after["Firewall"]["state"] == "ok"
    assert "192.168.4.9" in after["A telephone"]["says"] and set(joining.seen) == {"192.168.4.9"}
    joining.verified = False
    assert "Choose another address" in checks()["Address"]["says"]


def test_what_the_room_sees_is_never_this_machines_own_name(room: tuple[Room, Joining, Any]) -> None:
    found, joining, make = room
    shown = make(HERE).get("/checks.json", headers={"Authorization": f"Bearer {found.door.key}"}).json()
    assert shown["address"] == f"{THERE}/team.html" and shown["code"] == found.door.code
    assert found.door.key not in json.dumps(shown) and shown["wifi"] == ""
    own = _own(HERE, found.door.key)
    asked = json.dumps({"name": "Room", "password": "a password"})
    assert make(HERE).post("/wifi", content=asked, headers=own).json() == {}
    shown = make(HERE).get("/room.json", headers={"Authorization": f"Bearer {found.door.key}"}).json()["join"]
    assert shown["network"] == "Room" and shown["wifi"].startswith("<svg") and "a password" not in json.dumps(shown)
    assert Joining(Door(shared=False), 8050).plain()["address"] == ""


def test_codes_are_drawings_that_a_strict_page_takes() -> None:
    for drawn in (
        qr("http://192.168.4.7:8050/team.html#code=ABCDEF"),
        wifi_qr("A room; here", 'pass:"word'),
        wifi_qr("open", ""),
    ):
        tree = ElementTree.fromstring(drawn)
        assert tree.get("class") == "qr" and tree.get("viewBox")
        assert not [one for one in tree.iter() if "style" in one.attrib or one.tag.endswith(("style", "script"))]
    for name, password in (("", "x"), (None, "x"), ("x", None), ("x" * 64, ""), ("x", "y" * 64)):
        with pytest.raises(Refused):
            wifi_qr(name, password)


def test_a_battery_is_read_where_there_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joining_module, "SUPPLIES", tmp_path)
    assert battery() is None
    (tmp_path / "BAT0").mkdir()
    (tmp_path / "BAT0" / "capacity").write_text("81\n")
    (tmp_path / "BAT0" / "status").write_text("Discharging\n")
    assert battery() == (81, False)


def test_the_command_refuses_an_address_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "adapters", lambda: [ROOM])
    assert call("workshop", "--address", "192.168.4.7").exit_code == 2
    found = call("workshop", "--share", "--address", "127.0.0.1")
    assert found.exit_code == 2 and "192.168.4.7" in found.stderr


@pytest.mark.slow
def test_a_hundred_devices_join_a_shared_server_and_stay(tmp_path: Path) -> None:
    with running_workshop(tmp_path, outside=(OUTSIDE,)) as found:
        assert f"http://{OUTSIDE}:{found.port}/team.html" in found.said
        own = {"Origin": f"http://{OUTSIDE}:{found.port}", "Content-Type": "application/json"}
        open_streams = []
        for number in range(100):
            joining = http.client.HTTPConnection(OUTSIDE, found.port, timeout=PATIENCE)
            joining.request("POST", "/join", json.dumps({"code": found.code, "name": f"Team {number}"}), own)
            answer = joining.getresponse()
            said = json.loads(answer.read())
            assert answer.status == 200, said
            joining.close()
            stream = http.client.HTTPConnection(OUTSIDE, found.port, timeout=PATIENCE)
            stream.request("GET", f"/events?tab=device-of-team-{number}&token={said['token']}")
            assert stream.getresponse().status == 200
            open_streams.append(stream)
        asking = http.client.HTTPConnection("127.0.0.1", found.port, timeout=PATIENCE)
        asking.request("GET", "/checks.json", headers={"Authorization": f"Bearer {found.key}"})
        assert asking.getresponse().status == 200
        for stream in (*open_streams, asking):
            stream.close()
