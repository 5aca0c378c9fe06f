"""Moves: a tab moves a lever, sees one paired run as soon as possible, and then the interval of all members.

A newer move of the same tab cancels the older one, and work that no worker has begun is dropped. The newer move keeps
the older one's place in the queue: who moves often in a full room still has his turn.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from afteraid.experiments.study.outcomes import Outcome
from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.basis.workers import WorkerLostError
from afteraid.simulation.scenario.scenario import Scenario, load_scenario

from ..server.crew import AT_ONCE, IDLE, LATER, SOON, Crew
from ..server.streams import Stream, Streams
from .ahead import Ahead, next_positions
from .levers import MOST_LEVERS, USUAL, Lever, declared_levers, moved
from .lives import life_picture
from .one_run import DECIDES, kept_outcomes, outcomes
from .outcomes import Outcomes, in_order
from .picture import Pairs, shown
from .scenes import LIFE

BASE = "baseline"
MEMBERS = 30  # paired runs of an interval
FIRST = 0  # the member that is run first
SHOWN_AT = (5, 10, 20)  # numbers of pairs at which a page is told how far the interval is
MOST_KNOWN = 64  # moves whose runs are remembered: undo costs nothing
MOST_FIRSTS = 512  # moves whose first run is remembered, of some 70 kB each
AHEAD_AT_ONCE = 1  # runs ahead at one time


@dataclass(frozen=True)
class Base:
    """A world from which levers are moved: its scenario, the settings of it that differ, and what is run."""

    scenario: str
    settings: dict[str, object]
    plan: Scenario
    levers: dict[str, Lever]


@dataclass(frozen=True)
class Move:
    """What a tab asks for: its number in the tab, the levers moved, and what the picture shows."""

    number: int
    positions: dict[str, object]
    picture: str
    view: str


class Ensembles:
    """Runs of whole scenarios, each made once for everybody and kept in the user's cache."""

    def __init__(self, members: int, told: Callable[[], None]) -> None:
        """Have so many runs of each scenario; `told` is called as each of them ends."""
        self.members, self.told = members, told
        self.crew: Crew | None = None
        self._runs: dict[str, list[asyncio.Task[Outcomes]]] = {}

    def of(self, plan: Scenario, urgency: int = LATER, more: tuple[Outcome, ...] = ()) -> list[asyncio.Task[Outcomes]]:
        """Return the runs of a scenario by member, begun if need be.

        Args:
            plan: the scenario.
            urgency: AT_ONCE for the first member only, SOON or LATER for all.
            more: what is read off each run beyond the headlines.
        """
        assert self.crew is not None
        key = key_of(plan, more)
        if key not in self._runs:
            self._runs[key] = []
            for member in range(self.members):
                how = LATER if urgency == AT_ONCE and member != FIRST else urgency
                task = asyncio.create_task(self.crew.do(kept_outcomes, plan, member, more, urgency=how, near=member))
                task.add_done_callback(self._heard)
                self._runs[key].append(task)
        return self._runs[key]

    def ready(self, plan: Scenario, more: tuple[Outcome, ...] = ()) -> dict[int, Outcomes]:
        """Return the runs of a scenario that have ended well, by member."""
        runs = self._runs.get(key_of(plan, more), ())
        return {member: task.result() for member, task in enumerate(runs) if _is_well(task)}

    def whole(self, plan: Scenario, more: tuple[Outcome, ...] = ()) -> list[Outcomes] | None:
        """Return the runs of a scenario in the order of members; None while one is missing."""
        ready = self.ready(plan, more)
        return [ready[member] for member in range(self.members)] if len(ready) == self.members else None

    def counted(self) -> tuple[int, int]:
        """Return how many runs are ready, and how many there are to be."""
        every = [task for tasks in self._runs.values() for task in tasks]
        return sum(map(_is_well, every)), max(len(every), self.members)

    def end(self) -> None:
        """Cancel what is under way."""
        for tasks in self._runs.values():
            for task in tasks:
                task.cancel()

    def _heard(self, task: asyncio.Task[Outcomes]) -> None:
        """Take note of a run's end."""
        _hear(task)  # is raised where somebody waits for this member
        self.told()


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
        self.usual = self.base_of(base)
        self.streams = Streams()
        self.ensembles = Ensembles(members, lambda: self.streams.send_all("health", self.health()))
        self.crew: Crew | None = None
        self._known: OrderedDict[str, dict[int, Outcomes]] = OrderedDict()
        self._firsts: OrderedDict[str, Outcomes] = OrderedDict()
        self._ahead = Ahead(self._run_first, AHEAD_AT_ONCE)
        self._lives: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._warming: asyncio.Task[None] | None = None
        self._tickets: dict[str, int] = {}  # by tab, from a move to its first picture

    def begin(self, crew: Crew) -> None:
        """Have the base run by a crew, the first member at once; call this in the event loop."""
        self.crew = crew
        self.ensembles.crew = crew
        self.ensembles.of(self.usual.plan, AT_ONCE)
        self._warming = asyncio.create_task(crew.warm(outcomes, self.usual.plan, FIRST))
        self._warming.add_done_callback(_hear)

    def end(self) -> None:
        """Cancel what is under way."""
        self.ensembles.end()
        self._ahead.end()
        for task in (*self._under_way.values(), *([self._warming] if self._warming else [])):
            task.cancel()

    def base_of(self, scenario: str, settings: dict[str, object] | None = None) -> Base:
        """Return a world from which levers can be moved; raises InputError where it can't be used."""
        changed = {**self.settings, **(settings or {})}
        plan = load_scenario(scenario, changed)
        return Base(scenario, changed, plan, declared_levers(plan))

    def read(self, positions: dict[str, object], base: Base | None = None) -> Scenario:
        """Return the plan of a move, from the usual base if none is given; raises InputError where it can't be used."""
        start = base or self.usual
        return moved(start.scenario, start.levers, positions, start.settings)

    def health(self) -> dict[str, Any]:
        """Return how far the base is, and what the workers do."""
        crew = self.crew
        ready, members = self.ensembles.counted()
        return {
            "ready": ready,
            "members": members,
            "workers": 0 if crew is None else crew.workers,
            "waiting": 0 if crew is None else crew.waiting,
        }

    def move(self, stream: Stream, move: Move, plan: Scenario, base: Base | None = None) -> None:
        """Begin to answer a move from a base; an older one of the tab is cancelled."""
        self.leave(stream.tab)
        start = (base or self.usual).plan
        self._under_way[stream.tab] = asyncio.create_task(self._answer(stream, move, plan, start))

    def look_ahead(
        self, tab: str, base: Base | None = None, positions: dict[str, object] | None = None, usual: Sequence[str] = ()
    ) -> None:
        """Run ahead, while nobody waits, what one more move of a page can ask for.

        Args:
            tab: where the page is.
            base: from which its levers are moved; the usual one if left out.
            positions: of the levers that were moved.
            usual: levers of the page.
        """
        names = list(dict.fromkeys([*(positions or {}), *(usual or USUAL)]))[:MOST_LEVERS]
        self._ahead.look(tab, self._plans_ahead(base or self.usual, names, positions or {}))

    def _plans_ahead(self, base: Base, names: Sequence[str], positions: dict[str, object]) -> Iterator[Scenario]:
        """Return the plans that are one move away from a page's."""
        for at in next_positions(base.levers, names, positions):
            with suppress(InputError):  # levers together may ask for what can't be
                plan = self.read(at, base)
                if plan.strategy != base.plan.strategy:
                    yield plan

    async def _run_first(self, plan: Scenario) -> None:
        """Run the first pair of a plan ahead, behind all other work."""
        if self.crew is not None and key_of(plan) not in self._firsts:
            with suppress(Exception):  # the move itself says what goes wrong
                self._note_first(plan, await self.crew.do(outcomes, plan, FIRST, urgency=IDLE))

    def _note_first(self, plan: Scenario, found: Outcomes) -> None:
        """Remember the first run of a plan."""
        self._firsts[key_of(plan)] = found
        while len(self._firsts) > MOST_FIRSTS:
            self._firsts.popitem(last=False)

    def leave(self, tab: str) -> None:
        """Cancel what a tab waits for."""
        earlier = self._under_way.pop(tab, None)
        if earlier is not None:
            earlier.cancel()

    def forget(self, tab: str) -> None:
        """Cancel what a tab waits for, and give up its place in the queue: it has gone."""
        self.leave(tab)
        self._ahead.forget(tab)
        self._tickets.pop(tab, None)

    async def _answer(self, stream: Stream, move: Move, plan: Scenario, start: Scenario) -> None:
        """Answer a move by events; what goes wrong becomes an event too."""
        try:
            if plan.strategy == start.strategy:
                await self._show_base(stream, move, start)
            else:
                await self._show_move(stream, move, plan, start)
        except WorkerLostError:
            stream.send("trouble", {"move": move.number, "reason": "Workers were lost several times: try again."})
        except Exception as problem:  # a page that waits has to hear of it
            reason = f"The run failed: {type(problem).__name__}."
            stream.send("trouble", {"move": move.number, "reason": reason})
            raise

    async def _show_base(self, stream: Stream, move: Move, start: Scenario) -> None:
        """Show the base, now and when all its members are ready."""
        base = self.ensembles.of(start, AT_ONCE)
        await asyncio.shield(base[FIRST])
        life = await self._life(move, start, None)
        while True:
            pending = [task for task in base if not task.done()]
            self._send(stream, move, start, start, {}, time.monotonic(), life)
            if not pending:
                return
            await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)

    async def _show_move(self, stream: Stream, move: Move, plan: Scenario, start: Scenario) -> None:
        """Show one paired run, then more of them, then all."""
        assert self.crew is not None
        began, known = time.monotonic(), self._of(plan)
        ticket = self._tickets.setdefault(stream.tab, self.crew.ticket())
        await self._pair(plan, start, known, FIRST, AT_ONCE, ticket)
        life = await self._life(move, start, plan)
        self._tickets.pop(stream.tab, None)
        if len(known) < self.members:
            self._send(stream, move, plan, start, known, began, life)
        missing = [member for member in range(self.members) if member not in known]
        tasks = [asyncio.create_task(self._pair(plan, start, known, member, SOON)) for member in missing]
        try:
            for done in asyncio.as_completed(tasks):
                await done
                if len(known) in SHOWN_AT and len(known) < self.members:
                    self._send(stream, move, plan, start, known, began, life)
        finally:
            for task in tasks:
                task.cancel()
        self._send(stream, move, plan, start, known, began, life)

    async def _life(self, move: Move, start: Scenario, plan: Scenario | None) -> dict[str, Any] | None:
        """Return the picture of a life in the base, and with the levers moved; None where another picture is asked."""
        if move.picture != LIFE:
            return None
        key = key_of(start) + ("" if plan is None else key_of(plan))
        if key not in self._lives:
            assert self.crew is not None
            self._lives[key] = await self.crew.do(life_picture, start, plan, FIRST, urgency=AT_ONCE, near=FIRST)
        while len(self._lives) > MOST_KNOWN:
            self._lives.popitem(last=False)
        return self._lives[key]

    async def _pair(
        self, plan: Scenario, start: Scenario, known: dict[int, Outcomes], member: int, urgency: int,
        ticket: int | None = None,
    ) -> None:  # fmt: skip
        """Run one member of a move, unless that was done before, and wait for its pair in the base."""
        assert self.crew is not None
        await asyncio.shield(self.ensembles.of(start, AT_ONCE)[member])
        if member not in known:
            known[member] = await self.crew.do(outcomes, plan, member, urgency=urgency, near=member, ticket=ticket)
            if member == FIRST:
                self._note_first(plan, known[member])

    def _send(
        self, stream: Stream, move: Move, plan: Scenario, start: Scenario, known: dict[int, Outcomes], began: float,
        life: dict[str, Any] | None,
    ) -> None:  # fmt: skip
        """Send what a page shows, of the pairs that are known."""
        ready, members = self.ensembles.ready(start), sorted(known)
        pairs = Pairs(list(ready.values()), in_order(ready, members), in_order(known, members))
        content = shown(pairs, plan, move.picture, move.view, life)
        runs = len(members) or len(ready)
        content |= {"move": move.number, "runs": runs, "members": self.members}
        content |= {"milliseconds": round(1000.0 * (time.monotonic() - began)), "note": _note(runs, self.members)}
        stream.send("picture", content)

    def _of(self, plan: Scenario) -> dict[int, Outcomes]:
        """Return the runs of a plan that are remembered."""
        key = key_of(plan)
        known = self._known.setdefault(key, {FIRST: self._firsts[key]} if key in self._firsts else {})
        self._known.move_to_end(key)
        while len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        return known


def key_of(plan: Scenario, more: tuple[Outcome, ...] = ()) -> str:
    """Return what decides on the runs of a scenario and on what is read off them; its name and its words do not."""
    return " ".join([plan.model_dump_json(include=DECIDES), *(outcome.name for outcome in more)])


def _is_well(task: asyncio.Task[Outcomes]) -> bool:
    """Say whether a run has ended without trouble."""
    return task.done() and not task.cancelled() and task.exception() is None


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
