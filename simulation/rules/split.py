"""Splits of a country's use between two groups of people: town and countryside, women and men."""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import FloatArray
from .curves import Number

WOMEN = 0.5  # share of the people who are women; the embedded tables don't split people by sex


@compiled
def split(nation: float, first_share: float, odds: float) -> tuple[float, float]:
    """Return the use of the first and of the second group, shares of their people.

    The first group's odds of use are `odds` times the second's, and the weighted mean of both is the nation again. With
    w the first group's share of people (above zero) and U the nation's use, the second's use r is the positive root of

        (odds - 1)(1 - w) r^2 + [w odds + (1 - w) - (odds - 1) U] r - U = 0,    and the first's (U - (1 - w) r) / w.
    """
    a = (odds - 1.0) * (1.0 - first_share)
    b = first_share * odds + (1.0 - first_share) - (odds - 1.0) * nation
    second = nation if a < 1e-9 else (-b + np.sqrt(b * b + 4.0 * a * nation)) / (2.0 * a)
    return (nation - (1.0 - first_share) * second) / first_share, second


@compiled
def split_all(nation: FloatArray, first_share: FloatArray, odds: FloatArray) -> FloatArray:
    """Return the use of both groups in every economy, (2, C)."""
    found = np.empty((2, nation.size))
    for c in range(nation.size):
        found[0, c], found[1, c] = split(nation[c], first_share[c], odds[c])
    return found


@compiled
def mean_of_places(first_share: Number, first: Number, second: Number) -> Number:
    """Return the mean over two groups, elementwise, of which the first has a share of the people."""
    return first_share * first + (1.0 - first_share) * second


def by_sex(nation: FloatArray, odds_of_men: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the shares of women and of men who use the internet; their weighted mean is the nation again. (C,) each.

    `odds_of_men` are their odds of use over those of women.
    """
    men, women = split_all(nation, np.full(nation.size, 1.0 - WOMEN), odds_of_men)
    return np.minimum(np.maximum(women, 0.0), 1.0), np.minimum(np.maximum(men, 0.0), 1.0)


@compiled
def keep_for_women(women: Number, men: Number, kept: Number, population: Number) -> tuple[Number, Number]:
    """Return the use of women and of men where some places are kept for women, elementwise.

    Of the people who got these places (`kept`) as many would have been men as men are among the users; women gain them.
    No more move than there are women without and men with use.

    Args:
        women: share of women who use the internet.
        men: share of men who do.
        kept: people whom initiatives add in places kept for women.
        population: people.
    """
    everyone = np.maximum(women * WOMEN + men * (1.0 - WOMEN), 1e-12)
    moved = kept * men * (1.0 - WOMEN) / everyone / np.maximum(population, 1.0)
    moved = np.minimum(moved, np.minimum((1.0 - women) * WOMEN, men * (1.0 - WOMEN)))
    return women + moved / WOMEN, men - moved / (1.0 - WOMEN)
