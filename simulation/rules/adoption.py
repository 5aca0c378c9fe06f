"""The law of adoption: how the log odds of using the internet move in a year, by themselves and by levers.

x is the log odds of a country's use. Each year

    x(t+1) = x + E f + g + G + e,    E = q - kappa x + lambda (anchor - x) + m,    anchor = mean of x + beta (ln income
    - its mean),

with drift q, pull kappa back to zero, pull lambda of income, momentum m, the brake f of saturation and barriers on a
rise, deviations g and G that all countries and those of a region share, and surprises e. The nation is stepped and
then split between town and countryside; in each place levers pass through a deviation L beside the path. The fit,
forecasts of the law alone and the simulation all step by these functions. Arrays are economies, or years or starts by
economies. Source: docs/model.md, Adoption.
"""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import FloatArray, expit, logit
from .curves import Number

LARGEST_SURPRISE = 0.5  # log odds: of a larger one, which is mostly a revision, momentum takes this much
BREAK = 3.0  # scales beyond which a surprise is a break of the series rather than use


@compiled
def expected_step(
    log_odds: Number,
    mean: Number | float,
    income_gap: Number,
    drift: float,
    saturation: float,
    anchor_rate: float,
    income_slope: float,
) -> Number:
    """Return the year's expected change of log odds without momentum, elementwise.

    q - kappa x + lambda (mean + beta gap - x). `mean` is the mean log odds of all economies, `income_gap` an economy's
    ln GDP per capita less its mean over economies; rates are per year.
    """
    anchor = mean + income_slope * income_gap
    return drift - saturation * log_odds + anchor_rate * (anchor - log_odds)


@compiled
def next_momentum(momentum: Number, surprise: Number, persistence: float, gain: float) -> Number:
    """Return next year's momentum (log odds a year), elementwise: rho m + K e, with e kept within 0.5."""
    kept: Number = np.minimum(np.maximum(surprise, -LARGEST_SURPRISE), LARGEST_SURPRISE)
    return persistence * momentum + gain * kept


def own_scale(use: FloatArray, level: FloatArray | float, low: float, high: float) -> FloatArray:
    """Return the scale of a year's own surprise (log odds), elementwise: exp(level) u^low (1 - u)^high; u in (0, 1).

    `level` is the constant plus the region's factor.
    """
    return np.exp(level) * use**low * (1.0 - use) ** high


@compiled
def believed(surprise: Number, scale: Number) -> Number:
    """Return what momentum makes of an observed surprise, elementwise: less and less beyond 3 scales.

    Kept within 0.5 and times min(1, (3 / |z|)^2) with z the surprise over its scale: a larger one is mostly a break of
    the series.
    """
    kept: Number = np.minimum(np.maximum(surprise, -LARGEST_SURPRISE), LARGEST_SURPRISE)
    less: Number = BREAK / np.maximum(np.abs(surprise) / scale, BREAK)
    return kept * (less * less)


def next_common(common: float, shock: float, persistence: float, noise: float) -> float:
    """Return next year's deviation that all economies share: an AR(1) whose standard deviation is `noise` (log odds).

    `shock` is a standard normal number.
    """
    return float(persistence * common + noise * np.sqrt(1.0 - persistence**2) * shock)


def logistic_step(log_odds: FloatArray, pace: FloatArray, ceiling: float) -> FloatArray:
    """Return the year's change of log odds on a logistic curve with a ceiling, elementwise; none above the ceiling.

    The log odds of use / ceiling grow by the pace. A structural alternative: no momentum, no pull of income.
    """
    filled = np.clip(expit(log_odds) / ceiling, 1e-6, 1.0 - 1e-6)
    later = ceiling * expit(logit(filled) + pace)
    return np.asarray(np.maximum(logit(later) - log_odds, 0.0))


@compiled
def braked(step: FloatArray, use: FloatArray, addressable: FloatArray, saturation: float, brake: float) -> FloatArray:
    """Return a year's expected step of log odds with saturation and barriers, elementwise; a fall is left as it is.

    step x max(0, 1 - a U - phi (min(U / A, 1) - U)) where the step is positive.

    Args:
        step: of the law, log odds a year.
        use: U, share of people.
        addressable: A, the rescaled index as a share.
        saturation: a, what use alone takes off.
        brake: phi, what barriers take off beyond it.
    """
    held = saturation * use + brake * (np.minimum(use / addressable, 1.0) - use)
    return np.where(step > 0.0, step * np.maximum(0.0, 1.0 - held), step)


@compiled
def places_apart(log_odds: Number, residual: Number, level: float, slope: float, floor: float) -> Number:
    """Return the log odds ratio of use, town over countryside, elementwise: max(floor, level - slope x) + residual."""
    law: Number = np.maximum(floor, level - slope * log_odds)
    return law + residual


@compiled
def held_back(held: Number, index_change: Number, gap_change: Number, share: float) -> Number:
    """Return the part of falls of the index (log odds) that does not pass through, elementwise, never below 0.

    A share of each fall is added, as far as the reference does not fall too, and the same share of each later rise of
    the index against its reference is taken off.

    Args:
        held: what was held back before.
        index_change: change of the index's log odds in the year.
        gap_change: change of its log odds less those of its reference.
        share: the part of a fall that is held back.
    """
    more = share * np.maximum(np.minimum(-index_change, -gap_change), 0.0)
    back = share * np.maximum(gap_change, 0.0)
    left: Number = np.maximum(held + more - back, 0.0)
    return left


def passed_through(deviation: FloatArray, gap: FloatArray, strength: float, pace: float, years: float) -> FloatArray:
    """Return the deviation L of log odds some years later, elementwise: it goes the part `pace` of the way in a year.

    L + [1 - (1 - pace)^years] (strength x gap - L), with the gap held. `gap` is the index's log odds less those of its
    reference, with what is held back of falls.
    """
    return np.asarray(deviation + (1.0 - (1.0 - pace) ** years) * (strength * gap - deviation))


def income_change(use: FloatArray, reference: FloatArray, unusual_loss: FloatArray, feedback: float) -> FloatArray:
    """Return the change of ln GDP against its path, elementwise: eta (ln use - ln reference use) - unusual losses.

    `use` and `reference` are shares of people; a use below one in a million counts as that.
    """
    more = np.log(np.maximum(use, 1e-6)) - np.log(reference)
    return np.asarray(feedback * more - unusual_loss)
