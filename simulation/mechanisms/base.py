"""What every financing mechanism answers: how money comes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from ..basis.units import BoolArray, FloatArray, IntArray
from ..state.parameters import Parameter, Values, declare
from ..state.world import World

INCOME_NAMES = ("lic", "lmc", "umc", "hic")
COFINANCE = ("private", "government", "levy", "solidarity", "debt_relief", "diaspora")  # the ledger's names


@dataclass(frozen=True)
class Candidates:
    """Initiatives about to be founded, n of them: what a mechanism or an exit may look at to accept them."""

    donor: IntArray  # rows
    country: IntArray  # rows
    group: IntArray  # 0 urban, 1 rural
    kind: IntArray  # rows of KINDS
    dollars: FloatArray  # that the donor commits
    revenue_potential: FloatArray  # share of running cost that fees could meet


@dataclass(frozen=True)
class MechanismTraits:
    """What a mechanism does to the initiatives that it finances; by income group (4,) where it depends on it."""

    cofinance: dict[str, FloatArray] = field(default_factory=dict)  # source -> dollars per donor dollar, (4,)
    fee: float = 0.0  # share of each instalment
    verification: float = 0.0  # share of each instalment that pays for independent verification
    calls: float = 0.0  # share of each instalment that is paid out on called guarantees
    shares_reporting: bool = False  # one reporting line: no transaction cost of fragmentation
    delay: tuple[float, float] = (0.0, 0.0)  # quarters between signature and first instalment
    volatility_transmission: float = 1.0  # share of the donor's volatility that reaches the initiative
    capacity: float = 0.0  # added to the share of funded spending that builds capacity
    ownership: float = 0.0  # added to motivation
    linkages: float = 0.0  # added to linkages
    revenue: float = 0.0  # added to the revenue potential
    participation: float = 0.0  # added to participation at founding
    results_share: float = 0.0  # share of each instalment that is paid for results only
    investors_bear: bool = False  # investors advance what waits for results, and lose it if they fail to come
    performance: float = 1.0  # factor on the service that the same means deliver
    reach: float = 1.0  # people reached per dollar of capital, relative to a project grant
    endowment: float = 0.0  # share of what arrives that is set aside as an endowment


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

    def by_income(self, values: Values, name: str) -> FloatArray:
        """Return one of its own parameters for low, lower-middle, upper-middle and high income, shape (4,)."""
        return np.array([self.read(values, f"{name}_{group}") for group in INCOME_NAMES])


def income_group(world: World, candidates: Candidates) -> IntArray:
    """Return the income group of each candidate's economy: 0 low to 3 high, shape (n,)."""
    return np.asarray(world.facts.countries.income_group[candidates.country])
