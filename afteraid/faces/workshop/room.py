"""The room: which teams are in it. Everything that happens is one event, and the state follows from the events."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from afteraid.simulation.basis.errors import on_one_line

from ..server.door import LIVES, TEAM, Caller, Door, hashed, new_token
from ..server.guard import Refused

MOST_TEAMS = 150
LONGEST_NAME = 24


@dataclass
class State:
    """What the events so far have made of the room.

    Attributes:
        teams: by name, the hash of the token and the time until which it counts.
    """

    teams: dict[str, tuple[str, float]] = field(default_factory=dict)


class Room:
    """The room's state, and the one place where it changes."""

    def __init__(self, door: Door, changed: Callable[[], None] = lambda: None) -> None:
        """Begin with an empty room; `changed` is called after each event."""
        self.door, self.changed = door, changed
        self.state = State()

    def do(self, event: Mapping[str, Any]) -> None:
        """Let an event happen."""
        _apply(self.state, event, self.door)
        self.changed()

    def join(self, device: str, code: object, name: object) -> tuple[str, str]:
        """Let a device in that knows the code; returns the team's name and its token.

        Raises Refused for a wrong code, and for a name that can't be used or that another team has.
        """
        self.door.try_code(device, code)
        said = _clean(name)
        if said.casefold() in (known.casefold() for known in self.state.teams):
            raise Refused(409, "Another team has this name. Choose another one.")
        if len(self.state.teams) >= MOST_TEAMS:
            raise Refused(503, "The room is full.")
        token = new_token()
        self.do({"do": "join", "team": said, "hash": hashed(token), "until": time.time() + LIVES})
        return said, token


def _clean(name: object) -> str:
    """Return a team's name as it is shown."""
    said = on_one_line(" ".join(name.split())) if isinstance(name, str) else ""
    if not 1 <= len(said) <= LONGEST_NAME:
        raise Refused(422, f"A team needs a name of at most {LONGEST_NAME} letters.")
    return said


def _apply(state: State, event: Mapping[str, Any], door: Door) -> None:
    """Change the state by one event."""
    match event["do"]:
        case "join":
            state.teams[event["team"]] = (event["hash"], event["until"])
            door.know(event["hash"], Caller(TEAM, event["team"]), event["until"])
        case _:
            raise ValueError(f"no event is called {event['do']}")
