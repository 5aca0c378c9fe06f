"""What every exit strategy answers: how the donor leaves."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ..basis.units import QUARTERS_PER_YEAR, BoolArray, FloatArray
from ..mechanisms.base import Candidates
from ..state.levers import Strategy
from ..state.parameters import Parameter, Values, declare
from ..state.traits import ExitTraits
from ..state.world import World

__all__ = ["Exit", "ExitTraits", "quarters"]


class Exit:
    """A way for a donor to leave. Subclass it in one file of its own.

    An exit has no term of its own in the hazard of closure: it works through the four factors only.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    description: ClassVar[str]
    parameters: ClassVar[tuple[Parameter, ...]] = ()
    selective: ClassVar[bool] = False  # whether it refuses some candidates: it says which in `eligible`

    def __init_subclass__(cls) -> None:
        """Declare the parameters of a new exit."""
        super().__init_subclass__()
        cls.selective = cls.eligible is not Exit.eligible
        declare(f"exit.{cls.name}", *cls.parameters)

    def traits(self, values: Values, strategy: Strategy) -> ExitTraits:
        """Return timing and conditions, for one draw of the parameters and the levers of a strategy."""
        return ExitTraits()

    def donor_share(self, progress: FloatArray, values: Values) -> FloatArray:
        """Return the donor's share of operating cost as the transition goes from 0 to 1. Shape of `progress`."""
        return np.zeros_like(progress)

    def government_share(self, progress: FloatArray, values: Values) -> FloatArray:
        """Return the share of operating cost asked of the treasury as the transition goes from 0 to 1."""
        return np.zeros_like(progress)

    def levy_share(self, progress: FloatArray, values: Values) -> FloatArray:
        """Return the share of operating cost asked of the universal service fund as the transition goes on."""
        return np.zeros_like(progress)

    def eligible(self, world: World, candidates: Candidates) -> BoolArray:
        """Say which initiatives about to be founded may be signed with this exit, shape (n,)."""
        return np.ones(candidates.country.size, dtype=bool)

    def read(self, values: Values, name: str) -> float:
        """Return one of its own parameters."""
        return values[f"exit.{self.name}.{name}"]


def quarters(years: float) -> int:
    """Return whole quarters of a time in years."""
    return round(years * QUARTERS_PER_YEAR)
