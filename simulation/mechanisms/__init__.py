"""Financing mechanisms, one file each: how money comes. The order is part of the results' reproducibility."""

from __future__ import annotations

from .base import Mechanism
from .blended_finance import BlendedFinance
from .debt_swap import DebtSwap
from .diaspora_crowd import DiasporaCrowd
from .endowment import Endowment
from .guarantee import Guarantee
from .impact_bond import ImpactBond
from .matching_grant import MatchingGrant
from .pooled_fund import PooledFund
from .project_grant import ProjectGrant
from .results_based import ResultsBased
from .solidarity_levy import SolidarityLevy
from .south_south import SouthSouth
from .universal_service_fund import UniversalServiceFund

MECHANISMS: dict[str, Mechanism] = {
    mechanism.name: mechanism
    for mechanism in (
        ProjectGrant(),
        PooledFund(),
        MatchingGrant(),
        BlendedFinance(),
        ResultsBased(),
        ImpactBond(),
        UniversalServiceFund(),
        Endowment(),
        DebtSwap(),
        Guarantee(),
        SouthSouth(),
        DiasporaCrowd(),
        SolidarityLevy(),
    )
}

__all__ = ["MECHANISMS", "Mechanism"]
