"""Words for what a study varies and measures: titles, units and round numbers, so that a rule can be read aloud."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.results.words.names import joined, spaced
from afteraid.simulation.results.words.numbers import trimmed
from afteraid.simulation.scenario.quantities import Quantity
from afteraid.simulation.scenario.settings import StrategySettings, WorldSettings
from afteraid.simulation.scenario.vocabulary import parameters
from afteraid.simulation.state.parameters import Parameter

from .factors import Factor

Kind = Literal["percent", "number", "year", "text"]
STEPPED = 12  # a factor that takes no more values than this is said by its values, and not by a limit between two
HUNDREDTH = 100  # limits are rounded to about this part of a factor's range
UNSAID = ("ratio", "0-1", "1", "log", "odds ratio", "elasticity", "exponent", "log-odds", "log hazard", "log share")
SIZES = ((1e12, " trillion"), (1e9, " billion"), (1e6, " million"), (1e3, " thousand"))

# the settings whose names read badly in a sentence: what goes before "is under 78%", and what goes after it
SETTINGS: dict[str, tuple[str, str]] = {
    "funding": ("donors' funding", "of today's"),
    "coordination": ("coordination among donors", ""),
    "capacity_share": ("spending on local capacity", "of outlays"),
    "monitoring_share": ("spending on monitoring", "of outlays"),
    "cybersecurity_share": ("spending on protection against attacks", "of outlays"),
    "refresh_share": ("the reserve for new equipment", "of instalments"),
    "rural_targeting": ("the share of new initiatives for the countryside", ""),
    "women_targeting": ("the share of new places kept for women", ""),
    "data_driven": ("the pull of evidence on money", ""),
    "need_targeting": ("the targeting of need", ""),
    "platforms": ("the share of new initiatives on platforms", ""),
    "regulatory_reform": ("support for regulatory reform", ""),
    "transition_years": ("the length of a planned exit", ""),
    "adaptive_threshold": ("the threshold of adaptive exits", ""),
    "adaptive_latest_years": ("the longest wait of an adaptive exit", ""),
    "treasury_room": ("the room of treasuries", ""),
    "evergreen_years": ("the length of evergreen support", ""),
    "levy_rate": ("the universal service levy", "of operators' revenue"),
    "fund_disbursement": ("the share of levies that is paid out", ""),
    "solidarity_levy": ("the solidarity levy", "of procurement"),
    "solidarity_participation": ("participation in the solidarity levy", ""),
    "climate_resilience": ("the share of new sites built to withstand storms and floods", ""),
    "green_energy": ("the share of new sites on solar power", ""),
    "exits": ("the exit strategy", ""),
    "mechanisms": ("the financing mechanism", ""),
    "technology_speed": ("the speed of technology", "of the usual"),
    "energy_cost_growth": ("the growth of energy costs", "a year"),
    "ai_arrival": ("the arrival of artificial intelligence", ""),
    "satellite_arrival": ("the arrival of satellites", ""),
    "cuts": ("the cut of donors' budgets", ""),
    "further_cuts": ("the further cut of donors' budgets", ""),
    "withdrawals": ("the withdrawal of donors", ""),
}


@dataclass(frozen=True)
class FactorWords:
    """How a factor is said.

    Attributes:
        name: of its column.
        title: what it is.
        kind: percent for a share, year, plain number, or text.
        after: what follows a value: the unit, or what it is a share of.
        step: to which its limits are rounded.
        values: all that it takes, where they are few; nothing for a range.
        lowest, highest: of its values; 0 for text.
    """

    name: str
    title: str
    kind: Kind
    after: str
    step: float
    values: tuple[float | str, ...]
    lowest: float
    highest: float

    @property
    def stepped(self) -> bool:
        """Say whether it takes a few values only."""
        return bool(self.values)

    def rounded(self, value: float) -> float:
        """Return a limit as it is said."""
        return float(round(round(value / self.step) * self.step, 12)) if self.step else value

    def value(self, value: float | str) -> str:
        """Write a value with its unit."""
        if isinstance(value, str):
            return spaced(value)
        scale = 100.0 if self.kind == "percent" else 1.0
        fine = self.step * scale if self.step else 0.0
        digits = max(0, -math.floor(math.log10(fine) + 1e-9)) if fine else 6
        text = trimmed(scale * value, digits, grouped=self.kind != "year") + ("%" if self.kind == "percent" else "")
        if self.after == "$":
            return f"${text}"
        return f"{text} {'year' if (text, self.after) == ('1', 'years') else self.after}".rstrip()

    def bare(self, value: float | str) -> str:
        """Write a value without what follows it."""
        return self.value(value).removesuffix(self.after).rstrip() if self.after else self.value(value)

    def between(self, low: float | None, high: float | None) -> str:
        """Write limits of a number: what is left out is open."""
        if self.kind == "year" and (low is None or high is None):
            return f"{self.value(low)} or later" if low is not None else f"{self.value(high or 0.0)} or earlier"
        one, other = ("at least", "at most") if self.stepped else ("over", "under")
        if low is not None and high is not None:
            if low == high:
                return self.value(low)
            return f"from {self.bare(low)} to {self.value(high)}"
        return f"{one} {self.value(low)}" if low is not None else f"{other} {self.value(high or 0.0)}"

    def among(self, chosen: Sequence[str]) -> str:
        """Write which choices are meant, or which are not, whichever is shorter."""
        others = [value for value in self.values if value not in chosen]
        if len(others) < len(chosen) and len(others) <= 2:
            return "not " + joined([spaced(str(value)) for value in others], "or")
        return joined([spaced(value) for value in chosen], "or")


def factor_words(factor: Factor, found: np.ndarray) -> FactorWords:
    """Return how a factor is said.

    Args:
        factor: as the study has it.
        found: its values in the runs at hand.
    """
    title, kind, after = _described(factor)
    if factor.is_text():
        return FactorWords(factor.name, title, "text", "", 0.0, tuple(map(str, factor.names())), 0.0, 0.0)
    numbers: FloatArray = np.unique(found.astype(np.float64))
    low, high = float(numbers[0]), float(numbers[-1])
    if factor.names() or factor.whole or numbers.size <= STEPPED:
        return FactorWords(factor.name, title, kind, after, 0.0, tuple(map(float, numbers)), low, high)
    step = 10.0 ** round(math.log10((high - low) / HUNDREDTH))
    return FactorWords(factor.name, title, kind, after, step, (), low, high)


def _described(factor: Factor) -> tuple[str, Kind, str]:
    """Return title, kind and what follows a value."""
    registry = parameters()
    if factor.target in registry:
        title, kind, after = _of_parameter(registry[factor.target])
    else:
        title, kind, after = _of_setting(factor.target)
    own = bool(factor.sets) and factor.name not in (factor.target, factor.target.rpartition(".")[2])
    return (spaced(factor.name) if own else title), kind, after


def _of_parameter(parameter: Parameter) -> tuple[str, Kind, str]:
    """Quote what a parameter means, with its standing; its unit goes after the value."""
    title = f'"{re.sub(r" *[(][^)]*[)]$", "", parameter.meaning)}" ({parameter.standing})'
    if parameter.unit.startswith("share"):
        return title, "percent", ""
    if parameter.unit == "dollars":
        return title, "number", "$"
    return title, "number", "" if parameter.unit in UNSAID else parameter.unit


def _of_setting(target: str) -> tuple[str, Kind, str]:
    """Name a lever, or a setting of the world; its declaration says what its numbers are."""
    name = target.rpartition(".")[2]
    title, after = SETTINGS.get(name, (spaced(name), ""))
    field = StrategySettings.model_fields.get(name) or WorldSettings.model_fields.get(name)
    quantity = next((item for item in field.metadata if isinstance(item, Quantity)), None) if field else None
    if quantity is None:
        return title, "year" if name.endswith("_arrival") or name in ("start", "end") else "number", after
    if quantity.dimension == "years":
        return title, "number", "years"
    return title, "percent", after
