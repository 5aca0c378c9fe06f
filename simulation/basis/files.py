"""Files and folders that are there whole or not at all, whatever happens while they are written."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import ResultsError

if TYPE_CHECKING:
    import pandas as pd

PARQUET, CSV = "parquet", "csv"
UNFINISHED, OLD = ".unfinished-", "old"
TRIAL_BYTES = 65536  # enough to meet a disk that is full


def place_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place, bring it to the disk, and rename it."""
    unfinished = path.with_name(f"{UNFINISHED}{path.name}")
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise
    if os.name == "posix":  # the new name has to reach the disk too
        handle = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def workplace(target: Path) -> Iterator[Path]:
    """Give an empty folder on the disk of a file or folder to come, and remove it with all that is still in it.

    What was taken from the target's place and could not be brought back stays, as `OLD`.
    """
    place = target.absolute()
    place.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
    try:
        yield made
    finally:
        if place.exists() or not (made / OLD).exists():
            shutil.rmtree(made, ignore_errors=True)


def try_place(target: Path) -> None:
    """Write next to a file or folder to come, as its writing will begin, and leave nothing behind.

    Raises OSError where that can't be done.
    """
    missing = [above for above in target.absolute().parents if not above.exists()]
    try:
        with workplace(target) as place:
            place_whole(place / "trial", bytes(TRIAL_BYTES))
    finally:
        for above in missing:
            with suppress(OSError):
                above.rmdir()


def not_written(problem: OSError, place: str | Path, key: str | None = None, kept: str = "") -> ResultsError:
    """Return the error that says what can't be written, and why; `kept` says what is there all the same."""
    reason = problem.strerror or str(problem) or type(problem).__name__
    return ResultsError(f"can't be written ({reason}){kept}", file=str(place), key=key)


@contextmanager
def replaced_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to write in, and put it in the place of what is there when all is written.

    Whatever goes wrong, Ctrl-C too, what was at the place before stays there, and nothing half-written is left.
    """
    target = folder.absolute()
    with workplace(target) as place:
        unfinished = place / "new"
        unfinished.mkdir()
        yield unfinished
        if target.exists():
            target.rename(place / OLD)
        try:
            unfinished.rename(target)
        except BaseException:
            if (place / OLD).exists() and not target.exists():
                _bring_back(place / OLD, target)
            raise


def _bring_back(old: Path, target: Path) -> None:
    """Put what was at a place before back there; where even that can't be done, say where the old files are."""
    try:
        old.rename(target)
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise OSError(problem.errno, f"{reason}; the earlier files are in {old}") from None


@contextmanager
def added_files(folder: Path, last: str, stale: Iterable[str] = ()) -> Iterator[Path]:
    """Give a folder to write in, and move its files into place when all are written; other files there are left alone.

    Args:
        folder: where the files belong.
        last: name of the file that makes the others a result. It goes first and comes last, so that a reader never
            sees a mixture of two results.
        stale: names of files of an earlier result that go with it.
    """
    target = folder.absolute()
    with workplace(target) as place:
        unfinished = place / "new"
        unfinished.mkdir()
        yield unfinished
        if not target.exists():
            os.replace(unfinished, target)
            return
        for name in (last, *stale):
            (target / name).unlink(missing_ok=True)
        for path in sorted(unfinished.iterdir(), key=lambda path: (path.name == last, path.name)):
            os.replace(path, target / path.name)


def sha256_of_file(path: Path) -> str:
    """Return the SHA-256 of a file of any size."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_tables(tables: Mapping[str, pd.DataFrame], folder: Path, kinds: Sequence[str] = (PARQUET, CSV)) -> None:
    """Write tables by name into a folder that exists, as Parquet, as CSV, or as both."""
    for name, table in tables.items():
        if PARQUET in kinds:
            table.to_parquet(folder / f"{name}.{PARQUET}", engine="pyarrow", index=False)
        if CSV in kinds:
            (folder / f"{name}.{CSV}").write_bytes(table.to_csv(index=False, lineterminator="\n").encode())
