"""Chunks: the runs that one worker computes in one go, and the tables that they become. Works in worker processes.

The bytes of a chunk's tables depend on the study, the model and the versions of the packages, and on nothing else.
"""

from __future__ import annotations

import io
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from afteraid.simulation.measures.columns import COLUMN_NAMES, IDENTITIES, TEXT_COLUMNS
from afteraid.simulation.past import Pasts

from .fingerprint import fingerprint
from .outcomes import run_and_read
from .study import RunSpec, Study, plug_in

RUNS = "runs"
ROWS_IN_A_GROUP = 131_072  # of a Parquet file: few enough to be read in parts, many enough to compress well
COMPRESSION_LEVEL = 3


@dataclass(frozen=True)
class Task:
    """Some runs of a study, with what they need and no more."""

    study: Study
    specs: tuple[RunSpec, ...]


@dataclass(frozen=True)
class Parts:
    """What became of a task: the bytes of a Parquet file by table, how many runs failed, and what computed it."""

    files: dict[str, bytes]
    failed: int
    fingerprint: str


@dataclass
class Sample:
    """What some runs took one worker.

    Attributes:
        run_seconds: of each run, without its past.
        past_seconds: of each run's past, up to the start year; 0 for a plug-in.
        table_seconds, table_row_seconds: to make the tables of a chunk, and what each run adds.
        fixed_bytes, run_bytes: of a chunk's files, and what each run adds.
        failures: what went wrong.
    """

    run_seconds: list[float] = field(default_factory=list)
    past_seconds: list[float] = field(default_factory=list)
    table_seconds: float = 0.0
    table_row_seconds: float = 0.0
    fixed_bytes: float = 0.0
    run_bytes: float = 0.0
    failures: list[str] = field(default_factory=list)

    def chunk_bytes(self, runs: int) -> float:
        """Return how large the files of a chunk of so many runs will be."""
        return self.fixed_bytes + self.run_bytes * runs


def make_task(study: Study, runs: Sequence[int]) -> Task:
    """Put together what a worker needs for some runs."""
    return Task(study, tuple(study.spec(run) for run in runs))


def run_task(task: Task) -> Parts:
    """Compute the runs of a task one after the other, and write their tables as Parquet."""
    rows = run_specs(task.study, task.specs)
    return Parts(_files(task.study, rows), sum(row["error"] is not None for row in rows), fingerprint(task.study))


def run_specs(study: Study, specs: Sequence[RunSpec]) -> list[dict[str, Any]]:
    """Compute some runs, and return them in their order; those with one past go on from it, one past at a time."""
    pasts = [study.past(spec) for spec in specs]
    rows: dict[int, dict[str, Any]] = {}
    for past in dict.fromkeys(pasts):
        places = [place for place, found in enumerate(pasts) if found == past]
        shared = Pasts(study.pasts_on_disk, most=1 if len(places) > 1 else 0)
        rows |= {place: run_spec(study, specs[place], pasts=shared) for place in places}
    return [rows[place] for place in range(len(specs))]


def count_pasts(study: Study, runs: Sequence[int]) -> int:
    """Return how many pasts have to be computed for some runs of one chunk."""
    return len({study.past(study.spec(run)) for run in runs})


def run_spec(study: Study, spec: RunSpec, trace: list[str] | None = None, pasts: Pasts | None = None) -> dict[str, Any]:
    """Compute one run: its place, its values and outcomes; a run that fails has an error and no outcome.

    Args:
        study: which it belongs to.
        spec: which run.
        trace: gets the whole story of an error.
        pasts: where it finds what it has in common with others; what comes out is the same without.
    """
    row: dict[str, Any] = {"spec": spec, "error": None, "numbers": {}, "groups": [], "countries": [], "initiatives": []}
    try:
        row.update(_outcomes(study, spec, pasts or Pasts(on_disk=False, most=0)))
    except MemoryError:  # of this machine and moment, not of the run
        raise
    except Exception as problem:
        row["error"] = " ".join(f"{type(problem).__name__}: {problem}".split())
        if trace is not None:
            trace.append(traceback.format_exc())
    return row


def _outcomes(study: Study, spec: RunSpec, pasts: Pasts) -> dict[str, Any]:
    """Compute what is kept of one run."""
    if study.written.model:
        settings = study.settings(spec.values)
        found = plug_in(study.written.model)({**study.written.settings, **settings}, study.written.seed, spec.replicate)
        return {"numbers": {outcome.name: float(found[outcome.measure]) for outcome in study.written.outcomes}}
    scenario, seed = study.scenario(spec), study.written.seed
    return run_and_read(pasts.at_start(scenario, seed, spec.replicate), study.written.outcomes, scenario)


def sample_task(task: Task, most_seconds: float) -> Sample:
    """Compute some runs, the first to warm up and the others to see how long they take and how large they are."""
    found = Sample()
    rows = []
    began = time.perf_counter()
    for number, spec in enumerate(task.specs):
        past, before = Pasts(on_disk=False, most=0), time.perf_counter()
        rows.append(run_spec(task.study, spec, pasts=past))
        taken = time.perf_counter() - before
        if number > 0 or len(task.specs) == 1:
            found.run_seconds.append(taken - past.seconds)
            found.past_seconds.append(past.seconds)
        if found.run_seconds and time.perf_counter() - began > most_seconds:
            break
    _time_tables(task.study, rows, found)
    found.failures = [row["error"] for row in rows if row["error"] is not None]
    return found


def _time_tables(study: Study, rows: Sequence[dict[str, Any]], found: Sample) -> None:
    """Time and weigh the tables of one run and of several, to tell what is of the chunk from what is of each run."""
    _files(study, rows[:1])  # warms up
    seconds, sizes = [], []
    for part in (rows[:1], rows):
        before = time.perf_counter()
        sizes.append(sum(map(len, _files(study, part).values())))
        seconds.append(time.perf_counter() - before)
    more = max(1, len(rows) - 1)
    found.table_row_seconds = max(0.0, (seconds[1] - seconds[0]) / more)
    found.table_seconds = seconds[0]
    found.run_bytes = (sizes[1] - sizes[0]) / more if len(rows) > 1 else sizes[0]
    found.fixed_bytes = max(0.0, sizes[0] - found.run_bytes)


def tables_of(study: Study) -> tuple[str, ...]:
    """List the tables that a study fills, the runs last: a chunk is done when they are there."""
    outcomes = study.written.outcomes
    kinds = {
        "groups": any(not outcome.is_number() and outcome.grain in ("world", "group", "kind") for outcome in outcomes),
        "countries": any(outcome.grain == "country" for outcome in outcomes),
        "initiatives": any(outcome.grain == "initiative" for outcome in outcomes),
    }
    return (*(name for name, wanted in kinds.items() if wanted), RUNS)


def schemas(study: Study) -> dict[str, pa.Schema]:
    """Return the columns of each table."""
    text, number = pa.string(), pa.float64()
    place = [("run", pa.int64()), ("point", pa.int32()), ("scenario", text), ("replicate", pa.int32())]
    factors = [(factor.name, text if factor.is_text() else number) for factor in study.written.factors]
    outcomes = [(outcome.name, number) for outcome in study.written.outcomes if outcome.is_number()]
    value = [("year", pa.int16()), ("value", number)]
    columns = _initiative_columns(study)
    known = {
        RUNS: pa.schema([*place, ("seed", pa.int64()), *factors, *outcomes, ("error", text)]),
        "groups": pa.schema([("run", pa.int64()), ("outcome", text), ("group", text), *value]),
        "countries": pa.schema([("run", pa.int64()), ("outcome", text), ("iso3", text), *value]),
        "initiatives": pa.schema([("run", pa.int64())] + [(name, _kind(name)) for name in columns]),
    }
    return {name: known[name] for name in tables_of(study)}


def _kind(name: str) -> pa.DataType:
    """Return how a column of the list of initiatives is stored."""
    if name in TEXT_COLUMNS:
        return pa.string()
    return pa.uint64() if name in IDENTITIES else pa.float64()


def _initiative_columns(study: Study) -> tuple[str, ...]:
    """List the columns that a list of initiatives has."""
    lists = [outcome for outcome in study.written.outcomes if outcome.grain == "initiative"]
    return (lists[0].columns or COLUMN_NAMES) if lists else ()


def _files(study: Study, rows: Sequence[dict[str, Any]]) -> dict[str, bytes]:
    """Write the tables of some runs as Parquet."""
    makers = {RUNS: _runs, "groups": _groups, "countries": _countries, "initiatives": _initiatives}
    return {name: encode(makers[name](study, rows, schema)) for name, schema in schemas(study).items()}


def encode(table: pa.Table) -> bytes:
    """Write a table as the bytes of a Parquet file: the same table gives the same bytes."""
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", compression_level=COMPRESSION_LEVEL, row_group_size=ROWS_IN_A_GROUP)
    return sink.getvalue()


def _runs(study: Study, rows: Sequence[dict[str, Any]], schema: pa.Schema) -> pa.Table:
    """Lay out one row a run."""
    specs: list[RunSpec] = [row["spec"] for row in rows]
    columns: dict[str, list[Any]] = {
        "run": [spec.run for spec in specs],
        "point": [spec.point for spec in specs],
        "scenario": [spec.scenario for spec in specs],
        "replicate": [spec.replicate for spec in specs],
        "seed": [study.written.seed] * len(specs),
        "error": [row["error"] for row in rows],
    }
    columns |= {factor.name: [spec.values[factor.name] for spec in specs] for factor in study.written.factors}
    columns |= {
        outcome.name: [row["numbers"].get(outcome.name) for row in rows]
        for outcome in study.written.outcomes
        if outcome.is_number()
    }
    return pa.table({name: columns[name] for name in schema.names}, schema=schema)


def _groups(study: Study, rows: Sequence[dict[str, Any]], schema: pa.Schema) -> pa.Table:
    """Lay out outcomes with several groups or years."""
    entries = [(row["spec"].run, *entry) for row in rows for entry in row["groups"]]
    columns = zip(*entries, strict=True) if entries else ([] for _ in schema.names)
    return pa.table(dict(zip(schema.names, map(list, columns), strict=True)), schema=schema)


def _countries(study: Study, rows: Sequence[dict[str, Any]], schema: pa.Schema) -> pa.Table:
    """Lay out outcomes by country."""
    return _stack([(row["spec"].run, frame) for row in rows for frame in row["countries"]], schema)


def _initiatives(study: Study, rows: Sequence[dict[str, Any]], schema: pa.Schema) -> pa.Table:
    """Lay out the list of initiatives."""
    return _stack([(row["spec"].run, frame) for row in rows for frame in row["initiatives"]], schema)


def _stack(frames: Sequence[tuple[int, pd.DataFrame]], schema: pa.Schema) -> pa.Table:
    """Put frames under each other, each with the number of its run."""
    parts = [
        pa.Table.from_pandas(frame.assign(run=run)[schema.names], schema=schema, preserve_index=False)
        for run, frame in frames
    ]
    return pa.concat_tables(parts).replace_schema_metadata(None).combine_chunks() if parts else schema.empty_table()
