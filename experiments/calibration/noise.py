"""The noise of adoption: how wide one-year surprises are, by level of use and region, and its fit by likelihood.

A surprise is s(u) times a Student t with 4 degrees of freedom, with ln s = level + region + low ln u + high ln(1 - u)
and u the use before. Observations count by half for each five years that they are old, so that calm years long ago do
not narrow the bands of today. Weak normal priors hold the regions together.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from afteraid.simulation.basis.units import LEAST_SHARE, MOST_SHARE, FloatArray
from afteraid.simulation.state.facts import AdoptionLaw

FREEDOM = 4.0  # of the Student t of surprises
HALF_LIFE = 5.0  # years in which the weight of an observation halves; chosen on targets up to 2018
REGIONS = ("Africa", "Americas", "Arab States", "Asia-Pacific", "CIS", "Europe")
REGION_SPREAD, EXPONENT, EXPONENT_SPREAD = 0.2, -0.3, 0.5  # of the priors
FIRST_NOISE = (-0.255, -0.395, -2.74, *[0.0] * len(REGIONS))


def fit_noise(use: FloatArray, surprise: FloatArray, regions: tuple[str, ...]) -> tuple[float, ...]:
    """Return low, high, level and the regions' factors with the greatest likelihood, in the order of the law.

    Args:
        use: share online in the year before, (years, economies).
        surprise: of the year, log odds, of the same shape; NaN where there is none.
        regions: of the economies.
    """
    known = ~np.isnan(surprise) & ~np.isnan(use)
    age = np.arange(len(surprise))[::-1, None] * np.ones(surprise.shape[1])[None, :]
    weight = (0.5 ** (age / HALF_LIFE))[known]
    share = np.clip(use[known], LEAST_SHARE, MOST_SHARE)
    size, below, above = surprise[known], np.log(share), np.log(1.0 - share)
    row = np.array([REGIONS.index(name) if name in REGIONS else -1 for name in regions])
    member = np.broadcast_to(row, surprise.shape)[known][:, None] == np.arange(len(REGIONS))

    def unlikelihood(numbers: FloatArray) -> tuple[float, FloatArray]:
        low, high, level, factors = numbers[0], numbers[1], numbers[2], numbers[3:]
        log_scale = level + member @ factors + low * below + high * above
        ratio = (size / np.exp(log_scale)) ** 2 / FREEDOM
        cost = weight @ (log_scale + (FREEDOM + 1.0) / 2.0 * np.log1p(ratio))
        slope = weight * (1.0 - (FREEDOM + 1.0) * ratio / (1.0 + ratio))
        gap = (numbers[:2] - EXPONENT) / EXPONENT_SPREAD**2
        cost += 0.5 * float(((numbers[:2] - EXPONENT) ** 2).sum()) / EXPONENT_SPREAD**2
        cost += 0.5 * float((factors**2).sum()) / REGION_SPREAD**2
        gradient = [slope @ below + gap[0], slope @ above + gap[1], slope.sum(), *(slope @ member)]
        found = np.array(gradient)
        found[3:] += factors / REGION_SPREAD**2
        return float(cost), found

    best = minimize(unlikelihood, np.array(FIRST_NOISE), jac=True, method="BFGS")
    return tuple(float(number) for number in best.x)


def levels_of(law: AdoptionLaw, regions: tuple[str, ...]) -> FloatArray:
    """Return the level of the scale of surprises of each economy, log of log odds, (C,)."""
    return np.array([law.of_region(name) if name in REGIONS else law.noise_level for name in regions])
