"""How much of a year's surprise in internet use is an error of observation that the next year takes back.

A change of what is really so stays; an error of this year's figure is missing from the next one. So errors show as a
negative correlation of one-year surprises with those of the year after. With s(t) the surprise, v(t) the error of the
figure, kappa, lambda and K the law's pull, anchor rate and gain, and a = 1 - kappa - lambda + K: s(t) holds v(t),
s(t+1) holds -a v(t), since both the level and the momentum of the year before were read with the error, and s(t+2)
holds K (a - rho) v(t), by the momentum. Hence

    cov(s(t), s(t+1)) = -a [1 + K (a - rho)] var(v)

This is the moment by which errors of measurement are told from shocks in panels (Griliches and Hausman 1986, Journal
of Econometrics 31, "Errors in variables in panel data"). A new definition or survey that stays counts as a change.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from afteraid.simulation.basis.units import LEAST_SHARE, MOST_SHARE, FloatArray, expit
from afteraid.simulation.rules.adoption import own_scale
from afteraid.simulation.state.facts import AdoptionLaw

from ...calibration.adoption_law import (
    FIRST_START,
    SATURATION_PULL,
    AdoptionPanel,
    filter_observations,
)
from ...calibration.noise import levels_of

LARGEST = 3.0  # scales of a surprise; beyond it a break in the count would decide alone
RESAMPLES, BAND = 400, (0.025, 0.975)


@dataclass(frozen=True)
class ObservationError:
    """What errors of observation make of one-year surprises.

    Attributes:
        share: variance of an error over that of a surprise, 0 where the moment has the other sign.
        low, high: 95% interval over resampled economies.
        process: share of the variance of a surprise that is not of errors of observation.
    """

    share: float
    low: float
    high: float
    process: float


def observation_error(law: AdoptionLaw, panel: AdoptionPanel, seed: int = 1) -> ObservationError:
    """Estimate the error of observation from surprises of successive years since 2000.

    Args:
        law: with which surprises are filtered.
        panel: observed log odds.
        seed: of the resampling.
    """
    state, _, innovation = filter_observations(law, panel)
    row = FIRST_START - panel.first_year
    use = np.clip(expit(state[row:-1]), LEAST_SHARE, MOST_SHARE)
    scale = own_scale(use, levels_of(law, panel.regions), law.noise_low, law.noise_high)
    scaled = np.clip(innovation[row + 1 :] / scale, -LARGEST, LARGEST)
    share = _share(law, scaled)
    generator = np.random.Generator(np.random.PCG64(seed))
    economies = scaled.shape[1]
    drawn = [_share(law, scaled[:, generator.integers(0, economies, economies)]) for _ in range(RESAMPLES)]
    low, high = np.quantile(drawn, BAND)
    whole = float(sum(weight**2 for weight in _weights(law)))
    return ObservationError(share, float(low), float(high), max(0.0, 1.0 - whole * share))


def _weights(law: AdoptionLaw) -> tuple[float, float, float]:
    """Return what surprises of this year, the next and the one after hold of this year's error."""
    again = 1.0 - SATURATION_PULL - law.anchor_rate + law.momentum_gain
    return 1.0, -again, law.momentum_gain * (again - law.momentum_persistence)


def _share(law: AdoptionLaw, scaled: FloatArray) -> float:
    """Return the variance of an error over that of a surprise, from surprises (years, economies), gaps missing."""
    first, second = scaled[:-1], scaled[1:]
    both = np.isfinite(first) & np.isfinite(second)
    variance = float(np.nanvar(scaled))
    if both.sum() < 2 or variance == 0.0:
        return 0.0
    together = float(np.cov(first[both], second[both])[0, 1])
    now, after, later = _weights(law)
    return max(0.0, together / (variance * (now * after + after * later)))
