"""The state of a room, and how each event changes it. The state follows from the events alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..server.door import FACILITATOR, TEAM, Caller, Door

MOST_UNDONE = 200


@dataclass(frozen=True)
class Where:
    """Where a session is: its name, its page, and the steps whose answers are shown.

    Page 0 is the opening, the steps are from 1, and the page after the last step is the closing.
    """

    session: str = ""
    page: int = 0
    shown: frozenset[int] = frozenset()


@dataclass
class State:
    """What the events so far have made of the room.

    Attributes:
        where: the session is.
        before: where it was, for undo.
        guesses: by page and by who guessed, the position of the guess.
        teams: by name, the hash of the token and the time until which it counts; no hash without a device.
        choices: by team, the positions of its levers in the round of teams.
        locked: teams whose choice is final.
        parts: by role, the team that has the role.
        decided: by page and by role, the positions of what the role decides in this round.
        final: by page, the roles whose choice is final.
        quiz: answers before and after, by who answered: a choice for each question, counted from 0, or -1.
        clock: seconds since 1970 at which the time is up; 0 where no clock runs.
    """

    where: Where = Where()
    before: list[Where] = field(default_factory=list)
    guesses: dict[int, dict[str, int]] = field(default_factory=dict)
    teams: dict[str, tuple[str, float]] = field(default_factory=dict)
    choices: dict[str, dict[str, object]] = field(default_factory=dict)
    locked: set[str] = field(default_factory=set)
    parts: dict[str, str] = field(default_factory=dict)
    decided: dict[int, dict[str, dict[str, object]]] = field(default_factory=dict)
    final: dict[int, set[str]] = field(default_factory=dict)
    quiz: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    clock: float = 0.0


def apply(state: State, event: Mapping[str, Any], door: Door) -> None:
    """Change the state by one event."""
    where = state.where
    match event["do"]:
        case "open":
            door.code = event["code"]
            door.know(event["hash"], Caller(FACILITATOR), event["until"])
        case "end":
            pass
        case "join":
            state.teams[event["team"]] = (event["hash"], event["until"])
            if event["hash"]:
                door.know(event["hash"], Caller(TEAM, event["team"]), event["until"])
        case "choose":
            state.choices[event["team"]] = event["positions"]
            if event["lock"]:
                state.locked.add(event["team"])
        case "part":
            state.parts = {role: team for role, team in state.parts.items() if team != event["team"]}
            if event["role"]:
                state.parts[event["role"]] = event["team"]
        case "decide":
            state.decided.setdefault(where.page, {})[event["role"]] = event["positions"]
            if event["lock"]:
                state.final.setdefault(where.page, set()).add(event["role"])
        case "reopen":
            state.final.get(where.page, set()).discard(event["role"])
        case "quiz":
            state.quiz.setdefault(event["when"], {})[event["by"]] = event["answers"]
        case "unlock":
            state.locked.discard(event["team"])
        case "guess":
            state.guesses.setdefault(event["page"], {})[event["by"]] = event["place"]
        case "session":
            _go(state, Where(event["name"]))
            state.guesses, state.choices, state.locked, state.quiz = {}, {}, set(), {}
            state.parts, state.decided, state.final = {}, {}, {}
        case "page":
            _go(state, Where(where.session, event["page"], where.shown))
        case "reveal":
            _go(state, Where(where.session, where.page, where.shown | {where.page}))
        case "undo":
            state.where = state.before.pop()
        case "clock":
            state.clock = event["until"]
        case "remove":
            _remove(state, event["team"], door)
        case "reset":
            for team in list(state.teams):
                _remove(state, team, door)
            state.__init__()  # type: ignore[misc]
        case _:
            raise ValueError(f"no event is called {event['do']}")


def _go(state: State, where: Where) -> None:
    """Go somewhere in the session, from where undo leads back."""
    state.before = [*state.before[-MOST_UNDONE:], state.where]
    state.where, state.clock = where, 0.0


def _remove(state: State, team: str, door: Door) -> None:
    """Remove a team with its token and its guesses."""
    state.teams.pop(team, None)
    state.choices.pop(team, None)
    state.locked.discard(team)
    state.parts = {role: name for role, name in state.parts.items() if name != team}
    door.forget(Caller(TEAM, team))
    for guesses in state.guesses.values():
        guesses.pop(f"team {team}", None)
    for answers in state.quiz.values():
        answers.pop(f"team {team}", None)
