"""The user's cache: checked files that cost time where they are missing, and nothing else.

It stands where the system keeps caches, or in the folder that `AFTERAID_CACHE` names. What can't be read or written
there is left out. Files are bounded in size together: those not used for longest go first.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .files import UNFINISHED

VARIABLE = "AFTERAID_CACHE"
MOST_BYTES = 2_000_000_000  # of all files together
LARGEST = 0.05  # share of them that one file may take: a large world would push out those of twenty usual ones
_FIRST, _LAST = "state-", ".bin"
_MARK = b"AfterAid state 1\n"
_CHECK_BYTES = hashlib.sha256().digest_size


@dataclass(frozen=True)
class Kept:
    """One file of the cache: where, how large, and when it was last used (seconds since 1970)."""

    path: Path
    size: int
    used: float


def cache_folder() -> Path:
    """Return the folder of the cache; it need not exist."""
    chosen = os.environ.get(VARIABLE, "").strip()
    if chosen:
        return Path(chosen)
    import platformdirs  # here: who reads no state needs no place for one

    return Path(platformdirs.user_cache_dir("afteraid", appauthor=False))


def kept() -> list[Kept]:
    """List the files of the cache, the one not used for longest first; others in the folder are not looked at."""
    found = []
    with suppress(OSError):
        for entry in os.scandir(cache_folder()):
            if entry.name.removeprefix(UNFINISHED).startswith(_FIRST) and entry.name.endswith(_LAST):
                with suppress(OSError):
                    told = entry.stat()
                    found.append(Kept(Path(entry.path), told.st_size, told.st_mtime))
    return sorted(found, key=lambda file: (file.used, file.path.name))


def read_kept(key: str) -> bytes | None:
    """Return what was kept under a key; None where nothing was. A file that is not whole any more is removed."""
    path = cache_folder() / f"{_FIRST}{key}{_LAST}"
    try:
        found = path.read_bytes()
    except OSError:
        return None
    content = memoryview(found)[len(_MARK) + _CHECK_BYTES :]
    if found[: len(_MARK) + _CHECK_BYTES] != _MARK + hashlib.sha256(content).digest():
        with suppress(OSError):
            path.unlink()
        return None
    with suppress(OSError):
        os.utime(path)
    return bytes(content)


def keep(key: str, parts: Sequence[bytes]) -> bool:
    """Keep some bytes under a key, whole or not at all, whoever else writes there; say whether that was possible.

    What would take more than its share of the room is not kept.
    """
    if sum(map(len, parts)) > LARGEST * MOST_BYTES:
        return False
    check = hashlib.sha256()
    for part in parts:
        check.update(part)
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _make_room(sum(map(len, parts)))
        handle, name = tempfile.mkstemp(prefix=f"{UNFINISHED}{_FIRST}", suffix=_LAST, dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.writelines((_MARK, check.digest(), *parts))
            os.replace(name, folder / f"{_FIRST}{key}{_LAST}")
        except BaseException:
            with suppress(OSError):
                os.unlink(name)
            raise
    except OSError:
        return False
    return True


def clear() -> list[Kept]:
    """Remove the files of the cache, and return those that are gone."""
    gone = []
    for file in kept():
        with suppress(OSError):
            file.path.unlink()
            gone.append(file)
    return gone


def _make_room(size: int) -> None:
    """Remove the files not used for longest until a new one has room."""
    files = kept()
    total = sum(file.size for file in files) + size
    for file in files:
        if total <= MOST_BYTES:
            return
        with suppress(OSError):
            file.path.unlink()
        total -= file.size
