"""Adoption: who uses the internet, by country, in towns and in the countryside."""

from __future__ import annotations

import numpy as np

from ..basis.units import (
    LEAST_SHARE,
    MOST_SHARE,
    QUARTERS_PER_YEAR,
    YEARS_PER_QUARTER,
    FloatArray,
    expit,
    logit,
)
from ..rules.adoption import (
    expected_step,
    income_change,
    lever_log_odds,
    lever_pull,
    lever_speed,
    logistic_step,
    next_common,
    next_momentum,
    surprise_spread,
)
from ..rules.curves import halved
from ..rules.regulation import generations
from ..rules.split import split
from ..rules.use import added, left_after, moved, within
from ..state.parameters import Parameters, parameter, uniform
from ..state.randomness import student_t4
from ..state.structures import LOGISTIC, LOGISTIC_CEILING, LOGISTIC_PACE, LOGISTIC_PACE_LDC, STEADY
from ..state.world import INDEPENDENT, World

SLOW_SINCE = 2022  # mobile internet use is flat since 2021 in LDC, LLDC and SIDS (GSMA 2025): not known before


class AdoptionParameters(Parameters, process="adoption"):
    """The parameters of adoption."""

    saturation: float = parameter(
        value=0.01,
        unit="per year",
        meaning="Pull of the log-odds back to zero (kappa): sets the tail",
        source="imposed; hardly shows in a hindcast, so an axis of scenarios",
        standing="judged",
        distribution=uniform(0.0, 0.02),
        minimum=0.0,
        maximum=0.1,
    )
    slowdown: float = parameter(
        value=0.5,
        unit="share",
        meaning="Share of the yearly step of adoption that is missing in LDC, LLDC and SIDS since 2022",
        source=(
            "GSMA 2025: no rise of mobile internet there since 2021; ITU 2025: users in LDC +7.4% a year, "
            "about half of the fitted step; size and future judged"
        ),
        standing="judged",
        distribution=uniform(0.2, 0.8),
        minimum=0.0,
        maximum=1.0,
    )
    slowdown_half_life: float = parameter(
        value=7.0,
        unit="years",
        meaning="Time in which half of this slowdown fades",
        source="judgement: swept",
        standing="judged",
        distribution=uniform(3.0, 15.0),
        minimum=0.1,
        maximum=1000.0,
    )
    common_persistence: float = parameter(
        value=0.5,
        unit="1",
        meaning="Persistence of the world-wide deviation (g)",
        source="yearly world means around the fitted law",
        standing="derived",
        minimum=0.0,
        maximum=0.99,
    )
    common_noise: float = parameter(
        value=0.03,
        unit="log-odds",
        meaning="Standard deviation of the world-wide deviation (g)",
        source="yearly world means around the fitted law",
        standing="derived",
        minimum=0.0,
        maximum=1.0,
    )
    urban_rural_odds: float = parameter(
        value=4.1,
        unit="odds ratio",
        meaning="Urban over rural odds of use within a country",
        source="ITU Facts and Figures 2025, derived",
        standing="derived",
        distribution=uniform(3.5, 4.7),
        minimum=1.0,
        maximum=20.0,
    )
    urban_rural_odds_africa: float = parameter(
        value=4.4,
        unit="odds ratio",
        meaning="Urban over rural odds of use within African countries",
        source="ITU Facts and Figures 2025, derived",
        standing="derived",
        distribution=uniform(3.8, 5.0),
        minimum=1.0,
        maximum=20.0,
    )
    price_elasticity: float = parameter(
        value=-0.5,
        unit="elasticity",
        meaning="Elasticity of adoption to price",
        source="literature range -0.2 to -1.0",
        standing="published",
        distribution=uniform(-1.0, -0.2),
        minimum=-3.0,
        maximum=0.0,
    )
    regulation_effect: float = parameter(
        value=1.075,
        unit="ratio",
        meaning="Speed of adoption per generation of regulation",
        source="Katz and Jung 2021: 1.05-1.10, judged",
        standing="judged",
        distribution=uniform(1.05, 1.10),
        minimum=0.5,
        maximum=2.0,
    )
    trust_elasticity: float = parameter(
        value=0.3,
        unit="elasticity",
        meaning="Elasticity of adoption to trust",
        source="judgement",
        standing="judged",
        distribution=uniform(0.1, 0.5),
        minimum=0.0,
        maximum=3.0,
    )
    income_feedback: float = parameter(
        value=0.04,
        unit="elasticity",
        meaning="Elasticity of GDP to internet use, counted in adoption only",
        source="Katz and Callorda 2018 (ITU): 10% more mobile broadband, 1.5% more GDP, an upper bound; at most half",
        standing="judged",
        distribution=uniform(0.0, 0.075),
        minimum=0.0,
        maximum=0.15,
    )
    revision_spread: float = parameter(
        value=0.03,
        unit="share of people",
        meaning=(
            "Standard deviation of a revision of observed use at 50% online; it shrinks towards 0 and 100%. "
            "Used where a scenario names an edition"
        ),
        source="ITU Facts and Figures 2024 and 2025: figures of groups differ by 1 to 6 points between the editions",
        standing="derived",
        minimum=0.0,
        maximum=0.2,
    )
    revision_years: float = parameter(
        value=5.0,
        unit="years",
        meaning="How far back from the last observation revisions reach",
        source=(
            "judgement: 0.5% of the values of 1990-2018 differ by more than a point between two copies of the "
            "series, of recent ones many more"
        ),
        standing="judged",
        minimum=1.0,
        maximum=20.0,
    )
    users_decay: float = parameter(
        value=0.15,
        unit="per year",
        meaning="Added users who stop each year after an initiative closes",
        source="judgement: 10-20%",
        standing="judged",
        distribution=uniform(0.10, 0.20),
        minimum=0.0,
        maximum=1.0,
    )


def adoption(world: World) -> None:
    """Step use: the reference path, the deviation by levers, and what initiatives add beyond the reference."""
    if world.new_year:
        _reference_year(world)
    countries = world.countries
    countries.reference_log_odds += countries.yearly_increment * YEARS_PER_QUARTER
    _levers(world)
    _groups(world)


def _reference_year(world: World) -> None:
    """Fix the year's increment of the reference path x0: the fitted past while observed, the law afterwards.

    The law is that of `rules/adoption.py`. The path is the same in every scenario, since its draws depend on country
    and year only.
    """
    countries, law, p = world.countries, world.facts.drawn.adoption, AdoptionParameters.of(world.values)
    x0, row = countries.reference_log_odds, world.year_row
    kappa = p.saturation
    income = np.log(countries.income)
    expected = expected_step(x0, x0.mean(), income - income.mean(), law.drift, kappa, law.anchor_rate, law.income_slope)
    luck = world.streams.uniform("adoption", world.quarter, world.country_keys())
    common = world.streams.normal("adoption, world", world.quarter, world.country_keys()[:1])
    world.memory.common_deviation = next_common(
        world.memory.common_deviation,
        float(common[0]),
        p.common_persistence,
        p.common_noise,
    )
    noise = law.noise * surprise_spread(np.clip(expit(x0), LEAST_SHARE, MOST_SHARE)) * student_t4(luck)
    onward = expected + countries.momentum if LOGISTIC not in world.settings.structures else _logistic(world, x0)
    free = onward - _slowdown(world) * np.maximum(onward, 0.0) + world.memory.common_deviation + noise
    observed = (world.reference.observed_until > world.year) & (world.year < world.start_year)
    fitted = world.reference.use_path[row + 1] - x0
    surprise = np.where(observed, fitted - expected - countries.momentum, noise)
    bounded = np.clip(x0 + free, logit(np.array(LEAST_SHARE)), logit(np.array(MOST_SHARE))) - x0
    countries.yearly_increment[:] = np.where(observed, fitted, bounded)
    countries.momentum[:] = next_momentum(countries.momentum, surprise, law.momentum_persistence, law.momentum_gain)


def _logistic(world: World, x0: FloatArray) -> FloatArray:
    """Return the yearly step of the log-odds under the structural alternative of logistic curves, shape (C,)."""
    pace = np.where(world.facts.countries.least_developed, LOGISTIC_PACE_LDC, LOGISTIC_PACE)
    return logistic_step(x0, pace, LOGISTIC_CEILING)


def _slowdown(world: World) -> FloatArray | float:
    """Return the part of this year's step that is missing in the economies where use stands nearly still, shape (C,).

    A structural alternative that wears off: nobody knew of it before 2022, so a start in those years has none of it.
    """
    p = AdoptionParameters.of(world.values)
    steady = not {LOGISTIC, STEADY}.isdisjoint(world.settings.structures)  # the curves' pace has the slow years in it
    if world.start_year < SLOW_SINCE or world.year < SLOW_SINCE or steady:
        return 0.0
    size, half_life = p.slowdown, p.slowdown_half_life
    return np.asarray(size * halved(world.year - SLOW_SINCE, half_life) * world.facts.countries.slow_groups)


def _levers(world: World) -> None:
    """Move the deviation by prices, regulation and trust against their path without levers, and by income.

    It begins at the start year: before, use is held to what was observed, and that holds all of these already.
    """
    p = AdoptionParameters.of(world.values)
    if world.year < world.start_year:
        return
    countries, law = world.countries, world.facts.drawn.adoption
    speed = lever_speed(
        countries.price / world.memory.price_path,
        generations(countries.regulation - world.facts.countries.regulation_path),
        countries.trust / world.memory.trust_path,
        p.price_elasticity,
        p.regulation_effect,
        p.trust_elasticity,
    )
    kappa = p.saturation
    pull = lever_pull(speed, _income_change(world), law.drift, kappa, law.anchor_rate, law.income_slope)
    countries.lever_log_odds[:] = lever_log_odds(
        countries.lever_log_odds, pull, kappa, law.anchor_rate, YEARS_PER_QUARTER
    )


def _income_change(world: World) -> FloatArray:
    """Return the change of ln GDP against its path: unusual climate losses, and what use beyond the reference adds."""
    p = AdoptionParameters.of(world.values)
    countries = world.countries
    unusual = countries.income_loss - countries.income_loss_usual
    reference = expit(countries.reference_log_odds)
    return income_change(countries.use, reference, unusual, p.income_feedback)


def _reference_service(world: World) -> FloatArray:
    """Return the people whom initiatives reach on the stored reference path, now, shape (C, 2).

    From the start year on it is moved by what this run's initiatives reached beyond it at the start.
    """
    stored = world.reference.reference_service
    if stored is None:
        return np.zeros((world.countries.count, 2))
    part = world.quarter % QUARTERS_PER_YEAR / QUARTERS_PER_YEAR
    row = world.year_row
    now = stored[row] * (1.0 - part) + stored[row + 1] * part + world.memory.own_service
    return np.asarray(np.maximum(now, 0.0))


def _hold_to_observed(world: World, reference: FloatArray, effective: FloatArray) -> FloatArray:
    """Return the reference service that makes use what was observed at the start of the answer, (C, 2).

    What was observed holds the users of the initiatives that there are. So in the last quarter before the start year
    the reference becomes the run's own service, and what initiatives add is counted from there.
    """
    first = (world.start_year - world.first_year) * QUARTERS_PER_YEAR
    if world.quarter + 1 == first and world.reference.reference_service is not None:
        world.memory.own_service[:] = effective - reference
        return effective
    return reference


def _groups(world: World) -> None:
    """Set urban and rural use: reference, levers and initiatives, each once, capped by the addressable share."""
    p = AdoptionParameters.of(world.values)
    countries, initiatives = world.countries, world.initiatives
    odds = world.facts.drawn.urban_rural_odds
    urban, rural = split(expit(countries.reference_log_odds), countries.urban_share, odds)
    reached = initiatives.service * initiatives.people
    reached *= world.now.reach[initiatives.country, initiatives.group, initiatives.kind]
    seat = initiatives.country * 2 + initiatives.group
    served = np.bincount(seat, weights=reached, minlength=countries.count * 2).reshape(-1, 2)
    out = initiatives.phase == INDEPENDENT
    world.tally.all_user_years += float(reached.sum()) * YEARS_PER_QUARTER
    world.tally.user_years += float(reached[out].sum()) * YEARS_PER_QUARTER
    stay = left_after(YEARS_PER_QUARTER, p.users_decay)
    sizes = (countries.population * countries.urban_share, countries.population * (1.0 - countries.urban_share))
    effective = world.now.effective
    for group, place in enumerate(("urban", "rural")):
        retained = getattr(countries, f"retained_{place}")
        retained *= stay
        world.now.effective[:, group] = np.minimum(served[:, group] + retained, np.maximum(sizes[group], 1.0))
    reference = _hold_to_observed(world, _reference_service(world), effective.copy())
    for group, (place, base) in enumerate((("urban", urban), ("rural", rural))):
        people = np.maximum(sizes[group], 1.0)
        change = moved(base, countries.lever_log_odds)
        change += added(base, effective[:, group], reference[:, group], people)
        getattr(countries, f"use_{place}")[:] = within(base, change, getattr(countries, f"addressable_{place}"))
    countries.use[:] = countries.urban_share * countries.use_urban + (1.0 - countries.urban_share) * countries.use_rural
