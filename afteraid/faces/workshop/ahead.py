"""Runs ahead: while nobody waits, the first pair of each move that a page can make next is run.

A hand moves one lever at a time, and its positions are few. What was run ahead is shown as soon as it is asked for;
each run is one that the move itself would have made.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from itertools import chain, zip_longest

from afteraid.simulation.scenario.scenario import Scenario

from .levers import Lever

MOST_PLACES = 20  # places of pages that are remembered, the newest first
Run = Callable[[Scenario], Awaitable[None]]


class Ahead:
    """The places where pages are, and the plans that are one move away from them."""

    def __init__(self, run: Run, at_once: int) -> None:
        """Run nothing yet.

        Args:
            run: runs the first pair of a plan when no other work waits; returns at once for what was run before.
            at_once: how many plans are run at one time.
        """
        self._run, self._at_once = run, at_once
        self._places: dict[str, Iterator[Scenario]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def look(self, page: str, plans: Iterator[Scenario]) -> None:
        """Run ahead from where a page is now; call this in the event loop."""
        self._places.pop(page, None)
        self._places[page] = plans
        while len(self._places) > MOST_PLACES:
            del self._places[next(iter(self._places))]
        while len(self._tasks) < self._at_once:
            task = asyncio.create_task(self._go_on())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def forget(self, page: str) -> None:
        """Run nothing more from where a page was."""
        self._places.pop(page, None)

    def end(self) -> None:
        """Cancel what is under way."""
        for task in self._tasks:
            task.cancel()

    async def _go_on(self) -> None:
        """Run one plan after another, of the page that moved last first."""
        while self._places:
            page, plans = next(reversed(self._places.items()))
            plan = next(plans, None)
            if plan is None:
                self._places.pop(page)
            else:
                await self._run(plan)


def next_positions(
    levers: Mapping[str, Lever], names: Sequence[str], positions: Mapping[str, object]
) -> Iterator[dict[str, object]]:
    """Return the positions that are one move away, nearest first and lever by lever in turn.

    Args:
        levers: that there are, by name.
        names: of those on the page.
        positions: of the levers that were moved; a lever that is left out stands as in the base.
    """
    others = [_others(levers[name], positions.get(name)) for name in names]
    rest = {name: {one: at for one, at in positions.items() if one != name} for name in names}
    for turn in zip_longest(*([(name, at) for at in ats] for name, ats in zip(names, others, strict=True))):
        for name, at in filter(None, turn):
            yield rest[name] if at is None else {**rest[name], name: at}


def _others(lever: Lever, now: object) -> list[object]:
    """Return the other positions of a lever, nearest first; None stands for the base."""
    if lever.options:
        return [at for at in chain([None], (name for name, _ in lever.options)) if at != now]
    here = lever.base if now is None else now
    steps = range(1, 1 + round((lever.high - lever.low) / lever.step)) if lever.step else range(0)
    ats = [lever.low, *(round(lever.low + step * lever.step, 9) for step in steps)]
    assert isinstance(here, (int, float))
    return [None if at == lever.base else at for at in sorted(ats, key=lambda at: abs(at - here)) if at != here]
