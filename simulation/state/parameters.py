"""Every number of the model, declared once: value, unit, distribution, source and standing.

Sliders, documentation, checks and sampling are all made from these declarations. A process file declares its own
parameters as the fields of a class; the names are ``process.name``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Self

import numpy as np

from ..basis.errors import ParameterError
from ..basis.normal import quantile
from ..basis.renamed import unknown
from .randomness import Streams, word_of

Standing = Literal["published", "derived", "judged"]
Shape = Literal["fixed", "uniform", "triangular", "normal", "lognormal"]


@dataclass(frozen=True)
class Distribution:
    """How a parameter is uncertain.

    ``fixed`` has no spread; ``uniform`` and ``triangular`` run from `low` to `high` (the triangle peaks at the
    parameter's value); ``normal`` and ``lognormal`` take `spread` as the standard deviation (of the logarithm for the
    lognormal) around the parameter's value, cut at `low` and `high` where given.
    """

    shape: Shape = "fixed"
    low: float = -math.inf
    high: float = math.inf
    spread: float = 0.0

    def quantile(self, central: float, uniform: float) -> float:
        """Return the value at probability `uniform` of the distribution around `central`."""
        if self.shape == "fixed":
            return central
        if self.shape == "uniform":
            return self.low + uniform * (self.high - self.low)
        if self.shape == "triangular":
            split = (central - self.low) / (self.high - self.low)
            if uniform < split:
                return self.low + math.sqrt(uniform * (self.high - self.low) * (central - self.low))
            return self.high - math.sqrt((1 - uniform) * (self.high - self.low) * (self.high - central))
        score = quantile(uniform)
        value = central + self.spread * score if self.shape == "normal" else central * math.exp(self.spread * score)
        return min(max(value, self.low), self.high)

    def words(self) -> str:
        """Describe the distribution in a few words."""
        if self.shape in ("uniform", "triangular"):
            return f"{self.shape} {self.low:g} to {self.high:g}"
        if self.shape == "fixed":
            return "fixed"
        cut = "" if math.isinf(self.low) and math.isinf(self.high) else f", within {self.low:g} to {self.high:g}"
        return f"{self.shape}, spread {self.spread:g}{cut}"


FIXED = Distribution()


def uniform(low: float, high: float) -> Distribution:
    """Equally likely between two ends."""
    return Distribution("uniform", low, high)


def triangular(low: float, high: float) -> Distribution:
    """Most likely at the parameter's value, falling to zero at both ends."""
    return Distribution("triangular", low, high)


def normal(spread: float, low: float = -math.inf, high: float = math.inf) -> Distribution:
    """Normal around the parameter's value, cut at the ends."""
    return Distribution("normal", low, high, spread)


def lognormal(spread: float, low: float = 0.0, high: float = math.inf) -> Distribution:
    """Lognormal around the parameter's value (its median), cut at the ends."""
    return Distribution("lognormal", low, high, spread)


@dataclass(frozen=True)
class Parameter:
    """One number of the model with all that a reader needs to judge it."""

    name: str
    value: float
    unit: str
    meaning: str
    source: str
    standing: Standing
    distribution: Distribution = FIXED
    minimum: float = -math.inf
    maximum: float = math.inf

    @property
    def range(self) -> str:
        """Return from where to where it may go, with its unit, for messages."""
        unit = "" if self.unit in ("1", "0-1") else f" {self.unit}"
        return f"{self.minimum:g} to {self.maximum:g}{unit}"

    def check(self, value: float) -> float:
        """Return the value if it is in range; raise ParameterError with the range otherwise."""
        if not (self.minimum <= value <= self.maximum) or not math.isfinite(value):
            raise ParameterError(
                f"{value:g} is out of range",
                key=self.name,
                expected=self.range,
            )
        return float(value)


class Registry(Mapping[str, Parameter]):
    """All declared parameters, by full name (``process.name``)."""

    def __init__(self) -> None:
        """Start empty; process files fill it as they are imported."""
        self._parameters: dict[str, Parameter] = {}

    def add(self, parameter: Parameter) -> None:
        """Declare a parameter; a second declaration of one name is a defect."""
        known = self._parameters.get(parameter.name)
        if known is not None and known != parameter:
            raise ValueError(f"parameter {parameter.name} is declared twice")
        low, high = parameter.distribution.low, parameter.distribution.high
        if (math.isfinite(low) and low < parameter.minimum) or (math.isfinite(high) and high > parameter.maximum):
            raise ValueError(f"parameter {parameter.name}: its distribution leaves its range")
        parameter.check(parameter.value)
        self._parameters[parameter.name] = parameter

    def arrange(self, processes: Sequence[str]) -> None:
        """Put the parameters of some processes last, in this order, whoever was imported first."""
        place = {name: number for number, name in enumerate(processes)}
        order = sorted(self._parameters.items(), key=lambda item: place.get(item[0].rpartition(".")[0], -1))
        self._parameters = dict(order)

    def __getitem__(self, name: str) -> Parameter:
        """Return a declaration; an unknown name raises ParameterError with the nearest one."""
        try:
            return self._parameters[name]
        except KeyError:
            message, close = unknown("parameter", name, "no such parameter", self._parameters)
            raise ParameterError(message, key=name, nearest=close) from None

    def __contains__(self, name: object) -> bool:
        """Say whether a parameter of that full name is declared."""
        return name in self._parameters

    def __iter__(self) -> Iterator[str]:
        """Go through the names in the order of declaration."""
        return iter(self._parameters)

    def __len__(self) -> int:
        """Count the declared parameters."""
        return len(self._parameters)


REGISTRY = Registry()


def declare(process: str, *parameters: Parameter) -> None:
    """Declare the parameters of a process; each gets the process's name before its own."""
    for parameter in parameters:
        fields = {**parameter.__dict__, "name": f"{process}.{parameter.name}"}
        REGISTRY.add(Parameter(**fields))


class Values(Mapping[str, float]):
    """The parameters of one run as numbers; remembers which were read, so that none is decoration."""

    def __init__(self, values: Mapping[str, float]) -> None:
        """Hold checked numbers by full name."""
        self._values = dict(values)
        self.read: set[str] = set()
        self.bound: dict[type[Parameters], Parameters] = {}  # the records of processes, each made when first asked for

    def __getitem__(self, name: str) -> float:
        """Return a number and note that it was read."""
        self.read.add(name)
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        """Go through the names."""
        return iter(self._values)

    def __len__(self) -> int:
        """Count the parameters."""
        return len(self._values)


class Parameters:
    """The parameters of one process, declared as fields of a subclass and bound once to the numbers of a run.

    ``AccessParameters.of(world.values).price_fall`` is a number. The first look at a field notes that it was read; from
    then on it is a plain attribute.
    """

    process: ClassVar[str]

    def __init_subclass__(cls, process: str) -> None:
        """Declare the fields of a new process, in the order in which they are written."""
        super().__init_subclass__()
        cls.process = process
        for place in vars(cls).values():
            if isinstance(place, _Place):
                declare(process, *place.declared)

    def __init__(self, values: Values) -> None:
        """Bind to the numbers of one run."""
        self._values = values

    @classmethod
    def of(cls, values: Values) -> Self:
        """Return the parameters of this process in one run."""
        found = values.bound.get(cls)
        if not isinstance(found, cls):
            found = values.bound[cls] = cls(values)
        return found

    def look_up(self, name: str) -> float:
        """Return a number by its own name, for names that are made of parts."""
        return self._values[f"{self.process}.{name}"]


class _Place:
    """A field of a class of parameters, before it is read."""

    def __init__(self, **told: Any) -> None:
        """Take what there is to say of the parameter, but for its name."""
        self.told = told

    def __set_name__(self, owner: type[Parameters], name: str) -> None:
        """Take the field's name as the parameter's."""
        self.name = name
        self.declared: tuple[Parameter, ...] = (Parameter(name=name, **self.told),)

    def __get__(self, bound: Parameters | None, owner: type[Parameters]) -> Any:
        """Return the number and put it in the field's place; the field itself where nothing is bound."""
        if bound is None:
            return self
        bound.__dict__[self.name] = value = self.read(bound)
        return value

    def read(self, bound: Parameters) -> Any:
        """Look the number up."""
        return bound.look_up(self.name)


class _Family(_Place):
    """A field for several parameters of one sort, read as an array."""

    def __set_name__(self, owner: type[Parameters], name: str) -> None:
        """Keep the names that the parameters have."""
        self.name = name
        self.declared = self.told["parameters"]

    def read(self, bound: Parameters) -> Any:
        """Look all numbers up."""
        return np.array([bound.look_up(each.name) for each in self.declared])


def parameter(
    *,
    value: float,
    unit: str,
    meaning: str,
    source: str,
    standing: Standing,
    distribution: Distribution = FIXED,
    minimum: float = -math.inf,
    maximum: float = math.inf,
) -> Any:
    """Declare a parameter as a field of a process's class of parameters; its name is the field's."""
    return _Place(
        value=value, unit=unit, meaning=meaning, source=source, standing=standing, distribution=distribution,
        minimum=minimum, maximum=maximum,
    )  # fmt: skip


def family(*parameters: Parameter) -> Any:
    """Declare several parameters of one sort as one field, which is an array of their numbers in this order."""
    return _Family(parameters=parameters)


def draw(streams: Streams, overrides: Mapping[str, float], uncertain: bool = True) -> Values:
    """Draw every parameter for one run; what the scenario sets is held at what it says.

    Each parameter's luck is keyed by its name, so adding one changes no other's draw.

    Args:
        streams: the run's streams; the draw depends on its seed and replicate only.
        overrides: full names to values, as the scenario sets them.
        uncertain: False holds every parameter at its central value.
    """
    values: dict[str, float] = {}
    names = list(REGISTRY)
    luck = streams.uniform("parameters", 0, np.array([word_of(name) for name in names], dtype=np.uint64))
    for name, chance in zip(names, luck, strict=True):
        parameter = REGISTRY[name]
        if name in overrides:
            values[name] = parameter.check(overrides[name])
        elif uncertain:
            values[name] = parameter.distribution.quantile(parameter.value, float(chance))
        else:
            values[name] = parameter.value
    for name in overrides:
        REGISTRY[name]  # an unknown name raises, with the nearest one
    return Values(values)
