"""What a mechanism does and how an exit goes: each trait is declared once, for one way and for the table of all.

`MechanismTraits` and `ExitTraits` hold the traits of one way as numbers. The same records hold arrays in `Traits`, one
element a way, so that whole columns can be looked up: ``world.traits.mechanism.fee[initiatives.mechanism]``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, Generic, TypeVar

import numpy as np

from ..basis.short import Short
from ..basis.units import BoolArray, FloatArray, IntArray

PROGRESS_STEPS = 40  # resolution of a transition's progress: a ten-year transition has 40 quarters
COFINANCE = ("private", "government", "levy", "solidarity", "debt_relief", "diaspora")  # the ledger's names
INCOME_NAMES = ("lic", "lmc", "umc", "hic")

Number = TypeVar("Number")  # float for one way, an array for all
Whole = TypeVar("Whole")  # int for one way, an array for all
Way = TypeVar("Way", "MechanismRecord[Any]", "ExitRecord[Any, Any]")


def trait(first: float, unit: str, meaning: str) -> Any:
    """Declare a trait with the value that it has where a way doesn't say otherwise."""
    return field(default=first, metadata={"unit": unit, "meaning": meaning})


@dataclass(frozen=True)
class MechanismRecord(Generic[Number]):
    """What a mechanism does to the initiatives that it finances; (4,) by income group where it depends on it."""

    cofinance: dict[str, FloatArray] = field(  # source -> (4,) for one way, (M, 4) for all
        default_factory=dict, metadata={"unit": "dollars per donor dollar that arrives", "meaning": "what others add"}
    )
    fee: Number = trait(0.0, "share of each instalment", "fees")
    verification: Number = trait(0.0, "share of each instalment", "independent verification")
    calls: Number = trait(0.0, "share of each instalment", "paid out on called guarantees")
    shares_reporting: Number = trait(0.0, "0 or 1", "one reporting line: no transaction cost of fragmentation")
    shortest_delay: Number = trait(0.0, "quarters", "least time between signature and first instalment")
    longest_delay: Number = trait(0.0, "quarters", "most time between signature and first instalment")
    volatility_transmission: Number = trait(1.0, "share", "the donor's volatility that reaches the initiative")
    capacity: Number = trait(0.0, "share", "added to the share of instalments that builds capacity")
    partners: Number = trait(0.0, "organisations", "partners that stay in touch with it")
    price: Number = trait(1.0, "ratio", "price asked of users over that which other initiatives ask")
    participation: Number = trait(0.0, "0-1", "added to participation at founding")
    results_share: Number = trait(0.0, "share of each instalment", "paid for results only")
    investors_bear: Number = trait(0.0, "0 or 1", "investors advance what waits for results, and lose what fails")
    performance: Number = trait(1.0, "ratio", "service that the same means deliver")
    reach: Number = trait(1.0, "ratio", "people reached per dollar of capital, relative to a project grant")
    endowment: Number = trait(0.0, "share of running cost", "that the draw of an endowment is to carry")


@dataclass(frozen=True)
class ExitRecord(Generic[Number, Whole]):
    """Timing and side conditions of an exit."""

    transition: Whole = trait(0, "quarters", "time between the end of full funding and the exit")
    extension: Whole = trait(0, "quarters", "time by which the exit may be put off while readiness is missing")
    threshold: Number = trait(0.0, "0-1", "observed readiness at which the donor may leave; 0: leaves on the date")
    capacity_spending: Number = trait(0.0, "share", "the donor's transition money that builds capacity")
    participation: Number = trait(0.0, "0-1", "added to participation when the transition begins")
    price: Number = trait(1.0, "ratio", "price asked of users over that asked before, when the transition begins")
    reach: Number = trait(1.0, "ratio", "people still served when the transition begins")
    endowment: Number = trait(0.0, "share of running cost", "that the draw of an endowment is to carry")


MechanismTraits = MechanismRecord[float]
ExitTraits = ExitRecord[float, int]


@dataclass(frozen=True)
class Traits(Short):
    """All mechanisms (M) and exits (X) as tables that whole columns can be looked up in."""

    names: dict[str, int]  # mechanism name -> row
    exit_names: dict[str, int]
    mechanism: MechanismRecord[FloatArray]  # (M,) each; co-finance (M, 4) by income group
    exit: ExitRecord[FloatArray, IntArray]  # (X,) each
    donor_share: FloatArray  # (X, PROGRESS_STEPS + 1) of operating cost, by progress of the transition
    government_share: FloatArray  # (X, PROGRESS_STEPS + 1)
    levy_share: FloatArray  # (X, PROGRESS_STEPS + 1)

    @cached_property
    def ratios(self) -> FloatArray:
        """Return the ratios of co-finance, (sources, M, income groups), sources in the order of their tables."""
        return np.array(list(self.mechanism.cofinance.values()))

    @cached_property
    def draws(self) -> BoolArray:
        """Return on which sources of co-finance each mechanism draws, (sources, M)."""
        return np.asarray(self.ratios.sum(axis=2) > 0.0)

    @cached_property
    def draws_on_any(self) -> BoolArray:
        """Return which mechanisms draw on any source of co-finance, (M,)."""
        return np.asarray(self.draws.any(axis=0))


def all_mechanisms(ways: Sequence[MechanismTraits]) -> MechanismRecord[FloatArray]:
    """Stack the traits of mechanisms into arrays."""
    return MechanismRecord(**_stacked(ways), cofinance=_cofinance([way.cofinance for way in ways]))


def all_exits(ways: Sequence[ExitTraits]) -> ExitRecord[FloatArray, IntArray]:
    """Stack the traits of exits into arrays; those in whole numbers stay whole."""
    return ExitRecord(**_stacked(ways))


def _stacked(ways: Sequence[Way]) -> dict[str, Any]:
    """Return an array for each trait that is a number, whole where its default is."""
    numbers = {each.name: type(each.default) for each in fields(ways[0]) if isinstance(each.default, int | float)}
    return {name: np.array([getattr(way, name) for way in ways], dtype=kind) for name, kind in numbers.items()}


def _cofinance(ratios: list[dict[str, FloatArray]]) -> dict[str, FloatArray]:
    """Turn each mechanism's co-finance into one table a source, (M, 4); a source that nobody draws on has none."""
    tables: dict[str, FloatArray] = {}
    for source in COFINANCE:
        table = np.array([entry.get(source, np.zeros(len(INCOME_NAMES))) for entry in ratios])
        if table.any():
            tables[source] = table
    return tables
