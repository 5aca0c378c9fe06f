"""The processes of one quarter, one file each, in the order in which they happen."""

from __future__ import annotations

from collections.abc import Callable

from ..state.world import World
from .access import access
from .adoption import adoption
from .allocation import allocation
from .budgets import budgets
from .climate import climate
from .closure import closure, medians
from .cyber import cyber
from .delivery import delivery
from .disbursement import disbursement
from .exiting import exiting
from .founding import founding
from .funds import funds
from .government import government
from .monitoring import monitoring
from .parity import parity
from .policy import policy
from .shocks import shocks
from .spillovers import spillovers
from .technology import technology
from .withdrawal import withdrawal

Process = Callable[[World], None]

STEP: tuple[Process, ...] = (
    shocks,
    climate,
    cyber,
    technology,
    budgets,
    funds,
    allocation,
    withdrawal,
    founding,
    disbursement,
    delivery,
    exiting,
    government,
    medians,
    closure,
    spillovers,
    policy,
    access,
    adoption,
    monitoring,
    parity,
)

__all__ = ["STEP", "Process"]
