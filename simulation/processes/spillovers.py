"""Spill-overs: good practice and experience travel between countries along named links."""

from __future__ import annotations

import numpy as np

from ..basis.units import BoolArray, FloatArray
from ..rules.curves import saturated
from ..state.kinds import KINDS
from ..state.parameters import Parameters, parameter, uniform
from ..state.world import INDEPENDENT, World


class SpilloversParameters(Parameters, process="spillovers"):
    """The parameters of spillovers."""

    practice: float = parameter(
        value=0.03,
        unit="per year",
        meaning="Part of a linked country's lead in regulation that is learned in a year",
        source="judgement",
        standing="judged",
        distribution=uniform(0.01, 0.06),
        minimum=0.0,
        maximum=1.0,
    )
    peer_linkages: float = parameter(
        value=0.12,
        unit="0-1",
        meaning="Most that surviving peers in linked countries add to linkages",
        source="judgement, as the shared knowledge of a pooled fund",
        standing="judged",
        distribution=uniform(0.0, 0.2),
        minimum=0.0,
        maximum=1.0,
    )
    peers_scale: float = parameter(
        value=5.0,
        unit="initiatives",
        meaning="Surviving peers that give 63% of the most",
        source="judgement",
        standing="judged",
        distribution=uniform(2.0, 10.0),
        minimum=0.1,
        maximum=1000.0,
    )
    cost: float = parameter(
        value=0.02,
        unit="share",
        meaning="Share of donors' outlays that full exchange of knowledge takes",
        source="judgement",
        standing="judged",
        distribution=uniform(0.01, 0.04),
        minimum=0.0,
        maximum=0.2,
    )
    least_presence: float = parameter(
        value=2.0,
        unit="ratio",
        meaning="Share of a South-South provider's budget over an equal share",
        source="judgement: present enough to be linked",
        standing="judged",
        minimum=0.0,
        maximum=100.0,
    )


NAMED = ("neighbours", "bloc", "language", "south_south")


def spillovers(world: World) -> None:
    """Let recipients learn from the countries that they are linked with, and count initiatives' peers there; January.

    practice += rate x knowledge sharing x mean over linked countries of max(their regulation - one's own, 0), each kind
    of link with the same weight; nothing goes through an average of the world.
    """
    if not world.new_year:
        return
    p, lever = SpilloversParameters.of(world.values), world.strategy.knowledge_sharing
    pace = lever * p.practice
    most, scale = p.peer_linkages, p.peers_scale
    presence = p.least_presence
    if lever == 0.0:
        world.now.peers_help = False
        return
    links = named_links(world, presence)
    regulation = world.countries.regulation
    lead = np.maximum(regulation[None, :] - regulation[:, None], 0.0)
    world.countries.policy_gain += pace * (_weights(links) * lead).sum(axis=1) * world.facts.countries.supported
    world.now.peers_help = True
    world.now.peer_linkages[:] = lever * most * saturated(surviving_peers(world, links), scale)


def knowledge_cost(world: World) -> float:
    """Return the share of outlays that the exchange of knowledge takes."""
    p = SpilloversParameters.of(world.values)
    return float(world.strategy.knowledge_sharing * p.cost)


def named_links(world: World, presence: float) -> dict[str, BoolArray]:
    """Return who is linked with whom, one table (C, C) a kind of link; all but the South-South ones are facts.

    Neighbours share a border, blocs a membership, languages a language within one region. South-South links join a
    provider's own economy with the recipients that get at least `presence` times an equal share of its budget.
    """
    return {**world.facts.countries.lasting_links, "south_south": _south_south(world, presence)}


def _south_south(world: World, presence: float) -> BoolArray:
    """Return the links between the economies of South-South providers and the recipients where they are present."""
    reference, share = world.reference, world.dyads.share
    row = {iso3: number for number, iso3 in enumerate(reference.countries["iso3"])}
    links = np.zeros((len(row), len(row)), dtype=bool)
    for donor in np.flatnonzero(world.facts.donors.types == "south_south"):
        home = row.get(str(reference.donors["iso3"].iloc[donor]))
        if home is not None:
            hosts = reference.recipients[share[donor] * share.shape[1] >= presence]
            links[home, hosts] = links[hosts, home] = True
    np.fill_diagonal(links, False)
    return links


def _weights(links: dict[str, BoolArray]) -> FloatArray:
    """Return the weight of each country (column) for each learner (row): the same for every kind of link it has."""
    parts = [table / np.maximum(table.sum(axis=1, keepdims=True), 1) for table in links.values()]
    kinds = np.sum([table.any(axis=1) for table in links.values()], axis=0)
    return np.asarray(np.sum(parts, axis=0) / np.maximum(kinds, 1)[:, None])


def surviving_peers(world: World, links: dict[str, BoolArray]) -> FloatArray:
    """Return how many initiatives serve on after exit in the countries linked with each, by kind, (C, kinds).

    As many as do the work of one, by the scale of the world, count as one.
    """
    initiatives, count = world.initiatives, world.countries.count
    out = initiatives.phase == INDEPENDENT
    seat = initiatives.country[out] * len(KINDS) + initiatives.kind[out]
    alive = np.bincount(seat, minlength=count * len(KINDS)).reshape(count, len(KINDS))
    linked = np.any(list(links.values()), axis=0)
    return np.asarray(linked.astype(np.float64) @ (alive / world.scale))
