"""How devices come in: the address and the code to show, their QR codes, and what to check before people arrive."""

from __future__ import annotations

import ctypes
import io
import platform
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import segno
import segno.helpers
from starlette.types import ASGIApp, Receive, Scope, Send

from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.results.words.translating import ENGLISH

from ..server.door import Door
from ..server.guard import Refused
from ..server.network import Adapter
from ..server.serve import HERE

LONGEST_WIFI = 63  # characters of a name or a password
SUPPLIES = Path("/sys/class/power_supply")
SAY = Templates(
    "workshop.joining",
    local="Only this machine is served. Start with --share to let devices of the room join.",
    reached="The server answers at {address}, asked as a device of the room would ask it.",
    not_reached="The server does not answer at {address}. Choose another address with --address.",
    asking="The server is being asked at {address}.",
    others="This machine also has {addresses}. Choose one of them with --address.",
    base="{ready} of {members} runs of the base are stored.",
    seen="The first request of another device came from {device}.",
    unseen="No other device has asked yet. Open the address on a telephone.",
    battery="The battery has {percent}% and is {state}.",
    no_battery="The state of a battery can't be read. Connect the machine to power.",
    windows="If no telephone reaches the page, allow Python in Windows Security, Firewall, Allow an app.",
    mac="If no telephone reaches the page, allow Python in System Settings, Network, Firewall.",
    linux="If no telephone reaches the page, open the port: sudo ufw allow {port}/tcp, or the same in firewalld.",
)


@dataclass
class Joining:
    """What devices need to come in.

    Attributes:
        door: whose code they need.
        port: of the server.
        outside: its address in the network; None where no other machine can reach it.
        known: the adapters of this machine.
        verified: whether the server answers there; None while nobody has asked.
        seen: addresses of other devices, with the time of their first request.
        wifi: name of the room's network and the QR code with which a telephone joins it, in memory only.
        language: of pages on which nobody has chosen one.
    """

    door: Door
    port: int
    outside: str | None = None
    known: Sequence[Adapter] = ()
    verified: bool | None = None
    seen: dict[str, float] = field(default_factory=dict)
    wifi: tuple[str, str] = ("", "")
    language: str = ENGLISH

    @property
    def page(self) -> str | None:
        """Return the address that devices open; None where there is none, and never this machine's own name."""
        return None if self.outside is None else f"http://{self.outside}:{self.port}/team.html"

    def plain(self) -> dict[str, Any]:
        """Return what the screen of the room shows."""
        code = self.door.code if self.page else ""
        drawn = qr(f"{self.page}#code={code}") if self.page else ""
        name, wifi = self.wifi
        return {"address": self.page or "", "code": code, "qr": drawn, "network": name, "wifi": wifi}

    def checks(self, ready: int, members: int) -> list[dict[str, str]]:
        """Return what to check before people arrive: for each check its title, its state and a sentence."""
        checks = [_check("Address", *self._address())]
        if self.page is not None:
            checks.append(_check("Firewall", "ok" if self.seen else "look", _firewall(self.port)))
            first = min(self.seen, key=self.seen.__getitem__, default=None)
            said = SAY("unseen") if first is None else SAY("seen", device=first)
            checks.append(_check("A telephone", "look" if first is None else "ok", said))
        state = "ok" if ready == members else "look"
        checks.append(_check("Stored runs", state, SAY("base", ready=ready, members=members)))
        power = battery()
        if power is None:
            checks.append(_check("Power", "look", SAY("no_battery")))
        else:
            said = SAY("battery", percent=power[0], state="charging" if power[1] else "not charging")
            checks.append(_check("Power", "ok" if power[1] else "look", said))
        return checks

    def _address(self) -> tuple[str, str]:
        """Say whether devices can reach the server."""
        if self.outside is None:
            return "look", SAY("local")
        key = "asking" if self.verified is None else "reached" if self.verified else "not_reached"
        said = SAY(key, address=self.outside)
        others = [one.address for one in self.known if one.address != self.outside]
        if others:
            said += " " + SAY("others", addresses=", ".join(others))
        return "ok" if self.verified else "look", said


class Seen:
    """Notes which other devices ask, before it hands a request on."""

    def __init__(self, app: ASGIApp, joining: Joining) -> None:
        """Stand before an application."""
        self.app, self.joining = app, joining

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Note where a request comes from, and hand it on."""
        if scope["type"] == "http" and (scope.get("server") or (HERE,))[0] != HERE:
            device = (scope.get("client") or ("",))[0]
            if device and device not in (HERE, self.joining.outside):
                self.joining.seen.setdefault(device, time.time())
        await self.app(scope, receive, send)


def qr(text: str) -> str:
    """Return a QR code as SVG, black on white, which a strict page takes."""
    return _svg(segno.make(text, error="m", micro=False))


def wifi_qr(name: object, password: object) -> str:
    """Return the QR code with which a telephone joins a network; the code holds the password.

    Raises Refused for what is no name or no password.
    """
    if not (isinstance(name, str) and isinstance(password, str) and name.strip()):
        raise Refused(422, "The network needs a name.")
    if max(len(name), len(password)) > LONGEST_WIFI:
        raise Refused(422, f"A name or a password of a network has at most {LONGEST_WIFI} characters.")
    return _svg(segno.helpers.make_wifi(name, password or None, "WPA" if password else None))


def _svg(code: segno.QRCode) -> str:
    """Return a code as one element of SVG."""
    held = io.BytesIO()
    code.save(
        held, kind="svg", xmldecl=False, svgns=True, nl=False, omitsize=True, border=4, light="#fff", svgclass="qr"
    )
    return held.getvalue().decode()


def battery() -> tuple[int, bool] | None:
    """Return the percent of this machine's battery and whether it is being charged; None where nothing is known."""
    with suppress(OSError, ValueError):
        for supply in sorted(SUPPLIES.glob("BAT*")):
            state = (supply / "status").read_text(encoding="ascii").strip()
            return int((supply / "capacity").read_text(encoding="ascii")), state != "Discharging"
    if platform.system() == "Windows":
        told = ctypes.create_string_buffer(12)
        if ctypes.windll.kernel32.GetSystemPowerStatus(told) and told.raw[2] <= 100:  # type: ignore[attr-defined]
            return told.raw[2], told.raw[0] == 1
    return None


def _firewall(port: int) -> str:
    """Say what to do where a firewall lets no device in."""
    system = platform.system()
    if system in ("Windows", "Darwin"):
        return SAY("windows" if system == "Windows" else "mac")
    return SAY("linux", port=port)


def _check(title: str, state: str, says: str) -> dict[str, str]:
    """Return one check."""
    return {"title": title, "state": state, "says": says}
