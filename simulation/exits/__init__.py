"""Exit strategies, one file each: how the donor leaves. The order is part of the results' reproducibility."""

from __future__ import annotations

from .abrupt import Abrupt
from .adaptive import Adaptive
from .base import Exit
from .government_handover import GovernmentHandover
from .linear_phase_down import LinearPhaseDown

EXITS: dict[str, Exit] = {exit.name: exit for exit in (Abrupt(), LinearPhaseDown(), GovernmentHandover(), Adaptive())}

__all__ = ["EXITS", "Exit"]
