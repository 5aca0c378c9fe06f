"""Opening the workshop: its port is taken, its rules are compiled, its pages are served until somebody ends it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from afteraid.simulation.basis import arguments
from afteraid.simulation.basis.machine import cores
from afteraid.simulation.prepare import prepare

from ..server.serve import bind, serve
from .app import application
from .moves import BASE, MEMBERS, Workshop


def open_workshop(
    port: int | None, browser: bool, workers: int | None, said: Callable[[str], None], base: str = BASE,
    members: int = MEMBERS, settings: dict[str, object] | None = None,
) -> None:  # fmt: skip
    """Serve the workshop until Ctrl-C or a signal to end.

    Args:
        port: of this machine; 0 for any that is free. If left out, the usual one, or any where that is taken.
        browser: open the page in the browser.
        workers: processes that run; as many as there are cores by default.
        said: called with sentences for the terminal.
        base: name or path of the scenario from which levers are moved.
        members: runs of an interval.
        settings: of the base to change.

    Raises InputError for what can't be used.
    """
    count = arguments.at_work(workers, None) or cores()
    workshop, address = Workshop(base, members, settings), bind(port)
    with address.socket, suppress(KeyboardInterrupt):
        prepare()
        app = application(workshop, count)
        serve(
            app, address, workshop.streams, lambda url: said(f"The workshop is open: {url} (Ctrl-C ends it)"), browser
        )
