"""The traits of mechanisms and exits as tables that whole columns can be looked up in."""

from __future__ import annotations

from dataclasses import dataclass

from ..basis.units import FloatArray, IntArray


@dataclass(frozen=True)
class Traits:
    """Mechanisms (M) and exits (X) as tables that whole columns can be looked up in; income groups are (4,)."""

    names: dict[str, int]  # mechanism name -> row
    exit_names: dict[str, int]
    cofinance: dict[str, FloatArray]  # source -> (M, 4), dollars per donor dollar that arrives
    fee: FloatArray  # (M,)
    verification: FloatArray  # (M,)
    calls: FloatArray  # (M,)
    shares_reporting: FloatArray  # (M,) 0 or 1
    delay: FloatArray  # (M, 2) quarters
    volatility_transmission: FloatArray  # (M,)
    capacity: FloatArray  # (M,)
    ownership: FloatArray  # (M,)
    linkages: FloatArray  # (M,)
    revenue: FloatArray  # (M,)
    participation: FloatArray  # (M,)
    results_share: FloatArray  # (M,)
    investors_bear: FloatArray  # (M,) 0 or 1
    performance: FloatArray  # (M,)
    reach: FloatArray  # (M,)
    endowment: FloatArray  # (M,)
    transition: IntArray  # (X,) quarters
    extension: IntArray  # (X,) quarters
    threshold: FloatArray  # (X,)
    capacity_spending: FloatArray  # (X,)
    exit_linkages: FloatArray  # (X,)
    exit_ownership: FloatArray  # (X,)
    exit_revenue: FloatArray  # (X,)
    exit_reach: FloatArray  # (X,)
    exit_endowment: FloatArray  # (X,)
    donor_share: FloatArray  # (X, STEPS + 1) by progress of the transition
    government_share: FloatArray  # (X, STEPS + 1)
    levy_share: FloatArray  # (X, STEPS + 1)


PROGRESS_STEPS = 40  # resolution of a transition's progress: a ten-year transition has 40 quarters
