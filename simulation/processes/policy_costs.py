"""What levers of market and policy cost in a year: treasuries, taxes that they forgo, and operators.

Works cost capital as they grow and running cost as they stand; what a price loses is counted on the users of the year.
Treasuries' outlays go through the ledger; what is forgone and margins are no flows of money, and stand beside it.
"""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import FloatArray, cents
from ..rules.market import DAYS_PER_MONTH, outlay
from ..rules.split import mean_of_places
from ..state.ledger import Pot
from ..state.parameters import Parameters, parameter, uniform
from ..state.policies import PAYERS, ROW
from ..state.world import GROUPS, World
from .access import AccessParameters
from .barriers import MONTHS, month_income, phone_price
from .market import by_competition, by_lever, path_of_price
from .running import CashParameters

PAYER: dict[str, int] = {name: row for row, name in enumerate(PAYERS)}


class PolicyCostParameters(Parameters, process="policy_costs"):
    """The parameters of what policy costs."""

    regulator_cost: float = parameter(
        value=0.05,
        unit="dollars",
        meaning="Yearly cost of a regulator that admits one operator more, a person",
        source="ITU, Connecting Humanity 2020: policy and regulation about 1% of the cost; judged",
        standing="judged",
        distribution=uniform(0.01, 0.2),
        minimum=0.0,
        maximum=10.0,
    )
    phone_life: float = parameter(
        value=3.0,
        unit="years",
        meaning="Time after which a user buys a phone again",
        source="judgement: 36 months, as for what people can spend on one",
        standing="judged",
        distribution=uniform(2.0, 4.0),
        minimum=0.5,
        maximum=20.0,
    )
    finance_loss: float = parameter(
        value=0.10,
        unit="share",
        meaning="Part of what phones sold in instalments cost that is never paid back",
        source="judgement",
        standing="judged",
        distribution=uniform(0.05, 0.2),
        minimum=0.0,
        maximum=1.0,
    )
    fees_of_revenue: float = parameter(
        value=0.05,
        unit="share",
        meaning="Spectrum fees that are forgone as they fall from high to median, over what users pay for data",
        source="judgement",
        standing="judged",
        distribution=uniform(0.02, 0.10),
        minimum=0.0,
        maximum=1.0,
    )
    backbone_capital: float = parameter(
        value=10.0,
        unit="dollars",
        meaning="Capital of a complete backbone, a person of the economy",
        source="judgement: a part of the ITU's 428 billion dollars for three billion people (2020)",
        standing="judged",
        distribution=uniform(5.0, 20.0),
        minimum=0.0,
        maximum=1000.0,
    )
    electricity_capital: float = parameter(
        value=150.0,
        unit="dollars",
        meaning="Capital of a connection to electricity, a person",
        source="judgement: solar kits to grids",
        standing="judged",
        distribution=uniform(60.0, 300.0),
        minimum=0.0,
        maximum=5000.0,
    )
    services_cost: float = parameter(
        value=1.0,
        unit="dollars",
        meaning="Yearly cost of public services online in people's languages, a person",
        source="judgement",
        standing="judged",
        distribution=uniform(0.3, 3.0),
        minimum=0.0,
        maximum=100.0,
    )


def policy_costs(world: World) -> None:
    """Count what the year's market and policy cost, and book what treasuries pay; each January."""
    memory = world.memory
    if not (world.new_year and (memory.policies.any() or memory.policies_before.any())):
        return
    costs = _costs(world)
    table = np.array(list(costs.values()))
    for (lever, payer), dollars in zip(costs, table.sum(axis=1).tolist(), strict=True):
        memory.policy_cost[ROW[lever], PAYER[payer]] += dollars
    by_treasury = [row for row, (_, payer) in enumerate(costs) if payer == "treasury"]
    paid = cents(table[by_treasury].sum(axis=0))
    treasury = Pot("treasury", np.zeros_like(paid), np.arange(paid.size))
    world.ledger.receive("programmes", treasury, paid)
    world.ledger.spend("programmes", treasury, paid)


def _costs(world: World) -> dict[tuple[str, str], FloatArray]:
    """Return the year's dollars by lever and payer, (C,) each; below zero for a tax or a charge that is raised."""
    p, countries, memory = PolicyCostParameters.of(world.values), world.countries, world.memory
    level, before = by_lever(memory.policies), by_lever(memory.policies_before)
    people = countries.population
    users = people * countries.use
    income = month_income(world.reference, world.facts.countries, world.year, world.now.income_beyond)
    revenue = users * path_of_price(world) * income * MONTHS
    phones = users / p.phone_life * phone_price(world.values, world.year)
    return {
        # the regulator's running cost, whatever admits operators: the lever, reform, a bloc, or the work of initiatives
        ("competition", "treasury"): p.regulator_cost * people * np.maximum(level["competition"], 0.0),
        ("competition", "operators"): revenue * (1.0 - by_competition(world)),
        ("data_price", "operators"): -level["data_price"] * revenue,
        ("data_tax", "forgone"): -level["data_tax"] * revenue,
        ("access_charge", "forgone"): -level["access_charge"] * DAYS_PER_MONTH * MONTHS * users,
        ("device_tax", "forgone"): -level["device_tax"] * phones,
        ("device_finance", "operators"): p.finance_loss * level["device_finance"] * phones,
        ("spectrum_fees", "forgone"): p.fees_of_revenue * level["spectrum_fees"] * revenue,
        **_works(world, p, level, before),
    }


def _works(
    world: World, p: PolicyCostParameters, level: dict[str, FloatArray], before: dict[str, FloatArray]
) -> dict[tuple[str, str], FloatArray]:
    """Return the year's dollars of what is built or taught, by lever and payer, (C,) each."""
    countries, access = world.countries, AccessParameters.of(world.values)
    people, urban = countries.population, countries.urban_share
    running = CashParameters.of(world.values).operating_rate

    def lacking(barrier: str, closed: FloatArray) -> FloatArray:
        """Return the people whom the barrier would stop without the lever."""
        town, countryside = (getattr(countries, f"{barrier}_{place}") for place in GROUPS)
        return _lacking(people, mean_of_places(urban, town, countryside), closed)

    def works(capital: FloatArray, name: str) -> FloatArray:
        return outlay(capital, level[name], before[name], running)

    obliged = lacking("coverage", level["coverage_obligation"])
    unpowered = lacking("electricity", level["electricity"])
    untaught = lacking("skills", world.now.lever_skills)
    capital = access.cost_rural * world.now.technology_price * obliged
    return {
        ("coverage_obligation", "operators"): works(capital, "coverage_obligation"),
        ("backbone", "treasury"): works(p.backbone_capital * people, "backbone"),
        ("electricity", "treasury"): works(p.electricity_capital * unpowered, "electricity"),
        ("skills_training", "treasury"): access.cost_skills * level["skills_training"] * untaught,
        ("online_services", "treasury"): p.services_cost * level["online_services"] * people,
    }


@compiled
def _lacking(people: FloatArray, passing: FloatArray, closed: FloatArray) -> FloatArray:
    """Return the people whom a barrier would stop without the lever that closes a part of its gap, (C,)."""
    return people * (1.0 - passing) / np.maximum(1.0 - closed, 1e-6)
