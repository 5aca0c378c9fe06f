"""Appropriation: what parliaments put into donors' accounts, and what of earlier money lapses."""

from __future__ import annotations

from ..basis.compiled import compiled
from ..basis.units import BoolArray, FloatArray, IntArray
from ..rules.money import whole_cents
from ..state.ledger import SOURCE, USE
from ..state.world import World

LAPSED, DONOR = USE["lapsed"], SOURCE["donor"]


def carry_over(world: World) -> None:
    """Let money lapse that was appropriated more than two fiscal years ago, and all that a donor who gives nothing has.

    A fiscal year ends in December. What is left of it can be spent in the two years that follow.
    """
    donors = world.donors
    world.ledger.books_out[LAPSED, -1] += _lapse(
        world.new_year, donors.budget, world.now.left_pairs, world.reference.recipients,
        donors.cash, donors.fresh, donors.year_old,
    )  # fmt: skip


@compiled
def _lapse(
    new_year: bool, budget: FloatArray, left_pairs: BoolArray, recipients: IntArray,
    cash: IntArray, fresh: IntArray, year_old: IntArray,
) -> int:  # fmt: skip
    """Take what lapses out of the accounts, and return its sum, in cents."""
    lapsed = 0
    for d in range(cash.size):
        if new_year:
            lapsed += cash[d] - fresh[d] - year_old[d]
            cash[d] = fresh[d] + year_old[d]
            year_old[d], fresh[d] = fresh[d], 0
        gives = False
        for c in recipients:
            if not left_pairs[d, c]:
                gives = True
                break
        if budget[d] <= 0.0 or not gives:
            lapsed += cash[d]
            cash[d] = fresh[d] = year_old[d] = 0
    return lapsed


def appropriate(world: World) -> None:
    """Put the budgets of the quarter into the accounts."""
    donors = world.donors
    world.ledger.books_in[DONOR, -1] += _appropriate(donors.budget, donors.cash, donors.fresh)


@compiled
def _appropriate(budget: FloatArray, cash: IntArray, fresh: IntArray) -> int:
    """Put the budgets of the quarter into the accounts, and return their sum, in cents."""
    whole = 0
    for d in range(cash.size):
        appropriated = whole_cents(budget[d])
        cash[d] += appropriated
        fresh[d] += appropriated
        whole += appropriated
    return whole
