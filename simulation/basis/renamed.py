"""Names that users write and that have changed: for a year, the error about the old name says the new one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from .errors import nearest

KEPT = timedelta(days=365)


@dataclass(frozen=True)
class Renamed:
    """One name that has changed.

    Attributes:
        kind: setting, parameter, mechanism, exit, scenario, study, search, command, option, module or Python
            name; an option stands behind its command, as in ``uncertainty --luck``.
        old: as users wrote it; a setting with its table, as in ``strategy.coordination``.
        new: as they write it now.
        since: day of the change.
    """

    kind: str
    old: str
    new: str
    since: date


RENAMED: tuple[Renamed, ...] = (
    Renamed("option", "uncertainty --luck", "--replicates", date(2026, 11, 27)),
    Renamed("parameter", "access.price_fall", "barriers.price_fall", date(2026, 11, 27)),
    Renamed("parameter", "access.trust_growth", "barriers.trust_growth", date(2026, 11, 27)),
    Renamed("parameter", "disbursement.volatility_loss", "disbursement.unreliability", date(2026, 11, 27)),
    Renamed("parameter", "founding.median_size", "sizes.median_bilateral", date(2026, 11, 27)),
    Renamed("parameter", "founding.size_spread", "sizes.spread_bilateral", date(2026, 11, 27)),
    Renamed("scenario", "cut-9", "digital-aid-minus-10", date(2026, 11, 27)),
    Renamed("scenario", "cut-17", "digital-aid-minus-10", date(2026, 11, 27)),
    Renamed("scenario", "cut-30", "digital-aid-minus-30", date(2026, 11, 27)),
    Renamed("scenario", "donor-cliff-2025", "terminations-as-in-2025", date(2026, 11, 27)),
    Renamed("parameter", "delivery.operating_rate", "cash.operating_rate", date(2026, 11, 27)),
    Renamed("parameter", "delivery.missed_cost", "cash.missed_cost", date(2026, 11, 27)),
    Renamed("parameter", "delivery.revenue_speed", "cash.fees_speed", date(2026, 11, 27)),
    Renamed("parameter", "delivery.revenue_beside_donor", "cash.fees_while_funded", date(2026, 11, 27)),
    Renamed("parameter", "closure.survival_five_years", "cash.tolerance", date(2026, 11, 27)),
    Renamed("parameter", "partnerships.platform_linkages", "partnerships.partner_linkages", date(2026, 11, 27)),
    Renamed("parameter", "adoption.users_decay", "serving.devices_kept", date(2026, 11, 27)),
    Renamed("parameter", "exit.commercialisation.revenue", "exit.commercialisation.price", date(2026, 11, 27)),
    Renamed("parameter", "exit.community_enterprise.revenue", "exit.community_enterprise.price", date(2026, 11, 27)),
    Renamed(
        "parameter",
        "exit.community_enterprise.ownership",
        "exit.community_enterprise.participation",
        date(2026, 11, 27),
    ),
    Renamed("parameter", "mechanism.blended_finance.revenue", "mechanism.blended_finance.price", date(2026, 11, 27)),
    Renamed("parameter", "mechanism.guarantee.revenue", "mechanism.guarantee.price", date(2026, 11, 27)),
    Renamed("parameter", "mechanism.endowment.set_aside", "mechanism.endowment.cover", date(2026, 11, 27)),
    Renamed("parameter", "exit.endowment.set_aside", "exit.endowment.cover", date(2026, 11, 27)),
    Renamed("parameter", "mechanism.pooled_fund.linkages", "mechanism.pooled_fund.partners", date(2026, 11, 27)),
    Renamed("parameter", "mechanism.south_south.linkages", "mechanism.south_south.partners", date(2026, 11, 27)),
    Renamed("module", "experiments.testfunctions", "afteraid.experiments.study.testfunctions", date(2026, 11, 27)),
)


def successor(kind: str, name: str) -> str | None:
    """Return what a name of a kind is called now; None if it was not renamed. A setting may leave its table out."""
    for entry in RENAMED:
        short = entry.old.rpartition(".")[2] if kind == "setting" else entry.old
        if entry.kind == kind and name in (entry.old, short):
            return entry.new
    return None


def unknown(kind: str, name: str, message: str, valid: Iterable[str]) -> tuple[str, str | None]:
    """Return what to say of an unknown name, and the nearest valid one; a renamed one has its successor instead."""
    new = successor(kind, name)
    return (message, nearest(name, valid)) if new is None else (f"{message}: it is now '{new}'", None)


def past_their_year(entries: Iterable[Renamed], released: date) -> list[str]:
    """Return the old names that a release on that day no longer needs to know."""
    return [entry.old for entry in entries if released > entry.since + KEPT]
