"""Factors: what a study varies, over a range, by a distribution, or among named choices."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from afteraid.simulation.basis.frozen import Frozen
from afteraid.simulation.scenario.quantities import NO_UNIT, Whole, read_number, refuse
from afteraid.simulation.scenario.scenario import full_key, is_setting, unit_of
from afteraid.simulation.scenario.toml_file import leaves
from afteraid.simulation.scenario.vocabulary import parameters
from afteraid.simulation.state.parameters import Distribution

Value = float | str
Shape = Literal["uniform", "triangular", "normal", "lognormal", "declared"]
LEVELS = 3  # where a study does not say how many
TAIL = 0.005  # a grid or a trajectory that asks for an end of a distribution without end gets this quantile


class Factor(Frozen):
    """One thing that a study varies.

    Attributes:
        name: of its column; also the lever, setting or parameter that it sets where `sets` is left out.
        sets: the lever, setting or parameter, as ``--set`` takes it.
        low, high: the range, both ends included; or where a distribution is cut.
        distribution: uniform if left out; declared takes the parameter's own.
        middle: peak of the triangle, mean of the normal, median of the lognormal; the parameter's value if left out.
        spread: standard deviation of the normal; of the logarithm, for the lognormal.
        whole: whole numbers only.
        levels: how many a grid takes of a range.
        choices: values to choose among.
        alternatives: names with what each one sets: a value of `sets`, or a table of settings.
    """

    name: str = Field(min_length=1)
    sets: str = ""
    low: float | None = None
    high: float | None = None
    distribution: Shape = "uniform"
    middle: float | None = None
    spread: float = 0.0
    whole: bool = False
    levels: Annotated[int, Whole(2, 10_000)] = LEVELS
    choices: tuple[bool | int | float | str, ...] = ()
    alternatives: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _numbers_in_its_unit(cls, written: Any) -> Any:
        """Read the numbers of the range as the setting that it stands for declares them."""
        if not isinstance(written, dict):
            return written
        target = written.get("sets") or written.get("name")
        unit = (unit_of(target) if isinstance(target, str) else None) or NO_UNIT
        read = dict(written)
        for key in ("low", "high", "middle", "spread"):
            if read.get(key) is not None:
                own = unit if key != "spread" or read.get("distribution") == "normal" else NO_UNIT
                try:
                    read[key] = read_number(read[key], own, "a number")
                except PydanticCustomError as problem:
                    context = problem.context or {}
                    raise refuse(context["message"], context["expected"], key=(key,)) from None
        return read

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        self.check_kind()
        return self

    def check_kind(self) -> None:
        """Refuse what varies in no way or in several, and what leaves no choice."""
        given = [name for name in ("choices", "alternatives") if getattr(self, name)]
        ranged = self.low is not None or self.high is not None or self.distribution != "uniform"
        if len(given) + ranged != 1:
            raise refuse(
                "varies in no way" if len(given) + ranged == 0 else "varies in more than one way",
                "low and high, a distribution, choices or alternatives",
            )
        if given and len(self.names()) != len(set(self.names())):
            raise refuse("names a choice twice", "different choices", key=("choices",))
        if given and len(self.names()) < 2:
            raise refuse("leaves no choice", "two or more", key=(given[0],))
        if ranged:
            self._check_range()
        if self.whole and self.low is not None and self.high is not None:
            most = int(self.high) - int(self.low) + 1
            if self.levels > max(most, LEVELS):
                raise refuse(f"{self.levels} levels of {most} whole numbers", f"{most} or fewer", key=("levels",))

    def _check_range(self) -> None:
        """Refuse a range or a distribution that has no meaning."""
        if self.distribution in ("uniform", "triangular"):
            for key in ("low", "high"):
                end = getattr(self, key)
                if end is None or not math.isfinite(end):
                    raise refuse("is missing" if end is None else f"{end} is no end", "a number", key=(key,))
        if self.low is not None and self.high is not None and not self.low < self.high:
            raise refuse(f"{self.high:g} is not above low, {self.low:g}", f"more than {self.low:g}", key=("high",))
        if self.distribution in ("normal", "lognormal") and not 0.0 < self.spread < math.inf:
            raise refuse(f"{self.spread:g} is no spread", "a number above 0", key=("spread",))
        if self.whole and (self.distribution != "uniform" or self.low != int(self.low or 0)):
            raise refuse("whole numbers go from a whole low to a whole high", "uniform", key=("whole",))
        if self.distribution == "declared":
            if self.target not in parameters():
                raise refuse("only a parameter has a distribution of its own", "a parameter", key=("distribution",))
            if parameters()[self.target].distribution.shape == "fixed":
                raise refuse(f"{self.target} is declared as fixed", "low and high", key=("distribution",))
        middle = self.middle_of()
        if self.distribution in ("triangular", "normal", "lognormal"):
            low, high = -math.inf if self.low is None else self.low, math.inf if self.high is None else self.high
            if middle is None or not low <= middle <= high or (self.distribution == "lognormal" and middle <= 0.0):
                said = "is missing" if middle is None else f"{middle:g} is outside the range"
                raise refuse(said, "a number in the range", key=("middle",))

    @property
    def target(self) -> str:
        """Return the setting that it stands for."""
        return self.sets or self.name

    def is_categorical(self) -> bool:
        """Say whether its values have no order."""
        return bool(self.alternatives) or any(isinstance(choice, str) for choice in self.choices)

    def names(self) -> tuple[Value, ...]:
        """Return the choices, as its column shows them; nothing for a range."""
        if self.alternatives:
            return tuple(self.alternatives)
        if self.is_categorical() or any(isinstance(choice, bool) for choice in self.choices):
            return tuple(str(choice).lower() if isinstance(choice, bool) else str(choice) for choice in self.choices)
        return tuple(float(choice) for choice in self.choices)

    def is_text(self) -> bool:
        """Say whether its column holds text."""
        return bool(self.names()) and isinstance(self.names()[0], str)

    def middle_of(self) -> float | None:
        """Return the centre of its distribution."""
        if self.middle is None and self.target in parameters():
            return parameters()[self.target].value
        return self.middle

    def spread_of(self) -> tuple[Distribution, float]:
        """Return its distribution and the centre of it."""
        middle = self.middle_of()
        if self.distribution == "declared":
            return parameters()[self.target].distribution, parameters()[self.target].value
        low = -math.inf if self.low is None else self.low
        high = math.inf if self.high is None else self.high
        return Distribution(self.distribution, low, high, self.spread), 0.0 if middle is None else middle

    def value(self, chance: float) -> Value:
        """Return the value at a place between 0 and 1 of its range, distribution or choices."""
        names = self.names()
        if names:
            return names[min(int(chance * len(names)), len(names) - 1)]
        distribution, middle = self.spread_of()
        if self.whole:
            steps = int(distribution.high) - int(distribution.low) + 1
            return float(int(distribution.low) + min(int(chance * steps), steps - 1))
        if distribution.shape in ("normal", "lognormal"):
            chance = min(max(chance, TAIL if chance == 0.0 else chance), 1.0 - TAIL if chance == 1.0 else chance)
        return distribution.quantile(middle, chance)

    def places(self) -> np.ndarray:
        """Return the places between 0 and 1 that a grid takes: every choice, or the levels of a range."""
        if self.names():
            return (np.arange(len(self.names())) + 0.5) / len(self.names())
        if self.whole:
            low, high = int(self.low or 0), int(self.high or 0)
            count = min(self.levels, high - low + 1)
            wanted = np.unique(np.linspace(low, high, count).round())
            return np.asarray((wanted - low + 0.5) / (high - low + 1))
        if self.distribution == "uniform":
            return np.linspace(0.0, 1.0, self.levels)
        return (np.arange(self.levels) + 0.5) / self.levels

    def settings(self, value: Value, own: bool) -> dict[str, object]:
        """Return what a value sets.

        Args:
            value: as its column shows it.
            own: alternatives are tables of settings and not values of one.
        """
        if self.alternatives:
            chosen = self.alternatives[str(value)]
            return dict(chosen) if own else {self.target: chosen}
        if self.choices:
            return {self.target: self.choices[self.names().index(value)]}
        return {self.target: int(value) if self.whole else value}

    def ends(self) -> tuple[Value, ...]:
        """Return the values that have to be possible: every choice, or both ends of a range."""
        return self.names() or (self.value(0.0), self.value(1.0))


def set_twice(factors: Sequence[tuple[Factor, bool]]) -> tuple[int, int, str] | None:
    """Return the places of two factors that set the same setting, and its key; None where each has its own.

    Args:
        factors: each with whether its alternatives are tables of settings.
    """
    setters: dict[str, int] = {}
    for number, (factor, own) in enumerate(factors):
        tables = list(factor.alternatives.values()) if own else [{factor.target: None}]
        keys = {".".join(path) for table in tables for path, _ in leaves(table)}
        for key in sorted(full_key(key) if is_setting(key) else key for key in keys):
            first = setters.setdefault(key, number)
            if first != number:
                return first, number, key
    return None


def settings_of(factors: Mapping[str, tuple[Factor, bool]], values: Mapping[str, Value]) -> dict[str, object]:
    """Join what the values of all factors set."""
    joined: dict[str, object] = {}
    for name, (factor, own) in factors.items():
        joined.update(factor.settings(values[name], own))
    return joined
