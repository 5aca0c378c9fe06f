"""The folder that a command leaves behind: tables, figures, manifest and answer; whole, or not there at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from afteraid.simulation.basis.errors import ResultsError
from afteraid.simulation.basis.files import not_written, replaced_folder, try_place
from afteraid.simulation.basis.manifest import MANIFEST
from afteraid.simulation.results.workbook import writer

KEY = "--out"


def check_place(folder: Path | None, excel: bool = False) -> None:
    """Refuse a folder that can't be written, and a workbook that can't be made, before any work is done.

    Raises ResultsError; see :func:`check_folder`.
    """
    if excel:
        if folder is None:
            raise ResultsError("has no folder to write to", key="--excel", expected="--out FOLDER too")
        writer("--excel")
    if folder is not None:
        check_folder(folder)


def check_folder(folder: Path) -> None:
    """Refuse a place where results can't be written, or must not be, before any work is done.

    Raises ResultsError when the place is a file, or a folder with other things in it than earlier results; and when a
    trial shows that nothing can be written there. The trial leaves nothing behind.
    """
    try:
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            raise ResultsError("is not a folder", file=str(folder), key=KEY, expected="a new or empty folder")
        if folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST).is_file():
            raise ResultsError(
                "holds files other than results, which would be lost",
                file=str(folder),
                key=KEY,
                expected="a new or empty folder, or one with earlier results",
            )
        if folder.is_dir() and (os.path.ismount(folder) or not os.access(folder, os.W_OK)):
            why = "is a disk of its own" if os.path.ismount(folder) else "is read-only"
            raise ResultsError(f"{why}, and can't be replaced", file=str(folder), key=KEY, expected="a new folder")
        above = next(above for above in folder.absolute().parents if above.exists())
        if not above.is_dir():
            raise ResultsError("is not a folder", file=str(above), key=KEY, expected="a folder that can be made")
        try_place(folder)
    except OSError as problem:
        raise not_written(problem, folder, KEY) from None


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to write in, and put it in the place of earlier results when all is written, or not at all."""
    check_folder(folder)
    try:
        with replaced_folder(folder) as unfinished:
            yield unfinished
    except OSError as problem:
        raise not_written(problem, folder, KEY) from None


@contextmanager
def kept_folder(folder: Path) -> Iterator[Path]:
    """Give a folder that stays, to which files are added one by one, each whole."""
    try:
        yield folder
    except OSError as problem:
        raise not_written(problem, folder, KEY) from None
