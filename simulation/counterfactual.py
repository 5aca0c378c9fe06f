"""Counterfactual: the same world, on the same draws, with some donor, mechanism, exit strategy or initiative taken out.

At the start year everything of the removed items leaves the world, and from then on nothing of theirs is founded. Their
money stays unspent: what they would have been owed is set aside at their donors and lapses, so that nobody else gets
it. To know what they would have been owed, and how the other donors would have allocated, the whole world runs beside
this one as its *shadow*, with nothing removed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from .basis.errors import InputError, ScenarioError, nearest, one_of
from .basis.units import CENTS_PER_DOLLAR, BoolArray, FloatArray, IntArray, KeyArray
from .data import load_table, read_donor
from .exits import EXITS
from .mechanisms import MECHANISMS
from .state.ledger import add_by_row
from .state.spending import came
from .state.world import Counterfactual, World

KINDS = ("donor", "mechanism", "exit", "initiative")
Others = Literal["fixed", "free"]
FIXED, FREE = "fixed", "free"
LARGEST_KEY = 2**64 - 1
PLANNED, ACTING, WATCHED = "planned", "acting", "watched"
NEVER = 10_000  # a year that no run reaches


def read_item(text: str, key: str | None = None) -> str:
    """Return an item that may be removed, as ``kind:name`` in full.

    Args:
        text: ``donor:USA`` (a code, a type of donor, or all), ``mechanism:blended`` and ``exit:abrupt`` (the start of a
            name will do where only one begins so), or ``initiative:KEY`` (the decimal number in the results).
        key: what an error message should name as the place.

    Raises:
        ScenarioError: the kind or the name is unknown, or a short name fits more than one.
    """
    kind, colon, written = (part.strip() for part in text.partition(":"))
    if not colon or kind.lower() not in KINDS:
        close = nearest(kind.lower(), KINDS) if colon else None
        raise ScenarioError(
            f"'{text}' does not say what to leave out", key=key,
            expected=f"kind:name, the kind {one_of(KINDS)}",
            nearest=f"{close}:{written}" if close else None,
        )  # fmt: skip
    kind = kind.lower()
    if kind == "initiative":
        return f"initiative:{_read_key(written, key)}"
    if kind == "donor" and written:
        return f"donor:{_read_donor(written, key)}"
    names = _names(kind)
    wanted = written.lower().replace("-", "_")
    found = [name for name in names if name.lower() == wanted]
    if not found and wanted:
        found = [name for name in names if name.startswith(wanted)]
    if len(found) > 1:
        raise ScenarioError(f"'{written}' may be any of {', '.join(found)}", key=key, expected=f"one {kind}")
    if not found:
        close = nearest(wanted, [name.lower() for name in names])
        meant = next((name for name in names if name.lower() == close), None)
        raise ScenarioError(
            f"no {kind} is called '{written}'", key=key, expected=one_of(names, written),
            nearest=f"{kind}:{meant}" if meant else None,
        )  # fmt: skip
    return f"{kind}:{found[0]}"


def read_items(texts: Sequence[str], key: str | None = None) -> tuple[str, ...]:
    """Return items in full, each once, in the order given. Raises ScenarioError as :func:`read_item` does."""
    return tuple(dict.fromkeys(read_item(text, key) for text in texts))


def _read_donor(written: str, key: str | None) -> str:
    """Return the code or the type of donors that is meant."""
    try:
        return read_donor(written)
    except InputError as problem:
        close = None if problem.nearest is None else f"donor:{problem.nearest}"
        raise ScenarioError(problem.message, key=key, expected=problem.expected, nearest=close) from None


def _read_key(written: str, key: str | None) -> int:
    """Read the identity of an initiative."""
    if not (written.isascii() and written.isdigit() and int(written) <= LARGEST_KEY):
        raise ScenarioError(
            f"'{written}' is not the key of an initiative", key=key,
            expected=f"the whole number in the column key of the results' initiatives, up to {LARGEST_KEY}",
        )  # fmt: skip
    return int(written)


def _names(kind: str) -> tuple[str, ...]:
    """Return the names that an item of a kind may have."""
    if kind == "donor":
        donors = load_table("donors")
        return (*donors["code"], *sorted(set(donors["type"])), "all")
    return tuple(MECHANISMS) if kind == "mechanism" else tuple(EXITS)


def plan_removal(world: World, without: Sequence[str], others: str) -> None:
    """Plan what a world does without from its start year on; what it already does without stays as it is."""
    present = world.counterfactual
    now = (present.items, present.others) if present is not None else ((), others)
    if now == (tuple(without), others):
        return
    world.counterfactual = None
    if not without:
        return
    named = [item.partition(":")[::2] for item in without]
    chosen = {kind: [name for what, name in named if what == kind] for kind in KINDS}
    table = world.reference.donors
    donors = table["code"].isin(chosen["donor"]) | table["type"].isin(chosen["donor"])
    world.counterfactual = Counterfactual(
        items=tuple(without),
        others=others,
        donors=donors.to_numpy(dtype=bool) | ("all" in chosen["donor"]),
        mechanisms=np.isin(list(MECHANISMS), chosen["mechanism"]),
        exits=np.isin(list(EXITS), chosen["exit"]),
        keys=np.array([int(name) for name in chosen["initiative"]], dtype=np.uint64),
    )


def take_out(world: World) -> None:
    """Take what was planned out of the world: its initiatives, with their cash returned, and its donors' budgets."""
    plan = world.counterfactual
    if plan is None or plan.stage != PLANNED:
        return
    by_donor_alone = not (plan.mechanisms.any() or plan.exits.any() or plan.keys.size)
    if plan.others == FIXED or not by_donor_alone:  # else nobody asks the shadow for anything
        shadow = world.snapshot()
        shadow.counterfactual = replace(plan, stage=WATCHED)
        shadow.stories_from = NEVER
        plan.shadow = shadow
    plan.stage = ACTING
    initiatives = world.initiatives
    rows = np.flatnonzero(_living_matches(world, plan))
    world.tally.taken_out += rows.size
    spent = float(initiatives.outlay[rows].sum()) / CENTS_PER_DOLLAR
    world.tally.taken_out_outlay += spent
    if rows.size:
        for pot in (initiatives.till, initiatives.reserve, initiatives.chest):
            came(world, -pot.balance[rows], rows)
            world.ledger.spend("returned", pot, pot.balance[rows].copy(), initiatives.mechanism[rows], rows)
        initiatives.remove(rows)
    gone = world.stopped
    gone.remove(np.flatnonzero(plan.matches(gone.key, gone.donor, gone.mechanism, gone.exit)))
    world.donors.budget[plan.donors] = 0.0
    world.dyads.envelope[plan.donors] = 0.0


def _living_matches(world: World, plan: Counterfactual) -> BoolArray:
    """Say which living initiatives are those taken out, shape (n,)."""
    living = world.initiatives
    return plan.matches(living.key, living.donor, living.mechanism, living.exit)


def acting(world: World) -> Counterfactual | None:
    """Return what a world does without now, or None."""
    plan = world.counterfactual
    return plan if plan is not None and plan.stage == ACTING else None


def shadow_of(world: World) -> World | None:
    """Return the world that runs beside this one with nothing removed, or None."""
    plan = world.counterfactual
    return plan.shadow if plan is not None else None


def giving(world: World) -> FloatArray | float:
    """Return 0 for donors taken out and 1 for the others, shape (D,); plainly 1 where nothing is taken out."""
    plan = acting(world)
    return 1.0 if plan is None else (~plan.donors).astype(np.float64)


def peers(world: World) -> FloatArray:
    """Return 1 for donors that the others count among their peers, and 0 for the rest, shape (D,)."""
    plan = acting(world)
    if plan is None or plan.others == FIXED:
        return np.ones(world.donors.count)
    return (~plan.donors).astype(np.float64)


def as_they_were(world: World) -> None:
    """Let the donors allocate as in the world with nothing removed, where the others are fixed."""
    plan = acting(world)
    if plan is None or plan.others != FIXED or plan.shadow is None:
        return
    for name in ("share", "log_share", "change"):
        setattr(world.dyads, name, getattr(plan.shadow.dyads, name).copy())


def kept(world: World, key: KeyArray, donor: IntArray, mechanism: IntArray, leave: IntArray) -> BoolArray:
    """Say which initiatives about to be founded may be; the others' money is not spent. Shapes (n,)."""
    plan = acting(world)
    if plan is None:
        return np.ones(key.size, dtype=bool)
    refused = plan.matches(key, donor, mechanism, leave)
    world.tally.taken_out += float(refused.sum())
    return ~refused


def set_aside(world: World, rows: IntArray, due: IntArray) -> IntArray | int:
    """Return what donors keep back this quarter for what was taken out, in cents, shape (D,).

    The shadow notes it here; the world without adds it to what its donors count as due, so that they neither sign new
    initiatives with it nor pay the kept ones in full out of it when budgets are short.

    Args:
        world: a world in the middle of its disbursement.
        rows: initiatives to be paid.
        due: what each of these is owed, in cents.
    """
    plan = world.counterfactual
    if plan is None or plan.stage == PLANNED:
        return 0
    if plan.stage == WATCHED:
        living = world.initiatives
        match = _living_matches(world, plan)
        plan.matched = match[rows]
        plan.owed = _by_donor(world, living.donor[rows], due * plan.matched)
        plan.waiting = _by_donor(world, living.donor, living.instalment * (match & (living.age < 0)))
        return 0
    noted = plan.shadow.counterfactual if plan.shadow is not None else None
    if noted is None:
        return 0
    back = np.where(plan.donors, 0, noted.owed)
    world.donors.due += (back + np.where(plan.donors, 0, noted.waiting)) / CENTS_PER_DOLLAR
    return back


def left_unspent(world: World, rows: IntArray, paid: IntArray) -> IntArray | None:
    """Return what donors would have paid this quarter to what was taken out, in cents, (D,): it lapses at once.

    The shadow notes it here; there, and where nothing is taken out, it is None.

    Args:
        world: a world at the end of its disbursement.
        rows: initiatives that were paid, those of :func:`set_aside` in this quarter.
        paid: cents that each of these got.
    """
    plan = world.counterfactual
    if plan is None or plan.stage == PLANNED:
        return None
    if plan.stage == WATCHED:
        plan.paid = _by_donor(world, world.initiatives.donor[rows], paid * plan.matched)
        return None
    noted = plan.shadow.counterfactual if plan.shadow is not None else None
    return None if noted is None else np.where(plan.donors, 0, noted.paid)


def _by_donor(world: World, donor: IntArray, amounts: IntArray) -> IntArray:
    """Return the sums of cents by donor, (D,); the donor and the amount of each have shape (n,)."""
    sums = np.zeros(world.donors.count, dtype=np.int64)
    add_by_row(sums, donor, amounts)
    return sums
