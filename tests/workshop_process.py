"""A workshop in a process of its own, with a small base, and a reader of its events."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MEMBERS = 6
SETTINGS = {"run.spinup": 2017, "run.start": 2019, "run.end": 2025}
PROGRAM = """
from pathlib import Path
from afteraid.faces.server.network import Adapter
from afteraid.faces.workshop.opening import open_workshop
known = [Adapter("test", outside) for outside in {outside}]
said = lambda text: print(text, flush=True)
open_workshop({port}, False, 2, said, members={members}, settings={settings}, known=known, log={log},
              language="{language}")
"""
PATIENCE = 300.0


class Page:
    """What a browser does: one stream of events, and moves."""

    def __init__(self, port: int, tab: str = "test-tab-1") -> None:
        self.port, self.tab, self.number = port, tab, 0
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.connection.request("GET", f"/events?tab={tab}")
        self.answer = self.connection.getresponse()
        assert self.answer.status == 200

    def move(self, **positions: object) -> int:
        """Move levers, and return the number of the move."""
        self.number += 1
        asked = {
            "tab": self.tab,
            "move": self.number,
            "positions": positions,
            "picture": "serving",
            "view": "difference",
        }
        status, said = post(self.port, asked)
        assert status == 202, said
        return self.number

    def events(self) -> Iterator[tuple[str, Any]]:
        """Go through the events as they come."""
        kind = ""
        while line := self.answer.readline():
            name, _, text = line.decode().rstrip("\n").partition(": ")
            if name == "event":
                kind = text
            elif name == "data":
                yield kind, json.loads(text)

    def events_until(self, move: int) -> Iterator[tuple[str, Any]]:
        """Go through the events up to the picture of all runs of a move."""
        for kind, found in self.events():
            yield kind, found
            if kind == "picture" and found["move"] == move and found["runs"] == found["members"]:
                return

    def pictures(self, move: int) -> Iterator[dict[str, Any]]:
        """Go through the pictures of a move, to the one of all runs; a picture of an older move is an error."""
        for kind, found in self.events():
            assert kind != "trouble", found
            if kind == "picture":
                assert found["move"] == move, "a picture of another move"
                yield found
                if found["runs"] == found["members"]:
                    return

    def __enter__(self) -> Page:
        return self

    def __exit__(self, *_: object) -> None:
        self.answer.close()
        self.connection.close()


def post(port: int, content: object, headers: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Post a move, and return the status and the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    own = {"Origin": f"http://127.0.0.1:{port}", "Content-Type": "application/json", **(headers or {})}
    connection.request("POST", "/move", json.dumps(content), own)
    answer = connection.getresponse()
    said = answer.read().decode()
    connection.close()
    return answer.status, said


@dataclass
class Running:
    """A workshop that runs: its process, which leads its group, its port, and what it said."""

    process: subprocess.Popen[str]
    port: int
    said: str

    @property
    def code(self) -> str:
        """The code with which devices join."""
        return self.said.partition("with the code ")[2].split()[0]

    @property
    def key(self) -> str:
        """The facilitator's token."""
        return self.said.partition("#token=")[2].split()[0]


@contextmanager
def running_workshop(
    cache: Path,
    members: int = MEMBERS,
    outside: tuple[str, ...] = (),
    settings: Mapping[str, object] = SETTINGS,
    log: Path | None = None,
    port: int = 0,
    language: str = "en",
) -> Iterator[Running]:
    """Start a workshop, shared at the addresses given. What is left of it is killed."""
    program = PROGRAM.format(
        members=members, settings=dict(settings), outside=outside, port=port, language=language,
        log=f"Path({str(log)!r})" if log else None,
    )  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, start_new_session=True,
        env={**os.environ, "AFTERAID_CACHE": str(cache)},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        said = ""
        while "is open" not in said:
            line = process.stdout.readline()
            assert line, "the workshop ended"
            said += line
        yield Running(process, int(said.partition("is open: http://127.0.0.1:")[2].partition("/")[0]), said)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@contextmanager
def workshop_process(cache: Path, members: int = MEMBERS) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Start a workshop; gives the process and the port."""
    with running_workshop(cache, members) as found:
        yield found.process, found.port
