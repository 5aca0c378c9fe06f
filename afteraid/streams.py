"""Standard output and standard error: text that the terminal's encoding lacks is escaped; a full disk is one line."""

from __future__ import annotations

import contextlib
import os
import sys
import textwrap
from typing import TextIO

LEAST_WIDTH = 20


def escape_what_is_missing() -> None:
    """Have both streams write an escape for each character that their encoding lacks; once, as the command starts."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def holds_every_character(stream: TextIO | None) -> bool:
    """Say whether a stream is written in UTF-8."""
    return (getattr(stream, "encoding", None) or "").lower().replace("-", "").replace("_", "") in ("utf8", "utf8sig")


def flush() -> None:
    """Write what is still waiting for standard output; raises OSError where it can't be written."""
    if sys.stdout is not None:
        sys.stdout.flush()


def give_up_output() -> None:
    """Let nothing be written to standard output any more, so that Python doesn't try once more as it ends."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def say(text: str) -> None:
    """Write a line on standard error, unbroken, so that a path in it can be copied; a full disk is no error."""
    with contextlib.suppress(OSError, ValueError):
        print(text, file=sys.stderr, flush=True)


def say_error(text: str) -> None:
    """Write an error on standard error, wrapped at the terminal's width; no word and no path is broken."""
    width = _width()
    said = f"Error: {text}"
    if width is not None:
        said = textwrap.fill(
            said, max(width, LEAST_WIDTH), subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
        )
    say(said)


def _width() -> int | None:
    """Return how many columns the terminal of standard error has; None where a file or a program reads the errors."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdigit() and int(columns) > 0:
        return int(columns)
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or None
    except (OSError, ValueError, AttributeError):
        return None
