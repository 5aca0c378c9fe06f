"""Opening the workshop: its port is taken, its rules are compiled, its pages are served until somebody ends it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from afteraid.simulation.basis import arguments
from afteraid.simulation.basis.machine import cores
from afteraid.simulation.prepare import prepare
from afteraid.simulation.results.words.translating import ENGLISH

from ..server.door import Door
from ..server.journal import Journal
from ..server.network import Adapter, adapters, answers, chosen
from ..server.serve import Address, bind, serve
from .app import HELLO, application
from .joining import Joining, Seen
from .moves import BASE, MEMBERS, Workshop
from .room import Room
from .session import load_session, session_names


def open_workshop(
    port: int | None, browser: bool, workers: int | None, said: Callable[[str], None], base: str = BASE,
    members: int = MEMBERS, settings: dict[str, object] | None = None, known: Sequence[Adapter] = (),
    session: str | None = None, log: Path | None = None, language: str = ENGLISH,
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
        known: adapters of this machine; devices of the first one's network can join. None is served if left out.
        session: that is opened: a shipped one by its name, or another one by its path.
        log: folder of the log that brings a workshop back that was cut off; none is kept if left out.
        language: of pages on which nobody has chosen one.

    Raises InputError for what can't be used.
    """
    count = arguments.at_work(workers, None) or cores()
    workshop = Workshop(base, members, settings)
    opened = None if session is None else load_session(session)
    sessions = {one.name: one for one in map(load_session, session_names())}
    if opened is not None:
        sessions[opened.name] = opened
    address = bind(port, known[0].address if known else None)
    door = Door(shared=bool(known))
    joining = Joining(door, address.port, address.outside, known, language=language)
    journal = None if log is None else _journal(log / f"workshop-{address.port}.log", said)
    room = Room(door, sessions, lambda: workshop.streams.send_all("room", {}), journal)
    page = "preflight.html" if known else "facilitator.html" if opened else ""
    first = f"{address.url}{page}" + (f"#token={door.key}" if known else "")
    if room.continued:
        said("A workshop was cut off and is continued. Begin anew in the facilitator's window.")
    if opened is not None and room.state.where.session != opened.name:
        room.act({"do": "session", "name": opened.name})
    try:
        with suppress(KeyboardInterrupt):
            prepare()
            app = Seen(application(workshop, count, room, joining), joining)
            serve(
                app, address, workshop.streams, lambda: _say(said, address, joining, first), first if browser else None
            )
        room.end()
    finally:
        address.close()
        if journal is not None:
            journal.close()


def shared_adapters(wanted: str | None) -> list[Adapter]:
    """Return the adapters of this machine, the one to listen on first.

    Args:
        wanted: its address or its name; the likeliest if left out.

    Raises InputError where there is none, or no such one.
    """
    known = adapters()
    first = chosen(known, wanted)
    return [first, *(one for one in known if one != first)]


def _journal(path: Path, said: Callable[[str], None]) -> Journal | None:
    """Return the log of a workshop; where none can be kept, say what that means."""
    try:
        return Journal(path)
    except OSError as problem:
        said(f"No log can be kept in {path} ({problem.strerror}): after a crash the session would begin anew.")
        return None


def _say(said: Callable[[str], None], address: Address, joining: Joining, first: str) -> None:
    """Say where the workshop is; ask it through its address in the network, as a device would, before that is said."""
    if address.outside is not None:
        joining.verified = answers(address.outside, address.port, HELLO)
        if joining.verified:
            said(f"Devices join at {joining.page} with the code {joining.door.code}")
        else:
            said(f"The server does not answer at {address.outside}; choose another address with --address")
        said(f"Keep this address to yourself, it is the facilitator's: {first}")
    said(f"The workshop is open: {address.url} (Ctrl-C ends it)")
