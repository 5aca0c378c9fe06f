"""Worker processes: results in order, the right error whatever goes wrong, and nothing that waits or is left."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import socket
import struct
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from processes import PATIENCE, wait_until, workers_of
from worker_tasks import dies, echo, fails
from wrong_inputs import of_a_kind

from afteraid.simulation.basis import workers
from afteraid.simulation.basis.errors import LostRunsError, ScenarioError
from afteraid.simulation.basis.workers import WorkerLostError, WorkerPool
from afteraid.simulation.ensemble import in_processes

ROOT = Path(__file__).resolve().parent.parent
PLACES = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
MORE_THAN_A_PIPE_HOLDS = 400_000
needs_proc = pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")


# Workers that are threads: the same pipes and messages, and thousands of deaths in a minute


class Half(Connection):
    """A worker's end of a pipe, which may break in the midst of a message."""

    def send_bytes(self, buf: Any, offset: int = 0, size: int | None = None) -> None:
        """Send a message, or half of one that says so, and be gone."""
        message = bytes(buf)
        if b"dies halfway" not in message:
            return super().send_bytes(message)
        os.write(self.fileno(), struct.pack("!i", len(message)) + message[: len(message) // 2])
        raise EOFError


class ThreadInPlace:
    """A thread that is started, killed and waited for as a process is."""

    def __init__(self, target: Callable[..., None], args: tuple[Connection]) -> None:
        self.pipe, self.pid = Half(os.dup(args[0].fileno())), -1
        self.sentinel, self.living = os.pipe()
        weakref.finalize(self, os.close, self.sentinel)
        self.thread = threading.Thread(target=self._live, args=(target,), daemon=True)
        self.start, self.join, self.is_alive = self.thread.start, self.thread.join, self.thread.is_alive

    def _live(self, target: Callable[..., None]) -> None:
        try:
            target(self.pipe)
        except SystemExit:
            pass
        finally:
            self.pipe.close()
            os.close(self.living)

    def kill(self) -> None:
        """Cut the pipe, whatever goes through it."""
        try:
            with socket.socket(fileno=os.dup(self.pipe.fileno())) as cut:
                cut.shutdown(socket.SHUT_RDWR)
        except OSError:  # it has ended by itself
            pass


@contextmanager
def workers_in_place() -> Iterator[None]:
    """Let worker processes be threads of this one."""
    with pytest.MonkeyPatch.context() as patch:
        context = SimpleNamespace(Pipe=multiprocessing.Pipe, Process=ThreadInPlace)
        patch.setattr(workers, "multiprocessing", SimpleNamespace(get_context=lambda kind: context))
        patch.setattr(workers, "prepare_worker", lambda: None)
        patch.setattr(workers, "_hold_interrupts", lambda: None)
        patch.setattr(workers, "_answer", _answer_or_die)
        yield


class OddError(Exception):
    """An error that pickles, and can't be read again."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(first)


def _answer_or_die(message: bytes, real: Callable[[bytes], Any] = workers._answer) -> Any:
    call = pickle.loads(message)
    if call[1][1:2] == ("dies before",):
        raise EOFError
    return real(message)


def act(number: int, kind: str, size: int) -> tuple[int, str, bytes]:
    """Do what a task of some kind does."""
    if kind == "raises":
        raise ScenarioError("wrong", key=str(number))
    if kind == "odd error":
        raise OddError("one", "two")
    if kind == "odd result":
        return threading.Lock()  # type: ignore[return-value]
    return number, kind, bytes(size)


ENDS: dict[str, type[BaseException]] = {
    "raises": ScenarioError, "odd error": RuntimeError, "odd result": TypeError, "dies before": LostRunsError,
    "dies halfway": LostRunsError,
}  # fmt: skip
SIZES = st.sampled_from([0, 1000, MORE_THAN_A_PIPE_HOLDS])
TASKS = st.lists(st.tuples(st.sampled_from(["fine"] * 8 + list(ENDS)), SIZES), min_size=2, max_size=8)


class StopError(Exception):
    """What a callback raises."""


@of_a_kind
@given(tasks=TASKS, count=st.integers(2, 4), stop=st.none() | st.integers(1, 8))
def test_a_call_ends_with_its_error_or_with_results_in_order(
    tasks: list[tuple[str, int]], count: int, stop: int | None
) -> None:
    steps: list[int] = []
    found: list[Any] = []

    def advance(done: int, total: int) -> None:
        steps.append(done)
        assert total == len(tasks)
        if done == stop:
            raise StopError

    def make_the_call() -> None:
        try:
            with workers_in_place():
                found.append(in_processes(act, [(n, *task) for n, task in enumerate(tasks)], count, advance))
        except BaseException as problem:
            found.append(problem)

    before = threading.active_count()
    caller = threading.Thread(target=make_the_call, daemon=True)
    caller.start()
    caller.join(PATIENCE)
    assert found, "the call hangs"
    expected = {ENDS[kind] for kind, _ in tasks if kind in ENDS} | (
        {StopError} if stop in range(1, len(tasks) + 1) else set()
    )
    fine = [kind for kind, _ in tasks if kind not in ENDS]
    if isinstance(found[0], BaseException):
        assert type(found[0]) in expected, found[0]
        assert type(found[0]) is not StopError or steps[-1] == stop
    else:
        assert len(fine) == len(tasks) and (stop is None or stop > len(tasks))
        assert found[0] == [(number, *(kind, bytes(size))) for number, (kind, size) in enumerate(tasks)]
    assert steps == list(range(1, len(steps) + 1))
    wait_until(lambda: threading.active_count() <= before, "a worker or its thread is left")


def test_ending_twice_or_without_a_task_does_no_harm() -> None:
    pool = WorkerPool(2)
    pool.end()
    pool.end()
    pool.shutdown()
    with pytest.raises(RuntimeError, match="let go"):
        pool.submit(echo, 1)


BEGUN, FREE = threading.Event(), threading.Event()


def wait_here() -> None:
    """Be at work until the test says so."""
    BEGUN.set()
    assert FREE.wait(PATIENCE)


def test_what_was_not_begun_is_cancelled_when_a_pool_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "LONGEST_FAREWELL", 0.0)  # a thread can't be killed
    with workers_in_place():
        pool = WorkerPool(1)
        first, second = pool.submit(wait_here), pool.submit(echo, 2)
        assert BEGUN.wait(PATIENCE)
        ending = threading.Thread(target=pool.end, daemon=True)
        ending.start()
        with pytest.raises(WorkerLostError):
            first.result(PATIENCE)
        with pytest.raises(CancelledError):
            second.result(PATIENCE)
        FREE.set()
        ending.join(PATIENCE)
        assert not ending.is_alive()


# Processes


def test_errors_of_processes_keep_their_fields_and_say_where_they_came_up() -> None:
    with pytest.raises(ArithmeticError, match="task 0") as caught:
        in_processes(fails, [(0,), (0,)], 2)
    assert any("worker_tasks.py" in note for note in caught.value.__notes__)


@pytest.mark.slow
def test_a_lost_worker_costs_its_own_task_only() -> None:
    with WorkerPool(1) as pool:
        lost, after = pool.submit(dies, 0), pool.submit(echo, 7, 3)
        with pytest.raises(WorkerLostError, match="killed, or out of memory"):
            lost.result(PATIENCE)
        assert after.result(PATIENCE) == (7, bytes(3))
    assert not multiprocessing.active_children()


@pytest.mark.slow
@needs_proc
def test_fifty_hurt_calls_end_with_their_error_and_leave_nothing() -> None:
    place = Path(__file__).with_name("worker_trials.py")
    done = subprocess.Popen(
        [sys.executable, "-W", "error", str(place), "--trials", "50", "--seed", "5"], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        env={**os.environ, "PYTHONPATH": PLACES},
    )  # fmt: skip
    printed, said = done.communicate(timeout=PATIENCE)  # its interpreter ends too
    assert (done.returncode, printed, said) == (0, "50 calls ended with their error\n", "")
    assert not workers_of(done.pid)


SCRIPT = """\
import os, sys, threading
from worker_tasks import echo
from afteraid.simulation.ensemble import in_processes
print("the script runs")
found = []
def call():
    found.append(in_processes(echo, [(number,) for number in range(4)], 2))
threads = [threading.Thread(target=call) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert found == [[(number, b"") for number in range(4)]] * 4
assert sys.modules["__main__"].__file__ == __file__ and "OMP_NUM_THREADS" not in os.environ
print("done")
"""


def script_of(folder: Path, text: str) -> subprocess.Popen[str]:
    """Start a script."""
    script = folder / "study.py"
    script.write_text(text)
    surroundings = {name: value for name, value in os.environ.items() if name not in workers.THREADS_OF_ALGEBRA}
    return subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, start_new_session=True, env={**surroundings, "PYTHONPATH": PLACES},
    )  # fmt: skip


@pytest.mark.slow
def test_threads_of_a_script_without_a_guard_start_workers_that_run_it_not_again(tmp_path: Path) -> None:
    process = script_of(tmp_path, SCRIPT)
    printed, said = process.communicate(timeout=PATIENCE)
    assert (process.returncode, printed.splitlines(), said) == (0, ["the script runs", "done"], "")


@pytest.mark.slow
@needs_proc
def test_an_interpreter_that_ends_in_the_midst_of_a_call_takes_its_workers_along(tmp_path: Path) -> None:
    process = script_of(
        tmp_path,
        "import signal\n"
        "from worker_tasks import echo\n"
        "from afteraid.simulation.basis.workers import WorkerPool\n"
        "pool = WorkerPool(2)\n"
        "assert pool.submit(echo, 1).result() == (1, b'')\n"
        "pool.submit(signal.pause)\n"
        "print('main is done')\n",
    )
    printed, said = process.communicate(timeout=PATIENCE)
    assert (process.returncode, printed, said) == (0, "main is done\n", "")
    wait_until(lambda: not workers_of(process.pid), "workers outlive their parent")


@pytest.mark.slow
@needs_proc
def test_control_c_while_workers_of_a_run_start_is_one_line() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "afteraid", "run", "baseline", "--runs", "20", "--workers", "2"], cwd=ROOT,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        env={**os.environ, "PYTHONPATH": PLACES},
    )  # fmt: skip
    wait_until(lambda: bool(workers_of(process.pid)), "no worker is started")
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers too, which are importing
    printed, said = process.communicate(timeout=PATIENCE)
    announced, *lines = said.splitlines()
    assert announced.startswith("20 runs on 2 workers.")
    assert (process.returncode, printed, lines) == (130, "", ["Stopped; nothing was written."])
    wait_until(lambda: not workers_of(process.pid), "workers outlive their parent")
