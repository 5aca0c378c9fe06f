"""How names are said: groups, mechanisms, exit strategies, settings and their values, as a reader would say them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar

from ...measures.groups import WORDS, shipped_groups

NOTHING = "nothing"
NEVER = "never"
SOURCES = {"donor": "Donors", "government": "Treasuries", "users": "Users", "private": "Companies"}  # of money
# how labels are said while a page in another language is drawn; as they are at all other times
said_as: ContextVar[Callable[[str], str]] = ContextVar("said_as", default=str)
_SAID = {r"\busd\b": "US dollars", r"\buser year": "user-year", r"\bsouth south\b": "South-South"}


def label(name: str) -> str:
    """Write a place, an exit strategy or a source of money as a label: a known title, or the name as words."""
    return said_as.get()((WORDS | SOURCES).get(name, place(name) if name.isupper() else capitalised(spaced(name))))


def place(name: str) -> str:
    """Write a country by its name, and a group as tables do."""
    known = shipped_groups()
    return known.title(name) if known.is_country(name) else name


def spaced(name: str) -> str:
    """Write a name of a column or setting as words, without a capital."""
    text = name.replace("_", " ").replace(".", " ").strip()
    for pattern, said in _SAID.items():
        text = re.sub(pattern, said, text)
    return text


def spoken(name: str) -> str:
    """Write a name of a column, or a value of a factor, as words: 4.0 is 4."""
    try:
        return f"{float(name):g}"
    except ValueError:
        return spaced(name)


def heading(name: str) -> str:
    """Write a name of a column as the beginning of a title."""
    return capitalised(spoken(name))


def capitalised(text: str) -> str:
    """Begin with a capital."""
    return text[:1].upper() + text[1:]


def uncapitalised(text: str) -> str:
    """Begin without a capital."""
    return text[:1].lower() + text[1:]


def joined(parts: Sequence[str], word: str = "and") -> str:
    """Join words as a sentence does."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def listed(parts: Sequence[str], word: str = "and") -> str:
    """Join parts as a sentence does, with semicolons where a part has a comma of its own."""
    if len(parts) < 2 or not any("," in part for part in parts):
        return joined(parts, word)
    return f"{'; '.join(parts[:-1])}; {word} {parts[-1]}"


def setting(value: object) -> str:
    """Write a setting's value as a reader would: mixes and lists with their members, an empty one as `nothing`."""
    if value is None:
        return NEVER
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {setting(member)}" for name, member in value.items()) or NOTHING
    if isinstance(value, (tuple, list)):
        return "; ".join(setting(member) for member in value) or NOTHING
    if hasattr(value, "model_dump"):
        said = {name: member for name, member in value.model_dump().items() if member is not None}
        return ", ".join(f"{name} {_member(member)}" for name, member in said.items())
    return f"{value:g}" if isinstance(value, float) else str(value)


def _member(value: object) -> str:
    """Write one field of an entry of a list; names stand side by side."""
    return " ".join(map(str, value)) if isinstance(value, tuple) else setting(value)
