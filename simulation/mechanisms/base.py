"""What every financing mechanism answers: how money comes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from ..parameters import Parameter, Values, declare
from ..units import BoolArray, FloatArray, IntArray
from ..world import World

INCOME_NAMES = ("lic", "lmc", "umc", "hic")


@dataclass(frozen=True)
class Candidates:
    """Initiatives about to be founded, n of them: what a mechanism may look at to accept them."""

    country: IntArray
    kind: IntArray
    dollars: FloatArray
    revenue_potential: FloatArray


@dataclass(frozen=True)
class MechanismTraits:
    """What a mechanism does to the initiatives that it finances; by income group (4,) where it depends on it."""

    private_leverage: FloatArray = field(default_factory=lambda: np.zeros(4))  # private dollars per donor dollar
    government_match: FloatArray = field(default_factory=lambda: np.zeros(4))  # treasury dollars per donor dollar
    fee: float = 0.0  # share of each instalment
    shares_reporting: bool = False  # one reporting line: no transaction cost of fragmentation
    delay: tuple[float, float] = (0.0, 0.0)  # quarters between signature and first instalment
    volatility_transmission: float = 1.0  # share of the donor's volatility that reaches the initiative
    ownership: float = 0.0  # added to motivation
    linkages: float = 0.0  # added to linkages
    revenue: float = 0.0  # added to the revenue potential


class Mechanism:
    """A way in which money reaches an initiative. Subclass it in one file of its own."""

    name: ClassVar[str]
    title: ClassVar[str]
    description: ClassVar[str]
    parameters: ClassVar[tuple[Parameter, ...]] = ()

    def __init_subclass__(cls) -> None:
        """Declare the parameters of a new mechanism."""
        super().__init_subclass__()
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
