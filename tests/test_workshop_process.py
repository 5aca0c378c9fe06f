"""The workshop as a process: a lever moves and a picture comes, workers may die, and nothing is left when it stops."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from processes import wait_until, workers_of
from workshop_process import MEMBERS, Page, post, running_workshop, workshop_process

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads the list of processes off /proc")
Running = tuple[subprocess.Popen[str], int]
SOON = 60.0  # seconds within which a stopped server has to be gone, however busy the machine is


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def running(cache: Path) -> Iterator[Running]:
    with workshop_process(cache) as found:
        yield found


def _ended(process: subprocess.Popen[str]) -> None:
    wait_until(lambda: process.poll() is not None, "the server's end")
    wait_until(lambda: not workers_of(process.pid), "the workers' end")


@pytest.mark.slow
def test_a_move_brings_one_run_first_and_then_the_interval(running: Running) -> None:
    with Page(running[1]) as page:
        pictures = list(page.pictures(page.move(exits="government_handover")))
        assert pictures[0]["runs"] == 1 and "too few runs" in pictures[0]["outcomes"][0]["verdict"]
        assert pictures[-1]["runs"] == MEMBERS and "90% interval" in pictures[-1]["picture"]["note"]
        assert pictures[-1]["picture"]["svg"].startswith("<svg") and pictures[-1]["number"]["change"]
        base = list(page.pictures(page.move()))[-1]
        assert base["number"]["now"] == "" and base["number"]["base"] == pictures[-1]["number"]["base"]
        again = list(page.pictures(page.move(exits="government_handover")))
        assert len(again) == 1 and again[0]["outcomes"] == pictures[-1]["outcomes"]  # remembered: no run is made again


@pytest.mark.slow
def test_a_newer_move_cancels_the_older_one(running: Running) -> None:
    with Page(running[1]) as page:
        page.move(exits="abrupt")
        page.move(exits="evergreen")
        newest = page.move(exits="government_handover")
        seen = [found["move"] for kind, found in page.events_until(newest) if kind == "picture"]
        assert seen == sorted(seen) and seen[-1] == newest  # nothing of an older move after the newest one's first


@pytest.mark.slow
def test_a_killed_worker_is_replaced_and_its_move_answered(running: Running) -> None:
    process, port = running
    with Page(port) as page:
        first = page.move(exits="abrupt")
        wait_until(lambda: len(workers_of(process.pid)) > 0, "a worker")
        killed = workers_of(process.pid)
        for worker in killed:
            os.kill(worker, signal.SIGKILL)
        assert list(page.pictures(first))[-1]["runs"] == MEMBERS
        assert not set(workers_of(process.pid)) & set(killed)


@pytest.mark.slow
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_of_a_server_that_is_stopped(running: Running, end: signal.Signals) -> None:
    process, port = running
    with Page(port) as page:
        page.move(exits="abrupt")
        wait_until(lambda: len(workers_of(process.pid)) >= 2, "workers")
        began = time.monotonic()
        process.send_signal(end)
        _ended(process)
        assert time.monotonic() - began < SOON
        with suppress(http.client.IncompleteRead):  # a server that was killed says no farewell
            page.answer.read()  # the stream has ended: reading does not wait
        assert process.returncode == (0 if end == signal.SIGINT else -end)


@pytest.mark.slow
def test_hostile_requests_are_refused_and_the_server_lives(running: Running) -> None:
    _, port = running
    good = {"tab": "test-tab-1", "move": 1, "positions": {}, "picture": "serving", "view": "difference"}
    assert post(port, good)[0] == 409  # no stream is open
    with Page(port) as page:
        for wrong in (
            [], "text", 1, None, {}, {**good, "move": -1}, {**good, "move": True}, {**good, "picture": "../etc"},
            {**good, "view": []}, {**good, "positions": []}, {**good, "positions": {"exits": "nobody"}},
            {**good, "positions": {"funding": 1e9}}, {**good, "positions": {"funding": "1e9"}},
            {**good, "positions": {"__class__": 1}}, {**good, "positions": {"funding": float("nan")}},
        ):  # fmt: skip
            assert post(port, wrong)[0] in (400, 422), wrong
        assert post(port, {**good, "tab": ["test-tab-1"]})[0] == 400
        assert post(port, good, {"Origin": "http://evil.example"})[0] == 403
        assert post(port, good, {"Host": "evil.example"})[0] == 421
        assert post(port, {**good, "more": "x" * 70_000})[0] == 413
        for path in (
            "/../moves.py",
            "/%2e%2e/moves.py",
            "/events",
            "/events?tab=../../x",
            "/main.js/..",
            "/" + "a" * 3000,
        ):
            assert 400 <= _get(port, path) < 500, path
        assert _get(port, "/") == 200
        assert list(page.pictures(page.move()))[-1]["runs"] == MEMBERS


def _get(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SOON)
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status


def _asked(port: int, path: str, token: str, content: object = None) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SOON)
    own = {"Origin": f"http://127.0.0.1:{port}", "Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    connection.request("GET" if content is None else "POST", path, content and json.dumps(content), own)
    answer = connection.getresponse()
    found = json.loads(answer.read())
    assert answer.status == 200, found
    connection.close()
    return found


@pytest.mark.slow
def test_a_server_that_was_killed_comes_back_to_the_same_step(cache: Path, tmp_path: Path) -> None:
    with running_workshop(cache, members=1, outside=("127.0.0.2",), log=tmp_path) as first:
        team = _asked(first.port, "/join", "", {"code": first.code, "name": "Blue"})["token"]
        for action in ({"do": "session", "name": "cliff"}, {"do": "next"}, {"do": "next"}):
            _asked(first.port, "/act", first.key, action)
        _asked(first.port, "/guess", team, {"place": 7})
        before = _asked(first.port, "/room.json", team)
        first.process.kill()
        _ended(first.process)
    again = {"members": 1, "outside": ("127.0.0.2",), "log": tmp_path, "port": first.port}
    with running_workshop(cache, **again) as second:  # type: ignore[arg-type]
        assert "cut off and is continued" in second.said and second.code == first.code and second.key != first.key
        assert _asked(second.port, "/room.json", team) == before and before["mine"] == 7 and before["page"] == 2
        assert _asked(second.port, "/me.json", first.key)["role"] == "facilitator"  # the old window goes on too
        second.process.send_signal(signal.SIGINT)
        _ended(second.process)
    with running_workshop(cache, **again) as third:  # type: ignore[arg-type]
        assert "continued" not in third.said and third.code != first.code  # it ended as it should
        assert _asked(third.port, "/room.json", third.key)["session"] is None
