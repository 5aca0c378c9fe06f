"""The folder of a sweep: a manifest, and a folder of Parquet files for each table, one file a chunk.

A file is there whole or not at all: it is written beside its place, brought to the disk, and renamed. The file of the
runs comes last: a chunk is done when it is there. Nothing in the folder depends on when or where it was written.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from afteraid.simulation.basis.edition import edition_of
from afteraid.simulation.basis.errors import ResultsError
from afteraid.simulation.basis.files import UNFINISHED, not_written, place_whole
from afteraid.simulation.basis.manifest import MANIFEST, data_hashes, made_by, read_manifest, write_manifest
from afteraid.simulation.measures.catalogue import CATALOGUE
from afteraid.simulation.measures.columns import COLUMNS
from afteraid.simulation.state.parameters import REGISTRY

from ..study.chunks import RUNS, Parts, schemas, tables_of
from ..study.fingerprint import code_of, fingerprint, packages, sha256_of
from ..study.study import Study

try:
    import fcntl
except ImportError:  # Windows has no such lock
    fcntl = None  # type: ignore[assignment]

FORMAT = 1
_PART = re.compile(r"part-(\d{5,})\.parquet")


def describe(study: Study, runs_asked: int | None) -> dict[str, Any]:
    """Return the manifest of a study: all that has to be the same for results to belong together."""
    return {
        **made_by("sweep"),
        "format": FORMAT,
        "name": study.name,
        "title": study.written.title,
        "question": study.written.question,
        "seed": study.written.seed,
        "design": study.written.design.model_dump(mode="json"),
        "points": study.points,
        "replicates": study.written.replicates,
        "runs": study.runs,
        "runs_asked": runs_asked,
        "chunk_runs": study.chunk_runs,
        "chunks": study.chunks,
        "study": study.written.model_dump(mode="json"),
        "study_sha256": sha256_of(study.written.model_dump(mode="json")),
        "scenarios": {name: scenario.model_dump(mode="json") for name, scenario in study.scenarios.items()},
        "code_sha256": code_of(study),
        "data_sha256": data_hashes(),
        "made_with": packages(),
        "columns": dictionary(study),
    }


def dictionary(study: Study) -> list[dict[str, str]]:
    """Return the data dictionary: table, column, type, unit and meaning of every column."""
    meanings = {
        "run": ("", "number of the run, which stands for its point, scenario and replicate"),
        "point": ("", "number of the point in the design"),
        "scenario": ("", "name of the scenario, or of the function run in its place"),
        "replicate": ("", "number of the replicate: the same random numbers at every point and in every scenario"),
        "seed": ("", "seed of the study; with the replicate it gives the run's random numbers"),
        "error": ("", "what went wrong in the run; missing if nothing did"),
        "outcome": ("", "name of the outcome"),
        "group": ("", "group of countries; kind and income group; of an initiative, urban or rural people"),
        "iso3": ("", "country, ISO 3166"),
        "year": ("year", "1 January of the year, or the year that begins then; missing for what covers several"),
        "value": ("unit of the outcome", "value of the outcome"),
    }
    meanings = {column.name: (column.unit, f"of the initiative: {column.words}") for column in COLUMNS} | meanings
    for factor in study.written.factors:
        unit = REGISTRY[factor.target].unit if factor.target in REGISTRY else ""
        meanings[factor.name] = (unit, f"factor: sets {factor.target}")
    for outcome in study.written.outcomes:
        if outcome.is_number():
            years = "" if outcome.years is None else f", years {outcome.years}"
            over = "" if outcome.over == "each" else f", {outcome.over} over years"
            place = ", ".join(outcome.groups) or outcome.grain
            said = CATALOGUE[outcome.measure].words if outcome.measure in CATALOGUE else outcome.measure
            meanings[outcome.name] = (outcome.words(), f"outcome: {said} ({outcome.measure}), {place}{years}{over}")
    rows = []
    for table, schema in schemas(study).items():
        for column in schema:
            unit, meaning = meanings[column.name]
            rows.append(
                {"table": table, "column": column.name, "type": str(column.type), "unit": unit, "meaning": meaning}
            )
    return rows


class Dataset:
    """The files of a sweep."""

    def __init__(self, folder: Path, study: Study) -> None:
        """Name the folder; nothing is touched yet."""
        self.folder, self.study = folder, study
        self.tables = tables_of(study)
        self.fingerprint = fingerprint(study)
        self._manifest: dict[str, Any] | None = None

    def refuse(self, resume: bool, runs_asked: int | None) -> None:
        """Refuse a folder that must not be begun or gone on with; nothing is touched.

        Raises ResultsError when it holds other things, a sweep that was not asked to go on, or one of another study.
        """
        folder = self.folder
        try:
            if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
                raise ResultsError("is not a folder", file=str(folder), key="--out", expected="a new or empty folder")
            if (folder / MANIFEST).is_file():
                self._check_same(self._describe(runs_asked), resume)
            elif folder.is_dir() and any(not entry.name.startswith(UNFINISHED) for entry in folder.iterdir()):
                # folders of tables without a manifest can't be: it is written first
                raise ResultsError(
                    "holds files other than a sweep", file=str(folder), key="--out", expected="a new or empty folder"
                )
        except OSError as problem:
            raise self._not_written(problem) from None

    def open(self, resume: bool, runs_asked: int | None) -> None:
        """Make the folder, or check that what is there may be gone on with.

        Raises ResultsError as :meth:`refuse` does, and where nothing can be written.
        """
        self.refuse(resume, runs_asked)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._clear()
            if not (self.folder / MANIFEST).is_file():
                write_manifest(self.folder, self._describe(runs_asked))
            for table in self.tables:  # after it: with no manifest there, they would pass for somebody else's
                (self.folder / table).mkdir(exist_ok=True)
        except OSError as problem:
            raise self._not_written(problem) from None

    def check(self, runs_asked: int | None) -> None:
        """Refuse a folder that holds results of another study, model or data."""
        self._check_same(self._describe(runs_asked), resume=True)

    def _describe(self, runs_asked: int | None) -> dict[str, Any]:
        """Return the manifest that belongs there, made once."""
        if self._manifest is None:
            self._manifest = describe(self.study, runs_asked)
        return self._manifest

    def done(self) -> set[int]:
        """Return the numbers of the chunks that are there."""
        names = (path.name for path in (self.folder / RUNS).glob("part-*.parquet"))
        return {int(match.group(1)) for name in names if (match := _PART.fullmatch(name))}

    def write(self, chunk: int, parts: Parts) -> None:
        """Put the files of a chunk in place, the runs last.

        Raises ResultsError where they can't be written, and leaves nothing half-written.
        """
        if parts.fingerprint != self.fingerprint:
            raise ResultsError(
                "a worker runs another version of the model, of its data or of a package than this process",
                key=f"chunk {chunk}", expected="the same installation everywhere",
            )  # fmt: skip
        try:
            for table in self.tables:
                place_whole(self.folder / table / part_name(chunk), parts.files[table])
        except OSError as problem:
            raise self._not_written(problem) from None

    def time_writing(self, size: float) -> float:
        """Return how many seconds it takes to put the files of a chunk in place, from one of that many bytes.

        Raises ResultsError where nothing can be written.
        """
        path = self.folder / f"{UNFINISHED}sample"
        before = time.perf_counter()
        try:
            place_whole(path, bytes(int(size)))
            path.unlink()
        except OSError as problem:
            raise self._not_written(problem) from None
        return (time.perf_counter() - before) * len(self.tables)

    def _not_written(self, problem: OSError) -> ResultsError:
        """Say why the folder can't be written, and what is kept."""
        kept = len(self.done()) if (self.folder / RUNS).is_dir() else 0
        found = not_written(
            problem, self.folder, "--out", f"; {kept} of {self.study.chunks} chunks are complete and kept"
        )
        return replace(found, expected="free space there, then --resume to continue")

    def _check_same(self, manifest: Mapping[str, Any], resume: bool) -> None:
        """Refuse a folder of another study, model or data, and one that was not asked to be gone on with."""
        try:
            stored = read_sweep_manifest(self.folder)
            changed = differences(stored, manifest)
        except (KeyError, TypeError, AttributeError) as problem:
            raise ResultsError(f"holds no sweep that can be read ({problem})", file=str(self.folder)) from None
        if not resume:
            raise ResultsError(
                f"holds a sweep already, {len(self.done())} of {stored['chunks']} chunks done",
                file=str(self.folder), key="--out", expected="--resume to continue it, or a new folder",
            )  # fmt: skip
        if changed:
            raise ResultsError(
                "old and new results can't be mixed, because this has changed: " + "; ".join(changed),
                file=str(self.folder), key="--resume", expected="what it was begun with, or a new folder",
            )  # fmt: skip

    def _clear(self) -> None:
        """Remove what a killed process left half-written."""
        for place in (self.folder, *(self.folder / table for table in self.tables)):
            for path in place.glob(f"{UNFINISHED}*"):
                path.unlink(missing_ok=True)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder for this process alone; the lock ends with the process, however that ends."""
    if fcntl is None or not folder.is_dir():
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ResultsError(
                "another sweep writes there at this moment", file=str(folder), key="--out", expected="another folder"
            ) from None
        except OSError:  # some network disks have no locks
            pass
        yield
    finally:
        os.close(handle)


def part_name(chunk: int) -> str:
    """Return the name of a chunk's files."""
    return f"part-{chunk:05d}.parquet"


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Say in words what differs between two manifests, in what results depend on."""
    found = []
    editions = edition_of(old), edition_of(new)
    if editions[0] != editions[1]:
        found.append(f"edition of the model {editions[0]} -> {editions[1]}")
    if old["version"] != new["version"]:
        found.append(f"version {old['version']} -> {new['version']}")
    for key, what in (("code_sha256", "code"), ("data_sha256", "data")):
        names = sorted(
            name for name in {*old[key], *new[key]} if old[key].get(name) != new[key].get(name)
        )  # fmt: skip
        if names:
            found.append(f"{what} of the model ({_few(names)})")
    found += _changes("package ", old["made_with"], new["made_with"])
    found += _changes("study: ", old["study"], new["study"])
    found += _changes("scenario ", old["scenarios"], new["scenarios"])
    if not found and {**old, "edition": editions[0], "runs_asked": 0} != {**new, "runs_asked": 0}:
        found.append("the layout of the results")
    return found


def _changes(what: str, old: Any, new: Any) -> list[str]:
    """List the keys with another value, in words."""
    before, after = json.loads(json.dumps(_flat(old))), json.loads(json.dumps(_flat(new)))
    names = [name for name in dict.fromkeys([*before, *after]) if before.get(name) != after.get(name)]
    lines = [f"{name} {before.get(name, 'absent')} -> {after.get(name, 'absent')}" for name in names]
    return [what + _few(lines)] if lines else []


def _flat(value: Any, above: str = "") -> dict[str, Any]:
    """Lay nested tables and lists out by dotted keys."""
    if isinstance(value, (list, tuple)):
        value = {f"[{place}]": inner for place, inner in enumerate(value)}
        return {name: number for key, inner in value.items() for name, number in _flat(inner, f"{above}{key}").items()}
    if isinstance(value, Mapping):
        start = f"{above}." if above else ""
        return {name: number for key, inner in value.items() for name, number in _flat(inner, f"{start}{key}").items()}
    return {above: value}


def _few(names: list[str]) -> str:
    """Name the first few."""
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def read_sweep_manifest(folder: str | Path, kind: str = "sweep") -> dict[str, Any]:
    """Return the manifest of a sweep, or of a search.

    Raises ResultsError when the folder holds none, or one of another edition of the model.
    """
    found = read_manifest(folder, kind)
    if found.get("kind") != kind:
        raise ResultsError(
            f"holds results, but no {kind}", file=str(folder), expected=f"a folder that a {kind} has written"
        )
    return found


def read_table(folder: str | Path, table: str = RUNS, columns: list[str] | None = None) -> pd.DataFrame:
    """Return a table of a sweep, in the order of the runs, as far as it is done.

    Raises ResultsError when there is none.
    """
    files = sorted((Path(folder) / table).glob("part-*.parquet"), key=lambda path: (len(path.name), path.name))
    done = {path.name for path in (Path(folder) / RUNS).glob("part-*.parquet")}
    parts = [pq.read_table(path, columns=columns) for path in files if path.name in done]
    if not parts:
        raise ResultsError(f"holds no table '{table}' yet", file=str(folder))
    frame: pd.DataFrame = pa.concat_tables(parts).to_pandas()
    return frame


def read_errors(folder: str | Path) -> pd.DataFrame:
    """Return the runs that failed: their number, luck, values and error."""
    runs = read_table(folder)
    return runs[runs["error"].notna()].reset_index(drop=True)
