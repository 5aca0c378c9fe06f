"""Files in TOML as users write them: their content, the line of each key, and keys that are written in two ways."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..basis.errors import ScenarioError
from ..basis.text_file import read_text

KeyPath = tuple[str | int, ...]

ONE_WAY = "one of the two"
MOST_DEEP = 20  # tables and lists within each other; what a file may say needs six
MOST_DIGITS = 4300  # of a whole number, as Python reads it
_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")
_SYNTAX_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_DIGITS = re.compile(rf"[0-9_]{{{MOST_DIGITS},}}")
_TROUBLES = (ValueError, ArithmeticError, LookupError, RuntimeError)  # what tomllib raises; RecursionError too


def dotted(path: Sequence[str | int]) -> str:
    """Write a key as in the documentation: ``world.cuts[0].size``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def split_key(text: str) -> tuple[str, ...]:
    """Split a dotted TOML key into its parts, quotes removed."""
    return tuple(part.strip("\"'") for part in _PART.findall(text))


def key_lines(text: str) -> dict[KeyPath, int]:
    """Find the line, counted from 1, of every table and key of a TOML text."""
    lines: dict[KeyPath, int] = {}
    counts: dict[KeyPath, int] = {}
    table: KeyPath = ()
    quote = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if quote:  # inside a text of several lines nothing is a key
            quote = "" if quote in line else quote
            continue
        header = _HEADER.match(line)
        if header is not None:
            table = _within_last(split_key(header.group(2)), counts, header.group(1) == "[[")
            if header.group(1) == "[[":
                lines.setdefault(table, number)
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            lines[table] = number
            continue
        key = _KEY.match(line)
        if key is not None:
            lines[(*table, *split_key(key.group(1)))] = number
        for mark in ('"""', "'''"):
            if line.count(mark) % 2:
                quote = mark
    return lines


def _within_last(table: KeyPath, counts: Mapping[KeyPath, int], opens: bool) -> KeyPath:
    """Write the place of a table with the number of the list's entry that it stands in, the last one begun."""
    full: KeyPath = ()
    for depth, part in enumerate(table, start=1):
        full = (*full, part)
        if full in counts and not (opens and depth == len(table)):
            full = (*full, counts[full])
    return full


def read_toml(path: Path) -> tuple[dict[str, Any], dict[KeyPath, int]]:
    """Read one TOML file; return its content and the line of each key.

    Raises ScenarioError, with file and line, for a file that is not TOML.
    """
    text = read_text(path, ScenarioError)
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        message = str(problem)
        where = _SYNTAX_LINE.search(message)
        line = int(where.group(1)) if where else max(1, len(text.splitlines()))
        reason = re.sub(r"\s*\(at [^)]*\)", "", message)
        if text.lstrip().startswith("{"):
            reason = "the file is JSON, or begins like one"
        raise ScenarioError(
            f"not valid TOML: {reason}", file=str(path), line=line, expected='TOML, as in key = "value"'
        ) from None
    except _TROUBLES as problem:
        message, line = _trouble(text, problem)
        raise ScenarioError(f"not valid TOML: {message}", file=str(path), line=line) from None
    lines = key_lines(text)
    deep = _deepest(content)
    if len(deep) > MOST_DEEP:
        above = [path for path in lines if path[: len(deep)] == deep[: len(path)]]
        place = lines[max(above, key=len)] if above else 1
        key = str(deep[0])
        raise ScenarioError(
            "tables or lists stand too deep in each other", file=str(path), line=place, key=key,
            expected=f"at most {MOST_DEEP} levels",
        )  # fmt: skip
    return content, lines


def _trouble(text: str, problem: Exception) -> tuple[str, int]:
    """Say what of a text Python can't read though it is TOML, and in which line."""
    rows = text.splitlines() or [""]
    if isinstance(problem, RecursionError):
        deepest = max(range(len(rows)), key=lambda row: rows[row].count("[") + rows[row].count("{"))
        return "tables or lists stand too deep in each other", deepest + 1
    for number, row in enumerate(rows, start=1):
        if _DIGITS.search(row):
            return f"a whole number has more than {MOST_DIGITS} digits", number
    return str(problem), 1


def _deepest(content: object) -> KeyPath:
    """Return the place of the value that stands deepest, found without recursion."""
    deepest: KeyPath = ()
    waiting: list[tuple[KeyPath, object]] = [((), content)]
    while waiting:
        path, value = waiting.pop()
        if len(path) > len(deepest):
            deepest = path
        if len(path) > MOST_DEEP:
            break
        if isinstance(value, dict):
            waiting += [((*path, name), inner) for name, inner in value.items()]
        elif isinstance(value, list):
            waiting += [((*path, place), inner) for place, inner in enumerate(value)]
    return deepest


def leaves(table: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Go through the values of a table and of the tables in it, each with its place."""
    for name, inner in table.items():
        if isinstance(inner, Mapping):
            yield from leaves(inner, (*above, name))
        else:
            yield (*above, name), inner


def full_names(value: Any) -> Any:
    """Turn tables within a table into full parameter names, since TOML reads ``closure.shape = 1`` as a table.

    Raises ScenarioError for a name that is written in two ways.
    """
    if not isinstance(value, Mapping):
        return value
    found = two_ways(value, (), {})
    if found is not None:
        raise ScenarioError(found.message, key=found.key, expected=ONE_WAY)
    return {".".join(path): inner for path, inner in leaves(value)}


@dataclass(frozen=True)
class TwoWays:
    """One key that a table has in two ways: its name in full, where the second way stands, and what to say."""

    key: str
    line: int | None
    message: str


def two_ways(
    table: object, place: KeyPath, lines: Mapping[KeyPath, int], meaning: Callable[[str], str] = str
) -> TwoWays | None:
    """Return the first key of a table that is written in two ways, such as ``a.b`` and ``"a.b"``; None where none is.

    Args:
        table: as TOML gives it.
        place: of the table in its file.
        lines: of the keys of the file.
        meaning: gives the name in full that a dotted name stands for.
    """
    known: dict[str, tuple[str, ...]] = {}
    for path, _ in leaves(table) if isinstance(table, Mapping) else ():
        name = meaning(".".join(path))
        first = known.setdefault(name, path)
        if first != path:
            ways = sorted(((_line(place, way, lines), way) for way in (first, path)), key=lambda one: one[0] or 0)
            said = [_written(way) + (f" in line {line}" if line else "") for line, way in ways]
            return TwoWays(
                dotted((*place, name)), ways[-1][0], f"is written in two ways, as {said[0]} and as {said[1]}"
            )
    return None


def _line(place: KeyPath, path: tuple[str, ...], lines: Mapping[KeyPath, int]) -> int | None:
    """Return the line of a key, or else of the nearest table that holds it."""
    whole = (*place, *path)
    return next((lines[whole[:length]] for length in range(len(whole), 0, -1) if whole[:length] in lines), None)


def _written(path: tuple[str, ...]) -> str:
    """Write a key as it stands in the file, with quotes around a part that has a point in it."""
    return ".".join(f'"{part}"' if "." in part else part for part in path)


def parse_setting(text: str) -> tuple[str, object]:
    """Read one ``key=value`` of the command line; the value is TOML, or else plain text such as ``4 years``."""
    key, equals, value = text.partition("=")
    key, value = key.strip(), value.strip()
    if not equals or not key or not value:
        raise ScenarioError(f"'{text}' sets nothing", file="--set", expected="key=value, as in coordination=0.5")
    if _KEY.fullmatch(f"{key}="):
        key = ".".join(split_key(key))
    try:
        content = tomllib.loads(f"value = {value}")
    except tomllib.TOMLDecodeError:
        if value[0] in "{[\"'":
            raise ScenarioError(
                f"{value} is not a TOML value", file="--set", key=key, expected="a value such as 0.5 or {abrupt = 1}"
            ) from None
        return key, value
    except _TROUBLES as problem:
        raise ScenarioError(_trouble(value, problem)[0], file="--set", key=key) from None
    if len(content) > 1 or len(_deepest(content)) > MOST_DEEP:
        raise ScenarioError("holds more than one value", file="--set", key=key, expected="one value")
    return key, content["value"]
