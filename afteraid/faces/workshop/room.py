"""The room: its session and step, its teams and their guesses. Everything that happens is one event.

The state follows from the events alone, so that the same events bring the same state back.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from afteraid.simulation.basis.errors import on_one_line

from ..server.door import FACILITATOR, LIVES, Caller, Door, hashed, new_token
from ..server.guard import Refused
from ..server.journal import Journal
from .roles import Roles
from .room_state import State, Where, apply
from .session import Rivals, Session, Step

MOST_TEAMS = 150
MOST_ENTERED = 500  # guesses that the facilitator enters in one step
LONGEST_NAME = 24
LONGEST_CLOCK = 7200  # seconds
BEFORE, AFTER = "before", "after"  # the two times of the quiz


class Room:
    """The room's state, and the one place where it changes."""

    def __init__(
        self, door: Door, sessions: Mapping[str, Session] | None = None, changed: Callable[[], None] = lambda: None,
        journal: Journal | None = None,
    ) -> None:  # fmt: skip
        """Begin with an empty room, or where a room was cut off.

        Args:
            door: that knows the tokens of teams.
            sessions: that can be played, by name.
            changed: called after each event.
            journal: keeps the events; those that it has are let happen again.
        """
        self.door, self.sessions, self.changed = door, dict(sessions or {}), changed
        self.state, self._journal = State(), journal
        self.continued = self._continue()

    def _continue(self) -> bool:
        """Let the events of a room that was cut off happen again; says whether there were any."""
        past = self._journal.events if self._journal is not None else []
        last = max((place for place, event in enumerate(past) if event["do"] == "end"), default=-1)
        for event in past[last + 1 :]:
            apply(self.state, event, self.door)
        if self.state.where.session not in self.sessions:  # a session of another day
            self.state.where, self.state.before = Where(), []
        opened = {"do": "open", "code": self.door.code, "hash": hashed(self.door.key), "until": time.time() + LIVES}
        self.do(opened)
        return any(event["do"] != "open" for event in past[last + 1 :])

    def end(self) -> None:
        """Note that the workshop ended as it should: the next one begins anew."""
        self.do({"do": "end"})

    @property
    def session(self) -> Session | None:
        """Return the session that is played."""
        return self.sessions.get(self.state.where.session)

    @property
    def step(self) -> Step | None:
        """Return the step that is played; None on the opening and on the closing page."""
        session, page = self.session, self.state.where.page
        return session.steps[page - 1] if session is not None and 1 <= page <= len(session.steps) else None

    @property
    def rivals(self) -> Rivals | None:
        """Return the round of rivals that is played; None on any other page."""
        return self.session.rivals_at(self.state.where.page) if self.session is not None else None

    @property
    def roles(self) -> Roles | None:
        """Return the roles that are played; None on a page without a round of them."""
        return self.session.roles if self.session is not None and self.round is not None else None

    @property
    def round(self) -> int | None:
        """Return the number of the round of roles that is played, from 0; None on any other page."""
        return self.session.round_at(self.state.where.page) if self.session is not None else None

    @property
    def is_final(self) -> frozenset[str]:
        """Return the roles whose choice is final in this round."""
        return frozenset(self.state.final.get(self.state.where.page, ()))

    def part_of(self, team: str) -> str | None:
        """Return the role of a team."""
        return next((role for role, name in self.state.parts.items() if name == team), None)

    def decided_by(self, role: str) -> dict[str, object]:
        """Return what a role has chosen: in this round, or in the last one before in which there was a choice."""
        rounds = [page for page, made in self.state.decided.items() if page <= self.state.where.page and role in made]
        return self.state.decided[max(rounds)][role] if rounds else {}

    @property
    def quiz(self) -> str:
        """Return which quiz is open: the one before, on the opening page, or the one after, on the last; or none."""
        session, page = self.session, self.state.where.page
        if session is None or not session.quiz:
            return ""
        return BEFORE if page == 0 else AFTER if page == session.last else ""

    @property
    def is_closed(self) -> bool:
        """Say whether teams can't choose any more: the board is shown, or the time is up."""
        return self.is_shown or 0.0 < self.state.clock <= time.time()

    @property
    def is_shown(self) -> bool:
        """Say whether the answer of this step is shown."""
        return self.state.where.page in self.state.where.shown

    def do(self, event: Mapping[str, Any]) -> None:
        """Let an event happen; it is on the disk before anybody hears of it.

        Raises Refused where the log can't be written: then nothing has happened.
        """
        if self._journal is not None:
            try:
                self._journal.append(event)
            except OSError as problem:
                raise Refused(503, f"The log can't be written ({problem.strerror}).") from None
        apply(self.state, event, self.door)
        self.changed()

    def join(self, device: str, code: object, name: object) -> tuple[str, str]:
        """Let a device in that knows the code; returns the team's name and its token.

        Raises Refused for a wrong code, and for a name that can't be used or that another team has.
        """
        self.door.try_code(device, code)
        said = self._new(name)
        token = new_token()
        self.do({"do": "join", "team": said, "hash": hashed(token), "until": time.time() + LIVES})
        return said, token

    def _new(self, name: object) -> str:
        """Return the name of a new team; raises Refused for one that can't be used or that another team has."""
        said = _clean(name)
        if said.casefold() in (known.casefold() for known in self.state.teams):
            raise Refused(409, "Another team has this name. Choose another one.")
        if len(self.state.teams) >= MOST_TEAMS:
            raise Refused(503, "The room is full.")
        return said

    def guess(self, caller: Caller, given: Mapping[str, Any]) -> None:
        """Take a guess: a team's own, or one of the room that the facilitator enters.

        Raises Refused where there is nothing to guess, and for what is no guess.
        """
        step = self.step
        if step is None or self.is_shown:
            raise Refused(409, "There is nothing to guess now.")
        if self.is_closed and caller.role != FACILITATOR:  # sheets are entered after the time
            raise Refused(409, "The time is up.")
        most = step.guess.bins if step.guess is not None else len(step.worlds)
        place = given.get("place")
        if isinstance(place, bool) or not isinstance(place, int) or not 0 <= place < most:
            raise Refused(422, f"A guess is a position from 0 to {most - 1}.")
        page = self.state.where.page
        entered = self.state.guesses.get(page, {})
        if caller.role == FACILITATOR:
            number = sum(by.startswith("room ") for by in entered)
            if number >= MOST_ENTERED:
                raise Refused(409, "No more guesses are taken in this step.")
            by = f"room {number + 1}"
        else:
            by = f"team {caller.name}"
        self.do({"do": "guess", "page": page, "by": by, "place": place})

    def answer(self, caller: Caller, given: Mapping[str, Any]) -> None:
        """Take answers to the quiz: a team's own, or those of a sheet that the facilitator enters.

        Raises Refused where no quiz is open, and for what are no answers.
        """
        session = self.session
        if session is None or not self.quiz or self.is_shown:
            raise Refused(409, "There is no quiz now.")
        answers = given.get("answers")
        if not isinstance(answers, list) or len(answers) != len(session.quiz):
            raise Refused(422, f"The quiz has {len(session.quiz)} questions.")
        for answer, asked in zip(answers, session.quiz, strict=True):
            if isinstance(answer, bool) or not isinstance(answer, int) or not -1 <= answer < len(asked.choices):
                raise Refused(422, "An answer is the number of a choice, from 0, or -1 for none.")
        entered = self.state.quiz.get(self.quiz, {})
        number = sum(by.startswith("room ") for by in entered)
        if caller.role == FACILITATOR and number >= MOST_ENTERED:
            raise Refused(409, "No more sheets are taken.")
        by = f"room {number + 1}" if caller.role == FACILITATOR else f"team {caller.name}"
        self.do({"do": "quiz", "when": self.quiz, "by": by, "answers": answers})

    def choose(self, caller: Caller, given: Mapping[str, Any], check: Callable[[dict[str, object]], None]) -> None:
        """Take a team's choice: its own, or one that the facilitator enters for a team without a device.

        Args:
            caller: who chooses.
            given: positions of levers; `lock` makes them final; `team` is read from the facilitator only.
            check: raises InputError for positions that can't be used.

        Raises Refused where nothing can be chosen, and for what is no choice.
        """
        if self.rivals is None or self.is_closed:
            raise Refused(409, "Nothing can be chosen now.")
        team = given.get("team") if caller.role == FACILITATOR else caller.name
        if not isinstance(team, str) or team not in self.state.teams:
            raise Refused(422, "There is no such team.")
        if caller.role == FACILITATOR and self.state.teams[team][0]:
            raise Refused(403, "This team has a device, and chooses for itself.")
        if team in self.state.locked:
            raise Refused(409, "The choice of this team is final.")
        positions = given.get("positions")
        if not isinstance(positions, dict):
            raise Refused(422, "A choice has positions of levers.")
        check(positions)
        self.do({"do": "choose", "team": team, "positions": positions, "lock": given.get("lock") is True})

    def take_part(self, caller: Caller, given: Mapping[str, Any]) -> None:
        """Give a role to a team: a free one that the team asks for, or any that the facilitator gives.

        Args:
            caller: who asks.
            given: `role`, empty to have none; `team` is read from the facilitator only.

        Raises Refused where no roles are played, for a role or a team that there is not, and for a role that is taken.
        """
        if self.roles is None or self.is_shown:
            raise Refused(409, "No roles are given now.")
        team = given.get("team") if caller.role == FACILITATOR else caller.name
        if not isinstance(team, str) or team not in self.state.teams:
            raise Refused(422, "There is no such team.")
        role = given.get("role")
        if role != "" and self.roles.role(role) is None:
            raise Refused(422, "There is no such role.")
        if caller.role != FACILITATOR and self.part_of(team) in self.is_final:
            raise Refused(409, "The choice of your role is final.")
        if caller.role != FACILITATOR and self.state.parts.get(str(role), team) != team:
            raise Refused(409, "Another team has this role. Choose another one.")
        self.do({"do": "part", "team": team, "role": role})

    def decide(self, caller: Caller, given: Mapping[str, Any], check: Callable[[str, dict[str, object]], None]) -> None:
        """Take a role's choice: that of its team, or one that the facilitator enters for a role without a device.

        Args:
            caller: who decides.
            given: positions of what the role moves; `lock` makes them final; `role` is read from the facilitator only.
            check: raises InputError for positions that can't be used.

        Raises Refused where nothing can be chosen, and for what is no choice.
        """
        if self.roles is None or self.is_closed:
            raise Refused(409, "Nothing can be chosen now.")
        role = given.get("role") if caller.role == FACILITATOR else self.part_of(caller.name)
        if role is None and caller.role != FACILITATOR:
            raise Refused(409, "Your team has no role yet.")
        if not isinstance(role, str) or self.roles.role(role) is None:
            raise Refused(422, "There is no such role.")
        if caller.role == FACILITATOR and self.has_device(role):
            raise Refused(403, "This role has a device, and chooses for itself.")
        if role in self.is_final:
            raise Refused(409, "The choice of this role is final.")
        positions = given.get("positions")
        if not isinstance(positions, dict):
            raise Refused(422, "A choice has positions of levers.")
        check(role, positions)
        self.do({"do": "decide", "role": role, "positions": positions, "lock": given.get("lock") is True})

    def has_device(self, role: str) -> bool:
        """Say whether the team that has a role chooses on a device."""
        team = self.state.parts.get(role)
        return team is not None and bool(self.state.teams[team][0])

    def act(self, given: Mapping[str, Any]) -> None:
        """Do what the facilitator asks for.

        Raises Refused for what can't be done here.
        """
        match given.get("do"):
            case "session":
                name = given.get("name")
                if name not in self.sessions:
                    raise Refused(422, "There is no such session.")
                self.do({"do": "session", "name": name})
            case "next" | "back" as way:
                page = self.state.where.page + (1 if way == "next" else -1)
                if self.session is None or not 0 <= page <= self.session.last:
                    raise Refused(409, "There is no further page.")
                self.do({"do": "page", "page": page})
            case "reveal":
                nothing = self.step is None and not (self.rivals or self.roles) and self.quiz != AFTER
                if nothing or self.is_shown:
                    raise Refused(409, "There is nothing to reveal.")
                self.do({"do": "reveal"})
            case "undo":
                if not self.state.before:
                    raise Refused(409, "There is nothing to undo.")
                self.do({"do": "undo"})
            case "clock":
                seconds = given.get("seconds")
                if isinstance(seconds, bool) or not isinstance(seconds, int) or not 0 <= seconds <= LONGEST_CLOCK:
                    raise Refused(422, f"A clock runs from 0 to {LONGEST_CLOCK} seconds.")
                self.do({"do": "clock", "until": time.time() + seconds if seconds else 0.0})
            case "remove":
                if given.get("team") not in self.state.teams:
                    raise Refused(422, "There is no such team.")
                self.do({"do": "remove", "team": given["team"]})
            case "team":  # without a device
                self.do({"do": "join", "team": self._new(given.get("name")), "hash": "", "until": 0.0})
            case "deal":  # the roles that are free, to teams that have none
                if self.roles is None or self.is_shown:
                    raise Refused(409, "No roles are given now.")
                free = [role.title for role in self.roles.cast if role.title not in self.state.parts]
                teams = [team for team in self.state.teams if self.part_of(team) is None]
                for role, team in zip(free, teams, strict=False):
                    self.do({"do": "part", "team": team, "role": role})
            case "reopen":
                if given.get("role") not in self.is_final:
                    raise Refused(422, "The choice of this role is not final.")
                self.do({"do": "reopen", "role": given["role"]})
            case "unlock":
                if given.get("team") not in self.state.locked:
                    raise Refused(422, "The choice of this team is not final.")
                self.do({"do": "unlock", "team": given["team"]})
            case "reset":
                self.do({"do": "reset"})
            case _:
                raise Refused(422, "The room knows no such action.")


def _clean(name: object) -> str:
    """Return a team's name as it is shown."""
    said = on_one_line(" ".join(name.split())) if isinstance(name, str) else ""
    if not 1 <= len(said) <= LONGEST_NAME:
        raise Refused(422, f"A team needs a name of at most {LONGEST_NAME} letters.")
    return said
