"""Founding: commitments become initiatives."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.special import ndtri

from ..basis.units import QUARTERS_PER_YEAR, FloatArray, IntArray, KeyArray, cents
from ..counterfactual import kept
from ..data import constant_dollars
from ..exits import EXITS, Exit
from ..mechanisms import MECHANISMS, Mechanism
from ..mechanisms.base import Candidates
from ..state.kinds import ANSWER, KINDS
from ..state.parameters import Parameter, declare, normal, uniform
from ..state.randomness import exponential, mix
from ..state.world import FUNDED, RURAL, URBAN, World
from .partnerships import enrol

ROUNDS = 3  # most initiatives that one donor signs in one country in a quarter

declare(
    "founding",
    Parameter(
        name="median_size",
        value=0.8,
        unit="million dollars of 2019",
        meaning="Median size of an initiative",
        source="World Bank 2021, A Changing Landscape: mean grant of 0.8 million in 2019",
        standing="published",
        distribution=uniform(0.5, 1.0),
        minimum=0.01,
        maximum=100.0,
    ),
    Parameter(
        name="size_spread",
        value=2.9,
        unit="log",
        meaning="Spread of sizes (standard deviation of the logarithm)",
        source="judgement: between small grants and nine-figure programmes",
        standing="judged",
        minimum=0.0,
        maximum=4.0,
    ),
    Parameter(
        name="duration_spread",
        value=0.3732,
        unit="log",
        meaning="Spread of the years of funding around the donor's custom",
        source="World Bank IEG and ADB: years from approval to closing of investment projects, fitted",
        standing="derived",
        distribution=normal(0.012, 0.0),
        minimum=0.0,
        maximum=2.0,
    ),
    Parameter(
        name="custom",
        value=1.0,
        unit="ratio",
        meaning="Added weight of a donor's own custom in the choice of mechanism and exit",
        source="judgement: swept",
        standing="judged",
        distribution=uniform(0.0, 2.0),
        minimum=0.0,
        maximum=100.0,
    ),
    Parameter(
        name="initial_capacity",
        value=0.35,
        unit="0-1",
        meaning="Mean capacity at founding",
        source="judgement, below the PSAT mean of 0.62",
        standing="judged",
        distribution=uniform(0.25, 0.45),
        minimum=0.0,
        maximum=1.0,
    ),
    *(
        Parameter(
            name=f"kind_{kind.short}",
            value=kind.share,
            unit="share",
            meaning=f"Share of initiatives of kind {kind.name}",
            source="judgement",
            standing="judged",
            minimum=0.0,
            maximum=1.0,
        )
        for kind in KINDS
    ),
    Parameter(
        name="revenue_lic",
        value=0.25,
        unit="share",
        meaning="Running cost that fees could meet, low-income countries",
        source="telecentre and community-network studies: 40-60%, 20-90%",
        standing="judged",
        distribution=uniform(0.15, 0.35),
        minimum=0.0,
        maximum=1.0,
    ),
    Parameter(
        name="revenue_hic",
        value=0.60,
        unit="share",
        meaning="Running cost that fees could meet, high-income countries",
        source="telecentre and community-network studies: 40-60%, 20-90%",
        standing="judged",
        distribution=uniform(0.5, 0.75),
        minimum=0.0,
        maximum=1.0,
    ),
    Parameter(
        name="revenue_urban",
        value=0.15,
        unit="share",
        meaning="Addition in towns to the share of running cost that fees could meet",
        source="judgement",
        standing="judged",
        distribution=uniform(0.05, 0.25),
        minimum=0.0,
        maximum=1.0,
    ),
)

_DECISIONS = (
    "duration",
    "kind",
    "barrier-led",
    "group",
    "mechanism",
    "exit",
    "delay",
    "fate",
    "frailty",
    "participation",
    "revenue",
    "capacity",
)


def sizes(world: World, donor: IntArray, recipient: IntArray, sequence: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return the dollars that initiatives of these identities ask for, and the envelope at which each is signed.

    Both are the identity's own luck, the same in every scenario. A donor signs when a random part of the size is
    earmarked, so that envelopes are empty on average: else small programmes would hoard for years.
    """
    keys = _keys(world, donor, recipient, sequence)
    luck = world.streams.lifelong(("size", "signing"), keys)
    median = constant_dollars(1e6, "USD", 2019) * world.values["founding.median_size"]
    dollars = median * np.exp(world.values["founding.size_spread"] * np.asarray(ndtri(luck[0])))
    most = np.maximum(world.facts.donors.ict_budget[donor], 1e5)
    dollars = np.clip(dollars, 1e5, most)
    return dollars, dollars * luck[1]


def _keys(world: World, donor: IntArray, recipient: IntArray, sequence: IntArray) -> KeyArray:
    """Return identities: donor, country and sequence, as ``identity`` combines them."""
    pair = world.facts.dyad_keys[donor * world.reference.recipients.size + recipient]
    return mix(pair ^ sequence.astype(np.uint64))


def founding(world: World) -> None:
    """Earmark what each donor has left after the instalments due, and sign initiatives whose size is reached.

    What a donor can sign is the head-room of its budget over instalments due and envelopes open, times the quarters
    over which it pays: in a steady state its instalments are its budget.
    """
    dyads, donors = world.dyads, world.donors
    quarters = world.facts.donors.patience * QUARTERS_PER_YEAR
    room = donors.budget - donors.due - dyads.envelope.sum(axis=1) / quarters
    dyads.envelope += (np.maximum(room, 0.0) * quarters)[:, None] * dyads.share
    signed: list[tuple[IntArray, IntArray, IntArray, FloatArray]] = []
    ready = np.flatnonzero(dyads.envelope >= dyads.threshold)
    columns = dyads.envelope.shape[1]
    envelope, threshold, size = dyads.envelope.ravel(), dyads.threshold.ravel(), dyads.next_size.ravel()
    following = dyads.sequence.ravel()
    for _ in range(ROUNDS):
        if ready.size == 0:
            break
        donor, recipient = ready // columns, ready % columns
        signed.append((donor, recipient, following[ready], size[ready]))
        envelope[ready] -= size[ready]
        following[ready] += 1
        size[ready], threshold[ready] = sizes(world, donor, recipient, following[ready])
        ready = ready[envelope[ready] >= threshold[ready]]
    if signed:
        _found(world, *(np.concatenate(parts) for parts in zip(*signed, strict=True)))


def _found(world: World, donor: IntArray, recipient: IntArray, sequence: IntArray, size: FloatArray) -> None:
    """Write the rows of new initiatives; every choice is the identity's own luck."""
    keys = _keys(world, donor, recipient, sequence)
    luck = dict(zip(_DECISIONS, world.streams.lifelong(_DECISIONS, keys), strict=True))
    values, country = world.values, world.reference.recipients[recipient]
    kind = _kinds(world, country, luck["kind"], luck["barrier-led"])
    group = np.where(luck["group"] < world.strategy.rural_targeting, RURAL, URBAN)
    potential = _revenue(world, country, group, luck["revenue"])
    candidates = Candidates(donor, country, group, kind, size, potential)
    levers, custom = world.levers, world.facts.donors
    mechanism = _among(
        world,
        MECHANISMS,
        levers.mechanism_mix,
        custom.preferred_mechanism,
        "project_grant",
        candidates,
        luck["mechanism"],
    )
    exits = _among(world, EXITS, levers.exit_mix, custom.preferred_exit, "abrupt", candidates, luck["exit"])
    keep = kept(world, keys, donor, mechanism, exits)
    if not keep.all():  # a lifelong draw may be asked for again: the kept ones come out the same
        return _found(world, donor[keep], recipient[keep], sequence[keep], size[keep]) if keep.any() else None
    years = world.facts.donors.patience[donor] * np.exp(values["founding.duration_spread"] * ndtri(luck["duration"]))
    duration = np.rint(np.clip(years, 2.0, 10.0) * QUARTERS_PER_YEAR).astype(np.int64)
    delays = world.traits.mechanism
    low, high = delays.shortest_delay[mechanism], delays.longest_delay[mechanism]
    new, rows = world.initiatives, world.initiatives.append(donor.size)
    new.key[rows], new.donor[rows], new.country[rows], new.group[rows] = keys, donor, country, group
    new.kind[rows], new.mechanism[rows], new.exit[rows], new.phase[rows] = kind, mechanism, exits, FUNDED
    new.founded[rows], new.ended[rows], new.duration[rows] = world.quarter, -1, duration
    new.age[rows] = -np.floor(low + (high - low + 1.0) * luck["delay"] * (high > 0.0)).astype(np.int64)
    new.transition[rows] = world.traits.exit.transition[exits]
    new.instalment[rows] = cents(size / duration)
    new.fate[rows] = exponential(luck["fate"])
    new.frailty[rows] = ndtri(luck["frailty"]) * world.facts.drawn.frailty_own
    participation = luck["participation"] * 0.6 + 0.4 * world.strategy.local_ownership
    new.participation[rows] = np.minimum(participation + world.traits.mechanism.participation[mechanism], 1.0)
    new.revenue_potential[rows] = np.clip(potential + world.traits.mechanism.revenue[mechanism], 0.0, 1.0)
    new.capacity[rows] = np.clip(values["founding.initial_capacity"] + 0.3 * (luck["capacity"] - 0.5), 0.01, 1.0)
    new.motivation[rows], new.linkages[rows], new.resources[rows] = 0.5, 0.3, 0.5
    new.women[rows] = world.strategy.women_targeting
    new.donor_share[rows] = new.last_donor_share[rows] = 1.0
    enrol(world, rows, keys)
    world.tally.founded += donor.size


def _pick(mix: FloatArray, luck: FloatArray) -> IntArray:
    """Choose from one mix for all rows. `mix` (choices,) need not sum to one."""
    edges = np.cumsum(mix)
    chosen: IntArray = np.searchsorted(edges, luck * edges[-1], side="right").astype(np.int64)
    return np.minimum(chosen, mix.size - 1)


def _choice(weights: FloatArray, luck: FloatArray) -> IntArray:
    """Choose for each row from a mix of its own. `weights` (n, choices) need not sum to one."""
    edges = np.cumsum(weights, axis=1)
    return np.asarray((luck[:, None] * edges[:, -1:] >= edges).sum(axis=1).clip(0, weights.shape[1] - 1))


def _kinds(world: World, country: IntArray, luck: FloatArray, led: FloatArray) -> IntArray:
    """Choose kinds: data-driven donors take the country's binding barrier, the others their custom."""
    custom = np.array([world.values[f"founding.kind_{kind.short}"] for kind in KINDS])
    chosen = _pick(custom, luck)
    lever = world.strategy.data_driven
    binding = ANSWER[world.now.binding_barrier[country]]
    return np.where(led < lever, binding, chosen)


def _revenue(world: World, country: IntArray, group: IntArray, luck: FloatArray) -> FloatArray:
    """Return the share of running cost that fees could meet, by income group and place, spread by luck."""
    low, high = world.values["founding.revenue_lic"], world.values["founding.revenue_hic"]
    mean = low + (high - low) * world.facts.countries.income_group[country] / 3.0
    mean = mean + world.values["founding.revenue_urban"] * (group == URBAN)
    return np.asarray(np.clip(mean + 0.5 * (luck - 0.5), 0.02, 0.95), dtype=np.float64)


def _among(
    world: World,
    ways: Mapping[str, Mechanism | Exit],
    mix: FloatArray,
    preferred: IntArray,
    otherwise: str,
    candidates: Candidates,
    luck: FloatArray,
) -> IntArray:
    """Choose ways of paying or of leaving, (n,): from the mix, among those that accept the candidate.

    A donor leans to the way that is its custom, where the mix has it. What no way in the mix accepts gets `otherwise`.
    """
    weights = np.tile(mix, (candidates.country.size, 1))
    custom = preferred[candidates.donor]
    weights[np.arange(custom.size), custom] *= 1.0 + world.values["founding.custom"]
    for column, way in enumerate(ways.values()):
        if mix[column] > 0.0:
            weights[:, column] *= way.eligible(world, candidates)
    weights[weights.sum(axis=1) <= 0.0, list(ways).index(otherwise)] = 1.0
    return _choice(weights, luck)
