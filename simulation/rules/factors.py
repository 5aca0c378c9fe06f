"""The factors of sustainability: resources, capacity, motivation and linkages, and the service that they allow.

Elementwise; shares and factors are 0 to 1. Weights that stand plainly here are judged.
"""

from __future__ import annotations

import numpy as np

from ..basis.units import FloatArray


def local_share(fees: FloatArray, treasury: FloatArray, levy: FloatArray, endowment: FloatArray) -> FloatArray:
    """Return the share of running cost that is met without the donor: fees, treasury, service fund and endowment."""
    return np.asarray(np.minimum(fees + treasury + levy + endowment, 1.0))


def service_target(
    funded: FloatArray, capacity: FloatArray, missed: FloatArray, performance: FloatArray, per_missed: float
) -> FloatArray:
    """Return the service that an initiative can give.

    funded (0.5 + 0.5 capacity) / (1 + wear) x performance, at most 1

    Args:
        funded: share of core cost that is met.
        capacity: 0-1.
        missed: refresh cycles missed.
        performance: of the mechanism; 0 where an initiative hasn't begun.
        per_missed: wear per cycle missed.
    """
    worn = 1.0 + per_missed * missed
    return np.asarray(np.minimum(funded * (0.5 + 0.5 * capacity) / worn * performance, 1.0))


def resources(
    local: FloatArray, donor_share: FloatArray, years_left: FloatArray, cash: FloatArray, reserve_weight: float
) -> FloatArray:
    """Return what is certain of next year's running cost.

    local + donor share x min(years left, 1) + reserve x what is missing then

    Args:
        local: share that is met without the donor.
        donor_share: share that the donor pays.
        years_left: until the donor leaves.
        cash: in the till, over a year's running cost; more than a year counts as one.
        reserve_weight: most that cash counts for.
    """
    certain = donor_share * np.minimum(np.maximum(years_left, 0.0), 1.0)
    reserve = np.minimum(cash, 1.0) * reserve_weight
    return np.asarray(np.minimum(np.maximum(local + certain + reserve * (1.0 - certain), 0.0), 1.0))


def capacity_change(
    capacity: FloatArray, building: FloatArray, governance: FloatArray, gain: float, turnover: float
) -> FloatArray:
    """Return the change of capacity, per year: gain x building (0.5 + governance)(1 - capacity) - turnover x capacity.

    `building` is the share of spending that builds capacity.
    """
    return gain * building * (0.5 + governance) * (1.0 - capacity) - turnover * capacity


def drive(
    local: FloatArray,
    participation: FloatArray,
    service: FloatArray,
    donors: FloatArray,
    dominance: float,
) -> FloatArray:
    """Return where motivation and ownership go.

    0.25 + 0.4 local share of money + 0.3 participation + 0.25 service - dominance x donors' share of money
    """
    found = 0.25 + 0.4 * local + 0.3 * participation + 0.25 * service
    found = found - dominance * donors
    return np.asarray(np.minimum(np.maximum(found, 0.0), 1.0))


def ties(
    governance: FloatArray,
    participation: FloatArray,
    by_public_money: FloatArray,
    coordination: float,
    by_partners: FloatArray | float,
) -> FloatArray:
    """Return where linkages go.

    0.15 + 0.4 governance + 0.15 participation + 0.1 coordination + what public money and partners add
    """
    found = 0.15 + 0.4 * governance + 0.15 * participation + by_public_money
    found = found + 0.1 * coordination + by_partners
    return np.asarray(np.minimum(np.maximum(found, 0.0), 1.0))
