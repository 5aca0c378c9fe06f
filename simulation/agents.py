"""Country, Donor and Initiative: Mesa agents as windows onto the rows of the columns.

A window stores nothing of the world. Reading `agent.use` reads the column of that name in the row of the agent. Writing
there raises :class:`ReadOnlyError`. Other names are free for the user's own attributes, as Mesa users set them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar

import mesa
import numpy as np

from .basis.errors import AfterAidError
from .basis.late import pd
from .exits import EXITS
from .mechanisms import MECHANISMS
from .processes.delivery import sustainability
from .state.columns import Population
from .state.kinds import KIND_NAMES
from .state.world import GROUPS, PHASES, Countries, Donors, Initiatives, World

# Columns of numbers that stand for words; a window reads the word. Their numbers are in the world's columns.
WORDS: Mapping[str, Sequence[str]] = MappingProxyType(
    {"phase": PHASES, "kind": KIND_NAMES, "group": GROUPS, "mechanism": tuple(MECHANISMS)}
)
_OF_MESA = frozenset({"model", "unique_id", "pos"})  # what Mesa sets on every agent


class ReadOnlyError(AfterAidError, AttributeError):
    """What an agent shows can't be written to: it is the world's."""


class _Window(mesa.Agent):  # type: ignore[misc]  # Mesa ships no types
    """An agent whose attributes are read from its row; nothing is stored twice."""

    _columns: ClassVar[type[Population]] = Population
    _place_in_world: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        """Refuse a subclass whose own names would hide columns of the world."""
        super().__init_subclass__()
        hidden = sorted(name for name in vars(cls) if name in cls._columns.schema and name not in WORDS)
        if hidden:
            raise TypeError(f"{cls.__name__}.{hidden[0]} would hide the column of this name; choose another name")

    def __init__(self, model: Any, row: int) -> None:
        """Register a window onto one row."""
        super().__init__(model)
        self._row = row

    @property
    def world(self) -> World:
        """Return the world that the row is in."""
        world: World = self.model.world
        return world

    @property
    def row(self) -> int:
        """Return the row of the columns that this agent looks at now."""
        return int(self._row)

    @property
    def facts(self) -> dict[str, Any]:
        """Return all embedded facts by name, also those whose name a column has (the column is the state of today)."""
        table = self._facts()
        return {} if table is None else {str(name): _plain(table[name].iat[self.row]) for name in table.columns}

    def _facts(self) -> pd.DataFrame | None:
        """Return the table of facts, one row for each window."""
        return None

    def __getattr__(self, name: str) -> Any:
        """Read the column of this name, or else the fact; unknown names raise AttributeError as usual."""
        if not name.startswith("_") and name not in _OF_MESA:
            if name in self._columns.schema:
                value = getattr(getattr(self.world, self._place_in_world), name)[self.row].item()
                return WORDS[name][value] if name in WORDS else value
            facts = self._facts()
            if facts is not None and name in facts.columns:
                return _plain(facts[name].iat[self.row])
        found = getattr(type(self), name, None)
        if isinstance(found, property) and found.fget is not None:
            return found.fget(self)  # Python asks here when a property has raised: let the error say why
        raise AttributeError(f"{type(self).__name__} has no attribute '{name}'", name=name, obj=self)

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute of the user's own; what the world holds can't be written to."""
        if not name.startswith("_") and name not in _OF_MESA and self._shows(name):
            raise ReadOnlyError(
                f"{type(self).__name__}.{name} can't be set: an agent only shows the world. To change the world, set "
                "levers (FinancingModel(funding=0.5)), write a scenario, or resume a snapshot with other levers"
            )
        super().__setattr__(name, value)

    def _shows(self, name: str) -> bool:
        """Say whether a name is a column, a fact or a property of this window."""
        if name in self._columns.schema or isinstance(getattr(type(self), name, None), property):
            return True
        facts = self._facts() if "model" in self.__dict__ else None
        return facts is not None and name in facts.columns

    def __dir__(self) -> list[str]:
        """List columns and facts beside the usual names."""
        facts = self._facts() if "model" in self.__dict__ else None
        return sorted({*super().__dir__(), *self._columns.schema, *map(str, () if facts is None else facts.columns)})

    def __repr__(self) -> str:
        """Name the agent in one line."""
        return f"<{type(self).__name__} {self._named()}>"

    def _named(self) -> str:
        """Return the name of the agent."""
        return str(self.__dict__.get("unique_id"))


class Country(_Window):
    """An economy: state (``use``, ``price`` ...) and facts (``iso3``, ``region`` ...); the state goes first."""

    _columns = Countries
    _place_in_world = "countries"

    def _facts(self) -> pd.DataFrame:
        return self.world.reference.countries

    def _named(self) -> str:
        return f"{self.iso3} ({self.name}): use {self.use:.1%}"


class Donor(_Window):
    """A donor: state (``outlay``, ``due`` ...) and facts (``code``, ``type`` ...); the state goes first."""

    _columns = Donors
    _place_in_world = "donors"

    def _facts(self) -> pd.DataFrame:
        return self.world.reference.donors

    def _named(self) -> str:
        return f"{self.code} ({self.name})"


class Initiative(_Window):
    """A living initiative, found by its identity, so that it stays the same one as rows move.

    ``phase``, ``kind``, ``group`` and ``mechanism`` read as words. ``phase`` of one that has closed is ``"closed"``.
    """

    _columns = Initiatives
    _place_in_world = "initiatives"

    def __init__(self, model: Any, row: int) -> None:
        """Register a window onto the initiative that is in this row now."""
        super().__init__(model, row)
        self._identity = int(model.world.initiatives.key[row])

    @property
    def identity(self) -> int:
        """Return the identity, the `key` of the tables, which never changes."""
        return self._identity

    @property
    def row(self) -> int:
        """Return where the initiative is now; one that has closed has no row any more."""
        row: int | None = self.model.rows_by_identity().get(self._identity)
        if row is None:
            raise AttributeError("this initiative has closed; its story is in the record")
        return row

    @property
    def living(self) -> bool:
        """Say whether the initiative still runs."""
        return self._identity in self.model.rows_by_identity()

    @property
    def phase(self) -> str:
        """Return funded, transition, independent or closed."""
        return PHASES[int(self.world.initiatives.phase[self.row])] if self.living else PHASES[-1]

    @property
    def exit_strategy(self) -> str:
        """Return how its donor leaves."""
        return list(EXITS)[int(self.world.initiatives.exit[self.row])]

    @property
    def iso3(self) -> str:
        """Return the host economy."""
        return str(self.world.reference.countries["iso3"].iat[int(self.world.initiatives.country[self.row])])

    @property
    def donor_code(self) -> str:
        """Return the lead donor."""
        return str(self.world.reference.donors["code"].iat[int(self.world.initiatives.donor[self.row])])

    @property
    def sustainability(self) -> float:
        """Return its index of sustainability, 0 to 1."""
        return float(sustainability(self.world, np.array([self.row]))[0])

    def _named(self) -> str:
        if not self.living:
            return f"{self._identity}: closed"
        return f"{self._identity}: {self.kind} in {self.iso3} by {self.donor_code}, {self.phase}"


def _plain(value: Any) -> Any:
    """Return a number of a table as Python has numbers."""
    return value.item() if hasattr(value, "item") else value
