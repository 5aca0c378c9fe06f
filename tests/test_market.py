"""Levers of market and policy: each moves the barriers that it names, where and when it is in force, at a cost."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from short_worlds import END, START, short_world

from afteraid.simulation.basis.errors import ScenarioError
from afteraid.simulation.data import load_countries, members
from afteraid.simulation.data.access import effective_operators
from afteraid.simulation.processes.barriers import barriers
from afteraid.simulation.processes.market import operators
from afteraid.simulation.processes.policy_costs import PAYER
from afteraid.simulation.rules.market import (
    entry_log_price,
    gap_left,
    investment,
    outlay,
    part_of_gap,
    rivalry,
    with_charge,
)
from afteraid.simulation.scenario.market_settings import MarketSettings
from afteraid.simulation.scenario.scenario import load_scenario
from afteraid.simulation.state.kinds import BARRIERS
from afteraid.simulation.state.policies import EVIDENCE, POLICIES, ROW, Policy
from afteraid.simulation.state.world import World

# no initiatives, no attacks, no feedback of use on income: what moves is the lever
QUIET = {
    "run.spinup": START, "strategy.funding": 0.0, "cyber.incident_rate": 0.0, "adoption.income_feedback": 0.0,
    "climate.event_rate": 0.0,
}  # fmt: skip
TURNED = {
    "competition": 2.0, "data_price": -0.5, "data_tax": -0.2, "access_charge": 0.05, "device_tax": -0.3,
    "device_finance": 1.0, "spectrum_fees": 1.0, "coverage_obligation": 0.5, "backbone": 1.0, "electricity": 0.5,
    "skills_training": 0.2, "online_services": 1.0,
}  # fmt: skip
HERE = "Africa"


def run(**settings: object) -> World:
    return short_world(QUIET, **settings)


@functools.cache
def usual() -> World:
    """The world with every lever at rest; not to be changed."""
    return run()


@functools.cache
def turned(lever: str) -> World:
    """The world with one lever turned in Africa; not to be changed."""
    return run(**{lever: TURNED[lever]}, policy_countries=[HERE])


def few(number: float) -> np.ndarray:
    return np.array([number])


# Rules


def test_entry_has_its_closed_forms() -> None:
    price = functools.partial(entry_log_price, second=0.4, later=0.08)
    assert np.exp(price(few(1.0), few(2.0))) == pytest.approx(0.6)
    assert np.exp(price(few(2.0), few(4.0))) == pytest.approx(0.92**2)
    assert price(few(4.0), few(9.0)) == pytest.approx(0.0)
    assert np.exp(price(few(4.0), few(3.0))) == pytest.approx(1.0 / 0.92)


@given(st.floats(1.0, 8.0), st.floats(1.0, 8.0), st.floats(0.0, 0.9), st.floats(0.0, 0.9))
def test_prices_fall_with_rivals_and_the_way_back_undoes_it(
    first: float, last: float, second: float, next_: float
) -> None:
    there = entry_log_price(few(first), few(last), second, next_)
    assert there + entry_log_price(few(last), few(first), second, next_) == pytest.approx(0.0)
    assert (there <= 1e-12) if last >= first else (there >= -1e-12)


def test_investment_rivalry_charges_and_gaps_have_their_closed_forms() -> None:
    assert investment(few(1.0), few(2.0), 0.1) == pytest.approx(1.8)
    assert rivalry(few(1.0)) == 0.0 and rivalry(few(4.0)) == pytest.approx(0.75)
    assert with_charge(few(0.05), few(1.0), few(0.1), few(100.0)) == pytest.approx(1.0 + 0.1 * 365 / 12 / 100.0 / 0.05)
    assert with_charge(few(0.05), few(-1.0), few(0.0), few(100.0)) == pytest.approx(0.02)
    assert gap_left(few(0.5), few(0.5)) == pytest.approx(0.25)
    assert part_of_gap(few(0.001), few(0.5)) == pytest.approx(0.002, rel=0.01) and part_of_gap(few(9.0), few(0.5)) < 1.0
    assert outlay(few(100.0), few(0.5), few(0.2), 0.1) == pytest.approx(35.0)


# Declarations


def test_every_lever_is_a_setting_and_every_setting_a_lever() -> None:
    beside = {"policy_countries", "policy_year", "income_growth"}
    assert {policy.name for policy in POLICIES} == set(MarketSettings.model_fields) - beside == set(TURNED)
    assert all(set(policy.barriers) <= set(BARRIERS) and policy.evidence in EVIDENCE for policy in POLICIES)


def test_operators_are_a_few_and_hardly_differ() -> None:
    found = effective_operators(load_countries())
    assert found.min() >= 1.0 and found.max() < 5.0 and 2.0 < np.median(found) < 3.5


# What levers do in the world


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
def test_a_lever_moves_the_barriers_that_it_names_and_no_other(policy: Policy) -> None:
    here, before, after = members((HERE,)), barriers(usual()), barriers(turned(policy.name))
    assert np.array_equal(before[:, :, ~here], after[:, :, ~here])  # nobody else's
    for row, barrier in enumerate(BARRIERS):
        moved = after[:, row, here] - before[:, row, here]
        if barrier not in policy.barriers:
            assert np.abs(moved).max() == 0.0, barrier
        elif policy.name == "access_charge":
            assert (moved <= 0.0).all() and moved.min() < -0.001
        else:
            assert (moved >= 0.0).all() and moved.max() > 0.001, barrier


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
def test_a_lever_moves_use_by_the_index_alone(policy: Policy) -> None:
    here = members((HERE,))
    change = turned(policy.name).countries.use - usual().countries.use
    sign = -1.0 if policy.name == "access_charge" else 1.0
    assert (sign * change[here] >= 0.0).all() and sign * change[here].max() > 1e-4
    law_alone = {"world.structures": ["law_alone"]}
    bare = short_world({**QUIET, **law_alone})
    with_it = short_world({**QUIET, **law_alone}, **{policy.name: TURNED[policy.name]}, policy_countries=[HERE])
    assert np.array_equal(bare.countries.use, with_it.countries.use)


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
def test_a_lever_costs_those_whom_it_names_and_treasuries_pay_through_the_ledger(policy: Policy) -> None:
    world = turned(policy.name)
    cost = world.memory.policy_cost
    payers = {name for name, column in PAYER.items() if cost[:, column].any()}
    assert payers == set(policy.pays)
    assert np.abs(np.delete(cost, ROW[policy.name], axis=0)).max() == 0.0
    sign = -1.0 if policy.name == "access_charge" else 1.0  # who is charged pays the treasury
    assert (sign * cost[ROW[policy.name]] >= 0.0).all()
    inflow, outflow = world.ledger.statement()
    assert inflow["programmes"].sum() == outflow["programmes"].sum()
    assert inflow["programmes"].sum() == pytest.approx(cost[:, PAYER["treasury"]].sum(), abs=10.0)


def test_a_regulator_costs_what_admits_operators_and_nothing_where_they_merge() -> None:
    row, payer = ROW["competition"], PAYER["treasury"]
    merged = run(competition=-1.0, policy_countries=[HERE])
    assert turned("competition").memory.policy_cost[row, payer] > 0.0 and merged.memory.policy_cost[row, payer] == 0.0


def test_a_lever_at_rest_costs_nothing_and_moves_nothing() -> None:
    world = usual()
    assert not world.memory.policies.any() and not world.memory.policy_cost.any()
    assert (world.memory.policy_on_price == 1.0).all() and (world.now.phone_cost == 1.0).all()


def test_prices_move_within_a_year_and_networks_take_longer() -> None:
    first = run(data_price=-0.5, coverage_obligation=0.6, run__end=START + 1, policy_countries=[HERE])
    here = members((HERE,))
    assert first.memory.policies[ROW["data_price"], here] == pytest.approx(-0.5)
    assert first.memory.policies[ROW["coverage_obligation"], here] == pytest.approx(0.2)  # a third of the way
    assert not first.memory.policies[:, ~here].any()
    later = turned("coverage_obligation").memory.policies[ROW["coverage_obligation"], here]
    years = END - START
    assert later == pytest.approx(0.5 * (1.0 - (2.0 / 3.0) ** years))


def test_a_lever_waits_for_its_year() -> None:
    world = run(data_price=-0.5, policy_year=END, policy_countries=[HERE])
    assert np.array_equal(world.countries.use, usual().countries.use)
    early = run(data_price=-0.5, policy_year=START - 3, policy_countries=[HERE])
    assert np.array_equal(early.countries.use, turned("data_price").countries.use)


def test_reform_and_blocs_act_through_competition_alone() -> None:
    off = {"market.operators_by_generation": 0.0, "market.operators_by_bloc": 0.0}
    for lever in ("regulatory_reform", "harmonisation"):
        acting, deaf = run(**{lever: 1.0}), short_world({**QUIET, **off}, **{lever: 1.0})
        first, now = operators(acting)
        assert (now >= first).all() and (now > first).any()
        assert (acting.countries.price <= usual().countries.price + 1e-15).all()
        assert (acting.countries.price < usual().countries.price).any()
        assert np.array_equal(deaf.countries.price, usual().countries.price)


def test_a_charge_acts_as_the_price_that_it_adds() -> None:
    charged = turned("access_charge")
    factor = charged.memory.policy_on_price[members((HERE,))]
    same = run(data_price=float(np.median(factor)) - 1.0, policy_countries=[HERE])
    row = np.flatnonzero(members((HERE,)))[np.argmin(np.abs(factor - np.median(factor)))]
    assert same.countries.price[row] == pytest.approx(charged.countries.price[row], rel=0.01)


def test_growth_moves_the_anchor_and_the_index_but_no_gap() -> None:
    fast = run(income_growth=0.05, policy_countries=[HERE])
    here = members((HERE,))
    assert np.log(fast.countries.income / usual().countries.income)[here] == pytest.approx(0.05 * (END - 1 - START))
    assert np.array_equal(fast.countries.income[~here], usual().countries.income[~here])
    assert np.abs(fast.now.index_gap - usual().now.index_gap).max() < 1e-9  # in A and its reference alike
    assert (fast.countries.addressable_rural[here] >= usual().countries.addressable_rural[here]).all()
    assert (fast.countries.use[here] > usual().countries.use[here]).all()
    assert not fast.memory.policy_cost.any()


def test_sampled_growth_is_the_same_in_every_scenario_and_none_without_spread() -> None:
    still = short_world({**QUIET, "barriers.growth_spread": 0.0})
    assert (still.now.income_beyond == 0.0).all()
    drawn = usual().now.income_beyond / (END - 1 - START)
    assert drawn.std() == pytest.approx(0.0075, rel=0.2) and abs(drawn.mean()) < 0.002
    assert np.array_equal(turned("electricity").now.income_beyond, usual().now.income_beyond)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"competition": 9.0}, "out of range"),
        ({"data_price": "-120%"}, "out of range"),
        ({"policy_countries": ["Atlantis"]}, "no country or group is called 'Atlantis'"),
        ({"policy_countries": []}, "names no country"),
        ({"policy_year": 1999}, "out of range"),
        ({"competitoin": 1.0}, "competition"),
    ],
)
def test_a_wrong_setting_is_refused(settings: dict[str, object], said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        load_scenario("baseline", settings)
