"""The few statistics that patterns are measured with; pure functions on arrays, missing where nothing can be said."""

from __future__ import annotations

import numpy as np
from scipy.stats import binom

from afteraid.simulation.basis.units import QUARTERS_PER_YEAR, BoolArray, FloatArray, IntArray
from afteraid.simulation.measures.survival import kaplan_meier

MISSING = float("nan")
FEWEST = 20  # initiatives below which no share is told
FEWEST_DONORS = 5  # of one recipient, below which no direction is told


def ratio(above: float, below: float) -> float:
    """Divide; missing where there is nothing to divide by."""
    return above / below if below > 0.0 else MISSING


def still_serving(watched: FloatArray, event: BoolArray, years: float) -> float:
    """Return the Kaplan-Meier share still serving some years after exit; missing for fewer than 20 initiatives.

    Args:
        watched: years from the exit until the closure, or until watching stopped, shape (n,).
        event: whether it closed then, shape (n,).
        years: after the exit.
    """
    if watched.size < FEWEST:
        return MISSING
    last = round(years * QUARTERS_PER_YEAR)
    quarters = np.minimum(np.rint(watched * QUARTERS_PER_YEAR).astype(np.int64), last + 1)
    leaving = np.bincount(quarters, minlength=last + 2)
    at_risk = leaving[::-1].cumsum()[::-1][1 : last + 1]
    closing = np.bincount(quarters[event], minlength=last + 2)[1 : last + 1]
    alive, _, _ = kaplan_meier(at_risk.astype(np.float64), closing.astype(np.float64))
    return float(alive[-1])


def exposure(watched: FloatArray, event: BoolArray, first: float, last: float) -> tuple[float, float]:
    """Return closures, and years at risk, between two times after the exit."""
    inside = event & (watched > first) & (watched <= last)
    return float(inside.sum()), float(np.clip(watched - first, 0.0, last - first).sum())


def hazard(watched: FloatArray, event: BoolArray, first: float, last: float) -> float:
    """Return closures a year between two times after the exit; missing for fewer than 20 initiatives."""
    return ratio(*exposure(watched, event, first, last)) if watched.size >= FEWEST else MISSING


def hazard_ratio(one: tuple[FloatArray, BoolArray], other: tuple[FloatArray, BoolArray], years: int = 10) -> float:
    """Return the hazard of one group over another's, like with like by year since the exit (Mantel and Haenszel).

    Args:
        one: watched and event, as for :func:`still_serving`.
        other: the same of the group that it is compared with.
        years: after the exit that are compared.
    """
    if min(one[0].size, other[0].size) < FEWEST:
        return MISSING
    above = below = 0.0
    for year in range(years):
        closed, time = exposure(*one, year, year + 1.0)
        closed_other, time_other = exposure(*other, year, year + 1.0)
        if time + time_other > 0.0:
            above += closed * time_other / (time + time_other)
            below += closed_other * time / (time + time_other)
    return ratio(above, below)


def within_share(outcome: FloatArray, group: IntArray) -> float:
    """Return the share of an outcome's variance that lies within groups (one-way random effects, unequal sizes).

    Missing for fewer than 20 outcomes, fewer than two groups, or no variance.
    """
    _, place, size = np.unique(group, return_inverse=True, return_counts=True)
    count, groups = outcome.size, size.size
    if count < FEWEST or groups < 2 or count == groups:
        return MISSING
    means = np.bincount(place, weights=outcome) / size
    within = float(((outcome - means[place]) ** 2).sum()) / (count - groups)
    between = float((size * (means - outcome.mean()) ** 2).sum()) / (groups - 1)
    typical = (count - float((size**2).sum()) / count) / (groups - 1)
    extra = max(between - within, 0.0) / typical
    return ratio(within, within + extra)


def herding(payments: FloatArray) -> float:
    """Return the share of a recipient's donors that move in the same direction, 0.5 being what chance brings.

    The mean over recipients and years of |share that give more - that share in the year| less what independent donors
    would show (Lakonishok, Shleifer and Vishny 1992, as used by Frot and Santiso 2009), added to one half.

    Args:
        payments: dollars by year, donor and recipient, shape (years, donors, recipients).
    """
    change = np.sign(np.diff(payments, axis=0))
    more, moving = (change > 0).sum(axis=1), (change != 0).sum(axis=1)
    excess: list[FloatArray] = []
    for up, count in zip(more, moving, strict=True):
        chosen = count >= FEWEST_DONORS
        if not chosen.any():
            continue
        usual = float(up[chosen].sum() / count[chosen].sum())
        by_chance = {int(n): _mean_distance(int(n), usual) for n in np.unique(count[chosen])}
        expected = np.array([by_chance[int(n)] for n in count[chosen]])
        excess.append(np.abs(up[chosen] / count[chosen] - usual) - expected)
    return 0.5 + float(np.concatenate(excess).mean()) if excess else MISSING


def _mean_distance(count: int, chance: float) -> float:
    """Return the mean distance of a binomial share from its chance."""
    successes = np.arange(count + 1)
    return float(binom.pmf(successes, count, chance) @ np.abs(successes / count - chance))


def yearly_spread(payments: FloatArray) -> float:
    """Return the median over recipients of the standard deviation of yearly changes of ln aid.

    Args:
        payments: dollars by year and recipient, shape (years, recipients); who got nothing in a year is left out.
            Missing for fewer than five years.
    """
    steady = (payments > 0.0).all(axis=0)
    if payments.shape[0] < 5 or not steady.any():
        return MISSING
    change = np.diff(np.log(payments[:, steady]), axis=0)
    return float(np.median(change.std(axis=0, ddof=1)))
