"""One check of arguments for the commands and for Python: what can't be used is refused before anything runs.

Whole numbers may be Python's or NumPy's. A number with a fraction, a text, and True or False are no whole numbers.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from numbers import Integral
from pathlib import Path
from typing import Any

import numpy as np

from .errors import InputError, shown

LARGEST_SEED = 2**63 - 1
LARGEST_REPLICATE = 2**31 - 1
MOST_RUNS = 100_000  # of one scenario
MOST_RUNS_OF_A_STUDY = 100_000_000
EARLIEST_YEAR, LATEST_YEAR = 1900, 2100


def whole(key: str, value: object, least: int = 0, most: int | None = None) -> int:
    """Return a whole number of a range.

    Raises InputError, with the key and the range, for anything else.
    """
    expected = f"a whole number from {least}" + ("" if most is None else f" to {most}")
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise InputError(f"{shown(value)} is not a whole number", key=key, expected=expected)
    number = int(value)
    if number < least or (most is not None and number > most):
        raise InputError(f"{shown(number)} is out of range", key=key, expected=expected)
    return number


def whole_or_none(key: str, value: object, least: int = 0, most: int | None = None) -> int | None:
    """Return a whole number of a range, or None where nothing was given."""
    return None if value is None else whole(key, value, least, most)


def wholes(key: str, values: object, least: int = 0) -> list[int]:
    """Return a list of one or more whole numbers."""
    expected = f"one or more whole numbers from {least}"
    found = [whole(key, value, least) for value in _listed(key, values, expected)]
    if not found:
        raise InputError("nothing is in the list", key=key, expected=expected)
    return found


def seed(value: object) -> int:
    """Return a seed."""
    return whole("seed", value, 0, LARGEST_SEED)


def seed_or_none(value: object) -> int | None:
    """Return a seed, or None where nothing was given."""
    return None if value is None else seed(value)


def year(key: str, value: object) -> int:
    """Return a year."""
    return whole(key, value, EARLIEST_YEAR, LATEST_YEAR)


def draws(value: object, least: int = 0) -> int:
    """Return a number of draws."""
    return whole("draws", value, least, MOST_RUNS)


def replicate(value: object) -> int:
    """Return the number of a replicate."""
    return whole("replicate", value, 0, LARGEST_REPLICATE)


def runs_or_none(value: object, most: int = MOST_RUNS) -> int | None:
    """Return a number of runs, or None where nothing was given."""
    return whole_or_none("runs", value, 1, most)


def workers_or_none(value: object) -> int | None:
    """Return a number of workers, or None where nothing was given."""
    return whole_or_none("workers", value, 1)


def at_work(workers: object, progress: Callable[..., Any] | None) -> int | None:
    """Return the number of workers, or None; refuse a progress that can't be called before anything runs."""
    callback("progress", progress)
    return workers_or_none(workers)


def truth(key: str, value: object) -> bool:
    """Return True or False.

    Raises InputError for anything else.
    """
    if not isinstance(value, (bool, np.bool_)):
        raise InputError(f"{shown(value)} is neither true nor false", key=key, expected="True or False")
    return bool(value)


def callback(key: str, value: Callable[..., Any] | None) -> None:
    """Refuse what can't be called, before anything runs; None is left out."""
    if value is not None and not callable(value):
        raise InputError(f"{shown(value)} can't be called", key=key, expected="a function, or None")


def texts(key: str, values: object) -> tuple[str, ...]:
    """Return a list of texts; one text alone is no list."""
    expected = "a list of texts"
    found = []
    for value in _listed(key, values, expected):
        if not isinstance(value, str):
            raise InputError(f"{shown(value)} is not a text", key=key, expected=expected)
        found.append(value)
    return tuple(found)


def _listed(key: str, values: object, expected: str) -> list[object]:
    """Return what is in a list, a tuple, an array of one axis, or the like; a text and a mapping are no list."""
    no_list = isinstance(values, (str, bytes, bytearray, Mapping)) or len(getattr(values, "shape", "1")) != 1
    if no_list or not isinstance(values, Iterable):
        raise InputError(f"{shown(values)} is no list", key=key, expected=expected)
    return list(values)


def text_or_none(key: str, value: object) -> str | None:
    """Return a text, or None where nothing was given."""
    if value is not None and not isinstance(value, str):
        raise InputError(f"{shown(value)} is not a text", key=key, expected="a text")
    return value


def name_or_path(key: str, value: object) -> str | Path:
    """Return a text as it is, and what stands for a path as a path.

    Raises InputError for anything else, and for what no path can be on this machine.
    """
    if isinstance(value, str):
        _path(key, value)
        return value
    return place(key, value)


def place(key: str, value: object) -> Path:
    """Return the path of a file or folder, given as a text or as what stands for a path (`os.PathLike`).

    Raises InputError for anything else, and for what no path can be on this machine.
    """
    text = value
    if isinstance(value, os.PathLike):
        text = os.fspath(value)
    if not isinstance(text, str):
        raise InputError(f"{shown(value)} is no path", key=key, expected="a text or a path")
    return _path(key, text)


def _path(key: str, text: str) -> Path:
    """Return a text as a path that this machine can have."""
    try:
        os.stat(text)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        pass
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        raise InputError(f"{shown(text)} can't be a path ({reason})", key=key, expected="another name") from None
    return Path(text)
