"""The ledger: the only place where money moves, in whole cents of constant 2023 US dollars.

Every movement has one source and one use. Outside the model stand *sources* (a parliament's appropriation, users'
fees) and *uses* (capital works, overhead, losses); inside stand *pots* (a donor's account, an initiative's cash). At
every step, all that ever came in less all that ever went out is what the pots hold, to the cent.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ..basis.compiled import compiled
from ..basis.errors import LedgerError
from ..basis.units import CENTS_PER_DOLLAR, BoolArray, FloatArray, IntArray

SOURCES = {
    "donor": "appropriated by donors",
    "government": "paid by treasuries of host countries",
    "programmes": "paid by treasuries for programmes of policy: power, skills, backbones, services online",
    "private": "private co-investment",
    "users": "fees paid by users",
    "levy": "levies on operators, paid on by universal service funds",
    "solidarity": "levies on digital procurement, paid on by the solidarity fund",
    "debt_relief": "paid by treasuries from cancelled debt service",
    "diaspora": "given by diasporas and crowds",
    "endowment_return": "earned by endowments",
}
BY_FUNDS = ("levy", "solidarity")  # sources that funds collect first, and pass on to initiatives
# of donors, treasuries and levies; cancelled debt service is paid by treasuries
PUBLIC = ("donor", "government", "programmes", "debt_relief", "levy", "solidarity")
USES = {
    "capital": "capital works and equipment",
    "operations": "operating cost of the service",
    "capacity": "building local capacity",
    "monitoring": "monitoring and evaluation",
    "security": "protection against attacks",
    "transaction": "transaction cost of fragmented aid",
    "fund_fee": "fees of pooled funds and structuring",
    "verification": "independent verification of results",
    "guarantee_calls": "paid out on guarantees that were called",
    "volatility_loss": "cost of unreliable aid, less what lapses",
    "exchange_loss": "lost in currency exchange",
    "cyber_loss": "lost in attacks",
    "policy_support": "support of reform and of harmonised markets",
    "programmes": "programmes of policy",
    "knowledge": "exchange of knowledge between countries",
    "write_off": "lost when an initiative closes",
    "returned": "given back: endowments of closed initiatives, and what a counterfactual takes out",
    "lapsed": "appropriated, not spent, returned",
}
SOURCE = {name: row for row, name in enumerate(SOURCES)}  # rows of the books
COLLECTED: BoolArray = np.array([name in BY_FUNDS for name in SOURCES])  # by funds first
USE = {name: row for row, name in enumerate(USES)}


class Pot:
    """Money held by each member of a population: whole cents, never negative."""

    def __init__(self, name: str, balance: IntArray, seat: IntArray | None = None, source: str | None = None) -> None:
        """Hold the balances, shape (members,).

        Args:
            name: for messages.
            balance: cents of each member.
            seat: rows of the economies in which the members are, if they are in any.
            source: under which what this pot pays to a pot with seats is booked by economy.
        """
        self.name = name
        self.balance = balance
        self.seat = seat
        self.source = source


class Ledger:
    """Books every movement, by source, use and financing mechanism, and proves that none is missing."""

    def __init__(self, mechanisms: int, economies: int = 0) -> None:
        """Open empty books for that many financing mechanisms (an extra last column is for none) and economies.

        All are whole cents. `books_in` has a row a source and `books_out` a row a use, and a column a mechanism.
        `seats` has a row a source and a column an economy: what comes to pots with a seat, under `donor` what donors'
        accounts pay, and not what is appropriated; what such pots give back is in `given_back`.
        """
        self.mechanisms = mechanisms
        self.books_in: IntArray = np.zeros((len(SOURCES), mechanisms + 1), dtype=np.int64)
        self.books_out: IntArray = np.zeros((len(USES), mechanisms + 1), dtype=np.int64)
        self.seats: IntArray = np.zeros((len(SOURCES), economies), dtype=np.int64)
        self.given_back: IntArray = np.zeros(economies, dtype=np.int64)

    @property
    def inflow(self) -> dict[str, IntArray]:
        """Return cents by mechanism, (M + 1,), for each source."""
        return dict(zip(SOURCES, self.books_in, strict=True))

    @property
    def outflow(self) -> dict[str, IntArray]:
        """Return cents by mechanism, (M + 1,), for each use."""
        return dict(zip(USES, self.books_out, strict=True))

    @property
    def came_to(self) -> dict[str, IntArray]:
        """Return cents by economy, (C,), for each source."""
        return dict(zip(SOURCES, self.seats, strict=True))

    @property
    def total_in(self) -> int:
        """Return all cents that ever came in."""
        return int(self.books_in.sum())

    @property
    def total_out(self) -> int:
        """Return all cents that ever went out."""
        return int(self.books_out.sum())

    def receive(
        self, source: str, pot: Pot, amounts: IntArray, mechanism: IntArray | None = None, rows: IntArray | None = None
    ) -> None:
        """Bring money from a source into a pot: cents for each member, or for those in `rows` (each at most once)."""
        self._book(self.books_in[SOURCE[source]], amounts, mechanism)
        _seat(self.seats[SOURCE[source]], pot, amounts, rows)
        if rows is None:
            pot.balance += amounts
        else:
            pot.balance[rows] += amounts

    def spend(
        self, use: str, pot: Pot, amounts: IntArray, mechanism: IntArray | None = None, rows: IntArray | None = None
    ) -> None:
        """Let a pot spend on a use: cents for each member, or for those in `rows` (each at most once)."""
        self._book(self.books_out[USE[use]], amounts, mechanism)
        if use == "returned":
            _seat(self.given_back, pot, amounts, rows)
        if rows is None:
            pot.balance -= amounts
        else:
            pot.balance[rows] -= amounts

    def move(
        self,
        giver: Pot,
        given: IntArray,
        receiver: Pot,
        received: IntArray,
        rows: IntArray | None = None,
        givers: IntArray | None = None,
    ) -> None:
        """Move money between pots: what each giver (in `givers`) gives and each receiver (in `rows`) gets.

        Rows left out mean all members; no row may stand twice; the sums must agree.
        """
        if int(given.sum()) != int(received.sum()):
            raise LedgerError(f"{giver.name} gives {given.sum()} cents but {receiver.name} gets {received.sum()}")
        if giver.source is not None:
            _seat(self.seats[SOURCE[giver.source]], receiver, received, rows)
        if givers is None:
            giver.balance -= given
        else:
            giver.balance[givers] -= given
        if rows is None:
            receiver.balance += received
        else:
            receiver.balance[rows] += received

    def received(self, source: str) -> float:
        """Return the dollars of a source so far; of levies, what funds have passed on to initiatives."""
        return self.all_received()[source]

    def all_received(self) -> dict[str, float]:
        """Return the dollars of each source so far; of levies, what funds have passed on to initiatives."""
        kept_by_funds = np.where(COLLECTED, self.books_in[:, self.mechanisms], 0)
        dollars = (self.books_in.sum(axis=1) - kept_by_funds) / CENTS_PER_DOLLAR
        return dict(zip(SOURCES, dollars.tolist(), strict=True))

    def _book(self, column: IntArray, amounts: IntArray, mechanism: IntArray | None) -> None:
        """Add amounts to a row of the books."""
        if mechanism is None:
            column[self.mechanisms] += int(amounts.sum())
        else:
            add_by_row(column, mechanism, amounts)

    def check(self, pots: Iterable[Pot]) -> None:
        """Prove that the books balance and that nobody is overdrawn; raise LedgerError otherwise."""
        held = 0
        for pot in pots:
            least, sum_held = least_and_sum(pot.balance)
            if least < 0:
                raise LedgerError(f"a {pot.name} is overdrawn by {-least} cents")
            held += sum_held
        if self.total_in - self.total_out != held:
            raise LedgerError(f"in {self.total_in} - out {self.total_out} != held {held} (cents)")

    def public_by_economy(self) -> FloatArray:
        """Return the public money that came to each economy so far, less what was given back, in cents, (C,)."""
        public = self.seats[[SOURCE[name] for name in PUBLIC]].sum(axis=0)
        return np.asarray(public - self.given_back, dtype=np.float64)

    def statement(self) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
        """Return all flows so far in dollars, by source and by use; one column a mechanism, the last for none."""
        inflow, outflow = self.books_in / CENTS_PER_DOLLAR, self.books_out / CENTS_PER_DOLLAR
        return dict(zip(SOURCES, inflow, strict=True)), dict(zip(USES, outflow, strict=True))


def _seat(books: IntArray, pot: Pot, amounts: IntArray, rows: IntArray | None) -> None:
    """Add cents to books by economy, (C,), where the members of a pot are in one."""
    if pot.seat is not None and books.size:
        add_by_row(books, pot.seat if rows is None else pot.seat[rows], amounts)


@compiled
def add_by_row(books: IntArray, rows: IntArray, amounts: IntArray) -> None:
    """Add each amount to its row of the books; both in cents."""
    for i in range(rows.size):
        books[rows[i]] += amounts[i]


@compiled
def least_and_sum(balance: IntArray) -> tuple[int, int]:
    """Return the lowest of some balances, at most zero, and their sum."""
    least, total = 0, 0
    for held in balance:
        least = min(least, held)
        total += held
    return least, total
