"""Where money goes from the books: from each source to each financing mechanism, and from there to each use.

Donors pay out of accounts that belong to no mechanism, so what they pay to a mechanism is what balances its books: all
that it paid and holds, less what came to it from others. Everything is in whole cents, and nothing is missing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..basis.errors import LedgerError
from ..basis.units import IntArray
from ..state.ledger import SOURCE, SOURCES, USES, add_by_row
from ..state.world import World

SAVED, KEPT = "saved", "kept"  # beside sources and uses: held at the start and spent since, or held more at the end
FROM, TO = (*SOURCES, SAVED), (*USES, KEPT)


@dataclass(frozen=True)
class Books:
    """The books on one day, in cents: what came by source, went by use, and is held; columns are those of the ledger.

    The last column of what is held is what funds hold; what donors hold in their accounts stands by itself.
    """

    came: IntArray  # (sources, M + 1)
    went: IntArray  # (uses, M + 1)
    held: IntArray  # (M + 1,)
    accounts: int


def books_of(world: World) -> Books:
    """Return the books of a world as they stand."""
    of, ledger = world.initiatives, world.ledger
    held = np.zeros(ledger.mechanisms + 1, dtype=np.int64)
    for money in (of.cash, of.refresh_fund, of.endowment):
        add_by_row(held, of.mechanism, money)
    held[-1] = world.countries.service_fund.sum() + world.solidarity_fund.sum()
    return Books(ledger.books_in.copy(), ledger.books_out.copy(), held, int(world.donors.cash.sum()))


def flows_between(first: Books, last: Books) -> tuple[IntArray, IntArray]:
    """Return what flowed between two days, in cents.

    Returns:
        Money to each mechanism by source, (FROM, M + 1), and from each by use, (TO, M + 1). The last column is for no
        mechanism: programmes of policy, what lapses, and what donors and funds keep. Both have the same sums by column.
        What donors spend of earlier years' money is saved money; each mechanism has its part in proportion.
    """
    came, went, held = last.came - first.came, last.went - first.went, last.held - first.held
    rise, donor = last.accounts - first.accounts, SOURCE["donor"]
    to = np.vstack([came, np.maximum(-held, 0)])
    out = np.vstack([went, np.maximum(held, 0)])
    out[-1, -1] += max(rise, 0)
    appropriated, to[donor] = int(came[donor].sum()), 0
    paid = out.sum(axis=0) - to.sum(axis=0)
    if int(paid.sum()) != appropriated + max(-rise, 0):
        raise LedgerError(f"in {appropriated + max(-rise, 0)} != paid {paid.sum()} (cents)")
    earlier = _in_proportion(max(-rise, 0), paid)
    to[donor], to[-1] = paid - earlier, to[-1] + earlier
    return to, out


def _in_proportion(amount: int, parts: IntArray) -> IntArray:
    """Split an amount in proportion to parts, in whole cents; the largest part takes what is left."""
    split = np.array([amount * int(part) // max(int(parts.sum()), 1) for part in parts], dtype=np.int64)
    split[int(parts.argmax())] += amount - int(split.sum())
    return split
