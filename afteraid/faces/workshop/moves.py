"""Moves: a tab moves a lever, sees one paired run as soon as possible, and then the interval of all members.

A newer move of the same tab cancels the older one, and work that no worker has begun is dropped. The newer move keeps
the older one's place in the queue: who moves often in a full room still has his turn.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from afteraid.simulation.basis.workers import WorkerLostError
from afteraid.simulation.scenario.scenario import Scenario, load_scenario

from ..server.crew import AT_ONCE, LATER, SOON, Crew
from ..server.streams import Stream, Streams
from .levers import Lever, declared_levers, moved
from .one_run import kept_outcomes, outcomes
from .outcomes import Outcomes, in_order
from .picture import Pairs, shown

BASE = "baseline"
MEMBERS = 30  # paired runs of an interval
FIRST = 0  # the member that is run first
SHOWN_AT = (5, 10, 20)  # numbers of pairs at which a page is told how far the interval is
MOST_KNOWN = 64  # moves whose runs are remembered: undo costs nothing


@dataclass(frozen=True)
class Move:
    """What a tab asks for: its number in the tab, the levers moved, and what the picture shows."""

    number: int
    positions: dict[str, object]
    picture: str
    view: str


class Workshop:
    """The base ensemble, and the moves of all tabs."""

    def __init__(self, base: str = BASE, members: int = MEMBERS, settings: dict[str, object] | None = None) -> None:
        """Read the base scenario; nothing is run yet.

        Args:
            base: its name or path.
            members: runs of the base, and paired runs of a move.
            settings: of the base to change, such as its years.

        Raises InputError where the base can't be used.
        """
        self.base, self.members, self.settings = base, members, settings or {}
        self.plan: Scenario = load_scenario(base, self.settings)
        self.levers: dict[str, Lever] = declared_levers(self.plan)
        self.streams = Streams()
        self.crew: Crew | None = None
        self._base: list[asyncio.Task[Outcomes]] = []
        self._known: OrderedDict[str, dict[int, Outcomes]] = OrderedDict()
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._warming: asyncio.Task[None] | None = None
        self._tickets: dict[str, int] = {}  # by tab, from a move to its first picture

    def begin(self, crew: Crew) -> None:
        """Have the base run by a crew, the first member at once; call this in the event loop."""
        self.crew = crew
        for member in range(self.members):
            urgency = AT_ONCE if member == FIRST else LATER
            task = asyncio.create_task(crew.do(kept_outcomes, self.plan, member, urgency=urgency, near=member))
            task.add_done_callback(self._tell_all)
            self._base.append(task)
        self._warming = asyncio.create_task(crew.warm(outcomes, self.plan, FIRST))
        self._warming.add_done_callback(_hear)

    def end(self) -> None:
        """Cancel what is under way."""
        for task in (*self._under_way.values(), *self._base, *([self._warming] if self._warming else [])):
            task.cancel()

    def read(self, positions: dict[str, object]) -> Scenario:
        """Return the plan of a move; raises InputError where it can't be used."""
        return moved(self.base, self.levers, positions, self.settings)

    def health(self) -> dict[str, Any]:
        """Return how far the base is, and what the workers do."""
        crew = self.crew
        return {
            "ready": len(self._ready()),
            "members": self.members,
            "workers": 0 if crew is None else crew.workers,
            "waiting": 0 if crew is None else crew.waiting,
        }

    def move(self, stream: Stream, move: Move, plan: Scenario) -> None:
        """Begin to answer a move; an older one of the tab is cancelled."""
        self.leave(stream.tab)
        self._under_way[stream.tab] = asyncio.create_task(self._answer(stream, move, plan))

    def leave(self, tab: str) -> None:
        """Cancel what a tab waits for."""
        earlier = self._under_way.pop(tab, None)
        if earlier is not None:
            earlier.cancel()

    def forget(self, tab: str) -> None:
        """Cancel what a tab waits for, and give up its place in the queue: it has gone."""
        self.leave(tab)
        self._tickets.pop(tab, None)

    async def _answer(self, stream: Stream, move: Move, plan: Scenario) -> None:
        """Answer a move by events; what goes wrong becomes an event too."""
        try:
            if plan.strategy == self.plan.strategy:
                await self._show_base(stream, move, plan)
            else:
                await self._show_move(stream, move, plan)
        except WorkerLostError:
            stream.send("trouble", {"move": move.number, "reason": "Workers were lost several times: try again."})
        except Exception as problem:  # a page that waits has to hear of it
            reason = f"The run failed: {type(problem).__name__}."
            stream.send("trouble", {"move": move.number, "reason": reason})
            raise

    async def _show_base(self, stream: Stream, move: Move, plan: Scenario) -> None:
        """Show the base, now and when all its members are ready."""
        await asyncio.shield(self._base[FIRST])
        while True:
            pending = [task for task in self._base if not task.done()]
            self._send(stream, move, plan, {}, time.monotonic())
            if not pending:
                return
            await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)

    async def _show_move(self, stream: Stream, move: Move, plan: Scenario) -> None:
        """Show one paired run, then more of them, then all."""
        assert self.crew is not None
        began, known = time.monotonic(), self._of(plan)
        ticket = self._tickets.setdefault(stream.tab, self.crew.ticket())
        await self._pair(plan, known, FIRST, AT_ONCE, ticket)
        self._tickets.pop(stream.tab, None)
        if len(known) < self.members:
            self._send(stream, move, plan, known, began)
        missing = [member for member in range(self.members) if member not in known]
        tasks = [asyncio.create_task(self._pair(plan, known, member, SOON)) for member in missing]
        try:
            for done in asyncio.as_completed(tasks):
                await done
                if len(known) in SHOWN_AT and len(known) < self.members:
                    self._send(stream, move, plan, known, began)
        finally:
            for task in tasks:
                task.cancel()
        self._send(stream, move, plan, known, began)

    async def _pair(
        self, plan: Scenario, known: dict[int, Outcomes], member: int, urgency: int, ticket: int | None = None
    ) -> None:
        """Run one member of a move, unless that was done before, and wait for its pair in the base."""
        assert self.crew is not None
        await asyncio.shield(self._base[member])
        if member not in known:
            known[member] = await self.crew.do(outcomes, plan, member, urgency=urgency, near=member, ticket=ticket)

    def _send(self, stream: Stream, move: Move, plan: Scenario, known: dict[int, Outcomes], began: float) -> None:
        """Send what a page shows, of the pairs that are known."""
        ready, members = self._ready(), sorted(known)
        pairs = Pairs(list(ready.values()), in_order(ready, members), in_order(known, members))
        content = shown(pairs, plan, move.picture, move.view)
        runs = len(members) or len(ready)
        content |= {"move": move.number, "runs": runs, "members": self.members}
        content |= {"milliseconds": round(1000.0 * (time.monotonic() - began)), "note": _note(runs, self.members)}
        stream.send("picture", content)

    def _of(self, plan: Scenario) -> dict[int, Outcomes]:
        """Return the runs of a plan that are remembered."""
        key = plan.strategy.model_dump_json()
        known = self._known.setdefault(key, {})
        self._known.move_to_end(key)
        while len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        return known

    def _ready(self) -> dict[int, Outcomes]:
        """Return the members of the base that are ready."""
        done = {member: task for member, task in enumerate(self._base) if task.done() and not task.cancelled()}
        return {member: task.result() for member, task in done.items() if task.exception() is None}

    def _tell_all(self, task: asyncio.Task[Outcomes]) -> None:
        """Tell every tab how far the base is."""
        _hear(task)  # is raised where somebody waits for this member
        self.streams.send_all("health", self.health())


def _hear(task: asyncio.Task[Any]) -> None:
    """Take note of how a task ended, so that nothing is printed of it."""
    with suppress(asyncio.CancelledError):
        task.exception()


def _note(runs: int, members: int) -> str:
    """Say how many runs a picture rests on."""
    if runs >= members:
        return f"{members} runs." if members > 1 else "One run: no interval."
    if runs == 1:
        return f"One run of {members} so far: the interval follows."
    return f"{runs} of {members} runs so far: the interval may still move."
