"""Financing mechanisms, one file each: how money comes. The order is part of the results' reproducibility."""

from __future__ import annotations

from .base import Mechanism
from .blended_finance import BlendedFinance
from .matching_grant import MatchingGrant
from .pooled_fund import PooledFund
from .project_grant import ProjectGrant

MECHANISMS: dict[str, Mechanism] = {
    mechanism.name: mechanism for mechanism in (ProjectGrant(), PooledFund(), MatchingGrant(), BlendedFinance())
}

__all__ = ["MECHANISMS", "Mechanism"]
