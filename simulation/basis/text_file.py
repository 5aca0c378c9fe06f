"""Text files of users: read as UTF-8 with or without a byte-order mark, and refused with what is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .errors import InputError

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
SAVE_AS = "text saved as UTF-8"


def is_file(path: Path) -> bool:
    """Say whether a path leads to a file; no error for one that no file can have, or that nobody may look at."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def is_path(name_or_path: str | Path) -> bool:
    """Say whether something given as a name or a path can only be a path."""
    text = str(name_or_path)
    return isinstance(name_or_path, Path) or text.lower().endswith(".toml") or "/" in text or "\\" in text


def known_name(text: str, names: Sequence[str]) -> str | None:
    """Return the name that is meant, whatever the case and the white space around it; None for an unknown one."""
    meant = text.strip().casefold()
    return text if text in names else next((name for name in names if name.casefold() == meant), None)


def read_text(path: Path, error: type[InputError] = InputError) -> str:
    """Return the text of a file, without a byte-order mark.

    Args:
        path: of the file.
        error: class of the error that is raised where it can't be read, or is no text in UTF-8.
    """
    try:
        data = path.read_bytes()
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        raise error(f"can't be read ({reason})", file=str(path)) from None
    if data.startswith(_UTF16) or data[:1] == b"\0" or data[1:2] == b"\0":
        raise error("the file is UTF-16; save it as UTF-8", file=str(path), expected=SAVE_AS)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = data[: problem.start].count(b"\n") + 1
        raise error("the file is not text in UTF-8", file=str(path), line=line, expected=SAVE_AS) from None
