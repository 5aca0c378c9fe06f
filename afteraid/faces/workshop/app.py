"""The workshop as an application: its pages, its events and its moves, with workers that live as long as it does."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from afteraid.simulation.basis.errors import InputError

from ..server.crew import Crew
from ..server.files import routes_of
from ..server.streams import Stream, TooManyStreamsError
from .charts import DIFFERENCE, LEVEL, PICTURES
from .levers import MOST_LEVERS, USUAL
from .moves import Move, Workshop

TAB = re.compile(r"[A-Za-z0-9-]{8,64}")
MOST_MOVES = 2**53  # the largest whole number of JavaScript


def application(workshop: Workshop, workers: int) -> Starlette:
    """Return the application of a workshop; its workers start and end with it."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        crew = Crew(workers, spare=1)
        app.state.crew = crew
        workshop.begin(crew)
        try:
            yield
        finally:
            workshop.end()
            await crew.end()

    async def about(request: Request) -> Response:
        return JSONResponse(_about(workshop))

    async def events(request: Request) -> Response:
        tab = request.query_params.get("tab", "")
        if not TAB.fullmatch(tab):
            return _refused(400, "The tab has no name.")
        try:
            stream = workshop.streams.open(tab)
        except TooManyStreamsError:
            return _refused(503, "Too many pages are open.")
        stream.send("health", workshop.health())
        return StreamingResponse(_lines(workshop, stream), media_type="text/event-stream")

    async def move(request: Request) -> Response:
        return _move(workshop, await request.body())

    pages = routes_of(files(__package__) / "page")
    answers = [Route("/workshop.json", about), Route("/events", events), Route("/move", move, methods=["POST"])]
    app = Starlette(routes=[*answers, *pages], lifespan=lifespan)
    app.router.redirect_slashes = False  # an address is right or wrong
    return app


async def _lines(workshop: Workshop, stream: Stream) -> AsyncIterator[bytes]:
    """Hand on the events of a tab; when it has gone, nobody waits for its move."""
    try:
        async for line in stream.lines():
            yield line
    finally:
        if workshop.streams.is_open(stream):
            workshop.forget(stream.tab)
        workshop.streams.let_go(stream)


def _move(workshop: Workshop, body: bytes) -> Response:
    """Begin to answer a move, or say what is wrong with it."""
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        return _refused(400, "The body is no JSON.")
    if not isinstance(given, dict):
        return _refused(400, "The body is no object.")
    try:
        asked = _read_move(given)
        plan = workshop.read(asked.positions)
    except InputError as problem:
        return _refused(422, str(problem))
    tab = given.get("tab")
    stream = workshop.streams.of(tab) if isinstance(tab, str) else None
    if stream is None:
        return _refused(409, "The tab has no stream of events.")
    workshop.move(stream, asked, plan)
    return JSONResponse({"move": asked.number}, 202)


def _read_move(given: dict[str, object]) -> Move:
    """Read a move; raises InputError where it can't be used."""
    number, positions = given.get("move"), given.get("positions")
    picture, view = given.get("picture"), given.get("view")
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < MOST_MOVES:
        raise InputError("is no number of a move", key="move", expected="a whole number from 0")
    if not isinstance(positions, dict):
        raise InputError("are no positions of levers", key="positions", expected="names of levers with their values")
    if not isinstance(picture, str) or picture not in PICTURES:
        raise InputError("there is no such picture", key="picture", expected=", ".join(PICTURES))
    if view not in (DIFFERENCE, LEVEL):
        raise InputError("there is no such view", key="view", expected=f"{DIFFERENCE} or {LEVEL}")
    return Move(number, positions, picture, str(view), given.get("narrow") is True)


def _about(workshop: Workshop) -> dict[str, object]:
    """Return what a page has to know before its first move."""
    return {
        "title": workshop.plan.title,
        "start": workshop.plan.run.start,
        "end": workshop.plan.run.end,
        "focus": workshop.plan.run.focus,
        "levers": [lever.plain() for lever in workshop.levers.values()],
        "usual": list(USUAL),
        "most": MOST_LEVERS,
        "pictures": [{"name": name, "title": one.title} for name, one in PICTURES.items()],
        "health": workshop.health(),
    }


def _refused(status: int, reason: str) -> Response:
    """Return a refusal with its reason."""
    return JSONResponse({"reason": reason}, status)
