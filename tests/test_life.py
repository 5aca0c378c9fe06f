"""One initiative's life: to the cent what its country's books have, to the quarter what the record has."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from short_worlds import SEED, short_plan, stepped_from_start

from afteraid.simulation.engine import advance
from afteraid.simulation.past import Pasts
from afteraid.simulation.processes.revival import second_life
from afteraid.simulation.recording.life import (
    ARREARS,
    ATTACK,
    CLIMATE,
    COLUMNS,
    ENDED,
    ENDED_EARLY,
    EVENTS,
    FOUNDED,
    LEFT,
    MONEY,
    STARTED_AGAIN,
    WITHDRAWAL,
    Life,
    Seen,
    Watch,
    life_of,
)
from afteraid.simulation.state.storing import take_state
from afteraid.simulation.state.world import CAUSES, PHASES, World

PASTS = Pasts(on_disk=False, most=1)
STORMY = short_plan(
    {"climate.event_rate": 0.5, "cyber.incident_rate": 0.3, "revival.rate": 0.12, "government.lapse": 0.5}
)


def at_start() -> World:
    """A stormy world at its start year."""
    return PASTS.at_start(STORMY, SEED, 0)


def run_watched(world: World, watches: list[Watch], year: int = STORMY.run.end) -> World:
    """Step a world to a year, seen by some watches."""

    def after(process: object, world: World) -> None:
        for watch in watches:
            watch(process, world)  # type: ignore[arg-type]

    while world.year < year:
        advance(world, after)
    return world


@pytest.fixture(scope="module")
def seen() -> tuple[World, dict[int, Life]]:
    """The world at its end, and the lives of all that were alive or founded in some countries."""
    plain = stepped_from_start(STORMY)
    some = {int(key) for of in (plain.closed, plain.initiatives) for key in of.key[of.country % 23 == 5]}
    again = {int(key) for key in second_life(np.array(sorted(some), dtype=np.uint64))}
    watches = [Watch(key) for key in sorted(some - again)]  # a watch sees the second life too
    world = run_watched(at_start(), watches)
    return world, {watch.key: life_of(watch) for watch in watches}


def test_a_world_that_is_watched_has_the_same_bits(seen: tuple[World, dict[int, Life]]) -> None:
    watched, plain = take_state(seen[0]), take_state(stepped_from_start(STORMY))
    assert watched.keys() == plain.keys()
    assert all(np.array_equal(watched[name], plain[name], equal_nan=True) for name in plain)


def test_the_last_quarter_and_the_cause_are_those_of_the_record(seen: tuple[World, dict[int, Life]]) -> None:
    world, lives = seen
    record = {int(key): row for row, key in enumerate(world.closed.key)}
    ended = {key: life for key, life in lives.items() if key in record}
    assert len(ended) > 50
    for key, life in ended.items():
        row = record[key]
        closing = life.closing
        assert closing is not None and closing.quarter == world.closed.closed[row]
        assert closing.cause == CAUSES[world.closed.cause[row]]
        last = next(one for one in life.quarters if one.quarter == closing.quarter)
        assert last.phase == "closed" and last.people == 0.0
        if all(event.what != STARTED_AGAIN for event in life.events):
            assert life.quarters[-1] == last and life.events[-1] == closing
    living = {int(key) for key in world.initiatives.key}
    for key in lives.keys() & living:
        assert lives[key].closing is None and lives[key].quarters[-1].phase != "closed"


def test_the_money_of_all_lives_of_a_country_is_what_came_to_the_country_to_the_cent(
    seen: tuple[World, dict[int, Life]],
) -> None:
    world, lives = seen
    came = {name: Counter[int]() for name in MONEY}
    where = {
        int(key): int(c) for of in (world.closed, world.initiatives) for key, c in zip(of.key, of.country, strict=True)
    }
    for key, life in lives.items():
        for quarter in life.quarters:
            for name, cents in quarter.cents.items():
                came[name][where[key]] += cents
    before, after = at_start().ledger.came_to, world.ledger.came_to
    whole = 0
    for country in range(5, world.countries.count, 23):
        rose = {name: int(after[name][country] - before[name][country]) for name in after}
        whole += rose["users"] + rose["government"]
        assert (
            sum(came[name][country] for name in ("users", "government", "restart"))
            == rose["users"] + rose["government"]
        )
        for name in ("levy", "solidarity", "debt_relief", "diaspora", "private"):
            assert came[name][country] == rose[name], name
        assert came["donor"][country] <= rose["donor"]  # a part is lost on the way
    assert whole > 0 and any(came["levy"].values()) and any(came["private"].values())


def test_every_phase_and_most_events_are_seen(seen: tuple[World, dict[int, Life]]) -> None:
    lives = seen[1].values()
    events = Counter(event.what for life in lives for event in life.events)
    assert set(events) <= set(EVENTS)
    assert {ATTACK, CLIMATE, FOUNDED, WITHDRAWAL, LEFT, ENDED, STARTED_AGAIN, ARREARS} <= set(events), events
    assert {quarter.phase for life in lives for quarter in life.quarters} == set(PHASES)
    assert all(0.0 < event.size <= 1.0 for life in lives for event in life.events if event.what in (ATTACK, CLIMATE))
    for life in lives:
        quarters = [one.quarter for one in life.quarters]
        assert quarters == list(range(quarters[0], quarters[0] + len(quarters)))
        assert [event.quarter for event in life.events] == sorted(event.quarter for event in life.events)


def test_an_award_that_is_ended_early_is_told_from_a_withdrawal_that_was_planned() -> None:
    row = dict.fromkeys((*COLUMNS, "reach", "conflict", "local source", "other source"), 0.0)
    later = {**row, "phase": float(PHASES.index("transition"))}
    told = {
        process: life_of(Watch(1, [Seen(4, "shocks", row), Seen(4, process, later)])).events[0].what
        for process in ("exiting", "disbursement", "withdrawal")
    }
    assert told == {"exiting": WITHDRAWAL, "disbursement": ENDED_EARLY, "withdrawal": ENDED_EARLY}
    assert life_of(Watch(1)) == Life((), ())
