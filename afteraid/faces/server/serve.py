"""Serving pages on this machine: the port, the start, the browser, and a stop within a second."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import threading
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from afteraid.simulation.basis.errors import InputError

from .guard import Guard
from .streams import Streams

HERE = "127.0.0.1"
USUAL_PORT = 8050
NAMES = (HERE, "localhost")
ANY = (0,) * 5  # tries for a port that is free at two addresses
KEEP_ALIVE = 75  # seconds; a browser that asks every few seconds keeps its connection
FAREWELL = 0.25  # seconds for answers under way when the server stops; then their connections are cut
GRACE = 1  # seconds after which even a connection that was cut is waited for no longer


@dataclass(frozen=True)
class Address:
    """Where pages are served: sockets that are bound to one port, and the address that a browser opens.

    Attributes:
        sockets: the first is of this machine only; a second one is of the network.
        port: of all of them.
        outside: the address in the network; None where no other machine can reach the server.
    """

    sockets: tuple[socket.socket, ...]
    port: int
    outside: str | None = None

    @property
    def url(self) -> str:
        """Return what a browser of this machine opens."""
        return f"http://{HERE}:{self.port}/"

    @property
    def url_outside(self) -> str | None:
        """Return what a browser of another machine opens; None where none can."""
        return None if self.outside is None else f"http://{self.outside}:{self.port}/"

    @property
    def hosts(self) -> frozenset[str]:
        """Return the names under which the server is known."""
        names = NAMES if self.outside is None else (*NAMES, self.outside)
        return frozenset(f"{name}:{self.port}" for name in names)

    def close(self) -> None:
        """Give up the port."""
        for one in self.sockets:
            one.close()


def bind(port: int | None, outside: str | None = None) -> Address:
    """Take a port of this machine: one that no other machine can reach, unless an address of a network is given.

    Args:
        port: its number; 0 for any that is free. If left out, the usual one, or any where that is taken.
        outside: an address of this machine in a network; the same port is taken there too.

    Raises InputError where the port can't be taken.
    """
    for wanted in (USUAL_PORT, *ANY) if port is None else ANY if port == 0 else (port,):
        here = _taken(HERE, wanted)
        if here is None:
            continue
        number = int(here.getsockname()[1])
        if outside is None:
            return Address((here,), number)
        there = _taken(outside, number)
        if there is not None:
            return Address((here, there), number, outside)
        here.close()
    raise InputError(f"port {port} can't be taken", key="port", expected="a free port from 1024 to 65535, or 0 for any")


def _taken(host: str, port: int) -> socket.socket | None:
    """Return a socket with a port; None where another program has it."""
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":  # elsewhere this would let two programs have one port
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
    except (OSError, OverflowError):
        taken.close()
        return None
    return taken


class _Server(uvicorn.Server):
    """A server that ends its streams before it stops: they would hold up the end.

    A device that sleeps reads nothing, not even the end of its stream. Its connection is cut.
    """

    def __init__(self, config: uvicorn.Config, streams: Streams, ready: Callable[[], None]) -> None:
        """Serve; `ready` is called when requests are answered."""
        super().__init__(config)
        self.streams, self.ready = streams, ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        if self.started:
            self.ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take note of a signal to end; one more would only leave out what the end has to tidy."""
        if not self.should_exit:
            super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, cut what does not read their end, then stop."""
        self.streams.close_all()
        cut = asyncio.get_running_loop().call_later(FAREWELL, self._cut)
        try:
            await super().shutdown(sockets)
        finally:
            cut.cancel()

    def _cut(self) -> None:
        """Cut every connection that is left."""
        for connection in list(self.server_state.connections):
            if connection.transport is not None:
                connection.transport.abort()


def serve(app: ASGIApp, address: Address, streams: Streams, ready: Callable[[], None], page: str | None = None) -> None:
    """Serve pages until Ctrl-C or a signal to end; the application's own ending ends its workers.

    A program serves last of all. So what is in memory is not looked through for what can be freed: that takes long.

    Args:
        app: what answers; it stands behind the guard here.
        address: that was taken.
        streams: of its open tabs.
        ready: called in a thread of its own when requests are answered.
        page: opened in the browser then; none if left out.
    """
    config = uvicorn.Config(
        Guard(app, address.hosts),
        log_level="warning",
        access_log=False,
        lifespan="on",
        ws="none",
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=GRACE,
    )

    def answering() -> None:
        ready()
        if page is not None:
            webbrowser.open(page)

    server = _Server(config, streams, lambda: threading.Thread(target=answering, daemon=True).start())
    try:
        server.run(list(address.sockets))
    finally:
        gc.freeze()
