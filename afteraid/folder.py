"""The folder that a run leaves behind: tables, figures, manifest and answer; whole, or not there at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from afteraid.simulation.basis.errors import ResultsError
from afteraid.simulation.basis.files import replaced_folder
from afteraid.simulation.basis.manifest import MANIFEST


def check_folder(folder: Path) -> None:
    """Refuse a place where results must not be written, before any work is done.

    Raises ResultsError when it is a file, or a folder with other things in it than earlier results.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise ResultsError("is not a folder", file=str(folder), key="--out", expected="a new or empty folder")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST).is_file():
        raise ResultsError(
            "holds files other than results, which would be lost",
            file=str(folder),
            key="--out",
            expected="a new or empty folder, or one with earlier results",
        )
    for above in folder.absolute().parents:
        if above.exists():
            if not above.is_dir() or not os.access(above, os.W_OK):
                raise ResultsError("can't be written to", file=str(above), key="--out")
            return


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to write in, and put it in the place of earlier results when all is written, or not at all."""
    check_folder(folder)
    try:
        with replaced_folder(folder) as unfinished:
            yield unfinished
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise ResultsError(f"can't be written ({reason})", file=str(folder), key="--out") from None
