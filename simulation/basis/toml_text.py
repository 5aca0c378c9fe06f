"""Settings written as TOML that reads back as the same values."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def toml_text(content: Mapping[str, Any]) -> str:
    """Return a mapping as TOML: plain values first, then tables, then lists of tables; what is None is left out.

    A table in a table stands under its own heading, and what it holds on a line each.
    """
    plain, tables = [], []
    for name, value in content.items():
        if isinstance(value, Mapping):
            tables += _tables(_key(name), value)
        elif isinstance(value, (list, tuple)) and value and all(isinstance(inner, Mapping) for inner in value):
            for row in value:
                below = {key: inner for key, inner in row.items() if isinstance(inner, Mapping)}
                tables.append(_table(f"[[{_key(name)}]]", {key: row[key] for key in row if key not in below}))
                tables += [_table(f"[{_key(name)}.{_key(key)}]", inner) for key, inner in below.items()]
        elif value is not None:
            plain.append(f"{_key(name)} = {_value(value)}")
    return "\n\n".join(["\n".join(plain), *tables]).lstrip() + "\n"


def _tables(name: str, content: Mapping[str, Any]) -> list[str]:
    """Write a table, and after it those that it holds."""
    below = {key: inner for key, inner in content.items() if isinstance(inner, Mapping) and inner}
    plain = {key: inner for key, inner in content.items() if key not in below}
    own = [_table(f"[{name}]", plain)] if plain or not below else []
    return own + [_table(f"[{name}.{_key(key)}]", inner) for key, inner in below.items()]


def _table(head: str, content: Mapping[str, Any]) -> str:
    """Write a table; tables within it stand on a line each."""
    lines = [f"{_key(key)} = {_value(inner)}" for key, inner in content.items() if inner is not None]
    return "\n".join([head, *lines])


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:
    """Write one value; tables within it stand on its line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items() if one is not None)
        return f"{{ {inner} }}" if inner else "{}"
    return f"[{', '.join(_value(one) for one in value if one is not None)}]"
