"""A room at its round of teams in this process, and requests to it; runs are asked for and never made."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from short_worlds import CENTRAL
from starlette.testclient import TestClient

from afteraid.faces.server.door import Door
from afteraid.faces.server.guard import Guard
from afteraid.faces.workshop.app import application
from afteraid.faces.workshop.joining import Joining
from afteraid.faces.workshop.moves import Ensembles, Workshop
from afteraid.faces.workshop.outcomes import Outcomes
from afteraid.faces.workshop.room import Room
from afteraid.faces.workshop.session import Session
from afteraid.simulation.scenario.scenario import Scenario

HERE = "http://127.0.0.1:8050"
MEMBERS = 6


class Client:
    """A room, and requests to it."""

    def __init__(self, asking: TestClient, room: Room, asked: list[Scenario]) -> None:
        self.asking, self.room, self.asked = asking, room, asked
        self.key = room.door.key

    def join(self, name: str, role: str = "") -> str:
        """Let a team in, with a role where one is named; returns its token."""
        token = self.room.join("phone", self.room.door.code, name)[1]
        if role:
            assert self.post("/part", token, {"role": role}).status_code == 200
        return token

    def post(self, path: str, token: str, content: object) -> Any:
        own = {"Origin": HERE, "Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        return self.asking.post(path, content=json.dumps(content), headers=own)

    def shown(self, token: str) -> Any:
        return self.asking.get(f"/room.json?token={token}").json()


@contextmanager
def at_the_round(
    session: Session, made: Callable[..., dict[int, Outcomes]], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Client]:
    """Lead a session to its first round; `made` stands for the runs of a scenario."""
    asked: list[Scenario] = []
    monkeypatch.setattr(Workshop, "begin", lambda self, crew: None)
    monkeypatch.setattr(Ensembles, "of", lambda self, plan, urgency=0, more=(): asked.append(plan))
    monkeypatch.setattr(Ensembles, "ready", made)
    room = Room(Door(shared=True), {session.name: session})
    app = application(Workshop(members=MEMBERS, settings=CENTRAL), 1, room, Joining(room.door, 8050))
    with TestClient(Guard(app, ["127.0.0.1:8050"]), base_url=HERE) as found:
        room.act({"do": "session", "name": session.name})
        for _ in range(len(session.steps) + 1):
            room.act({"do": "next"})
        asked.clear()
        yield Client(found, room, asked)
