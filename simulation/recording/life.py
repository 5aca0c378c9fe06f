"""One initiative's life, quarter by quarter: whose money comes, whom it serves, what befalls it, and how it ends.

A run keeps none of this. A `Watch` is called after each process of a quarter and only reads, so that a world that is
watched has the bits of one that is not: ``advance(world, after=watch)``. `life_of` then tells the life from what the
watch has seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby, pairwise

import numpy as np

from ..basis.units import QUARTERS_PER_YEAR
from ..processes import Process
from ..processes.revival import second_life
from ..rules.cash import years_owed
from ..rules.money import whole_cents
from ..state.world import CAUSES, CLOSED, FUNDED, INDEPENDENT, PHASES, TRANSITION, World

COLUMNS = (
    "country", "group", "kind", "mechanism", "phase", "people", "service", "operating_cost", "owing", "donors_money",
    "local_money", "other_money", "revenue_share", "government_share", "levy_share", "missed", "vintage",
    "line_lapsed", "cash", "outlay",
)  # fmt: skip
# sources of a till, by their names in the ledger; an endowment pays its draw, and a treasury or neighbours a restart
MONEY = (
    "donor", "users", "government", "debt_relief", "levy", "solidarity", "endowment", "diaspora", "private", "restart",
)  # fmt: skip
BY_LOCALS, BY_OTHERS = ("government", "levy", "debt_relief", "diaspora"), ("solidarity", "private")
FOUNDED, ATTACK, CLIMATE, CONFLICT, LINE_LAPSED, LINE_BACK = (
    "founded", "attack", "climate", "conflict", "line lapsed", "line back",
)  # fmt: skip
WITHDRAWAL, ENDED_EARLY, LEFT, ARREARS, WORN_OUT, RENEWED, ENDED, STARTED_AGAIN = (
    "withdrawal", "ended early", "left", "arrears", "worn out", "renewed", "closed", "started again",
)  # fmt: skip
EVENTS = (
    FOUNDED, ATTACK, CLIMATE, CONFLICT, LINE_LAPSED, LINE_BACK, WITHDRAWAL, ENDED_EARLY, LEFT, ARREARS, WORN_OUT,
    RENEWED, ENDED, STARTED_AGAIN,
)  # fmt: skip
LEAST_ARREARS = 0.25  # years of running cost from which on arrears are an event (judged)


@dataclass(frozen=True)
class Seen:
    """What was seen of an initiative after a process: `row` is its columns, None where it is not alive."""

    quarter: int
    process: str
    row: dict[str, float] | None
    cause: str = ""  # one of CAUSES, where it has closed


@dataclass
class Watch:
    """Looks at one initiative after each process of a quarter, in its first life and in a second one."""

    key: int
    seen: list[Seen] = field(default_factory=list)

    def __call__(self, process: Process, world: World) -> None:
        """Note what an initiative is like after a process."""
        keys, name = np.array([self.key, second_life(np.array([self.key], np.uint64))[0]], np.uint64), process.__name__
        rows = np.flatnonzero(np.isin(world.initiatives.key, keys))
        row = _row(world, int(rows[0])) if rows.size else None
        closed = np.flatnonzero(np.isin(world.closed.key, keys)) if row is None else rows
        cause = CAUSES[world.closed.cause[closed[-1]]] if row is None and closed.size else ""
        self.seen.append(Seen(world.quarter, name, row, cause))


def _row(world: World, i: int) -> dict[str, float]:
    """Return the columns of an initiative, and what its country and its mechanism add to them."""
    of, country = world.initiatives, int(world.initiatives.country[i])
    found: dict[str, float] = {name: getattr(of, name)[i].item() for name in COLUMNS}
    found["reach"] = float(world.now.reach[country, of.group[i], of.kind[i]])
    found["conflict"] = float(world.countries.conflict[country])
    traits = world.traits
    draws = dict(zip(traits.mechanism.cofinance, traits.draws[:, of.mechanism[i]].tolist(), strict=True))
    for name, sources in (("local source", BY_LOCALS), ("other source", BY_OTHERS)):
        drawn = [MONEY.index(one) for one in sources if draws.get(one)]
        found[name] = drawn[0] if drawn else MONEY.index(sources[-1])
    return found


@dataclass(frozen=True)
class Event:
    """Something that befell an initiative.

    Attributes:
        quarter: since the first of the world.
        what: one of EVENTS.
        size: the share that was lost, or the years of running cost that were owed; 0 where there is none.
        cause: why it closed, one of CAUSES.
    """

    quarter: int
    what: str
    size: float = 0.0
    cause: str = ""


@dataclass(frozen=True)
class Quarter:
    """One quarter of a life.

    Attributes:
        quarter: since the first of the world.
        phase: one of PHASES, at its end; of a closed initiative in the quarter of closing too.
        cents: that came into the till, by source, without what is lost on the way.
        running_cost: cents.
        owed: years of running cost in arrears, at its end or when it closed.
        people: whom it serves and no other barrier stops, at its end.
    """

    quarter: int
    phase: str
    cents: dict[str, int]
    running_cost: int
    owed: float
    people: float


@dataclass(frozen=True)
class Life:
    """A life: its quarters and its events, from founding on or from where the watch began, to the last day."""

    quarters: tuple[Quarter, ...]
    events: tuple[Event, ...]

    @property
    def closing(self) -> Event | None:
        """Return the end of its first life, which the record has; None while it lives."""
        return next((event for event in self.events if event.what == ENDED), None)


def life_of(watch: Watch) -> Life:
    """Tell the life that a watch has seen."""
    nothing = Seen(-1, "", None)
    events = [event for before, after in pairwise([nothing, *watch.seen]) for event in _events(before, after)]
    alive = {one.quarter for one in watch.seen if one.row is not None}
    quarters, before = [], None
    for number, part in groupby(watch.seen, key=lambda one: one.quarter):
        seen = list(part)
        if alive and min(alive) <= number <= max(alive):
            quarters.append(_quarter(number, before, seen))
        before = seen[-1].row
    return Life(tuple(quarters), tuple(events))


def _events(before: Seen, after: Seen) -> Iterator[Event]:
    """Go through what a process did to an initiative."""
    old, new, process = before.row, after.row, after.process

    def event(what: str, size: float = 0.0) -> Event:
        return Event(after.quarter, what, size)

    if old is None or new is None:
        if new is not None and process in ("founding", "revival"):
            yield event(FOUNDED if process == "founding" else STARTED_AGAIN)
        if old is not None and after.cause:
            yield Event(after.quarter, ENDED, _owed(old), after.cause)
        return
    if process == "cyber" and new["service"] < old["service"]:
        yield event(ATTACK, 1.0 - new["service"] / old["service"])
    if process == "climate" and new["people"] < old["people"]:
        yield event(CLIMATE, 1.0 - new["people"] / old["people"])
    if new["conflict"] > old["conflict"]:
        yield event(CONFLICT)
    if (old["phase"], new["phase"]) == (FUNDED, TRANSITION):
        yield event(WITHDRAWAL if process == "exiting" else ENDED_EARLY)
    if old["phase"] != INDEPENDENT == new["phase"]:
        yield event(LEFT)
    if new["line_lapsed"] != old["line_lapsed"]:
        yield event(LINE_LAPSED if new["line_lapsed"] else LINE_BACK)
    if _owed(old) < LEAST_ARREARS <= _owed(new):
        yield event(ARREARS, _owed(new))
    if process == "delivery" and old["missed"] == 0.0 < new["missed"]:
        yield event(WORN_OUT)
    if process == "delivery" and new["vintage"] < old["vintage"]:
        yield event(RENEWED)


def _owed(row: dict[str, float]) -> float:
    """Return arrears in years of running cost."""
    return years_owed(int(row["owing"]), whole_cents(row["operating_cost"]), QUARTERS_PER_YEAR)


def _quarter(number: int, before: dict[str, float] | None, seen: list[Seen]) -> Quarter:
    """Sum up one quarter; `before` is what was seen last in the quarter before it."""
    rows = [one.row for one in seen if one.row is not None]
    if not rows:
        return Quarter(number, PHASES[CLOSED], dict.fromkeys(MONEY, 0), 0, 0.0, 0.0)
    cents, old = dict.fromkeys(MONEY, 0), before
    for one in seen:
        if one.row is not None:
            for source, amount in _came(old, one.row, one.process):
                cents[source] += amount
        old = one.row
    now, last = seen[-1].row, rows[-1]
    people = now["service"] * now["people"] * now["reach"] if now is not None else 0.0
    phase = PHASES[int(now["phase"]) if now is not None else CLOSED]
    return Quarter(number, phase, cents, whole_cents(last["operating_cost"]), _owed(last), people)


def _came(old: dict[str, float] | None, new: dict[str, float], process: str) -> Iterator[tuple[str, int]]:
    """Go through what a process brought into the till: source, cents. Funds open the accounts of the quarter."""
    opened = process == "funds" or old is None
    local, other, donors = (
        int(new[name] - (0 if opened or old is None else old[name]))
        for name in ("local_money", "other_money", "donors_money")
    )
    if process == "funds":
        yield "endowment", local
    elif process == "disbursement":
        yield "donor", donors
        yield MONEY[int(new["local source"])], local
        yield MONEY[int(new["other source"])], other
    elif process == "delivery":
        need = whole_cents(new["operating_cost"])
        line = int(need * (new if old is None else old)["government_share"])
        fees = local - line
        if new["levy_share"] > 0.0:  # fees are known from their share of running cost, and the fund paid the rest
            fees = min(round(new["revenue_share"] * need), fees)
        yield "government", line
        yield "users", fees
        yield "levy", local - line - fees
    elif process == "revival" and old is None:
        yield "donor" if new["outlay"] > 0 else "restart", int(new["cash"])
