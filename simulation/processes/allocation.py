"""Allocation: which country gets what share of each donor's budget."""

from __future__ import annotations

import numpy as np

from ..basis.units import FloatArray
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
    dyads, facts, p = world.dyads, world.facts.donors, AllocationParameters.of(world.values)
    _concentration(world)
    target = _target(world)
    inertia = np.clip(facts.inertia + p.inertia_shift, 0.0, 0.99)[:, None]
    noise = _noise(world, target.shape)
    noise *= facts.residual_sd[:, None] * p.noise
    lasting = shares(log_shares(dyads.log_share, target, noise, _peers(world), inertia))
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
    need = facts.donors.need_weight + targeting * p.need_targeting
    target = shared[None, :] + need[:, None] * (1.0 - countries.use_published[rows])[None, :]
    target += (1.0 - targeting) * facts.donors.merit_weight[:, None] * facts.countries.governance_score[rows][None, :]
    target += facts.donors.tie_weight[:, None] * world.reference.ties
    return normalised(target)


def _noise(world: World, shape: tuple[int, ...]) -> FloatArray:
    """Return standard normal noise (D, R); donors that herd share a part of it, those that coordinate less of it.

    A donor's common part of the variance is the mean one times the square of its herding over the mean of those that
    herd, at most 0.9.
    """
    p = AllocationParameters.of(world.values)
    herding = world.facts.donors.herding
    own = world.streams.normal("allocation", world.quarter, world.facts.dyad_keys).reshape(shape)
    keys = world.country_keys()[world.reference.recipients]
    together = world.streams.normal("allocation in common", world.quarter, keys)
    follows = herding[herding > 0.0]
    relative = herding / follows.mean() if follows.size else herding
    rest = p.common_noise * (1.0 - p.common_events)
    share = np.minimum(rest * relative**2, LARGEST_COMMON)
    share = share * (1.0 - willing(world))
    return partly_common(own, together, share)


def _peers(world: World) -> FloatArray:
    """Return late herding (or, where donors coordinate, gap filling) on the other donors' last change."""
    p = AllocationParameters.of(world.values)
    change, herding = world.dyads.change, world.facts.donors.herding
    present = peers(world)
    others = ((change * present[:, None]).sum(axis=0) - change) / max(present.sum() - 1.0, 1.0)
    coordination = willing(world)
    late = p.late_herding * herding
    response = late * (1.0 - coordination) - p.gap_filling * coordination
    return np.asarray(response[:, None] * others)


def willing(world: World) -> FloatArray:
    """Return how far each donor coordinates, 0 to 1. Shape (D,)."""
    p = AllocationParameters.of(world.values)
    donors = world.facts.donors
    inclination = p.inclination
    return willingness(world.strategy.coordination, donors.coordination_habit, donors.ict_budget, inclination)


def _concentration(world: World) -> None:
    """Set each country's Herfindahl-Hirschman index of last year's agencies; coordination merges contacts.

    A donor splits what it paid among its agencies, as far as it had so many initiatives there.
    """
    dyads, now, p = world.dyads, world.now, AllocationParameters.of(world.values)
    now.agencies = agencies(world.year, p.agency_growth_past, p.agency_growth_future)
    initiatives, countries = world.initiatives, world.facts.countries
    rows = np.flatnonzero(initiatives.phase != INDEPENDENT)
    pair = initiatives.donor[rows] * dyads.paid.shape[1] + countries.recipient_column[initiatives.country[rows]]
    awards = np.bincount(pair, minlength=dyads.paid.size).reshape(dyads.paid.shape)
    contacts = np.clip(awards.astype(np.float64), 1.0, max(now.agencies, 1.0))
    world.countries.fragmentation[:] = 1.0
    world.countries.fragmentation[world.reference.recipients] = concentration(dyads.paid, willing(world), contacts)
    dyads.paid[:] = 0.0
