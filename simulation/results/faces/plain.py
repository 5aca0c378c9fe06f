"""The face of an answer for programs: plain lists, names and numbers, which JSON can hold."""

from __future__ import annotations

import math
from typing import Any

from ...basis.late import pd
from ..answer import Answer

OF_THE_MOMENT = ("wall_time_seconds",)  # differs each time, and the same answer gives the same text


def plain(answer: Answer) -> dict[str, Any]:
    """Return an answer as plain values; what is not known is None.

    The keys are title, sentences, tables (a list of rows by name), notes, parts and manifest.
    """
    return {
        "title": answer.title,
        "sentences": list(answer.sentences),
        "tables": {table.name: plain_rows(table.data) for table in answer.tables},
        "notes": list(answer.notes),
        "parts": [plain(part) for part in answer.parts],
        "manifest": {name: value for name, value in answer.manifest.items() if name not in OF_THE_MOMENT},
    }


def plain_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table; JSON has no word for a number that is missing, which becomes None."""
    return [{str(name): _plain(value) for name, value in row.items()} for row in table.to_dict(orient="records")]


def _plain(value: Any) -> Any:
    if value is pd.NA:
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.item() if hasattr(value, "item") else value
