"""Cash, treasuries and closure by money: closed forms, and what holds whatever the numbers are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri

from afteraid.simulation.basis.units import BoolArray, FloatArray, IntArray
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.engine import advance
from afteraid.simulation.processes.closure import _of_money
from afteraid.simulation.processes.government import GovernmentParameters, _contracts
from afteraid.simulation.rules import cash, factors, hazard, observation, readiness, treasury
from afteraid.simulation.rules.sustainability import index
from afteraid.simulation.scenario.scenario import load_scenario
from afteraid.simulation.state.world import CAUSES, World

SHARE = st.floats(0.0, 1.0)
CENTS = st.integers(0, 10**12)
DOLLARS = st.floats(0.0, 1e12)
EFFECTS = hazard.Effects(0.9, 2.3, 0.6, 0.41, 0.47, 0.34, 0.47, 0.45, 0.35, 0.5)


def one(number: float) -> FloatArray:
    return np.array([number], dtype=np.float64)


def whole(number: int) -> IntArray:
    return np.array([number], dtype=np.int64)


def yes(truth: bool) -> BoolArray:
    return np.array([truth])


# The till


@given(CENTS, CENTS, CENTS, CENTS)
def test_a_till_pays_core_then_arrears_then_periphery_and_no_more_than_it_holds(
    money: int, need: int, core: int, owing: int
) -> None:
    core_paid, back, rest = cash.pay_in_order(money, need, core, owing)
    assert min(core_paid, back, rest) >= 0 and core_paid + back + rest <= money
    assert core_paid <= core and back <= owing and rest <= max(need - core, 0)
    if back or rest:
        assert core_paid == core
    if rest:
        assert back == owing
    left = money - core_paid - back - rest
    assert not left or (core_paid, back, rest) == (core, owing, max(need - core, 0))


@given(CENTS, CENTS, CENTS, CENTS)
def test_arrears_grow_only_where_core_cost_is_not_met(money: int, need: int, core: int, owing: int) -> None:
    paid = cash.pay_in_order(money, need, core, owing)
    after = owing + core - paid.core - paid.arrears
    assert after >= 0
    if money >= core:
        assert after == owing - min(money - core, owing)
    else:
        assert after == owing + core - money


@given(CENTS, SHARE, SHARE, SHARE)
def test_neighbours_take_over_part_of_the_core(need: int, participation: float, core: float, in_kind: float) -> None:
    community = cash.core_cost(need, participation, False, core, in_kind, 0.25)
    assert 0 <= community <= need * core + 1
    assert community == pytest.approx(need * core * (1.0 - in_kind * participation), abs=1.0)
    nobody = cash.core_cost(need, 0.0, False, core, in_kind, 0.25)
    assert community <= nobody


def test_a_private_owner_needs_all_of_it_and_a_wage() -> None:
    assert cash.core_cost(10_000, 0.9, True, 0.6, 0.3, 0.25) == 12_500


@given(CENTS, CENTS)
def test_a_part_lies_between_nothing_and_all(paid: int, due: int) -> None:
    assert 0.0 <= cash.part(paid, due, 1.0) <= 1.0
    assert cash.part(paid, 0, 0.3) == 0.3
    assert cash.part(max(due, 1), max(due, 1), 0.0) == 1.0


@given(SHARE, CENTS, CENTS, st.floats(0.01, 1.0))
def test_what_donors_pay_is_remembered_and_forgotten(before: float, money: int, need: int, memory: float) -> None:
    found = cash.paid_by_donors(before, money, need, memory)
    assert -1e-12 <= found <= 1.0 + 1e-12
    assert cash.paid_by_donors(before, 0, max(need, 1), memory) == pytest.approx(before * (1.0 - memory))
    assert cash.paid_by_donors(before, max(need, 1), need, 1.0) == 1.0


@given(CENTS, st.integers(1, 10**12))
def test_arrears_are_counted_in_years_of_running_cost(owing: int, need: int) -> None:
    assert cash.years_owed(owing, need, 4) == pytest.approx(owing / need / 4)
    assert cash.years_owed(owing, 0, 4) == 0.0


# Users and the market


@given(SHARE, SHARE, SHARE)
def test_the_market_takes_only_those_who_were_offline_at_founding(use: float, then: float, lost: float) -> None:
    reached, left = cash.demand(use, then, lost)
    assert 0.0 <= reached <= 1.0 and 1.0 - lost <= left + 1e-12 <= 1.0 + 1e-12
    if use <= then:
        assert (reached, left) == (0.0, 1.0)


def test_a_market_that_reaches_everybody_leaves_what_is_not_lost() -> None:
    assert cash.demand(1.0, 0.3, 0.5) == pytest.approx((1.0, 0.5))
    assert cash.demand(0.65, 0.3, 0.5) == pytest.approx((0.5, 0.75))


@given(st.floats(0.0, 1e9), st.floats(0.0, 1e6), st.floats(0.0, 10.0), SHARE, CENTS, st.floats(0.0, 5.0))
def test_fees_are_what_users_pay_and_never_far_above_cost(
    users: float, basket: float, asked: float, collected: float, need: int, most: float
) -> None:
    found = cash.fees(users, basket, asked, collected, need, most)
    assert 0 <= found <= most * need and found <= users * basket * asked * collected
    cheaper = cash.fees(users, 0.5 * basket, asked, collected, need, most)
    fewer = cash.fees(0.5 * users, basket, asked, collected, need, most)
    assert max(cheaper, fewer) <= found
    assert cash.fees(0.0, basket, asked, collected, need, most) == 0


@pytest.mark.parametrize("spread", [0.0, 0.5, 1.0])
def test_luck_of_fees_has_a_mean_of_one(spread: float) -> None:
    luck = (np.arange(100_000) + 0.5) / 100_000
    assert cash.luck_of_fees(ndtri(luck), spread).mean() == pytest.approx(1.0, rel=1e-3)
    assert cash.luck_of_fees(one(0.0), spread)[0] == pytest.approx(np.exp(-0.5 * spread**2))


# The endowment


@given(st.floats(0.001, 2.0), st.floats(0.005, 0.2), st.floats(0.01, 1.0))
def test_what_is_set_aside_carries_its_part_of_running_cost(running: float, draw: float, cover: float) -> None:
    share = float(cash.set_aside(one(running), draw, one(cover))[0])
    assert 0.0 < share < 1.0
    assert draw * share == pytest.approx(cover * running * (1.0 - share))


def test_nothing_is_set_aside_for_no_cover_and_more_for_more() -> None:
    cover = np.linspace(0.0, 1.0, 11)
    share = cash.set_aside(np.full(11, 0.1), 0.04, cover)
    assert share[0] == 0.0 and (np.diff(share) > 0.0).all()
    assert (np.diff(cash.set_aside(np.linspace(0.0, 1.0, 11), 0.04, np.ones(11))) > 0.0).all()


# The operator


@given(st.floats(0.01, 10.0), st.floats(0.001, 10.0), SHARE)
def test_an_operator_tolerates_its_own_part_of_the_median(median: float, relative: float, of_private: float) -> None:
    public = cash.tolerance(median, relative, False, of_private)
    assert public == pytest.approx(median * relative) and cash.tolerance(median, 1.0, False, of_private) == median
    assert cash.tolerance(median, relative, True, of_private) == pytest.approx(of_private * public)


@given(st.floats(1e6, 1e13), st.floats(1.0, 1e9), SHARE)
def test_a_basket_costs_its_share_of_income(product: float, people: float, share: float) -> None:
    basket = cash.price_of_basket(share, product, people)
    assert basket == pytest.approx(share * product / people * 100.0 / 4.0)
    assert cash.price_of_basket(share, product, 0.0) == pytest.approx(share * product * 25.0)


@given(st.floats(0.0, 20.0), st.floats(0.0, 20.0), st.floats(0.001, 10.0), SHARE, st.booleans())
def test_who_gives_up_over_a_debt_gives_up_over_a_larger_one(
    owed: float, more: float, tolerance: float, motivation: float, contract: bool
) -> None:
    given_up = hazard.insolvent(owed, tolerance, motivation, contract, 0.05)
    then = hazard.insolvent(owed + more, tolerance, motivation, contract, 0.05)
    assert then or not given_up
    for patience in (tolerance, 0.0):  # who owes nothing goes on, however impatient
        assert not hazard.insolvent(0.0, patience, motivation, contract, 0.05)


@given(st.floats(0.01, 10.0), SHARE)
def test_the_bar_is_the_tolerance_of_the_operator_or_that_of_the_contract(tolerance: float, motivation: float) -> None:
    bar = tolerance * (0.5 + motivation)
    for owed, contract, ends in (
        (bar * 1.001, False, True),
        (bar * 0.999, False, False),
        (0.0501, True, True),
        (0.0499, True, False),
    ):
        assert hazard.insolvent(owed, tolerance, motivation, contract, 0.05) == ends


def _rate(**changed: float) -> float:
    numbers = {"people": EFFECTS.mean_people, "linkages": EFFECTS.mean_linkages, "fragile": 0.0, "conflict": 0.0}
    numbers |= {"frailty": 0.0, **changed}
    return sum(hazard.background(-3.7, *numbers.values(), EFFECTS))


def test_other_causes_have_their_own_rate_at_the_means() -> None:
    assert _rate() == -3.7
    assert _rate(fragile=1.0) == pytest.approx(-3.7 + EFFECTS.fragility)
    assert _rate(conflict=1.0) == pytest.approx(-3.7 + EFFECTS.conflict)
    assert _rate(frailty=-0.4) == pytest.approx(-4.1)


@given(SHARE, SHARE)
def test_people_and_linkages_protect_from_other_causes(people: float, linkages: float) -> None:
    usual = _rate(people=people, linkages=linkages)
    assert _rate(people=people + 0.1, linkages=linkages) == pytest.approx(usual - 0.1 * EFFECTS.sustainability)
    assert _rate(people=people, linkages=linkages + 0.1) == pytest.approx(usual - 0.1 * EFFECTS.linkages)


# The treasury


@given(st.floats(0.0, 2.0), st.floats(0.0, 2.0), SHARE)
def test_a_treasury_is_asked_for_no_more_than_donors_leave(agreed: float, unasked: float, paid: float) -> None:
    asked = treasury.asked_share(agreed, unasked, paid)
    assert 0.0 <= asked <= 1.0 - paid + 1e-12 and asked <= agreed + unasked
    assert treasury.asked_share(agreed, unasked, 1.0) == 0.0
    if agreed + unasked <= 1.0 - paid:
        assert asked == agreed + unasked


@given(st.floats(0.0, 0.1), DOLLARS, st.floats(0.1, 10.0), st.floats(0.1, 10.0), SHARE, st.floats(0.0, 10.0))
def test_room_grows_with_the_product_the_sector_and_a_reform(
    share: float, expenditure: float, product: float, sector: float, weight: float, reform: float
) -> None:
    def room(product: float = product, sector: float = sector, reform: float = reform) -> float:
        return float(treasury.room(share, one(expenditure), one(product), one(sector), weight, reform)[0])

    slack = 1e-9 * (1.0 + room(product * 2.0, sector * 2.0))
    assert 0.0 <= room() <= min(room(product=product * 1.5), room(sector=sector * 1.5)) + slack
    assert room(reform=reform * 2.0) == pytest.approx(2.0 * room())
    assert room(product * 2.0, sector * 2.0) == pytest.approx(2.0 * room())
    assert room(1.0, 1.0, 1.0) == pytest.approx(share * expenditure)


def test_room_is_shared_between_the_product_and_the_sector() -> None:
    found = treasury.room(0.01, np.full(3, 1e9), np.full(3, 1.2), np.array([1.2, 1.5, 3.0]), 0.25, 2.0)
    np.testing.assert_allclose(found, 0.02e9 * np.array([1.2, 1.275, 1.65]))


@given(DOLLARS, DOLLARS, SHARE)
def test_aid_displaces_no_more_room_than_there_is(room: float, aid: float, fungibility: float) -> None:
    left = float(treasury.left_to_treasury(one(room), one(aid), fungibility)[0])
    assert 0.0 <= left <= room
    assert treasury.left_to_treasury(one(room), one(aid), 0.0)[0] == room
    assert left == 0.0 or left == pytest.approx(room - fungibility * aid, abs=1e-3)


@given(SHARE)
def test_lines_lapse_by_their_chance_where_the_government_changes(chance: float) -> None:
    count = 10_000
    luck = (np.arange(count) + 0.5) / count
    lapsed = [treasury.lapses(0.4, each, chance) for each in luck]
    assert np.mean(lapsed) == pytest.approx(chance, abs=1.0 / count)
    assert not any(treasury.lapses(0.0, each, chance) for each in luck[:100])


@pytest.fixture(scope="module")
def world() -> World:
    found = begin(load_scenario("baseline", {"run.start": 2005, "run.end": 2007, "world.uncertain": False}), 1, 0)
    for _ in range(3):
        advance(found)
    return found


def test_a_public_contract_that_comes_back_has_a_term_of_its_own(world: World) -> None:
    """A line that lapsed, or was not paid on the day, ends again: no contract goes on without a day."""
    kept, quarter = world.snapshot(), world.quarter
    bought = kept.initiatives
    bought.contract[:], bought.government_share[:], bought.line_lapsed[:] = 1, 0.2, 0
    bought.line_ends[:] = np.array([0, quarter - 1, quarter + 2])[np.arange(bought.count) % 3]
    _contracts(kept)
    term = round(4 * GovernmentParameters.of(kept.values).contract_years)
    expected = np.array([quarter + term, quarter + term, quarter + 2])[np.arange(bought.count) % 3]
    np.testing.assert_array_equal(bought.line_ends, expected)
    assert not bought.line_lapsed.any()


def test_a_contract_is_the_cause_only_after_its_day() -> None:
    """Where a new government ended the line before its day, arrears closed it, and no end of a contract."""
    assert [CAUSES[_of_money(True, since)] for since in (1, 0, -3)] == ["contract", "contract", "insolvency"]
    assert CAUSES[_of_money(False, 0)] == CAUSES[_of_money(True, 9)] == "insolvency"


# What donors see


@given(SHARE, SHARE, SHARE)
def test_readiness_goes_from_founding_to_the_best_of_its_kind(now: float, first: float, best: float) -> None:
    found = observation.readiness(now, first, best)
    assert 0.0 <= found <= 1.0
    assert observation.readiness(first, first, best) == 0.0
    assert observation.readiness(max(now, best, first + 1e-3) + 1e-9, first, best) == 1.0
    if best - first >= 1e-2:
        middle = observation.readiness(0.5 * (first + best), first, best)
        assert middle == pytest.approx(0.5)
    assert observation.readiness(min(now + 0.1, 1.1), first, best) >= found


# What is owed was delivered


def test_service_holds_while_core_cost_is_owed() -> None:
    settings = {"world.uncertain": False, "run.spinup": 2015, "run.start": 2020, "run.end": 2022}
    world = begin(load_scenario("exits-abrupt", settings), 1, 0)
    while world.year < 2021:
        advance(world)
    before, there = world.initiatives.service.copy(), world.initiatives.key.copy()
    owed = world.initiatives.owing > 0
    for _ in range(3):
        advance(world)
    row = {key: place for place, key in enumerate(world.initiatives.key)}
    pairs = [(old, row[key]) for old, key in enumerate(there) if key in row and owed[old]]
    was, now = (np.array(places) for places in zip(*pairs, strict=True))
    unpaid = (world.initiatives.owing[now] > 0) & (world.initiatives.funded_share[now] < 0.3)
    assert unpaid.sum() > 20
    held = world.initiatives.service[now][unpaid].sum() / before[was][unpaid].sum()
    assert 0.9 < held < 1.1


# Readiness


@given(st.floats(0.05, 0.95), SHARE, SHARE, st.floats(-3.0, -0.05))
def test_the_capacity_that_is_needed_brings_the_index_there(
    capacity: float, money: float, motivation: float, exponent: float
) -> None:
    wanted = index(one(money), one(capacity), one(motivation), exponent)
    needed = readiness.capacity_needed(wanted, one(money), one(motivation), exponent)
    assert needed[0] == pytest.approx(capacity, rel=1e-4)
    beyond = readiness.capacity_needed(one(1.0), one(0.2), one(1.0), exponent)
    assert beyond[0] > 1.0


def test_training_that_is_bought_raises_capacity_by_the_gap() -> None:
    share = readiness.training_share(0.4, 0.5, 0.25, 0.5, 2.0, 0.09)
    assert factors.capacity_change(0.45, share, 0.5, 2.0, 0.09) == pytest.approx(0.1 / 0.25)
    assert readiness.training_share(0.5, 0.4, 1.0, 0.5, 2.0, 0.09) == 0.0
    assert readiness.training_cost(0.2, 100.0) == pytest.approx(25.0)
    beyond = readiness.training_share(0.1, 1.2, 1.0, 0.5, 2.0, 0.1)
    assert np.isinf(readiness.training_cost(beyond, 1.0))


def test_an_operator_gives_up_when_what_is_missing_passes_cash_and_credit() -> None:
    def until(fees: float, asked: float, speed: float, credit: float) -> float:
        years = np.arange(0.25, 9.25, 0.25)
        return readiness.years_solvent(0.6, 0.1, fees, asked, credit, years, readiness.years_of_rise(years, speed))

    assert until(0.0, 1.0, 0.7, 1.0) == 2.25  # 0.5 a year are missing: after two years as much as the credit
    assert until(0.5, 1.0, 0.7, 1.0) == 9.0 and until(0.0, 1.0, 0.7, 100.0) == 9.0
    assert until(0.5, 0.0, 0.7, 0.5) < 9.0  # fees that have still to rise come too late
    assert until(0.5, 0.0, 50.0, 0.5) == 9.0
    kept = readiness.years_kept(np.array([1e-9, 0.5]), np.array([1.0, 0.0]), 4.0)
    assert kept == pytest.approx([3.0, 2.0 * (1.0 - np.exp(-2.0))])
