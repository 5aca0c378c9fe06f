"""What every exit strategy answers: how the donor leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ..basis.units import QUARTERS_PER_YEAR, BoolArray, FloatArray
from ..mechanisms.base import Candidates
from ..state.parameters import Parameter, Values, declare
from ..state.world import World


@dataclass(frozen=True)
class ExitTraits:
    """Timing and side conditions of an exit, in quarters and shares."""

    transition: int = 0  # quarters between the end of full funding and the exit
    extension: int = 0  # quarters by which the exit may be put off while readiness is missing
    threshold: float = 0.0  # observed sustainability at which the donor may leave (0: leaves on the date)
    capacity_spending: float = 0.0  # share of the donor's transition money that builds capacity
    linkages: float = 0.0  # added to linkages once the transition has begun
    ownership: float = 0.0  # added to motivation once the transition has begun
    revenue: float = 0.0  # added to the revenue potential when the transition begins
    reach: float = 1.0  # factor on the people served when the transition begins
    endowment: float = 0.0  # share of what arrives in the funded years that is set aside as an endowment


class Exit:
    """A way for a donor to leave. Subclass it in one file of its own.

    An exit has no term of its own in the hazard of closure: it works through the four factors only.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    description: ClassVar[str]
    parameters: ClassVar[tuple[Parameter, ...]] = ()

    def __init_subclass__(cls) -> None:
        """Declare the parameters of a new exit."""
        super().__init_subclass__()
        declare(f"exit.{cls.name}", *cls.parameters)

    def traits(self, values: Values, strategy: Any) -> ExitTraits:
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
