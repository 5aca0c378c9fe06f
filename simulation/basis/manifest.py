"""The manifest of a folder of results: which product, edition and data made them, and how it is written and read."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from .edition import EDITION, check_edition
from .errors import ResultsError
from .files import place_whole
from .machine import installed
from .text_file import is_file, read_text

MANIFEST = "manifest.json"
PRODUCT = "AfterAid"


def made_by(kind: str | None = None) -> dict[str, Any]:
    """Return the first lines of every manifest: product, kind of results, edition of the model and version."""
    named = {} if kind is None else {"kind": kind}
    return {"product": PRODUCT, **named, "edition": EDITION, "version": installed("afteraid")}


@functools.cache
def _data_hashes() -> tuple[tuple[str, str], ...]:
    folder = resources.files("afteraid.simulation") / "data"
    files = [item for item in folder.iterdir() if item.is_file() and not item.name.endswith((".py", ".pyc"))]
    ordered = sorted(files, key=lambda item: item.name)
    return tuple((item.name, hashlib.sha256(item.read_bytes()).hexdigest()) for item in ordered)


def data_hashes() -> dict[str, str]:
    """Return the SHA-256 of every reference table that the package ships, by file name."""
    return dict(_data_hashes())


@functools.cache
def _code_hashes() -> tuple[tuple[str, str], ...]:
    science = Path(__file__).resolve().parents[1]
    files = {f"simulation/{path.relative_to(science).as_posix()}": path for path in science.rglob("*.py")}
    kept = {name: path for name, path in files.items() if not name.startswith("simulation/results/")}
    return tuple((name, hashlib.sha256(path.read_bytes()).hexdigest()) for name, path in sorted(kept.items()))


def code_hashes() -> dict[str, str]:
    """Return the SHA-256 of every file of code that decides the bits of a world, by its place in the source tree.

    These are all files of `simulation` but those of `simulation/results`, which say and draw what came of runs.
    """
    return dict(_code_hashes())


def json_text(content: object) -> str:
    """Return content as the JSON text of a file; a number that is not finite is refused."""
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def json_line(content: object) -> str:
    """Return content as JSON on one line without spaces, for a page; a number that is not finite is refused."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def write_json(path: Path, content: object) -> None:
    """Write content as a file of JSON, whole or not at all."""
    place_whole(path, json_text(content).encode())


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write the manifest of a folder that exists, whole or not at all."""
    write_json(folder / MANIFEST, manifest)


def read_manifest(folder: str | Path, what: str) -> dict[str, Any]:
    """Return the manifest of a folder of results of this edition.

    Args:
        folder: of results.
        what: the results that are looked for, for messages: a sweep, a result.

    Raises ResultsError where there is none, where it can't be read, and where another edition of the model made it.
    """
    path = Path(folder) / MANIFEST
    if not is_file(path):
        raise ResultsError(f"holds no {what}", file=str(folder), expected=f"a folder with {MANIFEST}")
    try:
        found = json.loads(read_text(path, ResultsError))
    except (ValueError, RecursionError) as problem:
        raise ResultsError(f"the {what} can't be read: {problem}", file=str(folder)) from None
    if not isinstance(found, dict):
        raise ResultsError(f"holds no {what}", file=str(folder), expected=f"a folder with {MANIFEST}")
    check_edition(found, str(folder))
    return found
