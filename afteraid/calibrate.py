"""The command ``afteraid calibrate``: fit the law of adoption to a panel, with its uncertainty."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.calibration import calibrate as fit_all
from experiments.calibration import write_calibration
from experiments.panel import read_panel

from .folder import check_folder, whole_folder
from .terminal import for_people, print_json, progress, say


@for_people
def calibrate(
    panel: Annotated[Path, typer.Option(help="CSV of internet use: iso3, year, internet_pct.")],
    until: Annotated[int, typer.Option(help="Last year whose observations are used.")],
    out: Annotated[Path, typer.Option(help="Folder for the fitted tables and the manifest.")],
    covariates: Annotated[
        Path | None,
        typer.Option(help="CSV of iso3, year, pop, gdppc_ppp; left out, the embedded fitted paths are used."),
    ] = None,
    draws: Annotated[int, typer.Option(min=0, help="Refits of the law on resampled countries.")] = 200,
    seed: Annotated[int, typer.Option(min=0, help="Of the resampling; the same seed gives the same bytes.")] = 1,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes at work; all cores if left out.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar and no notes.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the estimates as JSON.")] = False,
) -> None:
    """Fit the law of adoption up to a year, and refit it on resampled countries; in the format that the package ships.

    Example: `afteraid calibrate --panel internet_use.csv --covariates country_year.csv --until 2018 --out fits/2018`
    """
    known = read_panel(panel, covariates)
    check_folder(out)
    with progress("Refitting", draws, quiet) as advance:
        found = fit_all(known, until, draws, seed, workers=workers, progress=advance)
    with whole_folder(out) as folder:
        write_calibration(found, folder)
    if as_json:
        print_json({"estimates": found.estimates(), "manifest": found.manifest})
    else:
        print(f"The law of adoption up to {until}, on {found.manifest['economies']} economies:")
        for name, row in found.estimates().items():
            print(f"  {name:22} {row['estimate']:8.4f}   90%: {row['low']:.4f} to {row['high']:.4f}")
    if not quiet:
        say(f"Draws, states and manifest are in {out}")
