"""Everything that can go wrong, as one tree.

::

    AfterAidError
    ├── InputError            something a user wrote can't be used (exit status 2)
    │   ├── ScenarioError     in a scenario file or a --set option
    │   ├── ParameterError    a parameter that does not exist or is out of range
    │   ├── StudyError        in a study file, or in what is asked of it
    │   ├── DataError         a reference table is missing or malformed
    │   └── ResultsError      a results folder can't be read or written
    ├── LostRunsError         runs that bring down every worker they are given to (exit status 1)
    └── InvariantError        the model contradicts itself: a defect, never the user's fault
        ├── LedgerError       money appeared or vanished
        └── DrawnTwiceError   one decision asked for its luck twice
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time


class AfterAidError(Exception):
    """Base of every error that AfterAid raises on purpose."""


@dataclass
class InputError(AfterAidError):
    """Something in the input can't be used; says where, what was expected, and the nearest valid name."""

    message: str
    file: str | None = None
    line: int | None = None
    key: str | None = None
    expected: str | None = None
    nearest: str | None = None

    def __str__(self) -> str:
        """Write the place first, as compilers do, then the reason and the way out."""
        place = ""
        if self.file is not None:
            place = f"{self.file}:{self.line}: " if self.line is not None else f"{self.file}: "
        message = _short(self.message)
        text = f"{place}{_short(self.key)}: {message}" if self.key else f"{place}{message}"
        if self.expected:
            text += f"; expected {self.expected}"
        if self.nearest:
            text += f"; did you mean '{self.nearest}'?"
        return on_one_line(text)

    def __reduce__(self) -> tuple[object, ...]:
        """Travel between worker processes with every field."""
        return (type(self), (self.message, self.file, self.line, self.key, self.expected, self.nearest))


class ScenarioError(InputError):
    """A scenario can't be used as written."""


class ParameterError(InputError):
    """A parameter does not exist or its value is out of range."""


class StudyError(InputError):
    """A study can't be used as written."""


class DataError(InputError):
    """A reference table is missing or malformed."""


class ResultsError(InputError):
    """A results folder can't be read or written."""


class LostRunsError(AfterAidError):
    """Runs bring down every worker that they are given to."""


class InvariantError(AfterAidError):
    """The model contradicts itself. Please report it."""


class LedgerError(InvariantError):
    """Money appeared or vanished."""


class DrawnTwiceError(InvariantError):
    """One decision asked for its luck twice."""


def _short(text: str) -> str:
    """Return a text of which a very long word, or the end of a very long text, is left out."""
    words = re.sub(r"\S{200,}", lambda word: f"{word.group()[:MOST_SHOWN]}...", text)
    return words if len(words) <= MOST_SAID else f"{words[:MOST_SAID]}..."


MOST_SHOWN = 60  # characters of a value that a message repeats
MOST_SAID = 600  # characters of a whole message


def shown(value: object) -> str:
    """Return a value as messages repeat it: on one line, and not all of a long one."""
    try:
        text = str(value) if isinstance(value, (date, time)) else repr(value)
    except (ValueError, RecursionError):  # a whole number with more digits than Python writes, or deep nesting
        return "this value"
    text = on_one_line(" ".join(text.split()))
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}..."


MOST_LISTED = 12  # names that a message lists; of more it shows the nearest few
FEW_LISTED = 5


def closest(name: str, valid: Iterable[str], most: int, cutoff: float = 0.5) -> list[str]:
    """Return the valid names closest to what was written, the closest first; case makes no difference."""
    known = {whole.casefold(): whole for whole in reversed(list(valid))}
    sought = name.strip().casefold()
    within = [known[whole] for whole in reversed(known) if sought and sought in re.split("[_. -]", whole)]
    alike = difflib.get_close_matches(sought, list(reversed(known)), n=most, cutoff=cutoff)
    return list(dict.fromkeys([*within[:1], *(known[whole] for whole in alike)]))[:most]


def nearest(name: str, valid: Iterable[str]) -> str | None:
    """Return the valid name closest to what was written, or None when nothing is close."""
    return next(iter(closest(name, valid, 1)), None)


def one_of(valid: Iterable[str], name: str = "", command: str = "") -> str:
    """Say which names are valid: all of them where they are few, or else the nearest and where to see all.

    Args:
        valid: the names.
        name: what was written.
        command: shows all of them, such as ``afteraid measures``.
    """
    known = list(valid)
    if len(known) <= MOST_LISTED:
        return f"one of {', '.join(known)}"
    few = closest(name, known, FEW_LISTED, 0.0) or known[:FEW_LISTED]
    seen = f" (all: `{command}`)" if command else ""
    return f"one of {len(known)} names, such as {', '.join(few)}{seen}"


def on_one_line(text: str) -> str:
    """Return a text with escapes for line breaks and for what no terminal shows, such as a no-break space."""
    return "".join(mark if mark.isprintable() else mark.encode("unicode_escape").decode("ascii") for mark in text)
