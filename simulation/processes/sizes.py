"""Sizes: how many dollars an initiative asks for, by who gives, and how this follows what agencies have to give."""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.normal import fill_quantiles
from ..basis.units import FloatArray, IntArray, KeyArray
from ..rules import founding as rules
from ..rules.cooperation import agencies
from ..rules.money import aid_level
from ..state.parameters import Parameter, Parameters, family, lognormal, normal, parameter, uniform
from ..state.randomness import mix
from ..state.world import World
from .allocation import AllocationParameters
from .budgets import BudgetsParameters

AIMS = "project lists of 13 recipients (AidData, national aid-management systems)"
CHINA = "AidData: China's official finance for communications 2000-2014"
# name, whose, median in million dollars of 2023, error of its log, spread, error; tools/fit_sizes.py
SIZES = (
    ("bilateral", "by a bilateral donor", 0.97, 0.26, 2.2, 0.17, AIMS),
    ("multilateral", "by a multilateral donor", 0.94, 0.26, 2.5, 0.12, AIMS),
    ("private", "by a foundation or firm", 0.50, 0.70, 1.85, 0.17, AIMS),
    ("lender", "by a lender of programmes", 46.0, 0.28, 2.1, 0.21, CHINA),
    ("several", "by several donors together", 12.2, 0.45, 2.0, 0.10, AIMS),
)
SEVERAL = len(SIZES) - 1
LIST_YEAR = 2008  # median year of the project lists
_DECISIONS = ("size", "signing", "several donors")
SIZE, SIGNING, TOGETHER = range(3)


class SizesParameters(Parameters, process="sizes"):
    """The parameters of sizes."""

    median: FloatArray = family(
        *(
            Parameter(
                name=f"median_{name}",
                value=median,
                unit="million dollars of 2023",
                meaning=f"Median size of an initiative {who}",
                source=f"{source}, fitted",
                standing="derived",
                distribution=lognormal(error, 0.01, 1000.0),
                minimum=0.01,
                maximum=1000.0,
            )
            for name, who, median, error, _, _, source in SIZES
        )
    )
    spread: FloatArray = family(
        *(
            Parameter(
                name=f"spread_{name}",
                value=spread,
                unit="log",
                meaning=f"Spread of sizes {who} (standard deviation of the logarithm)",
                source=f"{source}, fitted",
                standing="derived",
                distribution=normal(error, 0.0, 4.0),
                minimum=0.0,
                maximum=4.0,
            )
            for name, who, _, _, spread, error, source in SIZES
        )
    )
    several: float = parameter(
        value=0.06,
        unit="share",
        meaning="Share of initiatives that several donors pay for together, of the size of such programmes",
        source=f"{AIMS}: 6%, in single recipients 0-34%",
        standing="derived",
        distribution=uniform(0.03, 0.12),
        minimum=0.0,
        maximum=1.0,
    )
    grants_follow: float = parameter(
        value=1.0,
        unit="ratio",
        meaning="Elasticity of the size of initiatives to what an agency has to give",
        source="judgement: an agency with less money gives as many grants; grants fell by 3.3% a year in 2000-2019",
        standing="judged",
        distribution=uniform(0.5, 1.0),
        minimum=0.0,
        maximum=3.0,
    )


def sizes(world: World, donor: IntArray, recipient: IntArray, sequence: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return the dollars that initiatives of these identities ask for, and the envelope at which each is signed.

    Both are the identity's own luck, the same in every scenario. A donor signs when a random part of the size is
    earmarked, so that envelopes are empty on average: else small programmes would hoard for years.
    """
    p, facts = SizesParameters.of(world.values), world.facts.donors
    luck = world.streams.lifelong(_DECISIONS, new_keys(world, donor, recipient, sequence))
    medians, which = 1e6 * world.now.grant_size * p.median, np.empty_like(donor)
    shares, logs, dollars, thresholds = np.empty((4, donor.size))
    below = rules.too_small(medians, p.spread)
    _draw(donor, luck, p.several, facts.size_row, p.spread, below, which, shares, logs)
    _ask(donor, luck, which, medians, np.exp(logs), facts.ict_budget, world.scale, dollars, thresholds)
    return dollars, thresholds


@compiled
def _draw(
    donor: IntArray,
    luck: FloatArray,
    several: float,
    size_row: IntArray,
    spread: FloatArray,
    below: FloatArray,
    which: IntArray,
    shares: FloatArray,
    logs: FloatArray,
) -> None:
    """Say which list of sizes each initiative is drawn from, and draw the log of its size over the list's median."""
    for row in range(donor.size):
        which[row] = SEVERAL if luck[TOGETHER, row] < several else size_row[donor[row]]
        shares[row] = rules.share_in_list(below[which[row]], luck[SIZE, row])
    fill_quantiles(shares, logs)
    for row in range(donor.size):
        logs[row] *= spread[which[row]]


@compiled
def _ask(
    donor: IntArray,
    luck: FloatArray,
    which: IntArray,
    median: FloatArray,
    relative: FloatArray,
    budget: FloatArray,
    scale: int,
    dollars: FloatArray,
    thresholds: FloatArray,
) -> None:
    """Set what initiatives ask for, one part of each by the world's scale, and the envelope at which each is signed."""
    for row in range(donor.size):
        dollars[row] = rules.size(median[which[row]], relative[row], budget[donor[row]]) / scale
        thresholds[row] = dollars[row] * luck[SIGNING, row]


def new_keys(world: World, donor: IntArray, recipient: IntArray, sequence: IntArray) -> KeyArray:
    """Return identities: donor, country and sequence, as ``identity`` combines them."""
    return _keys(world.facts.dyad_keys, world.reference.recipients.size, donor, recipient, sequence)


@compiled
def _keys(pairs: KeyArray, columns: int, donor: IntArray, recipient: IntArray, sequence: IntArray) -> KeyArray:
    """Combine the identities of pairs with the numbers of their initiatives, (n,)."""
    words = sequence.astype(np.uint64)
    for row in range(words.size):
        words[row] ^= pairs[donor[row] * columns + recipient[row]]
    return mix(words)


def follow_money(world: World) -> None:
    """Let the initiatives that are prepared follow what an agency has to give: money grows slower than agencies."""
    p, b, dyads = SizesParameters.of(world.values), BudgetsParameters.of(world.values), world.dyads
    a = AllocationParameters.of(world.values)
    money = aid_level(world.year, b.growth_past, b.growth_future) / aid_level(LIST_YEAR, b.growth_past, b.growth_future)
    split = world.now.agencies / agencies(LIST_YEAR, a.agency_growth_past, a.agency_growth_future)
    size = float((money / split) ** p.grants_follow)
    change, world.now.grant_size = size / world.now.grant_size, size
    dyads.next_size[:] = np.maximum(dyads.next_size * change, rules.SMALLEST / world.scale)
    dyads.threshold *= change
