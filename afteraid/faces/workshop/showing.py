"""What each window of a workshop shows of the room: the screen, the facilitator's script, and a team's own page."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from afteraid.simulation.scenario.scenario import Scenario

from ..server.door import FACILITATOR, Caller
from .contest import Contest
from .moves import Base, Workshop
from .outcomes import Outcomes
from .play import Play
from .quiz import results
from .reveal import revealed
from .room import Room
from .session import Step

MOST_BARS = 12  # of the guesses of the room


class Showing:
    """Prepares the worlds of a session, and says what the windows show."""

    def __init__(self, workshop: Workshop, room: Room) -> None:
        """Show a room whose runs a workshop makes."""
        self.workshop, self.room = workshop, room
        self._revealed: dict[tuple[str, int], dict[str, Any]] = {}
        self._bases: dict[str, Base] = {}
        self._plans: dict[tuple[str, int], list[Scenario]] = {}
        self._contests: dict[str, Contest] = {}
        self._plays: dict[str, Play] = {}

    @property
    def contest(self) -> Contest | Play | None:
        """Return the round of rivals or of roles that is played; None on any other page."""
        room, name = self.room, self.room.state.where.session
        if room.rivals is not None and name not in self._contests:
            self._contests[name] = Contest(self.workshop, room, room.rivals)
        if room.roles is not None and name not in self._plays:
            self._plays[name] = Play(self.workshop, room, room.roles)
        if room.roles is not None:
            return self._plays[name]
        return self._contests[name] if room.rivals is not None else None

    def prepare(self) -> None:
        """Begin the runs of all steps of the session, in their order; then, of this step, what its levers can ask."""
        session = self.room.session
        for page in range(1, len(session.steps) + 1) if session is not None else ():
            for plan in self._plans_of(page):
                self.workshop.ensembles.of(plan)
        if self.contest is not None:
            self.contest.prepare()
        where, step = self.room.state.where, self.room.step
        if step is not None and step.levers:
            base = self.base(f"{where.session}.{where.page}")
            self.workshop.look_ahead(where.session, base, {}, step.levers)

    def base(self, key: str) -> Base | None:
        """Return the first world of a step, from which its levers are moved; None where there is no such step.

        Args:
            key: name of the session and number of the step: ``cliff.2``.
        """
        if key not in self._bases:
            step = self.step_of(key)
            if step is None:
                return None
            world = step.worlds[0]
            self._bases[key] = self.workshop.base_of(world.scenario, world.settings)
        return self._bases[key]

    def step_of(self, key: str) -> Step | None:
        """Return a step by the name of its session and its number."""
        name, _, number = key.rpartition(".")
        session = self.room.sessions.get(name)
        if session is None or not number.isdecimal() or not 1 <= int(number) <= len(session.steps):
            return None
        return session.steps[int(number) - 1]

    def plain(self, caller: Caller) -> dict[str, Any]:
        """Return what a window of a caller shows, as JSON takes it."""
        session, step, state, contest = self.room.session, self.room.step, self.room.state, self.contest
        if contest is not None and self.room.is_closed:
            contest.prepare()  # the time is up: nobody has to ask for the runs
        team = None if caller.role == FACILITATOR else caller.name
        found: dict[str, Any] = {
            "session": None if session is None else {"name": session.name, "title": session.title},
            "page": state.where.page,
            "pages": 0 if session is None else session.last + 1,
            "left": round(max(0.0, state.clock - time.time())) if state.clock else None,
            "step": None if step is None else self._step(step),
            "round": None if contest is None else contest.plain(team),
            "quiz": None,
            "opening": session.opening if session is not None and state.where.page == 0 else "",
            "closing": list(session.closing) if session is not None and state.where.page == session.last else [],
        }
        guesses = state.guesses.get(state.where.page, {})
        if session is not None and self.room.quiz:
            found["quiz"] = self._quiz(team)
        if caller.role == FACILITATOR:
            return found | self._script(guesses)
        mine = guesses.get(f"team {caller.name}")
        return found | {"mine": mine, "name": caller.name}

    def _quiz(self, team: str | None) -> dict[str, Any]:
        """Return the quiz that is open: its questions, how many have answered, and the results once they are shown."""
        room, session = self.room, self.room.session
        given = room.state.quiz.get(room.quiz, {})
        return {
            "when": room.quiz,
            "questions": [
                {"question": one.question, "choices": list(one.choices)} for one in (session.quiz if session else ())
            ],
            "answered": len(given),
            "mine": None if team is None else given.get(f"team {team}"),
            "shown": room.is_shown,
            "results": results(room) if room.is_shown else [],
        }

    def _step(self, step: Step) -> dict[str, Any]:
        """Return what everybody may know of a step."""
        where = self.room.state.where
        answer = self._answer(step) if self.room.is_shown else None
        return {
            "key": f"{where.session}.{where.page}",
            "title": step.title,
            "minutes": step.minutes,
            "question": step.question,
            "worlds": [world.title for world in step.worlds],
            "unit": "" if step.guess is None else step.unit,
            "positions": positions(step),
            "shown": self.room.is_shown,
            "answer": answer,
            "usual": step.usual if answer is not None else "",
            "happens": step.happens if answer is not None else "",
            "debrief": list(step.debrief) if answer is not None else [],
            "guesses": bars(step, self.room.state.guesses.get(where.page, {})) if self.room.is_shown else [],
        }

    def _script(self, guesses: dict[str, int]) -> dict[str, Any]:
        """Return what only the facilitator sees."""
        step, session, state = self.room.step, self.room.session, self.room.state
        script = None
        if step is not None:
            ready = sum(len(runs) for runs in self._runs())
            script = {
                "say": step.say, "usual": step.usual, "happens": step.happens, "debrief": list(step.debrief),
                "ready": ready, "needed": self.workshop.members * len(step.worlds),
            }  # fmt: skip
        contest = self.contest
        if contest is not None:
            script = contest.script()
        teams = [
            {"name": name, "guessed": f"team {name}" in guesses}
            | (contest.of_team(name) if contest is not None else {})
            for name in state.teams
        ]
        return {
            "sessions": [
                {"name": one.name, "title": one.title, "summary": one.summary, "minutes": one.minutes}
                for one in self.room.sessions.values()
            ],
            "aims": [] if session is None else list(session.aims),
            "bring": [] if session is None else list(session.bring),
            "script": script,
            "guesses": [] if step is None else bars(step, guesses),
            "guessed": len(guesses),
            "teams": teams,
            "undo": bool(state.before),
        }

    def _plans_of(self, page: int) -> list[Scenario]:
        """Return what is run for a step of the session, by world."""
        key = self.room.state.where.session, page
        if key not in self._plans:
            worlds = self.room.sessions[key[0]].steps[page - 1].worlds
            self._plans[key] = [world.plan(self.workshop.settings) for world in worlds]
        return self._plans[key]

    def _runs(self) -> list[dict[int, Outcomes]]:
        """Return the runs of this step that are ready, by world and member."""
        return [self.workshop.ensembles.ready(plan) for plan in self._plans_of(self.room.state.where.page)]

    def _answer(self, step: Step) -> dict[str, Any] | None:
        """Return the answer of a step; None while runs are missing."""
        where = self.room.state.where
        key = where.session, where.page
        if key not in self._revealed:
            plans = self._plans_of(where.page)
            runs = [one for one in map(self.workshop.ensembles.whole, plans) if one is not None]
            if len(runs) < len(plans):
                return None
            self._revealed[key] = revealed(step, plans, runs)
        return self._revealed[key]


def positions(step: Step) -> list[str]:
    """Return the positions of a guess as texts, without the unit."""
    if step.guess is None:
        return [world.title for world in step.worlds]
    return [f"{step.guess.low + place * step.guess.step:g}" for place in range(step.guess.bins)]


def bars(step: Step, guesses: dict[str, int]) -> list[dict[str, Any]]:
    """Return the guesses of the room as bars: label, first and last position, and how many guessed there."""
    labels, counts = positions(step), Counter(guesses.values())
    width = 1 if step.guess is None else -(-len(labels) // MOST_BARS)
    found = []
    for first in range(0, len(labels), width):
        last = min(first + width, len(labels)) - 1
        label = labels[first] if first == last else f"{labels[first]} to {labels[last]}"
        count = sum(counts[at] for at in range(first, last + 1))
        found.append({"label": label, "first": first, "last": last, "count": count})
    return found
