"""Members of an ensemble, each run from its past in a worker's memory; `world.py` shares them among workers."""

from __future__ import annotations

import time
from collections.abc import Sequence

from afteraid import Scenario
from afteraid.simulation.engine import advance_to
from afteraid.simulation.past import Pasts
from afteraid.simulation.recording.needed import records_for, tables_for
from afteraid.simulation.recording.recording import compile_record

MEMBERS = 30
ONE_MEASURE = records_for(tables_for(["serving_5_years_after_exit"]))
PASTS = Pasts(on_disk=False, most=MEMBERS)  # of a worker


def member(plan: Scenario, replicate: int) -> float:
    """Run a member of an ensemble from its past in this worker's memory; return the CPU seconds."""
    began = time.process_time()
    world = PASTS.at_start(plan, plan.run.seed, replicate)
    world.recorded = ONE_MEASURE
    compile_record(advance_to(world, plan.run.end))
    return time.process_time() - began


def share_of_members(plan: Scenario, replicates: Sequence[int]) -> tuple[list[float], float]:
    """Run members twice, the first time to make their pasts; return the CPU seconds of each, and the wall seconds."""
    for replicate in replicates:
        member(plan, replicate)
    began = time.perf_counter()
    return [member(plan, replicate) for replicate in replicates], time.perf_counter() - began
