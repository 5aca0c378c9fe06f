"""Founding: commitments become initiatives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from ..basis.compiled import compiled
from ..basis.normal import normal_quantile
from ..basis.units import BoolArray, FloatArray, IntArray, KeyArray, cents
from ..counterfactual import acting, kept
from ..exits import EXITS, Exit
from ..mechanisms import MECHANISMS, Mechanism
from ..mechanisms.base import Candidates
from ..rules import founding as rules
from ..state.kinds import ANSWER, KINDS
from ..state.parameters import Parameter, Parameters, family, normal, parameter, uniform
from ..state.randomness import exponential
from ..state.world import FUNDED, RURAL, URBAN, World
from .partnerships import enrol, on_platforms
from .running import enter, expected_fees, luck_of_fees
from .signing import earmark, sign
from .sizes import follow_money, new_keys


class FoundingParameters(Parameters, process="founding"):
    """The parameters of founding."""

    duration_spread: float = parameter(
        value=0.3732,
        unit="log",
        meaning="Spread of the years of funding around the donor's custom",
        source="World Bank IEG and ADB: years from approval to closing of investment projects, fitted",
        standing="derived",
        distribution=normal(0.012, 0.0),
        minimum=0.0,
        maximum=2.0,
    )
    custom: float = parameter(
        value=1.0,
        unit="ratio",
        meaning="Added weight of a donor's own custom in the choice of mechanism and exit",
        source="judgement: swept",
        standing="judged",
        distribution=uniform(0.0, 2.0),
        minimum=0.0,
        maximum=100.0,
    )
    initial_capacity: float = parameter(
        value=0.35,
        unit="0-1",
        meaning="Mean capacity at founding",
        source="judgement, below the PSAT mean of 0.62",
        standing="judged",
        distribution=uniform(0.25, 0.45),
        minimum=0.0,
        maximum=1.0,
    )
    capacity_spread: float = parameter(
        value=0.3,
        unit="0-1",
        meaning="Capacity at founding of the most lucky, less that of the least lucky",
        source="judgement",
        standing="judged",
        distribution=uniform(0.1, 0.5),
        minimum=0.0,
        maximum=1.0,
    )
    initial_motivation: float = parameter(
        value=0.5,
        unit="0-1",
        meaning="Motivation and ownership at founding",
        source="judgement",
        standing="judged",
        distribution=uniform(0.35, 0.65),
        minimum=0.0,
        maximum=1.0,
    )
    initial_linkages: float = parameter(
        value=0.3,
        unit="0-1",
        meaning="Links to government, market and peers at founding",
        source="judgement",
        standing="judged",
        distribution=uniform(0.15, 0.45),
        minimum=0.0,
        maximum=1.0,
    )
    ownership_weight: float = parameter(
        value=0.4,
        unit="share",
        meaning="Weight of the lever of local ownership in participation, against that of chance",
        source="judgement",
        standing="judged",
        distribution=uniform(0.2, 0.6),
        minimum=0.0,
        maximum=1.0,
    )
    kind: FloatArray = family(
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
        )
    )
    recommit_quarters: float = parameter(
        value=12.0,
        unit="quarters",
        meaning="Time in which money that was carried over is to be spent",
        source="judgement: with 8 to 16 quarters 0.4 to 3.5% of appropriations lapse in a prototype",
        standing="judged",
        distribution=uniform(8.0, 16.0),
        minimum=1.0,
        maximum=100.0,
    )
    most_signed: float = parameter(
        value=3.0,
        unit="initiatives",
        meaning="Most initiatives that a donor signs in one economy in a quarter; to be raised with budgets",
        source="judgement: what an office prepares; with no such bound 0.1% more initiatives are founded",
        standing="judged",
        minimum=1.0,
        maximum=1e6,
    )


FOUNDED_AT_ONCE = 1 << 16  # more initiatives in one quarter would take memory for all their luck together
_DECISIONS = (
    "duration", "revenue", "frailty", "kind", "barrier-led", "group", "mechanism", "exit", "delay", "fate",
    "participation", "capacity",
)  # fmt: skip
DURATION, REVENUE, FRAILTY, KIND, LED, GROUP, MECHANISM, EXIT, DELAY, FATE, PARTICIPATION, CAPACITY = range(12)
NORMAL = slice(3)  # decisions whose luck is a normal number


class Given(NamedTuple):
    """Initiatives about to be founded, one to a place; all columns have shape (n,).

    A donor's choices make them (`choose`), and so may a plan that names its own; `found` writes their rows.
    """

    key: KeyArray  # identity: its luck goes with it
    donor: IntArray  # row of the lead donor
    country: IntArray  # row of the economy
    group: IntArray  # URBAN or RURAL
    kind: IntArray  # row of KINDS
    mechanism: IntArray  # row of MECHANISMS
    exit: IntArray  # row of EXITS
    dollars: FloatArray  # what the donor pays in all
    duration: IntArray  # quarters over which it pays
    delay: IntArray  # quarters before it begins to pay
    fate: FloatArray  # cumulative hazard at which it closes: exponential
    frailty: FloatArray  # log hazard
    participation: FloatArray  # 0-1
    fee_luck: FloatArray  # fees over those of like initiatives
    capacity: FloatArray  # 0-1
    women: FloatArray  # share of places kept for women
    platform: BoolArray  # whether it stands on a multi-stakeholder platform

    def where(self, keep: BoolArray) -> Given:
        """Return those at the places to keep, (n,)."""
        return Given._make(column[keep] for column in self)


_COLUMNS = tuple(name for name in Given._fields if name not in ("dollars", "delay"))


def founding(world: World) -> None:
    """Earmark what each donor has left after the instalments due, and found the initiatives that it signs."""
    p = FoundingParameters.of(world.values)
    if world.new_year:
        follow_money(world)
    ripe = earmark(world, p.recommit_quarters)
    for part in sign(world, ripe, int(p.most_signed)).in_parts(FOUNDED_AT_ONCE):
        given = choose(world, *part)
        if acting(world) is not None:
            given = given.where(kept(world, given.key, given.donor, given.mechanism, given.exit))
        if given.key.size:
            found(world, given)


def choose(world: World, donor: IntArray, recipient: IntArray, sequence: IntArray, size: FloatArray) -> Given:
    """Choose what new initiatives are; every choice is the identity's own luck. Arguments have shape (n,)."""
    p, strategy, theirs = FoundingParameters.of(world.values), world.strategy, world.traits.mechanism
    keys = new_keys(world, donor, recipient, sequence)
    luck = world.streams.lifelong(_DECISIONS, keys)
    normal = normal_quantile(luck[NORMAL])
    country, kind, group, duration, delay = np.empty((5, donor.size), dtype=np.int64)
    participation, capacity = np.empty((2, donor.size))
    _whom_to_serve(
        recipient, luck, world.reference.recipients, p.kind, world.now.binding_barrier, strategy.data_driven,
        strategy.rural_targeting, country, kind, group,
    )  # fmt: skip
    fees = luck_of_fees(world, normal[REVENUE])
    potential = expected_fees(world, country, group, kind, fees)
    mechanism, leave = _ways(world, Candidates(donor, country, group, kind, size * world.scale, potential), luck)
    _how_long(
        donor, mechanism, luck, world.facts.donors.patience, np.exp(p.duration_spread * normal[DURATION]),
        theirs.shortest_delay, theirs.longest_delay, duration, delay,
    )  # fmt: skip
    _what_to_start_with(
        mechanism, luck, theirs.participation, strategy.local_ownership, p.ownership_weight, p.initial_capacity,
        p.capacity_spread, participation, capacity,
    )  # fmt: skip
    return Given(
        key=keys,
        donor=donor,
        country=country,
        group=group,
        kind=kind,
        mechanism=mechanism,
        exit=leave,
        dollars=size,
        duration=duration,
        delay=delay,
        fate=exponential(luck[FATE]),
        frailty=normal[FRAILTY] * world.facts.drawn.frailty_own,
        participation=participation,
        fee_luck=fees,
        capacity=capacity,
        women=np.full(donor.size, strategy.women_targeting),
        platform=on_platforms(world, keys),
    )


def found(world: World, given: Given) -> slice:
    """Write the rows of given initiatives, which begin in this quarter; returns where they stand.

    Whoever chose them: a donor by its customs (`choose`), or a plan that names its own initiatives.
    """
    new, rows = world.initiatives, world.initiatives.append(given.key.size)
    p = FoundingParameters.of(world.values)
    for name in _COLUMNS:
        getattr(new, name)[rows] = getattr(given, name)
    new.phase[rows], new.founded[rows], new.ended[rows] = FUNDED, world.quarter, -1
    new.age[rows] = -given.delay
    new.transition[rows] = world.traits.exit.transition[given.exit]
    new.instalment[rows] = cents(given.dollars / given.duration)
    new.motivation[rows], new.linkages[rows] = p.initial_motivation, p.initial_linkages
    new.resources[rows] = rules.RESOURCES
    new.donor_share[rows] = new.last_donor_share[rows] = 1.0
    enrol(world, rows)
    enter(world, rows)
    world.tally.founded += given.key.size
    return rows


@compiled
def _whom_to_serve(
    recipient: IntArray,
    luck: FloatArray,
    recipients: IntArray,
    custom: FloatArray,
    binding: IntArray,
    data_driven: float,
    rural: float,
    country: IntArray,
    kind: IntArray,
    group: IntArray,
) -> None:
    """Choose kinds and groups: data-driven donors take the country's binding barrier, the others their custom."""
    edges = np.cumsum(custom)
    for row in range(recipient.size):
        country[row] = recipients[recipient[row]]
        kind[row] = rules.chosen(edges, luck[KIND, row])
        if luck[LED, row] < data_driven:
            kind[row] = ANSWER[binding[country[row]]]
        group[row] = RURAL if luck[GROUP, row] < rural else URBAN


@compiled
def _how_long(
    donor: IntArray,
    mechanism: IntArray,
    luck: FloatArray,
    patience: FloatArray,
    relative: FloatArray,
    shortest: FloatArray,
    longest: FloatArray,
    duration: IntArray,
    delay: IntArray,
) -> None:
    """Set how long donors pay, and how long new initiatives wait for their money."""
    for row in range(donor.size):
        way = mechanism[row]
        duration[row] = rules.quarters_funded(patience[donor[row]], relative[row])
        delay[row] = rules.delay(shortest[way], longest[way], luck[DELAY, row])


@compiled
def _what_to_start_with(
    mechanism: IntArray,
    luck: FloatArray,
    added: FloatArray,
    ownership: float,
    weight: float,
    usual_capacity: float,
    spread: float,
    participation: FloatArray,
    capacity: FloatArray,
) -> None:
    """Set who takes part in new initiatives, and what they are able to do."""
    for row in range(mechanism.size):
        participation[row] = rules.participation(ownership, luck[PARTICIPATION, row], added[mechanism[row]], weight)
        capacity[row] = rules.capacity(usual_capacity, luck[CAPACITY, row], spread)


def _ways(world: World, candidates: Candidates, luck: FloatArray) -> tuple[IntArray, IntArray]:
    """Choose how candidates are paid for, and how their donors leave: rows of mechanisms and exits, (n,) each."""
    levers, custom = world.levers, world.facts.donors
    mechanism = _among(
        world,
        MECHANISMS,
        levers.mechanism_mix,
        custom.preferred_mechanism,
        "project_grant",
        candidates,
        luck[MECHANISM],
    )
    leave = _among(world, EXITS, levers.exit_mix, custom.preferred_exit, "abrupt", candidates, luck[EXIT])
    return mechanism, leave


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
    accepted = np.ones((len(ways), luck.size), dtype=bool)
    for row, (way, weight) in enumerate(zip(ways.values(), mix.tolist(), strict=True)):
        if way.selective and weight > 0.0:
            accepted[row] = way.eligible(world, candidates)
    chosen, leaning = np.empty_like(candidates.donor), 1.0 + FoundingParameters.of(world.values).custom
    _choose_among(mix, candidates.donor, preferred, leaning, accepted, list(ways).index(otherwise), luck, chosen)
    return chosen


@compiled
def _choose_among(
    mix: FloatArray,
    donor: IntArray,
    preferred: IntArray,
    leaning: float,
    accepted: BoolArray,
    otherwise: int,
    luck: FloatArray,
    chosen: IntArray,
) -> None:
    """Choose ways by their weights in the mix, and `otherwise` where no way accepts the candidate."""
    edges = np.empty(mix.size)
    for row in range(donor.size):
        whole = 0.0
        for way in range(mix.size):
            weight = mix[way] * leaning if way == preferred[donor[row]] else mix[way]
            whole += weight if accepted[way, row] else 0.0
            edges[way] = whole
        chosen[row] = rules.chosen(edges, luck[row]) if whole > 0.0 else otherwise
