"""What every financing mechanism answers: how money comes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..basis.units import BoolArray, FloatArray, IntArray
from ..state.parameters import Parameter, Values, declare
from ..state.traits import INCOME_NAMES, MechanismTraits
from ..state.world import World

__all__ = ["Candidates", "Mechanism", "MechanismTraits"]


@dataclass(frozen=True)
class Candidates:
    """Initiatives about to be founded, n of them: what a mechanism or an exit may look at to accept them."""

    donor: IntArray  # rows
    country: IntArray  # rows
    group: IntArray  # 0 urban, 1 rural
    kind: IntArray  # rows of KINDS
    dollars: FloatArray  # that the donor commits, at an initiative scale of 1: a part has the size of its whole
    revenue_potential: FloatArray  # share of running cost that fees could meet


class Mechanism:
    """A way in which money reaches an initiative. Subclass it in one file of its own."""

    name: ClassVar[str]
    title: ClassVar[str]
    description: ClassVar[str]
    parameters: ClassVar[tuple[Parameter, ...]] = ()
    selective: ClassVar[bool] = False  # whether it refuses some candidates: it says which in `eligible`

    def __init_subclass__(cls) -> None:
        """Declare the parameters of a new mechanism."""
        super().__init_subclass__()
        cls.selective = cls.eligible is not Mechanism.eligible
        declare(f"mechanism.{cls.name}", *cls.parameters)

    def traits(self, values: Values) -> MechanismTraits:
        """Return what it does, for one draw of the parameters."""
        return MechanismTraits()

    def eligible(self, world: World, candidates: Candidates) -> BoolArray:
        """Say which candidates it accepts, shape (n,)."""
        return np.ones(candidates.country.size, dtype=bool)

    def read(self, values: Values, name: str) -> float:
        """Return one of its own parameters."""
        return values[f"mechanism.{self.name}.{name}"]

    def by_income(self, values: Values, name: str) -> FloatArray:
        """Return one of its own parameters for low, lower-middle, upper-middle and high income, shape (4,)."""
        return np.array([self.read(values, f"{name}_{group}") for group in INCOME_NAMES])
