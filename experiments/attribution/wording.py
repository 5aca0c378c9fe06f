"""Items and levers of an attribution as a reader says them."""

from __future__ import annotations

from afteraid.simulation.exits import EXITS
from afteraid.simulation.mechanisms import MECHANISMS
from afteraid.simulation.results.words.names import capitalised, spaced

from ..study.donors import donor_names
from ..study.wording import SETTINGS
from .attribution import TOGETHER


def words_of(item: str) -> str:
    """Write an item, ``kind:name``, a lever, or all of them together, as a table and the beginning of a sentence do."""
    kind, colon, name = item.partition(":")
    if item == TOGETHER:
        return "All items together"
    if not colon:
        return capitalised(SETTINGS.get(item, (spaced(item), ""))[0])
    if kind == "donor":
        return donor_names().get(name, "All donors" if name == "all" else f"Donors ({spaced(name)})")
    if kind in ("mechanism", "exit"):
        return MECHANISMS[name].title if kind == "mechanism" else EXITS[name].title
    return f"{capitalised(kind)} {name}"
