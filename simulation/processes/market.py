"""Market: what regulators, ministries and operators do to prices, coverage, devices, electricity and skills.

`state/policies.py` has one record a lever. A lever acts on barriers alone; its cost is in `policy_costs`.
"""

from __future__ import annotations

import numpy as np

from ..basis.units import BoolArray, FloatArray
from ..data import members
from ..rules.curves import towards
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

MOVES_PRICES: BoolArray = np.array([[policy.lag == "prices"] for policy in POLICIES])  # (P, 1)


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
    memory, now, p = world.memory, world.now, MarketParameters.of(world.values)
    memory.policies_before[:] = memory.policies
    step = np.where(MOVES_PRICES, 1.0 / p.price_years, 1.0 / p.network_years)
    memory.policies[:] = towards(memory.policies, _targets(world), step)
    memory.trained *= np.exp(-1.0 / p.training_lasts)
    memory.trained += memory.policies[ROW["skills_training"]] * (1.0 - memory.trained)
    if not (memory.policies.any() or memory.policies_before.any()):
        return
    _set_price(world)
    level = by_lever(memory.policies)
    now.phone_cost[:] = (1.0 + p.tax_pass_through * level["device_tax"]) / (
        1.0 + p.finance_reach * level["device_finance"]
    )
    now.lever_cover[:] = 1.0 - gap_left(*covered(world).values())
    now.lever_skills[:] = 1.0 - gap_left(memory.trained, p.skills_by_services * level["online_services"])
    now.lever_electricity[:] = level["electricity"]


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


def _targets(world: World) -> FloatArray:
    """Return where every lever goes, (P, C): its setting, and what reform and harmonisation add to competition."""
    p, countries = MarketParameters.of(world.values), world.countries
    scope = in_scope(world) * (years_in_force(world) > 0)
    found = np.array([float(getattr(world.strategy, policy.name)) for policy in POLICIES])[:, None] * scope
    gained = generations(countries.regulation - world.facts.countries.regulation_path)
    found[ROW["competition"]] += p.operators_by_generation * gained + p.operators_by_bloc * countries.harmonised
    return np.asarray(found)


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


def _set_price(world: World) -> None:
    """Move the price of data by competition, orders, taxes, charges and backbones."""
    p, memory = MarketParameters.of(world.values), world.memory
    level = by_lever(memory.policies)
    carried = 1.0 - p.backbone_price * level["backbone"] * rivalry(operators(world)[1])
    taxed = 1.0 + p.tax_pass_through * level["data_tax"]
    ratio = by_competition(world) * carried * (1.0 + level["data_price"]) * taxed
    income = month_income(world.reference, world.facts.countries, world.year, income_beyond(world))
    factor = with_charge(path_of_price(world), ratio, level["access_charge"], income)
    world.countries.price *= factor / memory.policy_on_price
    memory.policy_on_price[:] = factor


def covered(world: World) -> dict[str, FloatArray]:
    """Return the part of the coverage gap that each lever closes, (C,) each."""
    p, level = MarketParameters.of(world.values), by_lever(world.memory.policies)
    more = np.maximum(investment(*operators(world), p.capital_fall) - 1.0, 0.0)
    gap = 1.0 - at_year(world.reference.access.coverage, effective_year(world, "coverage"))
    return {
        "competition": -np.expm1(-p.cover_by_investment * more),
        "spectrum_fees": part_of_gap(p.cover_by_fees * level["spectrum_fees"], gap),
        "coverage_obligation": level["coverage_obligation"],
        "backbone": p.cover_by_backbone * level["backbone"],
    }


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
