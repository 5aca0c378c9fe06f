"""The edition of the model: its number rises when the rules change, and results of two editions are never mixed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .errors import ResultsError

EDITION = 2  # the first edition closed initiatives by an index, and had no treasuries by country


def edition_of(manifest: Mapping[str, Any]) -> int:
    """Return the edition that made results, by their manifest; the first edition did not write its number down."""
    return int(manifest.get("edition", 1))


def check_edition(manifest: Mapping[str, Any], file: str, key: str | None = None) -> None:
    """Refuse results of another edition; raises ResultsError."""
    found = edition_of(manifest)
    if found != EDITION:
        raise ResultsError(
            f"results of edition {found} of the model ({written_by(manifest)}) can't be used with edition {EDITION}",
            file=file,
            key=key,
            expected=f"results of edition {EDITION}: make them again with this version, or read these with theirs",
        )


def written_by(manifest: Mapping[str, Any]) -> str:
    """Return the version that made results, in words."""
    version = manifest.get("version")
    return f"AfterAid {version}" if version else "an unknown version of AfterAid"
