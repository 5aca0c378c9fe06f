"""How a field of the state is declared: its type, unit, shape and meaning, and who writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, field, fields
from typing import Any, TypeVar

import numpy as np

Record = TypeVar("Record")


def entry(
    kind: str, unit: str, meaning: str, shape: tuple[str, ...] = (), writer: str = "beginning", first: float = 0.0
) -> Any:
    """Declare a field of the state.

    Args:
        kind: numpy type: "f8", "i8", "u8", "?" or "U" for text.
        unit: of each value.
        meaning: what it says.
        shape: names of the axes, such as ("C", "K"); none is a single number.
        writer: the module of `simulation/processes` that writes it; "beginning" for what never changes.
        first: value before anybody has written.
    """
    told = {"kind": kind, "unit": unit, "meaning": meaning, "shape": shape, "writer": writer, "first": first}
    if shape or writer == "beginning":
        return field(metadata=told)
    return field(default=np.dtype(kind).type(first).item(), metadata=told)


def blank(record: type[Record], sizes: Mapping[str, int]) -> Record:
    """Make a record of declared fields with every array in place, all at its first value.

    Args:
        record: a dataclass whose fields are declared with :func:`entry`.
        sizes: length of each axis, by name.
    """
    arrays = {}
    for declared in _declared(record):
        told = declared.metadata
        if told["shape"]:
            shape = tuple(sizes[axis] for axis in told["shape"])
            arrays[declared.name] = np.full(shape, told["first"], dtype=told["kind"])
    return record(**arrays)


def protect(record: object) -> None:
    """Let nobody write into the arrays of a record of facts."""
    for declared in _declared(type(record)):
        value = getattr(record, declared.name)
        if isinstance(value, np.ndarray):
            value.setflags(write=False)


def _declared(record: Any) -> list[Field[Any]]:
    """Return the fields of a dataclass; a default that no declaration gave is a defect."""
    found = list(fields(record))
    for each in found:
        if each.default is not MISSING and not each.metadata:
            raise TypeError(f"{record.__name__}.{each.name} has no declaration")
    return found
