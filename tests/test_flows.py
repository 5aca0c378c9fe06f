"""Money from sources through mechanisms to uses: to the cent what the ledger has, in every column."""

from __future__ import annotations

import numpy as np
import pytest
from short_worlds import short_plan, stepped_from_start

from afteraid.simulation.basis.errors import LedgerError
from afteraid.simulation.past import Pasts
from afteraid.simulation.recording.flows import FROM, KEPT, SAVED, TO, Books, books_of, flows_between
from afteraid.simulation.state.ledger import SOURCE, SOURCES, USES

PLANS = {
    "as usual": short_plan(),
    "every mechanism": short_plan(
        {"mechanisms": {"endowment": 0.3, "solidarity_levy": 0.3, "debt_swap": 0.2, "universal_service_fund": 0.2},
         "solidarity_levy": 0.01, "solidarity_participation": 0.5}
    ),
    "no aid": short_plan({"funding": 0.0}),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANS)
def test_flows_are_the_ledger_to_the_cent(name: str) -> None:
    plan = PLANS[name]
    first = books_of(Pasts(on_disk=False, most=0).at_start(plan, 3, 0))
    world = stepped_from_start(plan)
    last = books_of(world)
    to, out = flows_between(first, last)
    assert (to.sum(axis=0) == out.sum(axis=0)).all() and to.shape[0] == len(FROM) and out.shape[0] == len(TO)
    came, went = last.came - first.came, last.went - first.went
    assert to.sum(axis=1)[: len(SOURCES)].tolist() == came.sum(axis=1).tolist()
    assert (out[: len(USES)] == went).all()
    others = [place for source, place in SOURCE.items() if source != "donor"]
    assert (to[others] == came[others]).all()
    held = int(last.held.sum()) + last.accounts - int(first.held.sum()) - first.accounts
    assert int(out[TO.index(KEPT)].sum()) - int(to[FROM.index(SAVED)].sum()) == held
    assert sum(int(pot.balance.sum()) for pot in world.pots()) == int(last.held.sum()) + last.accounts
    assert (to[SOURCE["donor"]] >= 0).all() and (out >= 0).all()


def test_what_donors_spend_of_earlier_money_is_no_money_of_these_years() -> None:
    none = Books(np.zeros((len(SOURCES), 3), np.int64), np.zeros((len(USES), 3), np.int64), np.zeros(3, np.int64), 200)
    came, went = none.came.copy(), none.went.copy()
    came[SOURCE["donor"], -1] = 900
    went[0, :2] = 200, 801
    to, out = flows_between(none, Books(came, went, none.held, 99))
    assert to[SOURCE["donor"]].tolist() == [180, 720, 0] and to[FROM.index(SAVED)].tolist() == [20, 81, 0]


def test_books_that_do_not_balance_are_not_shown() -> None:
    none = Books(np.zeros((len(SOURCES), 2), np.int64), np.zeros((len(USES), 2), np.int64), np.zeros(2, np.int64), 0)
    with pytest.raises(LedgerError, match="paid"):
        flows_between(none, Books(none.came + 1, none.went, none.held, 0))
