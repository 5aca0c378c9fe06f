"""Country, Donor and Initiative: Mesa agents as windows onto the rows of the columns."""

from __future__ import annotations

from typing import Any

import mesa

from .exits import EXITS
from .mechanisms import MECHANISMS
from .state.kinds import KIND_NAMES
from .state.world import GROUPS, PHASES, World


class _Window(mesa.Agent):  # type: ignore[misc]  # Mesa ships no types
    """An agent whose attributes are read from its row; nothing is stored twice."""

    population = ""

    def __init__(self, model: Any, row: int) -> None:
        """Register a window onto one row."""
        super().__init__(model)
        self.row = row

    @property
    def world(self) -> World:
        """Return the world that the row is in."""
        world: World = self.model.world
        return world

    def __getattr__(self, name: str) -> Any:
        """Read a column at this row; unknown names raise AttributeError as usual."""
        if name.startswith("_") or name in ("model", "row", "unique_id"):
            raise AttributeError(name)
        columns = getattr(self.world, self.population)
        if name in type(columns).schema:
            return getattr(columns, name)[self._place()].item()
        raise AttributeError(f"{type(self).__name__} has no attribute '{name}'")

    def _place(self) -> int:
        """Return the row that this agent looks at."""
        return int(self.row)


class Country(_Window):
    """An economy: facts by name (``iso3``, ``region`` ...) and state (``use``, ``price`` ...)."""

    population = "countries"

    def __getattr__(self, name: str) -> Any:
        """Read the state first, then the embedded facts."""
        if not name.startswith("_") and name not in ("model", "row", "unique_id"):
            facts = self.world.reference.countries
            if name in facts.columns and name not in type(self.world.countries).schema:
                return facts[name].iat[self.row]
        return super().__getattr__(name)


class Donor(_Window):
    """A donor: facts by name (``code``, ``type`` ...) and state (``outlay``, ``due`` ...)."""

    population = "donors"

    def __getattr__(self, name: str) -> Any:
        """Read the state first, then the embedded facts."""
        if not name.startswith("_") and name not in ("model", "row", "unique_id"):
            facts = self.world.reference.donors
            if name in facts.columns and name not in type(self.world.donors).schema:
                return facts[name].iat[self.row]
        return super().__getattr__(name)


class Initiative(_Window):
    """A living initiative, found by its identity, so that it stays the same one as rows move."""

    population = "initiatives"

    def __init__(self, model: Any, row: int) -> None:
        """Register a window onto the initiative that is in this row now."""
        super().__init__(model, row)
        self.identity = int(model.world.initiatives.key[row])

    def _place(self) -> int:
        """Return where the initiative is now; one that has closed has no row any more."""
        row: int | None = self.model.rows_by_identity().get(self.identity)
        if row is None:
            raise AttributeError("this initiative has closed; its story is in the record")
        return row

    @property
    def living(self) -> bool:
        """Say whether the initiative still runs."""
        return self.identity in self.model.rows_by_identity()

    @property
    def phase(self) -> str:
        """Return funded, transition, independent or closed."""
        return PHASES[int(self.world.initiatives.phase[self._place()])] if self.living else "closed"

    @property
    def kind(self) -> str:
        """Return what the initiative does."""
        return KIND_NAMES[int(self.world.initiatives.kind[self._place()])]

    @property
    def group(self) -> str:
        """Return whom it serves: urban or rural."""
        return GROUPS[int(self.world.initiatives.group[self._place()])]

    @property
    def mechanism(self) -> str:
        """Return how its money comes."""
        return list(MECHANISMS)[int(self.world.initiatives.mechanism[self._place()])]

    @property
    def exit_strategy(self) -> str:
        """Return how its donor leaves."""
        return list(EXITS)[int(self.world.initiatives.exit[self._place()])]

    @property
    def iso3(self) -> str:
        """Return the host economy."""
        return str(self.world.reference.countries["iso3"].iat[int(self.world.initiatives.country[self._place()])])

    @property
    def donor_code(self) -> str:
        """Return the lead donor."""
        return str(self.world.reference.donors["code"].iat[int(self.world.initiatives.donor[self._place()])])
