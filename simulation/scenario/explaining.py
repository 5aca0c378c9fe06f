"""What pydantic found in a file, said in the field's words: the place, what is wrong, and the way out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ..basis.errors import nearest, one_of, shown
from ..basis.renamed import successor, unknown
from .toml_file import KeyPath, dotted

KINDS = {
    "string_type": "text in quotes",
    "string_too_short": "a name",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "float_type": "a number",
    "int_type": "a whole number",
    "tuple_type": "a list in square brackets",
    "dict_type": "a table of names with their values",
}
TABLES = ("model_type", "model_attributes_type")


@dataclass(frozen=True)
class Explained:
    """One mistake: the place of the key, what is wrong, what was expected, and the nearest valid name."""

    path: KeyPath
    message: str
    expected: str | None = None
    nearest: str | None = None


def explain(
    problem: ValidationError, keys_at: Callable[[KeyPath], Sequence[str]], required: Mapping[str, str] | None = None
) -> Explained:
    """Return the mistake that a user wants to hear of first.

    Args:
        problem: what pydantic found.
        keys_at: gives the valid keys of the table at a place.
        required: keys that must be there and not empty, with what is expected of them.
    """
    # a misspelt key also leaves its right name missing; the misspelling goes first
    error = min(problem.errors(), key=lambda one: one["type"] != "extra_forbidden")
    kind, path = error["type"], error["loc"]
    if kind == "unusable":
        context = error["ctx"]
        return Explained((*path, *context["key"]), context["message"], context["expected"], context["nearest"])
    if kind == "extra_forbidden":
        valid = keys_at(path[:-1])
        what = "table" if isinstance(error["input"], dict) else "key"
        expected = one_of(valid, str(path[-1]))
        name = dotted(path) if successor("setting", dotted(path)) else str(path[-1])
        message, close = unknown("setting", name, f"no such {what}", valid)
        return Explained(path, message, expected, close)
    needed = required or {}
    if kind == "missing" or (kind == "too_short" and path[-1] in needed):
        return Explained(path, "is missing", needed.get(str(path[0])) if len(path) == 1 else None)
    return _of_wrong_kind(error, keys_at)


def _of_wrong_kind(error: ErrorDetails, keys_at: Callable[[KeyPath], Sequence[str]]) -> Explained:
    """Say what a value should have been."""
    path = _known_part(error["loc"])
    if error["type"] == "literal_error":
        expected = str(error.get("ctx", {}).get("expected"))
        valid = [part.strip().strip("'") for part in expected.replace(" or ", ", ").split(",")]
        close = nearest(shown(error["input"]).strip("'"), valid)
        return Explained(path, f"{shown(error['input'])} can't be used here", expected, close)
    wanted = KINDS.get(error["type"])
    if error["type"] in TABLES:
        keys = keys_at(path)
        wanted = f"a table of {', '.join(keys)}" if keys else "a table"
    if wanted is None:
        return Explained(path, error["msg"])
    return Explained(path, f"{shown(error['input'])} can't be used here", wanted)


def _known_part(path: KeyPath) -> KeyPath:
    """Leave off what pydantic adds to a place to say which kind it tried."""
    kept = [part for part in path if isinstance(part, int) or not ("[" in part or part.startswith("literal"))]
    return tuple(kept)
