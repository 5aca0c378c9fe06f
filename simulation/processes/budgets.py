"""Donor budgets: what each donor can spend on digital development in a quarter."""

from __future__ import annotations

from ..basis.units import QUARTERS_PER_YEAR
from ..counterfactual import giving
from ..rules.money import aid_level, budget, next_deviation
from ..state.parameters import Parameters, lognormal, parameter, uniform
from ..state.world import World


class BudgetsParameters(Parameters, process="budgets"):
    """The parameters of budgets."""

    growth_past: float = parameter(
        value=0.03,
        unit="per year",
        meaning="Real growth of aid budgets up to 2023",
        source="OECD: DAC ODA 2005-2023, constant prices, derived",
        standing="derived",
        minimum=-0.2,
        maximum=0.2,
    )
    growth_future: float = parameter(
        value=0.015,
        unit="per year",
        meaning="Real growth of aid budgets after 2023, before cuts",
        source="judgement: growth of donors' income at a constant share",
        standing="judged",
        distribution=uniform(0.0, 0.03),
        minimum=-0.2,
        maximum=0.2,
    )
    volatility_scale: float = parameter(
        value=1.0,
        unit="ratio",
        meaning="Volatility of all donors' budgets relative to its estimate",
        source="OECD, aid by donor 1995-2023, refitted on resampled donors",
        standing="derived",
        distribution=lognormal(0.1),
        minimum=0.0,
        maximum=5.0,
    )


def budgets(world: World) -> None:
    """Set each donor's budget: income x aid share x digital share x luck x cuts; at the start of each year.

    The luck is exp(a - var/2) with `a` an AR(1) of the donor's own volatility, so its mean is one.
    """
    p = BudgetsParameters.of(world.values)
    if not world.new_year:
        return
    donors, facts = world.donors, world.facts.donors
    volatility = facts.volatility * p.volatility_scale
    persistence = facts.persistence
    luck = world.streams.normal("budgets", world.quarter, world.donor_keys())
    donors.deviation[:] = next_deviation(donors.deviation, luck, persistence, volatility)
    level = aid_level(world.year, p.growth_past, p.growth_future)
    yearly = budget(facts.ict_budget, level, donors.deviation, persistence, volatility)
    yearly = yearly * donors.cut * world.strategy.funding * (world.year >= facts.entered)
    donors.budget[:] = yearly / QUARTERS_PER_YEAR * giving(world)
