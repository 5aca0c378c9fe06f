"""A server stops by itself and in silence: with devices that sleep, and for who presses Ctrl-C more than once."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="sends signals as Linux does")
PATIENCE = 120.0
PROGRAM = """
from contextlib import suppress
from starlette.applications import Starlette
from starlette.responses import StreamingResponse
from starlette.routing import Route
from afteraid.faces.server.serve import bind, serve
from afteraid.faces.server.streams import Streams

streams, address = Streams(), bind(0)

async def events(request):
    stream = streams.open(request.query_params["tab"])
    for _ in range(64):
        stream.send("picture", "x" * 200_000)
    return StreamingResponse(stream.lines(), media_type="text/event-stream")

app = Starlette(routes=[Route("/events", events)])
with suppress(KeyboardInterrupt):
    serve(app, address, streams, lambda: print(address.port, flush=True))
"""


def _asleep(port: int, tab: str) -> socket.socket:
    """A device that asks for events, and reads the first of them only."""
    device = socket.socket()
    device.settimeout(PATIENCE)
    device.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    device.connect(("127.0.0.1", port))
    device.sendall(f"GET /events?tab={tab} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    assert device.recv(16) == b"HTTP/1.1 200 OK\r"
    return device


@pytest.mark.parametrize("ends", [[signal.SIGINT], [signal.SIGTERM], [signal.SIGINT] * 3])
def test_a_server_stops_in_silence_though_devices_sleep(ends: list[signal.Signals]) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        devices = [_asleep(port, f"tab-{number}") for number in range(3)]
        for end in ends:
            process.send_signal(end)
        said, troubles = process.communicate(timeout=PATIENCE)
        for device in devices:
            device.close()
    assert (said, troubles) == ("", "")
    assert process.returncode == (-signal.SIGTERM if ends == [signal.SIGTERM] else 0)
