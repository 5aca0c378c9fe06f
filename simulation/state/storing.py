"""What changes in a world between its beginning and its start year, as plain arrays and numbers, and back again.

The rest of a world follows from the scenario, the seed and the replicate: `beginning/begin.py` makes that part anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from .columns import Population
from .world import World

Array = npt.NDArray[Any]
Number = int | float | bool
State = dict[str, Array | Number]  # by place in the world, such as countries.use, quarter
CHANGES = (
    "quarter", "countries", "donors", "initiatives", "stopped", "dyads", "now", "memory", "tally", "ledger",
    "solidarity_fund",
)  # fmt: skip
MADE_ANEW = (
    "reference", "facts", "levers", "planned", "settings", "values", "streams", "first_year", "start_year",
    "stories_from", "focus", "counterfactual", "recorded",
)  # fmt: skip
KEPT_FROM_THE_START = ("closed", "yearly")  # what no table shows of earlier years


def take_state(world: World) -> State:
    """Copy out what changes in a world."""
    return {name: value for part in CHANGES for name, value in _parts(part, getattr(world, part))}


def put_state(world: World, state: State) -> None:
    """Put a state into a world that has just begun; the world shares no memory with the state."""
    for name in ("countries", "donors", "initiatives", "stopped"):
        population: Population = getattr(world, name)
        column = state[f"{name}.{next(iter(population.schema))}"]
        population.append(np.size(column) - population.count)
    for name, value in state.items():
        _put(world, name.split("."), value)


def _parts(name: str, value: object) -> Iterator[tuple[str, Array | Number]]:
    """Yield each array and number of a part of a world, with its place."""
    if isinstance(value, np.ndarray):
        yield name, value.copy()
    elif isinstance(value, np.generic):
        yield name, np.asarray(value)
    elif isinstance(value, (bool, int, float)):
        yield name, value
    elif isinstance(value, Population):
        for column in value.schema:
            yield f"{name}.{column}", getattr(value, column).copy()
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _parts(f"{name}.{key}", part)
    elif hasattr(value, "__dict__"):
        for key, part in vars(value).items():
            yield from _parts(f"{name}.{key}", part)
    else:
        raise TypeError(f"{name} is neither an array nor a number, and can't be stored")


def _put(holder: Any, place: list[str], value: Array | Number) -> None:
    """Put a value at its place: into the array that is there, where the shape is the same."""
    for step in place[:-1]:
        holder = holder[step] if isinstance(holder, dict) else getattr(holder, step)
    last = place[-1]
    present = holder[last] if isinstance(holder, dict) else getattr(holder, last)
    if isinstance(value, np.ndarray):
        if isinstance(present, np.ndarray) and present.shape == value.shape and present.dtype == value.dtype:
            present[...] = value
            return
        value = value.copy() if value.ndim else value[()]
    if isinstance(holder, dict):
        holder[last] = value
    else:
        setattr(holder, last, value)
