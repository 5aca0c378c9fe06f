"""A log of events on the disk: only ever appended to, each line with a checksum that covers all lines before it.

A program that is cut off while it writes leaves a line that is not whole. Such a last line is left out; any other line
that does not fit its checksum is an error, since what follows from it can't be trusted.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.basis.manifest import json_line

CHECK = 16  # digits of a checksum


class Journal:
    """The events of one file, read once and then appended to."""

    def __init__(self, path: Path) -> None:
        """Read a file; it is made where there is none.

        Raises InputError for a file that was changed, and OSError where none can be written.
        """
        self.path = path
        self.events: list[dict[str, Any]] = []
        self._check = ""
        path.parent.mkdir(parents=True, exist_ok=True)
        whole = self._read(path.read_bytes() if path.exists() else b"")
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        os.ftruncate(self._file, whole)

    def append(self, event: Mapping[str, Any]) -> None:
        """Write an event; it is on the disk when this returns. Raises OSError where it can't be written."""
        body = json_line(event)
        check = _checked(self._check, body)
        line = f"{check} {body}\n".encode()
        start = os.lseek(self._file, 0, os.SEEK_END)
        try:
            while line:
                line = line[os.write(self._file, line) :]
            os.fsync(self._file)
        except OSError:
            os.ftruncate(self._file, start)
            raise
        self._check = check
        self.events.append(dict(event))

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)

    def _read(self, content: bytes) -> int:
        """Read the events of whole lines; returns how many bytes these have."""
        whole = 0
        lines = content.splitlines(keepends=True)
        for number, line in enumerate(lines, 1):
            check, _, body = line.decode("utf-8", "replace").partition(" ")
            body = body.removesuffix("\n")
            if number == len(lines) and not line.endswith(b"\n"):
                break
            if check != _checked(self._check, body):
                raise InputError(
                    "the log was changed, so the workshop can't be continued", file=str(self.path), line=number,
                    key="log", expected="another file, or none: move this one away",
                )  # fmt: skip
            self.events.append(json.loads(body))
            self._check, whole = check, whole + len(line)
        return whole


def _checked(before: str, body: str) -> str:
    """Return the checksum of a line and of all lines before it."""
    return hashlib.sha256(f"{before} {body}".encode()).hexdigest()[:CHECK]
