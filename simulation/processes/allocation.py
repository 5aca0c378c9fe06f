"""Allocation: which country gets what share of each donor's budget."""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import FloatArray, IntArray
from ..counterfactual import as_they_were, peers
from ..rules.allocation import log_of_shares, log_shares, normalised, partly_common, shares, with_events
from ..rules.cooperation import agencies, concentration, willingness
from ..state.parameters import Parameters, normal, parameter, uniform
from ..state.world import INDEPENDENT, World
from .shocks import heeding


class AllocationParameters(Parameters, process="allocation"):
    """The parameters of allocation."""

    population_elasticity: float = parameter(
        value=0.4172,
        unit="elasticity",
        meaning="Elasticity of aid shares to the recipient's population",
        source=(
            "OECD aid by donor and recipient 2009-2022, fitted; Alesina and Dollar 2000 and successors find 0.3-0.7"
        ),
        standing="derived",
        distribution=normal(0.025),
        minimum=0.0,
        maximum=1.0,
    )
    income_elasticity: float = parameter(
        value=-0.3088,
        unit="elasticity",
        meaning="Elasticity of aid shares to the recipient's income",
        source=(
            "OECD aid by donor and recipient 2009-2022, fitted; Alesina and Dollar 2000, Clist 2011 find -0.2 to -1"
        ),
        standing="derived",
        distribution=normal(0.05),
        minimum=-2.0,
        maximum=0.0,
    )
    inertia_shift: float = parameter(
        value=0.0,
        unit="1",
        meaning="Addition to every donor's inertia",
        source="OECD aid by donor and recipient 2009-2022, refitted on resampled recipients",
        standing="derived",
        distribution=normal(0.03),
        minimum=-0.5,
        maximum=0.5,
    )
    common_noise: float = parameter(
        value=0.0434,
        unit="share",
        meaning=(
            "Share of the variance of yearly changes that the bilateral donors of a recipient have in common: "
            "answers to one crisis, and imitation"
        ),
        source="OECD aid by donor and recipient 2009-2022, fitted",
        standing="derived",
        distribution=normal(0.01, 0.0),
        minimum=0.0,
        maximum=0.9,
    )
    common_events: float = parameter(
        value=0.25,
        unit="share",
        meaning="Part of that common variance which freezes and surges make, so that chance makes the rest",
        source="judgement: at their rates and central sizes, freezes and surges make about a quarter of it",
        standing="judged",
        distribution=uniform(0.0, 0.5),
        minimum=0.0,
        maximum=1.0,
    )
    late_herding: float = parameter(
        value=0.09,
        unit="ratio",
        meaning="Share of a donor's herding that follows the other donors' change of the year before",
        source="OECD aid by donor and recipient 2009-2022, fitted; Davies and Klasen 2019 find it within the year",
        standing="derived",
        distribution=normal(0.06, 0.0, 1.0),
        minimum=0.0,
        maximum=1.0,
    )
    noise: float = parameter(
        value=0.5,
        unit="ratio",
        meaning="Share of the fitted yearly noise of donor-country pairs that commitments do not smooth",
        source="judgement: commitments of several years smooth the fitted residual",
        standing="judged",
        distribution=uniform(0.3, 0.7),
        minimum=0.0,
        maximum=2.0,
    )
    agency_growth_past: float = parameter(
        value=0.053,
        unit="per year",
        meaning="Growth of the number of agencies through which the listed donors give, up to 2023",
        source="World Bank and IDA 2024-25: 227 agencies in 2004, 622 in 2023",
        standing="derived",
        distribution=normal(0.003),
        minimum=0.0,
        maximum=0.2,
    )
    agency_growth_future: float = parameter(
        value=0.015,
        unit="per year",
        meaning="The same after 2023",
        source="judgement: as fast as aid before cuts, so that grants keep their size",
        standing="judged",
        distribution=uniform(0.0, 0.03),
        minimum=0.0,
        maximum=0.2,
    )
    gap_filling: float = parameter(
        value=0.3,
        unit="ratio",
        meaning="How far fully coordinated donors fill the gaps of other donors",
        source="judgement",
        standing="judged",
        distribution=uniform(0.1, 0.5),
        minimum=0.0,
        maximum=1.0,
    )
    inclination: float = parameter(
        value=1.0,
        unit="1",
        meaning="How strongly a donor's own habit of coordination sets the order in which donors coordinate",
        source="judgement",
        standing="judged",
        distribution=uniform(0.0, 1.0),
        minimum=0.0,
        maximum=5.0,
    )
    need_targeting: float = parameter(
        value=2.0,
        unit="log share",
        meaning="Addition of full targeting to every donor's weight of need",
        source="judgement, above the strongest fitted weights",
        standing="judged",
        distribution=uniform(1.0, 3.0),
        minimum=0.0,
        maximum=10.0,
    )
    impact_weight: float = parameter(
        value=1.0,
        unit="ratio",
        meaning="Weight of observed marginal impact for data-driven donors",
        source="judgement",
        standing="judged",
        distribution=uniform(0.5, 1.5),
        minimum=0.0,
        maximum=5.0,
    )


LARGEST_COMMON = 0.9


def allocation(world: World) -> None:
    """Move each donor's shares towards what the recipients' need, merit and ties suggest; at the start of each year.

    ln share = inertia x last + (1 - inertia) x target + herding x the other donors' last change + noise; shares then
    sum to one for each donor. Arrays are (donors, recipients).
    """
    if not world.new_year:
        return
    dyads = world.dyads
    coordination = willing(world)
    _concentration(world, coordination)
    lasting = shares(_log_shares(world, _target(world), coordination))
    now = log_of_shares(lasting)
    dyads.change = now - dyads.log_share if world.quarter > 0 else np.zeros_like(now)
    dyads.log_share = now
    dyads.share = with_events(lasting, _events(world), heeding(world))
    as_they_were(world)


def _events(world: World) -> FloatArray:
    """Return what freezes and surges of this year make of the aid to each recipient, a ratio, (R,)."""
    now, rows = world.now, world.reference.recipients
    return np.asarray((1.0 - now.aid_frozen[rows]) * (1.0 + now.aid_surge[rows]))


def _target(world: World) -> FloatArray:
    """Return what the recipients' size, income, need, governance, ties and observed impact suggest, in log share."""
    facts, p, countries = world.facts, AllocationParameters.of(world.values), world.countries
    rows = world.reference.recipients
    size = p.population_elasticity * np.log(countries.population[rows])
    poverty = p.income_elasticity * np.log(countries.income[rows])
    impact = np.log(np.maximum(countries.addressable_rural[rows] - countries.use_rural[rows], 0.0) + 0.05)
    noise = world.streams.normal("observed impact", world.quarter, world.country_keys())[rows]
    seen = impact + noise * world.levers.observation_sd * 4.0
    lever = world.strategy.data_driven
    shared = size + poverty + lever * p.impact_weight * seen
    targeting = world.strategy.need_targeting
    target = np.empty_like(world.reference.ties)
    _suggest(
        shared, facts.donors.need_weight + targeting * p.need_targeting, 1.0 - countries.use_published[rows],
        (1.0 - targeting) * facts.donors.merit_weight, facts.countries.governance_score[rows],
        facts.donors.tie_weight, world.reference.ties, target,
    )  # fmt: skip
    return normalised(target)


@compiled
def _suggest(
    shared: FloatArray, need_weight: FloatArray, need: FloatArray, merit_weight: FloatArray, merit: FloatArray,
    tie_weight: FloatArray, ties: FloatArray, target: FloatArray,
) -> None:  # fmt: skip
    """Weigh what all donors look at, and need, governance and ties as each does."""
    for d in range(target.shape[0]):
        for r in range(target.shape[1]):
            target[d, r] = (
                shared[r] + need_weight[d] * need[r] + merit_weight[d] * merit[r] + tie_weight[d] * ties[d, r]
            )


def _log_shares(world: World, target: FloatArray, coordination: FloatArray) -> FloatArray:
    """Return this year's log shares before they sum to one; `coordination` is of each donor, (D,)."""
    facts, p, change = world.facts.donors, AllocationParameters.of(world.values), world.dyads.change
    own = world.streams.normal("allocation", world.quarter, world.facts.dyad_keys).reshape(target.shape)
    keys = world.country_keys()[world.reference.recipients]
    together = world.streams.normal("allocation in common", world.quarter, keys)
    inertia, present = np.clip(facts.inertia + p.inertia_shift, 0.0, 0.99), peers(world)
    scale = facts.residual_sd * p.noise
    answer = p.late_herding * facts.herding * (1.0 - coordination) - p.gap_filling * coordination
    found = np.empty_like(target)
    _move(
        world.dyads.log_share, target, inertia, own, together, _common(world, coordination), scale,
        change, _by_peers(change, present), max(present.sum() - 1.0, 1.0), answer, found,
    )  # fmt: skip
    return found


@compiled
def _move(
    last: FloatArray, target: FloatArray, inertia: FloatArray, own: FloatArray, together: FloatArray,
    common: FloatArray, scale: FloatArray, change: FloatArray, by_peers: FloatArray, others: float,
    answer: FloatArray, found: FloatArray,
) -> None:  # fmt: skip
    """Move log shares towards their targets, with noise, and late herding on the other donors' mean change."""
    for d in range(found.shape[0]):
        for r in range(found.shape[1]):
            noise = partly_common(own[d, r], together[r], common[d]) * scale[d]
            herding = answer[d] * ((by_peers[r] - change[d, r]) / others)
            found[d, r] = log_shares(last[d, r], target[d, r], noise, herding, inertia[d])


@compiled
def _by_peers(change: FloatArray, present: FloatArray) -> FloatArray:
    """Return the sum of the last changes of the donors that are present, (R,)."""
    found = np.zeros(change.shape[1])
    for d in range(change.shape[0]):
        for r in range(change.shape[1]):
            found[r] += change[d, r] * present[d]
    return found


def _common(world: World, coordination: FloatArray) -> FloatArray:
    """Return the part of the variance of each donor's noise that it has in common with others, (D,).

    It is the mean one times the square of the donor's herding over the mean of those that herd, at most 0.9. Donors
    that coordinate have less of it.
    """
    p, herding = AllocationParameters.of(world.values), world.facts.donors.herding
    follows = herding[herding > 0.0]
    relative = herding / follows.mean() if follows.size else herding
    rest = p.common_noise * (1.0 - p.common_events)
    share = np.minimum(rest * relative**2, LARGEST_COMMON)
    return np.asarray(share * (1.0 - coordination))


def willing(world: World) -> FloatArray:
    """Return how far each donor coordinates, 0 to 1. Shape (D,)."""
    p = AllocationParameters.of(world.values)
    donors = world.facts.donors
    inclination = p.inclination
    return willingness(world.strategy.coordination, donors.coordination_habit, donors.ict_budget, inclination)


def _concentration(world: World, coordination: FloatArray) -> None:
    """Set each country's Herfindahl-Hirschman index of last year's agencies; coordination, (D,), merges contacts.

    A donor splits what it paid among its agencies, as far as it had so many initiatives there.
    """
    dyads, now, p = world.dyads, world.now, AllocationParameters.of(world.values)
    now.agencies = agencies(world.year, p.agency_growth_past, p.agency_growth_future)
    of, contacts = world.initiatives, np.zeros_like(dyads.paid)
    _count_awards(of.phase, of.donor, of.country, world.facts.countries.recipient_column, contacts)
    np.clip(contacts / world.scale, 1.0, max(now.agencies, 1.0), out=contacts)
    world.countries.fragmentation[:] = 1.0
    world.countries.fragmentation[world.reference.recipients] = concentration(dyads.paid, coordination, contacts)
    dyads.paid[:] = 0.0


@compiled
def _count_awards(phase: IntArray, donor: IntArray, country: IntArray, recipient: IntArray, awards: FloatArray) -> None:
    """Count the awards of each donor in each recipient."""
    for i in range(phase.size):
        if phase[i] != INDEPENDENT:
            awards[donor[i], recipient[country[i]]] += 1.0
