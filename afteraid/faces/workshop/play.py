"""A round of roles: the choices of all roles make one world, on the same draws as the world without them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from afteraid.simulation.scenario.scenario import Scenario, load_scenario

from ..server.crew import LATER, SOON
from ..server.door import Caller
from ..server.guard import Refused
from .levers import Lever
from .moves import Workshop
from .outcomes import Outcomes
from .role_board import board_of, scored, words_of
from .roles import Role, Roles, Settings, controls_of, together
from .room import Room
from .round import for_facilitator, open_to_all
from .taking import file_of

Choices = dict[str, dict[str, object]]  # by role, the positions of what it moves
FREE, SITS, CHOOSES, FINAL = "free", "no choice yet", "chooses", "final"


class Play:
    """The rounds of roles of one session."""

    def __init__(self, workshop: Workshop, room: Room, roles: Roles) -> None:
        """Take the roles; their world has to be one that can be run."""
        self.workshop, self.room, self.roles = workshop, room, roles
        self.start = roles.plan(workshop.settings)
        self.controls = controls_of(roles, self.start)
        self.more = tuple(aim.outcome for _, aim in roles.aims)
        self._plans: dict[str, Scenario] = {}
        self._boards: dict[str, dict[str, Any]] = {}

    def take(self, caller: Caller, given: Mapping[str, Any]) -> None:
        """Take a role's choice; raises Refused or InputError for one that can't be used."""
        self.room.decide(caller, given, self.check)

    def check(self, title: str, positions: dict[str, object]) -> None:
        """Refuse a choice that is not the role's, or that can't be run with those of the others; raises InputError."""
        self._read(self._number, self._choices() | {title: positions})

    def prepare(self) -> None:
        """Begin the runs of the base, of choices that are final, and of all together once nothing can be chosen.

        The world of all choices goes before those of single ones.
        """
        self._begin({}, SOON)
        choices = self._choices()
        done = self.room.is_closed or self.room.is_final >= set(choices)
        if done:
            self._begin(choices, SOON)
        for title in choices if done else self.room.is_final:
            self._begin({title: choices[title]}, LATER)

    def board(self) -> dict[str, Any] | None:
        """Return the board, as JSON takes it; None while runs of the whole world are missing."""
        choices, number = self._choices(), self._number
        key = json.dumps([number, choices, self.room.state.parts], sort_keys=True)
        if key in self._boards:
            return self._boards[key]
        base, runs = self._runs({}), self._runs(choices)
        if base is None or runs is None:
            return None
        plan, alone = self._plan({}), {}
        for title in choices:
            one = self._runs({title: choices[title]})
            if one is not None and choices[title]:
                alone[title] = scored(self.roles, plan, base, one)
        complete = all(title in alone for title in choices if choices[title])
        rows = [
            [role.title, self.room.state.parts.get(role.title, ""), self._said(role, choices[role.title])]
            for role in self.roles.cast
        ]
        found = board_of(scored(self.roles, plan, base, runs), alone if complete else None, rows)
        if complete:
            self._boards[key] = found
        return found

    def file(self) -> str:
        """Return the world of all choices as a scenario file; raises Refused before the board is shown."""
        if not self.room.is_shown:
            raise Refused(409, "The world of all choices is there once the board is shown.")
        choices, title = self._choices(), self.roles.rounds[self._number].title
        changed = self._settings(self._number, choices)
        return file_of(self.roles.scenario, changed, self._plan(choices), title, self.workshop.members)

    def plain(self, team: str | None) -> dict[str, Any]:
        """Return what everybody may know of the round, and of the role of a team, as JSON takes it."""
        room, now = self.room, self.roles.rounds[self._number]
        board = self.board() if room.is_shown else None
        found = open_to_all(now, room, board, board is not None and board["complete"]) | {
            "file": "/together.toml" if board is not None else "",
            "roles": [self._public(role) for role in self.roles.cast],
            "part": None,
            "levers": [], "spend": [], "budget": 1.0, "mine": {}, "locked": False,
        }  # fmt: skip
        role = self.roles.role(room.part_of(team)) if team is not None else None
        return found if role is None else found | self._card(role)

    def script(self) -> dict[str, Any]:
        """Return what the facilitator alone sees: what to say, and the card of each role."""
        cards = [
            {"name": role.title, "device": self.room.has_device(role.title), **self._card(role)}
            for role in self.roles.cast
        ]
        return for_facilitator(self.roles.rounds[self._number]) | {"cards": cards}

    def of_team(self, team: str) -> dict[str, Any]:
        """Return what the facilitator sees of a team."""
        role = self.room.part_of(team)
        return {
            "role": role or "",
            "chosen": role in self._chosen,
            "locked": role in self.room.is_final,
            "device": bool(self.room.state.teams[team][0]),
        }

    @property
    def _number(self) -> int:
        """Return which round is played."""
        assert self.room.round is not None
        return self.room.round

    @property
    def _chosen(self) -> frozenset[str]:
        """Return the roles that have chosen in this round."""
        return frozenset(self.room.state.decided.get(self.room.state.where.page, ()))

    def _choices(self) -> Choices:
        """Return what each role has chosen so far."""
        return {role.title: self.room.decided_by(role.title) for role in self.roles.cast}

    def _settings(self, number: int, choices: Choices) -> Settings:
        """Return the settings of a round's world with some choices."""
        chosen = [
            role.settings(choices[role.title], self.controls[role.title])
            for role in self.roles.cast
            if role.title in choices
        ]
        return together(self.start, self.workshop.settings, *self.roles.of_round(number), *chosen)

    def _read(self, number: int, choices: Choices) -> Scenario:
        """Return the world of a round with some choices; raises InputError where it can't be run."""
        return load_scenario(self.roles.scenario, self._settings(number, choices))

    def _plan(self, choices: Choices) -> Scenario:
        """Return the same for this round, read once."""
        key = json.dumps([self._number, {title: one for title, one in choices.items() if one}], sort_keys=True)
        if key not in self._plans:
            self._plans[key] = self._read(self._number, choices)
        return self._plans[key]

    def _begin(self, choices: Choices, urgency: int) -> None:
        """Begin the runs of a world."""
        self.workshop.ensembles.of(self._plan(choices), urgency, self.more)

    def _runs(self, choices: Choices) -> list[Outcomes] | None:
        """Return the runs of a world by member; None while one is missing."""
        return self.workshop.ensembles.whole(self._plan(choices), self.more)

    def _public(self, role: Role) -> dict[str, Any]:
        """Return what everybody may know of a role before the board is shown."""
        title, team = role.title, self.room.state.parts.get(role.title)
        final, chosen = title in self.room.is_final, title in self._chosen
        state = FINAL if final else CHOOSES if chosen else FREE if team is None else SITS
        return {"title": title, "aims": self._aims(role), "team": team or "", "state": state}

    def _card(self, role: Role) -> dict[str, Any]:
        """Return the card of a role with what it moves."""
        return {
            "part": {"title": role.title, "card": role.card, "aims": self._aims(role)},
            "levers": [lever.plain() for lever in self.controls[role.title].values()],
            "spend": list(role.spend),
            "budget": role.budget,
            "mine": self.room.decided_by(role.title),
            "locked": role.title in self.room.is_final,
        }

    def _aims(self, role: Role) -> list[str]:
        """Return the aims of a role in words."""
        return [f"{aim.way}: {words_of(aim, self.start)}" for aim in role.aims]

    def _said(self, role: Role, positions: Mapping[str, object]) -> str:
        """Say what a role chose."""
        levers: dict[str, Lever] = self.controls[role.title]
        return "; ".join(f"{levers[name].title}: {levers[name].said(value)}" for name, value in positions.items())
