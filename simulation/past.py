"""The past once: a world's state at its start year is made once, and kept in memory and in the user's cache.

What donors and governments choose takes effect at the start year, and up to then all donors do as they did. So runs
that agree in all that acts before the start share that state, and go on from it as if each had been run alone.
"""

from __future__ import annotations

import functools
import hashlib
import json
import time
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from .basis.cache import keep, read_kept
from .basis.edition import EDITION
from .basis.machine import processor, versions
from .basis.manifest import code_hashes, data_hashes
from .beginning.begin import begin, strategy_before
from .engine import advance_to, first_quarter
from .recording.recording import record_year
from .scenario.scenario import Scenario
from .state.storing import State, put_state, take_state
from .state.world import World

PACKAGES = ("numpy", "pandas", "numba")  # whose versions a state depends on
MOST_IN_MEMORY = 2  # states of some 8 MB
LARGE = 100_000_000  # bytes: of states of large worlds one is in memory
# settings of the world that act from the start year on, and parameters that do
SETTINGS_FROM_START = ("technology_speed", "energy_cost_growth", "barrier_pace")
PARAMETERS_FROM_START = ("barriers.handset_shock",)
_DATED = ("spells", "withdrawals")  # tables that act from their year on
_ARRIVALS = ("ai_arrival", "satellite_arrival", "contracts_end")  # years from which something acts


def what_acts_before(plan: Scenario, seed: int, replicate: int) -> str:
    """Return a text of all that acts on a run before its start year: equal texts, the same world to the last bit.

    Nothing of the strategy does, nor does what the world does from the start year on.
    """
    start, world = plan.run.start, plan.world.model_dump(mode="json")
    for name in SETTINGS_FROM_START:
        del world[name]
    for name in _DATED:
        world[name] = _begun(world[name], start)
    world["cuts"] = _begun(world["cuts"] + world.pop("further_cuts"), start)
    for name in _ARRIVALS:
        world[name] = world[name] if world[name] is not None and world[name] < start else None
    parameters = sorted(world["parameters"].items())
    world["parameters"] = [each for each in parameters if each[0] not in PARAMETERS_FROM_START]
    run = {"spinup": plan.run.spinup, "start": start, "draw": plan.run.parameter_draw}
    return json.dumps([int(seed), int(replicate), run, world], sort_keys=True)


def _begun(entries: Sequence[dict[str, int]], start: int) -> list[dict[str, int]]:
    """Return what acts before the start year."""
    return [entry for entry in entries if entry["year"] < start]


def key_of_past(plan: Scenario, seed: int, replicate: int) -> str:
    """Return the name of a state at the start year: a hash of all that its bits depend on, this machine included."""
    before = strategy_before().model_dump(mode="json")
    parts = [_made_with(), what_acts_before(plan, seed, replicate), before]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:40]


@functools.cache
def _made_with() -> str:
    """Return a text of the code, the data, the packages and the processor."""
    return json.dumps([EDITION, code_hashes(), data_hashes(), versions(*PACKAGES), processor()], sort_keys=True)


class Pasts:
    """Worlds at the first quarter of their start year, each made by the first run that asks for it.

    Attributes:
        made: how many were computed.
        seconds: what these took.
    """

    def __init__(self, on_disk: bool, most: int = MOST_IN_MEMORY) -> None:
        """Keep so many states in memory, the newest, and all in the user's cache where they may be `on_disk`."""
        self.on_disk, self.most = on_disk, most
        self.made, self.seconds = 0, 0.0
        self._kept: OrderedDict[str, State] = OrderedDict()

    def at_start(self, plan: Scenario, seed: int, replicate: int) -> World:
        """Return the world of a scenario at its start year, as if it had been run up to there by itself."""
        if plan.run.start == plan.run.spinup:
            return first_quarter(plan, seed, replicate)
        key = key_of_past(plan, seed, replicate)
        state = self._kept.get(key)
        if state is None and self.on_disk:
            state = _read(key)
        if state is None:
            return self._make(key, plan, seed, replicate)
        self._remember(key, state)
        world = begin(plan, seed, replicate, blank=True)
        put_state(world, state)
        record_year(world, world.year)
        return world

    def forget(self) -> None:
        """Let go of what is in memory."""
        self._kept.clear()

    def _make(self, key: str, plan: Scenario, seed: int, replicate: int) -> World:
        """Run a world up to its start year, and keep its state."""
        began = time.perf_counter()
        world = advance_to(first_quarter(plan, seed, replicate), plan.run.start)
        self.made, self.seconds = self.made + 1, self.seconds + time.perf_counter() - began
        if self.most or self.on_disk:
            self._remember(key, state := take_state(world))
            if self.on_disk:
                keep(key, _written(state))
        return world

    def _remember(self, key: str, state: State) -> None:
        """Keep a state in memory, and drop the one not used for longest."""
        self._kept[key] = state
        self._kept.move_to_end(key)
        most = self.most if sum(map(np.size, state.values())) * 8 <= LARGE else min(self.most, 1)
        while len(self._kept) > most:
            self._kept.popitem(last=False)


KEPT = Pasts(on_disk=True)  # of this process


def _written(state: State) -> list[bytes]:
    """Write a state as a header of JSON, its length before it, and the arrays one after the other.

    Whole numbers take no more bytes than the largest of a column needs; an array of equal values is stored as one.
    """
    arrays: list[tuple[str, str, str, list[int]]] = []
    numbers: dict[str, int | float | bool] = {}
    bodies = []
    for name, value in state.items():
        if not isinstance(value, np.ndarray):
            numbers[name] = value
            continue
        stored = value.ravel()
        if stored.size > 1 and stored.tobytes() == stored[:1].tobytes() * stored.size:
            stored = stored[:1]
        if stored.dtype.kind == "i" and stored.size:
            stored = stored.astype(np.result_type(np.min_scalar_type(stored.min()), np.min_scalar_type(stored.max())))
        arrays.append((name, stored.dtype.str, value.dtype.str, list(value.shape)))
        bodies.append(stored.tobytes())
    sizes = list(map(len, bodies))
    header = json.dumps({"numbers": numbers, "arrays": arrays, "sizes": sizes}).encode()
    return [len(header).to_bytes(8, "little"), header, *bodies]


def _read(key: str) -> State | None:
    """Read a state from the user's cache; None where there is none that can be used."""
    content = read_kept(key)
    if content is None:
        return None
    end = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:end])
    state: State = dict(header["numbers"])
    for (name, stored, kind, shape), size in zip(header["arrays"], header["sizes"], strict=True):
        values = np.frombuffer(content, stored, size // np.dtype(stored).itemsize, end).astype(kind)
        state[name] = np.broadcast_to(values[0], shape) if values.size == 1 else values.reshape(shape)
        end += size
    return state
