"""Numbers as people write them: which texts are one number with a unit, and what to write instead of the others.

A comma parts thousands, and only where each group after it has three digits, the number does not begin with 0, and
what is declared counts things (dollars, people, initiatives). In a share, a percentage, a rate or a factor it might
as well be a decimal mark, so that it is refused there. An underscore stands between digits, as TOML has it.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass

_DIGITS = "[0-9](?:_?[0-9])*"
_PLAIN = re.compile(rf"[-+]?{_DIGITS}(?:\.{_DIGITS})?(?:[eE][-+]?{_DIGITS})?")
_GROUPED = re.compile(r"[-+]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_PARTS = re.compile(r"(US\$|\$)?\s*([^A-Za-z%$]*?(?:[eE][-+]?[0-9_]+)?)\s*([A-Za-z%$].*)?", re.DOTALL | re.IGNORECASE)
_MINUS = "\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d"  # hyphens, dashes and minus signs that are not the keyboard's

_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_COUNTED = frozenset(
    {"dollars", "people", "initiatives", "countries", "user-years", "events", "incidents", "number", "a number"}
)
_PERCENT = frozenset({"%", "percent", "per cent"})

# unit as written -> (dimension, factor to the dimension's base unit)
_UNITS: dict[str, tuple[str, float]] = {
    "%": ("share", 0.01),
    "percent": ("share", 0.01),
    "per cent": ("share", 0.01),
    "share": ("share", 1.0),
    "year": ("years", 1.0),
    "years": ("years", 1.0),
    "quarter": ("years", 0.25),
    "quarters": ("years", 0.25),
    "month": ("years", 1 / 12),
    "months": ("years", 1 / 12),
    "usd": ("dollars", 1.0),
    "us$": ("dollars", 1.0),
    "$": ("dollars", 1.0),
    "dollar": ("dollars", 1.0),
    "dollars": ("dollars", 1.0),
    "person": ("people", 1.0),
    "people": ("people", 1.0),
    "per year": ("per year", 1.0),
    "/year": ("per year", 1.0),
    "a year": ("per year", 1.0),
    "%/year": ("per year", 0.01),
    "% per year": ("per year", 0.01),
    "% a year": ("per year", 0.01),
    "percent per year": ("per year", 0.01),
    "percent a year": ("per year", 0.01),
}
_WAYS = {
    "share": "a plain share such as 0.5, or a percentage such as 50%",
    "years": "years, quarters or months",
    "dollars": "dollars, million dollars or billion dollars",
    "people": "people, thousand people or million people",
    "per year": "a plain rate such as 0.05 (per year), or 5%/year",
}


@dataclass(frozen=True)
class Declared:
    """What a declaration says of a number: its dimension, and its unit in the dimension's base unit."""

    unit: str
    dimension: str
    factor: float = 1.0

    @property
    def ways(self) -> str:
        """Return the units in which it may be written."""
        plain = "a plain number" if self.dimension in ("1", "one") else f"a plain number (unit: {self.unit})"
        return _WAYS.get(self.dimension, plain)

    @property
    def counts(self) -> bool:
        """Say whether it counts things, so that commas part thousands and words such as million multiply."""
        return self.dimension in _COUNTED


def declared(unit: str) -> Declared:
    """Return what a unit of a declaration means, such as ``share of people`` or ``million dollars of 2019``."""
    text = " ".join(unit.lower().split())
    if text.startswith("share") or text == "0-1":
        return Declared(unit, "share")
    money = re.fullmatch(r"(?:(thousand|million|billion) )?(?:us )?dollars(?: of [0-9]{4})?", text)
    if money is not None:
        return Declared(unit, "dollars", _SCALES.get(money.group(1), 1.0))
    dimension, factor = _UNITS.get(text, (text, 1.0))
    return Declared(unit, dimension, factor)


def parse_quantity(text: str, unit: str) -> float:
    """Read a quantity that may carry its unit, such as ``"4 years"`` or ``"9%"``, as the declared unit has it.

    Args:
        text: as the user wrote it.
        unit: of the declaration: share, years, quarters, dollars, million dollars, people, per year, ratio and others.

    Returns the number in that unit. Raises ValueError, saying what to write, for a text that is not one number, that
    might be read as two different ones, or that carries a unit of another dimension.
    """
    wanted = declared(unit)
    match = _PARTS.fullmatch(text.strip())
    sign, number, after = ("", "", None) if match is None else match.groups()
    written = " ".join((after or "").lower().split())
    if sign and not (wanted.dimension == "dollars" or "dollar" in unit):
        raise ValueError(f"'{text}' is in dollars; write {wanted.ways}")
    if match is None or not any(mark.isdigit() for mark in number):
        raise ValueError(f"'{text}' is not a number")
    value = _read(number, wanted.counts and written not in _PERCENT)
    if value is None:
        raise ValueError(f"'{text}' can't be read as one number{_advice(number, after, written, wanted)}")
    scaled = value * _factor(written, wanted, text)
    if not math.isfinite(scaled):
        raise ValueError(f"'{text}' is too large for a number")
    return scaled


def parse_whole(text: str, thousands: bool = False) -> int:
    """Read a whole number without a unit; `thousands` allows commas between groups of three digits.

    Raises ValueError, saying what to write, for any other text.
    """
    stripped = text.strip()
    if re.fullmatch(rf"[-+]?{_DIGITS}", stripped) or (thousands and _GROUPED.fullmatch(stripped) and "." not in text):
        return int(stripped.replace(",", ""))
    meant = _meant(stripped, fraction=False)
    advice = f": write {meant}" if meant is not None and re.fullmatch(r"-?[0-9]+", meant) and meant != text else ""
    raise ValueError(f"'{text}' is not a whole number{advice}")


def _read(number: str, thousands: bool) -> float | None:
    """Return the number that a text without a unit is; None for one that is none, or that might be two."""
    if _PLAIN.fullmatch(number) or (thousands and _GROUPED.fullmatch(number)):
        return float(number.replace("_", "").replace(",", ""))
    return None


def _factor(written: str, wanted: Declared, text: str) -> float:
    """Return what a number is multiplied with to come from the unit written to the one declared."""
    own = wanted.unit.lower()
    if not written or written in (own, own.removesuffix("s")):
        return 1.0
    if written in _PERCENT and own.startswith(("ratio", "number")):
        return 0.01
    first, _, rest = written.partition(" ")
    scale = _SCALES.get(first)
    if scale is not None and wanted.counts and rest in ("", own):
        return scale / wanted.factor
    dimension, factor = _UNITS.get(rest if scale is not None else written, ("", 1.0))
    if dimension == wanted.dimension and (scale is None or wanted.counts):
        return factor * (scale or 1.0) / wanted.factor
    if not dimension or (scale is not None and not wanted.counts):
        raise ValueError(f"unknown unit '{written}' in '{text}'; write {wanted.ways}")
    said = "a percentage" if written in _PERCENT else f"in {_said(dimension)}"
    raise ValueError(f"'{text}' is {said}; write {wanted.ways}")


def _said(dimension: str) -> str:
    return {"share": "shares", "per year": "a rate per year"}.get(dimension, dimension)


def _advice(number: str, after: str | None, written: str, wanted: Declared) -> str:
    """Return the end of a message that says what to write, as far as anybody can know."""
    meant = _meant(number, fraction=not wanted.counts or written in _PERCENT)
    if meant is None:
        return ""
    unit = "" if after is None else after.strip() if written[:1] == "%" else f" {after.strip()}"
    return f": write {meant}{unit}"


def _meant(number: str, fraction: bool) -> str | None:
    """Guess which number a text means: its last mark is a decimal one, unless it parts thousands."""
    plain = "".join("-" if mark in _MINUS else mark for mark in unicodedata.normalize("NFKC", number))
    plain = re.sub(r"[\s_'\u2019\u066c]", "", plain).replace("\u066b", ".").removeprefix("+")
    marks = [mark for mark in plain if mark in ",."]
    if marks and (len(set(marks)) == 2 or len(marks) == 1):
        grouped = not fraction and _GROUPED.fullmatch(plain) and "." not in marks
        whole, _, decimals = plain.rpartition(marks[-1])
        digits = re.sub("[,.]", "", whole)
        plain = digits + decimals if grouped else f"{digits or '0'}.{decimals or '0'}"
        plain = plain.replace("-.", "-0.")
    else:
        plain = re.sub("[,.]", "", plain)
    return plain if _PLAIN.fullmatch(plain) and "_" not in plain else None
