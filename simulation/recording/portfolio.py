"""The portfolio: what initiatives do by kind and by the income group of their country, read off the world on 1 January.

Arrays are K kinds by I income groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..basis.late import pd
from ..basis.units import FloatArray
from ..measures.catalogue import PORTFOLIO, require
from ..measures.columns import READINESS_NAMES
from ..measures.groups import INCOME_GROUPS
from ..state.kept import YearRecord
from ..state.kinds import KIND_NAMES
from ..state.world import World
from .labels import labelled
from .readiness import readiness_columns

READINESS_EVERY = 5  # years, from the start year on
COLUMNS = (*PORTFOLIO, *READINESS_NAMES)


def portfolio(world: World, added: FloatArray) -> dict[str, FloatArray]:
    """Return the columns of the portfolio, each (K, I); `added` is whom each initiative adds to use, (n,)."""
    initiatives, groups = world.initiatives, len(INCOME_GROUPS)
    cell = initiatives.kind * groups + world.facts.countries.income_group[initiatives.country]

    def by_cell(amounts: FloatArray) -> FloatArray:
        sums = np.bincount(cell, weights=amounts, minlength=len(KIND_NAMES) * groups)
        return np.asarray(sums.reshape(-1, groups), dtype=np.float64)

    found = {
        "living_initiatives": np.ones(initiatives.count),
        "working_initiatives": initiatives.service,
        "users_added": added,
    }
    if (world.year - world.start_year) % READINESS_EVERY == 0:
        found |= readiness_columns(world, added)
    require(found, frozenset(COLUMNS))
    return {name: by_cell(amounts) for name, amounts in found.items()}


def table_of_portfolio(years: Sequence[YearRecord]) -> pd.DataFrame:
    """Lay out year, kind, income_group and the columns; without income groups that never had an initiative.

    Columns of readiness are missing in years in which it was not looked at.
    """
    cells = len(KIND_NAMES) * len(INCOME_GROUPS)
    unknown = np.full((len(KIND_NAMES), len(INCOME_GROUPS)), np.nan)
    kinds, groups = np.arange(len(KIND_NAMES)), np.arange(len(INCOME_GROUPS))
    columns: dict[str, Any] = {
        "year": np.repeat(np.array([entry.year for entry in years], dtype=np.int64), cells),
        "kind": labelled(np.tile(np.repeat(kinds, groups.size), len(years)), KIND_NAMES),
        "income_group": labelled(np.tile(groups, kinds.size * len(years)), INCOME_GROUPS),
    }
    for name in COLUMNS:
        parts = (entry.portfolio.get(name, unknown).ravel() for entry in years)
        columns[name] = np.concatenate([np.zeros(0), *parts])
    table = pd.DataFrame(columns)
    lived = table.groupby("income_group", observed=True)["living_initiatives"].transform("sum") > 0.0
    return table[lived].reset_index(drop=True)
