"""Cyber: attacks on initiatives cost money, service and trust; protection lowers them and earns trust."""

from __future__ import annotations

import numpy as np

from ..basis.units import CENTS_PER_DOLLAR, QUARTERS_PER_YEAR, FloatArray, IntArray, cents
from ..rules.curves import closing, halved
from ..state.parameters import Parameters, parameter, uniform
from ..state.world import FUNDED, INDEPENDENT, World
from .shocks import spell_times

FEWEST = 10.0  # initiatives: in a country of fewer, one incident does not make a wave of them


class CyberParameters(Parameters, process="cyber"):
    """The parameters of cyber."""

    incident_rate: float = parameter(
        value=0.02,
        unit="per year",
        meaning=(
            "Probability of an incident per initiative where half the people use the internet; half of it "
            "where none do, half more where all do"
        ),
        source=(
            "judgement: 1-3% a year rising with use; World Bank 2024: incidents grow by 21% a year; 0 switches it off"
        ),
        standing="judged",
        distribution=uniform(0.01, 0.03),
        minimum=0.0,
        maximum=1.0,
    )
    loss_low: float = parameter(
        value=0.05,
        unit="share",
        meaning="Smallest share of a year's budget that an incident costs",
        source="judgement: 5-20%",
        standing="judged",
        minimum=0.0,
        maximum=1.0,
    )
    loss_high: float = parameter(
        value=0.20,
        unit="share",
        meaning="Largest share of a year's budget that an incident costs",
        source="judgement: 5-20%",
        standing="judged",
        minimum=0.0,
        maximum=1.0,
    )
    trust_loss: float = parameter(
        value=0.25,
        unit="ratio",
        meaning="Trust lost per incident and initiative above the usual rate",
        source="judgement",
        standing="judged",
        distribution=uniform(0.1, 0.4),
        minimum=0.0,
        maximum=5.0,
    )
    trust_recovery: float = parameter(
        value=0.3,
        unit="per year",
        meaning="Share of lost trust that comes back each year",
        source="judgement",
        standing="judged",
        distribution=uniform(0.15, 0.5),
        minimum=0.0,
        maximum=1.0,
    )
    half_share: float = parameter(
        value=0.03,
        unit="share",
        meaning="Share of outlays for protection that halves incidents",
        source="judgement",
        standing="judged",
        distribution=uniform(0.02, 0.05),
        minimum=0.001,
        maximum=1.0,
    )
    lapse: float = parameter(
        value=3.0,
        unit="years",
        meaning="Time in which protection halves after payment for it has stopped",
        source="judgement",
        standing="judged",
        distribution=uniform(1.0, 5.0),
        minimum=0.1,
        maximum=50.0,
    )
    trust_gain: float = parameter(
        value=0.01,
        unit="per year",
        meaning="Yearly closing of the trust gap if initiatives are fully protected",
        source="judgement: half the growth of trust by itself",
        standing="judged",
        distribution=uniform(0.0, 0.02),
        minimum=0.0,
        maximum=1.0,
    )


def cyber(world: World) -> None:
    """Let incidents hit initiatives that run, and move the trust of their countries; each January.

    The usual rate, without spells, protection or luck, is the path: trust falls by incidents above it, and comes back.
    """
    if not world.new_year:
        return
    initiatives, p = world.initiatives, CyberParameters.of(world.values)
    usual = np.minimum(p.incident_rate * (0.5 + world.countries.use), 1.0)
    chance = usual * spell_times(world, "cyber")
    protection = _protection(world)
    luck = world.streams.uniform("cyber incident", world.quarter, initiatives.key)
    running = initiatives.age >= 0
    hit = running & (luck < chance[initiatives.country] * (1.0 - protection))
    _lose(world, np.flatnonzero(hit))
    number, incidents, protected = (
        np.bincount(initiatives.country, weights=weights, minlength=world.countries.count)
        for weights in (running, hit, running * protection)
    )
    many = np.maximum(number, FEWEST)
    _trust(world, (incidents - number * usual) / many, protected / many)


def _protection(world: World) -> FloatArray:
    """Return the share of incidents that each initiative is spared: what donors pay for, fading once they have left."""
    initiatives, p = world.initiatives, CyberParameters.of(world.values)
    paid = 1.0 - halved(world.strategy.cybersecurity_share, p.half_share)
    if paid == 0.0:
        return np.zeros(initiatives.count)
    lever_turned = (world.start_year - world.first_year) * QUARTERS_PER_YEAR
    had_it = (initiatives.phase != INDEPENDENT) | (initiatives.ended >= lever_turned)
    return np.asarray(paid * had_it * halved(initiatives.since_exit / QUARTERS_PER_YEAR, p.lapse))


def _lose(world: World, rows: IntArray) -> None:
    """Take the cost of an incident from the till, as far as it goes, and lower service by the same share."""
    p = CyberParameters.of(world.values)
    initiatives, low, high = world.initiatives, p.loss_low, p.loss_high
    share = low + (high - low) * world.streams.uniform("cyber loss", world.quarter, initiatives.key[rows])
    instalment = initiatives.instalment[rows]
    running_cost = cents(initiatives.operating_cost[rows])
    quarterly = np.where(initiatives.phase[rows] == FUNDED, instalment, running_cost)
    asked = (share * quarterly * QUARTERS_PER_YEAR).astype(np.int64)
    lost = np.minimum(asked, initiatives.cash[rows])
    world.ledger.spend("cyber_loss", initiatives.till, lost, initiatives.mechanism[rows], rows)
    initiatives.service[rows] *= 1.0 - share
    tally = world.tally
    tally.cyber_incidents += rows.size
    tally.cyber_loss_usd += float(lost.sum()) / CENTS_PER_DOLLAR


def _trust(world: World, excess: FloatArray, protection: FloatArray) -> None:
    """Lower trust by incidents above the usual rate, let what was lost come back, and add what protection earns."""
    countries, p = world.countries, CyberParameters.of(world.values)
    shaken = countries.trust_shaken * (1.0 - p.trust_recovery) + p.trust_loss * excess
    trust = countries.trust - (shaken - countries.trust_shaken)
    bounded = np.clip(trust, 0.01, 1.0)
    countries.trust_shaken[:] = shaken + (trust - bounded)
    countries.trust[:] = bounded + closing(bounded, p.trust_gain * protection)
