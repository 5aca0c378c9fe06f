"""Cyber: attacks on initiatives cost money, service and trust; protection lowers them and earns trust."""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import CENTS_PER_DOLLAR, QUARTERS_PER_YEAR, FloatArray, IntArray
from ..rules.curves import closing, halved
from ..rules.money import whole_cents
from ..state.ledger import USE
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
    luck = world.streams.uniform("cyber incident", world.quarter, initiatives.key)
    rows, counts = np.empty(luck.size, dtype=np.int64), np.zeros((3, usual.size))
    struck = _find_incidents(initiatives.country, initiatives.age, luck, chance, _protection(world), rows, counts)
    _lose(world, rows[:struck])
    number, incidents, protected = counts
    many = np.maximum(number, FEWEST * world.scale)
    _trust(world, (incidents - number * usual) / many, protected / many)


@compiled
def _find_incidents(
    country: IntArray, age: IntArray, luck: FloatArray, chance: FloatArray, protection: FloatArray, rows: IntArray,
    counts: FloatArray,
) -> int:  # fmt: skip
    """Find the running initiatives that an incident hits, and return how many.

    In each country the counts are of those that run, those that are hit, and how far those that run are protected.
    """
    struck = 0
    for i in range(age.size):
        c = country[i]
        if age[i] >= 0:
            counts[0, c] += 1.0
            counts[2, c] += protection[i]
            if luck[i] < chance[c] * (1.0 - protection[i]):
                counts[1, c] += 1.0
                rows[struck] = i
                struck += 1
    return struck


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
    p, initiatives, tally = CyberParameters.of(world.values), world.initiatives, world.tally
    luck = world.streams.uniform("cyber loss", world.quarter, initiatives.key[rows])
    lost = _take_losses(
        rows,
        luck,
        p.loss_low,
        p.loss_high,
        initiatives.phase,
        initiatives.mechanism,
        initiatives.instalment,
        initiatives.operating_cost,
        initiatives.cash,
        initiatives.service,
        world.ledger.books_out[USE["cyber_loss"]],
    )
    tally.cyber_incidents += rows.size
    tally.cyber_loss_usd += float(lost) / CENTS_PER_DOLLAR


@compiled
def _take_losses(
    rows: IntArray, luck: FloatArray, low: float, high: float, phase: IntArray, mechanism: IntArray,
    instalment: IntArray, operating_cost: FloatArray, cash: IntArray, service: FloatArray, booked: IntArray,
) -> int:  # fmt: skip
    """Take a share of a year's budget from tills and off service; return the cents that are lost."""
    total = 0
    for k in range(rows.size):
        i = rows[k]
        share = low + (high - low) * luck[k]
        quarterly = instalment[i] if phase[i] == FUNDED else whole_cents(operating_cost[i])
        lost = min(int(share * quarterly * QUARTERS_PER_YEAR), cash[i])
        cash[i] -= lost
        booked[mechanism[i]] += lost
        service[i] *= 1.0 - share
        total += lost
    return total


def _trust(world: World, excess: FloatArray, protection: FloatArray) -> None:
    """Lower trust by incidents above the usual rate, let what was lost come back, and add what protection earns."""
    countries, p = world.countries, CyberParameters.of(world.values)
    shaken = countries.trust_shaken * (1.0 - p.trust_recovery) + p.trust_loss * excess
    trust = countries.trust - (shaken - countries.trust_shaken)
    bounded = np.clip(trust, 0.01, 1.0)
    countries.trust_shaken[:] = shaken + (trust - bounded)
    countries.trust[:] = bounded + closing(bounded, p.trust_gain * protection)
