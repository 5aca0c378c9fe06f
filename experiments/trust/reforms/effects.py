"""What the model makes of recorded reforms: use with the levers less use without, on the same random numbers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from afteraid.simulation.basis.manifest import made_by, write_manifest
from afteraid.simulation.basis.units import FloatArray, logit
from afteraid.simulation.engine import advance
from afteraid.simulation.ensemble import Progress, in_processes
from afteraid.simulation.state.world import World

from .record import AHEAD, Reform, Settings, first_world, levers, reforms, row_of, surroundings

SEED, REPLICATES = 2025, 2
PASS_THROUGHS = (0.2, 0.1, 0.4)  # the central one first
PLACEBO = 0.05  # log odds at 3 years: mean gap of 104 economies without a reform
POOLED_AT = 3  # years


class Effects(NamedTuple):
    """What was found: one row a reform and pass-through, and the pooled effect by pass-through."""

    rows: pd.DataFrame
    pooled: pd.DataFrame
    manifest: dict[str, Any]

    def write(self, folder: Path) -> None:
        """Write tables and manifest into a folder that exists."""
        self.rows.to_csv(folder / "reforms.csv", index=False)
        self.pooled.to_csv(folder / "pooled.csv", index=False)
        write_manifest(folder, self.manifest)


def natural_experiments(
    record: Sequence[Reform] | None = None,
    seed: int = SEED,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Effects:
    """Run every reform of the record with its levers and without, at each pass-through.

    Args:
        record: reforms; those that ship by default.
        seed: of the random numbers.
        workers: processes to use, all cores by default.
        progress: called with pairs of worlds done and in all.
    """
    chosen = reforms() if record is None else tuple(record)
    tasks = [(reform, strength, seed) for strength in PASS_THROUGHS for reform in chosen]
    found = in_processes(effect, tasks, workers, progress)
    rows = pd.DataFrame([
        {"reform": reform.name, "economy": reform.economy, "year": reform.year, "pool": reform.pool,
         "pass_through": strength, "use_before": use,
         **{f"after_{years}": float(change[years]) for years in range(1, AHEAD + 1)}}
        for (reform, strength, _), (use, change) in zip(tasks, found, strict=True)
    ])  # fmt: skip
    made = {**made_by("natural experiments"), "seed": seed, "reforms": len(chosen), "replicates": REPLICATES}
    return Effects(rows, _pooled(rows), made)


def effect(reform: Reform, pass_through: float, seed: int = SEED) -> tuple[float, FloatArray]:
    """Return use before the reform, and its effect on the log odds of use 0 to 5 years after its year."""
    row, bare = row_of(reform), first_world(reform, {}, seed, 0)  # what is read off it is the same in every replicate
    around: Settings = {**surroundings(reform, bare), "adoption.pass_through": pass_through}
    turned = around | levers(reform, bare)
    changes, use = [], 0.0
    for replicate in range(REPLICATES):
        without = _path(first_world(reform, around, seed, replicate), row)
        with_it = _path(first_world(reform, turned, seed, replicate), row)
        changes.append(logit(with_it) - logit(without))
        use += float(without[0]) / REPLICATES
    return use, np.mean(changes, axis=0)


def _path(world: World, row: int) -> FloatArray:
    """Return use of one economy on 1 January, from the first year to five years later."""
    found = [float(world.countries.use[row])]
    while len(found) <= AHEAD:
        advance(world)
        if world.new_year:
            found.append(float(world.countries.use[row]))
    return np.array(found)


def _pooled(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the mean effect at three years of the reforms that count, with and without Myanmar, by pass-through."""
    kept = rows[rows["pool"]]
    found = []
    for strength, group in kept.groupby("pass_through"):
        column = group[f"after_{POOLED_AT}"]
        others = column[group["economy"] != "MMR"]
        found.append({"pass_through": strength, "reforms": len(group), "mean": column.mean(),
                      "median": column.median(), "without_myanmar": others.mean()})  # fmt: skip
    return pd.DataFrame(found)
