"""Rules: limits on factors that mark the runs of interest, how good they are among some runs, and how they are said.

Coverage is the share of the runs of interest that meet a rule; density is the share of interest among the runs that
meet it. Replicates of a point are no evidence of their own for where a limit lies: intervals and tests count points.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.stats import beta, binomtest

from afteraid.simulation.basis.units import BoolArray, FloatArray, IntArray
from afteraid.simulation.measures.measure import BAND
from afteraid.simulation.results.words.names import joined

from ..study.wording import FactorWords

SIGNIFICANT = 0.05  # largest quasi-p-value of a limit that is kept
CHOICES = "choices"  # the side of a factor without an order


@dataclass(frozen=True)
class Limit:
    """What a rule asks of one factor.

    Attributes:
        factor: name of its column.
        low, high: between which it lies; None where it is open.
        choices: which of its choices are meant; nothing for a number.
        stepped: it takes a few values only, and its limits are two of them, which belong to the rule.
    """

    factor: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    stepped: bool = False

    def meets(self, values: np.ndarray) -> BoolArray:
        """Say of each run whether it is within."""
        if self.choices:
            return np.isin(values.astype(str), self.choices)
        numbers = values.astype(np.float64)
        found = np.ones(numbers.shape, dtype=np.bool_)
        if self.low is not None:
            found &= (numbers >= self.low) if self.stepped else (numbers > self.low)
        if self.high is not None:
            found &= numbers <= self.high
        return found

    def sides(self) -> tuple[str, ...]:
        """Return which ends it has: low, high or choices."""
        ends = tuple(side for side in ("low", "high") if getattr(self, side) is not None)
        return (CHOICES,) if self.choices else ends

    def without(self, side: str) -> Limit | None:
        """Return it with one end open; None where nothing is left."""
        left = replace(
            self, low=None if side == "low" else self.low, high=None if side == "high" else self.high,
            choices=() if side == CHOICES else self.choices,
        )  # fmt: skip
        return left if left.sides() else None

    def words(self, known: FactorWords) -> str:
        """Write it: ``donors' funding is under 78% of today's``."""
        said = known.among(self.choices) if self.choices else known.between(self.low, self.high)
        return f"{known.title} is {said}"


@dataclass(frozen=True)
class Rule:
    """Limits that all hold; without any, all runs meet it."""

    limits: tuple[Limit, ...]

    def meets(self, x: pd.DataFrame) -> BoolArray:
        """Say of each run whether the rule holds."""
        found = np.ones(len(x), dtype=np.bool_)
        for limit in self.limits:
            found &= limit.meets(x[limit.factor].to_numpy())
        return found

    def without(self, factor: str, side: str) -> Rule:
        """Return the rule with one end open."""
        kept = [limit.without(side) if limit.factor == factor else limit for limit in self.limits]
        return Rule(tuple(limit for limit in kept if limit is not None))

    def words(self, known: Mapping[str, FactorWords]) -> str:
        """Write the limits, one after the other."""
        return joined([limit.words(known[limit.factor]) for limit in self.limits])


@dataclass(frozen=True)
class Cases:
    """Runs with their factors, which of them are of interest, and the points that they belong to.

    Attributes:
        x: factors, a row a run.
        y: of interest, shape (runs,).
        points: numbers of the points, shape (runs,).
    """

    x: pd.DataFrame
    y: BoolArray
    points: IntArray

    def where(self, chosen: BoolArray) -> Cases:
        """Return some of the runs."""
        return Cases(self.x[chosen].reset_index(drop=True), self.y[chosen], self.points[chosen])

    @property
    def count(self) -> int:
        """Return how many points there are."""
        return int(np.unique(self.points).size)

    @property
    def base(self) -> float:
        """Return the share of runs that are of interest."""
        return float(self.y.mean()) if self.y.size else math.nan

    @property
    def of_interest(self) -> float:
        """Return how many points' worth of runs are of interest."""
        return self.base * self.count if self.y.size else 0.0


@dataclass(frozen=True)
class Fit:
    """How well a rule marks the runs of interest among some runs.

    Attributes:
        runs, cases: that the rule meets, and how many of those are of interest.
        points: that these runs belong to.
        coverage, density: see the module; with the ends of their 90% intervals (Clopper and Pearson 1934, over points).
        base: share of all runs that are of interest.
    """

    runs: int
    cases: int
    points: int
    coverage: float
    coverage_low: float
    coverage_high: float
    density: float
    density_low: float
    density_high: float
    base: float

    @property
    def harmonic_mean(self) -> float:
        """Return the harmonic mean of coverage and density: high only where both are."""
        both = self.coverage + self.density
        return 2.0 * self.coverage * self.density / both if both > 0.0 else 0.0


def fit(rule: Rule, cases: Cases) -> Fit:
    """Say how well a rule marks the runs of interest."""
    met = rule.meets(cases.x)
    runs, hits = int(met.sum()), int((met & cases.y).sum())
    points = int(np.unique(cases.points[met]).size)
    density = hits / runs if runs else math.nan
    coverage = hits / int(cases.y.sum()) if cases.y.any() else math.nan
    return Fit(
        runs, hits, points, coverage, *interval(coverage, cases.of_interest), density, *interval(density, points),
        cases.base,
    )  # fmt: skip


def interval(share: float, count: float) -> tuple[float, float]:
    """Return the ends of the exact 90% interval of a share of so many; not known for none."""
    if count <= 0.0 or math.isnan(share):
        return math.nan, math.nan
    hits = share * count
    low = float(beta.ppf(BAND[0], hits, count - hits + 1.0)) if hits > 0.0 else 0.0
    high = float(beta.ppf(BAND[1], hits + 1.0, count - hits)) if hits < count else 1.0
    return low, high


def quasi_p(rule: Rule, factor: str, side: str, cases: Cases) -> float:
    """Return how easily chance alone would give the rule its density, were one of its limits left out.

    One-sided binomial test (Bryant and Lempert 2010). It is no true p-value: the limit was chosen on the same runs.
    """
    own, wider = fit(rule, cases), fit(rule.without(factor, side), cases)
    if own.points == 0:
        return 1.0
    found = binomtest(round(own.density * own.points), own.points, wider.density, alternative="greater")
    return float(found.pvalue)


def pruned(rule: Rule, cases: Cases) -> Rule:
    """Leave out the limits that chance could have set, the least sure first, until all others are significant."""
    while rule.limits:
        ends = [(limit.factor, side) for limit in rule.limits for side in limit.sides()]
        chances = [quasi_p(rule, factor, side, cases) for factor, side in ends]
        worst = int(np.argmax(chances))
        if chances[worst] < SIGNIFICANT:
            break
        rule = rule.without(*ends[worst])
    return rule


def limit_of(known: FactorWords, low: float | None, high: float | None) -> Limit | None:
    """Return the limit of a number as it is said: rounded, or brought to a value that the factor takes.

    What leaves nothing out is open; None where both ends are.
    """
    if known.stepped:
        numbers: FloatArray = np.array([value for value in known.values], dtype=np.float64)
        low = float(numbers[numbers >= low].min()) if low is not None and (numbers >= low).any() else None
        high = float(numbers[numbers <= high].max()) if high is not None and (numbers <= high).any() else None
    else:
        low, high = (None if end is None else known.rounded(end) for end in (low, high))
    low = None if low is None or low <= known.lowest else low
    high = None if high is None or high >= known.highest else high
    return None if low is None and high is None else Limit(known.name, low, high, stepped=known.stepped)


def choices_of(known: FactorWords, chosen: set[str]) -> Limit | None:
    """Return the limit of a factor without an order, its choices as the study lists them; None where all are meant."""
    kept = tuple(str(value) for value in known.values if value in chosen)
    return None if len(kept) in (0, len(known.values)) else Limit(known.name, choices=kept)
