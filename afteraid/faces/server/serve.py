"""Serving pages on this machine: the port, the start, the browser, and a stop within a second."""

from __future__ import annotations

import os
import socket
import threading
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp

from afteraid.simulation.basis.errors import InputError

from .guard import Guard
from .streams import Streams

HERE = "127.0.0.1"
USUAL_PORT = 8050
NAMES = (HERE, "localhost")
KEEP_ALIVE = 75  # seconds; a browser that asks every few seconds keeps its connection
GRACE = 1  # seconds for answers under way when the server stops


@dataclass(frozen=True)
class Address:
    """Where pages are served: a socket that is bound, and the address that a browser opens."""

    socket: socket.socket
    port: int

    @property
    def url(self) -> str:
        """Return what a browser opens."""
        return f"http://{HERE}:{self.port}/"

    @property
    def hosts(self) -> frozenset[str]:
        """Return the names under which the server is known."""
        return frozenset(f"{name}:{self.port}" for name in NAMES)


def bind(port: int | None) -> Address:
    """Take a port of this machine that no other machine can reach.

    Args:
        port: its number; 0 for any that is free. If left out, the usual one, or any where that is taken.

    Raises InputError where the port can't be taken.
    """
    for wanted in (USUAL_PORT, 0) if port is None else (port,):
        taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if os.name == "posix":  # elsewhere this would let two programs have one port
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind((HERE, wanted))
        except (OSError, OverflowError):
            taken.close()
            continue
        return Address(taken, int(taken.getsockname()[1]))
    raise InputError(f"port {port} can't be taken", key="port", expected="a free port from 1024 to 65535, or 0 for any")


class _Server(uvicorn.Server):
    """A server that ends its streams before it stops: they would hold up the end."""

    def __init__(self, config: uvicorn.Config, streams: Streams, ready: Callable[[], None]) -> None:
        """Serve; `ready` is called when requests are answered."""
        super().__init__(config)
        self.streams, self.ready = streams, ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        if self.started:
            self.ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then stop."""
        self.streams.close_all()
        await super().shutdown(sockets)


def serve(app: ASGIApp, address: Address, streams: Streams, said: Callable[[str], None], browser: bool = True) -> None:
    """Serve pages until Ctrl-C or a signal to end; the application's own ending ends its workers.

    Args:
        app: what answers; it stands behind the guard here.
        address: that was taken.
        streams: of its open tabs.
        said: called with the address when requests are answered.
        browser: open it in the browser then.
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

    def ready() -> None:
        said(address.url)
        if browser:
            threading.Thread(target=webbrowser.open, args=(address.url,), daemon=True).start()

    _Server(config, streams, ready).run([address.socket])
