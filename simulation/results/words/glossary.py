"""The glossary: each term of the answers with its meaning, as `docs/glossary.md` has it; a wheel carries that page."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

_ROOT = Path(__file__).parents[3]  # of the source tree, or of the installed package
_PLACES = (_ROOT / "pages" / "glossary.md", _ROOT / "docs" / "glossary.md")
_ENTRY = re.compile(r"^- \*\*(?P<term>[^*]+)\*\*: (?P<meaning>.+?)(?=^- \*\*|^#|\Z)", re.M | re.S)
_SHORT = re.compile(r"^(?P<long>.+?) \((?P<short>[A-Z]+)\)$")


@lru_cache(maxsize=1)
def glossary() -> dict[str, str]:
    """Return the meaning of each term, in the order of the page; none where the page is missing."""
    place = next((one for one in _PLACES if one.is_file()), None)
    if place is None:
        return {}
    text = place.read_text(encoding="utf-8")
    return {found["term"]: " ".join(found["meaning"].split()) for found in _ENTRY.finditer(text)}


def terms_in(text: str) -> dict[str, str]:
    """Return the terms that stand in a text, with their meanings, in the order of the alphabet."""
    found = {term: meaning for term, meaning in glossary().items() if _forms(term).search(text)}
    return dict(sorted(found.items(), key=lambda entry: entry[0].casefold()))


@lru_cache(maxsize=256)
def _forms(term: str) -> re.Pattern[str]:
    """Return what finds a term, its plural, and its short form in capitals."""
    parts = _SHORT.match(term)
    long, short = (parts["long"], parts["short"]) if parts else (term, "")
    stem = re.escape(long[:-1]) + "(?:y|ies)" if long.endswith("y") else re.escape(long) + "s?"
    return re.compile(rf"(?i:\b{stem}\b)" + (rf"|\b{short}s?\b" if short else ""))
