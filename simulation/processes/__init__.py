"""The processes of one quarter, one file each, in the order in which they happen."""

from __future__ import annotations

from collections.abc import Callable

from ..world import World
from .access import access
from .adoption import adoption
from .allocation import allocation
from .budgets import budgets
from .closure import closure, medians
from .delivery import delivery
from .disbursement import disbursement
from .exiting import exiting
from .founding import founding
from .government import government
from .monitoring import monitoring
from .parity import parity
from .shocks import shocks

Process = Callable[[World], None]

STEP: tuple[Process, ...] = (
    shocks,
    budgets,
    allocation,
    founding,
    disbursement,
    delivery,
    exiting,
    government,
    medians,
    closure,
    access,
    adoption,
    monitoring,
    parity,
)

__all__ = ["STEP", "Process"]
