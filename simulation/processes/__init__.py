"""The processes of one quarter, one module each, in the order in which they happen."""

from __future__ import annotations

from collections.abc import Callable

from ..state.parameters import REGISTRY
from ..state.world import World
from . import (
    access,
    adoption,
    allocation,
    budgets,
    climate,
    closure,
    cyber,
    delivery,
    disbursement,
    exiting,
    founding,
    funds,
    government,
    market,
    monitoring,
    parity,
    policy,
    policy_costs,
    revival,
    shocks,
    spillovers,
    technology,
    withdrawal,
)

Process = Callable[[World], None]

STEP: tuple[Process, ...] = (
    shocks.shocks,
    climate.climate,
    cyber.cyber,
    technology.technology,
    budgets.budgets,
    funds.funds,
    allocation.allocation,
    withdrawal.withdrawal,
    founding.founding,
    disbursement.disbursement,
    delivery.delivery,
    exiting.exiting,
    government.government,
    closure.medians,
    closure.closure,
    revival.revival,
    spillovers.spillovers,
    policy.policy,
    market.market,
    access.access,
    policy_costs.policy_costs,
    adoption.adoption,
    monitoring.monitoring,
    parity.parity,
)

# the order of rows in every run's table of parameters: kept, so that tables can be compared line by line
LISTED = (
    "shocks",
    "climate",
    "technology",
    "barriers",
    "access",
    "adoption",
    "allocation",
    "budgets",
    "policy",
    "market",
    "policy_costs",
    "spillovers",
    "partnerships",
    "sizes",
    "founding",
    "parity",
    "disbursement",
    "leaving",
    "withdrawal",
    "delivery",
    "cash",
    "closure",
    "revival",
    "cyber",
    "funds",
    "serving",
    "government",
    "monitoring",
)
REGISTRY.arrange(LISTED)

__all__ = ["STEP", "Process"]
