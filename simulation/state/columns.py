"""A population as columns: typed, unit-bearing, growing.

A subclass names its columns once; each is then a plain numpy array of the living rows. Each number has eight bytes,
whatever its type, so that all columns share one block of memory, and founding or closing many rows costs one copy.
"""

from __future__ import annotations

from itertools import chain
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from ..basis.compiled import compiled
from ..basis.units import IntArray, KeyArray

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
    _of_type: ClassVar[dict[str, list[str]]] = {}  # columns by type
    _place: ClassVar[dict[str, int]] = {}  # of each column in the block; those of one type stand side by side
    count: int  # of rows
    _block: KeyArray  # (columns, rows for which there is memory), with the bits of all numbers

    def __init_subclass__(cls) -> None:
        """Collect the declared columns of a new kind of population."""
        super().__init_subclass__()
        own = {name: value for name, value in vars(cls).items() if isinstance(value, Column)}
        cls.schema = {**cls.schema, **own}
        kinds = dict.fromkeys(entry.kind for entry in cls.schema.values())
        cls._of_type = {kind: [name for name, entry in cls.schema.items() if entry.kind == kind] for kind in kinds}
        cls._place = {name: place for place, name in enumerate(chain.from_iterable(cls._of_type.values()))}

    def __init__(self, rows: int = 0) -> None:
        """Make a population of that many rows, all zero."""
        self._block = np.zeros((len(self.schema), apart(max(rows, self.room))), dtype=np.uint64)
        self._show(rows)

    def _show(self, count: int) -> None:
        """Say how many rows there are; all columns are pointed at them when one is asked for next."""
        self.__dict__ = {"_block": self._block, "count": count}

    def look(self, name: str) -> npt.NDArray[Any]:
        """Point all columns at the rows that there are, and return one."""
        first = 0
        for kind, names in self._of_type.items():
            last = first + len(names)
            self.__dict__.update(zip(names, self._block[first:last, : self.count].view(kind), strict=True))
            first = last
        shown: npt.NDArray[Any] = self.__dict__[name]
        return shown

    def append(self, rows: int) -> slice:
        """Add rows, all zero, and return where they are."""
        here = self._make_room(rows)
        self._block[:, here] = 0
        return here

    def _make_room(self, rows: int) -> slice:
        """Add rows, whatever their memory holds, and return where they are. Memory at least doubles when full."""
        first, last = self.count, self.count + rows
        columns, room = self._block.shape
        if last > room:
            grown = np.zeros((columns, apart(max(last + last // SPARE, 2 * room))), dtype=np.uint64)
            grown[:, :first] = self._block[:, :first]
            self._block = grown
        self._show(last)
        return slice(first, last)

    def take_over(self, other: Population, rows: IntArray, but: tuple[str, ...] = (), **own: npt.ArrayLike) -> slice:
        """Add rows that are those of another population in all columns that both have; return where they are.

        Columns named in `but` stay zero. `own` has the values of columns that differ, (rows,) or one for all.
        """
        here = self._make_room(rows.size)
        _copy(other._block, rows, self._block, _matching(type(other), type(self), but), here.start)
        for name, values in own.items():
            self._block[self._place[name], here].view(self.schema[name].kind)[:] = values
        return here

    def remove(self, rows: IntArray) -> None:
        """Take rows out, in ascending order; the last ones fill the gaps, so row numbers change but identities don't.

        Raises:
            ValueError: a row stands twice, or before a lower one.
        """
        if rows.size:
            left = self.count - rows.size
            _close_gaps(self._block, rows, left)
            self._show(left)

    def __repr__(self) -> str:
        """Say how many rows and columns there are."""
        return f"<{type(self).__name__}: {self.count:,} rows, {len(self.schema)} columns>"

    def __getstate__(self) -> dict[str, Any]:
        """Pickle the block once, not every view of it."""
        return {"_block": self._block, "count": self.count}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Rebuild the views after unpickling or copying."""
        self.__dict__.update(state)


def apart(rows: int) -> int:
    """Return room for so many rows at least, such that the columns of a block do not crowd one part of the cache.

    A processor finds a place in its first cache by twelve bits of an address. Columns that were a power of two apart
    would share a few places there. With an odd number of cache lines between them they take all in turn.
    """
    return LINE * (-(-rows // LINE) | 1)


_matches: dict[tuple[Any, ...], IntArray] = {}  # what has been found to match so far


def _matching(source: type[Population], target: type[Population], but: tuple[str, ...]) -> IntArray:
    """Return where each column of the target stands in the source's block; -1 for no place, or if named in `but`."""
    pair = (source, target, but)
    if pair not in _matches:
        _matches[pair] = np.array([-1 if name in but else source._place.get(name, -1) for name in target._place])
    return _matches[pair]


@compiled
def _copy(source: KeyArray, rows: IntArray, target: KeyArray, matching: IntArray, first: int) -> None:
    """Copy some rows of a block of columns into another from a row on; columns that have no match are zero."""
    for column in range(target.shape[0]):
        to = target[column, first : first + rows.size]
        if matching[column] < 0:
            to[:] = 0
        else:
            column_of_source = source[matching[column]]
            for k in range(rows.size):
                to[k] = column_of_source[np.uint64(rows[k])]  # no index counts from the end


@compiled
def _close_gaps(block: KeyArray, gone: IntArray, left: int) -> None:
    """Fill the gaps that rows leave, in ascending order, among the first `left` of a block with later ones."""
    for k in range(1, gone.size):
        if gone[k] <= gone[k - 1]:
            raise ValueError("rows to be removed are not in ascending order")
    gaps = np.searchsorted(gone, left)
    movers, mover, later = np.empty(gaps, dtype=np.int64), left, gaps
    for k in range(gaps):
        while later < gone.size and gone[later] == mover:
            mover, later = mover + 1, later + 1
        movers[k] = mover
        mover += 1
    for column in block:
        for k in range(gaps):
            column[np.uint64(gone[k])] = column[np.uint64(movers[k])]  # no index counts from the end
