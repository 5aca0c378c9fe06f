"""What initiatives do: each kind is one record here, and every table by kind is made from these records.

A new kind goes at the end of the list, since one draw picks from the kinds in this order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import QUARTERS_PER_YEAR, BoolArray, FloatArray, IntArray

BARRIERS = ("coverage", "device", "data price", "electricity", "skills", "trust")
WORKS = ("regulation", "trust", "skills")  # what the work of initiatives may add to in a whole economy
Barrier = Literal["coverage", "device", "data price", "electricity", "skills", "trust"]
Cost = Literal["urban", "rural", "remote", "skills"]


@dataclass(frozen=True)
class Kind:
    """One kind of initiative.

    Attributes:
        name: as the results write it.
        short: name of its parameter `founding.kind_...`.
        share: central share of new initiatives; a parameter.
        equipment: share of an instalment that buys equipment; judged.
        life: years after which equipment is worn out: devices 3-5, networks 7-10.
        removes: the barrier that it takes away from those whom it reaches.
        cost: which cost of a person in `access` it has, in towns and in the countryside; None if it serves nobody
            itself and acts through a barrier of the whole economy.
        all_in: that cost holds everything, so that people are counted from every dollar and not from equipment alone.
        answers: the barriers for which donors led by data choose it, if any.
        on_site: it stands on sites of its own, which climate strikes and which buy energy.
        by_satellite: satellites make it cheaper.
        measurable: its results can be counted, so that investors bet on them.
        adds_to: what its work adds to in the whole economy, if anything.
        charges: what its users pay, over the market's price of a basket; judged.
        salaried: people run it more than equipment does, so that salaries are part of its running cost.
        public_host: a public body with a budget of its own runs it.
        leaves: what is left with its users when it closes.
    """

    name: str
    short: str
    share: float
    equipment: float
    life: float
    removes: Barrier
    cost: tuple[Cost, Cost] | None
    answers: tuple[Barrier, ...] = ()
    all_in: bool = False
    on_site: bool = False
    by_satellite: bool = False
    measurable: bool = False
    adds_to: Literal["regulation", "trust", "skills"] | None = None
    charges: float = 0.0
    salaried: bool = False
    public_host: bool = False
    leaves: Literal["nothing", "devices", "skills"] = "nothing"


KINDS = (
    Kind(
        name="access infrastructure",
        short="access",
        share=0.25,
        equipment=0.60,
        life=8.0,
        removes="coverage",
        cost=("urban", "rural"),
        answers=("coverage", "electricity"),
        on_site=True,
        charges=1.0,
    ),
    Kind(
        name="community access",
        short="community",
        share=0.15,
        equipment=0.55,
        life=5.0,
        removes="coverage",
        cost=("urban", "rural"),
        answers=("device", "data price"),
        on_site=True,
        measurable=True,
        charges=1.0,
        leaves="devices",
    ),
    Kind(
        name="skills",
        short="skills",
        share=0.20,
        equipment=0.50,
        life=4.0,
        removes="skills",
        cost=("skills", "skills"),
        all_in=True,
        answers=("skills",),
        measurable=True,
        charges=0.6,
        salaried=True,
        leaves="skills",
    ),
    Kind(
        name="policy and regulation",
        short="policy",
        share=0.10,
        equipment=0.10,
        life=10.0,
        removes="coverage",
        cost=None,
        adds_to="regulation",
        salaried=True,
        public_host=True,
    ),
    Kind(
        name="content and e-government",
        short="content",
        share=0.15,
        equipment=0.45,
        life=4.0,
        removes="skills",
        cost=None,
        measurable=True,
        adds_to="skills",
        salaried=True,
        public_host=True,
    ),
    Kind(
        name="digital trust",
        short="trust",
        share=0.05,
        equipment=0.35,
        life=4.0,
        removes="trust",
        cost=None,
        answers=("trust",),
        adds_to="trust",
        salaried=True,
    ),
    Kind(
        name="emerging technology",
        short="emerging",
        share=0.10,
        equipment=0.60,
        life=5.0,
        removes="coverage",
        cost=("remote", "remote"),
        on_site=True,
        by_satellite=True,
        charges=1.0,
    ),
)

KIND_NAMES = tuple(kind.name for kind in KINDS)
EQUIPMENT: FloatArray = np.array([kind.equipment for kind in KINDS])  # (K,)
LIFE: FloatArray = np.array([kind.life for kind in KINDS]) * QUARTERS_PER_YEAR  # (K,) quarters
BARRIER_OF_KIND: IntArray = np.array([BARRIERS.index(kind.removes) for kind in KINDS])  # (K,) rows of BARRIERS
ALL_IN: BoolArray = np.array([kind.all_in for kind in KINDS])  # (K,)
NETWORKS: BoolArray = np.array([kind.cost is not None and kind.removes == "coverage" for kind in KINDS])  # (K,)
SITES: FloatArray = np.array([float(kind.on_site) for kind in KINDS])  # (K,) 0 or 1
BY_SATELLITE: BoolArray = np.array([kind.by_satellite for kind in KINDS])  # (K,)
MEASURABLE: BoolArray = np.array([kind.measurable for kind in KINDS])  # (K,)
CHARGES: FloatArray = np.array([kind.charges for kind in KINDS])  # (K,)
SALARIED: BoolArray = np.array([kind.salaried for kind in KINDS])  # (K,)
PUBLIC_HOST: BoolArray = np.array([kind.public_host for kind in KINDS])  # (K,)
COMMUNITY_ACCESS = next(row for row, kind in enumerate(KINDS) if kind.short == "community")
WORK_OF_KIND: IntArray = np.array([(None, *WORKS).index(kind.adds_to) - 1 for kind in KINDS])  # (K,) -1 for none
ANSWER: IntArray = np.array(  # (barriers,) rows of KINDS
    [next(row for row, kind in enumerate(KINDS) if barrier in kind.answers) for barrier in BARRIERS]
)


@compiled
def rows_by_kind(kind: IntArray, phase: IntArray, wanted: int, kinds: int) -> tuple[IntArray, IntArray]:
    """Return the rows in a phase, sorted by kind and in their order within it, and where kinds begin and end, (K + 1,).

    Rows of kind k stand from the k-th of these places up to the next.
    """
    some, count = np.empty(kind.size, dtype=np.int64), 0
    for i in range(kind.size):
        some[count] = i  # without a branch: the next one overwrites what does not count
        count += phase[i] == wanted
    ends = np.zeros(kinds + 1, dtype=np.int64)
    for i in some[:count]:
        ends[np.uint64(kind[i] + 1)] += 1  # no index counts from the end
    for k in range(kinds):
        ends[k + 1] += ends[k]
    rows, place = np.empty(count, dtype=np.int64), ends.copy()
    for i in some[:count]:
        here = np.uint64(kind[i])
        rows[place[here]] = i
        place[here] += 1
    return rows, ends
