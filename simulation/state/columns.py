"""A population as columns: typed, unit-bearing, growing.

A subclass names its columns once; each is then a plain numpy array of the living rows. Columns of one type share one
block of memory, so that founding and closing many rows costs one copy a type and not one a column.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from ..basis.compiled import compiled
from ..basis.units import BoolArray, IntArray

LINE = 8  # rows of a column in a cache line of 64 bytes
SPARE = 4  # when many rows come at once, memory for a quarter of them more is set aside


class Column:
    """What one column holds: its type, its unit and its meaning; on a population, its values.

    The first look at any column of a population makes the views of all, which stand until the number of rows changes.
    """

    def __init__(self, kind: str, unit: str, meaning: str) -> None:
        """Hold what is declared."""
        self.kind, self.unit, self.meaning, self.name = kind, unit, meaning, ""

    def __set_name__(self, owner: type, name: str) -> None:
        """Note the name."""
        self.name = name

    def __get__(self, population: Population | None, owner: type) -> Any:
        """Return the declaration from the class, and the values, (n,), from a population."""
        return self if population is None else population.look(self.name)


def column(kind: str, unit: str, meaning: str) -> Any:
    """Declare a column: numpy type ("f8", "i8" or "u8"), unit and meaning."""
    return Column(kind, unit, meaning)


class Population:
    """Rows of one kind of agent, held as columns."""

    schema: ClassVar[dict[str, Column]] = {}
    room: ClassVar[int] = 64  # rows for which memory is set aside at first

    def __init_subclass__(cls) -> None:
        """Collect the declared columns of a new kind of population."""
        super().__init_subclass__()
        own = {name: value for name, value in vars(cls).items() if isinstance(value, Column)}
        cls.schema = {**cls.schema, **own}

    def __init__(self, rows: int = 0) -> None:
        """Make a population of that many rows, all zero."""
        self.count = 0
        self._blocks: dict[str, npt.NDArray[Any]] = {}
        self._names: dict[str, list[str]] = {}  # of the columns of each block
        self._shown: tuple[str, ...] = ()  # columns that point at the rows that there are
        for kind in sorted({entry.kind for entry in self.schema.values()}):
            self._names[kind] = names = _names(type(self), kind)
            self._blocks[kind] = np.zeros((len(names), apart(max(rows, self.room))), dtype=kind)
        self._show(rows)

    def _show(self, count: int) -> None:
        """Say how many rows there are; all columns are pointed at them when one is asked for next."""
        self.count = count
        for name in self._shown:
            del self.__dict__[name]
        self._shown = ()

    def look(self, name: str) -> npt.NDArray[Any]:
        """Point all columns at the rows that there are, and return one."""
        for kind, block in self._blocks.items():
            self.__dict__.update(zip(self._names[kind], block[:, : self.count], strict=True))
        self._shown = tuple(self.schema)
        shown: npt.NDArray[Any] = self.__dict__[name]
        return shown

    def append(self, rows: int) -> slice:
        """Add rows, all zero, and return where they are."""
        here = self._make_room(rows)
        for block in self._blocks.values():
            block[:, here] = 0
        return here

    def _make_room(self, rows: int) -> slice:
        """Add rows, whatever their memory holds, and return where they are. Memory at least doubles when full."""
        first, last = self.count, self.count + rows
        for kind, block in self._blocks.items():
            if last > block.shape[1]:
                room = apart(max(last + last // SPARE, 2 * block.shape[1]))
                grown = np.zeros((block.shape[0], room), dtype=block.dtype)
                grown[:, :first] = block[:, :first]
                self._blocks[kind] = grown
        self._show(last)
        return slice(first, last)

    def take_over(self, other: Population, rows: IntArray, but: tuple[str, ...] = ()) -> slice:
        """Add rows that are those of another population in all columns that both have; return where they are.

        Columns named in `but` stay zero.
        """
        here, matching = self._make_room(rows.size), _matching(type(other), type(self), but)
        for kind, block in self._blocks.items():
            _copy(other._blocks[kind], rows, block, matching[kind], here.start)
        return here

    def remove(self, rows: IntArray, into: Population | None = None) -> None:
        """Take rows out; the last rows fill the gaps, so row numbers change but identities don't.

        Args:
            rows: which, each once.
            into: another population, which takes over what it has a column for.
        """
        if rows.size == 0:
            return
        left = self.count - rows.size
        if into is not None:
            into.take_over(self, rows)
        gone: BoolArray = np.zeros(self.count, dtype=bool)
        holes, movers = np.empty((2, rows.size), dtype=np.int64)
        gaps = _find_gaps(rows, left, gone, holes, movers)
        for block in self._blocks.values():
            _fill(block, holes[:gaps], movers[:gaps])
        self._show(left)

    def __repr__(self) -> str:
        """Say how many rows and columns there are."""
        return f"<{type(self).__name__}: {self.count:,} rows, {len(self.schema)} columns>"

    def __getstate__(self) -> dict[str, Any]:
        """Pickle the blocks once, not every view of them."""
        hidden = set(self.schema)
        return {name: value for name, value in self.__dict__.items() if name not in hidden} | {"_shown": ()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Rebuild the views after unpickling or copying."""
        self.__dict__.update(state)


def apart(rows: int) -> int:
    """Return room for so many rows at least, such that the columns of a block do not crowd one part of the cache.

    A processor finds a place in its first cache by twelve bits of an address. Columns that were a power of two apart
    would share a few places there. With an odd number of cache lines between them they take all in turn.
    """
    return LINE * (-(-rows // LINE) | 1)


_matches: dict[tuple[Any, ...], dict[str, IntArray]] = {}  # what has been found to match so far


def _matching(source: type[Population], target: type[Population], but: tuple[str, ...] = ()) -> dict[str, IntArray]:
    """Return, for each type, where each column of the target stands in the source's block, -1 where it has none.

    Columns named in `but` have none.
    """
    pair = (source, target, but)
    if pair not in _matches:
        here, there = ({kind: _names(each, kind) for kind in ("f8", "i8", "u8")} for each in (source, target))
        _matches[pair] = {
            kind: np.array([here[kind].index(name) if name in here[kind] and name not in but else -1 for name in names])
            for kind, names in there.items()
        }
    return _matches[pair]


def _names(population: type[Population], kind: str) -> list[str]:
    """Return the names of a population's columns of a type, in the order of their block."""
    return [name for name, entry in population.schema.items() if entry.kind == kind]


@compiled
def _copy(source: npt.NDArray[Any], rows: IntArray, target: npt.NDArray[Any], matching: IntArray, first: int) -> None:
    """Copy some rows of a block of columns into another from a row on; columns that have no match are zero."""
    for column in range(target.shape[0]):
        if matching[column] < 0:
            target[column, first : first + rows.size] = 0
        else:
            for k in range(rows.size):
                target[column, first + k] = source[matching[column], rows[k]]


@compiled
def _fill(block: npt.NDArray[Any], holes: IntArray, movers: IntArray) -> None:
    """Fill holes in a block of columns with other rows of it."""
    for column in range(block.shape[0]):
        for k in range(holes.size):
            block[column, holes[k]] = block[column, movers[k]]


@compiled
def _find_gaps(rows: IntArray, left: int, gone: BoolArray, holes: IntArray, movers: IntArray) -> int:
    """Find the gaps among the first `left` rows when some rows go, and which later row fills each; return how many."""
    for row in rows:
        gone[row] = True
    gaps, mover = 0, left
    for row in range(left):
        if gone[row]:
            while gone[mover]:
                mover += 1
            holes[gaps], movers[gaps] = row, mover
            gaps, mover = gaps + 1, mover + 1
    return gaps
