"""Scenario files as written: where each value stands, and what a file takes over from its parents.

A file may say ``extends = "parent"``. Tables merge key by key, the child's last; the mixes (mechanisms, exits) and
lists are replaced whole, since half of a mix has no meaning. What describes a scenario (title, question, story, what it
holds equal) is never taken over; sources add up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..basis.errors import ScenarioError, nearest, one_of
from ..basis.renamed import unknown
from ..basis.text_file import is_file, is_path, known_name
from .country_numbers import PLACE, code_of, with_code
from .toml_file import ONE_WAY, KeyPath, dotted, full_names, read_toml, two_ways

_REPLACED_WHOLE = frozenset({("strategy", "mechanisms"), ("strategy", "exits")})
_NEVER_INHERITED = ("name", "title", "question", "story", "theme", "holds_equal", "extends")


@dataclass(frozen=True)
class Place:
    """Where a value was written."""

    file: str
    line: int | None = None


@dataclass
class Draft:
    """A scenario as written, merged with its parents, not yet checked."""

    content: dict[str, Any]
    places: dict[KeyPath, Place] = field(default_factory=dict)
    file: str | None = None

    def place(self, path: KeyPath) -> Place | None:
        """Return where a key, or else the nearest table that holds it, was written."""
        for length in range(len(path), 0, -1):
            found = self.places.get(path[:length])
            if found is not None:
                return found
        return Place(self.file) if self.file is not None else None

    def error(self, path: KeyPath, message: str, **details: str | None) -> ScenarioError:
        """Make the one error that names file, line and key."""
        place = self.place(path)
        return ScenarioError(
            message,
            file=place.file if place else None,
            line=place.line if place else None,
            key=dotted(path) or None,
            **details,
        )

    def put(self, path: KeyPath, value: Any, place: Place) -> None:
        """Set one value, making the tables on the way; what was written below it is forgotten."""
        table = self.content
        for depth, part in enumerate(path[:-1]):
            below = table.setdefault(str(part), {})
            if not isinstance(below, dict):
                self.places[path] = place
                raise self.error(path, f"{dotted(path[: depth + 1])} is not a table")
            table = below
        table[str(path[-1])] = value
        self.places = {known: where for known, where in self.places.items() if known[: len(path)] != path}
        self.places[path] = place
        if path[:2] == PLACE:  # a name that no country has is wrong where the number is set
            self.places[path[:3]] = place
        if path[:-1] in _REPLACED_WHOLE:  # whoever sets a part of a mix answers for its sum
            self.places[path[:-1]] = place


def find_scenario(name_or_path: str | Path, directory: Path, beside: Path | None = None) -> Path:
    """Return the file of a scenario, given its name or its path.

    Args:
        name_or_path: the name of a shipped scenario, or a path to a TOML file.
        directory: where the shipped scenarios are.
        beside: the file that names it as its parent; a file next to that one goes first.

    Raises ScenarioError, with the nearest name, when there is none.
    """
    text = str(name_or_path)
    names = [path.stem for path in sorted(directory.glob("*.toml"))]
    path = Path(text) if beside is None else beside.parent / text
    if is_path(name_or_path):
        if is_file(path):
            return path
        raise ScenarioError("no such scenario file", file=text, nearest=nearest(path.stem, names))
    name = known_name(text, names) or text
    sibling = beside.parent / f"{text}.toml" if beside is not None else None
    if sibling is not None and is_file(sibling):
        is_itself = beside is not None and sibling.resolve() == beside.resolve()
        if not (is_itself and name in names):
            return sibling
    if name in names:
        return directory / f"{name}.toml"
    if is_file(path):
        return path
    message, close = unknown("scenario", text, f"no scenario is called '{text}'", names)
    raise ScenarioError(message, expected=one_of(names, text, "afteraid scenarios"), nearest=close)


def read_draft(path: Path, directory: Path, heirs: tuple[Path, ...] = ()) -> Draft:
    """Read a scenario file with all its parents, the eldest first.

    Raises ScenarioError for a parent that is missing and for parents that go in a circle.
    """
    content, lines = read_toml(path)
    world = content.get("world")
    if isinstance(world, dict) and "parameters" in world:
        found = two_ways(world["parameters"], ("world", "parameters"), lines)
        if found is not None:
            raise ScenarioError(found.message, file=str(path), line=found.line, key=found.key, expected=ONE_WAY)
        world["parameters"] = full_names(world["parameters"])
    if isinstance(world, dict) and isinstance(world.get("countries"), dict):
        world["countries"] = _by_known_code(world["countries"], str(path), lines)
    draft = Draft(content, {_full_name(key): Place(str(path), line) for key, line in lines.items()}, str(path))
    parent_name = content.get("extends")
    if parent_name is None:
        return draft
    if not isinstance(parent_name, str):
        raise draft.error(("extends",), "is not the name of a scenario", expected="a name or a path, in quotes")
    try:
        parent_path = find_scenario(parent_name, directory, beside=path)
    except ScenarioError as problem:
        message, _ = unknown("scenario", parent_name, f"no scenario '{parent_name}' to extend", ())
        raise draft.error(("extends",), message, nearest=problem.nearest, expected=problem.expected) from None
    chain = (*heirs, path.resolve())
    if parent_path.resolve() in chain:
        circle = chain[chain.index(parent_path.resolve()) :]
        names = " -> ".join(member.stem for member in (*circle, parent_path))
        raise draft.error(("extends",), f"scenarios extend each other in a circle: {names}")
    return _inherit(draft, read_draft(parent_path, directory, chain))


def _by_known_code(countries: Mapping[str, Any], file: str, lines: Mapping[KeyPath, int]) -> dict[str, Any]:
    """Return the countries of a file by code, so that a parent's, a child's and `--set` meet; a wrong name is kept."""
    found: dict[str, Any] = {}
    for written, numbers in countries.items():
        code = code_of(written) or written
        if code in found:
            where = (*PLACE, written)
            said = f"{code} is set under two names"
            raise ScenarioError(said, file=file, line=lines.get(where), key=dotted(where), expected=ONE_WAY)
        found[code] = numbers
    return found


def _full_name(path: KeyPath) -> KeyPath:
    path = with_code(path)
    if path[:2] != ("world", "parameters") or len(path) < 3:
        return path
    return (*path[:2], ".".join(str(part) for part in path[2:]))


def _inherit(child: Draft, parent: Draft) -> Draft:
    """Lay a child's values over its parent's."""
    kept = {key: value for key, value in parent.content.items() if key not in _NEVER_INHERITED}
    merged = Draft(kept, {path: place for path, place in parent.places.items() if path[0] in kept}, child.file)
    own = dict(child.content)
    if isinstance(own.get("sources"), list) and isinstance(kept.get("sources"), list):
        own["sources"] = [*own["sources"], *(line for line in kept["sources"] if line not in own["sources"])]
    _lay(merged, own, child, ())
    return merged


def _lay(merged: Draft, values: Mapping[str, Any], child: Draft, above: KeyPath) -> None:
    for key, value in values.items():
        path = (*above, key)
        held = _lookup(merged.content, path)
        if isinstance(value, dict) and isinstance(held, dict) and path not in _REPLACED_WHOLE:
            _lay(merged, value, child, path)
            continue
        place = child.place(path)
        merged.put(path, value, place if place is not None else Place(str(child.file)))
        merged.places.update({known: where for known, where in child.places.items() if known[: len(path)] == path})


def _lookup(content: Mapping[str, Any], path: KeyPath) -> Any:
    held: Any = content
    for part in path:
        if not isinstance(held, Mapping) or part not in held:
            return None
        held = held[part]
    return held
