"""Market: what regulators, ministries and operators do to prices, coverage, devices, electricity and skills.

`state/policies.py` has one record a lever. A lever acts on barriers alone; its cost is in `policy_costs`.
"""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import BoolArray, FloatArray
from ..data import members
from ..rules.curves import closing, towards
from ..rules.market import (
    entry_log_price,
    gap_left,
    investment,
    part_of_gap,
    rivalry,
    with_charge,
)
from ..rules.regulation import generations
from ..state.parameters import Parameters, parameter, uniform
from ..state.policies import POLICIES, ROW
from ..state.world import World
from .barriers import at_year, data_price, effective_year, month_income

MOVES_PRICES: BoolArray = np.array([policy.lag == "prices" for policy in POLICIES])  # (P,)
COMPETITION, DATA_PRICE, DATA_TAX, ACCESS_CHARGE = (
    ROW[name] for name in ("competition", "data_price", "data_tax", "access_charge")
)
DEVICE_TAX, DEVICE_FINANCE, OBLIGATION, BACKBONE = (
    ROW[name] for name in ("device_tax", "device_finance", "coverage_obligation", "backbone")
)
ELECTRICITY, TRAINING, SERVICES = (ROW[name] for name in ("electricity", "skills_training", "online_services"))


class MarketParameters(Parameters, process="market"):
    """The parameters of market and policy."""

    price_years: float = parameter(
        value=1.0,
        unit="years",
        meaning="Time from a decision on prices or taxes until most of it has reached users",
        source="judgement: within a year",
        standing="judged",
        distribution=uniform(1.0, 1.5),
        minimum=1.0,
        maximum=20.0,
    )
    network_years: float = parameter(
        value=3.0,
        unit="years",
        meaning="Time from a decision on entry, networks, electricity or skills until most of it has reached people",
        source="judgement: 2 to 4 years",
        standing="judged",
        distribution=uniform(2.0, 4.0),
        minimum=1.0,
        maximum=20.0,
    )
    operators: float = parameter(
        value=1.0,
        unit="ratio",
        meaning="Effective operators at the start over what size and income of an economy suggest",
        source="the fit on 100 economies leaves a spread of 24%: it keeps hardly more than the mean of 2.8",
        standing="derived",
        distribution=uniform(0.8, 1.25),
        minimum=0.1,
        maximum=5.0,
    )
    second_operator: float = parameter(
        value=0.40,
        unit="share",
        meaning="Fall of the price of data where a second effective operator enters",
        source="BII and Analysys Mason 2024 (Ethiopia, up to 70%); A4AI 2019",
        standing="derived",
        distribution=uniform(0.2, 0.7),
        minimum=0.0,
        maximum=0.95,
    )
    next_operator: float = parameter(
        value=0.08,
        unit="share",
        meaning="Fall of the price of data with the third and with the fourth effective operator",
        source="Genakos et al. (CERRE): four to three raises bills by 4-7%, 16% at most",
        standing="derived",
        distribution=uniform(0.04, 0.16),
        minimum=0.0,
        maximum=0.9,
    )
    capital_fall: float = parameter(
        value=0.10,
        unit="share",
        meaning="Fall of what each operator invests with one effective operator more",
        source="CERRE: 19% from four to three; Faccio and Zingales 2022: investment unhurt",
        standing="derived",
        distribution=uniform(0.0, 0.19),
        minimum=0.0,
        maximum=0.9,
    )
    cover_by_investment: float = parameter(
        value=0.5,
        unit="1",
        meaning="Log of the coverage gap that goes where operators invest twice as much",
        source="judgement: half of what is added doubles networks that there are; Ethiopia 2021-24 about 0.6",
        standing="judged",
        distribution=uniform(0.0, 1.0),
        minimum=0.0,
        maximum=5.0,
    )
    operators_by_generation: float = parameter(
        value=1.0,
        unit="operators",
        meaning="Effective operators that a generation of regulation gained brings",
        source="sign: Belloc 2012, IEG 2011; size judged",
        standing="judged",
        distribution=uniform(0.0, 2.0),
        minimum=0.0,
        maximum=5.0,
    )
    operators_by_bloc: float = parameter(
        value=1.0,
        unit="operators",
        meaning="Effective operators that a bloc which is one market brings to each of its economies",
        source="judgement: roaming, shared spectrum plans and operators of several countries; no agreed figure",
        standing="judged",
        distribution=uniform(0.0, 2.0),
        minimum=0.0,
        maximum=5.0,
    )
    tax_pass_through: float = parameter(
        value=1.0,
        unit="share",
        meaning="Part of a change of taxes that reaches prices",
        source="Chad 2020: 0.9 to 1.2",
        standing="published",
        distribution=uniform(0.9, 1.1),
        minimum=0.0,
        maximum=2.0,
    )
    finance_reach: float = parameter(
        value=0.5,
        unit="share",
        meaning="How much dearer a phone people can buy where every phone is sold in instalments",
        source="judgement: Kenya 2020-24, about 15% of smartphones added",
        standing="judged",
        distribution=uniform(0.2, 1.0),
        minimum=0.0,
        maximum=10.0,
    )
    cover_by_fees: float = parameter(
        value=0.04,
        unit="share of people",
        meaning="People covered where spectrum fees fall from high to median and all are still to be covered",
        source="GSMA 2019: 7.5%, an upper bound of the industry; half of it judged",
        standing="judged",
        distribution=uniform(0.0, 0.075),
        minimum=0.0,
        maximum=1.0,
    )
    backbone_price: float = parameter(
        value=0.4,
        unit="share",
        meaning="Fall of the price of data that a complete backbone allows, passed on as far as operators are rivals",
        source="judgement: Cariolle 2018 gives +3 to 4 points of use in Sub-Saharan Africa",
        standing="judged",
        distribution=uniform(0.1, 0.6),
        minimum=0.0,
        maximum=0.95,
    )
    cover_by_backbone: float = parameter(
        value=0.2,
        unit="share",
        meaning="Part of the coverage gap that a complete backbone closes",
        source="judgement",
        standing="judged",
        distribution=uniform(0.0, 0.4),
        minimum=0.0,
        maximum=1.0,
    )
    training_lasts: float = parameter(
        value=1.0,
        unit="years",
        meaning="Time after which 37% of what training gave is left",
        source="Barone et al. 2025: effects last about a year",
        standing="published",
        distribution=uniform(0.5, 3.0),
        minimum=0.1,
        maximum=50.0,
    )
    skills_by_services: float = parameter(
        value=0.2,
        unit="share",
        meaning="Part of the skills gap that closes where all public services are online in people's languages",
        source="judgement: services are a reason to learn; 0 to 0.2 log odds of use by evidence",
        standing="judged",
        distribution=uniform(0.0, 0.4),
        minimum=0.0,
        maximum=1.0,
    )


def market(world: World) -> None:
    """Bring every lever of market and policy a year nearer to its setting, and set what it does to barriers."""
    if not world.new_year:
        return
    memory, p, countries = world.memory, MarketParameters.of(world.values), world.countries
    memory.policies_before[:] = memory.policies
    memory.policies[:] = _moved(
        memory.policies_before, np.array([float(getattr(world.strategy, policy.name)) for policy in POLICIES]),
        in_scope(world) * (years_in_force(world) > 0),
        np.where(MOVES_PRICES, 1.0 / p.price_years, 1.0 / p.network_years),
        countries.regulation, world.facts.countries.regulation_path, countries.harmonised,
        p.operators_by_generation, p.operators_by_bloc,
    )  # fmt: skip
    memory.trained *= np.exp(-1.0 / p.training_lasts)
    memory.trained += closing(memory.trained, memory.policies[TRAINING])
    if memory.policies.any() or memory.policies_before.any():
        rivals = operators(world)
        _set_price(world, rivals[1])
        _set_gaps(world, *rivals)


@compiled
def _moved(
    levers: FloatArray, settings: FloatArray, scope: FloatArray, step: FloatArray, regulation: FloatArray,
    path: FloatArray, harmonised: FloatArray, by_generation: float, by_bloc: float,
) -> FloatArray:  # fmt: skip
    """Return every lever a year nearer to its setting, and competition to what reform and harmonisation add to it."""
    found = np.empty(levers.shape)
    for p in range(settings.size):
        for c in range(scope.size):
            target = settings[p] * scope[c]
            if p == COMPETITION:
                target += by_generation * generations(regulation[c] - path[c]) + by_bloc * harmonised[c]
            found[p, c] = towards(levers[p, c], target, step[p])
    return found


def by_lever(table: FloatArray) -> dict[str, FloatArray]:
    """Return the rows of a table of levers, (P, C), by name."""
    return {name: table[row] for name, row in ROW.items()}


def in_scope(world: World) -> FloatArray:
    """Return one for economies whose market and policy the strategy changes, zero for others, (C,)."""
    return members(world.strategy.policy_countries).astype(np.float64)


def years_in_force(world: World) -> int:
    """Return how many Januaries the strategy's market and policy have been in force, this one included."""
    strategy = world.strategy
    first = max(strategy.policy_year or world.start_year, strategy.strategy_year or world.start_year)
    return max(world.year + 1 - max(first, world.start_year), 0)


def operators(world: World) -> tuple[FloatArray, FloatArray]:
    """Return effective operators at the start and now, (C,) each, one at least."""
    p = MarketParameters.of(world.values)
    first = np.maximum(world.facts.countries.operators * p.operators, 1.0)
    return first, np.maximum(first + world.memory.policies[ROW["competition"]], 1.0)


def by_competition(world: World) -> FloatArray:
    """Return the price of data over its path as entry and mergers make it, (C,)."""
    p = MarketParameters.of(world.values)
    return np.asarray(np.exp(entry_log_price(*operators(world), p.second_operator, p.next_operator)))


def path_of_price(world: World) -> FloatArray:
    """Return this year's price of data without levers of market and policy, share of monthly income, (C,)."""
    memory = world.memory
    moved = data_price(world.reference, world.facts.countries, world.values, effective_year(world, "data price"))
    return np.asarray(world.countries.price / memory.policy_on_price * moved / memory.price_moved)


def _set_price(world: World, rivals: FloatArray) -> None:
    """Move the price of data by competition, orders, taxes, charges and backbones; `rivals` are effective operators."""
    p, memory = MarketParameters.of(world.values), world.memory
    income = month_income(world.reference, world.facts.countries, world.year, income_beyond(world))
    factor = _factor(
        memory.policies, rivals, by_competition(world), path_of_price(world), income, p.backbone_price,
        p.tax_pass_through,
    )  # fmt: skip
    world.countries.price *= factor / memory.policy_on_price
    memory.policy_on_price[:] = factor


@compiled
def _factor(
    policies: FloatArray, rivals: FloatArray, competition: FloatArray, path: FloatArray, income: FloatArray,
    backbone_price: float, pass_through: float,
) -> FloatArray:  # fmt: skip
    """Return the price of data over its path without levers, (C,)."""
    found = np.empty(path.size)
    for c in range(path.size):
        carried = 1.0 - backbone_price * policies[BACKBONE, c] * rivalry(rivals[c])
        taxed = 1.0 + pass_through * policies[DATA_TAX, c]
        ratio = competition[c] * carried * (1.0 + policies[DATA_PRICE, c]) * taxed
        found[c] = with_charge(path[c], ratio, policies[ACCESS_CHARGE, c], income[c])
    return found


def _set_gaps(world: World, at_first: FloatArray, rivals: FloatArray) -> None:
    """Set what levers close of the gaps of coverage, skills and electricity, and do to the cost of phones."""
    p, memory, now = MarketParameters.of(world.values), world.memory, world.now
    more = np.maximum(investment(at_first, rivals, p.capital_fall) - 1.0, 0.0)
    uncovered = 1.0 - at_year(world.reference.access.coverage, effective_year(world, "coverage"))
    by_entry = -np.expm1(-p.cover_by_investment * more)
    by_fees = part_of_gap(p.cover_by_fees * memory.policies[ROW["spectrum_fees"]], uncovered)
    now.phone_cost[:], now.lever_cover[:], now.lever_skills[:] = _closed(
        memory.policies, memory.trained, by_entry, by_fees, p.cover_by_backbone, p.skills_by_services,
        p.tax_pass_through, p.finance_reach,
    )  # fmt: skip
    now.lever_electricity[:] = memory.policies[ELECTRICITY]


@compiled
def _closed(
    policies: FloatArray, trained: FloatArray, by_entry: FloatArray, by_fees: FloatArray, by_backbone: float,
    by_services: float, pass_through: float, finance_reach: float,
) -> FloatArray:  # fmt: skip
    """Return the cost of a phone over its path, and the parts of the gaps of coverage and skills that close, (3, C)."""
    found = np.empty((3, trained.size))
    for c in range(trained.size):
        taxed = 1.0 + pass_through * policies[DEVICE_TAX, c]
        found[0, c] = taxed / (1.0 + finance_reach * policies[DEVICE_FINANCE, c])
        backbone = by_backbone * policies[BACKBONE, c]
        found[1, c] = 1.0 - gap_left(by_entry[c], by_fees[c], policies[OBLIGATION, c], backbone)
        found[2, c] = 1.0 - gap_left(trained[c], by_services * policies[SERVICES, c])
    return found


def growth_per_head(world: World) -> FloatArray:
    """Return this year's product per head over that of the year of the facts, (C,)."""
    return np.asarray(
        world.reference.income[world.year_row] / world.facts.countries.income * np.exp(income_beyond(world))
    )


def income_beyond(world: World) -> FloatArray:
    """Return the log of incomes over their path, (C,): sampled growth, and what a strategy adds, since the start."""
    sampled = world.facts.drawn.growth * max(world.year - world.start_year, 0)
    chosen = world.strategy.income_growth * in_scope(world) * max(years_in_force(world) - 1, 0)
    return np.asarray(sampled + chosen)
