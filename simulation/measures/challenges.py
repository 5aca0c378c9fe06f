"""What small figures show side by side: a measure for each challenge of cooperation, and the goals."""

from __future__ import annotations

from dataclasses import dataclass

from .catalogue import CATALOGUE
from .measure import Measure


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One small figure: its title, what it shows, and for which groups.

    Attributes:
        title: as the figure shows it, on two lines where it is long.
        measure: name in the catalogue, which knows table, unit and target.
        groups: of countries.
        points: shares are drawn as percentage points.
    """

    title: str
    measure: str
    groups: tuple[str, ...]
    points: bool = False

    @property
    def record(self) -> Measure:
        """Return the record of what it shows."""
        return CATALOGUE[self.measure]

    @property
    def unit(self) -> str:
        """Return the unit of its axis: share, points, ratio or years."""
        if self.points:
            return "points"
        return {"%": "share"}.get(self.record.short_unit, self.record.short_unit)


CHALLENGES: tuple[Panel, ...] = (
    Panel(
        title="1 Coordination: lost in\ntransaction cost and fees",
        measure="transaction_cost_share",
        groups=("world",),
    ),
    Panel(
        title="2 Resources: need that the\nyear's money could meet",
        measure="share_of_need_met",
        groups=("recipients",),
    ),
    Panel(
        title="3 Digital divide: LDC gap to\nhigh-income use (points)",
        measure="gap",
        groups=("LDC",),
        points=True,
    ),
    Panel(
        title="4 Policies: recipients' people\npast today's barriers",
        measure="addressable_share",
        groups=("recipients",),
    ),
    Panel(
        title="5 Sustainability: asked of\ntreasuries, not carried",
        measure="handover_shortfall",
        groups=("recipients",),
    ),
    Panel(
        title="6 Monitoring: exit decisions\nthat full sight would turn",
        measure="decision_regret",
        groups=("world",),
    ),
    Panel(
        title="7 Technology: age of\nequipment at closure (years)",
        measure="technology_age_at_closure",
        groups=("world",),
    ),
)

GOALS: tuple[Panel, ...] = (
    Panel(title="17.6, 17.8 People using\nthe internet", measure="use", groups=("world", "LDC")),
    Panel(title="5.b Women's use over men's", measure="parity", groups=("world", "LDC")),
    Panel(title="9.c People covered by\nmobile broadband", measure="coverage_share", groups=("world", "LDC")),
    Panel(title="9.c Price of entry basket,\nshare of monthly income", measure="mean_price", groups=("world", "LDC")),
    Panel(title="4.4 People with the skills\nto use the internet", measure="skills_share", groups=("world", "LDC")),
)
NOT_MODELLED = "17.6 fixed lines: not modelled."
