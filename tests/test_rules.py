"""The rules of the model: closed forms in limit cases, bounds, and one formula wherever it is used."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from afteraid.experiments.calibration.noise import FIRST_NOISE
from afteraid.simulation.basis.units import FloatArray, expit
from afteraid.simulation.rules import (
    adoption,
    allocation,
    barriers,
    cooperation,
    costs,
    curves,
    factors,
    hazard,
    money,
    observation,
    regulation,
    split,
    sustainability,
    use,
)
from afteraid.simulation.state.facts import AdoptionLaw
from afteraid.simulation.state.structures import LOWEST_FACTOR

RULES = Path(__file__).resolve().parent.parent / "simulation" / "rules"
LAW = AdoptionLaw(0.19, 0.09, 1.3, 0.65, 0.42, *FIRST_NOISE)
SHARES = st.floats(0.0, 1.0)
INNER = st.floats(0.01, 0.99)


def one(value: float) -> FloatArray:
    """Return an array of one number: rules with powers take arrays."""
    return np.array([value])


# What a rule is


@pytest.mark.parametrize("path", sorted(RULES.glob("*.py")), ids=lambda path: path.stem)
def test_a_rule_is_pure_and_says_what_it_returns(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    for node in ast.walk(tree):
        assert not isinstance(node, ast.If | ast.While | ast.Global | ast.Lambda), f"{path.name}: {ast.unparse(node)}"
        if isinstance(node, ast.FunctionDef):
            text = ast.get_docstring(node) or ""
            assert text.startswith(("Return", "Choose")), f"{path.name}, {node.name}: say what it returns"
            assert {argument.arg for argument in node.args.args} & {"world", "values"} == set()
            assert "str" not in {ast.unparse(argument.annotation) for argument in node.args.args if argument.annotation}


def test_the_model_page_says_what_each_file_of_rules_holds() -> None:
    page = (RULES.parent.parent / "docs" / "model.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| `rules/(\w+)\.py` \|", page, flags=re.MULTILINE)
    assert sorted(named) == sorted(path.stem for path in RULES.glob("[a-z]*.py"))


ALIKE = {  # functions of scalars and arrays alike: no power, exponential or logarithm
    adoption: ("expected_step",),
    costs: ("of_energy", "solar_saving", "with_premium"),
    curves: ("closing", "towards"),
    money: ("next_deviation", "part_met"),
    regulation: ("generations", "reformed", "converged"),
    split: ("keep_for_women",),
    use: ("holdable", "added", "within"),
}


@pytest.mark.parametrize(("room", "name"), [(room, name) for room, names in ALIKE.items() for name in names])
def test_a_rule_gives_the_same_for_one_number_as_for_an_array(room: ModuleType, name: str) -> None:
    rule = getattr(room, name)
    numbers = np.random.default_rng(3).uniform(0.1, 0.9, (len(inspect.signature(rule).parameters), 5))
    whole = np.array(rule(*numbers))
    for place in range(5):
        single = np.array(rule(*(float(row[place]) for row in numbers)))
        np.testing.assert_array_equal(single, whole[..., place])


# The index of sustainability


@given(INNER, INNER, INNER, st.floats(-10.0, -0.01))
def test_the_index_lies_between_the_lowest_factor_and_the_mean(a: float, b: float, c: float, exponent: float) -> None:
    found = float(sustainability.index(one(a), one(b), one(c), exponent)[0])
    assert min(a, b, c) - 1e-9 <= found <= (a + b + c) / 3.0 + 1e-9
    more = float(sustainability.index(one(a), one(min(b + 0.1, 1.0)), one(c), exponent)[0])
    assert more >= found - 1e-12
    assert sustainability.index(one(a), one(a), one(a), exponent)[0] == pytest.approx(a)


def test_the_index_in_its_limits() -> None:
    a, b, c = one(0.2), one(0.5), one(0.8)
    assert sustainability.index(a, b, c, 1.0)[0] == pytest.approx(0.5)
    assert sustainability.index(a, b, c, -1.0)[0] == pytest.approx(3.0 / (5.0 + 2.0 + 1.25))
    assert sustainability.index(a, b, c, 1e-9)[0] == pytest.approx((0.2 * 0.5 * 0.8) ** (1.0 / 3.0), rel=1e-6)
    assert sustainability.index(a, b, c, LOWEST_FACTOR)[0] == pytest.approx(0.2, rel=0.03)
    assert sustainability.index(one(0.0), one(0.0), one(0.0), -0.5)[0] == pytest.approx(sustainability.LEAST_FACTOR)


# The law of adoption


def test_the_law_rests_where_drift_meets_saturation() -> None:
    rest = one(0.19 / 0.01)
    assert adoption.expected_step(rest, rest, one(0.0), 0.19, 0.01, 0.09, 1.3)[0] == pytest.approx(0.0)
    richer = adoption.expected_step(one(0.0), 0.0, one(1.0), 0.19, 0.01, 0.09, 1.3)[0]
    assert richer == pytest.approx(0.19 + 0.09 * 1.3)


@given(st.floats(-3.0, 3.0), st.floats(-3.0, 3.0))
def test_momentum_takes_no_more_of_a_surprise_than_the_largest(momentum: float, surprise: float) -> None:
    found = adoption.next_momentum(one(momentum), one(surprise), 0.65, 0.42)[0]
    assert abs(found - 0.65 * momentum) <= 0.42 * adoption.LARGEST_SURPRISE + 1e-12


@given(INNER)
def test_surprises_have_the_scale_of_their_level_and_region(share: float) -> None:
    scale = adoption.own_scale(one(share), -2.74, -0.255, -0.395)[0]
    assert scale == pytest.approx(np.exp(-2.74) * share**-0.255 * (1.0 - share) ** -0.395)
    assert adoption.own_scale(one(share), -2.54, -0.255, -0.395)[0] == pytest.approx(scale * np.exp(0.2))


@given(st.floats(-3.0, 3.0), st.floats(0.02, 0.5))
def test_momentum_believes_less_the_farther_a_surprise_is_out(surprise: float, scale: float) -> None:
    found = adoption.believed(one(surprise), one(scale))[0]
    kept = np.clip(surprise, -adoption.LARGEST_SURPRISE, adoption.LARGEST_SURPRISE)
    if abs(surprise) <= 3.0 * scale:
        assert found == pytest.approx(kept)
    else:
        assert found == pytest.approx(kept * (3.0 * scale / surprise) ** 2)


def test_the_common_deviation_keeps_its_spread() -> None:
    shocks, found, common = np.random.default_rng(2).normal(size=20000), [], 0.0
    for shock in shocks:
        common = adoption.next_common(common, float(shock), 0.5, 0.03)
        found.append(common)
    assert np.std(found) == pytest.approx(0.03, rel=0.03)


@given(st.floats(-6.0, 4.0))
def test_logistic_use_follows_its_closed_form_up_to_the_ceiling(log_odds: float) -> None:
    start, ceiling, pace = float(expit(one(log_odds))[0]), 0.95, 0.142
    later = float(expit(log_odds + adoption.logistic_step(one(log_odds), one(pace), ceiling))[0])
    if start < 0.94:
        rest = (ceiling / start - 1.0) * np.exp(-pace)
        assert later == pytest.approx(ceiling / (1.0 + rest), rel=1e-9)
    assert start - 1e-12 <= later <= max(start, ceiling) + 1e-12


@given(st.floats(-0.5, 0.5), INNER, INNER)
def test_saturation_and_barriers_slow_a_rise_and_no_fall(step: float, share: float, index: float) -> None:
    found = adoption.braked(one(step), one(share), one(index), 0.3, 0.2)[0]
    if step <= 0.0:
        assert found == step
    else:
        assert 0.0 < found <= step
        assert found == pytest.approx(step * (1.0 - 0.3 * share - 0.2 * (min(share / index, 1.0) - share)))
        free = adoption.braked(one(step), one(share), one(1.0), 0.3, 0.2)[0]
        assert free >= found and adoption.braked(one(step), one(share), one(index), 0.0, 0.0)[0] == step


@given(st.floats(-5.0, 5.0), st.floats(-1.0, 1.0))
def test_towns_and_the_countryside_come_together_as_use_rises(log_odds: float, residual: float) -> None:
    found = adoption.places_apart(one(log_odds), one(residual), 1.25, 0.3, 0.6)[0]
    later = adoption.places_apart(one(log_odds + 1.0), one(residual), 1.25, 0.3, 0.6)[0]
    assert found - residual == pytest.approx(max(0.6, 1.25 - 0.3 * log_odds)) and later <= found


def test_a_lever_passes_through_in_part_and_with_a_lag() -> None:
    deviation = one(0.0)
    for _ in range(4 * 40):
        deviation = adoption.passed_through(deviation, one(0.5), 0.2, 0.6, 0.25)
    assert deviation[0] == pytest.approx(0.1)
    first = adoption.passed_through(one(0.0), one(0.5), 0.2, 0.6, 1.0)
    assert first[0] == pytest.approx(0.6 * 0.1)
    assert adoption.passed_through(one(0.0), one(0.0), 0.2, 0.6, 0.25)[0] == 0.0


@given(st.lists(st.floats(-0.6, 0.0), min_size=1, max_size=12))
def test_a_price_shock_that_ends_leaves_nothing(path: list[float]) -> None:
    """The index rises by 0.1 a year by itself; shocks move it below its path, and then they end."""
    held, before, deviation = one(0.0), 0.0, one(0.0)
    for gap in [*path, *[0.0] * 60]:
        held = adoption.held_back(held, one(0.1 + gap - before), one(gap - before), 0.5)
        assert 0.0 <= held[0] <= 0.6 * len(path)
        deviation = adoption.passed_through(deviation, one(gap) + held, 0.2, 0.6, 1.0)
        before = gap
    assert held[0] == pytest.approx(0.0, abs=1e-9) and deviation[0] == pytest.approx(0.0, abs=1e-9)


def test_half_of_a_fall_is_held_back_and_given_up_as_the_index_comes_back() -> None:
    held = adoption.held_back(one(0.0), one(-0.3), one(-0.4), 0.5)
    assert held[0] == pytest.approx(0.15)
    assert adoption.held_back(held, one(0.1), one(0.1), 0.5)[0] == pytest.approx(0.10)
    assert adoption.held_back(held, one(0.5), one(0.4), 0.5)[0] == 0.0
    assert adoption.held_back(one(0.0), one(0.0), one(-0.1), 0.5)[0] == 0.0  # a freeze is no fall
    assert adoption.held_back(one(0.0), one(-0.3), one(0.0), 0.5)[0] == 0.0  # nor is a fall of the path itself
    assert adoption.income_change(one(0.3), one(0.3), one(0.02), 0.04)[0] == pytest.approx(-0.02)


# Use in a place, and splits


@given(INNER, st.floats(0.02, 0.98), st.floats(1.0, 8.0))
def test_a_split_has_its_odds_ratio_and_adds_up(nation: float, share: float, odds: float) -> None:
    first, second = (float(part[0]) for part in split.split(one(nation), one(share), one(odds)))
    assert share * first + (1.0 - share) * second == pytest.approx(nation, abs=1e-9)
    assert 0.0 < second <= first + 1e-9 <= 1.0 + 2e-9
    if odds > 1.0 + 1e-6:
        assert first / (1.0 - first) / (second / (1.0 - second)) == pytest.approx(odds, rel=1e-5)


@given(INNER, INNER, st.floats(0.0, 1e7))
def test_places_for_women_move_people_and_lose_none(women: float, men: float, kept: float) -> None:
    after = split.keep_for_women(one(women), one(men), one(kept), one(1e6))
    assert float(after[0][0] + after[1][0]) == pytest.approx(women + men)
    assert women <= after[0][0] <= 1.0 + 1e-12 and -1e-12 <= after[1][0] <= men


@given(INNER, st.floats(0.0, 1e6), st.floats(0.0, 1e6), SHARES)
def test_coverage_alone_bounds_what_initiatives_add(base: float, reached: float, reference: float, most: float) -> None:
    change = use.added(one(base), one(reached), one(reference), one(1e6), 0.9)
    assert change[0] >= -base - 1e-9  # no more leave than use it
    assert use.added(one(base), one(reached), one(0.0), one(1e6), 0.9)[0] == pytest.approx(reached / 1e6)
    assert np.sign(change[0]) in (0.0, np.sign(reached - reference))
    found = use.within(one(base), change, one(most))[0]
    assert 0.0 <= found <= most + 1e-12
    assert found == pytest.approx(max(min(base + change[0], most), 0.0))
    assert use.added(one(base), one(reached), one(reached), one(1e6), 0.9)[0] == 0.0
    assert use.moved(one(base), one(0.0))[0] == pytest.approx(0.0, abs=1e-12)


@given(st.floats(0.0, 1e7), st.floats(1e3, 1e7))
def test_everybody_counts_once_however_many_initiatives_serve_a_place(served: float, people: float) -> None:
    share = use.once(one(served), one(people))[0]
    assert 0.0 < share <= 1.0 and share * served <= people * (1.0 + 1e-9)
    assert share * served == pytest.approx(people * (1.0 - np.exp(-served / people)), rel=1e-6, abs=1e-6)


@given(INNER, INNER, SHARES)
def test_those_picked_count_in_full_at_first_and_the_others_as_their_place(now: float, then: float, tau: float) -> None:
    assert use.still_offline(one(now), one(1.0 - now), 1.0)[0] == pytest.approx(1.0)
    assert use.still_offline(one(now), one(then), 0.0)[0] == pytest.approx(1.0 - now)
    found = use.still_offline(one(now), one(then), tau)[0]
    assert (1.0 - tau) * (1.0 - now) - 1e-12 <= found <= 1.0
    assert use.still_offline(one(min(now + 0.01, 0.999)), one(then), tau)[0] <= found + 1e-12


# Barriers


@given(st.lists(INNER, min_size=6, max_size=6), SHARES)
def test_barriers_overlap_between_product_and_minimum(shares: list[float], overlap: float) -> None:
    table = np.array(shares)[:, None]
    product, least = np.prod(table, axis=0), table.min(axis=0)
    places = np.array([table, np.full((6, 1), 0.5)])
    found = barriers.overlapping(product, least, overlap)[0]
    assert np.prod(shares) - 1e-12 <= found <= min(shares) + 1e-12
    assert barriers.overlapping(product, least, 1.0)[0] == pytest.approx(min(shares))
    assert barriers.overlapping(product, least, 0.0)[0] == pytest.approx(np.prod(shares))
    index = barriers.index(places, overlap)[0, 0]
    alone = barriers.past_all_but_one(places, overlap, np.arange(6))[0, :, 0]
    assert (alone >= index - barriers.LEAST_INDEX - 1e-12).all()
    for row in range(1, 6):
        rest = np.delete(table[1:], row - 1, axis=0)
        there = barriers.overlapping(np.prod(rest, axis=0), rest.min(axis=0), overlap)[0]
        assert alone[row] == pytest.approx(shares[0] * there)
    most = barriers.LEAST_INDEX + (barriers.MOST_INDEX - barriers.LEAST_INDEX) * shares[0]
    assert barriers.LEAST_INDEX <= index <= most + 1e-12
    assert shares[barriers.binding(table)[0]] == min(shares)


@given(INNER, INNER)
def test_the_index_is_put_above_use_and_never_below_itself(share: float, index: float) -> None:
    shift = barriers.headroom(one(share), one(index), 0.3)
    after = float(expit(barriers.shifted(one(index), shift))[0])
    assert shift[0] >= 0.0 and after >= min(max(index, barriers.LEAST_INDEX), barriers.MOST_INDEX) - 1e-9
    wanted = float(expit(np.log(share / (1.0 - share)) + 0.3))
    assert after >= min(wanted, barriers.MOST_INDEX) - 1e-3


@given(INNER, st.floats(0.0, 1.0))
def test_places_share_the_nations_income(urban: float, gap: float) -> None:
    town, countryside = barriers.place_incomes(urban, float(np.exp(gap)))
    assert urban * town + (1.0 - urban) * countryside == pytest.approx(1.0)
    assert np.log(town / countryside) == pytest.approx(gap)
    assert 0.3 <= barriers.spread_within(one(0.8), one(urban), one(gap))[0] <= 0.8 + 1e-12


@given(st.floats(0.001, 0.5), st.floats(0.3, 1.2), INNER)
def test_a_barrier_can_be_lifted_to_use(price: float, spread: float, share: float) -> None:
    logs = np.log(0.05), np.log(price)
    now = barriers.affordability(*logs, spread, 0.0)
    lifted = barriers.affordability(*logs, spread, barriers.score_shift(one(share), one(now), 0.3)[0])
    wanted = float(expit(np.log(share / (1.0 - share)) + 0.3))
    assert lifted >= now - 1e-12
    if 0.01 < now < 0.99 and 0.01 < share < 0.99:
        assert lifted == pytest.approx(max(wanted, now), abs=1e-6)


@given(st.floats(0.001, 0.5), st.floats(0.01, 0.1), st.floats(0.2, 1.5))
def test_affordability_falls_with_the_price(price: float, share: float, spread: float) -> None:
    found = barriers.affordability(np.log(share), np.log(price), spread, 0.0)
    assert 0.0 <= found <= 1.0
    assert barriers.affordability(np.log(share), np.log(price * 1.1), spread, 0.0) <= found
    middle = np.log(share) - 0.5 * spread**2  # the log of the price that a median income just affords
    assert barriers.affordability(np.log(share), middle, spread, 0.0) == pytest.approx(0.5, abs=0.003)
    assert found == pytest.approx(
        barriers.LEAST_PASSING + (1.0 - barriers.LEAST_PASSING) * float(ndtr((middle - np.log(price)) / spread))
    )


# The hazard

EFFECTS = hazard.Effects(0.9, 2.3, 0.6, 0.41, 0.47, 0.34, 0.47, 0.45, 0.35, 0.5)


def test_the_hazard_at_the_means_is_its_time_term() -> None:
    terms = hazard.of_factors(one(0.45), one(0.35), one(0.0), one(0.0), EFFECTS)
    assert sum(float(term[0]) for term in terms) == 0.0
    assert sum(float(term[0]) for term in hazard.of_country(one(0.0), one(0.0), EFFECTS)) == 0.0
    assert hazard.over_time(-1.5, 0.9, one(1.0))[0] == -1.5
    assert hazard.over_time(-1.5, 1.0, one(7.0))[0] == -1.5


def test_the_cumulative_hazard_is_that_of_a_weibull_law() -> None:
    years = (np.arange(40000) + 0.5) / 4000.0
    rate = np.exp(hazard.over_time(-1.5, 0.9, years))
    assert rate.sum() / 4000.0 == pytest.approx(np.exp(-1.5) * 10.0**0.9 / 0.9, rel=1e-3)


@given(SHARES, SHARES, SHARES, st.floats(0.0, 5.0))
def test_each_term_of_the_hazard_has_its_sign(index: float, linkages: float, donor: float, missed: float) -> None:
    now = hazard.of_factors(one(index), one(linkages), one(donor), one(missed), EFFECTS)
    more = hazard.of_factors(one(index + 0.1), one(linkages + 0.1), one(donor + 0.1), one(missed + 0.1), EFFECTS)
    signs = [float(np.sign(after[0] - before[0])) for before, after in zip(now, more, strict=True)]
    assert signs == [-1.0, -1.0, 1.0, 1.0]


def test_the_hazard_before_exit_is_what_the_fit_of_outcomes_says() -> None:
    level, fragility, governance = -3.3, 0.19, -0.22  # of the complementary log-log regression
    fragile, score = np.array([0.0, 1.0, 1.0]), np.array([0.0, -1.0, 2.0])
    design = np.column_stack([np.ones(3), fragile, score])
    found = hazard.before_exit(np.exp(level), fragile, score, np.zeros(3), fragility, -governance, 0.0)
    np.testing.assert_allclose(found, np.exp(design @ [level, fragility, governance]))
    luck = np.random.default_rng(1).normal(size=200000)
    spread = hazard.before_exit(0.04, np.zeros(1), np.zeros(1), luck, fragility, -governance, 0.45)
    assert spread.mean() == pytest.approx(0.04, rel=0.01)  # the spread moves no mean


@given(st.floats(0.0, 3.0), SHARES)
def test_variances_of_frailty_add_up(total: float, between: float) -> None:
    own, country = hazard.frailty_spreads(total, between)
    assert own**2 + country**2 == pytest.approx(total**2)
    assert hazard.least_frail(own, 0.5) == 0.0


# Factors, costs and shapes


@given(SHARES, SHARES, st.floats(-1.0, 10.0), st.floats(0.0, 5.0), SHARES)
def test_resources_are_a_share_and_grow_with_what_is_certain(
    local: float, donor: float, left: float, cash: float, weight: float
) -> None:
    found = factors.resources(local, donor, left, cash, weight)
    assert local - 1e-12 <= found <= 1.0
    assert factors.resources(local, donor, left + 1.0, cash, weight) >= found - 1e-12
    assert factors.resources(local, 0.0, left, 0.0, weight) == pytest.approx(local)


def test_factors_in_their_limits() -> None:
    assert factors.service_target(1.0, 0.0, 1.0, 0.15) == 1.0
    assert factors.service_target(0.0, 0.0, 1.0, 0.15) == 0.5
    assert factors.local_share(0.6, 0.3, 0.2, 0.0) == 1.0
    full = factors.capacity_change(1.0, 1.0, 1.0, 2.0, 0.09)
    assert full == pytest.approx(-0.09)
    rest = 2.0 * 0.1 / (2.0 * 0.1 + 0.09)  # where gain and turnover meet
    assert factors.capacity_change(rest, 0.1, 0.5, 2.0, 0.09) == pytest.approx(0.0)
    assert factors.drive(1.0, 1.0, 1.0, 0.0, 0.3) == 1.0
    assert factors.ties(0.5, 0.0, 0.0, 1.0, 0.0) == pytest.approx(0.45)


def test_costs_in_their_limits() -> None:
    assert costs.fallen(0.07, 0.0) == 1.0
    assert costs.after_roll_out(0.6, 0.2, 0.0) == 1.0
    assert costs.after_roll_out(0.6, 0.2, 200.0) == pytest.approx(0.6)
    assert costs.missed_cycles(4.0, 8.0) == 0.0
    assert costs.missed_cycles(16.0, 8.0) == 1.0
    assert costs.running(100.0, 1.0, 1.0, 0.125, 0.2) == pytest.approx(15.0)
    assert costs.solar_saving(one(0.3), 1.0, 0.6)[0] == pytest.approx(0.18)
    assert costs.with_premium(one(200.0), 0.1, one(1.0))[0] == pytest.approx(220.0)


@given(st.floats(0.0, 50.0), st.floats(0.1, 10.0))
def test_shapes_start_and_end_where_they_say(amount: float, scale: float) -> None:
    assert 0.0 <= curves.saturated(amount, scale) <= 1.0
    assert curves.saturated(0.0, scale) == 0.0
    assert curves.saturated(scale, scale) == pytest.approx(1.0 - np.exp(-1.0))
    assert curves.halved(0.0, scale) == 1.0
    assert curves.halved(amount + scale, scale) == pytest.approx(0.5 * curves.halved(amount, scale))
    assert curves.closing(1.0, 0.3) == 0.0
    assert observation.observation_sd(0.25, scale, 0.0) == 0.25
    assert observation.observation_sd(0.25, scale, scale) == pytest.approx(0.125)


# Money


@given(st.lists(st.floats(-8.0, 2.0), min_size=3, max_size=3), SHARES)
def test_shares_of_a_donor_sum_to_one_and_follow_their_target(score: list[float], inertia: float) -> None:
    target = allocation.normalised(np.array([score]))
    assert np.exp(target).sum() == pytest.approx(1.0)
    none = np.zeros_like(target)
    same = allocation.shares(allocation.log_shares(target, target, none, none, np.array([[inertia]])))
    np.testing.assert_allclose(np.log(same), target, atol=1e-9)
    assert (allocation.log_of_shares(np.zeros((1, 2))) == np.log(1e-9)).all()


def test_noise_in_common_keeps_its_variance() -> None:
    draws = np.random.default_rng(4)
    own, together = draws.normal(size=(2, 200000)), draws.normal(size=200000)
    noise = allocation.partly_common(own, together, np.full((2, 1), 0.3))
    assert noise.std(axis=1) == pytest.approx(1.0, rel=0.01)
    assert np.corrcoef(noise)[0, 1] == pytest.approx(0.3, abs=0.01)


def test_luck_moves_no_mean_of_a_budget() -> None:
    draws, deviation, found = np.random.default_rng(6), np.zeros(4000), []
    for _ in range(60):
        deviation = money.next_deviation(deviation, draws.normal(size=4000), one(0.6), one(0.2))
        found.append(money.budget(one(10.0), 1.0, deviation, one(0.6), one(0.2)).mean())
    assert np.mean(found[20:]) == pytest.approx(10.0, rel=0.01)
    assert money.budget(one(10.0), 1.2, one(0.0), one(0.0), one(0.0))[0] == pytest.approx(12.0)
    assert money.aid_level(2023, 0.03, 0.01) == 1.0
    assert money.aid_level(2021, 0.03, 0.01) == pytest.approx(np.exp(-0.06))
    assert money.aid_level(2025, 0.03, 0.01) == pytest.approx(np.exp(0.02))


@given(st.floats(0.0, 1e9), st.floats(0.0, 1e9))
def test_no_more_is_met_than_there_is_room(room: float, asked: float) -> None:
    part = money.part_met(one(room), one(asked))[0]
    assert 0.0 <= part <= 1.0
    assert part * asked <= room * (1.0 + 1e-12) + 1e-9


# Cooperation and regulation


@given(st.lists(st.floats(0.05, 1.0), min_size=2, max_size=6), SHARES, st.floats(0.0, 3.0))
def test_willingness_follows_the_lever_and_the_habit(habits: list[float], lever: float, inclination: float) -> None:
    habit, budget = np.array(habits), np.ones(len(habits))
    found = cooperation.willingness(lever, habit, budget, inclination)
    assert ((found >= 0.0) & (found <= 1.0)).all()
    assert (np.diff(found[np.argsort(habit)]) >= -1e-12).all()
    np.testing.assert_allclose(cooperation.willingness(lever, habit, budget, 0.0), lever, atol=1e-12)
    np.testing.assert_allclose(cooperation.willingness(0.0, habit, budget, inclination), 0.0)


def test_concentration_counts_donors_and_merges_those_that_coordinate() -> None:
    paid = np.array([[1.0, 4.0, 0.0], [1.0, 0.0, 0.0]])
    alone = np.ones(paid.shape)
    np.testing.assert_allclose(cooperation.concentration(paid, np.zeros(2), alone), [0.5, 1.0, 1.0])
    np.testing.assert_allclose(cooperation.concentration(paid, np.ones(2), alone), [1.0, 1.0, 1.0])
    np.testing.assert_allclose(cooperation.concentration(paid, np.zeros(2), 2.0 * alone), [0.25, 0.5, 1.0])
    np.testing.assert_allclose(cooperation.concentration(paid, np.ones(2), 2.0 * alone), [1.0, 1.0, 1.0])
    assert cooperation.fragmentation_cost(one(1.0), 0.1)[0] == 0.0


def test_agencies_grow_as_they_were_counted_and_then_at_a_rate_of_their_own() -> None:
    past = np.log(622 / 227) / 19
    assert cooperation.agencies(2004, past, 0.01) == 1.0
    assert cooperation.agencies(2023, past, 0.01) == pytest.approx(622 / 227)
    assert cooperation.agencies(2033, past, 0.01) == pytest.approx(622 / 227 * np.exp(0.1))
    assert cooperation.agencies(2050, 0.0, 0.0) == 1.0


def test_regulation_gains_no_more_than_is_left() -> None:
    assert regulation.generations(one(0.5))[0] == 2.0
    assert regulation.reformed(one(0.2), one(0.0), one(0.3), 10.0)[0] == pytest.approx(0.02)
    assert regulation.reformed(one(0.2), one(0.195), one(0.3), 10.0)[0] == pytest.approx(0.005)
    assert regulation.reformed(one(0.2), one(0.0), one(0.999), 10.0)[0] == pytest.approx(0.001)
    assert regulation.converged(one(0.8), one(0.9), 0.7, 0.1)[0] == 0.0
