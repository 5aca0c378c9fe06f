"""Engines: where the runs of a sweep are computed. Each is a ``concurrent.futures.Executor`` that can be started again.

Processes of this machine are the default; ``dask`` is a Dask cluster; any other executor (MPI, a batch system) can be
given from Python. What is computed depends on the study alone, so that every engine gives the same bits.
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from afteraid.simulation.basis import arguments
from afteraid.simulation.basis.errors import InputError, StudyError, nearest, shown
from afteraid.simulation.basis.machine import cores
from afteraid.simulation.basis.optional import library
from afteraid.simulation.basis.workers import WorkerLostError, WorkerPool
from afteraid.simulation.prepare import prepare

ENGINES = ("processes", "dask")
PATIENCE = 4.0  # seconds without a word from a scheduler, or of one without workers
LONGEST_ANSWER = 30.0  # seconds until a scheduler that says nothing is given up
BETWEEN_LOOKS = 0.2  # seconds, while a scheduler has no workers
Returned = TypeVar("Returned")


class Engine(Protocol):
    """What a sweep asks of an engine."""

    name: str

    @property
    def workers(self) -> int:
        """Return how many runs are computed at once."""

    def start(self) -> None:
        """Get ready; called again after :meth:`stop`."""

    def submit(self, work: Any, *arguments: Any) -> Future[Any]:
        """Hand over some work."""

    def stop(self, at_once: bool = False) -> None:
        """Let go of the workers; `at_once` does not wait for what they are doing."""

    def is_loss(self, problem: BaseException) -> bool:
        """Say whether an error means that a worker was lost, and not that the work itself failed."""

    def restart(self) -> None:
        """Replace what a lost worker left behind."""


class LocalProcesses:
    """Processes of this machine."""

    name = "processes"

    def __init__(self, workers: int | None = None) -> None:
        """Use as many workers as given, or as there are cores."""
        self._workers = arguments.workers_or_none(workers) or cores()
        self._pool: WorkerPool | None = None

    @property
    def workers(self) -> int:
        """Return how many processes there are."""
        return self._workers

    def start(self) -> None:
        """Make a pool; its processes start as work comes in."""
        prepare()
        self._pool = WorkerPool(self._workers)

    def submit(self, work: Any, *arguments: Any) -> Future[Any]:
        """Hand over some work."""
        if self._pool is None:
            raise RuntimeError("the engine is not started")
        return self._pool.submit(work, *arguments)

    def stop(self, at_once: bool = False) -> None:
        """Let the processes end, or end them."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        if at_once:
            pool.end()
        else:
            pool.shutdown(cancel_futures=True)

    def is_loss(self, problem: BaseException) -> bool:
        """Say whether a process was lost."""
        return isinstance(problem, (WorkerLostError, CancelledError))

    def restart(self) -> None:
        """Make a new pool."""
        self.stop(at_once=True)
        self.start()


class DaskCluster:
    """A Dask cluster: that of a scheduler's address, or one of this machine."""

    name = "dask"

    def __init__(self, address: str | None = None, workers: int | None = None) -> None:
        """Name the scheduler, or how many local workers to start."""
        self._address = address
        self._wanted = arguments.workers_or_none(workers) or cores()
        self._distributed: Any = library("distributed", "Dask", "cluster", "--engine", StudyError)
        self._cluster: Any = None
        self._client: Any = None
        self._executor: Executor | None = None

    @property
    def workers(self) -> int:
        """Return how many threads the cluster has now; it may grow and shrink."""
        return max(1, sum(self._client.nthreads().values())) if self._client is not None else self._wanted

    def start(self) -> None:
        """Reach the scheduler, or start one with workers of one thread each; wait until there is a worker.

        Raises StudyError, within seconds, where the address is none or nobody answers there.
        """
        target: Any = self._address
        if target is None:
            target = self._cluster = self._distributed.LocalCluster(
                n_workers=self._wanted, threads_per_worker=1, processes=True, dashboard_address=None
            )
        try:
            with _said_after(PATIENCE, f"The scheduler at {target} has not answered yet; waiting."):
                if self._address is not None:
                    self._knock(self._address)
                self._client = _within(LONGEST_ANSWER, lambda: self._distributed.Client(target, set_as_default=False))
            with _said_after(PATIENCE, f"The scheduler at {target} has no workers yet; waiting."):
                while not self._client.nthreads():
                    time.sleep(BETWEEN_LOOKS)
        except Exception as problem:  # what answers there may be something else, and Dask may read anything from it
            reason = getattr(problem, "strerror", None) or str(problem) or type(problem).__name__
            raise StudyError(
                f"no scheduler answers at {target} ({reason})", key="--scheduler", expected="such as tcp://host:8786"
            ) from None
        self._executor = self._client.get_executor(pure=False)

    def _knock(self, address: str) -> None:
        """Wait for the first word from an address, before Dask does: where none comes, Dask waits for minutes.

        Raises ValueError for an address that is none, and OSError where nobody can be reached or says a word.
        """
        comm = self._distributed.comm
        scheme, location = comm.parse_address(address)
        if scheme not in ("tcp", "tls"):
            return
        host, port = comm.parse_host_port(location)
        if not 0 < port < 65536:
            raise ValueError(f"no port has the number {port}")
        # in a thread: the search for a host's name knows no time limit
        reached = _within(PATIENCE, lambda: socket.create_connection((host, port), PATIENCE))
        with reached:
            reached.settimeout(LONGEST_ANSWER)
            if scheme == "tcp" and not reached.recv(1):  # over TLS, the first word is the client's
                raise OSError("the connection was closed")

    def submit(self, work: Any, *arguments: Any) -> Future[Any]:
        """Hand over some work."""
        if self._executor is None:
            raise RuntimeError("the engine is not started")
        return self._executor.submit(work, *arguments)

    def stop(self, at_once: bool = False) -> None:
        """Leave the cluster, and close it if it was started here."""
        if self._executor is not None:
            self._executor.shutdown(wait=not at_once)
        for part in (self._client, self._cluster):
            if part is not None:
                part.close()
        self._executor = self._client = self._cluster = None

    def is_loss(self, problem: BaseException) -> bool:
        """Say whether a worker, or the way to it, was lost; Dask itself has tried again by then."""
        lost = (self._distributed.KilledWorker, self._distributed.comm.CommClosedError, CancelledError)
        return isinstance(problem, lost) or type(problem).__name__ == "FutureCancelledError"

    def restart(self) -> None:
        """Do nothing while the cluster is there: it replaces its own workers. Reach it again where it was lost."""
        if self._client is None or self._client.status != "running":
            self.stop(at_once=True)
            self.start()


def _within(seconds: float, call: Callable[[], Returned]) -> Returned:
    """Make a call in a thread, since some calls know no time limit; raise TimeoutError where it takes longer.

    Raises whatever the call raises.
    """
    found: Future[Returned] = Future()

    def make() -> None:
        try:
            found.set_result(call())
        except BaseException as problem:
            found.set_exception(problem)

    threading.Thread(target=make, daemon=True).start()
    try:
        return found.result(seconds)
    except TimeoutError:
        if found.done():
            raise
        raise TimeoutError(f"no answer within {seconds:.0f} seconds") from None


@contextmanager
def _said_after(seconds: float, text: str) -> Iterator[None]:
    """Log a line if what is done takes longer; without any set-up of logging, the line is on standard error."""
    timer = threading.Timer(seconds, logging.getLogger("afteraid").warning, (text,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


class GivenExecutor:
    """An executor that the caller made, and closes."""

    name = "given"

    def __init__(self, executor: Executor, workers: int | None = None) -> None:
        """Hold the executor; it says how many workers it has, unless the caller does."""
        self._executor = executor
        self._workers = arguments.workers_or_none(workers) or int(getattr(executor, "_max_workers", 0)) or cores()

    @property
    def workers(self) -> int:
        """Return how many runs are computed at once."""
        return self._workers

    def start(self) -> None:
        """Nothing to do: it is the caller's."""

    def submit(self, work: Any, *arguments: Any) -> Future[Any]:
        """Hand over some work."""
        return self._executor.submit(work, *arguments)

    def stop(self, at_once: bool = False) -> None:
        """Nothing to do: it is the caller's."""

    def is_loss(self, problem: BaseException) -> bool:
        """Say no: an executor that isn't ours can't be started again."""
        return False

    def restart(self) -> None:
        """Nothing can be done: it is the caller's."""


def choose_engine(
    engine: str | Executor | Engine = "processes", workers: int | None = None, scheduler: str | None = None
) -> Engine:
    """Return an engine by name, or one around an executor.

    Raises StudyError when there is none of that name, or its package is missing; InputError for what is no engine.
    """
    workers = arguments.workers_or_none(workers)
    if isinstance(engine, Executor):
        return GivenExecutor(engine, workers)
    if not isinstance(engine, str):
        if not callable(getattr(engine, "submit", None)):
            raise InputError(
                f"{shown(engine)} is no engine", key="engine", expected="a name, an executor, or an engine"
            )
        return engine
    if engine not in ENGINES:
        raise StudyError(
            f"no engine is called '{engine}'", key="--engine", expected="one of " + ", ".join(ENGINES),
            nearest=nearest(engine, ENGINES),
        )  # fmt: skip
    if engine == "dask":
        return DaskCluster(scheduler, workers)
    if scheduler is not None:
        raise StudyError("only Dask has a scheduler", key="--scheduler", expected="--engine dask")
    return LocalProcesses(workers)
