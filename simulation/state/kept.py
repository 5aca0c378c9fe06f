"""What is kept of a world on 1 January of each year, to be laid out as tables when the run has ended."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ..basis.short import Short
from ..basis.units import FloatArray


@dataclass(frozen=True)
class YearRecord(Short):
    """The world on 1 January. What no table shows of the years before the start is left empty there.

    C economies, G groups (urban, rural), M mechanisms and none of them, R recipients of aid, K kinds of
    initiative, I income groups.
    """

    year: int
    countries: dict[str, FloatArray]  # column of the table of countries -> (C,)
    effective: FloatArray  # (C, G) users whom initiatives add
    inflow: dict[str, FloatArray]  # source -> (M + 1,) dollars since the beginning
    outflow: dict[str, FloatArray]  # use -> (M + 1,) dollars since the beginning
    activity: dict[str, float]  # measure -> today's value, or the sum since the beginning
    indicators: dict[tuple[str, str], float] = field(default_factory=dict)  # (measure, group) -> value
    totals: dict[str, float] = field(default_factory=dict)  # sums since the beginning, for indicators of the year
    people: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))  # (stages, kinds) ledger of people
    users: FloatArray = field(default_factory=lambda: np.zeros(0))  # (channels,) where users come from
    accounts: dict[str, FloatArray] = field(default_factory=dict)  # measure -> (C,) today's, or sum since the beginning
    exits: FloatArray = field(default_factory=lambda: np.zeros((0, 5)))  # of the year before, a row a donor and country
    portfolio: dict[str, FloatArray] = field(default_factory=dict)  # column -> (K, I) by kind and income group
    aid: FloatArray = field(default_factory=lambda: np.zeros(0))  # (R,) dollars that donors paid in the year before
