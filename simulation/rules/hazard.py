"""Closure: arrears that nobody tolerates, a hazard of other causes whoever pays, and the index rule beside them.

By a hazard an initiative closes when its cumulative hazard passes one exponential number, its fate (complementary
log-log: in a time t at rate h it closes with probability 1 - exp(-h t)). Rates are per year, effects are log hazards.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..basis.compiled import compiled
from ..basis.normal import quantile
from ..basis.units import FloatArray

BACKGROUND = ("level", "people", "linkages", "fragility", "shock", "chance")  # terms of the hazard of other causes


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
    mean_people: float  # where the hazard of other causes is centred, with mean_linkages


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
    return spread * quantile(share)


@compiled
def background(
    log_rate: float,
    people: float,
    linkages: float,
    fragile: float,
    conflict: float,
    frailty: float,
    effects: Effects,
) -> tuple[float, float, float, float, float, float]:
    """Return the terms of the log hazard of other causes than money, per year, by BACKGROUND; the same whoever pays.

    Args:
        log_rate: log hazard at mean people and linkages, in a country without fragility and conflict.
        people: index of capacity and motivation with all its running cost met (0-1).
        linkages: 0-1.
        fragile: 0 or 1.
        conflict: 0 or 1.
        frailty: log hazard, of the initiative and of its country.
        effects: what moves the log hazard.
    """
    return (
        log_rate,
        -effects.sustainability * (people - effects.mean_people),
        -effects.linkages * (linkages - effects.mean_linkages),
        effects.fragility * fragile,
        effects.conflict * conflict,
        frailty,
    )


@compiled
def credit(tolerance: float, motivation: float, contract: bool, no_credit: float) -> float:
    """Return the arrears at which an operator gives up, in years of full running cost; see :func:`insolvent`."""
    return no_credit if contract else tolerance * (0.5 + motivation)


@compiled
def insolvent(years_owed: float, tolerance: float, motivation: float, contract: bool, no_credit: float) -> bool:
    """Return whether an operator gives up: arrears pass tolerance x (0.5 + motivation), or any credit by contract.

    Args:
        years_owed: arrears of core cost, in years of full running cost.
        tolerance: of the operator at mean motivation, the same unit.
        motivation: 0-1.
        contract: whether the operator works for a contract.
        no_credit: arrears at which such an operator stops.
    """
    return years_owed > 0.0 and years_owed >= credit(tolerance, motivation, contract, no_credit)
