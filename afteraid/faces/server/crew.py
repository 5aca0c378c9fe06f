"""A crew of worker processes for a server: urgent work first, and work that nobody waits for is dropped.

Each worker is a pool of its own (`simulation/basis/workers.py`), so that what one has loaded is used again. A worker
that is lost is replaced by the next task of its pool, and its work goes back to the head of the queue.
"""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from afteraid.simulation.basis.workers import WorkerLostError, WorkerPool

Found = TypeVar("Found")

MOST_TRIES = 3  # of one piece of work, each with another worker
AT_ONCE, SOON, LATER, IDLE = 0, 1, 2, 3  # how urgent work is; the last waits until nothing else does
NICE = 10  # of the workers that take any call: the server and the spare workers go first


@dataclass(eq=False)
class _Job:
    """A call that waits: how urgent, its ticket in order of arrival, near which worker, and who waits for it.

    `only` is the place of the one worker that may take it, if it is not for any.
    """

    urgency: int
    ticket: int
    near: int
    work: Callable[..., Any]
    arguments: tuple[Any, ...]
    asked: asyncio.Future[Any]
    tries: int = 0
    only: int | None = None

    def suits(self, place: int, workers: int) -> bool:
        """Say whether the worker at a place may take it; places from `workers` on are spare."""
        if self.only is not None:
            return self.only == place
        return place < workers or self.urgency == AT_ONCE


class Crew:
    """Worker processes that a server asks; made in the event loop that asks."""

    def __init__(self, workers: int, spare: int = 0, tries: int = MOST_TRIES) -> None:
        """Have so many workers, each from its first task on.

        Args:
            workers: that take any call, with a lower priority where the system has `nice`.
            spare: more of them, that take urgent calls only: these need not wait for the end of another one.
            tries: of a call, each with another worker.
        """
        self.workers, self.tries = workers, tries
        self._pools = [WorkerPool(1) for _ in range(workers + spare)]
        self._waiting: list[_Job] = []
        self._arrived = asyncio.Event()
        self._tickets = itertools.count()
        self._serving = [asyncio.create_task(self._serve(place)) for place in range(workers + spare)]
        self._ended = False

    @property
    def pids(self) -> list[int]:
        """Return the numbers of the worker processes that live now."""
        return [pid for pool in self._pools for pid in pool.pids]

    @property
    def waiting(self) -> int:
        """Return how many calls wait for a worker."""
        return len(self._waiting)

    async def warm(self, work: Callable[..., Any], /, *arguments: Any) -> None:
        """Have each spare worker make a call, so that it has loaded what urgent calls need."""
        asked: list[asyncio.Future[Any]] = []
        for place in range(self.workers, len(self._pools)):
            asked.append(asyncio.get_running_loop().create_future())
            self._put(_Job(AT_ONCE, self.ticket(), 0, work, arguments, asked[-1], only=place))
        await asyncio.gather(*asked)

    def ticket(self) -> int:
        """Return a place in the queue that a later call may take: who asks anew does not lose his turn."""
        return next(self._tickets)

    async def do(
        self,
        work: Callable[..., Found],
        /,
        *arguments: Any,
        urgency: int = SOON,
        near: int = 0,
        ticket: int | None = None,
    ) -> Found:
        """Call a function of a module in a worker, and return what it returns.

        Args:
            work: a function that workers can import.
            arguments: of the call.
            urgency: AT_ONCE, SOON, LATER or IDLE.
            near: calls of one number go to one worker where possible, since it has loaded what they need.
            ticket: a place in the queue taken before; if left out, the last one.

        Raises whatever the call raises, and WorkerLostError where several workers were lost with it. A call that is
        cancelled before a worker has begun is never made.
        """
        if self._ended:
            raise WorkerLostError("the workers have been let go")
        asked: asyncio.Future[Found] = asyncio.get_running_loop().create_future()
        job = _Job(urgency, self.ticket() if ticket is None else ticket, near, work, arguments, asked)
        self._put(job)
        try:
            return await asked
        finally:
            if job in self._waiting:
                self._waiting.remove(job)

    async def end(self) -> None:
        """Kill the workers and fail what waits; return when they are gone."""
        self._ended = True
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)
        for job in self._waiting:
            _fail(job, WorkerLostError("the workers have been let go"))
        self._waiting.clear()
        await asyncio.gather(*(asyncio.to_thread(pool.end) for pool in self._pools))

    def _put(self, job: _Job) -> None:
        """Queue a call."""
        self._waiting.append(job)
        self._arrived.set()

    async def _next(self, place: int) -> _Job:
        """Return the next call for a worker: the most urgent; of several, one that is near; then the oldest ticket."""
        while not (open_to := [job for job in self._waiting if job.suits(place, self.workers)]):
            self._arrived.clear()
            await self._arrived.wait()
        job = min(open_to, key=lambda one: (one.urgency, self._is_far(one, place), one.ticket))
        self._waiting.remove(job)
        return job

    def _is_far(self, job: _Job, place: int) -> bool:
        """Say whether another worker is the one for a call; urgent calls take any."""
        return job.urgency != AT_ONCE and job.near % self.workers != place

    async def _serve(self, place: int) -> None:
        """Give one worker its calls."""
        while True:
            job = await self._next(place)
            try:
                call = (_behind,) if place < self.workers else ()
                found = await asyncio.wrap_future(self._pools[place].submit(*call, job.work, *job.arguments))
            except asyncio.CancelledError:
                _fail(job, WorkerLostError("the workers have been let go"))
                raise
            except WorkerLostError as problem:
                job.tries += 1
                if job.tries < self.tries and not job.asked.done():
                    self._put(job)
                else:
                    _fail(job, problem)
            except Exception as problem:
                _fail(job, problem)
            else:
                if not job.asked.done():
                    job.asked.set_result(found)


def _behind(work: Callable[..., Found], *arguments: Any) -> Found:
    """Make a call in a worker that gives way to the server and to the spare workers."""
    if hasattr(os, "nice"):
        os.nice(max(0, NICE - os.nice(0)))
    return work(*arguments)


def _fail(job: _Job, problem: Exception) -> None:
    """Tell who waits that a call came to nothing."""
    if not job.asked.done():
        job.asked.set_exception(problem)
