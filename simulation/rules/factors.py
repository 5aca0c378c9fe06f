"""The factors of sustainability: resources, capacity, motivation and linkages, and the service that they allow.

Of one initiative; shares and factors are 0 to 1. Weights that stand plainly here are judged.
"""

from __future__ import annotations

from ..basis.compiled import compiled


@compiled
def local_share(fees: float, treasury: float, levy: float, endowment: float) -> float:
    """Return the share of running cost that is met without the donor: fees, treasury, service fund and endowment."""
    return min(fees + treasury + levy + endowment, 1.0)


@compiled
def service_target(capacity: float, missed: float, performance: float, per_missed: float) -> float:
    """Return the service that an initiative can give: core cost is paid or owed, as long as it is open.

    (0.5 + 0.5 capacity) / (1 + wear) x performance, at most 1

    Args:
        capacity: 0-1.
        missed: refresh cycles missed.
        performance: of the mechanism; 0 where an initiative hasn't begun.
        per_missed: wear per cycle missed.
    """
    worn = 1.0 + per_missed * missed
    return min((0.5 + 0.5 * capacity) / worn * performance, 1.0)


@compiled
def resources(local: float, donor_share: float, years_left: float, cash: float, reserve_weight: float) -> float:
    """Return what is certain of next year's running cost.

    local + donor share x min(years left, 1) + reserve x what is missing then

    Args:
        local: share that is met without the donor.
        donor_share: share that the donor pays.
        years_left: until the donor leaves.
        cash: in the till, over a year's running cost; more than a year counts as one.
        reserve_weight: most that cash counts for.
    """
    certain = donor_share * min(max(years_left, 0.0), 1.0)
    reserve = min(cash, 1.0) * reserve_weight
    return min(max(local + certain + reserve * (1.0 - certain), 0.0), 1.0)


@compiled
def capacity_change(capacity: float, building: float, governance: float, gain: float, turnover: float) -> float:
    """Return the change of capacity, per year: gain x building (0.5 + governance)(1 - capacity) - turnover x capacity.

    `building` is the share of spending that builds capacity.
    """
    return gain * building * (0.5 + governance) * (1.0 - capacity) - turnover * capacity


@compiled
def drive(
    local: float,
    participation: float,
    service: float,
    donors: float,
    dominance: float,
) -> float:
    """Return where motivation and ownership go.

    0.25 + 0.4 local share of money + 0.3 participation + 0.25 service - dominance x donors' share of money
    """
    found = 0.25 + 0.4 * local + 0.3 * participation + 0.25 * service
    found = found - dominance * donors
    return min(max(found, 0.0), 1.0)


@compiled
def ties(
    governance: float,
    participation: float,
    by_public_money: float,
    coordination: float,
    by_partners: float,
) -> float:
    """Return where linkages go.

    0.15 + 0.4 governance + 0.15 participation + 0.1 coordination + what public money and partners add
    """
    found = 0.15 + 0.4 * governance + 0.15 * participation + by_public_money
    found = found + 0.1 * coordination + by_partners
    return min(max(found, 0.0), 1.0)
