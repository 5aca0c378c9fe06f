"""Studies and searches as written: a TOML file read, checked, and refused with file, line, key and the way out."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from afteraid.simulation.basis.errors import InputError, StudyError, nearest
from afteraid.simulation.basis.renamed import unknown
from afteraid.simulation.scenario.explaining import explain
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
    message, close = unknown(what, text, f"no {what} is called '{text}'", shipped)
    raise StudyError(message, expected="one of " + ", ".join(shipped), nearest=close)


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

        def keys_at(place: KeyPath) -> list[str]:
            return (
                list(tables[str(place[0])].model_fields) if place and place[0] in tables else list(model.model_fields)
            )

        found = explain(problem, keys_at, REQUIRED)
        raise refused(draft, found.path, found.message, found.expected, found.nearest) from None


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
