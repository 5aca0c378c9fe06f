"""Conditions: which runs are of interest, as a user writes it: ``serving_5_years < 40%``, ``worst 25% of gap_LDC``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from afteraid.simulation.basis.errors import ResultsError, StudyError, nearest, one_of
from afteraid.simulation.basis.number_text import declared, parse_quantity
from afteraid.simulation.basis.units import BoolArray, FloatArray
from afteraid.simulation.measures.catalogue import CATALOGUE
from afteraid.simulation.results.words.names import capitalised, spaced
from afteraid.simulation.results.words.numbers import level, trimmed

from ..study.outcomes import Outcome
from ..study.study import Study

EXAMPLES = 'such as "serving_5_years < 0.4", "use_LDC under 60%" or "worst 25% of use_LDC"'
SIGNS = {
    "<=": (True, False), ">=": (False, False), "<": (True, True), ">": (False, True),
    "at most": (True, False), "at least": (False, False), "under": (True, True), "below": (True, True),
    "over": (False, True), "above": (False, True),
}  # fmt: skip
SIDES = ("lowest", "highest", "worst", "best")
_SIGN = re.compile(r"\s*(<=|>=|<|>|\bat most\b|\bat least\b|\bunder\b|\bbelow\b|\bover\b|\babove\b)\s*")
_SIDE = re.compile(rf"\b({'|'.join(SIDES)})\s+(\S*[0-9]\S*?)\s*(%|percent\b)")


@dataclass(frozen=True)
class Term:
    """One comparison.

    Attributes:
        outcome: name of its column.
        below: cases lie below the level, and not above it.
        strict: the level itself is no case.
        level: in the outcome's unit.
        words: what it says, after the outcome's name.
    """

    outcome: str
    below: bool
    strict: bool
    level: float
    words: str

    def meets(self, values: FloatArray) -> BoolArray:
        """Say of each value whether it is a case."""
        if self.below:
            return values < self.level if self.strict else values <= self.level
        return values > self.level if self.strict else values >= self.level


@dataclass(frozen=True)
class Condition:
    """What makes a run one of interest: all terms hold.

    Attributes:
        text: as the user wrote it.
        terms: what it says.
        words: the same as the beginning of a sentence.
    """

    text: str
    terms: tuple[Term, ...]
    words: str

    @property
    def outcomes(self) -> list[str]:
        """Return the columns that it reads."""
        return list(dict.fromkeys(term.outcome for term in self.terms))

    def meets(self, runs: pd.DataFrame) -> BoolArray:
        """Say of each run whether it is of interest; its outcomes have to be known."""
        found = np.ones(len(runs), dtype=np.bool_)
        for term in self.terms:
            found &= term.meets(runs[term.outcome].to_numpy(np.float64))
        return found


def read_condition(text: str, study: Study, runs: pd.DataFrame, file: str = "") -> Condition:
    """Read a condition; ends such as the worst quarter are those of the runs given.

    Args:
        text: comparisons, joined by "and".
        study: whose outcomes it is about.
        runs: the runs that have been done, with their outcomes.
        file: of the sweep, for messages.

    Raises:
        StudyError: it can't be read, or nobody can say which end is the worst.
        ResultsError: there is no such outcome, or no run has a value of it.
    """
    outcomes = {outcome.name: outcome for outcome in study.written.outcomes if outcome.is_number()}
    terms = [_term(part.strip(), text, outcomes, runs, file) for part in re.split(r"\s+and\s+", text.strip())]
    words = " and ".join(f"{spaced(term.outcome)} is {term.words}" for term in terms)
    return Condition(text.strip(), tuple(terms), capitalised(words))


def _term(part: str, whole: str, outcomes: dict[str, Outcome], runs: pd.DataFrame, file: str) -> Term:
    """Read one comparison."""
    side = _SIDE.search(part)
    if side is not None:
        rest = f"{part[: side.start()]} {part[side.end() :]}"
        name = re.sub(r"^of\s+|^is\s+|\s+is$|\s+is\s+among\s+the$|\s+among\s+the$", "", rest.strip()).strip()
        percent = 100.0 * _number(side.group(2) + "%", "share")
        return _end(_known(name, outcomes, file), side.group(1), round(percent, 10), runs, whole)
    pieces = _SIGN.split(part, maxsplit=1)
    if len(pieces) != 3 or not pieces[0]:
        raise StudyError(f"'{part}' compares nothing", key="--where", expected=EXAMPLES)
    outcome = _known(pieces[0].strip().removesuffix(" is"), outcomes, file)
    limit = _number(pieces[2].strip(), outcome.words())
    below, strict = SIGNS[pieces[1]]
    said = {(True, True): "under", (True, False): "at most", (False, True): "over", (False, False): "at least"}
    return Term(outcome.name, below, strict, limit, f"{said[below, strict]} {level(limit, outcome.words())}")


def _number(text: str, unit: str) -> float:
    """Read the number of a comparison in the unit of its outcome."""
    try:
        number = parse_quantity(text, unit)
    except ValueError as problem:
        raise StudyError(str(problem), key="--where", expected=EXAMPLES) from None
    if declared(unit).dimension == "share" and abs(number) > 1.0 and text.strip()[-1].isdigit():
        raise StudyError(
            f"'{text}' is out of range for a share", key="--where", expected=f"{number:g}% or {number / 100.0:g}"
        )
    return number


def _known(name: str, outcomes: dict[str, Outcome], file: str) -> Outcome:
    """Return an outcome by its name."""
    if name not in outcomes:
        raise ResultsError(
            f"no outcome is called '{name}'", file=file or None, key="--where",
            expected=one_of(outcomes, name), nearest=nearest(name, list(outcomes)),
        )  # fmt: skip
    return outcomes[name]


def _end(outcome: Outcome, side: str, percent: float, runs: pd.DataFrame, whole: str) -> Term:
    """Read one end of the runs, such as the worst quarter: the level is that of the run where it begins."""
    if not 0.0 < percent < 100.0:
        raise StudyError(f"{percent:g}% of the runs is no part of them", key="--where", expected="between 0 and 100%")
    below = side == "lowest" or (side in ("worst", "best") and _less_is_better(outcome, whole) == (side == "best"))
    values = runs[outcome.name].to_numpy(np.float64)
    values = values[np.isfinite(values)]
    if values.size == 0:
        raise ResultsError(f"no run has a value of {outcome.name}", key="--where")
    share = percent / 100.0
    limit = float(np.quantile(values, share if below else 1.0 - share, method="lower" if below else "higher"))
    reach = f"{'at most' if below else 'at least'} {level(limit, outcome.words())}"
    return Term(outcome.name, below, False, limit, f"among the {side} {trimmed(percent, 2)}% ({reach})")


def _less_is_better(outcome: Outcome, whole: str) -> bool:
    """Say which way an outcome is good, by what it measures."""
    better = CATALOGUE[outcome.measure].better if outcome.measure in CATALOGUE else "neither"
    if better != "neither":
        return better == "less"
    raise StudyError(
        f"'{whole}' does not say which end is meant: it is unknown whether more of {outcome.name} is better",
        key="--where", expected="lowest or highest instead of worst or best",
    )  # fmt: skip


def reached(terms: Sequence[Term], runs: pd.DataFrame, study: Study) -> str:
    """Say from where to where the outcomes of a condition go, for a user whose condition meets no run, or all."""
    units = {outcome.name: outcome.words() for outcome in study.written.outcomes}
    parts = []
    for name in dict.fromkeys(term.outcome for term in terms):
        low, high = runs[name].min(), runs[name].max()
        parts.append(f"{name} goes from {level(low, units[name])} to {level(high, units[name])}")
    return ", ".join(parts)
