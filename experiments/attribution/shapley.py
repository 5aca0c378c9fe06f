"""Shapley shares: who of several players brought how much of what they brought together.

Each player's share is the mean of what it adds, over all orders in which the players could have joined. The shares add
up to the whole (efficiency), like players share alike (symmetry), and who adds nothing gets nothing (dummy).
Source: Shapley 1953, A value for n-person games, Contributions to the Theory of Games II.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from math import factorial

import numpy as np

from afteraid.simulation.basis.units import FloatArray

Coalition = frozenset[str]


def coalitions(players: Sequence[str]) -> Iterator[Coalition]:
    """Give every set of players, the empty one first and all together last."""
    for size in range(len(players) + 1):
        yield from (frozenset(chosen) for chosen in combinations(players, size))


def shapley_values(values: Mapping[Coalition, FloatArray]) -> dict[str, FloatArray]:
    """Return each player's exact share of the value of all together over the value of none.

    Args:
        values: the value of every coalition, the empty one too; arrays of one shape, such as (runs,).

    Raises:
        ValueError: the value of a coalition is missing.
    """
    players = sorted(frozenset[str]().union(*values))
    missing = [sorted(coalition) for coalition in coalitions(players) if coalition not in values]
    if missing:
        raise ValueError(f"the value of {missing[0]} is missing")
    orders = factorial(len(players))
    shares: dict[str, FloatArray] = {}
    for player in players:
        share = np.zeros_like(np.asarray(values[frozenset()], dtype=np.float64))
        for others in coalitions([name for name in players if name != player]):
            ways = factorial(len(others)) * factorial(len(players) - len(others) - 1)
            share += ways / orders * (values[others | {player}] - values[others])
        shares[player] = share
    return shares
