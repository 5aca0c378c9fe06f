"""The workshop as an application: its pages, its events and its moves, with workers that live as long as it does."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.results.svg.tokens import style
from afteraid.simulation.results.words.translating import ENGLISH, LANGUAGES

from ..server.crew import Crew
from ..server.door import FACILITATOR, Caller
from ..server.files import routes_of
from ..server.guard import Refused
from ..server.streams import Stream, TooManyStreamsError
from .beside import Beside
from .charts import DIFFERENCE, LEVEL, PICTURES
from .guide import TITLES, printed
from .joining import Joining, wifi_qr
from .levers import MOST_LEVERS, USUAL, renamed
from .moves import Base, Move, Workshop
from .outcomes import SERVING
from .play import Play
from .quiz import table
from .room import Room
from .scenes import SCENES
from .session import Step
from .showing import Showing
from .taking import scenario_file
from .words import said

TAB = re.compile(r"[A-Za-z0-9-]{8,64}")
FREE = re.compile(r"[^A-Za-z0-9-]+")  # signs that a name of a file on any system may lack
MOST_MOVES = 2**53  # the largest whole number of JavaScript
MOST_SPARE = 2  # workers for the first run of a move
HELLO = "/hello"  # is answered to everybody: the server asks itself through its address
Answer = Callable[[Request], Awaitable[Response]]


def application(workshop: Workshop, workers: int, room: Room, joining: Joining) -> Starlette:
    """Return the application of a workshop; its workers start and end with it."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        crew = Crew(workers, spare=min(workers, MOST_SPARE))
        app.state.crew = crew
        workshop.begin(crew)
        showing.prepare()
        try:
            yield
        finally:
            beside.end()
            workshop.end()
            await crew.end()

    showing, beside = Showing(workshop, room), Beside(workshop, room.sessions)
    answers = [
        *_of_levers(workshop, room, showing),
        *_of_joining(workshop, room, joining),
        *_of_room(room, showing, joining),
        *_of_taking_home(room, beside),
    ]
    refusals = {Refused: _refusal, InputError: _refusal}
    pages = routes_of(files(__package__) / "page")
    app = Starlette(routes=[*answers, *pages], lifespan=lifespan, exception_handlers=refusals)  # type: ignore[arg-type]
    app.router.redirect_slashes = False  # an address is right or wrong
    return app


def _of_levers(workshop: Workshop, room: Room, showing: Showing) -> list[Route]:
    """Return the routes of the page of levers."""

    async def about(request: Request) -> Response:
        room.door.who(request)
        key = request.query_params.get("step", "")
        step = showing.step_of(key) if key else None
        return JSONResponse(_about(workshop, _base(showing, key) or workshop.usual, step))

    async def events(request: Request) -> Response:
        tab = _tab(room.door.who(request), request.query_params.get("tab"))
        try:
            stream = workshop.streams.open(tab)
        except TooManyStreamsError:
            raise Refused(503, "Too many pages are open.") from None
        stream.send("health", workshop.health())
        return StreamingResponse(_lines(workshop, stream), media_type="text/event-stream")

    async def move(request: Request) -> Response:
        caller, given = room.door.who(request), await _body(request)
        asked = _read_move(given)
        base = _base(showing, given.get("step", ""))
        plan = workshop.read(asked.positions, base)
        stream = workshop.streams.of(_tab(caller, given.get("tab")))
        if stream is None:
            raise Refused(409, "The tab has no stream of events.")
        workshop.move(stream, asked, plan, base)
        step = showing.step_of(str(given.get("step", "")))
        workshop.look_ahead(stream.tab, base, asked.positions, step.levers if step else ())
        return JSONResponse({"move": asked.number}, 202)

    async def take(request: Request) -> Response:
        room.door.who(request)
        said = request.query_params
        base = _base(showing, said.get("step", "")) or workshop.usual
        positions: dict[str, object] = {
            name.removeprefix("at."): number_or_text(value) for name, value in said.items() if name.startswith("at.")
        }
        plan = workshop.read(positions, base)
        return _file(scenario_file(base, plan, positions, workshop.members))

    async def drawing(request: Request) -> Response:
        return Response(style(), media_type="text/css")

    return [
        Route("/drawing.css", drawing),
        Route("/workshop.toml", take), Route("/workshop.json", about), Route("/events", events),
        Route("/move", move, methods=["POST"]),
    ]  # fmt: skip


def _of_joining(workshop: Workshop, room: Room, joining: Joining) -> list[Route]:
    """Return the routes by which devices come in, and those of the page that checks them."""

    async def hello(request: Request) -> Response:
        return JSONResponse({"shared": joining.page is not None, "language": joining.language})

    async def say(request: Request) -> Response:
        given = await _body(request)
        sessions, teams = list(room.sessions.values()), list(room.state.teams)
        return JSONResponse({"said": await asyncio.to_thread(said, given, sessions, teams)})

    async def join(request: Request) -> Response:
        given = await _body(request)
        device = request.client.host if request.client else ""
        name, token = room.join(device, given.get("code"), given.get("name"))
        return JSONResponse({"name": name, "token": token})

    async def me(request: Request) -> Response:
        caller = room.door.who(request)
        return JSONResponse({"role": caller.role, "name": caller.name})

    async def checks(request: Request) -> Response:
        only_facilitator(room, request)
        health = workshop.health()
        found = joining.checks(health["ready"], health["members"])
        return JSONResponse({"checks": found, **joining.plain()})

    async def wifi(request: Request) -> Response:
        only_facilitator(room, request)
        given = await _body(request)
        drawn = wifi_qr(given.get("name"), given.get("password"))
        joining.wifi = str(given["name"]), drawn
        room.changed()
        return JSONResponse({})

    return [
        Route(HELLO, hello),
        Route("/say", say, methods=["POST"]),
        Route("/join", join, methods=["POST"]),
        Route("/me.json", me),
        Route("/checks.json", checks),
        Route("/wifi", wifi, methods=["POST"]),
    ]


def _of_room(room: Room, showing: Showing, joining: Joining) -> list[Route]:
    """Return the routes of the session: what windows show, what the facilitator does, and guesses."""

    async def shown(request: Request) -> Response:
        found = showing.plain(room.door.who(request))
        return JSONResponse(found | {"join": joining.plain()} if "script" in found else found)

    async def act(request: Request) -> Response:
        only_facilitator(room, request)
        room.act(await _body(request))
        showing.prepare()
        return JSONResponse({})

    async def paper(request: Request) -> Response:
        only_facilitator(room, request)
        asked, kind = request.query_params, request.path_params["kind"]
        session, language = room.sessions.get(asked.get("session", "")), asked.get("language", ENGLISH)
        if session is None or kind not in TITLES or language not in LANGUAGES:
            raise Refused(404, "There is no such page.")
        return HTMLResponse(printed(session, kind, True, language))

    async def choose(request: Request) -> Response:
        caller, contest = room.door.who(request), showing.contest
        if contest is None:
            raise Refused(409, "Nothing can be chosen now.")
        contest.take(caller, await _body(request))
        contest.prepare()
        return JSONResponse({})

    async def part(request: Request) -> Response:
        caller = room.door.who(request)
        room.take_part(caller, await _body(request))
        return JSONResponse({})

    async def together(request: Request) -> Response:
        room.door.who(request)
        if not isinstance(showing.contest, Play):
            raise Refused(409, "No roles are played now.")
        return _file(showing.contest.file())

    async def quiz(request: Request) -> Response:
        caller = room.door.who(request)
        room.answer(caller, await _body(request))
        return JSONResponse({})

    async def answers(request: Request) -> Response:
        only_facilitator(room, request)
        headers = {"content-disposition": 'attachment; filename="quiz.csv"'}
        return Response(table(room), headers=headers, media_type="text/csv; charset=utf-8")

    async def guess(request: Request) -> Response:
        caller = room.door.who(request)
        room.guess(caller, await _body(request))
        return JSONResponse({})

    return [
        Route("/paper/{kind}", paper),
        Route("/room.json", shown),
        Route("/act", act, methods=["POST"]),
        Route("/guess", guess, methods=["POST"]),
        Route("/quiz", quiz, methods=["POST"]),
        Route("/quiz.csv", answers),
        Route("/choose", choose, methods=["POST"]),
        Route("/part", part, methods=["POST"]),
        Route("/together.toml", together),
    ]


def _of_taking_home(room: Room, beside: Beside) -> list[Route]:
    """Return the routes of pages to take home: how far one is, its beginning and its stop, and the page itself."""

    async def state(request: Request) -> Response:
        only_facilitator(room, request)
        return JSONResponse(beside.plain(request.query_params.get("of", "")))

    async def begin(request: Request) -> Response:
        only_facilitator(room, request)
        given = await _body(request)
        (beside.stop if given.get("stop") is True else beside.make)(str(given.get("of", "")))
        return JSONResponse({})

    async def page(request: Request) -> Response:
        only_facilitator(room, request)
        key = request.query_params.get("of", "")
        headers = {"content-disposition": f'attachment; filename="{FREE.sub("-", key)}.html"'}
        language = request.query_params.get("language", ENGLISH)
        return HTMLResponse(await beside.page(key, language), headers=headers)

    return [
        Route("/take-home.json", state),
        Route("/take-home", begin, methods=["POST"]),
        Route("/take-home.html", page),
    ]


def _file(text: str) -> Response:
    """Return a scenario as a file to keep."""
    headers = {"content-disposition": 'attachment; filename="workshop.toml"'}
    return Response(text, headers=headers, media_type="application/toml; charset=utf-8")


def _base(showing: Showing, key: object) -> Base | None:
    """Return the world from which a step's levers are moved; None for the usual one."""
    if not isinstance(key, str):
        raise Refused(422, "There is no such step.")
    if not key:
        return None
    base = showing.base(key)
    if base is None:
        raise Refused(422, "There is no such step.")
    return base


def only_facilitator(room: Room, request: Request) -> None:
    """Refuse whoever is not the facilitator."""
    if room.door.who(request).role != FACILITATOR:
        raise Refused(403, "Only the facilitator can do this.")


def _tab(caller: Caller, name: object) -> str:
    """Return the name of a caller's tab: nobody else has this one."""
    if not isinstance(name, str) or not TAB.fullmatch(name):
        raise Refused(400, "The tab has no name.")
    return f"{caller.role} {caller.name} {name}"


async def _body(request: Request) -> dict[str, Any]:
    """Return the object that a request sends."""
    try:
        given = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise Refused(400, "The body is no JSON.") from None
    if not isinstance(given, dict):
        raise Refused(400, "The body is no object.")
    return given


async def _lines(workshop: Workshop, stream: Stream) -> AsyncIterator[bytes]:
    """Hand on the events of a tab; when it has gone, nobody waits for its move."""
    try:
        async for line in stream.lines():
            yield line
    finally:
        if workshop.streams.is_open(stream):
            workshop.forget(stream.tab)
        workshop.streams.let_go(stream)


def _read_move(given: dict[str, Any]) -> Move:
    """Read a move; raises InputError where it can't be used."""
    number, positions = given.get("move"), given.get("positions")
    picture, view = given.get("picture"), given.get("view")
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < MOST_MOVES:
        raise InputError("is no number of a move", key="move", expected="a whole number from 0")
    if not isinstance(positions, dict):
        raise InputError("are no positions of levers", key="positions", expected="names of levers with their values")
    if not isinstance(picture, str) or picture not in (*PICTURES, *SCENES):
        raise InputError("there is no such picture", key="picture", expected=", ".join((*PICTURES, *SCENES)))
    if view not in (DIFFERENCE, LEVEL):
        raise InputError("there is no such view", key="view", expected=f"{DIFFERENCE} or {LEVEL}")
    return Move(number, positions, picture, str(view))


def number_or_text(value: str) -> object:
    """Return a position of a lever as it stands in an address: a number where it is one."""
    try:
        return float(value)
    except ValueError:
        return value


def _about(workshop: Workshop, base: Base, step: Step | None) -> dict[str, object]:
    """Return what a page has to know before its first move; `step` is the one in which levers are moved, if any."""
    titles = {name: one.title for name, one in PICTURES.items()} | {name: title for name, (title, _) in SCENES.items()}
    return {
        "title": base.plan.title,
        "start": base.plan.run.start,
        "end": base.plan.run.end,
        "levers": [lever.plain() for lever in base.levers.values()],
        "usual": list((step.levers if step else ()) or USUAL),
        "most": MOST_LEVERS,
        "renamed": renamed(),
        "pictures": [{"name": name, "title": title} for name, title in titles.items()],
        "opens": (step.opens or step.picture) if step else SERVING,
        "health": workshop.health(),
    }


async def _refusal(request: Request, problem: Refused | InputError) -> Response:
    """Return a refusal with its reason."""
    if isinstance(problem, Refused):
        return JSONResponse({"reason": problem.reason}, problem.status)
    return JSONResponse({"reason": str(problem)}, 422)
