"""Pages to take home that are made beside the room: when no move of a lever waits, and with one worker left free."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from afteraid.experiments.compare.lattice import PAIRS, Lattice, Numbers, gathered, numbers_at
from afteraid.simulation.results.answer import Answer
from afteraid.simulation.results.words.translating import ENGLISH

from ..server.crew import IDLE
from ..server.guard import Refused
from .moves import Workshop
from .session import Session
from .take_home import Part, answer_of, page_of, parts_of, runs_of, worlds_of

Found = TypeVar("Found")

NOTHING, UNDER_WAY, READY, FAILED = "nothing", "under way", "ready", "failed"


@dataclass
class _Made:
    """A page that is made: what it will say, its steps, and how many of its runs are done."""

    task: asyncio.Task[Answer]
    parts: Sequence[Part]
    of: int
    done: int = 0


class Beside:
    """Makes pages of steps and of sessions with the workers of a workshop, one page at a time."""

    def __init__(self, workshop: Workshop, sessions: Mapping[str, Session], pairs: int = PAIRS) -> None:
        """Make pages of some sessions, with so many runs at each position of levers."""
        self.workshop, self.sessions, self.pairs = workshop, sessions, pairs
        self._made: dict[str, _Made] = {}
        self._turn = asyncio.Lock()

    def make(self, key: str) -> None:
        """Begin a page, unless it is there or under way.

        Args:
            key: name of a session, or with the number of a step: ``cliff`` or ``cliff.2``.

        Raises Refused where there is no such session or step.
        """
        session, only = self._named(key)
        if self.plain(key)["state"] in (NOTHING, FAILED):
            parts = parts_of(session, only, self.workshop.settings)
            task = asyncio.create_task(self._answer(key, session, parts))
            self._made[key] = _Made(task, parts, runs_of(parts, self.workshop.members, self.pairs))

    def stop(self, key: str) -> None:
        """Stop a page that is under way, and forget it; one that is ready stays."""
        if self.plain(key)["state"] == UNDER_WAY:
            self._made.pop(key).task.cancel()

    def plain(self, key: str) -> dict[str, Any]:
        """Return how far a page is, as JSON takes it."""
        made = self._made.get(key)
        if made is None:
            return {"state": NOTHING, "done": 0, "of": 0}
        told = {"done": made.done, "of": made.of}
        if not made.task.done():
            return {"state": UNDER_WAY, **told}
        return {"state": FAILED if made.task.cancelled() or made.task.exception() else READY, **told}

    async def page(self, key: str, language: str = ENGLISH) -> str:
        """Return a page in a language, written in a thread: the room goes on.

        Raises Refused where the page is not ready, and InputError for a language that there is not.
        """
        if self.plain(key)["state"] != READY:
            raise Refused(409, "The page is not ready.")
        made, (session, _) = self._made[key], self._named(key)
        return await asyncio.to_thread(
            page_of, session, made.task.result(), made.parts, date.today().isoformat(), language
        )

    def end(self) -> None:
        """Cancel what is under way."""
        for made in self._made.values():
            made.task.cancel()

    def _named(self, key: str) -> tuple[Session, int | None]:
        """Return the session of a key, and the number of its step; None for all steps."""
        if key in self.sessions:
            return self.sessions[key], None
        name, _, number = key.rpartition(".")
        session = self.sessions.get(name)
        if session is None or not number.isdecimal() or not 1 <= int(number) <= len(session.steps):
            raise Refused(422, "There is no such session or step.")
        return session, int(number)

    async def _answer(self, key: str, session: Session, parts: Sequence[Part]) -> Answer:
        """Make the runs of a page, and what it says."""
        async with self._turn:
            runs = {}
            for name, plan in worlds_of(parts).items():
                tasks = self.workshop.ensembles.of(plan)
                runs[name] = [await self._counted(key, asyncio.shield(task)) for task in tasks]
            lattices = [await self._lattice(key, part) if part.axes else None for part in parts]
            return await asyncio.to_thread(answer_of, session, parts, runs, lattices)

    async def _lattice(self, key: str, part: Part) -> Lattice:
        """Run every position of a step's levers, on all workers but one."""
        crew, points = self.workshop.crew, part.points
        assert crew is not None
        tasks = [(replicate, point) for replicate in range(self.pairs) for point in points]
        found: list[Numbers | None] = [None] * len(tasks)
        waiting = iter(enumerate(tasks))

        async def work() -> None:
            for place, (replicate, point) in waiting:
                asked = crew.do(numbers_at, [point], replicate, urgency=IDLE, near=replicate)
                (found[place],) = await self._counted(key, asked)

        async with asyncio.TaskGroup() as group:
            for _ in range(max(1, crew.workers - 1)):
                group.create_task(work())
        return gathered(part.plans[0], part.axes, [one for one in found if one is not None])

    async def _counted(self, key: str, asked: Awaitable[Found]) -> Found:
        """Wait for a run, and count it."""
        found = await asked
        self._made[key].done += 1
        return found
