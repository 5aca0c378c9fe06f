"""Partnerships: multi-stakeholder platforms, and what working together costs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import BoolArray, FloatArray, IntArray, KeyArray
from ..rules.curves import saturated
from ..state.parameters import Parameters, parameter, uniform
from ..state.world import World
from .allocation import willing
from .policy import support_cost
from .spillovers import knowledge_cost

JOINT_WORK = ("policy_support", "knowledge")  # uses of money that serve a whole country or many of them


class JointWork(NamedTuple):
    """What partnerships and joint work cost, in shares of a payment."""

    platform: float  # transaction cost that a platform adds
    damped: float  # share of volatility that remains on a platform
    coordinating: FloatArray  # (D,) transaction cost of coordination
    support: FloatArray  # (C,) for the support of reform and of harmonised markets
    knowledge: float  # for the exchange of knowledge


class PartnershipsParameters(Parameters, process="partnerships"):
    """The parameters of partnerships."""

    partner_linkages: float = parameter(
        value=0.15,
        unit="0-1",
        meaning="Most that partners add to linkages",
        source="judgement",
        standing="judged",
        distribution=uniform(0.05, 0.25),
        minimum=0.0,
        maximum=1.0,
    )
    partners_of_most: float = parameter(
        value=2.5,
        unit="organisations",
        meaning="Partners who bring 63% of the most that they add to linkages",
        source="judgement",
        standing="judged",
        distribution=uniform(1.5, 4.0),
        minimum=0.1,
        maximum=50.0,
    )
    platform_partners: float = parameter(
        value=3.0,
        unit="organisations",
        meaning="Partners that a multi-stakeholder platform brings",
        source="judgement: about three donors and companies",
        standing="judged",
        distribution=uniform(2.0, 5.0),
        minimum=0.0,
        maximum=50.0,
    )
    platform_participation: float = parameter(
        value=0.10,
        unit="0-1",
        meaning="Addition of a platform to local participation",
        source="judgement from Narayan 1995 (sign), shrunk",
        standing="judged",
        distribution=uniform(0.0, 0.2),
        minimum=0.0,
        maximum=1.0,
    )
    platform_volatility: float = parameter(
        value=0.6,
        unit="share",
        meaning="Share of volatility that remains if co-donors join the lead donor",
        source="judgement: about three uncorrelated donors",
        standing="judged",
        distribution=uniform(0.45, 0.8),
        minimum=0.0,
        maximum=1.0,
    )
    platform_cost: float = parameter(
        value=0.03,
        unit="share",
        meaning="Transaction cost that a platform adds to each instalment",
        source="judgement",
        standing="judged",
        distribution=uniform(0.01, 0.06),
        minimum=0.0,
        maximum=0.5,
    )
    coordination_cost: float = parameter(
        value=0.01,
        unit="share",
        meaning="Transaction cost of a donor that coordinates in full",
        source="judgement",
        standing="judged",
        distribution=uniform(0.005, 0.02),
        minimum=0.0,
        maximum=0.5,
    )


def on_platforms(world: World, keys: KeyArray) -> BoolArray:
    """Say which of some initiatives stand on multi-stakeholder platforms, by the lever and their own luck. (n,)."""
    lever = world.strategy.platforms
    if lever == 0.0:
        return np.zeros(keys.size, dtype=bool)
    return np.asarray(world.streams.lifelong(("platform",), keys)[0] < lever)


def enrol(world: World, rows: slice) -> None:
    """Give new initiatives that stand on platforms the partners and the participation that these bring."""
    p, new = PartnershipsParameters.of(world.values), world.initiatives
    member = new.platform[rows]
    if not member.any():
        return
    part = p.platform_participation
    new.partners[rows] += p.platform_partners * member
    new.participation[rows] = np.minimum(new.participation[rows] + part * member, 1.0)
    world.memory.platforms_exist = True


def partner_linkages(world: World) -> FloatArray:
    """Return what partners and surviving peers in linked countries add to linkages, (n,)."""
    p, of = PartnershipsParameters.of(world.values), world.initiatives
    rows, partners, added = np.empty(of.count, dtype=np.int64), np.empty(of.count), np.zeros(of.count)
    count = _find_partners(of.partners, rows, partners)
    _add_partners(rows[:count], p.partner_linkages * saturated(partners[:count], p.partners_of_most), added)
    if world.now.peers_help:
        _add_peers(of.country, of.kind, world.now.peer_linkages, added)
    return added


@compiled
def _find_partners(partners: FloatArray, rows: IntArray, found: FloatArray) -> int:
    """Note the initiatives that have partners, and how many; return the number of these initiatives."""
    count = 0
    for i in range(partners.size):
        rows[count], found[count] = i, partners[i]  # without a branch: the next one overwrites who has none
        count += partners[i] > 0.0
    return count


@compiled
def _add_partners(rows: IntArray, by_partners: FloatArray, added: FloatArray) -> None:
    """Add what partners bring to some initiatives."""
    for j in range(rows.size):
        added[rows[j]] += by_partners[j]


@compiled
def _add_peers(country: IntArray, kind: IntArray, by_peers: FloatArray, added: FloatArray) -> None:
    """Add what surviving peers of a kind bring to each initiative in an economy."""
    for i in range(country.size):
        added[i] += by_peers[country[i], kind[i]]


def joint_work(world: World) -> JointWork:
    """Return what partnerships change in the losses of payments, and what joint work takes from these."""
    p, strategy = PartnershipsParameters.of(world.values), world.strategy
    coordinating = np.zeros(world.donors.count)
    if strategy.coordination > 0.0:
        coordinating = p.coordination_cost * willing(world)
    return JointWork(p.platform_cost, p.platform_volatility, coordinating, support_cost(world), knowledge_cost(world))
