"""The command ``afteraid publish``: a finished sweep as one folder, or one file, that an archive takes."""

from __future__ import annotations

import os
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from afteraid.experiments.sweep.dataset import read_sweep_manifest
from afteraid.experiments.sweep.publishing import LICENCE, Publication
from afteraid.experiments.sweep.publishing import publish as write_publication
from afteraid.simulation.basis.errors import ResultsError
from afteraid.simulation.basis.files import not_written, workplace

from ..folder import check_folder, whole_folder
from ..streams import say
from ..terminal import for_people, print_json, progress
from .options import AsJson, Quiet, SweepFolder

ZIP = ".zip"
EARLIEST = (1980, 1, 1, 0, 0, 0)  # what a zip file knows: one time for all, so that the same study gives the same bytes


@for_people
def publish(
    folder: SweepFolder,
    out: Annotated[Path, typer.Option(help="Folder to write, or a file whose name ends in .zip.")],
    author: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Author, as in `Name` or `Name <ORCID>`; may be repeated."),
    ] = None,
    licence: Annotated[str, typer.Option(help="Licence of the data, by its SPDX identifier.")] = LICENCE,
    title: Annotated[str, typer.Option(help="Title, instead of the study's own.")] = "",
    day: Annotated[
        datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="Day of publication; today by default.")
    ] = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Write a finished sweep as an RO-Crate: data, dictionary, study, scenarios, versions, licence and citation.

    Example: `afteraid publish sweeps/exit-timing --author 'Ada Example' --out published/exit-timing`

    Example: `afteraid publish sweeps/exit-timing --licence CC0-1.0 --out exit-timing.zip`
    """
    read_sweep_manifest(folder)
    said: date | None = day.date() if day is not None else None
    publication = Publication(tuple(author or ()), licence, said, title)
    with progress("Writing the publication", None, quiet):
        if out.suffix == ZIP:
            names = _write_zip(folder, out, publication)
        else:
            check_folder(out)
            with whole_folder(out) as place:
                names = write_publication(folder, place, publication)
    if as_json:
        print_json(names)
    if not quiet:
        say(f"{len(names)} files are in {out}")
        if not author:
            say("Note: no author is named; --author 'Name <ORCID>' names one.")


def _write_zip(folder: Path, out: Path, publication: Publication) -> list[str]:
    """Write the publication as one file, whole or not at all."""
    if out.is_dir():
        raise ResultsError("is a folder", file=str(out), key="--out", expected="a new file, or a folder without .zip")
    try:
        with workplace(out) as made:
            place = made / "folder"
            place.mkdir()
            names = write_publication(folder, place, publication)
            whole = made / out.name
            with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
                for name in names:
                    info = zipfile.ZipInfo(f"{out.stem}/{name}", EARLIEST)
                    info.compress_type = zipfile.ZIP_DEFLATED
                    archive.writestr(info, (place / name).read_bytes())
            os.replace(whole, out)
    except OSError as problem:
        raise not_written(problem, out, "--out") from None
    return names
