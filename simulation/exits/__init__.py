"""Exit strategies, one file each: how the donor leaves. The order is part of the results' reproducibility."""

from __future__ import annotations

from .abrupt import Abrupt
from .adaptive import Adaptive
from .base import Exit
from .commercialisation import Commercialisation
from .community_enterprise import CommunityEnterprise
from .endowment import EndowedExit
from .evergreen import Evergreen
from .government_handover import GovernmentHandover
from .linear_phase_down import LinearPhaseDown
from .service_fund_handover import ServiceFundHandover

EXITS: dict[str, Exit] = {
    leave.name: leave
    for leave in (
        Abrupt(),
        LinearPhaseDown(),
        GovernmentHandover(),
        Adaptive(),
        CommunityEnterprise(),
        Commercialisation(),
        EndowedExit(),
        ServiceFundHandover(),
        Evergreen(),
    )
}

__all__ = ["EXITS", "Exit"]
