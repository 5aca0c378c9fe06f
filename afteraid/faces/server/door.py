"""The door of a shared server: who may do what. A code lets devices in, a token says whose device asks.

Tokens are kept as hashes only, so that a log of them lets nobody in.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import Request

from .guard import Refused
from .serve import HERE

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none is mistaken for another one
CODE_LENGTH = 6
MOST_WRONG, MOST_WRONG_OF_ALL = 8, 200  # wrong codes within a span: of one device, and of all together
SPAN = 300.0  # seconds
LIVES = 12 * 3600.0  # seconds of a token
FACILITATOR, TEAM = "facilitator", "team"


@dataclass(frozen=True)
class Caller:
    """Who asks: the facilitator, or one team by its name in the server."""

    role: str
    name: str = ""


@dataclass
class Door:
    """Knows the code, the tokens and who tried a wrong code.

    Attributes:
        shared: other machines can ask. Otherwise whoever asks without a token sits at this machine.
        clock: gives seconds since 1970.
        code: that devices need to join.
        key: the facilitator's token.
    """

    shared: bool
    clock: Callable[[], float] = time.time
    code: str = field(default_factory=lambda: "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH)))
    key: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    _tokens: dict[str, tuple[Caller, float]] = field(default_factory=dict, repr=False)
    _wrong: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque), repr=False)

    def __post_init__(self) -> None:
        """Let the facilitator in."""
        self.know(hashed(self.key), Caller(FACILITATOR), self.clock() + LIVES)

    def know(self, token_hash: str, caller: Caller, until: float) -> None:
        """Know a token by its hash, until a time."""
        self._tokens[token_hash] = (caller, until)

    def forget(self, caller: Caller) -> None:
        """Forget the tokens of a caller."""
        self._tokens = {known: one for known, one in self._tokens.items() if one[0] != caller}

    def try_code(self, device: str, given: object) -> None:
        """Let a device in that gives the code.

        Raises Refused for a wrong code, and for any where too many were wrong.
        """
        now = self.clock()
        for tried, most in ((self._wrong[device], MOST_WRONG), (self._wrong[""], MOST_WRONG_OF_ALL)):
            while tried and tried[0] <= now - SPAN:
                tried.popleft()
            if len(tried) >= most:
                raise Refused(429, "Too many wrong codes. Wait five minutes, or ask the facilitator.")
        said = "".join(str(given).split()).replace("-", "").upper() if isinstance(given, str) else ""
        if not hmac.compare_digest(said.encode(), self.code.encode()):
            self._wrong[device].append(now)
            self._wrong[""].append(now)
            raise Refused(403, "The code is wrong. The screen of the room shows the right one.")
        self._wrong.pop(device, None)

    def who(self, request: Request) -> Caller:
        """Return who asks.

        Raises Refused where a token is missing, unknown or too old. The facilitator's token counts only where it comes
        by this machine's own address, which no other machine can use.
        """
        given = token_of(request)
        at_home = (request.scope.get("server") or ("",))[0] == HERE
        if given is None:
            if self.shared or not at_home:
                raise Refused(401, "This device has not joined.")
            return Caller(FACILITATOR)
        caller, until = self._tokens.get(hashed(given), (None, 0.0))
        if caller is None or until < self.clock():
            raise Refused(401, "This device has to join again.")
        if caller.role == FACILITATOR and not at_home:
            raise Refused(403, "The facilitator's pages open on the facilitator's machine only.")
        return caller


def new_token() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_urlsafe(24)


def hashed(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def token_of(request: Request) -> str | None:
    """Return the token of a request: in its header, or in the address, since streams of events can send no header."""
    said = request.headers.get("authorization", "")
    if said.startswith("Bearer "):
        return said.removeprefix("Bearer ").strip()
    return request.query_params.get("token")
