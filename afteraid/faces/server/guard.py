"""The guard of a local server: which requests are answered, how large they may be, and what a browser may do.

A page of another site can send requests to a server on the same machine. So the guard reads the headers `Host` and
`Origin`, which such a page can't set, and refuses what does not come from a page of this server.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BODY = 65_536  # bytes of a request
MOST_ADDRESS = 2_048  # bytes of path and query
LONGEST_BODY = 10.0  # seconds for a request's body to arrive
POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
JSON = "application/json"
HEADERS = {
    "content-security-policy": POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


class Refused(Exception):
    """A request that is not answered: the status, and the reason in one sentence."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


class Guard:
    """Answers only what pages of this server ask; every answer carries the headers that bind the browser."""

    def __init__(self, app: ASGIApp, hosts: Collection[str], most_body: int = MOST_BODY) -> None:
        """Guard an application.

        Args:
            app: what answers.
            hosts: names under which this server is known, with the port: ``127.0.0.1:8050``.
            most_body: bytes of a request.
        """
        self.app, self.hosts, self.most_body = app, frozenset(hosts), most_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or refuse one request."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # a web socket: nothing here speaks it
            await send({"type": "websocket.close", "code": 1008})
            return
        bound = _bound(send)
        try:
            self._check(scope)
            whole = await self._whole(receive) if scope["method"] == "POST" else receive
        except Refused as refused:
            answer = PlainTextResponse(refused.reason, refused.status, {"connection": "close"})
            await answer(scope, receive, bound)
            return
        await self.app(scope, whole, bound)

    def _check(self, scope: Scope) -> None:
        """Refuse a request by its first line and its headers."""
        given = _headers(scope)
        if len(scope.get("raw_path", b"")) + len(scope.get("query_string", b"")) > MOST_ADDRESS:
            raise Refused(414, "The address is too long.")
        hosts = given.get("host", [])
        if len(hosts) != 1 or hosts[0].lower() not in self.hosts:
            raise Refused(421, "This server is not known under that name.")
        if scope["method"] not in ("GET", "HEAD", "POST"):
            raise Refused(405, "Only GET, HEAD and POST are answered.")
        own = f"http://{hosts[0].lower()}"
        origins = [origin.lower() for origin in given.get("origin", [])]
        if origins not in ([], [own]) or (scope["method"] == "POST" and not origins):
            raise Refused(403, "The request does not come from a page of this server.")
        if given.get("sec-fetch-site") == ["cross-site"] and given.get("sec-fetch-mode") != ["navigate"]:
            raise Refused(403, "The request does not come from a page of this server.")
        if scope["method"] == "POST":
            self._check_body(given)

    def _check_body(self, given: dict[str, list[str]]) -> None:
        """Refuse a body by what its headers say of it."""
        kinds = [kind.partition(";")[0].strip().lower() for kind in given.get("content-type", [])]
        if kinds != [JSON]:
            raise Refused(415, f"The body has to be {JSON}.")
        lengths = given.get("content-length", ["0"])
        if not lengths[0].isdigit() or int(lengths[0]) > self.most_body:
            raise Refused(413, f"The body may have {self.most_body} bytes.")

    async def _whole(self, receive: Receive) -> Receive:
        """Read a body, bounded in size and time, and return what hands it on."""
        parts: list[bytes] = []
        size, more = 0, True
        try:
            async with asyncio.timeout(LONGEST_BODY):
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise Refused(400, "The request ended early.")
                    parts.append(message.get("body", b""))
                    size, more = size + len(parts[-1]), message.get("more_body", False)
                    if size > self.most_body:
                        raise Refused(413, f"The body may have {self.most_body} bytes.")
        except TimeoutError:
            raise Refused(408, "The body did not arrive in time.") from None
        waiting: list[Message] = [{"type": "http.request", "body": b"".join(parts), "more_body": False}]

        async def handed_on() -> Message:
            return waiting.pop() if waiting else await receive()

        return handed_on


def _bound(send: Send) -> Send:
    """Return a way to answer that adds the headers of every answer."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            there = {name.lower() for name, _ in message["headers"]}
            added = {"cache-control": "no-store"} | HEADERS
            more = [(name.encode(), text.encode()) for name, text in added.items() if name.encode() not in there]
            message = {**message, "headers": [*message["headers"], *more]}
        await send(message)

    return sending


def _headers(scope: Scope) -> dict[str, list[str]]:
    """Return the headers of a request by their names in small letters; one name may come several times."""
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1").strip())
    return found
