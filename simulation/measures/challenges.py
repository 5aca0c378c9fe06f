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
        title="2 Resources: share of need\nthat the year's money meets",
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
        title="4 Policies: people that no\nmeasured barrier stops",
        measure="addressable_share",
        groups=("recipients",),
    ),
    Panel(
        title="5 Sustainability: hand-over cost\nthat treasuries can't carry",
        measure="handover_shortfall",
        groups=("recipients",),
    ),
    Panel(
        title="6 Monitoring: exit decisions that\nbetter data would change",
        measure="decision_regret",
        groups=("world",),
    ),
    Panel(
        title="7 Technology: years of age of\nequipment at closure",
        measure="technology_age_at_closure",
        groups=("world",),
    ),
)

GOALS: tuple[Panel, ...] = (
    Panel(title="People using the internet\n(SDG 17.6, 17.8)", measure="use", groups=("world", "LDC")),
    Panel(title="Women's use over men's\n(SDG 5.b)", measure="parity", groups=("world", "LDC")),
    Panel(title="People covered by mobile\nbroadband (SDG 9.c)", measure="coverage_share", groups=("world", "LDC")),
    Panel(
        title="Price of an entry basket, share\nof monthly income (SDG 9.c)",
        measure="mean_price",
        groups=("world", "LDC"),
    ),
    Panel(
        title="People with the skills to use\nthe internet (SDG 4.4)", measure="skills_share", groups=("world", "LDC")
    ),
)
NOT_MODELLED = "Fixed lines (SDG 17.6): not modelled."
