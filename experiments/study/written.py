"""Studies and searches as written: a TOML file read, checked, and refused with file, line, key and the way out."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from afteraid.simulation.basis.errors import InputError, StudyError, nearest, one_of
from afteraid.simulation.basis.renamed import unknown
from afteraid.simulation.basis.text_file import is_file, is_path, known_name
from afteraid.simulation.scenario.explaining import explain
from afteraid.simulation.scenario.file import Draft, Place
from afteraid.simulation.scenario.scenario import full_key, is_setting
from afteraid.simulation.scenario.toml_file import ONE_WAY, KeyPath, dotted, read_toml, two_ways

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
    name = None if is_path(name_or_path) else known_name(text, shipped)
    if name is not None:
        return directory / f"{name}.toml"
    if is_file(Path(text)):
        return Path(text)
    if is_path(name_or_path):
        raise StudyError(f"no such {what} file", file=text, nearest=nearest(Path(text).stem, shipped))
    message, close = unknown(what, text, f"no {what} is called '{text}'", shipped)
    raise StudyError(message, expected=one_of(shipped, text), nearest=close)


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
    _refuse_two_ways(path, content, lines)
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


def _refuse_two_ways(path: Path, content: Mapping[str, Any], lines: Mapping[KeyPath, int]) -> None:
    """Refuse a setting that a table of settings has in two ways, such as ``funding`` and ``strategy.funding``."""
    tables: list[tuple[KeyPath, object]] = [(("settings",), content.get("settings"))]
    for name in ("factors", "levers", "uncertainties"):
        listed = content.get(name)
        for number, entry in enumerate(listed if isinstance(listed, list) else ()):
            alternatives = entry.get("alternatives") if isinstance(entry, dict) else None
            if isinstance(alternatives, dict):
                place: KeyPath = (name, number, "alternatives")
                tables += [((*place, key), table) for key, table in alternatives.items()]
    for where, table in tables:
        found = two_ways(table, where, lines, lambda key: full_key(key) if is_setting(key) else key)
        if found is not None:
            raise StudyError(found.message, str(path), found.line, found.key, ONE_WAY)


def unusable(draft: Draft, path: KeyPath, context: Mapping[str, Any]) -> StudyError:
    """Say what a check of a value found, at the place of the value."""
    return refused(draft, (*path, *context["key"]), context["message"], context["expected"], context["nearest"])


def refused(
    draft: Draft, path: KeyPath, message: str, expected: str | None = None, close: str | None = None
) -> StudyError:
    """Refuse what stands at a place of the file; an entry of a list is called by its name where it has one."""
    error = as_study_error(draft.error(path, message, expected=expected, nearest=close))
    if len(path) > 1 and isinstance(path[1], int):
        listed = draft.content.get(str(path[0]))
        entry = listed[path[1]] if isinstance(listed, list) and path[1] < len(listed) else None
        name = entry.get("name") if isinstance(entry, dict) else None
        if isinstance(name, str) and name:
            error.key = dotted((f"{path[0]}[{name}]", *path[2:]))
    return error


def carried(draft: Draft, path: KeyPath, problem: InputError) -> StudyError:
    """Say what a scenario refuses, at the place of the file that asks for it."""
    inner = "" if problem.key is None or problem.key in path else f"{problem.key}: "
    return refused(draft, path, f"{inner}{problem.message}", problem.expected, problem.nearest)


def as_study_error(problem: InputError) -> StudyError:
    """Return the same error as one of a study."""
    return StudyError(problem.message, problem.file, problem.line, problem.key, problem.expected, problem.nearest)
