"""Ranges of settings: how a number of a scenario is read, with its unit, and how it is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from ..basis.errors import shown
from ..basis.number_text import parse_quantity, parse_whole
from .toml_file import KeyPath

NO_UNIT = "one"  # of a number whose declaration says no unit


def refuse(
    message: str, expected: str | None = None, close: str | None = None, key: KeyPath = ()
) -> PydanticCustomError:
    """Make an error that keeps its parts until the place in the file is known."""
    context = {"message": message, "expected": expected, "nearest": close, "key": key}
    return PydanticCustomError("unusable", "{message}", context)


def read_number(value: object, unit: str, expected: str) -> float:
    """Return a number in a declared unit, written plainly or with a unit of the same dimension, or refuse it."""
    if isinstance(value, str):
        try:
            return parse_quantity(value, unit)
        except ValueError as problem:
            raise refuse(str(problem), expected) from None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise refuse(f"{shown(value)} is not a number", expected)
    try:
        return float(value)
    except OverflowError:
        raise refuse(f"{shown(value)} is too large for a number", expected) from None


@dataclass(frozen=True)
class Quantity:
    """The range of a setting in its unit; the number may be written with the unit, as in ``"4 years"``."""

    dimension: str
    low: float
    high: float

    def read(self, value: object) -> float:
        """Return the number in the base unit of its dimension, or refuse it."""
        unit = f" {self.dimension}" if self.dimension == "years" else ""
        kind = "a share" if self.dimension == "share" and self.high <= 1.0 else "a number"
        percent = f" ({self.low:.0%} to {self.high:.0%})" if kind == "a share" else ""
        expected = f"{kind} from {self.low:g} to {self.high:g}{unit}{percent}"
        number = read_number(value, self.dimension, expected)
        if not self.low <= number <= self.high:  # also refuses what is not a number at all
            raise refuse(f"{number:g} is out of range", expected)
        return number

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Have pydantic read the field this way."""
        return core_schema.no_info_before_validator_function(self.read, handler(source))


COUNT = "a whole number"


@dataclass(frozen=True)
class Number:
    """A number without a range of its own, in a unit that is not known where it stands: plain, with no unit."""

    what: str = "a number"

    def read(self, value: object) -> float:
        """Return the number, or refuse it."""
        return read_number(value, NO_UNIT, self.what)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Have pydantic read the field this way."""
        return core_schema.no_info_before_validator_function(self.read, handler(source))


@dataclass(frozen=True)
class Whole:
    """The range of a setting that is a whole number; commas part the thousands of a count, and none of a year."""

    low: int
    high: int
    what: str = COUNT

    def read(self, value: object) -> int:
        """Return the whole number, or refuse it."""
        expected = f"{self.what} from {self.low} to {self.high}"
        if isinstance(value, str):
            try:
                value = parse_whole(value, thousands=self.what == COUNT)
            except ValueError as problem:
                raise refuse(str(problem), expected) from None
        if isinstance(value, bool) or not isinstance(value, int):
            raise refuse(f"{shown(value)} is not a whole number", expected)
        if not self.low <= value <= self.high:
            raise refuse(f"{shown(value)} is out of range", expected)
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Have pydantic read the field this way."""
        return core_schema.no_info_before_validator_function(self.read, handler(source))
