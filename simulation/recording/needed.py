"""Which tables the measures of the catalogue need: what a run records when a few measures are asked for."""

from __future__ import annotations

from collections.abc import Iterable

from ..basis.errors import InputError
from ..measures.catalogue import ACCOUNTS, measure
from ..measures.headlines import ADDITIONAL, COOPERATION, STRANDED
from ..measures.metrics import COSTS

RECORDS = (
    "countries", "accounts", "closures", "portfolio", "initiatives", "finance", "people", "activity", "exits",
    "parameters",
)  # fmt: skip
RESTS_ON = {"divide": "countries", "survival": "initiatives"}  # table of results -> what is recorded for that table
WHOLE_RUN: dict[str, tuple[str, ...]] = {  # measure of a whole run -> tables; the others are read off `survival`
    **dict.fromkeys(ADDITIONAL, ("countries", "accounts", "twin")),
    COOPERATION: ("countries", "twin"),
    STRANDED: ("activity",),
    "year_universal_use": ("divide",),
    **dict.fromkeys(COSTS, ("activity",)),
}


def tables_for(measures: Iterable[str]) -> frozenset[str]:
    """Return the tables of results in which the values of some measures stand, or from which they follow.

    Raises:
        InputError: a measure is unknown, with the nearest name, or needs `afteraid attribute`.
    """
    found: set[str] = set()
    for name in measures:
        table = measure(name, "measures").table
        if table == "attribution":
            raise InputError(f"no run records '{name}'", key="measures", expected="a measure of a run")
        found |= {table} if table != "run" else set(WHOLE_RUN.get(name, ("survival",)))
    return frozenset(found)


def tables_at(grain: str, name: str) -> frozenset[str]:
    """Return the tables in which a measure stands at a grain: world, group, country, kind, or initiative.

    Args:
        grain: of what is kept; initiatives have columns and no measure.
        name: of the measure.
    """
    if grain == "country":
        return frozenset(("accounts" if name in ACCOUNTS else "countries",))
    alone = {"kind": "portfolio", "initiative": "initiatives"}
    return frozenset((alone[grain],)) if grain in alone else tables_for((name,))


def records_for(tables: Iterable[str]) -> frozenset[str]:
    """Return what a world has to record for some tables of results."""
    return frozenset(RESTS_ON.get(table, table) for table in tables) & frozenset(RECORDS)
