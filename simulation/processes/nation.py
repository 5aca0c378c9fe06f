"""The nation's path of use, before levers and initiatives: the fitted past, the law after it, and its noise."""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import (
    LEAST_SHARE,
    MOST_SHARE,
    YEARS_PER_QUARTER,
    BoolArray,
    FloatArray,
    bounded_logit,
    expit,
    logit,
)
from ..rules.adoption import (
    BREAK,
    believed,
    braked,
    expected_step,
    logistic_step,
    next_common,
    next_momentum,
    own_scale,
    places_apart,
)
from ..rules.curves import halved
from ..rules.split import mean_of_places, split_all
from ..state.facts import CountryFacts
from ..state.randomness import Streams, student_t4
from ..state.structures import (
    CONSTANT_ODDS,
    CONSTANT_PLACE_ODDS,
    COUPLINGS,
    LOGISTIC,
    LOGISTIC_CEILING,
    LOGISTIC_PACE,
    LOGISTIC_PACE_LDC,
    OWN_ANCHORS,
    STEADY,
    Coupling,
)
from ..state.world import GROUPS, World
from .adoption_parameters import AdoptionParameters

LOWEST, HIGHEST = (float(logit(np.array(share))) for share in (LEAST_SHARE, MOST_SHARE))
SLOW_SINCE = 2022  # use has hardly risen since 2021 in Africa, LDC and SIDS (GSMA 2025, ITU 2025): not known before


def nation_year(world: World) -> None:
    """Fix the year's increment of the nation's path x0: the fitted past while observed, the law afterwards.

    The law is that of `rules/adoption.py`; the draws depend on country, region and year only, so they are the same in
    every scenario.
    """
    countries, law, p = world.countries, world.facts.drawn.adoption, AdoptionParameters.of(world.values)
    x0, row, keys = countries.reference_log_odds, world.year_row, world.country_keys()
    use = np.minimum(np.maximum(expit(x0), LEAST_SHARE), MOST_SHARE)
    scale = own_scale(use, world.facts.drawn.noise_level, law.noise_low, law.noise_high)
    expected = _expected(world, x0)
    luck = student_t4(world.streams.uniform("adoption", world.quarter, keys))
    held = 1.0 - _slowdown(world)
    usual, beyond, beside = _surprises(scale, luck, _shared(world), p.break_is_real)
    bounded = _bounded(x0, expected, held, beside)
    if OWN_ANCHORS in world.settings.structures:
        bounded = _step_places(world, held, beside)
    observed = (world.reference.observed_until > world.year) & (world.year < world.start_year)
    _take_step(
        x0, observed, world.reference.use_path[row + 1], expected, scale, usual, bounded, beyond, p.break_is_real,
        law.momentum_persistence, law.momentum_gain, countries.yearly_increment, countries.figure_beyond,
        countries.momentum,
    )  # fmt: skip
    shock = world.streams.normal("places apart", world.quarter, keys)
    kept, spread = p.places_persistence, p.place_odds_spread * np.sqrt(1.0 - p.places_persistence**2)
    countries.places_residual[:] = kept * countries.places_residual + spread * shock


@compiled
def _surprises(scale: FloatArray, luck: FloatArray, shared: FloatArray, real: float) -> FloatArray:
    """Return the year's surprises as use moves, what is beyond as a break, and all that is beside the law, (3, C)."""
    found = np.empty((3, scale.size))
    for c in range(scale.size):
        usual = min(max(luck[c], -BREAK), BREAK)
        beyond = scale[c] * (luck[c] - usual)  # a break of the series: it moves the published figure
        found[0, c], found[1, c] = scale[c] * usual, beyond
        found[2, c] = shared[c] + (scale[c] * usual + real * beyond)
    return found


@compiled
def _bounded(x0: FloatArray, expected: FloatArray, held: FloatArray, beside: FloatArray) -> FloatArray:
    """Return the year's step where nobody has observed it, which leaves the path between the least and most share."""
    found = np.empty(x0.size)
    for c in range(x0.size):
        free = (expected[c] * held[c] if expected[c] > 0.0 else expected[c]) + beside[c]
        found[c] = min(max(x0[c] + free, LOWEST), HIGHEST) - x0[c]
    return found


@compiled
def _take_step(
    x0: FloatArray, observed: BoolArray, path_next: FloatArray, expected: FloatArray, scale: FloatArray,
    usual: FloatArray, bounded: FloatArray, beyond: FloatArray, real: float, persistence: float, gain: float,
    increment: FloatArray, figure_beyond: FloatArray, momentum: FloatArray,
) -> None:  # fmt: skip
    """Set the year's increment and momentum: the fitted path's while an economy is observed, the law's afterwards."""
    for c in range(x0.size):
        fitted = path_next[c] - x0[c]
        surprise = believed(fitted - expected[c], scale[c]) if observed[c] else usual[c]
        increment[c] = fitted if observed[c] else bounded[c]
        figure_beyond[c] += 0.0 if observed[c] else (1.0 - real) * beyond[c]
        momentum[c] = next_momentum(momentum[c], surprise, persistence, gain)


def step_nation(world: World) -> None:
    """Go a quarter of the year's step."""
    countries, memory = world.countries, world.memory
    _go(countries.reference_log_odds, countries.yearly_increment, memory.own_path, memory.own_step)


@compiled
def _go(nation: FloatArray, increment: FloatArray, own_path: FloatArray, own_step: FloatArray) -> None:
    """Go a quarter of the year's step, the nation's and that of places with a law of their own."""
    for c in range(nation.size):
        nation[c] += increment[c] * YEARS_PER_QUARTER
        for g in range(own_path.shape[1]):
            own_path[c, g] += own_step[c, g] * YEARS_PER_QUARTER


def _expected(world: World, x0: FloatArray) -> FloatArray:
    """Return the year's expected step of the log odds, with its brake by saturation and barriers, (C,)."""
    countries, law, p = world.countries, world.facts.drawn.adoption, AdoptionParameters.of(world.values)
    if LOGISTIC in world.settings.structures:
        pace = np.where(world.facts.countries.least_developed, LOGISTIC_PACE_LDC, LOGISTIC_PACE)
        return logistic_step(x0, pace, LOGISTIC_CEILING)
    step = expected_step(x0, x0.mean(), _income_gap(world), law.drift, p.saturation, law.anchor_rate, law.income_slope)
    urban = countries.urban_share
    nation = mean_of_places(urban, countries.addressable_urban, countries.addressable_rural)
    coupling = coupling_of(world)
    return braked(step + countries.momentum, expit(x0), nation, coupling.saturation, coupling.brake)


def _income_gap(world: World) -> FloatArray:
    """Return ln income less its mean over economies, with what use and climate change of it, (C,)."""
    income = np.log(world.countries.income)
    return np.asarray(income - income.mean() + world.now.income_change)


def _step_places(world: World, held: FloatArray, beside: FloatArray) -> FloatArray:
    """Step each place by a law of its own, and return what that makes of the nation's log odds in the year, (C,).

    Anchors are the nation's, split as use would be. While an economy is observed its places follow the split.

    Args:
        world: the world.
        held: the part of a rise that the slowdown leaves.
        beside: noise and shared deviations of the year, log odds, the same in both places.
    """
    countries, law, p = world.countries, world.facts.drawn.adoption, AdoptionParameters.of(world.values)
    memory, urban, x0 = world.memory, countries.urban_share, countries.reference_log_odds
    anchor = x0.mean() + law.income_slope * _income_gap(world)
    follows = (world.reference.observed_until >= world.year) | (world.year <= world.start_year)
    odds = np.exp(places_apart(anchor, countries.places_residual, p.place_odds, p.place_odds_slope, p.place_odds_floor))
    now = split_all(expit(x0), urban, np.exp(place_odds(world)))
    coupling, later = coupling_of(world), []
    for group, (place, at) in enumerate(zip(GROUPS, split_all(expit(anchor), urban, odds), strict=True)):
        path = np.where(follows, bounded_logit(now[group]), memory.own_path[:, group])
        memory.own_path[:, group] = path
        pull = law.anchor_rate * (bounded_logit(at) - path)
        step = law.drift - p.saturation * path + pull + countries.momentum
        step = braked(
            step, expit(path), getattr(countries, f"addressable_{place}"), coupling.saturation, coupling.brake
        )
        memory.own_step[:, group] = np.where(step > 0.0, step * held, step) + beside
        later.append(expit(path + memory.own_step[:, group]))
    return np.asarray(bounded_logit(mean_of_places(urban, *later)) - x0)


def coupling_of(world: World) -> Coupling:
    """Return how far barriers act on adoption: the parameters, or what a named alternative puts in their place."""
    p = AdoptionParameters.of(world.values)
    found = Coupling(p.brake_of_use, p.brake_of_barriers, p.pass_through)
    for name in world.settings.structures:
        found = COUPLINGS.get(name, found)
    return found


class SharedShocks:
    """What all economies (g) and those of a region (G) share of the year's step; stepped once a year.

    Both are drawn in antithetic pairs of replicates, so that an ensemble's medians don't move by the luck of few draws.
    """

    def __init__(self, facts: CountryFacts, p: AdoptionParameters) -> None:
        """Begin before the first year."""
        self.facts, self.p, self.common = facts, p, 0.0
        self.region = np.zeros(facts.region_keys.size)

    def next(self, streams: Streams, quarter: int) -> FloatArray:
        """Return this year's shared deviation of each economy, log odds (C,); quarter 0 begins the regions' own."""
        p, world_key = self.p, self.facts.keys[:1]
        shock = float(streams.paired_normal("adoption, world", quarter, world_key)[0])
        self.common = next_common(self.common, shock, p.common_persistence, p.common_noise)
        regions = streams.paired_normal("adoption, region", quarter, self.facts.region_keys)
        kept = p.region_persistence if quarter else 0.0
        self.region = kept * self.region + p.region_noise * np.sqrt(1.0 - kept**2) * regions
        return np.asarray(self.common + self.region[self.facts.region_row])


def _shared(world: World) -> FloatArray:
    """Return what economies share of the year's step, (C,), and remember it."""
    memory = world.memory
    shocks = SharedShocks(world.facts.countries, AdoptionParameters.of(world.values))
    shocks.common, shocks.region = memory.common_deviation, memory.region_deviation
    found = shocks.next(world.streams, world.quarter)
    memory.common_deviation, memory.region_deviation[:] = shocks.common, shocks.region
    return found


def _slowdown(world: World) -> FloatArray:
    """Return the part of this year's step that is missing in the economies where use stands nearly still, shape (C,).

    It wears off. Nobody knew of it before 2022, so a start in those years has none of it.
    """
    p = AdoptionParameters.of(world.values)
    steady = not {LOGISTIC, STEADY}.isdisjoint(world.settings.structures)  # the curves' pace has the slow years in it
    if world.start_year < SLOW_SINCE or world.year < SLOW_SINCE or steady:
        return np.zeros(world.countries.count)
    size, half_life = p.slowdown, p.slowdown_half_life
    return np.asarray(size * halved(world.year - SLOW_SINCE, half_life) * world.facts.countries.slow_groups)


def place_odds(world: World) -> FloatArray:
    """Return the log odds ratio of use, town over countryside, on the nation's path, (C,)."""
    p, structures = AdoptionParameters.of(world.values), world.settings.structures
    level, slope, floor = p.place_odds, p.place_odds_slope, p.place_odds_floor
    if CONSTANT_ODDS in structures:
        level, slope, floor = CONSTANT_PLACE_ODDS, 0.0, CONSTANT_PLACE_ODDS
    countries = world.countries
    return places_apart(countries.reference_log_odds, countries.places_residual, level, slope, floor)
