"""Worker processes: a script that starts them needs no guard, and no call waits for one that is lost.

Each worker has a pipe of its own, and a thread of this process that serves the pipe. Processes share no lock and no
queue: when a worker ends in the midst of a result, its pipe ends too, and so does the wait of its thread.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import traceback
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager, suppress
from multiprocessing import connection
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import ForkingPickler
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any

LOST_WITH_PARENT = 70  # exit status of a worker whose parent is gone
LONGEST_FAREWELL = 5.0  # seconds for a worker that is idle, or killed, to be gone; then it is let go
LEAVE = b""  # the message after which a worker ends
THREADS_OF_ALGEBRA = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
PLUGINS_OF_PYDANTIC = "PYDANTIC_DISABLE_PLUGINS"  # to look for plug-ins reads a file of each installed package
OF_WORKERS = {**dict.fromkeys(THREADS_OF_ALGEBRA, "1"), PLUGINS_OF_PYDANTIC: "__all__"}  # their environment
_STARTING = threading.Lock()  # held while a worker starts: the start changes what the whole process shares
_POOLS: weakref.WeakSet[WorkerPool] = weakref.WeakSet()
_Task = tuple["Future[Any]", Callable[..., Any], tuple[Any, ...], dict[str, Any]]


class WorkerLostError(BrokenExecutor):
    """A worker ended before its work was done: killed, out of memory, or stopped with its pool."""


class WorkerPool(Executor):
    """Spawned processes that take tasks in turn; a worker starts when there is a task for it."""

    def __init__(self, workers: int) -> None:
        """Say how many workers there may be; none is started yet."""
        self._max_workers = workers
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._processes: set[BaseProcess] = set()
        self._submitted = 0
        self._closed = self._ended = False
        self._owner = os.getpid()
        _POOLS.add(self)

    @property
    def pids(self) -> list[int]:
        """Return the numbers of the processes that live now."""
        return [process.pid for process in list(self._processes) if process.pid is not None]

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **options: Any) -> Future[Any]:
        """Hand over a call of a function that workers can import.

        Raises RuntimeError after :meth:`shutdown` and :meth:`end`. What goes wrong later is the future's: the error of
        the call, or WorkerLostError.
        """
        if self._closed:
            raise RuntimeError("the workers have been let go")
        future: Future[Any] = Future()
        self._tasks.put((future, work, arguments, options))
        self._submitted += 1
        if len(self._threads) < min(self._max_workers, self._submitted):
            # a daemon: an interpreter that ends waits for no thread that serves a worker
            thread = threading.Thread(target=self._serve, name="serves a worker", daemon=True)
            self._threads.append(thread)
            thread.start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let the workers end when what was handed over is done; `cancel_futures` drops what no worker has begun."""
        self._closed = True
        if cancel_futures:
            self._drop_tasks()
        self._dismiss()
        if wait:
            self._join(None)

    def end(self) -> None:
        """Kill the workers, whatever they do, and drop their tasks; return within seconds."""
        self._closed = self._ended = True
        self._drop_tasks()
        free = _STARTING.acquire(timeout=LONGEST_FAREWELL)  # a worker that is starting is killed as well
        try:
            for process in list(self._processes):
                process.kill()
        finally:
            if free:
                _STARTING.release()
        self._dismiss()
        self._join(LONGEST_FAREWELL)

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for what is under way; after an error, Ctrl-C too, end the workers instead."""
        if kind is not None:
            self.end()
            return
        try:
            self.shutdown()
        except BaseException:
            self.end()
            raise

    def _drop_tasks(self) -> None:
        """Cancel what no worker has begun."""
        with suppress(Empty):
            while True:
                task = self._tasks.get_nowait()
                if task is not None and task[0].cancel():
                    task[0].set_running_or_notify_cancel()  # so that those who wait for it hear

    def _dismiss(self) -> None:
        """Tell every thread that no task follows."""
        for _ in self._threads:
            self._tasks.put(None)

    def _join(self, seconds: float | None) -> None:
        """Wait for the threads, each of which waits for its worker."""
        for thread in self._threads:
            if thread.ident is not None and thread is not threading.current_thread():
                thread.join(seconds)

    def _serve(self) -> None:
        """Give one worker its tasks; where it is lost, the next task gets another."""
        worker: tuple[BaseProcess, Connection] | None = None
        while (task := self._tasks.get()) is not None:
            future, *call = task
            if not future.set_running_or_notify_cancel():
                continue
            try:
                worker = worker or self._start()
                future.set_result(_ask(*worker, tuple(call)))
            except BaseException as problem:
                if worker is not None and isinstance(problem, (WorkerLostError, MemoryError)):
                    self._see_off(*worker, at_once=True)
                    worker = None
                future.set_exception(problem)
            del task, future, call  # a thread that waits holds no results
        if worker is not None:
            self._see_off(*worker, at_once=self._ended)

    def _start(self) -> tuple[BaseProcess, Connection]:
        """Start a worker."""
        # a context of its own: importing Mesa sets the global start method; spawned: a fork of threads may hang
        context: Any = multiprocessing.get_context("spawn")
        with _STARTING:
            if self._ended:
                raise WorkerLostError("the workers have been stopped")
            _hold_interrupts()
            ours, theirs = context.Pipe()
            try:
                process: BaseProcess = context.Process(target=_work, args=(theirs,))
                with _main_program_unseen(), _own_environment():
                    process.start()
            finally:
                theirs.close()  # so that the worker alone holds its end
            self._processes.add(process)
            return process, ours

    def _see_off(self, process: BaseProcess, pipe: Connection, at_once: bool) -> None:
        """Let a worker leave, or kill it where it doesn't."""
        with suppress(OSError):
            if not at_once:
                pipe.send_bytes(LEAVE)
                process.join(LONGEST_FAREWELL)
        if process.is_alive():
            process.kill()
            process.join(LONGEST_FAREWELL)
        pipe.close()
        self._processes.discard(process)


def _ask(process: BaseProcess, pipe: Connection, call: tuple[Any, ...]) -> Any:
    """Have a worker make a call; return the result, or raise what the call raised."""
    message = _pickled(call)
    try:
        pipe.send_bytes(message)
        if pipe not in connection.wait([pipe, process.sentinel]) and not pipe.poll():
            raise EOFError
        answer = pipe.recv_bytes()
    except (EOFError, OSError):
        raise WorkerLostError("a worker process ended before its work was done (killed, or out of memory)") from None
    worked, found, story = pickle.loads(answer)
    if worked:
        return found
    found.add_note(f"In a worker process:\n{story}")
    raise found


def _pickled(thing: Any) -> bytes:
    """Pickle what goes through a pipe; a copy, since Python 3.12.1 crashes where a traceback keeps the buffer alive."""
    return bytes(ForkingPickler.dumps(thing))


def _work(pipe: Connection) -> None:
    """Be a worker: make calls as they come, until the parent says to leave, or is gone."""
    prepare_worker()
    while True:
        try:
            message = pipe.recv_bytes()
            if message == LEAVE:
                return
            pipe.send_bytes(_answer(message))
        except (EOFError, OSError):
            return


def _answer(message: bytes) -> bytes:
    """Make a call and return what came of it as bytes: whether it worked, the result or the error, and its story."""
    try:
        work, arguments, options = pickle.loads(message)
        return _pickled((True, work(*arguments, **options), ""))
    except BaseException as problem:
        story = "".join(traceback.format_exception(problem))
        try:
            told = _pickled((False, problem, story))
            pickle.loads(told)  # an error with arguments of its own kind may not survive the way
        except Exception:
            told = _pickled((False, RuntimeError(f"{type(problem).__name__}: {problem}"), story))
        return told


def prepare_worker() -> None:
    """Leave Ctrl-C to the parent, and end when the parent is gone, even where it was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # see _hold_interrupts
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    """Wait until the parent is gone, and leave at once: nobody would take the result."""
    connection.wait([sentinel])
    os._exit(LOST_WITH_PARENT)


def _hold_interrupts() -> None:
    """Hold Ctrl-C back from this thread; a worker inherits that, and writes no traceback while it starts."""
    if hasattr(signal, "pthread_sigmask"):
        from multiprocessing import resource_tracker

        resource_tracker.ensure_running()  # it would let Ctrl-C through again where a start begins it
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


@contextmanager
def _own_environment() -> Iterator[None]:
    """Start a worker with one thread of linear algebra and no plug-ins, unless the user has said otherwise.

    There are as many workers as cores; threads of theirs that wait for each other would take several times as long.
    """
    unsaid = [name for name in OF_WORKERS if name not in os.environ]
    os.environ.update({name: OF_WORKERS[name] for name in unsaid})
    try:
        yield
    finally:
        for name in unsaid:
            os.environ.pop(name, None)


@contextmanager
def _main_program_unseen() -> Iterator[None]:
    """Keep a spawned worker from running the user's script again: it needs this package only.

    Without this, a plain script that starts workers would need a guard on `__main__`.
    """
    main = sys.modules["__main__"]
    hidden = {name: getattr(main, name) for name in ("__file__", "__spec__") if getattr(main, name, None) is not None}
    try:
        for name in hidden:
            setattr(main, name, None)
        yield
    finally:
        for name, value in hidden.items():
            setattr(main, name, value)


@atexit.register
def _end_all() -> None:
    """End what is still at work when the interpreter ends, before multiprocessing would wait for it."""
    for pool in list(_POOLS):
        if pool._owner == os.getpid() and not pool._ended:
            pool.end()
