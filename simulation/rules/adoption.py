"""The law of adoption: how the log odds of using the internet move in a year, by themselves and by levers.

x is the log odds of a country's use. Each year

    x(t+1) = x + q - kappa x + lambda (anchor - x) + m + g + e,    anchor = mean of x + beta (ln income - its mean),

with drift q, saturation kappa, pull lambda of income, momentum m, a deviation g that all countries share, and surprises
e. The fit, forecasts of the law alone and the simulation all step by these functions. Arrays are economies, or years
or starts by economies. Source: docs/model.md, Adoption; the form was chosen on ITU use up to 2018.
"""

from __future__ import annotations

import numpy as np

from ..basis.units import FloatArray, expit, logit

LARGEST_SURPRISE = 0.5  # log odds: of a larger one, which is mostly a revision, momentum takes this much
SURPRISE_SHAPE = -0.35  # surprises spread wider towards 0% and 100% use; fitted up to 2018


def expected_step(
    log_odds: FloatArray,
    mean: FloatArray | float,
    income_gap: FloatArray,
    drift: float,
    saturation: float,
    anchor_rate: float,
    income_slope: float,
) -> FloatArray:
    """Return the year's expected change of log odds without momentum, elementwise.

    q - kappa x + lambda (mean + beta gap - x). `mean` is the mean log odds of all economies, `income_gap` an economy's
    ln GDP per capita less its mean over economies; rates are per year.
    """
    anchor = mean + income_slope * income_gap
    return drift - saturation * log_odds + anchor_rate * (anchor - log_odds)


def next_momentum(momentum: FloatArray, surprise: FloatArray, persistence: float, gain: float) -> FloatArray:
    """Return next year's momentum (log odds a year), elementwise: rho m + K e, with e kept within 0.5."""
    kept = np.minimum(np.maximum(surprise, -LARGEST_SURPRISE), LARGEST_SURPRISE)
    return np.asarray(persistence * momentum + gain * kept)


def surprise_spread(use: FloatArray) -> FloatArray:
    """Return how much wider surprises (log odds) are than at 50% use: (4 u (1 - u))^-0.35, elementwise; u in (0, 1)."""
    return (4.0 * use * (1.0 - use)) ** SURPRISE_SHAPE


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


def lever_pull(
    speed: FloatArray,
    income_change: FloatArray,
    drift: float,
    saturation: float,
    anchor_rate: float,
    income_slope: float,
) -> FloatArray:
    """Return where levers would move log odds in the end, elementwise.

    [q (speed - 1) + lambda beta d] / (kappa + lambda), with `speed` the pace of adoption over what it is without levers
    and d, `income_change`, the change of ln GDP.
    """
    income = income_slope * income_change
    return (drift * (speed - 1.0) + anchor_rate * income) / (saturation + anchor_rate)


def lever_speed(
    price: FloatArray,
    generations: FloatArray,
    trust: FloatArray,
    price_elasticity: float,
    regulation_effect: float,
    trust_elasticity: float,
) -> FloatArray:
    """Return the pace of adoption over what it is without levers, elementwise.

    exp(elasticity ln price) x effect^generations x trust^elasticity; `price` and `trust` are over their path without
    levers, `generations` of regulation above it.
    """
    speed = np.exp(price_elasticity * np.log(price))
    speed = speed * regulation_effect**generations
    return np.asarray(speed * trust**trust_elasticity)


def lever_log_odds(
    deviation: FloatArray, pull: FloatArray, saturation: float, anchor_rate: float, years: float
) -> FloatArray:
    """Return the deviation of log odds by levers some years later, elementwise: it goes towards the pull.

    What is left of a deviation after a year is 1 - kappa - lambda, as the law has it.
    """
    left = (1.0 - (saturation + anchor_rate)) ** years
    return np.asarray(deviation * left + (1.0 - left) * pull)


def income_change(use: FloatArray, reference: FloatArray, unusual_loss: FloatArray, feedback: float) -> FloatArray:
    """Return the change of ln GDP against its path, elementwise: eta (ln use - ln reference use) - unusual losses.

    `use` and `reference` are shares of people; a use below one in a million counts as that.
    """
    more = np.log(np.maximum(use, 1e-6)) - np.log(reference)
    return np.asarray(feedback * more - unusual_loss)
