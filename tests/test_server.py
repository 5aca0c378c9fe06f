"""The local server apart from its pages: whom it answers, its streams of events, and its workers."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from afteraid.faces.server.crew import AT_ONCE, LATER, NICE, SOON, Crew
from afteraid.faces.server.guard import MOST_ADDRESS, POLICY, Guard
from afteraid.faces.server.serve import bind
from afteraid.faces.server.streams import MOST_WAITING, Streams, TooManyStreamsError
from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.basis.workers import WorkerLostError

HERE = "http://127.0.0.1:8050"
OWN = {"Origin": HERE, "Content-Type": "application/json"}
MOST = 100
NICENESS = os.nice(0) if hasattr(os, "nice") else 0  # of this process


async def _echo(request: Request) -> Response:
    return PlainTextResponse(await request.body())


@pytest.fixture
def client() -> Iterator[TestClient]:
    app = Starlette(routes=[Route("/", _echo, methods=["GET", "POST"])])
    with TestClient(Guard(app, ["127.0.0.1:8050", "localhost:8050"], MOST), base_url=HERE) as found:
        yield found


def test_a_page_of_the_server_is_answered_and_bound(client: TestClient) -> None:
    assert client.get("/").status_code == 200
    answer = client.post("/", content=b"1" * MOST, headers=OWN)
    assert answer.status_code == 200 and answer.text == "1" * MOST
    for headers in (answer.headers, client.get("/nowhere").headers, client.get("/", headers={"Host": "other"}).headers):
        assert headers["content-security-policy"] == POLICY and headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-resource-policy"] == "same-origin" and headers["cache-control"] == "no-store"
    assert POLICY.startswith("default-src 'self';") and "unsafe" not in POLICY and "*" not in POLICY


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:8051", "127.0.0.1:8050.evil.example", ""])
def test_another_name_of_the_host_is_refused(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1:8050", "http://localhost:8050"])
def test_another_origin_is_refused(client: TestClient, origin: str) -> None:
    assert client.post("/", content=b"{}", headers={**OWN, "Origin": origin}).status_code == 403
    assert client.get("/", headers={"Origin": origin}).status_code == 403


def test_a_body_without_an_origin_is_refused(client: TestClient) -> None:
    assert client.post("/", content=b"{}", headers={"Content-Type": "application/json"}).status_code == 403


def test_a_script_of_another_site_is_refused_and_a_link_is_not(client: TestClient) -> None:
    other = {"Sec-Fetch-Site": "cross-site"}
    assert client.get("/", headers={**other, "Sec-Fetch-Mode": "no-cors"}).status_code == 403
    assert client.get("/", headers={**other, "Sec-Fetch-Mode": "navigate"}).status_code == 200


def test_a_form_can_not_send_a_body(client: TestClient) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        assert client.post("/", content=b"{}", headers={**OWN, "Content-Type": kind}).status_code == 415


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"])
def test_other_methods_are_refused(client: TestClient, method: str) -> None:
    assert client.request(method, "/").status_code == 405


def test_a_body_that_is_too_large_is_refused_whatever_its_headers_say(client: TestClient) -> None:
    assert client.post("/", content=b"1" * (MOST + 1), headers=OWN).status_code == 413
    assert client.post("/", content=iter([b"1" * MOST, b"1"]), headers=OWN).status_code == 413  # says no length
    assert client.post("/", content=b"1", headers={**OWN, "Content-Length": "-1"}).status_code == 413


def test_an_address_that_is_too_long_is_refused(client: TestClient) -> None:
    assert client.get("/?" + "a" * MOST_ADDRESS).status_code == 414


def test_a_web_socket_is_refused() -> None:
    sent = []

    async def send(message: object) -> None:
        sent.append(message)

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    asyncio.run(Guard(Starlette(), [])({"type": "websocket"}, receive, send))
    assert sent == [{"type": "websocket.close", "code": 1008}]


def test_a_body_that_ends_early_is_refused() -> None:
    sent = []

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    async def receive() -> dict[str, str]:
        return {"type": "http.disconnect"}

    given = {"host": "a:1", "origin": "http://a:1", "content-type": "application/json"}
    headers = [(name.encode(), text.encode()) for name, text in given.items()]
    scope = {"type": "http", "method": "POST", "headers": headers, "query_string": b"", "raw_path": b"/"}
    asyncio.run(Guard(Starlette(), ["a:1"])(scope, receive, send))
    assert sent[0]["status"] == 400


def test_a_stream_hands_on_events_in_order_and_ends() -> None:
    async def read() -> list[bytes]:
        stream = Streams().open("one")
        stream.send("health", {"ready": 1})
        stream.send("picture", {"words": "é <b>\n"})
        stream.close()
        return [line async for line in stream.lines()]

    _, health, picture = asyncio.run(read())
    assert health == b'event: health\ndata: {"ready":1}\n\n'
    kind, data = picture.decode().removesuffix("\n\n").split("\n")  # no line break within the data
    assert kind == "event: picture" and json.loads(data.removeprefix("data: ")) == {"words": "é <b>\n"}


def test_a_tab_has_one_stream_and_tabs_are_limited() -> None:
    async def tabs() -> None:
        streams = Streams(most=2)
        first = streams.open("one")
        second = streams.open("one")
        assert first.closed and not second.closed and streams.of("one") is second and len(streams) == 1
        streams.let_go(first)  # an old connection that ends late takes nothing away
        assert streams.of("one") is second
        streams.open("two")
        with pytest.raises(TooManyStreamsError):
            streams.open("three")
        assert streams.open("two") is streams.of("two")  # a tab that comes back has its place
        streams.close_all()
        assert second.closed and len(streams) == 0

    asyncio.run(tabs())


def test_a_slow_browser_loses_the_oldest_events() -> None:
    async def read() -> list[bytes]:
        stream = Streams().open("one")
        for number in range(MOST_WAITING + 5):
            stream.send("n", number)
        stream.close()
        return [line async for line in stream.lines()]

    lines = asyncio.run(read())
    assert len(lines) == 1 + MOST_WAITING and lines[1] == b"event: n\ndata: 5\n\n"


def test_a_lost_worker_is_replaced_and_its_work_done_again(tmp_path: object) -> None:
    gate = f"{tmp_path}/gate"
    code = f"__import__('time').sleep(300) if not __import__('os').path.exists({gate!r}) else __import__('os').getpid()"

    async def work() -> tuple[int, int]:
        crew = Crew(1)
        try:
            first = await crew.do(eval, "__import__('os').getpid()")
            waiting = asyncio.create_task(crew.do(eval, code))
            await _until(lambda: crew.waiting == 0)
            open(gate, "w").close()
            os.kill(first, signal.SIGKILL)
            return first, await waiting
        finally:
            await crew.end()

    first, second = asyncio.run(work())
    assert first != second and not _lives(first) and not _lives(second)


def test_work_that_kills_every_worker_fails_in_the_end() -> None:
    async def work() -> None:
        crew = Crew(1, tries=2)
        try:
            with pytest.raises(WorkerLostError):
                await crew.do(os._exit, 1)
            assert await crew.do(eval, "1 + 1") == 2
        finally:
            await crew.end()

    asyncio.run(work())


def test_an_error_of_the_work_is_raised_and_the_worker_goes_on() -> None:
    async def work() -> None:
        crew = Crew(1)
        try:
            with pytest.raises(ZeroDivisionError):
                await crew.do(eval, "1 / 0")
            assert await crew.do(eval, "1 + 1") == 2
        finally:
            await crew.end()

    asyncio.run(work())


def test_urgent_work_comes_first_and_cancelled_work_never(tmp_path: object) -> None:
    """One worker is busy until all the rest has been handed over, so that only urgency decides."""
    gate, order = f"{tmp_path}/gate", f"{tmp_path}/order"
    busy = f"[None for _ in iter(lambda: __import__('os').path.exists({gate!r}), True)] and None"

    def noting(name: str) -> str:
        return f"open({order!r}, 'a').write({name!r})"

    async def work() -> None:
        crew = Crew(1)
        try:
            first = asyncio.create_task(crew.do(eval, busy))
            await _until(lambda: crew.waiting == 0 and bool(crew.pids))
            tasks = {
                name: asyncio.create_task(crew.do(eval, noting(name), urgency=urgency))
                for name, urgency in (("l", LATER), ("s", SOON), ("x", AT_ONCE), ("a", AT_ONCE))
            }
            await _until(lambda: crew.waiting == 4)
            tasks.pop("x").cancel()
            await _until(lambda: crew.waiting == 3)
            open(gate, "w").close()
            await asyncio.gather(first, *tasks.values())
        finally:
            await crew.end()

    asyncio.run(work())
    with open(order) as file:
        assert file.read() == "asl"


def test_a_spare_worker_takes_urgent_work_while_the_others_are_busy(tmp_path: object) -> None:
    gate = f"{tmp_path}/gate"
    busy = f"[None for _ in iter(lambda: __import__('os').path.exists({gate!r}), True)] and None"

    async def work() -> None:
        crew = Crew(1, spare=1)
        try:
            first = asyncio.create_task(crew.do(eval, busy))
            await _until(lambda: crew.waiting == 0)
            await crew.warm(eval, "0")
            assert len(crew.pids) == 2
            usual = asyncio.create_task(crew.do(eval, "1 + 1"))
            nice = "getattr(__import__('os'), 'nice', lambda _: 0)(0)"
            assert await crew.do(eval, nice, urgency=AT_ONCE) == NICENESS
            assert await crew.do(eval, "2 + 2", urgency=AT_ONCE) == 4
            assert crew.waiting == 1 and not usual.done()  # what is not urgent waits
            open(gate, "w").close()
            assert await usual == 2
            await first
            assert await crew.do(eval, nice) == (max(NICE, NICENESS) if hasattr(os, "nice") else 0)  # it gives way
        finally:
            await crew.end()

    asyncio.run(work())


def test_a_ticket_keeps_its_place_in_the_queue(tmp_path: object) -> None:
    gate, order = f"{tmp_path}/gate", f"{tmp_path}/order"
    busy = f"[None for _ in iter(lambda: __import__('os').path.exists({gate!r}), True)] and None"

    async def work() -> None:
        crew = Crew(1)
        try:
            first = asyncio.create_task(crew.do(eval, busy))
            await _until(lambda: crew.waiting == 0 and bool(crew.pids))
            early = crew.ticket()
            code = "open({!r}, 'a').write({!r})"
            later = asyncio.create_task(crew.do(eval, code.format(order, "l"), urgency=AT_ONCE))
            await _until(lambda: crew.waiting == 1)
            sooner = asyncio.create_task(crew.do(eval, code.format(order, "s"), urgency=AT_ONCE, ticket=early))
            await _until(lambda: crew.waiting == 2)
            open(gate, "w").close()
            await asyncio.gather(first, later, sooner)
        finally:
            await crew.end()

    asyncio.run(work())
    with open(order) as file:
        assert file.read() == "sl"


def test_the_end_of_a_crew_kills_its_workers_and_fails_what_waits() -> None:
    async def work() -> list[int]:
        crew = Crew(2)
        await crew.do(eval, "1 + 1")
        busy = [asyncio.create_task(crew.do(time.sleep, 300)) for _ in range(5)]
        await _until(lambda: crew.waiting == 3 and len(crew.pids) == 2)
        pids = crew.pids
        await crew.end()
        ends = await asyncio.gather(*busy, return_exceptions=True)
        assert all(isinstance(one, WorkerLostError) for one in ends)
        with pytest.raises(WorkerLostError):
            await crew.do(eval, "1 + 1")
        return pids

    pids = asyncio.run(work())
    assert len(pids) == 2 and not any(map(_lives, pids))


async def _until(done: object) -> None:
    """Let the event loop work until something has come about."""
    limit = time.monotonic() + 300.0
    while not done():  # type: ignore[operator]
        assert time.monotonic() < limit
        await asyncio.sleep(0.01)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_port_that_is_taken_is_refused_and_any_free_one_is_found() -> None:
    first = bind(0)
    with first.sockets[0] as taken:
        taken.listen()
        assert first.url == f"http://127.0.0.1:{first.port}/" and f"localhost:{first.port}" in first.hosts
        with pytest.raises(InputError, match="can't be taken"):
            bind(first.port)
    with pytest.raises(InputError):
        bind(70_000)
