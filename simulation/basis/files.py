"""Files and folders that are there whole or not at all, whatever happens while they are written."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

PARQUET, CSV = "parquet", "csv"
UNFINISHED = ".unfinished-"


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
    """Give an empty folder on the disk of a file or folder to come, and remove it with all that is still in it."""
    place = target.absolute()
    place.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


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
            target.rename(place / "old")
        try:
            unfinished.rename(target)
        except BaseException:
            if (place / "old").exists() and not target.exists():
                (place / "old").rename(target)
            raise


@contextmanager
def added_files(folder: Path, last: str) -> Iterator[Path]:
    """Give a folder to write in, and move its files into place when all are written; other files there are left alone.

    Args:
        folder: where the files belong.
        last: name of the file that makes the others a result. It goes first and comes last, so that a reader never
            sees a mixture of two results.
    """
    target = folder.absolute()
    with workplace(target) as place:
        unfinished = place / "new"
        unfinished.mkdir()
        yield unfinished
        if not target.exists():
            os.replace(unfinished, target)
            return
        (target / last).unlink(missing_ok=True)
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
