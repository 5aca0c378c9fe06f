"""The files of pages: read once, each with a type that does not depend on the settings of the machine."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib.resources.abc import Traversable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
INDEX = "index.html"


def routes_of(folder: Traversable) -> list[Route]:
    """Return a route for each file of a folder that pages use; the index stands at the root."""
    found = []
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        kind = TYPES.get(f".{file.name.rpartition('.')[2]}")
        if kind is not None:
            place = "/" if file.name == INDEX else f"/{file.name}"
            found.append(Route(place, _answer(file.read_bytes(), kind)))
    return found


def _answer(content: bytes, kind: str) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint that answers with a file."""

    async def answer(request: Request) -> Response:
        return Response(content, headers={"content-type": kind})

    return answer
