"""Short forms of objects for a terminal and a notebook: one screen at most, however much an object holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from .errors import shown

MOST_LINES, WIDTH = 22, 100


class Short:
    """A record whose `repr` names each part in one line: tables and arrays by their size, never by what is in them."""

    def __init_subclass__(cls, **options: Any) -> None:
        """Give a record the short form; a decorator for dataclasses leaves it in place."""
        super().__init_subclass__(**options)
        if "__repr__" not in vars(cls):
            cls.__repr__ = _as_record  # type: ignore[method-assign]


def _as_record(record: object) -> str:
    """Write a record: its class, and a line for each field."""
    names = [field.name for field in fields(record)] if is_dataclass(record) else list(vars(record))
    return written(type(record).__name__, {name: getattr(record, name, None) for name in names})


def written(title: str, parts: Mapping[str, object]) -> str:
    """Write an object with its parts: on one line where they have room, else a line for each, and no more than fit."""
    lines = [f"{name}={in_short(part)}" for name, part in parts.items()]
    one = f"{title}({', '.join(lines)})"
    if len(one) <= WIDTH:
        return one
    kept = [_cut(line, WIDTH - 3) for line in lines[:MOST_LINES]]
    more = [f"... and {len(lines) - MOST_LINES} more"] if len(lines) > MOST_LINES else []
    return "\n".join([f"{title}(", *(f"  {line}" for line in [*kept, *more]), ")"])


def in_short(part: object) -> str:
    """Write one part of an object in a few words."""
    columns = getattr(part, "columns", None)
    if columns is not None and hasattr(part, "iloc"):
        return f"<table: {len(part):,} rows of {_named(columns)}>"  # type: ignore[arg-type]
    if hasattr(part, "dtype") and getattr(part, "shape", None):
        size = " x ".join(f"{length:,}" for length in part.shape)  # type: ignore[attr-defined]
        return f"<array: {size}, {part.dtype}>"
    if isinstance(part, Mapping):
        return shown(part) if len(part) < 3 and len(shown(part)) < 60 else f"<{len(part):,} entries: {_named(part)}>"
    if isinstance(part, (list, tuple, set, frozenset)):
        plain = all(isinstance(one, (str, int, float)) for one in part)
        return shown(part) if plain and len(part) < 7 else f"<{len(part):,} items>"
    if hasattr(type(part), "model_fields"):
        said = repr(part)
        return said if "\n" not in said and len(said) < 70 else f"<{type(part).__name__}>"
    if isinstance(part, Short) or is_dataclass(part):
        return f"<{type(part).__name__}>"
    return shown(part)


def _named(names: Any) -> str:
    """List the first few names."""
    first = [str(name) for name in list(names)[:5]]
    return ", ".join(first) + (", ..." if len(names) > len(first) else "")


def _cut(line: str, most: int) -> str:
    """Cut a line that is too long."""
    line = " ".join(line.split())
    return line if len(line) <= most else f"{line[: most - 3]}..."
