"""What would turn the answer: the drawn parameter on which a paired difference leans most, read off the runs.

Each run draws its parameters anew, and both sides of a pair share them. So a difference that leans on a parameter moves
with its draws from pair to pair. Many parameters are looked at, and one of them follows any difference by chance. So a
correlation counts only if it is larger than the largest one in 19 of 20 random orders of the differences.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.results.words.verdicts import ENOUGH_PAIRS

ORDERS = 400  # random orders of the differences
CHANCE = 0.05  # of naming a parameter although none matters (judged)
SEED = 17  # of the random orders


@dataclass(frozen=True)
class Lean:
    """How a difference leans on one parameter.

    Attributes:
        parameter: its name.
        correlation: of ranks, between its draws and the differences.
        threshold: what the largest correlation of all parameters exceeds by chance once in 20.
        low: median difference in the third of the pairs with the lowest draws.
        high: the same with the highest draws.
    """

    parameter: str
    correlation: float
    threshold: float
    low: float
    high: float

    @property
    def found(self) -> bool:
        """Say whether the correlation is more than chance."""
        return abs(self.correlation) > self.threshold

    @property
    def turns(self) -> bool:
        """Say whether the difference changes its side between low and high draws."""
        return self.found and self.low * self.high < 0.0


def leaning(differences: pd.Series[float], drawn: pd.DataFrame, names: Collection[str] | None = None) -> list[Lean]:
    """Return how a difference leans on each parameter, the strongest first; empty with too few pairs.

    Args:
        differences: by run.
        drawn: run, name, value as drawn; parameters that do not vary are left out.
        names: of the parameters that are looked at; all of them if left out.
    """
    known = differences.dropna()
    if len(known) < ENOUGH_PAIRS or known.nunique() < 2:
        return []
    wide = drawn.astype({"name": str}).pivot_table(index="run", columns="name", values="value")
    wide = wide.reindex(known.index)
    chosen = [name for name in wide if wide[name].nunique() > 1 and (names is None or name in names)]
    if not chosen:
        return []
    drawn_values: FloatArray = wide[chosen].to_numpy(np.float64)
    draws = _ranks(drawn_values)
    outcome = _ranks(np.asarray(known.to_numpy(), dtype=np.float64).reshape(-1, 1))[:, 0]
    found = outcome @ draws / len(outcome)
    random = np.random.default_rng(SEED)
    largest = [np.abs(random.permutation(outcome) @ draws).max() / len(outcome) for _ in range(ORDERS)]
    threshold = float(np.quantile(largest, 1.0 - CHANCE))
    third = len(known) // 3
    leans = []
    for place in np.argsort(-np.abs(found), kind="stable"):
        order = np.argsort(draws[:, place], kind="stable")
        values = known.to_numpy(float)[order]
        low, high = float(np.median(values[:third])), float(np.median(values[-third:]))
        leans.append(Lean(chosen[place], float(found[place]), threshold, low, high))
    return leans


def _ranks(values: FloatArray) -> FloatArray:
    """Return ranks along the first axis with mean 0 and standard deviation 1; ties share their mean rank."""
    ranks = pd.DataFrame(values).rank(method="average").to_numpy(float)
    centred = ranks - ranks.mean(axis=0)
    scaled: FloatArray = centred / np.sqrt((centred**2).mean(axis=0))
    return scaled
