"""Studies and searches as written: a TOML file read, checked, and refused with file, line, key and the way out."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from afteraid.simulation.basis.errors import InputError, StudyError, nearest
from afteraid.simulation.scenario.file import Draft, KeyPath, Place, read_toml

Written = TypeVar("Written", bound=BaseModel)
REQUIRED = {
    "outcomes": "[[outcomes]] with what to keep of each run",
    "levers": "[[levers]] with what is chosen",
    "uncertainties": "[[uncertainties]] with what nobody chooses",
    "objectives": "[[objectives]] with what is sought",
}


def find_written(name_or_path: str | Path, directory: Path, shipped: Sequence[str], what: str) -> Path:
    """Return the file of a study or search, by the name of a shipped one or its path.

    Args:
        name_or_path: as the user gave it.
        directory: where the shipped ones are.
        shipped: their names.
        what: study or search, for the message.

    Raises StudyError, with the nearest name, when there is none.
    """
    text = str(name_or_path)
    if isinstance(name_or_path, Path) or text.endswith(".toml") or "/" in text or "\\" in text:
        if Path(text).is_file():
            return Path(text)
        raise StudyError(f"no such {what} file", file=text, nearest=nearest(Path(text).stem, shipped))
    if text in shipped:
        return directory / f"{text}.toml"
    raise StudyError(
        f"no {what} is called '{text}'", expected="one of " + ", ".join(shipped), nearest=nearest(text, shipped)
    )


def read_written(path: Path, model: type[Written], tables: Mapping[str, type[BaseModel]]) -> tuple[Draft, Written]:
    """Read a file and check it by its model; return the places of its keys too.

    Args:
        path: of the file.
        model: its keys and their ranges.
        tables: the models of its tables, by key.

    Raises StudyError, with file, line and key, for whatever can't be used.
    """
    try:
        content, lines = read_toml(path)
    except InputError as problem:
        raise as_study_error(problem) from None
    draft = Draft(content, {key: Place(str(path), line) for key, line in lines.items()}, str(path))
    try:
        return draft, model.model_validate(copy.deepcopy(content))
    except ValidationError as problem:
        errors = sorted(problem.errors(), key=lambda error: error["type"] != "extra_forbidden")
        raise _explain(draft, errors[0], {"": model, **tables}) from None


def _explain(draft: Draft, error: ErrorDetails, tables: Mapping[str, type[BaseModel]]) -> StudyError:
    """Say in the field's words what pydantic found."""
    path: KeyPath = error["loc"]
    if error["type"] == "unusable":
        return unusable(draft, path, error["ctx"])
    if error["type"] == "extra_forbidden":
        valid = list(tables.get(str(path[0]) if len(path) > 1 else "", tables[""]).model_fields)
        return refused(draft, path, "no such key", "one of " + ", ".join(valid), nearest(str(path[-1]), valid))
    if error["type"] == "missing" or (error["type"] == "too_short" and path[-1] in REQUIRED):
        return refused(draft, path, "is missing", REQUIRED.get(str(path[0])) if len(path) == 1 else None)
    kinds = {
        "literal_error": str(error.get("ctx", {}).get("expected")), "string_type": "text in quotes",
        "bool_type": "true or false", "dict_type": "a table", "tuple_type": "a list in square brackets",
        "float_type": "a number", "int_type": "a whole number", "model_type": "a table",
        "model_attributes_type": "a table", "string_too_short": "a name",
    }  # fmt: skip
    wanted = kinds.get(error["type"])
    if wanted is None:
        return refused(draft, _known_part(path), error["msg"])
    valid = [part.strip().strip("'") for part in wanted.replace(" or ", ", ").split(",")]
    close = nearest(str(error["input"]), valid) if error["type"] == "literal_error" else None
    return refused(draft, _known_part(path), f"{error['input']!r} can't be used here", wanted, close)


def _known_part(path: KeyPath) -> KeyPath:
    """Leave off what pydantic adds to a place to say which kind it tried."""
    kept = [part for part in path if isinstance(part, int) or not ("[" in part or part.startswith("literal"))]
    return tuple(kept)


def unusable(draft: Draft, path: KeyPath, context: Mapping[str, Any]) -> StudyError:
    """Say what a check of a value found, at the place of the value."""
    return refused(draft, (*path, *context["key"]), context["message"], context["expected"], context["nearest"])


def refused(
    draft: Draft, path: KeyPath, message: str, expected: str | None = None, close: str | None = None
) -> StudyError:
    """Refuse what stands at a place of the file."""
    return as_study_error(draft.error(path, message, expected=expected, nearest=close))


def carried(draft: Draft, path: KeyPath, problem: InputError) -> StudyError:
    """Say what a scenario refuses, at the place of the file that asks for it."""
    inner = "" if problem.key is None or problem.key in path else f"{problem.key}: "
    return refused(draft, path, f"{inner}{problem.message}", problem.expected, problem.nearest)


def as_study_error(problem: InputError) -> StudyError:
    """Return the same error as one of a study."""
    return StudyError(problem.message, problem.file, problem.line, problem.key, problem.expected, problem.nearest)
