"""Tables for planners, made from the tables of a run: by country, donor cliffs, keep or build, readiness, more."""

from __future__ import annotations

from typing import Protocol

from ..basis.late import pd
from ..measures.by_country import by_country, closures_by_cause
from ..measures.groups import shipped_groups
from ..measures.planning import (
    closure_by_cooperation,
    donor_cliff,
    exits_to_move,
    initiatives_to_move,
    keep_or_build,
    price_of_readiness,
)

FOLDER = "plans"


class RunTables(Protocol):
    """Results with the tables that plans are made of."""

    accounts: pd.DataFrame
    activity: pd.DataFrame
    closures: pd.DataFrame
    countries: pd.DataFrame
    initiatives: pd.DataFrame
    portfolio: pd.DataFrame
    twin: pd.DataFrame


def plans(results: RunTables, focus: str = "LDC") -> dict[str, pd.DataFrame]:
    """Return the tables for planners by name, as a report has them in the folder `plans`.

    Args:
        results: of a run.
        focus: country or group that is looked at closely, by any of its names.

    Returns:
        by_country, closures_by_cause, donor_cliff, exits_to_move, initiatives_to_move (of the first run),
        keep_or_build, price_of_readiness and closure_by_cooperation; see the functions of these names in `measures`.
    """
    cliff = donor_cliff(results.accounts)
    moves = exits_to_move(cliff)
    runs = int(results.accounts["run"].nunique())
    return {
        "by_country": by_country(results.accounts, results.countries, results.twin),
        "closures_by_cause": closures_by_cause(results.closures, runs),
        "donor_cliff": cliff,
        "exits_to_move": moves,
        "initiatives_to_move": initiatives_to_move(results.initiatives, moves),
        "keep_or_build": keep_or_build(results.accounts, results.activity),
        "price_of_readiness": price_of_readiness(results.portfolio),
        "closure_by_cooperation": closure_by_cooperation(
            results.countries, results.twin, shipped_groups().read(focus, "focus")
        ),
    }
