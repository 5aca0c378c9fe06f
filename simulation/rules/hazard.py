"""The hazard of closure: a rate in the funded years, and a Weibull rate with frailty after exit.

An initiative closes when its cumulative hazard passes one exponential number, its fate (complementary log-log: in a
time t at rate h it closes with probability 1 - exp(-h t)). Rates are per year, effects are log hazards.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from ..basis.units import FloatArray


class Effects(NamedTuple):
    """What moves the log hazard after exit."""

    shape: float  # Weibull shape: the hazard falls with time below one
    sustainability: float  # fall per unit of the index
    linkages: float  # fall per unit
    dependence: float  # rise with the donor's last share
    fragility: float  # rise in fragile countries
    technology: float  # rise per refresh cycle missed
    conflict: float  # rise in conflict
    mean_sustainability: float  # where the hazard is centred
    mean_linkages: float


def before_exit(
    rate: float,
    fragile: FloatArray,
    governance: FloatArray,
    luck: FloatArray,
    fragility: float,
    per_governance: float,
    spread: float,
) -> FloatArray:
    """Return the hazard of failure in the funded years, per year, elementwise by country.

    rate exp(b_f fragile - b_g governance + sd z - sd^2 / 2): the mean over luck z is that of a country without spread.

    Args:
        rate: hazard per year at mean governance, in a country that isn't fragile.
        fragile: 0 or 1.
        governance: score, in standard deviations over economies.
        luck: standard normal number of the country.
        fragility: rise of the log hazard in a fragile country.
        per_governance: fall of the log hazard per standard deviation of governance.
        spread: standard deviation of the log hazard between countries.

    Source: fitted to ratings of the World Bank's IEG and of the ADB (`experiments/calibration/outcome_law.py`).
    """
    return np.asarray(
        rate * np.exp(fragility * fragile - per_governance * governance + spread * luck - 0.5 * spread**2)
    )


def raised(rate: FloatArray, effect: float, present: FloatArray) -> FloatArray:
    """Return a rate raised by what is present (0 or 1): rate exp(effect present), elementwise."""
    return np.asarray(rate * np.exp(effect * present))


def over_time(intercept: float, shape: float, years: FloatArray) -> FloatArray:
    """Return the log hazard at a time after exit, before all other terms: intercept + (shape - 1) ln years, (n,)."""
    return np.asarray(intercept + (shape - 1.0) * np.log(years))


def of_factors(
    sustainability: FloatArray, linkages: FloatArray, last_donor_share: FloatArray, missed: FloatArray, effects: Effects
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return the terms of the log hazard after exit that an initiative has of itself, elementwise.

    Args:
        sustainability: index (0-1).
        linkages: 0-1.
        last_donor_share: what the donor paid of running cost before it left, smoothed (0-1).
        missed: refresh cycles of the equipment that were missed.
        effects: what moves the log hazard.

    Returns:
        The terms of sustainability, linkages, dependence and technology; the first two are zero at their means.
    """
    return (
        -effects.sustainability * (sustainability - effects.mean_sustainability),
        -effects.linkages * (linkages - effects.mean_linkages),
        effects.dependence * last_donor_share,
        effects.technology * missed,
    )


def of_country(fragile: FloatArray, conflict: FloatArray, effects: Effects) -> tuple[FloatArray, FloatArray]:
    """Return the terms of the log hazard after exit that a country brings: fragility and conflict, elementwise."""
    return effects.fragility * fragile, effects.conflict * conflict


def frailty_spreads(total: float, between: float) -> tuple[float, float]:
    """Return the standard deviations of frailty within and between countries (log hazard); variances add up to total^2.

    `between` is the share of the variance that lies between countries.
    """
    return float(total * np.sqrt(1.0 - between)), float(total * np.sqrt(between))


def least_frail(spread: float, share: float) -> float:
    """Return the frailty below which a share of initiatives lies (log hazard): spread x Phi^-1(share)."""
    return spread * float(ndtri(share))


def intercept(fitted: float, slope: float, survival: float, asked: float, shift: float = 0.0) -> float:
    """Return the intercept of the log hazard after exit that gives another survival than the fitted one.

    fitted + slope (logit asked - logit survival) + shift

    Args:
        fitted: intercept of the fit (log, per year).
        slope: its change for a unit of log odds of survival five years after exit.
        survival: five years after exit, at the fitted intercept.
        asked: the same as a scenario wants it.
        shift: what alternatives to rules move it by, so that they meet the same evidence.
    """
    move = np.log(asked / (1.0 - asked)) - np.log(survival / (1.0 - survival))
    return fitted + slope * float(move) + shift
